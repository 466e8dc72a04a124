/* Settings: every value that can be chosen from outside, and where it came from.
 *
 * Precedence: flag, environment, project INI, user INI, system INI, the Temporal CLI's profile,
 * default. Invariants: after settings_init every value is set (to its default); values and origins
 * live as long as the settings.
 */
#ifndef CORE_SETTINGS_VALUES_H
#define CORE_SETTINGS_VALUES_H

#include "call/arena.h"
#include "call/call.h"

struct setting_value {
	const char *value;
	const char *origin;
	int rank; /* of the source; a lower-ranked source does not replace a higher one */
};

struct settings {
	struct arena arena;
	struct setting_value values[TSK_SETTING_COUNT_];
	struct tsk_ini_entry *entries; /* lines of sections that the core does not own */
	size_t entry_count, entry_room;
	bool loaded;
	const char
		*flags; /* connection and project flags of this call, as typed, for "next" lines */
};

/* Sources, weakest first. */
enum setting_rank {
	RANK_DEFAULT,
	RANK_PROFILE,
	RANK_SYSTEM_INI,
	RANK_USER_INI,
	RANK_PROJECT_INI,
	RANK_ENVIRONMENT,
	RANK_FLAG
};

void settings_init(struct settings *settings);
void settings_release(struct settings *settings);

/* Sets one value when nothing stronger has; TSK_USAGE, with the error recorded in call, where it
 * does not fit the setting's type. value and origin are copied. */
enum tsk_status settings_set(struct settings *settings, struct tsk_call *call,
			     enum tsk_setting setting, const char *value, const char *origin,
			     enum setting_rank rank);

/* A copy of text that lives as long as the settings. */
char *settings_keep(struct settings *settings, const char *text);

/* Whether the project's INI file says it: a checkout may say anything. */
bool settings_is_of_project(const struct settings *settings, enum tsk_setting setting);

const char *settings_value(const struct settings *settings, enum tsk_setting setting);

#endif
