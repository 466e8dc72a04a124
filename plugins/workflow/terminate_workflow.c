/* terminate-workflow: end one workflow by force. */
#include "say_workflow.h"

struct terminate_options {
	const char *workflow_id;
	const char *run_id;
	const char *reason;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct terminate_options),
	{ .name = "reason",
	  .type = TSK_STRING,
	  .at = offsetof(struct terminate_options, reason),
	  .argument = "TEXT",
	  .help = "why, as the history will show it",
	  .fallback = "temporal-skill" },
	{ 0 },
};

static enum tsk_status terminate_workflow(struct tsk_call *call, const void *given)
{
	const struct terminate_options *o = given;
	const struct tsk_workflow *workflow = NULL;
	enum tsk_status status = read_open_workflow(call, o->workflow_id, o->run_id, &workflow);

	if (status != TSK_OK)
		return status;
	if (tsk_terminate_workflow(call, o->workflow_id, workflow->run_id, o->reason))
		return tsk_error(call);
	tsk_set(tsk_result(call), "status", "TERMINATED");
	tsk_verdict(call, "terminated", "'%s' was terminated", o->workflow_id);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "run_id" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill terminate-workflow -w order-17 --reason 'nondeterminism: started anew'",
	NULL,
};

const struct tsk_command terminate_workflow_command = {
	.name = "terminate-workflow",
	.summary = "end a workflow at once, without a chance to clean up",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct terminate_options),
	.views = views,
	.run = terminate_workflow,
};
