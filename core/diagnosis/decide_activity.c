/* Deciding on activities: a retrying one writes nothing into history, so the pending activities
 * tell. Where there are several, the one in the worst state decides. */
#include "classifier.h"
#include "encoding.h"
#include "registered.h"
#include "who_polls.h"
#include "worker_log.h"

#include <string.h>

/* For longer than this nobody need look at an activity whose worker is gone before it is told. */
#define LEFT_ALONE_NS ((int64_t)60 * 1000000000)

/* What an activity worker that has not registered the activity takes to say so, at most. */
#define REFUSED_NS    ((int64_t)2 * 1000000000)

bool activity_is_paused(const struct tsk_pending_activity *activity)
{
	return activity->paused || activity->state == TSK_ACTIVITY_PAUSED ||
	       activity->state == TSK_ACTIVITY_PAUSE_REQUESTED;
}

const struct tsk_event *scheduled_event(const struct reading *reading,
					const struct tsk_pending_activity *activity)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_SCHEDULED &&
		    strcmp(or_empty(newest->events[i].activity_id), or_empty(activity->id)) == 0)
			return &newest->events[i];
	return NULL;
}

const char *activity_queue(const struct reading *reading,
			   const struct tsk_pending_activity *activity)
{
	const struct tsk_event *scheduled;

	if (*or_empty(activity->task_queue))
		return activity->task_queue;
	scheduled = scheduled_event(reading, activity);
	return scheduled ? or_empty(scheduled->task_queue)
			 : or_empty(reading->workflow->task_queue);
}

bool queue_was_asked(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	return symptoms->activity_pollers_known && strcmp(or_empty(symptoms->activity_task_queue),
							  activity_queue(reading, activity)) == 0;
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
bool found_its_worker(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	return activity->state == TSK_ACTIVITY_STARTED &&
	       activity->last_started_at < reading->symptoms->now - REFUSED_NS &&
	       link_not_registered(activity->last_failure, "Activity");
}

bool was_abandoned(const struct reading *reading)
{
	return reading->activity && is_abandoned(reading, reading->activity);
}

enum activity_trouble trouble_of(const struct reading *reading,
				 const struct tsk_pending_activity *activity)
{
	const struct tsk_failure *failure = activity->last_failure;

	if (activity_is_paused(activity))
		return ACTIVITY_PAUSED;
	if (found_its_worker(reading, activity))
		return is_abandoned(reading, activity) ? ACTIVITY_ABANDONED : ACTIVITY_AT_WORK;
	if (link_not_registered(failure, "Activity"))
		return ACTIVITY_NOT_REGISTERED;
	if (activity->attempt > 1 && failure)
		return ACTIVITY_RETRYING;
	if (is_due(reading, activity) && !queue_was_asked(reading, activity))
		return ACTIVITY_UNCERTAIN;
	if (is_due(reading, activity) && presence_of(reading, TSK_ACTIVITY_TASKS).live == 0 &&
	    !has_full_worker(reading, activity_queue(reading, activity)))
		return ACTIVITY_NOT_PICKED_UP;
	if (is_due(reading, activity) && activity_is_nowhere(reading, activity))
		return ACTIVITY_NOT_REGISTERED;
	return is_abandoned(reading, activity) ? ACTIVITY_ABANDONED : ACTIVITY_AT_WORK;
}

/* The one in the worst state; of equals, the one with more attempts. */
static const struct tsk_pending_activity *worst_activity(const struct reading *reading,
							 enum activity_trouble *trouble)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_pending_activity *worst = NULL;

	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];
		enum activity_trouble its = trouble_of(reading, activity);

		if (worst &&
		    (its < *trouble || (its == *trouble && activity->attempt <= worst->attempt)))
			continue;
		worst = activity;
		*trouble = its;
	}
	return worst;
}

int64_t due_since(const struct tsk_pending_activity *activity)
{
	return activity->next_attempt_at > activity->scheduled_at ? activity->next_attempt_at
								  : activity->scheduled_at;
}

bool waits_on_polled_queue(const struct reading *reading)
{
	const struct tsk_pending_activity *activity = reading->activity;

	return activity && !activity_is_paused(activity) && is_due(reading, activity) &&
	       queue_was_asked(reading, activity) &&
	       (presence_of(reading, TSK_ACTIVITY_TASKS).live ||
		has_full_worker(reading, activity_queue(reading, activity)));
}

bool waits_in_line(const struct reading *reading)
{
	return waits_on_polled_queue(reading) &&
	       due_since(reading->activity) < reading->symptoms->now - IN_LINE_NS;
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
	/* It has not got it, either. */
	if (reading->diagnosis->verdict == TSK_VERDICT_MISSING_ACTIVITY &&
	    activity_is_nowhere(reading, activity))
		fresh = NULL;
	reading->failed_by = or_empty(activity->last_worker_identity);
	reading->fresh = fresh;
	reading->diagnosis->recovering = fresh != NULL;
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

	reading->diagnosis->verdict = verdict;
	if (!activity->last_failure && verdict == TSK_VERDICT_MISSING_ACTIVITY)
		take_cause(reading, TSK_CAUSE_FAILURE, "NotFoundError",
			   tsk_format(reading->call, "no worker of '%s' registers activity '%s'",
				      reading->queue, or_empty(activity->type)));
	else
		take_failure(reading, activity->last_failure, "");
	take_logged_text(reading, activity->last_failure);
	take_original_error(reading, activity->last_failure);
	if (is_timeout(activity->last_failure))
		take_unreported(reading, activity->attempt - 1);
	if (reading->logged && says_not_registered(reading->logged))
		reading->diagnosis->verdict = TSK_VERDICT_MISSING_ACTIVITY;
	reading->diagnosis->next_attempt_at = next_attempt(reading);
	judge_recovery(reading);
	if (is_timeout(activity->last_failure) && !reading->fresh)
		explain_by_crash(reading);
}

