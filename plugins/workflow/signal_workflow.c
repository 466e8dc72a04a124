/* signal-workflow: send a signal, and say so when the workflow has no handler of that name. */
#include "say_workflow.h"

#include "handlers.h"

struct signal_options {
	const char *workflow_id;
	const char *run_id;
	const char *name;
	const char *input;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct signal_options),
	{ .name = "name",
	  .type = TSK_STRING,
	  .at = offsetof(struct signal_options, name),
	  .argument = "NAME",
	  .help = "the signal",
	  .required = true },
	{ .name = "input",
	  .letter = 'i',
	  .type = TSK_JSON,
	  .at = offsetof(struct signal_options, input),
	  .argument = "JSON|@FILE|-",
	  .help = "its argument" },
	{ 0 },
};

static enum tsk_status signal_workflow(struct tsk_call *call, const void *given)
{
	const struct signal_options *o = given;

	return send_signal(call, o->workflow_id, o->run_id, o->name, o->input);
}

static const struct tsk_view views[] = {
	{ .path = "handlers", .label = "signals it handles" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill signal-workflow -w order-17 --name approve --input '{\"approved\": true}'",
	"temporal-skill signal-workflow -w order-17 --name items --input @items.json",
	NULL,
};

const struct tsk_command signal_workflow_command = {
	.name = "signal-workflow",
	.summary = "send a signal to a workflow",
	.details = "Where the workflow lists its handlers and this is none of them, nothing is "
		   "sent (exit 3). Else the\nserver takes signals of any name.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct signal_options),
	.views = views,
	.run = signal_workflow,
};
