/* Whether the user trusts a project's INI file. */
#include "project_trust.h"

#include "call/call.h"
#include "settings/table.h"
#include "trust_list.h"

#include <temporal-skill/project_trust.h>
#include <temporal-skill/result.h>

#include <string.h>

static bool list_says(struct tsk_call *call, const char *list, const char *what, const char *key,
		      const char *path)
{
	return trust_list_has(list, tsk_format(call, "%s %s %s", what, key, path));
}

enum project_trust project_trust_of(struct tsk_call *call, const char *path, const char *text)
{
	const char *list = *text && !strchr(path, '\n') ? trust_list_read(call) : NULL;
	char key[TRUST_KEY_SIZE];

	if (!list || !*list)
		return PROJECT_IS_UNTRUSTED;
	trust_key(path, text, strlen(text), key);
	if (list_says(call, list, "credentials", key, path))
		return PROJECT_HAS_THE_CREDENTIALS;
	return list_says(call, list, "project", key, path) ? PROJECT_IS_TRUSTED
							   : PROJECT_IS_UNTRUSTED;
}

/* "address, temporal_cli", each once. */
static const char *ignored_names(struct tsk_call *call, bool until_trusted)
{
	const struct settings *settings = call->settings;
	struct tsk_lines names = { .call = call };

	for (size_t i = 0; i < settings->ignored_count; i++)
		if (settings->ignored[i].until_trusted == until_trusted)
			tsk_lines_add(&names, "%s",
				      settings_row(settings->ignored[i].setting)->key);
	return tsk_lines_text(&names, ", ");
}

void project_trust_warn(struct tsk_call *call)
{
	const char *never = ignored_names(call, false), *until = ignored_names(call, true);
	const char *both =
		*never ? tsk_format(call, "%s, not a project's to say even after trust-project",
				    never)
		       : "";

	if (*until)
		tsk_warn(call, "'%s' is not trusted: ignored %s%s%s; look at it, then: %s",
			 call->settings->project_file, until, *both ? "; and " : "", both,
			 tsk_command_as_typed(call, "temporal-skill trust-project"));
	else if (*both)
		tsk_warn(call, "'%s': ignored %s", call->settings->project_file, both);
}

/* ---- the public side ---- */

static enum tsk_status check_path(struct tsk_call *call)
{
	const struct settings *settings = call->settings;

	if (strchr(settings->project_file, '\n'))
		return tsk_fail(call, TSK_USAGE, "cannot trust '%s': its path has a line break",
				settings->project_file);
	return TSK_OK;
}

enum tsk_status tsk_trust_project(struct tsk_call *call, bool with_credentials, const char **path,
				  const char **key)
{
	const struct settings *settings = call->settings;
	char hash[TRUST_KEY_SIZE];

	*path = settings->project_file;
	if (!*settings->project_text)
		return tsk_fail(call, TSK_NOT_FOUND, "no '%s' to trust, or it is empty", *path);
	if (check_path(call))
		return tsk_error(call);
	trust_key(*path, settings->project_text, strlen(settings->project_text), hash);
	*key = tsk_copy(call, hash);
	return trust_list_write(call, *path,
				tsk_format(call, "%s %s %s",
					   with_credentials ? "credentials" : "project", *key,
					   *path));
}

enum tsk_status tsk_untrust_project(struct tsk_call *call, const char **path)
{
	*path = call->settings->project_file;
	if (check_path(call))
		return tsk_error(call);
	return trust_list_write(call, *path, tsk_format(call, "denied %s", *path));
}

bool tsk_project_is_trusted(const struct tsk_call *call)
{
	return call->settings->project_trust != PROJECT_IS_UNTRUSTED;
}