/* ---- nobody works on it ---- */

static void read_not_picked_up(struct reading *reading)
{
	reading->diagnosis->verdict = TSK_VERDICT_NO_ACTIVITY_WORKER;
	reading->diagnosis->attempts = 0;
	reading->starting = starting_worker(reading, reading->queue);
	reading->diagnosis->recovering = reading->starting != NULL;
	if (!reading->starting)
		explain_by_dead_worker(reading, reading->queue);
}

/* When the server gives the attempt up; 0: not known. */
static int64_t timeout_ends(const struct reading *reading,
			    const struct tsk_pending_activity *activity)
{
	const struct tsk_event *event = scheduled_event(reading, activity);

	if (!event)
		return 0;
	if (event->heartbeat_ms > 0)
		return (activity->last_heartbeat_at ? activity->last_heartbeat_at
						    : activity->last_started_at) +
		       event->heartbeat_ms * 1000000;
	return event->start_to_close_ms > 0
		       ? activity->last_started_at + event->start_to_close_ms * 1000000
		       : 0;
}

/* The server still waits for the process that took it; what becomes of it depends on its timeouts
 * and on whether there is a worker for the next attempt. */
bool is_last_attempt(const struct tsk_pending_activity *activity)
{
	return activity->maximum_attempts > 0 && activity->attempt >= activity->maximum_attempts;
}

/* Describe leaves them out, or has them after a change of the options alone. */
static const struct tsk_strings *non_retryable_types(const struct reading *reading,
						     const struct tsk_pending_activity *activity)
{
	const struct tsk_strings *now =
		&tsk_pending_activity_more(reading->call, reading->workflow, activity)
			 ->retry.non_retryable_types;

	return now->count ? now
			  : &tsk_event_more(reading->call, scheduled_event(reading, activity))
				     ->retry.non_retryable_types;
}

const char *misspelt_type(const struct reading *reading,
			  const struct tsk_pending_activity *activity)
{
	const struct tsk_strings *types = non_retryable_types(reading, activity);
	const struct tsk_failure *failure = activity->last_failure;
	const char *type = failure ? or_empty(failure->type) : "";

	for (size_t i = 0; *type && i < types->count; i++) {
		const char *dot = strrchr(types->items[i], '.');

		if (dot && strcmp(dot + 1, type) == 0)
			return types->items[i];
	}
	return NULL;
}

static void read_abandoned(struct reading *reading)
{
	struct presence presence = presence_of(reading, TSK_ACTIVITY_TASKS);
	const struct tsk_pending_activity *activity = reading->activity;

	reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_IN_PROGRESS;
	reading->diagnosis->stalled = queue_was_asked(reading, activity) && presence.live == 0;
	take_cause(reading, TSK_CAUSE_NONE, "", "");
	reading->diagnosis->next_attempt_at = timeout_ends(reading, activity);
	reading->diagnosis->attention =
		is_last_attempt(activity) ||
		reading->diagnosis->next_attempt_at > reading->symptoms->now + LEFT_ALONE_NS ||
		!reading->diagnosis->next_attempt_at;
}

static void read_one(struct reading *reading, const struct tsk_pending_activity *activity,
		     enum activity_trouble trouble)
{
	reading->activity = activity;
	reading->activity_trouble = trouble;
	reading->queue = activity_queue(reading, activity);
	reading->diagnosis->attempts = activity->attempt;
	switch (trouble) {
	case ACTIVITY_NOT_REGISTERED: read_retrying(reading, TSK_VERDICT_MISSING_ACTIVITY); break;
	case ACTIVITY_RETRYING: read_retrying(reading, TSK_VERDICT_ACTIVITY_RETRYING); break;
	case ACTIVITY_NOT_PICKED_UP: read_not_picked_up(reading); break;
	case ACTIVITY_ABANDONED: read_abandoned(reading); break;
	case ACTIVITY_PAUSED:
		reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_PAUSED;
		reading->diagnosis->attention = true;
		take_failure(reading, activity->last_failure, "");
		take_logged_text(reading, activity->last_failure);
		break;
	case ACTIVITY_UNCERTAIN:
	case ACTIVITY_AT_WORK:
		reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_IN_PROGRESS;
		/* A first attempt has no failure; a later one without is fine as well. */
		take_cause(reading, TSK_CAUSE_NONE, "", "");
		reading->diagnosis->attention =
			is_held_for_long(reading) ||
			(is_due(reading, activity) && activity_cannot_be_called(reading, activity));
		break;
	}
}

bool read_activities(struct reading *reading)
{
	enum activity_trouble trouble = ACTIVITY_AT_WORK;
	const struct tsk_pending_activity *worst = worst_activity(reading, &trouble);

	if (!worst || trouble <= ACTIVITY_UNCERTAIN)
		return false;
	read_one(reading, worst, trouble);
	return true;
}

bool read_healthy_activities(struct reading *reading)
{
	enum activity_trouble trouble = ACTIVITY_AT_WORK;
	const struct tsk_pending_activity *worst = worst_activity(reading, &trouble);

	if (!worst || trouble > ACTIVITY_UNCERTAIN)
		return false;
	read_one(reading, worst, trouble);
	return true;
}
