/* Deciding on workflows that are over: how they ended, and why. */
#include "classifier.h"
#include "encoding.h"
#include "server_words.h"

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

const struct tsk_event *event_of_id(const struct tsk_history *newest, int64_t id)
{
	for (size_t i = 0; id > 0 && i < newest->count; i++)
		if (newest->events[i].id == id)
			return &newest->events[i];
	return NULL;
}

/* The newest end of an activity that is no success. */
static const struct tsk_event *failed_activity_end(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_FAILED ||
		    newest->events[i].type == TSK_EVENT_ACTIVITY_TIMED_OUT)
			return &newest->events[i];
	return NULL;
}

const struct tsk_event *failed_activity_scheduled(const struct tsk_history *newest)
{
	const struct tsk_event *end = failed_activity_end(newest);
	const struct tsk_event *scheduled =
		end ? event_of_id(newest, end->scheduled_event_id) : NULL;

	return scheduled && scheduled->type == TSK_EVENT_ACTIVITY_SCHEDULED ? scheduled : NULL;
}

const struct tsk_event *timer_that_ended_it(const struct tsk_history *newest)
{
	size_t tasks = 0;

	/* Newest first: the end, its task (completed, started, scheduled), and what began that. */
	for (size_t i = 1; i < newest->count && tasks < 2; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_TIMER_FIRED)
			return event_of_id(newest, event->started_event_id);
		tasks += event->type == TSK_EVENT_TASK_COMPLETED;
	}
	return NULL;
}

bool is_own_wait(const struct reading *reading)
{
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;

	return reading->diagnosis->verdict == TSK_VERDICT_WORKFLOW_FAILED &&
	       strcmp(cause->type, "TimeoutError") == 0 && !*cause->message &&
	       timer_that_ended_it(&reading->symptoms->newest);
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

void read_workflow_attempt(struct reading *reading)
{
	const struct tsk_event *start =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_STARTED);

	if (start && start->attempt > 1 && !reading->diagnosis->attempts)
		reading->diagnosis->attempts = start->attempt;
}

/* What the SDK raises for a signal or cancellation that did not reach its workflow. */
static bool is_not_reached(const struct tsk_failure *root)
{
	return root->kind == TSK_FAILURE_APPLICATION &&
	       strncmp(or_empty(root->type), "ExternalWorkflowExecution",
		       strlen("ExternalWorkflowExecution")) == 0;
}

const struct tsk_event *refused_request(const struct reading *reading,
					const struct tsk_failure *failure)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;

	if (!root || is_nondeterminism(root, "") || first_callee_link(failure))
		return NULL;
	if (root->kind != TSK_FAILURE_UNKNOWN && !is_not_reached(root))
		return NULL;
	for (size_t i = 0; i < newest->count; i++)
		switch (newest->events[i].type) {
		case TSK_EVENT_CHILD_INITIATE_FAILED:
			if (is_not_reached(root))
				break;
			return &newest->events[i];
		case TSK_EVENT_CANCEL_EXTERNAL_FAILED:
		case TSK_EVENT_SIGNAL_EXTERNAL_FAILED: return &newest->events[i];
		default: break;
		}
	return NULL;
}

/* The name that a failure which has none gets: what the server or the SDK's core says instead of an
 * exception. */
static const char *enum_of(const struct reading *reading, const struct tsk_failure *failure)
{
	const struct tsk_event *refused = refused_request(reading, failure);

	if (is_nondeterminism(failure ? tsk_failure_root(failure) : NULL, ""))
		return NON_DETERMINISTIC_ERROR;
	return refused ? or_empty(refused->cause) : "";
}

void read_ended_child(struct reading *reading)
{
	const struct tsk_diagnosis *child = reading->symptoms->child;

	/* The chain says that the time was up, or that it was terminated; this is why. */
	if (child &&
	    ((child->verdict == TSK_VERDICT_WORKFLOW_TIMED_OUT &&
	      child->cause_kind != TSK_CAUSE_TIMEOUT) ||
	     (child->verdict == TSK_VERDICT_TERMINATED && child->cause_kind == TSK_CAUSE_FAILURE)))
		take_cause_of(reading, child);
}

bool asks_itself(const struct reading *reading, const struct tsk_event *refused)
{
	return refused->type != TSK_EVENT_CHILD_INITIATE_FAILED &&
	       strcmp(or_empty(refused->workflow_id), reading->id) == 0;
}

