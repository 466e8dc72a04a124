/* Command lines: words in, an options struct and settings out, both from tables. */
#ifndef CORE_COMMAND_LINE_OPTIONS_H
#define CORE_COMMAND_LINE_OPTIONS_H

#include "settings/values.h"

/* What a command line asks for besides its options. */
struct command_line {
	bool help, version;
	const char *command; /* NULL: none named */
	size_t rest;         /* index of the word after the command */
};

/* Looks at the words up to the command's name, and takes the global flags before it. words: argv
 * without the program. */
enum tsk_status options_find_command(struct tsk_call *call, struct settings *settings,
				     const char *const *words, size_t count,
				     struct command_line *line);

/* Reads the words after the command's name: its options into the struct at out (zeroed,
 * command->options_size bytes; strings are borrowed from words and call), global flags into
 * settings. Fallbacks are filled in, required ones checked, except after --help. */
enum tsk_status options_parse(struct tsk_call *call, struct settings *settings,
			      const struct tsk_command *command, const char *const *words,
			      size_t count, void *out, struct command_line *line);

#endif
