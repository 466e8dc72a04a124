/* The table of settings: one row serves flags, environment, INI keys, defaults, checks and
 * show-settings. */
#ifndef CORE_SETTINGS_TABLE_H
#define CORE_SETTINGS_TABLE_H

#include <temporal-skill/call.h>

struct setting_row {
	struct tsk_setting_info info; /* first, so that tsk_setting_info can hand it out */
	const char *key;              /* in its INI section */
	enum tsk_type type;           /* TSK_FLAG, TSK_STRING, TSK_CHOICE or TSK_DURATION */
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
