/* analyze-workflow-error: why one workflow failed or does not move, root cause first. */
#include "one_workflow.h"

struct analyze_options {
	const char *workflow_id;
	const char *run_id;
};

#define AT(field) .at = offsetof(struct analyze_options, field)
static const struct tsk_option options[] = {
	{ .name = "workflow-id",
	  .letter = 'w',
	  .type = TSK_STRING,
	  AT(workflow_id),
	  .argument = "ID",
	  .help = "the workflow",
	  .required = true },
	{ .name = "run-id",
	  .letter = 'r',
	  .type = TSK_STRING,
	  AT(run_id),
	  .argument = "RUN",
	  .help = "this run of it (default: the latest)" },
	{ 0 },
};

static enum tsk_status analyze_workflow_error(struct tsk_call *call, const void *given)
{
	const struct analyze_options *o = given;

	return say_one_workflow(call, o->workflow_id, o->run_id, false);
}

static const char *const examples[] = {
	"temporal-skill analyze-workflow-error --workflow-id order-17", NULL
};

const struct tsk_command analyze_workflow_error_command = {
	.name = "analyze-workflow-error",
	.summary = "tell why a workflow failed or does not move, and what to do",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct analyze_options),
	.views = one_workflow_views,
	.run = analyze_workflow_error,
};
