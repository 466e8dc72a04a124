/* Evidence of workflows that are over. */
#include "server_words.h"
#include "tell.h"

#include <string.h>

void tell_workflow_attempt(const struct reading *reading)
{
	const struct tsk_event *start =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_STARTED);
	const char *retries = reading->event ? or_empty(reading->event->retry_state) : "";

	if (!start || start->attempt < 2)
		return;
	tell_line(
		reading, "it was the workflow's attempt %d%s%s%s", start->attempt,
		start->maximum_attempts
			? tsk_format(reading->call, " of %d", start->maximum_attempts)
			: "",
		*retries ? ": " : "",
		retries_text(reading, retries, start->attempt, reading->diagnosis->failure, start));
}

void tell_ended_child(const struct reading *reading)
{
	const struct tsk_diagnosis *child = reading->symptoms->child;

	if (!child)
		return;
	tell_line(reading, "child: %s: %s", tsk_verdict_name(child->verdict), child->headline);
	if (child->verdict == TSK_VERDICT_TERMINATED || child->verdict == TSK_VERDICT_CANCELED)
		for (size_t i = 0; i < child->evidence.count; i++)
			tell_line(reading, "child: %s", child->evidence.items[i]);
}

/* ---- failed ---- */

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

/* " of 5", where a policy limits them. */
static const char *attempts_of(const struct reading *reading, const struct tsk_event *scheduled)
{
	return scheduled && scheduled->maximum_attempts
		       ? tsk_format(reading->call, " of %d", scheduled->maximum_attempts)
		       : "";
}

static void tell_link(const struct reading *reading, const struct tsk_failure *link)
{
	int attempts = reading->diagnosis->attempts;
	const char *state = or_empty(link->retry_state);
	const struct tsk_event *scheduled = failed_activity_scheduled(&reading->symptoms->newest);
	const char *retries = retries_text(reading, state, attempts, link->cause, scheduled);

	if (link->kind == TSK_FAILURE_CHILD_WORKFLOW) {
		tell_line(reading, "child '%s' (%s) failed", or_empty(link->workflow_id),
			  or_empty(link->workflow_type));
		return;
	}
	if (attempts)
		tell_line(reading, "activity '%s' ended after %d attempt%s%s%s%s",
			  or_empty(link->activity_type), attempts, attempts == 1 ? "" : "s",
			  attempts_of(reading, scheduled), *retries ? ": " : "", retries);
	else
		tell_line(reading, "activity '%s' failed%s%s", or_empty(link->activity_type),
			  *retries ? ": " : "", retries);
	if (reading->diagnosis->verdict == TSK_VERDICT_ACTIVITY_TIMEOUT && *reading->queue)
		tell_line(reading, "its task queue was '%s'", reading->queue);
	tell_attempt(reading);
}

/* What failed in the child that failed, and so on down to the root. */
static void tell_links_below(const struct reading *reading, const struct tsk_failure *link)
{
	for (link = first_callee_link(link->cause); link; link = first_callee_link(link->cause)) {
		const char *retries =
			retries_text(reading, or_empty(link->retry_state), 0, link->cause, NULL);

		if (link->kind == TSK_FAILURE_CHILD_WORKFLOW)
			tell_line(reading, "in it, child '%s' (%s) failed",
				  or_empty(link->workflow_id), or_empty(link->workflow_type));
		else
			tell_line(reading, "in it, activity '%s' failed%s%s",
				  or_empty(link->activity_type), *retries ? ": " : "", retries);
	}
}

/* Begun by one workflow task. */
#define TOGETHER_NS ((int64_t)100000000)

/* One that was begun on the same queue no later than the activity that nobody took in time, may
 * wait no longer, and has not timed out: a worker had it. */
const struct tsk_event *held_the_slot(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *untaken = failed_activity_scheduled(newest);

	if (!untaken || untaken->schedule_to_start_ms <= 0)
		return NULL;
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_ACTIVITY_SCHEDULED && event->id != untaken->id &&
		    event->at <= untaken->at + TOGETHER_NS && event->schedule_to_start_ms > 0 &&
		    event->schedule_to_start_ms <= untaken->schedule_to_start_ms &&
		    strcmp(or_empty(event->task_queue), or_empty(untaken->task_queue)) == 0 &&
		    is_begun_and_open(newest, i))
			return event;
	}
	return NULL;
}