/* Whom it was about, which the message of the failure does not say. */
static void name_refused(struct reading *reading, const struct tsk_event *refused)
{
	struct tsk_root_cause *cause = &reading->diagnosis->root_cause;
	const struct tsk_event *asked =
		event_of_id(&reading->symptoms->newest, refused->initiated_event_id);
	const char *signal = asked ? or_empty(asked->signal_name) : "";

	if (refused->type == TSK_EVENT_CHILD_INITIATE_FAILED) {
		cause->message = tsk_format(
			reading->call, "child '%s' was not started: %s",
			or_empty(refused->workflow_id),
			*cause->message ? cause->message : server_means(or_empty(refused->cause)));
		return;
	}
	if (asks_itself(reading, refused)) {
		cause->message = tsk_format(
			reading->call,
			"it asked to signal or cancel itself%s%s%s, which the server answers with "
			"'not found'",
			*signal ? " (signal '" : "", signal, *signal ? "')" : "");
		return;
	}
	cause->message = tsk_format(
		reading->call, "%s '%s'%s%s%s: %s",
		refused->type == TSK_EVENT_SIGNAL_EXTERNAL_FAILED ? "cannot signal workflow"
								  : "cannot cancel workflow",
		or_empty(refused->workflow_id), *signal ? " (signal '" : "", signal,
		*signal ? "')" : "", server_means(or_empty(refused->cause)));
}

static void read_failure(struct reading *reading)
{
	const struct tsk_failure *failure = reading->event ? reading->event->failure : NULL;
	const struct tsk_failure *link = first_callee_link(failure);
	const struct tsk_event *refused = refused_request(reading, failure);

	reading->diagnosis->verdict = verdict_of(failure);
	take_failure(reading, failure, enum_of(reading, failure));
	take_original_error(reading, failure);
	if (refused)
		name_refused(reading, refused);
	if (link && link->kind == TSK_FAILURE_ACTIVITY) {
		struct failed_activity activity = failed_activity(&reading->symptoms->newest);

		reading->diagnosis->attempts = activity.attempts;
		if (*activity.queue || reading->diagnosis->verdict == TSK_VERDICT_ACTIVITY_TIMEOUT)
			reading->queue = activity.queue;
	}
	read_workflow_attempt(reading);
	read_ended_child(reading);
}

/* ---- the others ---- */

const struct tsk_event *own_cancellation(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	if (reading->diagnosis->cause_kind != TSK_CAUSE_CANCELED ||
	    newest_of_type(newest, TSK_EVENT_CANCEL_REQUESTED))
		return NULL;
	return newest_of_type(newest, TSK_EVENT_ACTIVITY_CANCEL_REQUESTED);
}

static void read_completed(struct reading *reading)
{
	reading->result_json = reading->symptoms->result_json;
	if (!reading->result_json && reading->event)
		reading->result_json = tsk_payloads_json(reading->call, &reading->event->result);
	if (reading->result_json)
		reading->suspicious = tsk_looks_like_error(reading->call, reading->result_json);
	reading->diagnosis->attention = read_undone(reading);
	reading->diagnosis->verdict = reading->suspicious ? TSK_VERDICT_FALSE_POSITIVE_RESULT
				      : reading->diagnosis->attention ? TSK_VERDICT_LEFT_UNDONE
								      : TSK_VERDICT_OK;
}

static void read_ended_by_others(struct reading *reading, enum tsk_verdict verdict,
				 enum tsk_cause_kind kind, const char *type)
{
	const struct tsk_event *by = reading->event;

	reading->diagnosis->verdict = verdict;
	take_cause(reading, kind, type, by ? by->reason : "");
	reading->failed_by = by ? or_empty(by->identity) : "";
}

/* Ended by the server itself, for a limit: that is a failure, and comes again. */
static void read_terminated(struct reading *reading)
{
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	const char *reason;

	read_ended_by_others(reading, TSK_VERDICT_TERMINATED, TSK_CAUSE_TERMINATED,
			     "TerminatedFailure");
	reason = diagnosis->root_cause.message;
	if (strcmp(reading->failed_by, "history-service") != 0)
		return;
	reading->ending = server_ending(reading->call, reason);
	if (!reading->ending)
		return;
	take_cause(reading, TSK_CAUSE_FAILURE, reading->ending->type,
		   tsk_format(reading->call, "%.*s: %s", (int)strcspn(reason, "."), reason,
			      reading->ending->means));
	diagnosis->attention = true;
}

bool read_closed(struct reading *reading)
{
	const struct tsk_event *request =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_CANCEL_REQUESTED);

	reading->event = close_event(reading);
	switch (reading->workflow->status) {
	case TSK_WORKFLOW_COMPLETED: read_completed(reading); return true;
	case TSK_WORKFLOW_FAILED: read_failure(reading); return true;
	case TSK_WORKFLOW_TIMED_OUT: read_time_up(reading); return true;
	case TSK_WORKFLOW_CANCELED:
		if (request)
			reading->event = request;
		read_ended_by_others(reading, TSK_VERDICT_CANCELED, TSK_CAUSE_CANCELED,
				     "CanceledFailure");
		return true;
	case TSK_WORKFLOW_TERMINATED: read_terminated(reading); return true;
	case TSK_WORKFLOW_CONTINUED_AS_NEW:
		reading->diagnosis->verdict = TSK_VERDICT_CONTINUED_AS_NEW;
		reading->diagnosis->attention = read_undone(reading);
		return true;
	case TSK_WORKFLOW_UNSPECIFIED:
	case TSK_WORKFLOW_RUNNING:
	case TSK_WORKFLOW_PAUSED:
	default: reading->event = NULL; return false;
	}
}
