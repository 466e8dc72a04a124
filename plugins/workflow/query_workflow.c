/* query-workflow: ask a workflow something; it changes nothing. */
#include "say_workflow.h"

#include "handlers.h"

struct query_options {
	const char *workflow_id;
	const char *run_id;
	const char *name;
	const char *input;
	bool raw;
	int64_t timeout;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct query_options),
	{ .name = "name",
	  .type = TSK_STRING,
	  .at = offsetof(struct query_options, name),
	  .argument = "NAME",
	  .help = "the query",
	  .required = true },
	{ .name = "input",
	  .letter = 'i',
	  .type = TSK_JSON,
	  .at = offsetof(struct query_options, input),
	  .argument = "JSON|@FILE|-",
	  .help = "its argument" },
	{ .name = "raw",
	  .type = TSK_FLAG,
	  .at = offsetof(struct query_options, raw),
	  .help = "print the answer and nothing else" },
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  .at = offsetof(struct query_options, timeout),
	  .argument = "SECONDS",
	  .help = "how long to wait for a worker's answer",
	  .fallback = "10" },
	{ 0 },
};

static enum tsk_status query_workflow(struct tsk_call *call, const void *given)
{
	const struct query_options *o = given;

	return send_query(call, o->workflow_id, o->run_id, o->name, o->input, o->timeout, o->raw);
}

static const struct tsk_view views[] = {
	{ .path = "answer" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill query-workflow -w order-17 --name get_status",
	"temporal-skill query-workflow -w order-17 --name get_status --raw",
	NULL,
};

const struct tsk_command query_workflow_command = {
	.name = "query-workflow",
	.summary = "ask a workflow for its state",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct query_options),
	.views = views,
	.run = query_workflow,
};
