/* Activities: a retrying one writes nothing into history, so the pending activities tell. Where
 * there are several, the one in the worst state decides. */
#include "classifier.h"

#include <string.h>

/* What an activity worker that has not registered the activity takes to say so, at most. */
#define REFUSED_NS ((int64_t)2 * 1000000000)

/* From the best to the worst. */
enum trouble {
	AT_WORK,
	UNCERTAIN, /* waits for a worker, and nobody asked whether there is one */
	PAUSED,
	ABANDONED, /* its worker is gone, and the server does not know it yet */
	NOT_PICKED_UP,
	RETRYING,
	NOT_REGISTERED
};

bool activity_is_paused(const struct tsk_pending_activity *activity)
{
	return activity->paused || activity->state == TSK_ACTIVITY_PAUSED ||
	       activity->state == TSK_ACTIVITY_PAUSE_REQUESTED;
}

static const char *queue_of(const struct reading *reading,
			    const struct tsk_pending_activity *activity)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	if (*or_empty(activity->task_queue))
		return activity->task_queue;
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_SCHEDULED &&
		    strcmp(or_empty(newest->events[i].activity_id), or_empty(activity->id)) == 0)
			return or_empty(newest->events[i].task_queue);
	return or_empty(reading->workflow->task_queue);
}

/* Whether the pollers that were asked about are of this activity's queue. */
static bool was_asked(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	return symptoms->activity_pollers_known &&
	       strcmp(or_empty(symptoms->activity_task_queue), queue_of(reading, activity)) == 0;
}

static bool is_due(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	return activity->state == TSK_ACTIVITY_SCHEDULED &&
	       activity->next_attempt_at <= reading->symptoms->now;
}

/* Taken by a process of this host that does not run any more: it ends by its timeout only. */
static bool is_abandoned(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct tsk_symptom_worker *worker =
		worker_of(reading, activity->last_worker_identity);

	return activity->state == TSK_ACTIVITY_STARTED && worker &&
	       (!worker->alive || worker->started_at > activity->last_started_at);
}

/* A worker that has not registered it says so at once: whoever took it and is silent since has it,
 * and another one on the queue has not. */
static bool found_its_worker(const struct reading *reading,
			     const struct tsk_pending_activity *activity)
{
	return activity->state == TSK_ACTIVITY_STARTED &&
	       activity->last_started_at < reading->symptoms->now - REFUSED_NS &&
	       link_not_registered(activity->last_failure, "Activity");
}

bool was_abandoned(const struct reading *reading)
{
	return reading->activity && is_abandoned(reading, reading->activity);
}

static enum trouble trouble_of(const struct reading *reading,
			       const struct tsk_pending_activity *activity)
{
	const struct tsk_failure *failure = activity->last_failure;

	if (activity_is_paused(activity))
		return PAUSED;
	if (found_its_worker(reading, activity))
		return is_abandoned(reading, activity) ? ABANDONED : AT_WORK;
	if (link_not_registered(failure, "Activity"))
		return NOT_REGISTERED;
	if (activity->attempt > 1 && failure)
		return RETRYING;
	if (is_due(reading, activity) && !was_asked(reading, activity))
		return UNCERTAIN;
	if (is_due(reading, activity) && presence_of(reading, TSK_ACTIVITY_TASKS).live == 0 &&
	    !has_full_worker(reading, queue_of(reading, activity)))
		return NOT_PICKED_UP;
	return is_abandoned(reading, activity) ? ABANDONED : AT_WORK;
}

/* The one in the worst state; of equals, the one with more attempts. */
static const struct tsk_pending_activity *worst_activity(const struct reading *reading,
							 enum trouble *trouble)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_pending_activity *worst = NULL;

	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];
		enum trouble its = trouble_of(reading, activity);

		if (worst &&
		    (its < *trouble || (its == *trouble && activity->attempt <= worst->attempt)))
			continue;
		worst = activity;
		*trouble = its;
	}
	return worst;
}

/* ---- what is said ---- */

/* The time of a retry, where there was one. */
static int64_t due_since(const struct tsk_pending_activity *activity)
{
	return activity->next_attempt_at > activity->scheduled_at ? activity->next_attempt_at
								  : activity->scheduled_at;
}

