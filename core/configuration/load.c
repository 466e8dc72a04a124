/* Where settings come from: environment, INI files, the CLI's profile, in the order of their rank.
 */
#include "load.h"

#include "cli_profile.h"
#include "ini_file.h"
#include "project_trust.h"
#include "settings/secrets.h"
#include "settings/table.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- environment ---- */

static enum tsk_status load_environment(struct settings *settings, struct tsk_call *call)
{
	for (int i = 0; i < TSK_SETTING_COUNT_; i++) {
		const char *names = settings_row(i)->info.environment;
		while (*names) {
			size_t length = strcspn(names, " ");
			char *name = tsk_copy_bytes(call, names, length);
			const char *value = getenv(name);
			names += length + strspn(names + length, " ");
			if (!value || !*value)
				continue;
			if (settings_set(settings, call, i, value,
					 tsk_format(call, "environment %s", name),
					 RANK_ENVIRONMENT))
				return tsk_error(call);
			break;
		}
	}
	return TSK_OK;
}

/* ---- INI files ---- */

/* More lines of plugins' sections than any project needs. */
#define MOST_ENTRIES 10000

struct ini_target {
	struct settings *settings;
	struct tsk_call *call;
	const char *path;
	enum setting_rank rank;
};

static enum tsk_status keep_entry(const struct ini_target *target, const char *section,
				  const char *key, const char *value, int line)
{
	struct settings *settings = target->settings;

	if (settings->entry_count == MOST_ENTRIES)
		return tsk_fail(target->call, TSK_USAGE, "%s:%d: more than %d lines", target->path,
				line, MOST_ENTRIES);
	if (settings->entry_count == settings->entry_room) {
		size_t room = settings->entry_room ? settings->entry_room * 2 : 32;
		struct tsk_ini_entry *entries =
			arena_take(&settings->arena, room * sizeof(*entries));
		if (settings->entry_count)
			memcpy(entries, settings->entries,
			       settings->entry_count * sizeof(*entries));
		settings->entries = entries;
		settings->entry_room = room;
	}
	settings->entries[settings->entry_count++] =
		(struct tsk_ini_entry){ .section = settings_keep(settings, section),
					.key = key ? settings_keep(settings, key) : NULL,
					.value = value ? settings_keep(settings, value) : NULL,
					.file = settings_keep(settings, target->path),
					.line = line };
	return TSK_OK;
}

static enum tsk_status unknown_key(const struct ini_target *target, const char *section,
				   const char *key, int line)
{
	const char *names[TSK_SETTING_COUNT_ + 1];
	size_t count = 0;

	for (int i = 0; i < TSK_SETTING_COUNT_; i++)
		if (!strcmp(settings_row(i)->info.section, section))
			names[count++] = settings_row(i)->key;
	names[count] = NULL;
	const char *nearest = tsk_nearest(key, names);
	if (nearest)
		return tsk_fail(target->call, TSK_USAGE,
				"%s:%d: unknown key '%s' in [%s]; did you mean '%s'?", target->path,
				line, key, section, nearest);
	return tsk_fail(target->call, TSK_USAGE, "%s:%d: unknown key '%s' in [%s]", target->path,
			line, key, section);
}

static enum tsk_status on_ini_line(void *what, const char *section, const char *key,
				   const char *value, int line)
{
	const struct ini_target *target = what;
	int setting = key ? settings_find_key(section, key) : -1;

	if (setting >= 0)
		return settings_set(target->settings, target->call, setting, value,
				    tsk_format(target->call, "%s:%d", target->path, line),
				    target->rank);
	if (settings_knows_section(section) && !key)
		return TSK_OK;
	if (settings_knows_section(section))
		return unknown_key(target, section, key, line);
	return keep_entry(target, section, key, value, line);
}

static enum tsk_status take_ini(struct settings *settings, struct tsk_call *call, const char *path,
				const char *text, enum setting_rank rank)
{
	struct ini_target target = { settings, call, path, rank };

	return ini_each_line(call, path, text, on_ini_line, &target);
}

static enum tsk_status load_ini(struct settings *settings, struct tsk_call *call, const char *path,
				enum setting_rank rank)
{
	const char *text;

	if (ini_read(call, path, false, &text))
		return tsk_error(call);
	return take_ini(settings, call, path, text, rank);
}

