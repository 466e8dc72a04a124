/* The rehearse plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command export_history_command, rehearse_change_command;

static const struct tsk_command *const commands[] = {
	&rehearse_change_command,
	&export_history_command,
	NULL,
};

TSK_PLUGIN(.name = "rehearse", .summary = "replay histories against the code before it goes live",
	   .commands = commands);
