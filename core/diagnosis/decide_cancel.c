/* Deciding on workflows that were asked to cancel and have not ended: who holds that up. */
#include "classifier.h"

#include <string.h>

/* Cleaning up after a cancellation takes no longer as a rule. */
#define CANCEL_NS ((int64_t)60 * 1000000000)

const struct tsk_event *cancel_request(const struct reading *reading)
{
	return newest_of_type(&reading->symptoms->newest, TSK_EVENT_CANCEL_REQUESTED);
}

/* Whether a workflow task was completed since; request: NULL where it is older than what was read.
 */
static bool was_acted_on(const struct reading *reading, const struct tsk_event *request)
{
	const struct tsk_event *completed =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_TASK_COMPLETED);

	/* Without history, the server's mark and no task to act on it must do. */
	if (!reading->symptoms->newest.count)
		return !reading->workflow->pending_task.present;
	return completed && (!request || completed->id > request->id);
}

/* ---- what it began since ---- */

/* Whether two events began the same: an activity or child of that type, a timer of that length. */
static bool is_alike(const struct tsk_event *one, const struct tsk_event *other)
{
	if (one->type != other->type)
		return false;
	switch (one->type) {
	case TSK_EVENT_ACTIVITY_SCHEDULED:
		return strcmp(or_empty(one->activity_type), or_empty(other->activity_type)) == 0;
	case TSK_EVENT_CHILD_INITIATED:
		return strcmp(or_empty(one->workflow_type), or_empty(other->workflow_type)) == 0;
	case TSK_EVENT_TIMER_STARTED: return one->timer_ms == other->timer_ms;
	default: return false;
	}
}

/* Whether what that event began ended as canceled, or was asked to, after the request. */
static bool was_cancelled_by(const struct tsk_history *newest, const struct tsk_event *request,
			     const struct tsk_event *begun)
{
	for (size_t i = 0; i < newest->count && newest->events[i].id > request->id; i++) {
		const struct tsk_event *event = &newest->events[i];

		switch (event->type) {
		case TSK_EVENT_ACTIVITY_CANCEL_REQUESTED:
		case TSK_EVENT_ACTIVITY_CANCELED:
			if (event->scheduled_event_id == begun->id)
				return true;
			break;
		case TSK_EVENT_TIMER_CANCELED:
			if (event->started_event_id == begun->id)
				return true;
			break;
		case TSK_EVENT_CANCEL_EXTERNAL_INITIATED:
			if (begun->type == TSK_EVENT_CHILD_INITIATED &&
			    strcmp(or_empty(event->workflow_id), or_empty(begun->workflow_id)) == 0)
				return true;
			break;
		default: break;
		}
	}
	return false;
}

enum cancel_hold begun_hold(const struct reading *reading, const struct tsk_event *request,
			    const struct tsk_event *begun)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	enum cancel_hold hold = HOLD_BEGUN_SINCE;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->id > request->id || !is_alike(event, begun))
			continue;
		if (was_cancelled_by(newest, request, event))
			return HOLD_GOES_ON;
		hold = HOLD_LIKE_BEFORE;
	}
	return hold;
}

/* ---- whom it waits for ---- */

static bool heartbeats(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct tsk_event *scheduled = scheduled_event(reading, activity);

	return activity->last_heartbeat_at > 0 || (scheduled && scheduled->heartbeat_ms > 0) ||
	       tsk_pending_activity_more(reading->call, reading->workflow, activity)->heartbeat_ms >
		       0;
}

/* When the server knew that the activity was to be cancelled. */
static int64_t asked_at(const struct reading *reading, const struct tsk_event *request,
			const struct tsk_pending_activity *activity)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *scheduled = scheduled_event(reading, activity);

	for (size_t i = 0; scheduled && i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_CANCEL_REQUESTED &&
		    newest->events[i].scheduled_event_id == scheduled->id)
			return newest->events[i].at;
	return request ? request->at : reading->symptoms->now;
}

enum cancel_hold activity_hold(const struct reading *reading, const struct tsk_event *request,
			       const struct tsk_pending_activity *activity)
{
	const struct tsk_event *scheduled = scheduled_event(reading, activity);

	if (activity->state == TSK_ACTIVITY_CANCEL_REQUESTED) {
		if (activity->last_heartbeat_at > asked_at(reading, request, activity))
			return HOLD_NOT_HEEDED;
		return heartbeats(reading, activity) ? HOLD_HEARS_SOON : HOLD_NEVER_HEARS;
	}
	if (request && scheduled && scheduled->id > request->id)
		return begun_hold(reading, request, scheduled);
	return request && scheduled ? HOLD_NOT_ASKED : HOLD_UNTOLD;
}

/* What says more takes the place of what says less. */
static void take_hold(struct reading *reading, enum cancel_hold hold, const struct tsk_event *event,
		      const struct tsk_pending_activity *activity)
{
	if (hold <= reading->cancel_hold)
		return;
	reading->cancel_hold = hold;
	reading->went_on = event;
	reading->activity = activity;
}

static void read_hold(struct reading *reading, const struct tsk_event *request)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_workflow *workflow = reading->workflow;

	if (workflow->pending_child_count)
		take_hold(reading, HOLD_CHILD, NULL, NULL);
	for (size_t i = 0; request && i < newest->count && newest->events[i].id > request->id; i++)
		if (newest->events[i].type != TSK_EVENT_UPDATE_ACCEPTED &&
		    is_begun_and_open(newest, i))
			take_hold(reading, begun_hold(reading, request, &newest->events[i]),
				  &newest->events[i], NULL);
	/* What it began since is what it waits for, not what it gave up for that. */
	if (reading->cancel_hold >= HOLD_BEGUN_SINCE)
		return;
	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];

		take_hold(reading, activity_hold(reading, request, activity),
			  scheduled_event(reading, activity), activity);
	}
}

/* Whether it goes on as before, or an activity that was told of the cancellation does, or one never
 * hears of it: seen, not guessed from how long it takes. */
static bool holds_for_good(enum cancel_hold hold)
{
	return hold == HOLD_GOES_ON || hold == HOLD_NOT_HEEDED || hold == HOLD_NEVER_HEARS ||
	       hold == HOLD_LIKE_BEFORE;
}

bool read_cancel_request(struct reading *reading)
{
	const struct tsk_event *request = cancel_request(reading);

	if (!request && !reading->workflow->cancel_requested)
		return false;
	if (!was_acted_on(reading, request))
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_CANCEL_REQUESTED;
	take_cause(reading, TSK_CAUSE_NONE, "", "");
	reading->event = request;
	read_hold(reading, request);
	reading->diagnosis->attention =
		holds_for_good(reading->cancel_hold) ||
		(request && request->at < reading->symptoms->now - CANCEL_NS);
	return true;
}

bool is_cleanup(const struct reading *reading)
{
	const struct tsk_event *request = cancel_request(reading);
	const struct tsk_event *scheduled =
		reading->activity ? scheduled_event(reading, reading->activity) : NULL;

	return request && scheduled && scheduled->id > request->id;
}
