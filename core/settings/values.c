/* The values of the settings: which source wins, and what fits. */
#include "values.h"

#include "table.h"
#include "text/typed_value.h"

#include <stdlib.h>
#include <string.h>

char *settings_keep(struct settings *settings, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_take(&settings->arena, size), text, size);
}

void settings_init(struct settings *settings)
{
	memset(settings, 0, sizeof(*settings));
	arena_init(&settings->arena);
	settings->flags = settings->project_file = settings->project_text = "";
	for (int i = 0; i < TSK_SETTING_COUNT_; i++)
		settings->values[i] = (struct setting_value){ settings_row(i)->fallback, "default",
							      RANK_DEFAULT, false };
}

void settings_release(struct settings *settings)
{
	arena_release(&settings->arena);
}

/* "host" alone gets the default port. */
static enum tsk_status check_address(struct tsk_call *call, const char **value, const char *origin)
{
	const char *bracket = strrchr(*value, ']');
	const char *text = *value;
	struct tsk_address address;

	if (!strchr(bracket ? bracket : text, ':'))
		text = tsk_format(call, "%s:7233", text);
	if (!tsk_address_split(text, &address))
		return tsk_fail(call, TSK_USAGE, "bad address '%s' (%s): expected HOST:PORT",
				*value, origin);
	*value = text;
	return TSK_OK;
}

/* "true" and "false" are kept, whatever way of saying so was used. */
static enum tsk_status check_value(struct tsk_call *call, const struct setting_row *row,
				   const char **value, const char *origin)
{
	int64_t ms;
	bool flag;

	switch (row->type) {
	case TSK_FLAG:
		if (!tsk_parse_flag(*value, &flag))
			return tsk_fail(call, TSK_USAGE,
					"bad value '%s' (%s): expected true or false", *value,
					origin);
		*value = flag ? "true" : "false";
		return TSK_OK;
	case TSK_DURATION:
		if (!tsk_parse_duration(*value, &ms))
			return tsk_fail(call, TSK_USAGE,
					"bad duration '%s' (%s): expected " TSK_DURATION_FORMS,
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

/* The project chose the file, or the program that reads it. */
static bool profile_is_of_project(const struct settings *settings)
{
	return settings->values[TSK_SETTING_CONFIG_FILE].of_project ||
	       settings->values[TSK_SETTING_TEMPORAL_CLI].of_project;
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
	if ((int)rank < slot->rank)
		return TSK_OK;
	if (rank == RANK_PROJECT_INI &&
	    !settings_project_may(settings, call, setting, value, origin))
		return TSK_OK;
	if (adds)
		value = tsk_format(call, "%s\n%s", slot->value, value);
	*slot = (struct setting_value){
		settings_keep(settings, value), settings_keep(settings, origin), rank,
		rank == RANK_PROJECT_INI ||
			(rank == RANK_PROFILE && profile_is_of_project(settings))
	};
	return TSK_OK;
}

const char *settings_value(const struct settings *settings, enum tsk_setting setting)
{
	return settings->values[setting].value;
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

	tsk_parse_duration(tsk_setting(call, setting), &ms);
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

bool tsk_command_is_known(const struct tsk_call *call, enum tsk_setting setting)
{
	return tsk_setting_is_given(call, setting) ||
	       strcmp(tsk_setting_origin(call, setting), "default") != 0;
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
		if (settings->entries[i].key && !strncmp(name, section, length) &&
		    (!name[length] || name[length] == ' '))
			found[(*count)++] = settings->entries[i];
	}
	return *count ? found : NULL;
}
