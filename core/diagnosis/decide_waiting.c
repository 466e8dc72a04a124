/* Deciding on workflows that wait by design: for their start, a timer, a child, a signal. */
#include "classifier.h"
#include "registered.h"

#include <string.h>

/* ---- start delay ---- */

static const struct tsk_event *first_event(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_history *oldest = &reading->symptoms->oldest;

	if (newest->count && newest->events[newest->count - 1].type == TSK_EVENT_STARTED)
		return &newest->events[newest->count - 1];
	return oldest->count ? &oldest->events[0] : NULL;
}

static bool had_task(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_TASK_SCHEDULED)
			return true;
	return false;
}

/* A busy server begins it a little late. */
#define LATE_NS ((int64_t)10 * 1000000000)

bool read_start_delay(struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_event *started = first_event(reading);

	if (workflow->pending_task.present ||
	    workflow->execution_at + LATE_NS <= reading->symptoms->now)
		return false;
	/* The server holds back a run that continues as new within a second. Once it is due, only a
	 * whole history shows that it had no task yet. */
	if (workflow->execution_at <= reading->symptoms->now &&
	    (!reading->symptoms->newest.count || reading->symptoms->newest.more))
		return false;
	/* A signal may have come meanwhile; a first task makes the delay history. */
	if (had_task(&reading->symptoms->newest) ||
	    (!reading->symptoms->newest.count && workflow->history_length > 1))
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_START_DELAYED;
	reading->diagnosis->attention = workflow_is_nowhere(reading);
	reading->diagnosis->next_attempt_at = workflow->execution_at;
	take_cause(reading, TSK_CAUSE_NONE, "", "");
	if (started && started->attempt > 1) {
		reading->event = started;
		reading->diagnosis->attempts = started->attempt;
	}
	return true;
}

/* ---- paused as a whole ---- */

/* Nothing is done until someone unpauses it, whatever else may be wrong. */
bool read_paused(struct reading *reading)
{
	if (reading->workflow->status != TSK_WORKFLOW_PAUSED)
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_WORKFLOW_PAUSED;
	reading->diagnosis->attention = true;
	reading->event = newest_of_type(&reading->symptoms->newest, TSK_EVENT_PAUSED);
	return true;
}

/* ---- timers ---- */

bool timer_is_open(const struct tsk_history *newest, size_t at)
{
	const struct tsk_event *timer = &newest->events[at];

	for (size_t i = 0; i < at; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_TIMER_FIRED && event->type != TSK_EVENT_TIMER_CANCELED)
			continue;
		if (event->started_event_id == timer->id ||
		    (*or_empty(event->timer_id) &&
		     strcmp(event->timer_id, or_empty(timer->timer_id)) == 0))
			return false;
	}
	return true;
}

static bool was_ended_later(const struct tsk_history *newest, const struct tsk_event *timer)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if ((event->type == TSK_EVENT_TIMER_FIRED ||
		     event->type == TSK_EVENT_TIMER_CANCELED) &&
		    event->started_event_id == timer->id)
			return true;
	}
	return false;
}

/* An open timer among the first events, where the newest do not reach back to them. */
static bool old_timer_is_open(const struct reading *reading, size_t at)
{
	const struct tsk_history *oldest = &reading->symptoms->oldest;
	const struct tsk_event *timer = &oldest->events[at];

	for (size_t i = at + 1; i < oldest->count; i++)
		if ((oldest->events[i].type == TSK_EVENT_TIMER_FIRED ||
		     oldest->events[i].type == TSK_EVENT_TIMER_CANCELED) &&
		    oldest->events[i].started_event_id == timer->id)
			return false;
	return !was_ended_later(&reading->symptoms->newest, timer);
}

int64_t timer_due_at(const struct tsk_event *timer)
{
	return timer->at + timer->timer_ms * 1000000;
}

/* The open timer that fires first; *count: how many are open. */
static const struct tsk_event *open_timer(const struct reading *reading, size_t *count)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_history *oldest = &reading->symptoms->oldest;
	const struct tsk_event *first = NULL;

	*count = 0;
	for (size_t i = 0; i < newest->count + oldest->count; i++) {
		bool old = i >= newest->count;
		size_t at = old ? i - newest->count : i;
		const struct tsk_event *event = old ? &oldest->events[at] : &newest->events[at];

		if (event->type != TSK_EVENT_TIMER_STARTED ||
		    !(old ? old_timer_is_open(reading, at) : timer_is_open(newest, at)))
			continue;
		(*count)++;
		if (!first || timer_due_at(event) < timer_due_at(first))
			first = event;
	}
	return first;
}

static bool read_timer(struct reading *reading)
{
	reading->event = open_timer(reading, &reading->open_timers);
	if (!reading->event)
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_WAITING_TIMER;
	reading->diagnosis->next_attempt_at = timer_due_at(reading->event);
	return true;
}

/* ---- children ---- */

const struct tsk_diagnosis *stuck_below(const struct tsk_diagnosis *diagnosis)
{
	while (diagnosis && !diagnosis->stalled && !diagnosis->recovering)
		diagnosis = diagnosis->child;
	return diagnosis;
}

static bool read_child(struct reading *reading)
{
	const struct tsk_diagnosis *stuck = stuck_below(reading->symptoms->child);

	if (!reading->workflow->pending_child_count)
		return false;
	/* Whichever comes first. */
	read_timer(reading);
	reading->diagnosis->verdict = TSK_VERDICT_WAITING_CHILD;
	reading->diagnosis->child = reading->symptoms->child;
	if (stuck) {
		take_cause_of(reading, stuck);
		reading->diagnosis->failure = stuck->failure;
	}
	return true;
}

/* ---- Nexus operations ---- */

/* One that fails is a trouble of its own; else it waits for a condition, and this is it. */
static bool read_nexus(struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;

	for (size_t i = 0; i < workflow->pending_nexus_count; i++) {
		const struct tsk_pending_nexus *operation = &workflow->pending_nexus[i];

		if (!operation->last_failure || reading->diagnosis->failure)
			continue;
		take_failure(reading, operation->last_failure, "");
		reading->nexus = i;
		reading->diagnosis->attempts = operation->attempt;
		reading->diagnosis->next_attempt_at = operation->next_attempt_at;
	}
	reading->diagnosis->verdict = reading->diagnosis->failure ? TSK_VERDICT_NEXUS_RETRYING
								  : TSK_VERDICT_WAITING_SIGNAL;
	return workflow->pending_nexus_count > 0;
}

bool read_waiting(struct reading *reading)
{
	take_cause(reading, TSK_CAUSE_NONE, "", "");
	reading->queue = or_empty(reading->workflow->task_queue);
	if (!read_nexus(reading) && !read_child(reading) && !read_timer(reading))
		reading->diagnosis->verdict = TSK_VERDICT_WAITING_SIGNAL;
	read_in_vain(reading);
	return true;
}
