/* --help, of the program and of a command, from the tables. */
#ifndef CORE_COMMAND_LINE_HELP_H
#define CORE_COMMAND_LINE_HELP_H

#include "plugins/registry.h"

const char *help_program(struct tsk_call *call, const struct registry *registry);
const char *help_command(struct tsk_call *call, const struct tsk_command *command);

#endif
