/* update-workflow: send an update and wait for its answer. */
#include "handlers.h"

struct update_options {
	const char *workflow_id;
	const char *run_id;
	const char *name;
	const char *input;
	int64_t timeout;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct update_options),
	{ .name = "name",
	  .type = TSK_STRING,
	  .at = offsetof(struct update_options, name),
	  .argument = "NAME",
	  .help = "the update",
	  .required = true },
	{ .name = "input",
	  .letter = 'i',
	  .type = TSK_JSON,
	  .at = offsetof(struct update_options, input),
	  .argument = "JSON|@FILE|-",
	  .help = "its argument" },
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  .at = offsetof(struct update_options, timeout),
	  .argument = "SECONDS",
	  .help = "how long to wait for its answer",
	  .fallback = "20" },
	{ 0 },
};

static enum tsk_status update_workflow(struct tsk_call *call, const void *given)
{
	const struct update_options *o = given;

	return send_update(call, o->workflow_id, o->run_id, o->name, o->input, o->timeout);
}

static const struct tsk_view views[] = {
	{ .path = "answer" },
	{ .path = "root_cause.location", .label = "at" },
	{ .path = "update_id" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill update-workflow -w order-17 --name set_quantity --input 3",
	NULL,
};

const struct tsk_command update_workflow_command = {
	.name = "update-workflow",
	.summary = "send an update to a workflow and show its answer",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct update_options),
	.views = views,
	.run = update_workflow,
};
