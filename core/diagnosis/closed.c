/* Workflows that are over: how they ended, and why. */
#include "reading.h"

#include <string.h>

static const struct tsk_event *close_event(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *event = newest->count ? &newest->events[0] : NULL;

	if (!event)
		return NULL;
	switch (event->type) {
	case TSK_EVENT_COMPLETED:
	case TSK_EVENT_FAILED:
	case TSK_EVENT_TIMED_OUT:
	case TSK_EVENT_CANCELED:
	case TSK_EVENT_TERMINATED:
	case TSK_EVENT_CONTINUED_AS_NEW: return event;
	default: return NULL;
	}
}

static const struct tsk_event *newest_of_type(const struct tsk_history *newest, int type)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == type)
			return &newest->events[i];
	return NULL;
}

/* ---- failed ---- */

/* The first link that is more than the workflow's own exception: what it called that failed. */
static const struct tsk_failure *called(const struct tsk_failure *failure)
{
	for (; failure; failure = failure->cause)
		if (failure->kind == TSK_FAILURE_ACTIVITY ||
		    failure->kind == TSK_FAILURE_CHILD_WORKFLOW)
			return failure;
	return NULL;
}

static enum tsk_verdict verdict_of(const struct tsk_failure *failure)
{
	const struct tsk_failure *link = called(failure);

	if (!link)
		return TSK_VERDICT_WORKFLOW_FAILED;
	if (link->kind == TSK_FAILURE_CHILD_WORKFLOW)
		return TSK_VERDICT_CHILD_FAILED;
	if (link_not_registered(link, "Activity"))
		return TSK_VERDICT_MISSING_ACTIVITY;
	return link->cause && link->cause->kind == TSK_FAILURE_TIMEOUT
		       ? TSK_VERDICT_ACTIVITY_TIMEOUT
		       : TSK_VERDICT_ACTIVITY_FAILED;
}

static bool same_text(const char *left, const char *right)
{
	return strcmp(said(left), said(right)) == 0;
}

/* The server does not know local activities: where one failed, a marker has the failure that the
 * workflow then ended with. */
static const struct tsk_event *local_failure(const struct tsk_history *newest,
					     const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;

	for (size_t i = 0; root && i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_MARKER_RECORDED && event->failure &&
		    same_text(tsk_failure_root(event->failure)->type, root->type) &&
		    same_text(tsk_failure_root(event->failure)->message, root->message))
			return event;
	}
	return NULL;
}

/* The attempts of the activity that failed, as its start was written when its retries ended. */
static int attempts_of(const struct tsk_history *newest)
{
	const struct tsk_event *end = NULL;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (!end && (event->type == TSK_EVENT_ACTIVITY_FAILED ||
			     event->type == TSK_EVENT_ACTIVITY_TIMED_OUT))
			end = event;
		if (end && event->type == TSK_EVENT_ACTIVITY_STARTED &&
		    event->scheduled_event_id == end->scheduled_event_id)
			return event->attempt;
	}
	return 0;
}

static void tell_link(struct reading *reading, const struct tsk_failure *link)
{
	const char *retries = said(link->retry_state);
	int attempts = reading->diagnosis->attempts;

	if (link->kind == TSK_FAILURE_CHILD_WORKFLOW)
		lines_add(&reading->evidence, "child '%s' (%s) failed", said(link->workflow_id),
			  said(link->workflow_type));
	else if (attempts)
		lines_add(&reading->evidence, "activity '%s' ended after %d attempt%s%s%s",
			  said(link->activity_type), attempts, attempts == 1 ? "" : "s",
			  *retries ? ": " : "", retries);
	else
		lines_add(&reading->evidence, "activity '%s' failed%s%s", said(link->activity_type),
			  *retries ? ": " : "", retries);
}

