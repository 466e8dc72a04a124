/* Running one command: its words parsed, its needs met, its body called. */
#ifndef CORE_COMMAND_LINE_INVOKE_H
#define CORE_COMMAND_LINE_INVOKE_H

#include "options.h"
#include "plugins/registry.h"

/* Parses the words after the command's name and loads the settings; then, unless help was asked
 * for, checks the command's needs and runs it. */
enum tsk_status invoke(struct tsk_call *call, struct settings *settings,
		       const struct tsk_command *command, const char *const *words, size_t count,
		       struct command_line *line);

#endif