static const char *state_text(const struct reading *reading,
			      const struct tsk_pending_activity *activity)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	if (activity_is_paused(activity))
		return "paused";
	if (activity->state == TSK_ACTIVITY_CANCEL_REQUESTED)
		return "asked to cancel, which it learns with its next heartbeat";
	if (activity->state == TSK_ACTIVITY_STARTED)
		return tsk_format(reading->call, "started %s by %s",
				  when(reading, activity->last_started_at),
				  or_empty(activity->last_worker_identity));
	if (activity->next_attempt_at > symptoms->now)
		return tsk_format(reading->call, "next attempt due %s",
				  when(reading, activity->next_attempt_at));
	return tsk_format(reading->call, "waits on '%s', scheduled %s", queue_of(reading, activity),
			  when(reading, due_since(activity)));
}

bool waits_in_line(const struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;

	return activity && !activity_is_paused(activity) && is_due(reading, activity) &&
	       was_asked(reading, activity) &&
	       (presence_of(reading, TSK_ACTIVITY_TASKS).live ||
		has_full_worker(reading, queue_of(reading, activity))) &&
	       due_since(activity) < reading->symptoms->now - IN_LINE_NS;
}

static void tell_activity(struct reading *reading, const struct tsk_pending_activity *activity)
{
	const char *most = activity->maximum_attempts > 0
				   ? tsk_format(reading->call, " of %d", activity->maximum_attempts)
				   : "";

	lines_add(&reading->evidence, "activity '%s' (id %s), attempt %d%s: %s",
		  or_empty(activity->type), or_empty(activity->id), activity->attempt, most,
		  state_text(reading, activity));
	if (activity->state == TSK_ACTIVITY_STARTED && activity->last_heartbeat_at)
		lines_add(&reading->evidence, "last heartbeat %s",
			  when(reading, activity->last_heartbeat_at));
}

static void tell_neighbours(struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	size_t troubled = 0, others = workflow->pending_activity_count - 1;

	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];

		if (activity != reading->activity && trouble_of(reading, activity) > PAUSED)
			troubled++;
	}
	if (others)
		lines_add(&reading->evidence, "%zu more pending activit%s, %zu of them in trouble",
			  others, others == 1 ? "y" : "ies", troubled);
}

/* ---- retries ---- */

static bool is_timeout(const struct tsk_failure *failure)
{
	return failure && failure->kind == TSK_FAILURE_TIMEOUT;
}

/* When the last attempt failed; 0: the server does not say. */
static int64_t failed_at(const struct tsk_pending_activity *activity)
{
	/* What timed out was never completed: the server then has the time of the retry at best,
	 * and only once that is no longer put off. */
	if (!is_timeout(activity->last_failure))
		return activity->last_completed_at;
	if (activity->state == TSK_ACTIVITY_STARTED)
		return activity->scheduled_at;
	return 0;
}

static void judge_recovery(struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;
	const struct tsk_symptom_worker *fresh =
		fresh_worker(reading, TSK_ACTIVITY_TASKS, reading->queue, failed_at(activity),
			     or_empty(activity->last_worker_identity));

	/* New workers after each crash are no repair; see workflow tasks. */
	if (fresh && is_timeout(activity->last_failure) && activity->attempt > 2 && !fresh->tracked)
		fresh = NULL;
	reading->failed_by = or_empty(activity->last_worker_identity);
	reading->diagnosis->recovering = fresh != NULL;
	if (fresh)
		lines_add(&reading->evidence, "worker %s was started after the last failed attempt",
			  worker_text(reading, fresh));
}

static int64_t next_attempt(const struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;

	if (activity->next_attempt_at)
		return activity->next_attempt_at;
	return activity->state == TSK_ACTIVITY_SCHEDULED ? activity->scheduled_at : 0;
}

static void read_retrying(struct reading *reading, enum tsk_verdict verdict)
{
	const struct tsk_pending_activity *activity = reading->activity;
	struct presence presence = presence_of(reading, TSK_ACTIVITY_TASKS);
	bool unattended = was_asked(reading, activity) && presence.known && !presence.live;
	const struct tsk_root_cause *logged;

	reading->diagnosis->verdict = verdict;
	take_failure(reading, activity->last_failure, "");
	logged = take_logged_text(reading, activity->last_failure);
	if (logged && says_not_registered(logged))
		reading->diagnosis->verdict = TSK_VERDICT_MISSING_ACTIVITY;
	reading->diagnosis->next_attempt_at = next_attempt(reading);
	judge_recovery(reading);
	if (unattended && is_timeout(activity->last_failure))
		lines_add(&reading->evidence, "its last worker %s may have died with it",
			  or_empty(activity->last_worker_identity));
}

/* ---- nobody works on it ---- */

