/* get-workflow-result: how one workflow ended, its result decoded, and whether it only looks like
 * success. */
#include "say_workflow.h"

#include <string.h>

struct result_options {
	const char *workflow_id;
	const char *run_id;
	bool raw;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct result_options),
	{ .name = "raw",
	  .type = TSK_FLAG,
	  .at = offsetof(struct result_options, raw),
	  .help = "print the result's payload and nothing else" },
	{ 0 },
};

/* The payload's own bytes where there is one, else its JSON. */
static enum tsk_status print_raw(struct tsk_call *call, const struct outcome *outcome)
{
	const struct tsk_payloads *payloads;

	if (!outcome->result) {
		const char *reason = outcome_reason(call, outcome);
		return tsk_fail(call, TSK_NEGATIVE, "'%s' has no result: its status is %s%s%s",
				outcome->workflow->workflow_id,
				tsk_workflow_status_name(outcome->workflow->status),
				*reason ? ", " : "", reason);
	}
	payloads = &outcome->close->result;
	if (payloads->count == 1 && strcmp(payloads->items[0].encoding, "binary/plain") == 0)
		tsk_result_raw(call, payloads->items[0].data, payloads->items[0].size);
	else
		tsk_result_raw(call, tsk_format(call, "%s\n", outcome->result),
			       strlen(outcome->result) + 1);
	return outcome->suspicious ? TSK_NEGATIVE : TSK_OK;
}

static void say_headline(struct tsk_call *call, const struct outcome *outcome)
{
	const struct tsk_workflow *workflow = outcome->workflow;
	const char *id = workflow->workflow_id;
	const char *verdict = outcome_verdict(call, outcome);
	const char *reason = outcome_reason(call, outcome);

	if (outcome->suspicious) {
		tsk_verdict(call, verdict, "'%s' COMPLETED, but its result looks like an error: %s",
			    id, outcome->suspicious);
	} else if (outcome->result) {
		tsk_verdict(call, verdict, "'%s' COMPLETED", id);
	} else if (!outcome->close) {
		tsk_verdict(call, verdict, "'%s' is still %s: no result yet", id,
			    tsk_workflow_status_name(workflow->status));
		tsk_next(call, "temporal-skill wait-for-workflow-status -w %s",
			 tsk_quote(call, id));
	} else {
		tsk_verdict(call, verdict, "'%s' %s%s%s", id,
			    tsk_workflow_status_name(workflow->status), *reason ? ": " : "",
			    reason);
		if (outcome->diagnosed)
			tsk_next(call, "temporal-skill analyze-workflow-error -w %s -r %s",
				 tsk_quote(call, id), workflow->run_id);
		else if (*outcome->close->new_run_id)
			tsk_next(call, "temporal-skill get-workflow-result -w %s",
				 tsk_quote(call, id));
	}
}

static enum tsk_status get_workflow_result(struct tsk_call *call, const void *given)
{
	const struct result_options *o = given;
	struct outcome outcome;

	if (read_outcome(call, o->workflow_id, o->run_id, NULL, &outcome))
		return tsk_error(call);
	if (o->raw)
		return print_raw(call, &outcome);
	say_workflow(call, tsk_result(call), outcome.workflow);
	say_outcome(tsk_result(call), &outcome);
	say_headline(call, &outcome);
	return outcome.result && !outcome.suspicious ? TSK_OK : TSK_NEGATIVE;
}

static const struct tsk_view views[] = {
	{ .path = "result" },
	{ .path = "root_cause.location", .label = "at" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill get-workflow-result --workflow-id order-17",
	"temporal-skill get-workflow-result -w order-17 --raw",
	NULL,
};

const struct tsk_command get_workflow_result_command = {
	.name = "get-workflow-result",
	.summary = "show how a workflow ended and what it returned",
	.details = "Exit 0: completed, and the result does not look like an error. Exit 1: "
		   "anything else.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct result_options),
	.views = views,
	.run = get_workflow_result,
};
