/* The monitor plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command find_stalled_workflows_command;
extern const struct tsk_command list_recent_workflows_command;

static const struct tsk_command *const commands[] = {
	&find_stalled_workflows_command,
	&list_recent_workflows_command,
	NULL,
};

TSK_PLUGIN(.name = "monitor", .summary = "see what runs and ran", .commands = commands);
