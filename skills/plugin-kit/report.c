/* {{name}}-report: how many workflows of a type there are, by status. A beginning: make it yours. */
#include <temporal-skill/client.h>
#include <temporal-skill/result.h>

/* What the command line fills in: one member an option. */
struct report_options {
	const char *workflow_type;
};

static const struct tsk_option options[] = {
	{ .name = "workflow-type",
	  .letter = 't',
	  .type = TSK_STRING,
	  .at = offsetof(struct report_options, workflow_type),
	  .argument = "TYPE",
	  .help = "count workflows of this type",
	  .required = true },
	{ 0 },
};

static enum tsk_status report(struct tsk_call *call, const void *given)
{
	const struct report_options *o = given;
	int64_t total = 0, counts[TSK_WORKFLOW_PAUSED + 1] = { 0 };
	const char *query = tsk_format(call, "WorkflowType = %s",
				       tsk_query_literal(call, o->workflow_type));

	/* What goes wrong is recorded in the call; returning its status is all that is to do. */
	if (tsk_count_workflows(call, query, &total, counts))
		return tsk_error(call);
	tsk_set_number(tsk_result(call), "total", total);
	tsk_set_number(tsk_result(call), "running", counts[TSK_WORKFLOW_RUNNING]);
	tsk_set_number(tsk_result(call), "failed", counts[TSK_WORKFLOW_FAILED]);
	tsk_verdict(call, counts[TSK_WORKFLOW_FAILED] ? "failures" : "ok",
		    "%lld workflows of type '%s', %lld of them failed", (long long)total,
		    o->workflow_type, (long long)counts[TSK_WORKFLOW_FAILED]);
	return counts[TSK_WORKFLOW_FAILED] ? TSK_NEGATIVE : TSK_OK;
}

/* Which members of the result the text output shows; JSON has them all. */
static const struct tsk_view views[] = {
	{ .path = "running" },
	{ .path = "failed" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill {{name}}-report --workflow-type Order",
	NULL,
};

const struct tsk_command {{symbol}}_report_command = {
	.name = "{{name}}-report",
	.summary = "count workflows of a type",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct report_options),
	.views = views,
	.run = report,
};
