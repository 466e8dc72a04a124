/* What a project's INI file may set: the rules of the table's column, see enum setting_of_project.
 */
#include "table.h"
#include "text/path.h"
#include "values.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a folder is or would be, without links; false: that cannot be told. */
static bool resolve(struct tsk_call *call, const char *path, char resolved[PATH_MAX])
{
	char here[PATH_MAX];
	const char *absolute = path;
	size_t end;

	if (*path != '/') {
		if (!getcwd(here, sizeof(here)))
			return false;
		absolute = tsk_format(call, "%s/%s", here, path);
	}
	/* What is not there yet is made as it is named. */
	for (end = strlen(absolute); end; end--) {
		if (absolute[end] && absolute[end] != '/')
			continue;
		if (realpath(tsk_copy_bytes(call, absolute, end), resolved))
			break;
		if (errno != ENOENT)
			return false;
	}
	if (!end)
		return false;
	const char *rest = absolute + end;
	if (strstr(rest, "/.."))
		return false;
	size_t length = strlen(resolved);
	if (length + strlen(rest) >= PATH_MAX)
		return false;
	memcpy(resolved + length, rest, strlen(rest) + 1);
	return true;
}

static bool is_inside(const struct settings *settings, struct tsk_call *call, const char *folder)
{
	char resolved[PATH_MAX];

	return resolve(call, folder, resolved) &&
	       path_is_within(resolved, settings->values[TSK_SETTING_PROJECT_DIR].value);
}

static bool is_stricter(enum tsk_setting setting, const char *value)
{
	return strcmp(value, setting == TSK_SETTING_READ_ONLY ? "true" : "false") == 0;
}

static bool is_allowed(const struct settings *settings, struct tsk_call *call,
		       enum tsk_setting setting, const char *value)
{
	const struct setting_row *row = settings_row(setting);

	if (row->of_project == PROJECT_NEVER)
		return false;
	if (row->of_project == PROJECT_STRICTER)
		return is_stricter(setting, value);
	if (row->of_project == PROJECT_FREE || settings->project_trust != PROJECT_IS_UNTRUSTED)
		return true;
	if (row->of_project == PROJECT_LOOPBACK)
		return tsk_address_is_local(value) && !settings->completes;
	return row->of_project == PROJECT_INSIDE && is_inside(settings, call, value);
}

static void ignore(struct settings *settings, enum tsk_setting setting, const char *value,
		   const char *origin)
{
	enum setting_of_project rule = settings_row(setting)->of_project;

	if (settings->ignored_count == settings->ignored_room) {
		size_t room = settings->ignored_room ? settings->ignored_room * 2 : 16;
		struct tsk_ignored_setting *more =
			arena_take(&settings->arena, room * sizeof(*more));
		if (settings->ignored_count)
			memcpy(more, settings->ignored, settings->ignored_count * sizeof(*more));
		settings->ignored = more;
		settings->ignored_room = room;
	}
	settings->ignored[settings->ignored_count++] = (struct tsk_ignored_setting){
		.setting = setting,
		.value = settings_keep(settings, value),
		.origin = settings_keep(settings, origin),
		.until_trusted = rule != PROJECT_STRICTER && rule != PROJECT_NEVER,
	};
}

bool settings_project_may(struct settings *settings, struct tsk_call *call,
			  enum tsk_setting setting, const char *value, const char *origin)
{
	if (is_allowed(settings, call, setting, value))
		return true;
	/* What changes nothing is not worth a word. */
	if (strcmp(settings->values[setting].value, value) != 0)
		ignore(settings, setting, value, origin);
	return false;
}

bool settings_is_ignored(const struct settings *settings, enum tsk_setting setting)
{
	for (size_t i = 0; i < settings->ignored_count; i++)
		if (settings->ignored[i].setting == setting)
			return true;
	return false;
}

const struct tsk_ignored_setting *tsk_ignored_settings(const struct tsk_call *call, size_t *count)
{
	*count = call->settings->ignored_count;
	return call->settings->ignored;
}
