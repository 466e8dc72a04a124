/* The table of settings: one row serves flags, environment, INI keys, defaults, checks and
 * show-settings. */
#ifndef CORE_SETTINGS_TABLE_H
#define CORE_SETTINGS_TABLE_H

#include <temporal-skill/call.h>

/* What a project's INI file may do with a setting. A checkout is somebody else's word: whatever
 * runs a program, reaches an address, proves who we are or says where files are written needs the
 * user's (trust-project, see core/configuration/project_trust.h). */
enum setting_of_project {
	PROJECT_FREE,     /* set it: names, times, looks, and commands that run when asked for */
	PROJECT_LOOPBACK, /* set it to an address of this machine; trusted: to any */
	PROJECT_INSIDE,   /* set it to a folder in the project; trusted: to any */
	PROJECT_TRUSTED,  /* set it once it is trusted */
	PROJECT_STRICTER, /* set it to what is stricter, trusted or not */
	PROJECT_NEVER
};

struct setting_row {
	struct tsk_setting_info info; /* first, so that tsk_setting_info can hand it out */
	enum setting_of_project of_project;
	const char *key;    /* in its INI section */
	enum tsk_type type; /* TSK_FLAG, TSK_STRING, TSK_CHOICE or TSK_DURATION */
	const char *fallback;
	const char *const *choices;
	char letter;
	const char *argument; /* of the flag */
	const char *profile;  /* JSON pointer into what `temporal config get` prints, or NULL */
};

const struct setting_row *settings_row(enum tsk_setting setting);

/* A setting by section and key of an INI file; -1: none. */
int settings_find_key(const char *section, const char *key);

/* Whether any row has that section. */
bool settings_knows_section(const char *section);

/* Flags of the Temporal CLI that are accepted and mean nothing here; ends with a row without name.
 */
const struct tsk_option *settings_ignored_flags(void);

#endif
