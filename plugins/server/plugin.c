/* The server plugin: the Temporal server that the other commands talk to. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command ensure_server_command;
extern const struct tsk_command show_server_command;
extern const struct tsk_command stop_server_command;

static const struct tsk_command *const commands[] = {
	&ensure_server_command,
	&show_server_command,
	&stop_server_command,
	NULL,
};

TSK_PLUGIN(.name = "server", .summary = "start, show and stop the dev server",
	   .commands = commands);
