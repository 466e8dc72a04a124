/* cancel-workflow: ask one workflow to end itself. */
#include "say_workflow.h"

struct cancel_options {
	const char *workflow_id;
	const char *run_id;
	const char *reason;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct cancel_options),
	{ .name = "reason",
	  .type = TSK_STRING,
	  .at = offsetof(struct cancel_options, reason),
	  .argument = "TEXT",
	  .help = "why, as the history will show it",
	  .fallback = "temporal-skill" },
	{ 0 },
};

static enum tsk_status cancel_workflow(struct tsk_call *call, const void *given)
{
	const struct cancel_options *o = given;
	const struct tsk_workflow *workflow = NULL;
	enum tsk_status status = read_open_workflow(call, o->workflow_id, o->run_id, &workflow);

	if (status != TSK_OK)
		return status;
	if (tsk_cancel_workflow(call, o->workflow_id, workflow->run_id, o->reason))
		return tsk_error(call);
	tsk_verdict(call, "cancel_requested", "'%s' was asked to cancel itself", o->workflow_id);
	tsk_next(call, "temporal-skill wait-for-workflow-status -w %s --status CANCELED",
		 tsk_quote(call, o->workflow_id));
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "run_id" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill cancel-workflow -w order-17 --reason 'customer left'",
	NULL,
};

const struct tsk_command cancel_workflow_command = {
	.name = "cancel-workflow",
	.summary = "ask a workflow to cancel itself",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct cancel_options),
	.views = views,
	.run = cancel_workflow,
};
