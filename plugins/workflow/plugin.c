/* The workflow plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command bulk_cancel_workflows_command;
extern const struct tsk_command cancel_workflow_command;
extern const struct tsk_command describe_workflow_command;
extern const struct tsk_command get_workflow_result_command;
extern const struct tsk_command interact_command;
extern const struct tsk_command query_workflow_command;
extern const struct tsk_command reset_workflow_command;
extern const struct tsk_command run_starter_command;
extern const struct tsk_command signal_workflow_command;
extern const struct tsk_command terminate_workflow_command;
extern const struct tsk_command update_workflow_command;
extern const struct tsk_command wait_for_workflow_status_command;

static const struct tsk_command *const commands[] = {
	&bulk_cancel_workflows_command,
	&cancel_workflow_command,
	&describe_workflow_command,
	&get_workflow_result_command,
	&interact_command,
	&query_workflow_command,
	&reset_workflow_command,
	&run_starter_command,
	&signal_workflow_command,
	&terminate_workflow_command,
	&update_workflow_command,
	&wait_for_workflow_status_command,
	NULL,
};

TSK_PLUGIN(.name = "workflow", .summary = "run, watch, talk to and end workflows",
	   .commands = commands);
