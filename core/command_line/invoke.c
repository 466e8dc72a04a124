/* Running one command: its words parsed, its needs met, its body called. */
#include "invoke.h"
#include "call/unanswered.h"
#include "configuration/load.h"
#include "configuration/project_trust.h"
#include "settings/secrets.h"

#include "output/output.h"
#include "plugins/plugin_check.h"
#include "talk/trace.h"

#include <temporal-skill/process.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static bool only_looks(const struct tsk_command *command, const unsigned char *given)
{
	for (const struct tsk_option *option = command->options; option && option->name; option++)
		if (option->makes_dry_run && option->type == TSK_FLAG && given[option->at])
			return true;
	return !(command->needs & TSK_CHANGES);
}

static enum tsk_status check_safety(struct tsk_call *call, const struct tsk_command *command,
				    const void *given)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);

	if (only_looks(command, given))
		return TSK_OK;
	if (tsk_setting_is_true(call, TSK_SETTING_READ_ONLY))
		return tsk_fail(call, TSK_DENIED,
				"'%s' changes something, and read-only is set (%s)", command->name,
				tsk_setting_origin(call, TSK_SETTING_READ_ONLY));
	if (!(command->needs & TSK_NEEDS_SERVER) || tsk_address_stays_here(address) ||
	    tsk_setting_is_true(call, TSK_SETTING_ALLOW_REMOTE_CHANGES))
		return TSK_OK;
	tsk_hint(call, "add --allow-remote-changes, or allow_remote_changes = true in [safety] of "
		       "your own ~/.config/temporal-skill/config.ini");
	return tsk_fail(call, TSK_DENIED,
			"'%s' changes something on '%s', which is not this machine, and that is "
			"not allowed yet",
			command->name, address);
}

static enum tsk_status check_project(struct tsk_call *call, const struct tsk_command *command)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct stat status;

	if (!(command->needs & TSK_NEEDS_PROJECT))
		return TSK_OK;
	int error = stat(directory, &status) ? errno : S_ISDIR(status.st_mode) ? 0 : ENOTDIR;
	if (!error)
		return TSK_OK;
	if (tsk_path_status(error, TSK_USAGE) != TSK_USAGE)
		return tsk_fail(call, tsk_path_status(error, TSK_USAGE),
				"cannot look at the project directory '%s' (%s): %s", directory,
				tsk_setting_origin(call, TSK_SETTING_PROJECT_DIR), strerror(error));
	tsk_hint(call, "call it in the project's directory, or with --project-dir DIR");
	return tsk_fail(call, TSK_USAGE, "no project directory '%s' (%s)", directory,
			tsk_setting_origin(call, TSK_SETTING_PROJECT_DIR));
}

/* Whether a plugin was found and not loaded: which sections are its is not known. */
static bool misses_plugins(struct tsk_call *call)
{
	for (const struct tsk_plugin_info *plugin = tsk_plugins(call); plugin->path; plugin++)
		if (plugin->problem)
			return true;
	return false;
}

/* Lines of sections that neither the core nor a plugin owns are typing errors; where a plugin is
 * not loaded (the project's, before it is trusted), they may be its. */
static enum tsk_status check_sections(struct tsk_call *call, const struct settings *settings)
{
	const char *told = NULL;

	for (size_t i = 0; i < settings->entry_count; i++) {
		const struct tsk_ini_entry *entry = &settings->entries[i];
		if (!entry->key || registry_owns_section(call->registry, entry->section))
			continue;
		registry_load_others(call->registry, call);
		if (!*entry->section)
			return tsk_fail(call, TSK_USAGE, "%s:%d: '%s' stands before any [section]",
					entry->file, entry->line, entry->key);
		if (registry_owns_section(call->registry, entry->section) ||
		    (told && !strcmp(told, entry->section)))
			continue;
		if (!misses_plugins(call))
			return tsk_fail(call, TSK_USAGE, "%s:%d: unknown section [%s]", entry->file,
					entry->line, entry->section);
		tsk_note(call, "%s:%d: [%s] belongs to no plugin that is loaded", entry->file,
			 entry->line, entry->section);
		told = entry->section;
	}
	return TSK_OK;
}

/* What is wrong with the project's file, said once. */
static enum tsk_status check_file(struct tsk_call *call, const struct settings *settings,
				  const struct tsk_command *command)
{
	if (command->needs & TSK_ABOUT_TRUST)
		return TSK_OK;
	project_trust_warn(call);
	if (settings->moved && command->needs & TSK_CHANGES)
		tsk_note(call, "logs and records are this user's own: %s", settings->moved);
	return check_sections(call, settings);
}

/* For the sake of a completion nothing is reached that the project names in vain. */
static enum tsk_status check_reach(struct tsk_call *call, const struct tsk_command *command)
{
	const struct settings *settings = call->settings;