static void read_failure(struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_failure *failure = event ? event->failure : NULL;
	const struct tsk_failure *link = called(failure);
	const struct tsk_event *local =
		link ? NULL : local_failure(&reading->symptoms->newest, failure);

	reading->diagnosis->verdict = verdict_of(failure);
	take_failure(reading, failure, "");
	if (link && link->kind == TSK_FAILURE_ACTIVITY)
		reading->diagnosis->attempts = attempts_of(&reading->symptoms->newest);
	if (event)
		lines_add(&reading->evidence, "event %lld WorkflowExecutionFailed %s",
			  (long long)event->id, when(reading, event->at));
	if (link)
		tell_link(reading, link);
	/* The chain has no activity in it, and it is the chain that the verdict goes by. */
	if (local)
		lines_add(&reading->evidence, "event %lld: a local activity failed with that",
			  (long long)local->id);
	if (failure && tsk_failure_root(failure)->encoded)
		lines_add(&reading->evidence,
			  "the failure's text is encoded: only a codec server can show it");
	if (event && *said(event->new_run_id))
		lines_add(&reading->evidence, "the server tries it again in run %s",
			  event->new_run_id);
}

/* ---- timed out ---- */

static bool ever_began(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	return newest->more || !newest->count ||
	       newest_of_type(newest, TSK_EVENT_TASK_STARTED) != NULL;
}

/* A failed or timed-out workflow task that was not overcome before the end. */
static const struct tsk_event *task_in_trouble(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_TASK_COMPLETED)
			return NULL;
		if (event->type == TSK_EVENT_TASK_FAILED && event->failure)
			return event;
		if (event->type == TSK_EVENT_TASK_TIMED_OUT &&
		    strcmp(said(event->timeout_type), "TIMEOUT_TYPE_START_TO_CLOSE") == 0)
			return event;
	}
	return NULL;
}

/* Describe still shows what was pending at the end: the activity that failed most, or any. */
static const struct tsk_pending_activity *pending_at_end(const struct reading *reading)
{
	const struct tsk_pending_activity *worst = NULL;

	for (size_t i = 0; i < reading->workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity =
			&reading->workflow->pending_activities[i];

		if (!worst || (activity->last_failure && !worst->last_failure) ||
		    (!activity->last_failure == !worst->last_failure &&
		     activity->attempt > worst->attempt))
			worst = activity;
	}
	return worst;
}

static int64_t timeout_ms(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	int64_t execution = workflow->execution_timeout, run = workflow->run_timeout;

	return execution > 0 && (run <= 0 || execution < run) ? execution : run;
}

static void read_troubled_task(struct reading *reading, const struct tsk_event *event)
{
	if (event->type == TSK_EVENT_TASK_FAILED) {
		reading->cause = said(event->cause);
		take_failure(reading, event->failure, event->cause);
		lines_add(&reading->evidence, "event %lld WorkflowTaskFailed %s, never overcome",
			  (long long)event->id, when(reading, event->at));
	} else {
		lines_add(&reading->evidence,
			  "event %lld WorkflowTaskTimedOut %s: the worker took it and did not "
			  "answer",
			  (long long)event->id, when(reading, event->at));
	}
	if (reading->workflow->pending_task.attempt > 1)
		reading->diagnosis->attempts = reading->workflow->pending_task.attempt;
}

static void read_pending_at_end(struct reading *reading,
				const struct tsk_pending_activity *activity)
{
	reading->activity = activity;
	reading->diagnosis->attempts = activity->attempt;
	if (activity->last_failure)
		take_failure(reading, activity->last_failure, "");
	lines_add(&reading->evidence, "activity '%s' was pending, attempt %d, on '%s'",
		  said(activity->type), activity->attempt,
		  *said(activity->task_queue) ? activity->task_queue
					      : said(reading->workflow->task_queue));
}