void tell_held_slot(const struct reading *reading)
{
	const struct tsk_event *held = held_the_slot(reading);

	if (held)
		tell_line(reading,
			  "%s (event %lld) was not timed out like it: a worker of '%s' was there, "
			  "and at work on that one meanwhile",
			  begun_text(reading, held), (long long)held->id, reading->queue);
}

/* What the code said beside the message, and how far an activity had come. */
void tell_details(const struct reading *reading, const struct tsk_failure *failure)
{
	for (; failure; failure = failure->cause) {
		if (!failure->details.count)
			continue;
		const char *json = one_line(reading->call,
					    tsk_payloads_json(reading->call, &failure->details));

		if (failure->kind == TSK_FAILURE_APPLICATION)
			tell_line(reading, "details of %s: %s", tsk_failure_type(failure), json);
		else if (failure->kind == TSK_FAILURE_TIMEOUT)
			tell_line(reading, "its last heartbeat said: %s", json);
	}
}

static void tell_refused(const struct reading *reading)
{
	const struct tsk_event *refused = refused_request(reading, reading->diagnosis->failure);

	if (!refused)
		return;
	if (refused->type == TSK_EVENT_CHILD_INITIATE_FAILED)
		tell_line(reading, "event %lld: child '%s' (%s) was not started: %s",
			  (long long)refused->id, or_empty(refused->workflow_id),
			  or_empty(refused->workflow_type), or_empty(refused->cause));
	else
		tell_line(reading, "event %lld %s (asked for by event %lld): %s",
			  (long long)refused->id, tsk_event_type_name(refused->type),
			  (long long)refused->initiated_event_id, or_empty(refused->cause));
}

static void tell_own_wait(const struct reading *reading)
{
	const struct tsk_event *timer = timer_that_ended_it(&reading->symptoms->newest);

	if (timer && is_own_wait(reading))
		tell_line(reading,
			  "event %lld: its own wait of %s began here, and ended just before it "
			  "failed",
			  (long long)timer->id, tsk_duration_text(reading->call, timer->timer_ms));
}

/* Nobody asked the workflow to cancel: its code did, of an activity, as a rule by a deadline of its
 * own (asyncio.wait_for, asyncio.timeout). */
static void tell_own_cancellation(const struct reading *reading)
{
	const struct tsk_event *asked = own_cancellation(reading);
	const struct tsk_event *timer =
		asked ? newest_of_type(&reading->symptoms->newest, TSK_EVENT_TIMER_FIRED) : NULL;
	const struct tsk_event *began =
		timer ? event_of_id(&reading->symptoms->newest, timer->started_event_id) : NULL;

	if (asked)
		tell_line(reading, "event %lld: its own code asked to cancel %s%s%s",
			  (long long)asked->id, begun_text_of(reading, asked),
			  began ? ", after its own timer had fired: " : "",
			  began ? tsk_duration_text(reading->call, began->timer_ms) : "");
}

/* " after 2 attempts", of an activity. */
static const char *attempts_before(const struct reading *reading, const struct tsk_event *end)
{
	const struct tsk_event *started =
		event_of_id(&reading->symptoms->newest, end->started_event_id);

	return end->type == TSK_EVENT_ACTIVITY_FAILED && started && started->attempt > 0
		       ? tsk_format(reading->call, " after %d attempt%s", started->attempt,
				    started->attempt == 1 ? "" : "s")
		       : "";
}