	if (!(command->needs & (TSK_NEEDS_SERVER | TSK_ASKS_SERVER)))
		return TSK_OK;
	if (settings->completes && settings_is_ignored(settings, TSK_SETTING_ADDRESS))
		return tsk_fail(call, TSK_DENIED, "'%s' is not trusted", settings->project_file);
	return secrets_check(call);
}

static enum tsk_status meet_needs(struct tsk_call *call, const struct tsk_command *command,
				  const void *given)
{
	if (check_safety(call, command, given) || check_reach(call, command))
		return tsk_error(call);
	return check_project(call, command);
}

/* The environment's has begun already. */
static enum tsk_status begin_trace(struct tsk_call *call)
{
	if (call->settings->values[TSK_SETTING_TRACE].rank == RANK_ENVIRONMENT)
		return TSK_OK;
	return trace_begin(call, tsk_setting(call, TSK_SETTING_TRACE),
			   tsk_setting_origin(call, TSK_SETTING_TRACE));
}

/* Words and settings. */
static enum tsk_status prepare(struct tsk_call *call, struct settings *settings,
			       const struct tsk_command *command, const char *const *words,
			       size_t count, void *options, struct command_line *line)
{
	call->command = command;
	if (command->options_size > LARGEST_OPTIONS)
		return tsk_fail(call, TSK_INTERNAL, "'%s' has an options struct of %zu bytes",
				command->name, command->options_size);
	if (options_parse(call, settings, command, words, count, options, line))
		return tsk_error(call);
	return line->help || line->version ? TSK_OK : configuration_load(settings, call);
}

enum tsk_status invoke(struct tsk_call *call, struct settings *settings,
		       const struct tsk_command *command, const char *const *words, size_t count,
		       struct command_line *line)
{
	void *options = tsk_alloc(call, command->options_size);

	if (prepare(call, settings, command, words, count, options, line))
		return tsk_error(call);
	if (line->help || line->version)
		return TSK_OK;
	if (begin_trace(call) || check_file(call, settings, command))
		return tsk_error(call);
	if (tsk_setting_ms(call, TSK_SETTING_COMMAND_TIMEOUT))
		call->deadline =
			tsk_deadline(call, tsk_setting_ms(call, TSK_SETTING_COMMAND_TIMEOUT));
	return meet_needs(call, command, options) ? tsk_error(call) : command->run(call, options);
}

/* ---- one command calls another ---- */

/* Runs it in inner, whose settings are the outer ones but for what its own flags set. */
static enum tsk_status invoke_inside(struct tsk_call *call, struct tsk_call *inner,
				     struct settings *settings, const struct tsk_command *command,
				     const char *const *words)
{
	const int limit = TSK_SETTING_COMMAND_TIMEOUT;
	const char *outer_limit = settings->values[limit].value;
	struct command_line line = { .command = command->name };
	void *options = tsk_alloc(inner, command->options_size);
	size_t count = 0;

	while (words[count])
		count++;
	if (prepare(inner, settings, command, words, count, options, &line))
		return tsk_error(inner);
	if (line.help || line.version)
		return tsk_fail(inner, TSK_USAGE, "'%s' is asked for help, not to be run",
				command->name);
	/* The outer limit holds for both together, and not for what is owed after it passed. */
	inner->deadline = call->deadline;
	if (settings->values[limit].value != outer_limit)
		inner->deadline = tsk_deadline(call, tsk_setting_ms(inner, limit));
	return meet_needs(inner, command, options) ? tsk_error(inner)
						   : command->run(inner, options);
}

enum tsk_status tsk_ask_command(struct tsk_call *call, const char *name, const char *const *words,
				cJSON **result, const char **error)
{
	const struct tsk_command *command = tsk_find_command(call, name);
	struct settings settings = *call->settings;
	struct tsk_call inner;

	*result = NULL;
	*error = NULL;
	if (!command) {
		*error = tsk_format(call, "no command '%s'", name);
		return TSK_NOT_FOUND;
	}
	/* What the inner flags set goes into the inner arena. */
	arena_init(&settings.arena);
	call_init(&inner, &settings, call->registry);
	enum tsk_status status = invoke_inside(call, &inner, &settings, command, words);
	if (tsk_error(&inner) == TSK_OK || inner.verdict) {
		if (inner.headline)
			tsk_set(inner.result, "headline", inner.headline);
		*result = result_keep(call, output_object(&inner));
	}
	*error = tsk_copy(call, tsk_error_message(&inner));
	unanswered_take(call, &inner);
	call_release(&inner);
	settings_release(&settings);
	return status;
}

enum tsk_status tsk_run_command(struct tsk_call *call, const char *name, const char *const *words,
				const char **result, const char **error)
{
	cJSON *object;
	enum tsk_status status = tsk_ask_command(call, name, words, &object, error);
	char *printed = object ? cJSON_PrintUnformatted(object) : NULL;

	*result = tsk_copy(call, printed);
	cJSON_free(printed);
	tsk_drop_result(call, object);
	return status;
}
