/* trust-plugin: let a project's plugin be loaded, this file with this content. */
#include <temporal-skill/result.h>
#include <temporal-skill/trust.h>

struct trust_options {
	const char *file;
};

static const struct tsk_option options[] = {
	{ .name = "file",
	  .type = TSK_STRING,
	  .at = offsetof(struct trust_options, file),
	  .argument = "FILE",
	  .help = "the plugin, PROJECT/.temporal-skill/plugins/NAME.so",
	  .required = true,
	  .positional = true },
	{ 0 },
};

static enum tsk_status trust_plugin(struct tsk_call *call, const void *given)
{
	const struct trust_options *o = given;
	const char *path = "", *key = "";

	if (tsk_trust_plugin(call, o->file, &path, &key))
		return tsk_error(call);
	tsk_set(tsk_result(call), "path", path);
	tsk_set(tsk_result(call), "key", key);
	tsk_verdict(call, "trusted", "'%s' is trusted as it is now; a changed file asks again",
		    path);
	tsk_next(call, "temporal-skill list-plugins");
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "key" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill trust-plugin .temporal-skill/plugins/orders.so", NULL
};

const struct tsk_command trust_plugin_command = {
	.name = "trust-plugin",
	.summary = "let a project's plugin be loaded",
	.details = "A plugin runs with all your rights: look at where it comes from first.",
	.examples = examples,
	.needs = TSK_CHANGES | TSK_ABOUT_TRUST,
	.options = options,
	.options_size = sizeof(struct trust_options),
	.views = views,
	.run = trust_plugin,
};
