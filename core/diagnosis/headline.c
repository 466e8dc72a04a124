/* Headlines: what a reader of one line must know. */
#include "evidence_passport.h"
#include "who_polls.h"

#include <string.h>

/* "(attempt 7)", or "". */
static const char *attempts(const struct reading *reading)
{
	int count = reading->diagnosis->attempts;

	return count > 0 ? tsk_format(reading->call, " (attempt %d)", count) : "";
}

static const char *cause_or(const struct reading *reading, const char *otherwise)
{
	const char *cause = cause_line(reading);

	return *cause ? cause : otherwise;
}

static const char *activity_type(const struct reading *reading)
{
	return reading->activity ? or_empty(reading->activity->type) : "local activity";
}

static const char *missing_worker(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (!presence.other_version)
		return tsk_format(call, "no worker polls task queue '%s' for workflows",
				  reading->queue);
	if (!*presence.wanted_version)
		return tsk_format(call,
				  "no worker version is the current one, so the versioned workers "
				  "on task queue '%s' get no new workflow",
				  reading->queue);
	return tsk_format(call, "no worker of version '%s', %s, polls task queue '%s'",
			  presence.wanted_version,
			  presence.pinned ? "to which it is pinned" : "the current one",
			  reading->queue);
}

/* What is wrong, as the end of "it cannot move: …". */
static const char *trouble(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const struct tsk_workflow *workflow = reading->workflow;

	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_NONDETERMINISM:
		return tsk_format(call, "its code does not fit its history (nondeterminism)%s",
				  attempts(reading));
	case TSK_VERDICT_MISSING_WORKFLOW:
		return tsk_format(call, "workflow type '%s' %s%s", or_empty(workflow->type),
				  unregistered_text(reading, TSK_WORKFLOW_TASKS),
				  attempts(reading));
	case TSK_VERDICT_SANDBOX_VIOLATION:
		return tsk_format(call, "its code breaks the workflow sandbox: %s%s",
				  first_sentence(call, reading->diagnosis->root_cause.message),
				  attempts(reading));
	case TSK_VERDICT_WORKFLOW_TASK_FAILURE:
		return tsk_format(call, "its workflow task fails with %s%s",
				  cause_or(reading, "an error that the server does not tell"),
				  attempts(reading));
	case TSK_VERDICT_WORKFLOW_TASK_TIMEOUT:
		return tsk_format(call,
				  "its workflow task times out: the worker crashes, hangs or is "
				  "overloaded while it holds the task%s",
				  attempts(reading));
	case TSK_VERDICT_MISSING_ACTIVITY:
		return tsk_format(call, "activity '%s' %s%s", unregistered_activity(reading),
				  unregistered_text(reading, TSK_ACTIVITY_TASKS),
				  attempts(reading));
	case TSK_VERDICT_ACTIVITY_RETRYING:
		return tsk_format(call, "activity '%s' fails with %s%s", activity_type(reading),
				  cause_or(reading, "an error"), attempts(reading));
	case TSK_VERDICT_NEXUS_RETRYING:
		return tsk_format(call, "Nexus operation '%s' fails with %s%s",
				  or_empty(workflow->pending_nexus[reading->nexus].operation),
				  cause_or(reading, "an error"), attempts(reading));
	case TSK_VERDICT_WAITING_IN_VAIN:
		return tsk_format(call,
				  "nothing is left that can end its wait, no handler, timer, child "
				  "or activity%s%s",
				  reading->background ? "; its background task died of "
				  : *cause_line(reading)
					  ? "; the last that it had called failed with "
					  : "",
				  cause_line(reading));
	case TSK_VERDICT_NO_WORKFLOW_WORKER: return missing_worker(reading);
	case TSK_VERDICT_NO_ACTIVITY_WORKER:
		return tsk_format(call,
				  "activity '%s' waits on task queue '%s', which no worker polls "
				  "for activities",
				  activity_type(reading), reading->queue);
	default: return "";
	}
}

static const char *recovering(const struct reading *reading)
{
	int64_t next = reading->diagnosis->next_attempt_at;
	const char *due = next > reading->symptoms->now ? when(reading, next) : "now";

	return tsk_format(reading->call,
			  "is recovering: a worker was started since; next attempt due %s; "
			  "before that, %s",
			  due, trouble(reading));
}

/* " by ops@example.com: bank is down", where the server says who paused it. */
static const char *paused_by(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const struct tsk_pause *pause =
		reading->activity
			? &tsk_pending_activity_more(call, reading->workflow, reading->activity)
				   ->pause
			: &tsk_workflow_more(call, reading->workflow)->pause;
	const char *who = or_empty(pause->identity), *why = one_line(call, pause->reason);

	return tsk_format(call, "%s%s%s%s", *who ? " by " : "", who, *why ? ": " : "", why);
}

