#include "values.h"

#include "configuration/cli_profile.h"
#include "configuration/ini_file.h"
#include "table.h"
#include "text/typed_value.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

char *settings_keep(struct settings *settings, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_take(&settings->arena, size), text, size);
}

void settings_init(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	arena_init(&settings->arena);
	settings->flags = "";
	for (int i = 0; i < TSK_SETTING_COUNT_; i++)
		settings->values[i] = (struct setting_value){ settings_row(i)->fallback, "default",
							      RANK_DEFAULT };
}

void settings_release(struct settings *settings)
{
	arena_release(&settings->arena);
}

/* "true" and "false" are kept, whatever way of saying so was used. */
static enum tsk_status check_value(struct tsk_call *call, const struct setting_row *row,
				   const char **value, const char *origin)
{
	int64_t ms;
	bool flag;

	switch (row->type) {
	case TSK_FLAG:
		if (!value_flag(*value, &flag))
			return tsk_fail(call, TSK_USAGE,
					"bad value '%s' (%s): expected true or false", *value,
					origin);
		*value = flag ? "true" : "false";
		return TSK_OK;
	case TSK_DURATION:
		if (!value_duration(*value, &ms))
			return tsk_fail(
				call, TSK_USAGE,
				"bad duration '%s' (%s): expected seconds, or 500ms, 10s, 2m",
				*value, origin);
		return TSK_OK;
	case TSK_CHOICE:
		if (!value_choice(*value, row->choices))
			return tsk_fail(call, TSK_USAGE, "bad value '%s' (%s): expected %s", *value,
					origin, value_choices_text(call, row->choices));
		return TSK_OK;
	default: return TSK_OK;
	}
}

/* A port alone is no host, and an IPv6 address without brackets has no end. */
static bool is_host(const char *host, size_t length)
{
	return strspn(host, "0123456789") < length && (*host == '[' || !memchr(host, ':', length));
}

/* HOST:PORT; "host" alone gets the default port. */
static enum tsk_status check_address(struct tsk_call *call, const char **value, const char *origin)
{
	const char *bracket = strrchr(*value, ']');
	const char *colon = strrchr(bracket ? bracket : *value, ':');
	size_t host = colon ? (size_t)(colon - *value) : strlen(*value);
	int64_t port = 7233;

	if (strpbrk(*value, "/ \t\n") || !is_host(*value, host) ||
	    (colon && !value_integer(colon + 1, &port)) || port < 1 || port > 65535)
		return tsk_fail(call, TSK_USAGE, "bad address '%s' (%s): expected HOST:PORT",
				*value, origin);
	if (!colon)
		*value = tsk_format(call, "%s:7233", *value);
	return TSK_OK;
}

/* What the user's or the system's file says of safety, the file of a checkout cannot loosen. */
static bool loosens(const struct setting_value *slot, enum tsk_setting setting,
		    enum setting_rank rank)
{
	const char *safe = setting == TSK_SETTING_READ_ONLY              ? "true"
			   : setting == TSK_SETTING_ALLOW_REMOTE_CHANGES ? "false"
									 : NULL;

	return safe && rank == RANK_PROJECT_INI && slot->rank != RANK_DEFAULT &&
	       slot->rank < RANK_PROJECT_INI && strcmp(slot->value, safe) == 0;
}

enum tsk_status settings_set(struct settings *settings, struct tsk_call *call,
			     enum tsk_setting setting, const char *value, const char *origin,
			     enum setting_rank rank)
{
	const struct setting_row *row = settings_row(setting);
	struct setting_value *slot = &settings->values[setting];
	bool adds = row->type == TSK_LIST && slot->rank == (int)rank && *slot->value;

	/* A weaker value is checked, too: a bad line is an error even where it is overridden. */
	if (check_value(call, row, &value, origin))
		return tsk_error(call);
	if (setting == TSK_SETTING_ADDRESS && check_address(call, &value, origin))
		return tsk_error(call);
	if ((int)rank < slot->rank || loosens(slot, setting, rank))
		return TSK_OK;
	if (adds)
		value = tsk_format(call, "%s\n%s", slot->value, value);
	*slot = (struct setting_value){ settings_keep(settings, value),
					settings_keep(settings, origin), rank };
	return TSK_OK;
}

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
					.key = settings_keep(settings, key),
					.value = settings_keep(settings, value),
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
	int setting = settings_find_key(section, key);

	if (setting >= 0)
		return settings_set(target->settings, target->call, setting, value,
				    tsk_format(target->call, "%s:%d", target->path, line),
				    target->rank);
	if (settings_knows_section(section))
		return unknown_key(target, section, key, line);
	return keep_entry(target, section, key, value, line);
}

static enum tsk_status load_ini(struct settings *settings, struct tsk_call *call, const char *path,
				enum setting_rank rank)
{
	struct ini_target target = { settings, call, path, rank };

