/* Workflows that are over: how they ended, and why. */
#include "classifier.h"

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

const struct tsk_event *newest_of_type(const struct tsk_history *newest, int type)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == type)
			return &newest->events[i];
	return NULL;
}

/* ---- failed ---- */

const struct tsk_failure *first_callee_link(const struct tsk_failure *failure)
{
	for (; failure; failure = failure->cause)
		if (failure->kind == TSK_FAILURE_ACTIVITY ||
		    failure->kind == TSK_FAILURE_CHILD_WORKFLOW)
			return failure;
	return NULL;
}

static enum tsk_verdict verdict_of(const struct tsk_failure *failure)
{
	const struct tsk_failure *link = first_callee_link(failure);

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
	return strcmp(or_empty(left), or_empty(right)) == 0;
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

/* What was written of the activity that failed last; its start only when its retries ended. */
struct failed_activity {
	int attempts;
	const char *queue;
};

static struct failed_activity failed_activity(const struct tsk_history *newest)
{
	struct failed_activity activity = { .queue = "" };
	const struct tsk_event *end = NULL;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (!end && (event->type == TSK_EVENT_ACTIVITY_FAILED ||
			     event->type == TSK_EVENT_ACTIVITY_TIMED_OUT))
			end = event;
		if (end && event->type == TSK_EVENT_ACTIVITY_STARTED &&
		    event->scheduled_event_id == end->scheduled_event_id)
			activity.attempts = event->attempt;
		if (end && event->type == TSK_EVENT_ACTIVITY_SCHEDULED &&
		    event->id == end->scheduled_event_id)
			activity.queue = or_empty(event->task_queue);
	}
	return activity;
}

void read_workflow_attempt(struct reading *reading, const struct tsk_event *end)
{
	const struct tsk_event *start =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_STARTED);

	if (!start || start->attempt < 2)
		return;
	if (!reading->diagnosis->attempts)
		reading->diagnosis->attempts = start->attempt;
	lines_add(&reading->evidence, "it was the workflow's attempt %d%s%s%s", start->attempt,
		  start->maximum_attempts
			  ? tsk_format(reading->call, " of %d", start->maximum_attempts)
			  : "",
		  end && *or_empty(end->retry_state) ? ": " : "",
		  end ? or_empty(end->retry_state) : "");
}

static void tell_link(struct reading *reading, const struct tsk_failure *link)
{
	const char *retries = or_empty(link->retry_state);
	int attempts = reading->diagnosis->attempts;

	if (link->kind == TSK_FAILURE_CHILD_WORKFLOW) {
		lines_add(&reading->evidence, "child '%s' (%s) failed", or_empty(link->workflow_id),
			  or_empty(link->workflow_type));
		return;
	}
	if (attempts)
		lines_add(&reading->evidence, "activity '%s' ended after %d attempt%s%s%s",
			  or_empty(link->activity_type), attempts, attempts == 1 ? "" : "s",
			  *retries ? ": " : "", retries);
	else
		lines_add(&reading->evidence, "activity '%s' failed%s%s",
			  or_empty(link->activity_type), *retries ? ": " : "", retries);
	if (reading->diagnosis->verdict == TSK_VERDICT_ACTIVITY_TIMEOUT && *reading->queue)
		lines_add(&reading->evidence, "its task queue was '%s'", reading->queue);
}

/* What failed in the child that failed, and so on down to the root. */
static void tell_links_below(struct reading *reading, const struct tsk_failure *link)
{
	for (link = first_callee_link(link->cause); link; link = first_callee_link(link->cause)) {
		const char *retries = or_empty(link->retry_state);

		if (link->kind == TSK_FAILURE_CHILD_WORKFLOW)
			lines_add(&reading->evidence, "in it, child '%s' (%s) failed",
				  or_empty(link->workflow_id), or_empty(link->workflow_type));
		else
			lines_add(&reading->evidence, "in it, activity '%s' failed%s%s",
				  or_empty(link->activity_type), *retries ? ": " : "", retries);
	}
}

const struct tsk_failure *link_nexus(const struct tsk_failure *failure)
{
	while (failure && (failure->kind != TSK_FAILURE_NEXUS || !*or_empty(failure->operation)))
		failure = failure->cause;
	return failure;
}

/* What the code said beside the message, and how far an activity had come. */
static void tell_details(struct reading *reading, const struct tsk_failure *failure)
{
	for (; failure; failure = failure->cause) {
		if (!failure->details.count)
			continue;
		const char *json = one_line(reading->call,
					    tsk_payloads_json(reading->call, &failure->details));

		if (failure->kind == TSK_FAILURE_APPLICATION)
			lines_add(&reading->evidence, "details of %s: %s",
				  tsk_failure_type(failure), json);
		else if (failure->kind == TSK_FAILURE_TIMEOUT)
			lines_add(&reading->evidence, "its last heartbeat said: %s", json);
	}
}

/* The name that a failure which has none gets: what the server or the SDK's core says instead of an
 * exception. */
