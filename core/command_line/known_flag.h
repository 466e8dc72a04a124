/* Which flag a word is: one of the command, a setting's, --help, --version, or one that is ignored.
 */
#ifndef CORE_COMMAND_LINE_KNOWN_FLAG_H
#define CORE_COMMAND_LINE_KNOWN_FLAG_H

#include <temporal-skill/plugin.h>

struct known_flag {
	const struct tsk_option
		*option; /* of the command, or of the ignored flags; NULL for a setting */
	int setting;     /* -1: not a setting */
	bool ignored, help, version;
	bool takes_value;
};

/* By its name of length bytes without dashes, or by its letter where that is not 0. A command's own
 * options come first; command NULL: only those that all have. */
bool find_flag(const struct tsk_command *command, const char *name, size_t length, char letter,
	       struct known_flag *found);

/* Only of the settings. */
bool find_global_flag(const char *name, struct known_flag *found);

/* The name, without dashes, that is spelt nearly as this word, which may have dashes; NULL: none.
 */
const char *nearest_flag(struct tsk_call *call, const struct tsk_command *command,
			 const char *word);

#endif