	return ini_read(call, path, on_ini_line, &target, NULL);
}

static const char *user_ini(struct tsk_call *call)
{
	const char *config = getenv("XDG_CONFIG_HOME");
	const char *home = getenv("HOME");

	if (config && *config == '/')
		return tsk_format(call, "%s/temporal-skill/config.ini", config);
	if (home && *home == '/')
		return tsk_format(call, "%s/.config/temporal-skill/config.ini", home);
	return NULL;
}

/* ---- all of it ---- */

/* Absolute, without a trailing slash; a directory that does not exist is kept as named and told by
 * those who need it. */
static void settle_project(struct settings *settings, struct tsk_call *call)
{
	struct setting_value *dir = &settings->values[TSK_SETTING_PROJECT_DIR];
	struct setting_value *name = &settings->values[TSK_SETTING_PROJECT_NAME];
	char resolved[PATH_MAX], here[PATH_MAX];

	if (realpath(dir->value, resolved))
		dir->value = settings_keep(settings, resolved);
	else if (dir->value[0] != '/' && getcwd(here, sizeof(here)))
		dir->value = settings_keep(settings, tsk_format(call, "%s/%s", here, dir->value));
	if (!*name->value) {
		const char *slash = strrchr(dir->value, '/');
		name->value = settings_keep(settings, slash && slash[1] ? slash + 1 : "root");
	}
}

/* The project's INI file may not say where the project is: it is found there. */
static enum tsk_status load_project_ini(struct settings *settings, struct tsk_call *call)
{
	settle_project(settings, call);
	const char *dir = settings->values[TSK_SETTING_PROJECT_DIR].value;
	struct setting_value before = settings->values[TSK_SETTING_PROJECT_DIR];
	const char *path = tsk_format(call, "%s/temporal-skill.ini", strcmp(dir, "/") ? dir : "");

	/* The derived name must not look chosen, or the file could not set it. */
	if (!strcmp(settings->values[TSK_SETTING_PROJECT_NAME].origin, "default"))
		settings->values[TSK_SETTING_PROJECT_NAME].value = "";
	if (load_ini(settings, call, path, RANK_PROJECT_INI))
		return tsk_error(call);
	settings->values[TSK_SETTING_PROJECT_DIR] = before;
	settle_project(settings, call);
	return TSK_OK;
}

enum tsk_status settings_load(struct settings *settings, struct tsk_call *call)
{
	const char *user = user_ini(call);

	/* Only flags can have come since, and of these only the project's directory needs work. */
	if (settings->loaded) {
		settle_project(settings, call);
		settings_guess(settings, call);
		return TSK_OK;
	}
	settings->loaded = true;
	if (load_environment(settings, call))
		return tsk_error(call);
	if (load_ini(settings, call, "/etc/temporal-skill/config.ini", RANK_SYSTEM_INI))
		return tsk_error(call);
	if (user && load_ini(settings, call, user, RANK_USER_INI))
		return tsk_error(call);
	if (load_project_ini(settings, call))
		return tsk_error(call);
	settings_guess(settings, call);
	return settings_load_profile(settings, call);
}

const char *settings_value(const struct settings *settings, enum tsk_setting setting)
{
	return settings->values[setting].value;
}

bool settings_is_of_project(const struct settings *settings, enum tsk_setting setting)
{
	return settings->values[setting].rank == RANK_PROJECT_INI;
}

/* ---- what commands ask for ---- */

const char *tsk_setting(const struct tsk_call *call, enum tsk_setting setting)
{
	return settings_value(call->settings, setting);
}

bool tsk_setting_is_true(const struct tsk_call *call, enum tsk_setting setting)
{
	return strcmp(tsk_setting(call, setting), "true") == 0;
}

int64_t tsk_setting_ms(const struct tsk_call *call, enum tsk_setting setting)
{
	int64_t ms = 0;

	value_duration(tsk_setting(call, setting), &ms);
	return ms;
}

const char *tsk_setting_origin(const struct tsk_call *call, enum tsk_setting setting)
{
	return call->settings->values[setting].origin;
}

bool tsk_setting_is_given(const struct tsk_call *call, enum tsk_setting setting)
{
	return call->settings->values[setting].rank != RANK_DEFAULT;
}

const struct tsk_ini_entry *tsk_ini_entries(struct tsk_call *call, const char *section,
					    size_t *count)
{
	const struct settings *settings = call->settings;
	struct tsk_ini_entry *found = tsk_alloc(call, (settings->entry_count + 1) * sizeof(*found));
	size_t length = strlen(section);

	*count = 0;
	for (size_t i = 0; i < settings->entry_count; i++) {
		const char *name = settings->entries[i].section;
		if (!strncmp(name, section, length) && (!name[length] || name[length] == ' '))
			found[(*count)++] = settings->entries[i];
	}
	return *count ? found : NULL;
}