/* What it waits for that only a message may bring. */
static const char *for_message(const struct reading *reading)
{
	struct tsk_call *call = reading->call;

	if (reading->background)
		return tsk_format(call,
				  "waits for a signal, an update or a condition; its background "
				  "task died of %s",
				  cause_line(reading));
	if (reading->hanging)
		return tsk_format(call,
				  "waits for what nothing brings: update '%s' hangs in its own "
				  "handler (event %lld), and it takes no other message",
				  or_empty(reading->hanging->update_name),
				  (long long)reading->hanging->id);
	if (reading->early)
		return tsk_format(call,
				  "waits for %s, which came before run() began (event %lld) and "
				  "had no effect",
				  begun_text(reading, reading->early),
				  (long long)reading->early->id);
	return "waits for a signal, an update or a condition";
}

static const char *cancelled(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const char *what = reading->went_on ? begun_text(reading, reading->went_on)
			   : reading->activity
				   ? tsk_format(call, "activity '%s'", activity_type(reading))
				   : "it";

	switch (reading->cancel_hold) {
	case HOLD_GOES_ON:
		return tsk_format(call,
				  "was asked to cancel, and goes on as before: it began %s again",
				  what);
	case HOLD_NOT_HEEDED:
		return tsk_format(call,
				  "was asked to cancel, and waits for %s, which was told of that "
				  "and goes on",
				  what);
	case HOLD_NEVER_HEARS:
		return tsk_format(call,
				  "was asked to cancel, and waits for %s, which never heartbeats "
				  "and so never hears of that",
				  what);
	case HOLD_HEARS_SOON:
		return tsk_format(call,
				  "was asked to cancel, and waits for %s, which learns of that "
				  "with its next heartbeat",
				  what);
	case HOLD_CHILD:
		return tsk_format(call, "was asked to cancel, and waits for its child '%s'",
				  or_empty(reading->workflow->pending_children[0].workflow_id));
	case HOLD_NOT_ASKED:
		return tsk_format(call,
				  "was asked to cancel, and waits for %s, which it did not ask to "
				  "cancel",
				  what);
	case HOLD_UNTOLD:
	case HOLD_BEGUN_SINCE:
	case HOLD_LIKE_BEFORE:
	default: return "was asked to cancel, and goes on";
	}
}

static const char *waiting(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_diagnosis *diagnosis = reading->diagnosis;

	switch ((int)diagnosis->verdict) {
	case TSK_VERDICT_ACTIVITY_IN_PROGRESS:
		return diagnosis->stalled
			       ? tsk_format(call,
					    "waits for activity '%s', whose worker is gone, "
					    "and no other polls '%s'",
					    activity_type(reading), reading->queue)
		       : was_abandoned(reading)
			       ? tsk_format(call,
					    is_last_attempt(reading->activity)
						    ? "waits for activity '%s', whose worker is "
						      "gone with its last attempt: it fails %s"
						    : "waits for activity '%s', whose worker is "
						      "gone: it is tried again %s",
					    activity_type(reading),
					    diagnosis->next_attempt_at
						    ? when(reading, diagnosis->next_attempt_at)
						    : "once a timeout ends it")
		       : is_held_by_rate(reading)
			       ? tsk_format(call,
					    "waits for activity '%s', which the rate limit of '%s' "
					    "holds back (%g per second)",
					    activity_type(reading), reading->queue,
					    queue_rate(reading))
		       : diagnosis->attention &&
				       activity_cannot_be_called(reading, reading->activity)
			       ? tsk_format(call, "waits for activity '%s', which %s",
					    activity_type(reading), cannot_be_called_text(reading))
		       : waits_for_thread(reading)
			       ? tsk_format(call,
					    "waits for activity '%s', which may wait for a thread",
					    activity_type(reading))
		       : waits_in_line(reading)
			       ? tsk_format(call,
					    "waits for activity '%s', which waits for a free "
					    "worker on '%s'",
					    activity_type(reading), reading->queue)
			       : tsk_format(call, "waits for activity '%s', which is in progress",
					    activity_type(reading));
	case TSK_VERDICT_ACTIVITY_PAUSED:
		return tsk_format(call, "waits for activity '%s', which is paused%s",
				  activity_type(reading), paused_by(reading));
	case TSK_VERDICT_WORKFLOW_PAUSED:
		return tsk_format(call, "is paused%s", paused_by(reading));
	case TSK_VERDICT_WAITING_SIGNAL:
		if (workflow->pending_nexus_count)
			return tsk_format(call, "waits for Nexus operation '%s'",
					  or_empty(workflow->pending_nexus[0].operation));
		return for_message(reading);
	case TSK_VERDICT_WAITING_TIMER:
		if (reading->growth.timers)
			return tsk_format(call, "polls in a loop, by a timer of %s",
					  tsk_duration_text(call, reading->growth.timer_ms));
		return tsk_format(call, "waits for a timer, which %s %s",
				  diagnosis->next_attempt_at > reading->symptoms->now ? "fires"
										      : "was due",
				  when(reading, diagnosis->next_attempt_at));
	case TSK_VERDICT_WAITING_CHILD:
		return stuck_below(diagnosis->child)
			       ? tsk_format(call, "waits for its child: %s",
					    diagnosis->child->headline)
			       : tsk_format(call, "waits for its child '%s'",
					    or_empty(workflow->pending_children[0].workflow_id));
	case TSK_VERDICT_START_DELAYED:
		return tsk_format(
			call, "has not begun: its first task is due %s%s",
			when(reading, workflow->execution_at),
			!workflow_is_nowhere(reading)
				? ""
				: tsk_format(call, "; workflow type '%s' %s",
					     or_empty(workflow->type),
					     unregistered_text(reading, TSK_WORKFLOW_TASKS)));
	case TSK_VERDICT_CANCEL_REQUESTED: return cancelled(reading);
	default: return "is being worked on";
	}
}

