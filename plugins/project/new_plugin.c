/* new-plugin: the beginning of a plugin: a command with options, a Makefile, a test, ready to be
 * built and trusted. */
#include "template.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

struct new_plugin_options {
	const char *name;
};

static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  .at = offsetof(struct new_plugin_options, name),
	  .argument = "NAME",
	  .help = "the new folder; its last part names the plugin",
	  .required = true,
	  .positional = true },
	{ 0 },
};

/* What the registry takes as a plugin's name. */
static bool is_plugin_name(const char *name)
{
	return *name >= 'a' && *name <= 'z' && strlen(name) <= 60 &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

static enum tsk_status new_plugin(struct tsk_call *call, const void *given)
{
	const struct new_plugin_options *o = given;
	const char *slash = strrchr(o->name, '/');
	const char *name = slash ? slash + 1 : o->name;
	const char *skills = tsk_skills_dir(call);
	struct template_words words = { .name = name, .symbol = template_symbol(call, name) };
	char resolved[PATH_MAX];

	if (!is_plugin_name(name))
		return tsk_fail(
			call, TSK_USAGE,
			"bad plugin name '%s': lower-case letters, digits and '-', a letter first",
			name);
	if (!skills || template_check_target(call, o->name))
		return tsk_error(call);
	cJSON *files = tsk_set_list(tsk_result(call), "files");
	if (template_create(call, tsk_format(call, "%s/plugin-kit", skills), o->name, &words,
			    files))
		return tsk_error(call);
	const char *path = realpath(o->name, resolved) ? resolved : o->name;
	tsk_set(tsk_result(call), "plugin", name);
	tsk_set(tsk_result(call), "plugin_dir", path);
	tsk_verdict(call, "created", "created the plugin '%s' in '%s'", name, path);
	tsk_next(call, "make -C %s test", tsk_quote(call, o->name));
	tsk_next(call, "make -C %s install PROJECT=%s", tsk_quote(call, o->name),
		 tsk_quote(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR)));
	tsk_next(call, "temporal-skill trust-plugin %s",
		 tsk_quote(call, tsk_format(call, "%s/.temporal-skill/plugins/%s.so",
					    tsk_setting(call, TSK_SETTING_PROJECT_DIR), name)));
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "files" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill new-plugin orders", NULL };

const struct tsk_command new_plugin_command = {
	.name = "new-plugin",
	.summary = "create a plugin of your own: a command, a Makefile, a test",
	.details = "It is built with the installed headers (pkg-config temporal-skill).",
	.examples = examples,
	.needs = TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct new_plugin_options),
	.views = views,
	.run = new_plugin,
};