static const char *enum_of(struct reading *reading, const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;
	const struct tsk_event *refused =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_CHILD_INITIATE_FAILED);

	if (is_nondeterminism(root, ""))
		return NON_DETERMINISTIC_ERROR;
	if (!root || root->kind != TSK_FAILURE_UNKNOWN || first_callee_link(failure) || !refused)
		return "";
	lines_add(&reading->evidence, "event %lld: child '%s' (%s) was not started: %s",
		  (long long)refused->id, or_empty(refused->workflow_id),
		  or_empty(refused->workflow_type), or_empty(refused->cause));
	return or_empty(refused->cause);
}

void read_ended_child(struct reading *reading)
{
	const struct tsk_diagnosis *child = reading->symptoms->child;

	if (!child)
		return;
	lines_add(&reading->evidence, "child: %s: %s", tsk_verdict_name(child->verdict),
		  child->headline);
	if (child->verdict == TSK_VERDICT_TERMINATED || child->verdict == TSK_VERDICT_CANCELED)
		for (size_t i = 0; i < child->evidence.count; i++)
			lines_add(&reading->evidence, "child: %s", child->evidence.items[i]);
	/* The chain says that the time was up; this is why. */
	if (child->verdict == TSK_VERDICT_WORKFLOW_TIMED_OUT &&
	    (strncmp(child->root_cause.type, "TIMEOUT_TYPE", strlen("TIMEOUT_TYPE")) != 0 ||
	     strncmp(child->root_cause.message, "no worker", strlen("no worker")) == 0))
		reading->diagnosis->root_cause = child->root_cause;
}

static void read_failure(struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_failure *failure = event ? event->failure : NULL;
	const struct tsk_failure *link = first_callee_link(failure), *nexus = link_nexus(failure);
	const struct tsk_event *local =
		link ? NULL : local_failure(&reading->symptoms->newest, failure);

	reading->diagnosis->verdict = verdict_of(failure);
	if (event)
		lines_add(&reading->evidence, "event %lld WorkflowExecutionFailed %s",
			  (long long)event->id, when(reading, event->at));
	take_failure(reading, failure, enum_of(reading, failure));
	if (link && link->kind == TSK_FAILURE_ACTIVITY) {
		struct failed_activity activity = failed_activity(&reading->symptoms->newest);

		reading->diagnosis->attempts = activity.attempts;
		if (*activity.queue || reading->diagnosis->verdict == TSK_VERDICT_ACTIVITY_TIMEOUT)
			reading->queue = activity.queue;
	}
	read_workflow_attempt(reading, event);
	if (link) {
		tell_link(reading, link);
		tell_links_below(reading, link);
	}
	if (nexus)
		lines_add(&reading->evidence,
			  "Nexus operation '%s' of service '%s' at endpoint '%s' failed",
			  nexus->operation, or_empty(nexus->service), or_empty(nexus->endpoint));
	tell_details(reading, failure);
	read_ended_child(reading);
	/* The chain has no activity in it, and it is the chain that the verdict goes by. */
	if (local)
		lines_add(&reading->evidence, "event %lld: a local activity failed with that",
			  (long long)local->id);
	if (failure && tsk_failure_root(failure)->encoded)
		lines_add(&reading->evidence,
			  "the failure's text is encoded: only a codec server can show it");
	if (event && *or_empty(event->new_run_id))
		lines_add(&reading->evidence, "the server tries it again in run %s",
			  event->new_run_id);
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

/* It may have been ended because it could not move. */
static void tell_trouble_before(struct reading *reading)
{
	const struct tsk_event *task = task_in_trouble(&reading->symptoms->newest);
	const struct tsk_failure *root =
		task && task->failure ? tsk_failure_root(task->failure) : NULL;

	if (!root)
		return;
	const char *location = or_empty(tsk_failure_location(reading->call, root));
	lines_add(&reading->evidence, "before that, its workflow task failed with %s: %s%s%s",
		  tsk_failure_type(root), one_line(reading->call, root->message),
		  *location ? " at " : "", location);
}

static void read_ended_by_others(struct reading *reading, const struct tsk_event *event,
				 const struct tsk_event *request, const char *type,
				 const char *what)
{
	const struct tsk_event *by = request ? request : event;
	const char *reason = by ? or_empty(by->reason) : "";

	take_cause(reading, type, reason);
	reading->failed_by = by ? or_empty(by->identity) : "";
	if (by)
		lines_add(&reading->evidence, "event %lld: %s %s by %s%s%s", (long long)by->id,
			  what, when(reading, by->at),
			  *or_empty(by->identity) ? by->identity : "someone unnamed",
			  *reason ? ", reason: " : "", one_line(reading->call, reason));
	tell_trouble_before(reading);
}

static void read_continued(struct reading *reading, const struct tsk_event *event)
{
	reading->diagnosis->verdict = TSK_VERDICT_CONTINUED_AS_NEW;
	if (event)
		lines_add(&reading->evidence, "event %lld: it goes on in run %s",
			  (long long)event->id, or_empty(event->new_run_id));
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
	case TSK_WORKFLOW_TIMED_OUT: read_time_up(reading, event); return true;
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
