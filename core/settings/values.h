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
	int rank;        /* of the source; a lower-ranked source does not replace a higher one */
	bool of_project; /* a checkout said it: its INI file, or a profile that this one chose */
};

/* How far the user trusts the project's INI file as it is now (trust-project). */
enum project_trust {
	PROJECT_IS_UNTRUSTED,
	PROJECT_IS_TRUSTED,         /* it may set what runs and reaches */
	PROJECT_HAS_THE_CREDENTIALS /* and say where the user's credentials are sent */
};

struct settings {
	struct arena arena;
	struct setting_value values[TSK_SETTING_COUNT_];
	/* lines of sections that are no settings; key NULL where one begins */
	struct tsk_ini_entry *entries;
	size_t entry_count, entry_room;
	bool loaded, profile_loaded;
	enum project_trust project_trust;
	const char *project_file,
		*project_text;               /* the project's INI file; "" until it was loaded */
	struct tsk_ignored_setting *ignored; /* what it said and does not count (of_project.c) */
	size_t ignored_count, ignored_room;
	bool completes;    /* for a shell's completion: reaches nothing of an untrusted checkout */
	const char *moved; /* directories of this user's own, in place of another's; NULL: none */
	const char *kept_back; /* what is not sent, and why (secrets.c); NULL: nothing */
	const char *refusal;   /* why nothing may be sent at all; NULL: it may */
	const char *refusal_hint;
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

/* Whether the project's file may set this, see enum setting_of_project; else, where it would have
 * counted, the line is put down as ignored. */
bool settings_project_may(struct settings *settings, struct tsk_call *call,
			  enum tsk_setting setting, const char *value, const char *origin);

/* Whether the project said something of this that does not count. */
bool settings_is_ignored(const struct settings *settings, enum tsk_setting setting);

/* A copy of text that lives as long as the settings. */
char *settings_keep(struct settings *settings, const char *text);

const char *settings_value(const struct settings *settings, enum tsk_setting setting);

#endif
