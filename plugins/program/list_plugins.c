/* list-plugins: the plugins that were found, and why one was skipped. */
#include <temporal-skill/result.h>

static enum tsk_status list_plugins(struct tsk_call *call, const void *given)
{
	const struct tsk_plugin_info *plugin = tsk_plugins(call);
	int loaded = 0, skipped = 0;

	(void)given;
	cJSON *plugins = tsk_set_list(tsk_result(call), "plugins");
	for (; plugin->path; plugin++) {
		cJSON *row = tsk_append_object(plugins);
		tsk_set(row, "name", plugin->name);
		tsk_set(row, "summary", plugin->summary);
		tsk_set(row, "origin", plugin->origin);
		tsk_set_number(row, "commands", (int64_t)plugin->commands);
		tsk_set(row, "path", plugin->path);
		tsk_set(row, "problem", plugin->problem);
		loaded += !plugin->problem;
		skipped += plugin->problem != NULL;
	}
	if (skipped)
		tsk_verdict(call, "skipped", "%d plugins loaded, %d skipped", loaded, skipped);
	else
		tsk_verdict(call, "ok", "%d plugins loaded", loaded);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "plugins", .label = "", .columns = "name origin commands path problem" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill list-plugins", NULL };

const struct tsk_command list_plugins_command = {
	.name = "list-plugins",
	.summary = "list the plugins, and what was skipped and why",
	.examples = examples,
	.views = views,
	.rows = "plugins",
	.run = list_plugins,
};
