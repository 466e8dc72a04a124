/* The plugin {{name}}: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command {{symbol}}_report_command;

static const struct tsk_command *const commands[] = {
	&{{symbol}}_report_command,
	NULL,
};

TSK_PLUGIN(.name = "{{name}}", .summary = "commands of this project", .commands = commands);
