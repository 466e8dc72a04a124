/* diagnose: what is wrong, in one call: with one workflow, or with the whole namespace. */
#include "diagnose_all.h"
#include "one_workflow.h"

struct diagnose_options {
	const char *workflow_id;
	const char *run_id;
	const char *query;
	bool check;
	const char *save_symptoms;
	bool with_payloads;
};

#define AT(field) .at = offsetof(struct diagnose_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_ID_OPTION(struct diagnose_options, false,
			       "this workflow only (default: the whole namespace)"),
	TSK_RUN_ID_OPTION(struct diagnose_options),
	{ .name = "query",
	  .letter = 'q',
	  .type = TSK_STRING,
	  AT(query),
	  .argument = "QUERY",
	  .help = "only workflows that this visibility query matches" },
	{ .name = "check", .type = TSK_FLAG, AT(check), .help = "exit 1 when something is wrong" },
	SYMPTOMS_OPTIONS(struct diagnose_options),
	{ 0 },
};

static enum tsk_status diagnose(struct tsk_call *call, const void *given)
{
	const struct diagnose_options *o = given;

	if (o->workflow_id && o->query)
		return tsk_fail(call, TSK_USAGE,
				"'--workflow-id' and '--query' exclude each other");
	if (!o->workflow_id && o->run_id)
		return tsk_fail(call, TSK_USAGE, "'--run-id' goes with '--workflow-id'");
	if (!o->workflow_id && (o->save_symptoms || o->with_payloads))
		return tsk_fail(call, TSK_USAGE, "'--save-symptoms' goes with '--workflow-id'");
	if (o->workflow_id)
		return say_one_workflow(
			call, &(struct one_workflow){ .workflow_id = o->workflow_id,
						      .run_id = o->run_id,
						      .check = o->check,
						      .save_symptoms = o->save_symptoms,
						      .with_payloads = o->with_payloads });
	return say_whole_namespace(call, o->query, o->check);
}

static const struct tsk_view views[] = {
	{ .path = "root_cause.type", .label = "root cause" },
	{ .path = "root_cause.message", .label = "message" },
	{ .path = "root_cause.location", .label = "at" },
	{ .path = "evidence" },
	{ .path = "recovery" },
	{ .path = "run_id" },
	{ .path = "symptoms" },
	{ .path = "warning" },
	{ .path = "=report", .label = "" },
	{ .path = "server.summary", .label = "server" },
	{ .path = "worker_lines", .label = "workers" },
	{ .path = "unhandled_signals", .label = "signals" },
	{ .path = "fine" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill diagnose",
	"temporal-skill diagnose -w order-17",
	"temporal-skill diagnose --check -o json",
	NULL,
};

const struct tsk_command diagnose_command = {
	.name = "diagnose",
	.summary = "tell what is wrong, and what to do: with one workflow, or with everything",
	.details = "Without --workflow-id: server, namespace, workers, workflows that cannot move "
		   "by cause, recent\n"
		   "failures, results that look like errors, and what the others wait for; worst "
		   "first.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct diagnose_options),
	.views = views,
	.run = diagnose,
};