static void read_timed_out(struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_event *task = task_in_trouble(&reading->symptoms->newest);
	const struct tsk_pending_activity *activity = pending_at_end(reading);

	reading->diagnosis->verdict = TSK_VERDICT_WORKFLOW_TIMED_OUT;
	/* A parent sees it under this name. */
	take_cause(reading, "TIMEOUT_TYPE_START_TO_CLOSE",
		   timeout_ms(reading) > 0
			   ? tsk_format(reading->call,
					"workflow did not end within its timeout of %s",
					tsk_duration_text(reading->call, timeout_ms(reading)))
			   : "workflow did not end within its timeout");
	if (event)
		lines_add(&reading->evidence, "event %lld WorkflowExecutionTimedOut %s",
			  (long long)event->id, when(reading, event->at));
	if (!ever_began(reading)) {
		reading->queue = said(workflow->task_queue);
		reading->diagnosis->root_cause.message = tsk_format(
			reading->call, "no worker took its first task from '%s'", reading->queue);
		lines_add(&reading->evidence,
			  "no WorkflowTaskStarted: no worker ever took its task from '%s'",
			  reading->queue);
	} else if (task) {
		read_troubled_task(reading, task);
	} else if (activity) {
		read_pending_at_end(reading, activity);
	} else if (workflow->pending_child_count) {
		lines_add(&reading->evidence, "it waited for child '%s'",
			  said(workflow->pending_children[0].workflow_id));
	} else if (newest_of_type(&reading->symptoms->newest, TSK_EVENT_TIMER_STARTED)) {
		lines_add(&reading->evidence, "it waited for a timer, or a signal beside it");
	} else {
		lines_add(&reading->evidence, "it waited for a signal, an update or a condition");
	}
}

/* ---- the others ---- */

static void read_completed(struct reading *reading, const struct tsk_event *event)
{
	const char *json = reading->symptoms->result_json;
	const char *because;

	if (!json && event)
		json = tsk_payloads_json(reading->call, &event->result);
	because = json ? tsk_looks_like_error(reading->call, json) : NULL;
	reading->diagnosis->verdict = because ? TSK_VERDICT_FALSE_POSITIVE_RESULT : TSK_VERDICT_OK;
	if (because)
		lines_add(&reading->evidence, "it completed, but in its result %s",
			  one_line(reading->call, because));
	if (json)
		lines_add(&reading->evidence, "result: %s", one_line(reading->call, json));
}

static void read_ended_by_others(struct reading *reading, const struct tsk_event *event,
				 const struct tsk_event *request, const char *type,
				 const char *what)
{
	const struct tsk_event *by = request ? request : event;
	const char *reason = by ? said(by->reason) : "";

	take_cause(reading, type, reason);
	if (by)
		lines_add(&reading->evidence, "event %lld: %s %s by %s%s%s", (long long)by->id,
			  what, when(reading, by->at),
			  *said(by->identity) ? by->identity : "someone unnamed",
			  *reason ? ", reason: " : "", one_line(reading->call, reason));
}

static void read_continued(struct reading *reading, const struct tsk_event *event)
{
	reading->diagnosis->verdict = TSK_VERDICT_CONTINUED_AS_NEW;
	if (event)
		lines_add(&reading->evidence, "event %lld: it goes on in run %s",
			  (long long)event->id, said(event->new_run_id));
}

bool read_closed(struct reading *reading)
{
	const struct tsk_event *event = close_event(reading);
	const struct tsk_event *request =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_CANCEL_REQUESTED);

	take_cause(reading, "", "");
	switch (reading->workflow->status) {
	case TSK_WORKFLOW_COMPLETED: read_completed(reading, event); return true;
	case TSK_WORKFLOW_FAILED: read_failure(reading, event); return true;
	case TSK_WORKFLOW_TIMED_OUT: read_timed_out(reading, event); return true;
	case TSK_WORKFLOW_CANCELED:
		reading->diagnosis->verdict = TSK_VERDICT_CANCELED;
		read_ended_by_others(reading, event, request, "CanceledFailure",
				     "cancellation requested");
		return true;
	case TSK_WORKFLOW_TERMINATED:
		reading->diagnosis->verdict = TSK_VERDICT_TERMINATED;
		read_ended_by_others(reading, event, NULL, "TerminatedFailure", "terminated");
		return true;
	case TSK_WORKFLOW_CONTINUED_AS_NEW: read_continued(reading, event); return true;
	case TSK_WORKFLOW_UNSPECIFIED:
	case TSK_WORKFLOW_RUNNING:
	case TSK_WORKFLOW_PAUSED:
	default: return false;
	}
}
