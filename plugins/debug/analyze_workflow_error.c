/* analyze-workflow-error: why one workflow failed or does not move, root cause first. */
#include "one_workflow.h"

struct analyze_options {
	const char *workflow_id;
	const char *run_id;
	const char *save_symptoms;
	bool with_payloads;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct analyze_options),
	SYMPTOMS_OPTIONS(struct analyze_options),
	{ 0 },
};

static enum tsk_status analyze_workflow_error(struct tsk_call *call, const void *given)
{
	const struct analyze_options *o = given;

	return say_one_workflow(call, &(struct one_workflow){ .workflow_id = o->workflow_id,
							      .run_id = o->run_id,
							      .save_symptoms = o->save_symptoms,
							      .with_payloads = o->with_payloads });
}

static const char *const examples[] = {
	"temporal-skill analyze-workflow-error --workflow-id order-17",
	"temporal-skill analyze-workflow-error -w order-17 --save-symptoms order-17.json",
	NULL,
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
