/* trust-project: let a project's temporal-skill.ini set what runs and reaches, with this content.
 */
#include <temporal-skill/project_trust.h>
#include <temporal-skill/result.h>

struct trust_options {
	bool with_credentials;
};

static const struct tsk_option options[] = {
	{ .name = "with-credentials",
	  .type = TSK_FLAG,
	  .at = offsetof(struct trust_options, with_credentials),
	  .help = "your API key, certificate and the like may be sent where it says" },
	{ 0 },
};

/* What did not count until now. */
static void list_settings(struct tsk_call *call)
{
	size_t count;
	const struct tsk_ignored_setting *ignored = tsk_ignored_settings(call, &count);
	cJSON *settings = tsk_set_list(tsk_result(call), "settings");

	for (size_t i = 0; i < count; i++) {
		const struct tsk_setting_info *info = tsk_setting_info(ignored[i].setting);
		if (!ignored[i].until_trusted)
			continue;
		cJSON *row = tsk_append_object(settings);
		tsk_set_format(row, "setting", "%s.%s", info->section, info->name);
		tsk_set(row, "value", info->secret ? "(secret)" : ignored[i].value);
		tsk_set(row, "origin", ignored[i].origin);
	}
}

static enum tsk_status trust_project(struct tsk_call *call, const void *given)
{
	const struct trust_options *o = given;
	const char *path = "", *key = "";

	if (tsk_trust_project(call, o->with_credentials, &path, &key))
		return tsk_error(call);
	tsk_set(tsk_result(call), "path", path);
	tsk_set(tsk_result(call), "key", key);
	tsk_set_bool(tsk_result(call), "with_credentials", o->with_credentials);
	list_settings(call);
	tsk_verdict(call, "trusted", "'%s' is trusted as it is now%s; a changed file asks again",
		    path, o->with_credentials ? ", also with your credentials" : "");
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "settings", .label = "counts now", .columns = "setting value origin" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill trust-project",
					"temporal-skill trust-project --project-dir ~/orders",
					NULL };

const struct tsk_command trust_project_command = {
	.name = "trust-project",
	.summary = "let a project's temporal-skill.ini set what runs and where things are sent",
	.details =
		"Programs, addresses off this machine, the codec, TLS, profile: look at the file "
		"first. worker_cmd,\nstarter_cmd, checks and recipes need no trust: they run when "
		"asked for.",
	.examples = examples,
	.needs = TSK_NEEDS_PROJECT | TSK_CHANGES | TSK_ABOUT_TRUST,
	.options = options,
	.options_size = sizeof(struct trust_options),
	.views = views,
	.run = trust_project,
};
