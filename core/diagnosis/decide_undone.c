/* Deciding whether a workflow that completed had done all that it had begun: what it started and
 * did not await ends with it, or is done for nobody. */
#include "classifier.h"
#include "worker_log.h"

#include <string.h>

/* ---- what ends what ---- */

static bool ends_activity(int type)
{
	return type == TSK_EVENT_ACTIVITY_COMPLETED || type == TSK_EVENT_ACTIVITY_FAILED ||
	       type == TSK_EVENT_ACTIVITY_TIMED_OUT || type == TSK_EVENT_ACTIVITY_CANCELED;
}

static bool ends_child(int type)
{
	return type == TSK_EVENT_CHILD_INITIATE_FAILED || type == TSK_EVENT_CHILD_COMPLETED ||
	       type == TSK_EVENT_CHILD_FAILED || type == TSK_EVENT_CHILD_CANCELED ||
	       type == TSK_EVENT_CHILD_TIMED_OUT || type == TSK_EVENT_CHILD_TERMINATED;
}

static bool ends_timer(int type)
{
	return type == TSK_EVENT_TIMER_FIRED || type == TSK_EVENT_TIMER_CANCELED;
}

/* What was given up on purpose is done with as well. */
static bool ends(const struct tsk_event *end, const struct tsk_event *begun)
{
	switch (begun->type) {
	case TSK_EVENT_ACTIVITY_SCHEDULED:
		return end->scheduled_event_id == begun->id &&
		       (ends_activity(end->type) ||
			end->type == TSK_EVENT_ACTIVITY_CANCEL_REQUESTED);
	case TSK_EVENT_CHILD_INITIATED:
		return (end->initiated_event_id == begun->id && ends_child(end->type)) ||
		       (end->type == TSK_EVENT_CANCEL_EXTERNAL_INITIATED &&
			strcmp(or_empty(end->workflow_id), or_empty(begun->workflow_id)) == 0);
	case TSK_EVENT_TIMER_STARTED:
		return end->started_event_id == begun->id && ends_timer(end->type);
	case TSK_EVENT_UPDATE_ACCEPTED:
		return end->type == TSK_EVENT_UPDATE_COMPLETED &&
		       (end->initiated_event_id == begun->id ||
			(*or_empty(end->update_id) &&
			 strcmp(end->update_id, or_empty(begun->update_id)) == 0));
	default: return true;
	}
}

bool is_begun_and_open(const struct tsk_history *newest, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (ends(&newest->events[i], &newest->events[at]))
			return false;
	return newest->events[at].type == TSK_EVENT_ACTIVITY_SCHEDULED ||
	       newest->events[at].type == TSK_EVENT_CHILD_INITIATED ||
	       newest->events[at].type == TSK_EVENT_TIMER_STARTED ||
	       newest->events[at].type == TSK_EVENT_UPDATE_ACCEPTED;
}

/* The server starts a child on its own time: of a parent that ends before, it starts none. */
bool never_started(const struct reading *reading, const struct tsk_event *child)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	if (child->type != TSK_EVENT_CHILD_INITIATED || is_open(reading->workflow))
		return false;
	for (size_t i = 0; i < newest->count && newest->events[i].id > child->id; i++)
		if (newest->events[i].initiated_event_id == child->id)
			return false;
	return true;
}

bool goes_on_alone(const struct reading *reading, const struct tsk_event *child)
{
	return strcmp(tsk_event_more(reading->call, child)->parent_close_policy,
		      "PARENT_CLOSE_POLICY_ABANDON") == 0;
}

/* An open timer is no work: a race is lost by the time that was allowed for it. */
bool is_left_undone(const struct reading *reading, size_t at)
{
	const struct tsk_event *event = &reading->symptoms->newest.events[at];

	if (!is_begun_and_open(&reading->symptoms->newest, at) ||
	    event->type == TSK_EVENT_TIMER_STARTED)
		return false;
	/* A child outlives a run that continues as new. */
	return event->type != TSK_EVENT_CHILD_INITIATED || never_started(reading, event) ||
	       (!goes_on_alone(reading, event) &&
		reading->workflow->status != TSK_WORKFLOW_CONTINUED_AS_NEW);
}

/* ---- handlers ---- */

/* A signal of the last task, by whose handler the worker's log says that a workflow finished too
 * early: the log does not say which one. NULL: none. */
static const struct tsk_event *signal_unfinished(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	size_t tasks = 0;

	for (size_t i = 0; i < newest->count && tasks < 2; i++) {
		const struct tsk_event *event = &newest->events[i];

		tasks += event->type == TSK_EVENT_TASK_COMPLETED;
		if (event->type == TSK_EVENT_SIGNALED &&
		    logs_unfinished_handler(reading, or_empty(event->signal_name)))
			return event;
	}
	return NULL;
}

bool read_undone(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		if (!is_left_undone(reading, i))
			continue;
		/* The first one that was begun. */
		reading->undone.event = &newest->events[i];
		reading->undone.count++;
	}
	reading->undone.signal = signal_unfinished(reading);
	return reading->undone.event || reading->undone.signal;
}
