/* The rehearse plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command check_workflows_command, export_history_command,
	rehearse_change_command;

static const struct tsk_command *const commands[] = {
	&check_workflows_command,
	&rehearse_change_command,
	&export_history_command,
	NULL,
};

TSK_PLUGIN(.name = "rehearse",
	   .summary = "check workflow code, and replay histories against it, before it goes live",
	   .commands = commands);