/* "activity 'charge'", "child 'order-17/pay'": what the workflow called that failed. */
static const char *callee(const struct reading *reading)
{
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);

	if (!link)
		return "an activity";
	return link->kind == TSK_FAILURE_CHILD_WORKFLOW
		       ? tsk_format(reading->call, "child '%s'", or_empty(link->workflow_id))
		       : tsk_format(reading->call, "activity '%s'", or_empty(link->activity_type));
}

static const char *left_undone(const struct reading *reading)
{
	const struct left_undone *undone = &reading->undone;

	if (!undone->event)
		return tsk_format(reading->call,
				  "completed, perhaps before its handler of signal '%s' was done",
				  or_empty(undone->signal->signal_name));
	return tsk_format(reading->call, "completed before %s%s was done (event %lld)",
			  begun_text(reading, undone->event),
			  undone->count > 1
				  ? tsk_format(reading->call, " and %zu more", undone->count - 1)
				  : "",
			  (long long)undone->event->id);
}

static const char *closed(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const char *cause = cause_or(reading, "an error that the server does not tell");
	const struct tsk_event *before = failed_just_before(reading);

	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_OK: return "completed";
	case TSK_VERDICT_LEFT_UNDONE: return left_undone(reading);
	case TSK_VERDICT_FALSE_POSITIVE_RESULT:
		return "completed, but its result looks like an error";
	case TSK_VERDICT_MISSING_ACTIVITY:
	case TSK_VERDICT_ACTIVITY_FAILED:
	case TSK_VERDICT_CHILD_FAILED:
		return tsk_format(call, "failed: %s failed with %s", callee(reading), cause);
	case TSK_VERDICT_ACTIVITY_TIMEOUT:
		return tsk_format(call, "failed: %s timed out (%s)", callee(reading), cause);
	case TSK_VERDICT_WORKFLOW_TIMED_OUT:
		return tsk_format(
			call, "timed out: %s",
			is_time_up(reading)
				? first_sentence(call, reading->diagnosis->root_cause.message)
				: cause);
	case TSK_VERDICT_CANCELED: return "was canceled";
	case TSK_VERDICT_TERMINATED:
		if (reading->ending)
			return tsk_format(call, "was terminated by the server: %s",
					  one_line(call, reading->diagnosis->root_cause.message));
		return *reading->diagnosis->root_cause.message
			       ? tsk_format(call, "was terminated: %s",
					    one_line(call, reading->diagnosis->root_cause.message))
			       : "was terminated";
	case TSK_VERDICT_CONTINUED_AS_NEW:
		if (reading->undone.event)
			return tsk_format(call, "continued as new before %s was done (event %lld)",
					  begun_text(reading, reading->undone.event),
					  (long long)reading->undone.event->id);
		return "continued as new: this run is over";
	default: break;
	}
	if (before && !first_callee_link(reading->diagnosis->failure) &&
	    !link_nexus(reading->diagnosis->failure))
		return tsk_format(call, "failed: %s; right before that, %s failed with %s", cause,
				  begun_text_of(reading, before), failed_of(reading, before));
	return tsk_format(call, "failed: %s", cause);
}

/* What repeats says more than what this run is at. */
static const char *with_runs(const struct reading *reading, const char *text)
{
	struct tsk_call *call = reading->call;
	const struct run_story *runs = &reading->runs;

	if (runs_spin(reading))
		return tsk_format(call,
				  "continues as new again and again and does nothing: %lld runs, "
				  "one every %s",
				  (long long)(runs->total ? runs->total : (int64_t)runs->looked_at),
				  tsk_duration_text(call, runs->pace_ms));
	if (!runs_fail(reading))
		return text;
	return tsk_format(call, "%s; %s%s%s", text, failed_runs_text(reading),
			  runs->started->failure ? " with " : "",
			  runs->started->failure ? cause_line(reading) : "");
}

const char *headline(const struct reading *reading)
{
	const struct tsk_diagnosis *diagnosis = reading->diagnosis;

	if (reading->unread)
		return unclear_headline(reading);
	if (!is_open(reading->workflow))
		return closed(reading);
	if (!tsk_verdict_is_stalled(diagnosis->verdict))
		return with_runs(reading, waiting(reading));
	if (diagnosis->recovering)
		return recovering(reading);
	return tsk_format(reading->call, "cannot move: %s%s", trouble(reading),
			  is_cleanup(reading) ? ", its cleanup after it was asked to cancel" : "");
}