static void read_not_picked_up(struct reading *reading)
{
	const struct tsk_symptom_worker *starting = starting_worker(reading, reading->queue);

	tell_other_queue(reading);
	reading->diagnosis->verdict = TSK_VERDICT_NO_ACTIVITY_WORKER;
	reading->diagnosis->attempts = 0;
	if (!starting) {
		explain_by_dead_worker(reading, reading->queue);
		return;
	}
	reading->diagnosis->recovering = true;
	lines_add(&reading->evidence, "worker %s has just been started",
		  worker_text(reading, starting));
}

/* When the server gives the attempt up; 0: not known. */
static int64_t timeout_ends(const struct reading *reading,
			    const struct tsk_pending_activity *activity)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_ACTIVITY_SCHEDULED ||
		    strcmp(or_empty(event->activity_id), or_empty(activity->id)) != 0)
			continue;
		if (event->heartbeat_ms > 0)
			return (activity->last_heartbeat_at ? activity->last_heartbeat_at
							    : activity->last_started_at) +
			       event->heartbeat_ms * 1000000;
		return event->start_to_close_ms > 0
			       ? activity->last_started_at + event->start_to_close_ms * 1000000
			       : 0;
	}
	return 0;
}

/* The server still waits for the process that took it; what becomes of it depends on its timeouts
 * and on whether there is a worker for the next attempt. */
static void read_abandoned(struct reading *reading)
{
	struct presence presence = presence_of(reading, TSK_ACTIVITY_TASKS);
	const struct tsk_pending_activity *activity = reading->activity;

	reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_IN_PROGRESS;
	reading->diagnosis->stalled = was_asked(reading, activity) && presence.live == 0;
	take_cause(reading, "", "");
	reading->diagnosis->next_attempt_at = timeout_ends(reading, activity);
	lines_add(
		&reading->evidence,
		"worker %s that took it does not run: it is tried again when a timeout ends it%s%s",
		or_empty(activity->last_worker_identity),
		reading->diagnosis->next_attempt_at ? ", " : "",
		reading->diagnosis->next_attempt_at
			? when(reading, reading->diagnosis->next_attempt_at)
			: "");
}

static void read_one(struct reading *reading, enum trouble trouble)
{
	const struct tsk_pending_activity *activity = reading->activity;

	reading->queue = queue_of(reading, activity);
	reading->diagnosis->attempts = activity->attempt;
	tell_activity(reading, activity);
	switch (trouble) {
	case NOT_REGISTERED: read_retrying(reading, TSK_VERDICT_MISSING_ACTIVITY); break;
	case RETRYING: read_retrying(reading, TSK_VERDICT_ACTIVITY_RETRYING); break;
	case NOT_PICKED_UP: read_not_picked_up(reading); break;
	case ABANDONED: read_abandoned(reading); break;
	case PAUSED:
		reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_PAUSED;
		take_failure(reading, activity->last_failure, "");
		take_logged_text(reading, activity->last_failure);
		break;
	case UNCERTAIN:
	case AT_WORK:
		reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_IN_PROGRESS;
		/* A first attempt has no failure; a later one without is fine as well. */
		take_cause(reading, "", "");
		if (found_its_worker(reading, activity))
			lines_add(
				&reading->evidence,
				"an attempt before failed on another worker of '%s', which has it "
				"not registered",
				reading->queue);
		if (waits_in_line(reading))
			lines_add(
				&reading->evidence,
				has_full_worker(reading, reading->queue)
					? "the worker of '%s' has no activity slot free, and does "
					  "not poll until it has"
					: "a worker polls '%s', but does not take it: all its "
					  "activity slots are taken, or it hangs",
				reading->queue);
		break;
	}
	if (was_asked(reading, activity) && trouble > PAUSED)
		tell_workers(reading, TSK_ACTIVITY_TASKS, reading->queue);
	tell_neighbours(reading);
}

bool read_activities(struct reading *reading)
{
	enum trouble trouble = AT_WORK;
	const struct tsk_pending_activity *worst = worst_activity(reading, &trouble);

	if (!worst || trouble <= UNCERTAIN)
		return false;
	reading->activity = worst;
	read_one(reading, trouble);
	return true;
}

bool read_healthy_activities(struct reading *reading)
{
	enum trouble trouble = AT_WORK;
	const struct tsk_pending_activity *worst = worst_activity(reading, &trouble);

	if (!worst || trouble > UNCERTAIN)
		return false;
	reading->activity = worst;
	read_one(reading, trouble);
	return true;
}
