/* Evidence of activities: the one in question, and of the others how many are in trouble. */
#include "advice.h"
#include "evidence_passport.h"
#include "who_polls.h"

#include <string.h>

static const char *state_text(const struct reading *reading,
			      const struct tsk_pending_activity *activity)
{
	if (activity_is_paused(activity))
		return tsk_format(
			reading->call, "paused%s",
			pause_text(reading, &tsk_pending_activity_more(reading->call,
								       reading->workflow, activity)
						     ->pause));
	if (activity->state == TSK_ACTIVITY_CANCEL_REQUESTED)
		return "asked to cancel, which it learns with its next heartbeat";
	if (activity->state == TSK_ACTIVITY_STARTED)
		return tsk_format(reading->call, "started %s by %s",
				  when(reading, activity->last_started_at),
				  or_empty(activity->last_worker_identity));
	if (activity->next_attempt_at > reading->symptoms->now)
		return tsk_format(reading->call, "next attempt due %s",
				  when(reading, activity->next_attempt_at));
	return tsk_format(reading->call, "waits on '%s', scheduled %s", reading->queue,
			  when(reading, due_since(activity)));
}

static void tell_state(const struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;
	const struct tsk_pending_activity_more *its =
		tsk_pending_activity_more(reading->call, reading->workflow, activity);
	const char *most = "";

	if (activity->maximum_attempts > 0)
		most = tsk_format(reading->call, " of %d", activity->maximum_attempts);
	else if (activity->attempt > 1 && its->schedule_to_close_ms <= 0)
		most = " (no limit)";
	const struct tsk_payloads *said = &its->heartbeat_details;

	tell_line(reading, "activity '%s' (id %s), attempt %d%s: %s", or_empty(activity->type),
		  or_empty(activity->id), activity->attempt, most, state_text(reading, activity));
	if (activity->state == TSK_ACTIVITY_STARTED && its->start_to_close_ms > 0)
		tell_line(
			reading, "it may take %s (start_to_close_timeout)%s",
			tsk_duration_text(reading->call, its->start_to_close_ms),
			its->heartbeat_ms > 0
				? tsk_format(reading->call, ", with a heartbeat every %s",
					     tsk_duration_text(reading->call, its->heartbeat_ms))
				: ", and has no heartbeat_timeout: nothing is known of it before");
	if (activity->state == TSK_ACTIVITY_STARTED && activity->last_heartbeat_at)
		tell_line(reading, "last heartbeat %s%s%s",
			  when(reading, activity->last_heartbeat_at), said->count ? ": " : "",
			  said->count
				  ? one_line(reading->call, tsk_payloads_json(reading->call, said))
				  : "");
}

void tell_done_elsewhere(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const char *type = unregistered_activity(reading);
	const struct tsk_event *done = NULL;
	size_t count = 0;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];
		const struct tsk_event *scheduled =
			event->type == TSK_EVENT_ACTIVITY_COMPLETED
				? event_of_id(newest, event->scheduled_event_id)
				: NULL;

		if (!scheduled || strcmp(or_empty(scheduled->activity_type), type) != 0)
			continue;
		count++;
		done = event;
	}
	if (done)
		tell_line(reading,
			  "%zu of its '%s' were done (event %lld), so another worker of that queue "
			  "has it: the workers of one queue must have the same activities and "
			  "workflows, or each its own queue",
			  count, type, (long long)done->id);
}

/* A file that one worker wrote is not on another one's disk. */
static void tell_other_worker_before(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const char *now = or_empty(reading->activity->last_worker_identity);
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;

	if (!strstr(cause->message, "No such file") &&
	    strcmp(cause->type, "FileNotFoundError") != 0)
		return;
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *done = &newest->events[i];

		if (done->type != TSK_EVENT_ACTIVITY_COMPLETED || !*or_empty(done->identity) ||
		    strcmp(done->identity, now) == 0)
			continue;
		tell_line(reading,
			  "%s (event %lld) ran on another worker, %s; this attempt ran on %s: a "
			  "file that it wrote there is not here, unless both have the same disk",
			  begun_text_of(reading, done), (long long)done->id, done->identity, now);
		return;
	}
}

/* What does not fit its parameters. */
static void tell_given(const struct reading *reading)
{
	const struct tsk_event *scheduled = scheduled_event(reading, reading->activity);

	if (chain_says(reading, "Failed decoding arguments") && scheduled && scheduled->input.count)
		tell_line(reading, "event %lld: it was given %s", (long long)scheduled->id,
			  one_line(reading->call,
				   tsk_payloads_json(reading->call, &scheduled->input)));
}