static void tell_failure(const struct reading *reading)
{
	const struct tsk_event *event = reading->event;
	const struct tsk_failure *failure = reading->diagnosis->failure;
	const struct tsk_failure *link = first_callee_link(failure), *nexus = link_nexus(failure);
	const struct tsk_event *before = failed_just_before(reading);
	const struct tsk_event *local =
		link ? NULL : local_failure(&reading->symptoms->newest, failure);

	if (event)
		tell_line(reading, "event %lld WorkflowExecutionFailed %s", (long long)event->id,
			  when(reading, event->at));
	tell_refused(reading);
	tell_own_wait(reading);
	tell_workflow_attempt(reading);
	if (link) {
		tell_link(reading, link);
		tell_links_below(reading, link);
	}
	if (nexus)
		tell_line(reading, "Nexus operation '%s' of service '%s' at endpoint '%s' failed",
			  nexus->operation, or_empty(nexus->service), or_empty(nexus->endpoint));
	if (reading->diagnosis->verdict == TSK_VERDICT_MISSING_ACTIVITY)
		tell_done_elsewhere(reading);
	tell_details(reading, failure);
	tell_encoding(reading);
	tell_ended_child(reading);
	/* The chain has no activity in it, and it is the chain that the verdict goes by. */
	if (local)
		tell_line(reading, "event %lld: a local activity failed with that",
			  (long long)local->id);
	tell_first_failure(reading);
	if (link)
		tell_passed_over(reading);
	else if (!nexus)
		tell_error_results(reading);
	tell_own_cancellation(reading);
	tell_held_slot(reading);
	tell_lost_work(reading);
	if (before && !link && !nexus)
		tell_line(reading,
			  "event %lld: %s failed%s with %s right before: the workflow's error does "
			  "not have it as its cause (raise ... from error keeps it)",
			  (long long)before->id, begun_text_of(reading, before),
			  attempts_before(reading, before), failed_of(reading, before));
	if (failure && tsk_failure_root(failure)->encoded)
		tell_line(reading,
			  "the failure's text is encoded: only a codec server can show it");
	if (event && *or_empty(event->new_run_id))
		tell_line(reading, "the server tries it again in run %s", event->new_run_id);
}

/* ---- the others ---- */

static void tell_completed(const struct reading *reading)
{
	if (reading->suspicious)
		tell_line(reading, "it completed, but in its result %s",
			  one_line(reading->call, reading->suspicious));
	tell_undone(reading);
	tell_passed_over(reading);
	tell_failed_updates(reading);
	tell_never_awaited(reading);
	if (reading->result_json)
		tell_line(reading, "result: %s", one_line(reading->call, reading->result_json));
}

/* It may have been ended because it could not move. */
static void tell_trouble_before(const struct reading *reading)
{
	const struct tsk_event *task = task_in_trouble(&reading->symptoms->newest);
	const struct tsk_failure *root =
		task && task->failure ? tsk_failure_root(task->failure) : NULL;

	if (!root)
		return;
	const char *location = or_empty(tsk_failure_location(reading->call, root));
	tell_line(reading, "before that, its workflow task failed with %s: %s%s%s",
		  tsk_failure_type(root), one_line(reading->call, root->message),
		  *location ? " at " : "", location);
}

/* Who it was, in the words of the server or by what asked for it. */
static const char *who_text(const struct reading *reading)
{
	const struct tsk_event *by = reading->event;

	if (strcmp(reading->failed_by, "history-service") != 0)
		return *reading->failed_by ? reading->failed_by : "someone unnamed";
	if (by->type == TSK_EVENT_CANCEL_REQUESTED && *or_empty(by->workflow_id))
		return tsk_format(reading->call, "workflow '%s'", by->workflow_id);
	return "the server (history-service)";
}

static void tell_ended_by_others(const struct reading *reading, const char *what)
{
	const struct tsk_event *by = reading->event;
	const char *reason = by ? or_empty(by->reason) : "";

	if (by)
		tell_line(reading, "event %lld: %s %s by %s%s%s", (long long)by->id, what,
			  when(reading, by->at), who_text(reading), *reason ? ", reason: " : "",
			  one_line(reading->call, reason));
	tell_trouble_before(reading);
}

void tell_closed(const struct reading *reading)
{
	switch ((int)reading->workflow->status) {
	case TSK_WORKFLOW_COMPLETED: tell_completed(reading); break;
	case TSK_WORKFLOW_FAILED: tell_failure(reading); break;
	case TSK_WORKFLOW_TIMED_OUT: tell_time_up(reading); break;
	case TSK_WORKFLOW_CANCELED: tell_ended_by_others(reading, "cancellation requested"); break;
	case TSK_WORKFLOW_TERMINATED: tell_ended_by_others(reading, "terminated"); break;
	default:
		if (reading->event)
			tell_line(reading, "event %lld: it goes on in run %s",
				  (long long)reading->event->id,
				  or_empty(reading->event->new_run_id));
		tell_undone(reading);
		break;
	}
}
