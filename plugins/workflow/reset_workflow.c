/* reset-workflow: go back to a completed workflow task and on from there, in a new run. */
#include "say_workflow.h"

struct reset_options {
	const char *workflow_id;
	const char *run_id;
	const char *reason;
	int64_t event_id;
	bool first;
};

#define AT(field) .at = offsetof(struct reset_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct reset_options),
	{ .name = "reason",
	  .type = TSK_STRING,
	  AT(reason),
	  .argument = "TEXT",
	  .help = "why, as the history will show it",
	  .fallback = "temporal-skill" },
	{ .name = "event-id",
	  .type = TSK_INTEGER,
	  AT(event_id),
	  .argument = "EVENT",
	  .minimum = 1,
	  .maximum = INT64_MAX,
	  .help = "the WorkflowTaskCompleted to go back to (default: the last one)" },
	{ .name = "first",
	  .type = TSK_FLAG,
	  AT(first),
	  .help = "go back to the first workflow task: everything runs again" },
	{ 0 },
};

/* Where a reset may start: a workflow task that completed, or the first that was taken up and
 * failed. */
static bool is_reset_point(const struct tsk_event *event)
{
	return event->type == TSK_EVENT_TASK_COMPLETED || event->type == TSK_EVENT_TASK_TIMED_OUT ||
	       event->type == TSK_EVENT_TASK_FAILED;
}

static enum tsk_status choose_event(struct tsk_call *call, const struct tsk_workflow *workflow,
				    bool first, int64_t *event_id)
{
	struct tsk_history history = { .count = 0 };
	int64_t completed = 0, other = 0;

	if (tsk_history_forward(call, workflow->workflow_id, workflow->run_id, 0, &history))
		return tsk_error(call);
	for (size_t i = 0; i < history.count; i++) {
		const struct tsk_event *event = &history.events[i];
		if (!is_reset_point(event))
			continue;
		if (event->type == TSK_EVENT_TASK_COMPLETED && !(first && completed))
			completed = event->id;
		else if (!other)
			other = event->id;
	}
	*event_id = completed ? completed : other;
	if (*event_id)
		return TSK_OK;
	tsk_hint(call, "temporal-skill diagnose -w %s", tsk_quote(call, workflow->workflow_id));
	return tsk_fail(call, TSK_NEGATIVE,
			"'%s' has no workflow task to go back to: none was ever taken up",
			workflow->workflow_id);
}

static enum tsk_status reset_workflow(struct tsk_call *call, const void *given)
{
	const struct reset_options *o = given;
	const struct tsk_workflow *workflow = NULL;
	const char *new_run_id = "";
	int64_t event_id = o->event_id;

	if (event_id && o->first)
		return tsk_fail(call, TSK_USAGE, "'--event-id' and '--first' exclude each other");
	if (tsk_describe_workflow(call, o->workflow_id, o->run_id, &workflow))
		return tsk_error(call);
	if (!event_id && choose_event(call, workflow, o->first, &event_id))
		return tsk_error(call);
	if (tsk_reset_workflow(call, o->workflow_id, workflow->run_id, event_id, o->reason,
			       &new_run_id))
		return tsk_error(call);
	say_workflow(call, tsk_result(call), workflow);
	tsk_set(tsk_result(call), "new_run_id", new_run_id);
	tsk_set_id(tsk_result(call), "event_id", event_id);
	tsk_verdict(call, "reset", "'%s' goes on from event %lld in a new run", o->workflow_id,
		    (long long)event_id);
	tsk_next(call, "temporal-skill wait-for-workflow-status -w %s",
		 tsk_quote(call, o->workflow_id));
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "new_run_id", .label = "new run" },
	{ .path = "run_id", .label = "old run" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill reset-workflow -w order-17 --reason 'fixed the bug'",
	"temporal-skill reset-workflow -w order-17 --event-id 12",
	NULL,
};

const struct tsk_command reset_workflow_command = {
	.name = "reset-workflow",
	.summary = "go back to a workflow task and on from there in a new run",
	.details =
		"The current run ends as TERMINATED. Signals that came after the event are kept.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct reset_options),
	.views = views,
	.run = reset_workflow,
};