static void tell_retrying(const struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;
	struct presence presence = presence_of(reading, TSK_ACTIVITY_TASKS);
	bool unattended = queue_was_asked(reading, activity) && presence.known && !presence.live;

	tell_logged_text(reading, activity->last_failure);
	if (reading->diagnosis->verdict == TSK_VERDICT_MISSING_ACTIVITY) {
		tell_registered(reading, TSK_ACTIVITY_TASKS);
		tell_done_elsewhere(reading);
	} else {
		tell_activity_parameters(reading, call_does_not_fit(reading));
	}
	tell_attempt(reading);
	if (misspelt_type(reading, activity))
		tell_line(
			reading,
			"non_retryable_error_types has '%s', which never fits: the failure's type "
			"is '%s', without its module",
			misspelt_type(reading, activity), activity->last_failure->type);
	if (delay_of_its_own(reading, activity))
		tell_line(reading,
			  "its next attempt comes %s after the last one, longer than its retry "
			  "policy waits: the activity's own error asks for that (next_retry_delay)",
			  tsk_duration_text(reading->call, delay_of_its_own(reading, activity)));
	tell_details(reading, activity->last_failure);
	if (reading->unreported)
		tell_line(
			reading,
			"attempt %d ended with that error, by the worker's log; the SDK could not "
			"report it, so the server waited until the time was up",
			activity->attempt - 1);
	tell_given(reading);
	tell_words_before(reading);
	if (!reading->unreported)
		tell_first_failure(reading);
	tell_other_worker_before(reading);
	tell_passed_over(reading);
	tell_fresh_worker(reading);
	if (unattended && activity->last_failure &&
	    activity->last_failure->kind == TSK_FAILURE_TIMEOUT)
		tell_line(reading, "its last worker %s %s with it",
			  or_empty(activity->last_worker_identity),
			  reading->log_share == LOG_OF_THE_DEAD ? "died" : "may have died");
}

static void tell_abandoned(const struct reading *reading)
{
	int64_t next = reading->diagnosis->next_attempt_at;

	tell_line(reading, "worker %s that took it does not run: %s%s%s",
		  or_empty(reading->activity->last_worker_identity),
		  is_last_attempt(reading->activity)
			  ? "it was its last attempt, and fails for good when a timeout ends it"
			  : "it is tried again when a timeout ends it",
		  next ? ", " : "", next ? when(reading, next) : "");
}

static void tell_at_work(const struct reading *reading)
{
	if (reading->activity->state == TSK_ACTIVITY_SCHEDULED)
		tell_activity_parameters(reading, false);
	tell_threads(reading);
	if (found_its_worker(reading, reading->activity))
		tell_line(reading,
			  "an attempt before failed on another worker of '%s', which has it not "
			  "registered",
			  reading->queue);
	if (is_held_by_rate(reading))
		tell_line(
			reading,
			"its workers allow '%s' %g activities a second as a whole "
			"(max_task_queue_activities_per_second): one every %s, whatever slots are "
			"free",
			reading->queue, queue_rate(reading),
			tsk_duration_text(reading->call, (int64_t)(1000 / queue_rate(reading))));
	else if (!waits_in_line(reading))
		return;
	else if (has_full_worker(reading, reading->queue))
		tell_line(reading,
			  "the worker of '%s' has no activity slot free, and does not poll until "
			  "it has",
			  reading->queue);
	else
		tell_line(reading,
			  "a worker polls '%s', but does not take it: all its activity slots are "
			  "taken, or it hangs",
			  reading->queue);
	tell_slots(reading);
}

static void tell_neighbours(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	size_t troubled = 0, others = workflow->pending_activity_count - 1;

	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];

		if (activity != reading->activity &&
		    trouble_of(reading, activity) > ACTIVITY_PAUSED)
			troubled++;
	}
	if (others)
		tell_line(reading, "%zu more pending activit%s, %zu of them in trouble", others,
			  others == 1 ? "y" : "ies", troubled);
}

void tell_activity(const struct reading *reading)
{
	tell_state(reading);
	switch (reading->activity_trouble) {
	case ACTIVITY_NOT_REGISTERED:
	case ACTIVITY_RETRYING: tell_retrying(reading); break;
	case ACTIVITY_NOT_PICKED_UP:
		tell_other_queue(reading);
		tell_absent_worker(reading);
		break;
	case ACTIVITY_ABANDONED: tell_abandoned(reading); break;
	case ACTIVITY_PAUSED: tell_logged_text(reading, reading->activity->last_failure); break;
	case ACTIVITY_UNCERTAIN:
	case ACTIVITY_AT_WORK: tell_at_work(reading); break;
	}
	if (queue_was_asked(reading, reading->activity) &&
	    reading->activity_trouble > ACTIVITY_PAUSED)
		tell_workers(reading, TSK_ACTIVITY_TASKS, reading->queue);
	tell_neighbours(reading);
}

/* The server does not know them: a marker has the failure, or only the log. */
void tell_local_activity(const struct reading *reading)
{
	if (reading->event)
		tell_line(reading,
			  "event %lld: a local activity failed, a timer puts off its next attempt",
			  (long long)reading->event->id);
	else
		tell_line(reading, "the worker's log: a local activity failed, attempt %d",
			  reading->diagnosis->attempts);
}
