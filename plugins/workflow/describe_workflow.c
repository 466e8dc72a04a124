/* describe-workflow: one workflow's state: what is pending, and how it ended. */
#include "say_workflow.h"

struct describe_options {
	const char *workflow_id;
	const char *run_id;
};

static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct describe_options),
	{ 0 },
};

static const char *activity_state(const struct tsk_pending_activity *activity)
{
	if (activity->paused || activity->state == TSK_ACTIVITY_PAUSED)
		return "paused";
	switch (activity->state) {
	case TSK_ACTIVITY_SCHEDULED: return "scheduled";
	case TSK_ACTIVITY_STARTED: return "started";
	case TSK_ACTIVITY_CANCEL_REQUESTED: return "cancel_requested";
	case TSK_ACTIVITY_PAUSE_REQUESTED: return "pause_requested";
	default: return "unspecified";
	}
}

static void say_activity(struct tsk_call *call, cJSON *list,
			 const struct tsk_pending_activity *activity)
{
	cJSON *row = tsk_append_object(list);
	const struct tsk_failure *failure = activity->last_failure;

	tsk_set(row, "activity_id", activity->id);
	tsk_set(row, "type", activity->type);
	tsk_set(row, "state", activity_state(activity));
	tsk_set_number(row, "attempt", activity->attempt);
	if (activity->maximum_attempts)
		tsk_set_number(row, "maximum_attempts", activity->maximum_attempts);
	tsk_set(row, "task_queue", activity->task_queue);
	tsk_set(row, "last_worker", activity->last_worker_identity);
	tsk_set_time(row, "last_started_at", activity->last_started_at);
	tsk_set_time(row, "next_attempt_at", activity->next_attempt_at);
	if (failure)
		tsk_set_format(row, "last_failure", "%s: %s",
			       tsk_failure_type(tsk_failure_root(failure)),
			       tsk_shorten(call, tsk_failure_root(failure)->message, 1000));
}

static void say_pending(struct tsk_call *call, const struct tsk_workflow *workflow)
{
	cJSON *result = tsk_result(call);

	if (workflow->pending_task.present) {
		cJSON *task = tsk_set_object(result, "pending_workflow_task");
		tsk_set(task, "state", workflow->pending_task.started ? "started" : "scheduled");
		tsk_set_number(task, "attempt", workflow->pending_task.attempt);
		tsk_set_time(task, "scheduled_at", workflow->pending_task.scheduled_at);
		tsk_set_time(task, "started_at", workflow->pending_task.started_at);
	}
	cJSON *activities = tsk_set_list(result, "pending_activities");
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		say_activity(call, activities, &workflow->pending_activities[i]);
	cJSON *children = tsk_set_list(result, "pending_children");
	for (size_t i = 0; i < workflow->pending_child_count; i++) {
		cJSON *row = tsk_append_object(children);
		tsk_set(row, "workflow_id", workflow->pending_children[i].workflow_id);
		tsk_set(row, "run_id", workflow->pending_children[i].run_id);
		tsk_set(row, "workflow_type", workflow->pending_children[i].type);
	}
	cJSON *problems = tsk_set_list(result, "reported_problems");
	for (size_t i = 0; i < workflow->reported_problems.count; i++)
		tsk_append(problems, workflow->reported_problems.items[i]);
}

static enum tsk_status describe_workflow(struct tsk_call *call, const void *given)
{
	const struct describe_options *o = given;
	cJSON *result = tsk_result(call);
	struct outcome outcome;

	if (read_outcome_as_told(call, o->workflow_id, o->run_id, &outcome))
		return tsk_error(call);
	const struct tsk_workflow *workflow = outcome.workflow;
	const char *reason = outcome_reason(call, &outcome);
	int64_t end = workflow->closed_at ? workflow->closed_at : tsk_wall_ns();
	say_workflow(call, result, workflow);
	tsk_set_number(result, "history_length", workflow->history_length);
	tsk_set_number(result, "history_bytes", workflow->history_bytes);
	tsk_set(result, "parent_workflow_id", workflow->parent_workflow_id);
	tsk_set(result, "cron", workflow->cron);
	tsk_set_bool(result, "cancel_requested", workflow->cancel_requested);
	say_pending(call, workflow);
	say_outcome(result, &outcome);
	tsk_verdict(call, outcome_verdict(call, &outcome), "'%s' (%s) %s %s %s%s%s",
		    workflow->workflow_id, workflow->type,
		    tsk_workflow_status_name(workflow->status),
		    workflow->closed_at ? "after" : "for",
		    tsk_duration_text(call, (end - workflow->started_at) / 1000000),
		    *reason ? ": " : "", reason);
	if (!workflow->closed_at)
		tsk_next(call, "temporal-skill diagnose -w %s",
			 tsk_quote(call, workflow->workflow_id));
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "run_id" },
	{ .path = "task_queue" },
	{ .path = "started_at" },
	{ .path = "history_length", .label = "events" },
	{ .path = "parent_workflow_id", .label = "parent" },
	{ .path = "cron" },
	{ .path = "pending_workflow_task" },
	{ .path = "pending_activities",
	  .columns = "activity_id type state attempt task_queue next_attempt_at last_failure" },
	{ .path = "pending_children", .columns = "workflow_id workflow_type run_id" },
	{ .path = "reported_problems" },
	{ .path = "result" },
	{ .path = "suspicious_because", .label = "looks like an error" },
	{ .path = "root_cause.location", .label = "at" },
	{ .path = "link" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill describe-workflow -w order-17", NULL };

const struct tsk_command describe_workflow_command = {
	.name = "describe-workflow",
	.summary = "show a workflow's status and what is pending",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct describe_options),
	.views = views,
	.run = describe_workflow,
};