static const char *user_ini(struct tsk_call *call)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = configuration_home();

	if (config && *config == '/')
		return tsk_format(call, "%s/temporal-skill/config.ini", config);
	if (home)
		return tsk_format(call, "%s/.config/temporal-skill/config.ini", home);
	return NULL;
}

/* ---- all of it ---- */

/* Of a working directory that was removed under us the kernel knows the path still. */
static const char *working_directory(struct tsk_call *call)
{
	static const char deleted[] = " (deleted)";
	char here[PATH_MAX];
	ssize_t size;

	if (getcwd(here, sizeof(here)))
		return tsk_copy(call, here);
	size = readlink("/proc/self/cwd", here, sizeof(here));
	if (size < (ssize_t)sizeof(deleted) || size == sizeof(here) || *here != '/')
		return NULL;
	size -= (ssize_t)strlen(deleted);
	return memcmp(here + size, deleted, strlen(deleted))
		       ? NULL
		       : tsk_copy_bytes(call, here, (size_t)size);
}

/* Absolute, without a trailing slash; a directory that does not exist is kept as named and told by
 * those who need it. */
static void settle_project(struct settings *settings, struct tsk_call *call)
{
	struct setting_value *dir = &settings->values[TSK_SETTING_PROJECT_DIR];
	struct setting_value *name = &settings->values[TSK_SETTING_PROJECT_NAME];
	const char *here = dir->value[0] == '/' ? NULL : working_directory(call);
	char resolved[PATH_MAX];

	if (realpath(dir->value, resolved))
		dir->value = settings_keep(settings, resolved);
	else if (here)
		dir->value = settings_keep(settings,
					   strcmp(dir->value, ".") == 0
						   ? here
						   : tsk_format(call, "%s/%s", here, dir->value));
	if (!*name->value) {
		const char *slash = strrchr(dir->value, '/');
		name->value = settings_keep(settings, slash && slash[1] ? slash + 1 : "root");
	}
}

/* What is hashed for its trust is what is read. */
static enum tsk_status load_project_ini(struct settings *settings, struct tsk_call *call)
{
	settle_project(settings, call);
	const char *dir = settings->values[TSK_SETTING_PROJECT_DIR].value;
	const char *text,
		*path = tsk_format(call, "%s/temporal-skill.ini", strcmp(dir, "/") ? dir : "");

	/* The derived name must not look chosen, or the file could not set it. */
	if (!strcmp(settings->values[TSK_SETTING_PROJECT_NAME].origin, "default"))
		settings->values[TSK_SETTING_PROJECT_NAME].value = "";
	settings->project_file = settings_keep(settings, path);
	if (ini_read(call, path, true, &text))
		return tsk_error(call);
	settings->project_text = settings_keep(settings, text);
	settings->project_trust = project_trust_of(call, path, text);
	if (take_ini(settings, call, path, text, RANK_PROJECT_INI))
		return tsk_error(call);
	settle_project(settings, call);
	return TSK_OK;
}

/* What can have been said since: by flags, of which the project's directory needs work. */
static void settle_again(struct settings *settings, struct tsk_call *call)
{
	settle_project(settings, call);
	configuration_guess_commands(settings, call);
	configuration_own_directories(settings, call);
	secrets_settle(settings, call);
}

enum tsk_status configuration_load_files(struct settings *settings, struct tsk_call *call)
{
	const char *user = user_ini(call);

	if (settings->loaded)
		return TSK_OK;
	settings->loaded = true;
	/* Set by our completion scripts for what they ask. */
	settings->completes = getenv(COMPLETION_VARIABLE) != NULL;
	if (load_environment(settings, call))
		return tsk_error(call);
	if (load_ini(settings, call, "/etc/temporal-skill/config.ini", RANK_SYSTEM_INI))
		return tsk_error(call);
	if (user && load_ini(settings, call, user, RANK_USER_INI))
		return tsk_error(call);
	return load_project_ini(settings, call);
}

enum tsk_status configuration_load(struct settings *settings, struct tsk_call *call)
{
	if (configuration_load_files(settings, call))
		return tsk_error(call);
	if (!settings->profile_loaded) {
		settings->profile_loaded = true;
		if (configuration_load_profile(settings, call))
			return tsk_error(call);
	}
	settle_again(settings, call);
	return TSK_OK;
}
