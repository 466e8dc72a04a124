/* The debug plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command analyze_workflow_error_command;
extern const struct tsk_command diagnose_command;
extern const struct tsk_command show_workflow_history_command;
extern const struct tsk_command show_workflow_stack_command;

static const struct tsk_command *const commands[] = {
	&analyze_workflow_error_command,
	&diagnose_command,
	&show_workflow_history_command,
	&show_workflow_stack_command,
	NULL,
};

TSK_PLUGIN(.name = "debug", .summary = "see why a workflow does not move", .commands = commands);
