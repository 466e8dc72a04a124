/* Evidence of work that a workflow began and did not see to its end, or whose failure it passed
 * over. */
#include "tell.h"

#include <string.h>

/* Of what there is much, a few show it. */
#define SHOWN 5

const char *begun_text(const struct reading *reading, const struct tsk_event *event)
{
	switch (event->type) {
	case TSK_EVENT_ACTIVITY_SCHEDULED:
		return tsk_format(reading->call, "activity '%s'", or_empty(event->activity_type));
	case TSK_EVENT_CHILD_INITIATED:
		return tsk_format(reading->call, "child '%s'", or_empty(event->workflow_id));
	case TSK_EVENT_TIMER_STARTED:
		return tsk_format(reading->call, "a timer of %s",
				  tsk_duration_text(reading->call, event->timer_ms));
	case TSK_EVENT_UPDATE_ACCEPTED:
		return tsk_format(reading->call, "update '%s'", or_empty(event->update_name));
	case TSK_EVENT_SIGNALED:
		return tsk_format(reading->call, "signal '%s'", or_empty(event->signal_name));
	default: return tsk_event_type_name(event->type);
	}
}

/* What becomes of it. */
static const char *fate_of(const struct reading *reading, const struct tsk_event *event)
{
	switch (event->type) {
	case TSK_EVENT_ACTIVITY_SCHEDULED: return "nobody gets its result";
	case TSK_EVENT_CHILD_INITIATED:
		if (never_started(reading, event))
			return "the server had not started it yet, and never does";
		return strcmp(tsk_event_more(reading->call, event)->parent_close_policy,
			      "PARENT_CLOSE_POLICY_REQUEST_CANCEL") == 0
			       ? "its parent_close_policy REQUEST_CANCEL asked it to cancel"
			       : "its parent_close_policy TERMINATE ended it";
	default: return "its handler was cut off, and its caller gets an error";
	}
}

static void tell_undone_one(const struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_event *end = reading->event;

	tell_line(reading, "event %lld: %s was %s %s, and was not %s when the workflow %s%s: %s",
		  (long long)event->id, begun_text(reading, event),
		  never_started(reading, event) ? "asked for" : "started", when(reading, event->at),
		  never_started(reading, event) ? "begun" : "done",
		  reading->workflow->status == TSK_WORKFLOW_COMPLETED ? "completed"
								      : "continued as new",
		  end ? tsk_format(reading->call, " (event %lld)", (long long)end->id) : "",
		  fate_of(reading, event));
}

/* What is left on purpose, as a rule. */
static void tell_left_alone(const struct reading *reading, const struct tsk_event *event)
{
	if (event->type == TSK_EVENT_TIMER_STARTED)
		tell_line(reading,
			  "event %lld: %s ran when it completed: what was to follow on it does "
			  "not happen",
			  (long long)event->id, begun_text(reading, event));
	else if (event->type == TSK_EVENT_CHILD_INITIATED)
		tell_line(reading,
			  "event %lld: child '%s' goes on by itself (parent_close_policy ABANDON)",
			  (long long)event->id, or_empty(event->workflow_id));
}

void tell_undone(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	size_t told = 0;

	/* As they were begun. */
	for (size_t i = newest->count; i-- > 0;) {
		if (is_left_undone(reading, i)) {
			if (told++ < SHOWN)
				tell_undone_one(reading, &newest->events[i]);
		} else if (is_begun_and_open(newest, i)) {
			tell_left_alone(reading, &newest->events[i]);
		}
	}
	if (told > SHOWN)
		tell_line(reading, "%zu more were not done", told - SHOWN);
	if (reading->undone.signal)
		tell_line(reading,
			  "event %lld: signal '%s' came in its last task; by the worker's log "
			  "[TMPRL1102] a workflow finished while a handler of '%s' still ran",
			  (long long)reading->undone.signal->id,
			  or_empty(reading->undone.signal->signal_name),
			  or_empty(reading->undone.signal->signal_name));
}

void tell_lost_work(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_SCHEDULED &&
		    is_begun_and_open(newest, i)) {
			first = &newest->events[i];
			count++;
		}
	if (count)
		tell_line(reading,
			  "%zu other activit%s, %s (event %lld)%s, %s at work when it ended: "
			  "nobody gets the result",
			  count, count == 1 ? "y" : "ies", begun_text(reading, first),
			  (long long)first->id, count > 1 ? " first" : "",
			  count == 1 ? "was" : "were");
}

/* ---- failures that it passed over ---- */

static bool is_failed_call(const struct tsk_event *event)
{
	switch (event->type) {
	case TSK_EVENT_ACTIVITY_FAILED:
	case TSK_EVENT_ACTIVITY_TIMED_OUT:
	case TSK_EVENT_CHILD_FAILED:
	case TSK_EVENT_CHILD_TIMED_OUT:
	case TSK_EVENT_CHILD_TERMINATED:
	case TSK_EVENT_NEXUS_FAILED:
	case TSK_EVENT_NEXUS_TIMED_OUT: return true;
	default: return false;
	}
}

const struct tsk_event *failed_just_before(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	bool own = true;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		/* The task in which it ended, and then the one before that. */
		if (event->type == TSK_EVENT_TASK_COMPLETED && !own)
			return NULL;
		own &= event->type != TSK_EVENT_TASK_COMPLETED;
		if (!own && is_failed_call(event))
			return event;
	}
	return NULL;
}

const char *begun_text_of(const struct reading *reading, const struct tsk_event *end)
{
	const struct tsk_event *begun = event_of_id(
		&reading->symptoms->newest,
		end->scheduled_event_id ? end->scheduled_event_id : end->initiated_event_id);

	if (begun && begun->type == TSK_EVENT_ACTIVITY_SCHEDULED)
		return begun_text(reading, begun);
	if (*or_empty(end->workflow_id))
		return tsk_format(reading->call, "child '%s'", end->workflow_id);
	return end->type >= TSK_EVENT_NEXUS_FAILED ? "a Nexus operation" : "an activity";
}

const char *failed_of(const struct reading *reading, const struct tsk_event *end)
{
	const struct tsk_failure *root = end->failure ? tsk_failure_root(end->failure) : NULL;
	const char *location;

	if (!root)
		return tsk_event_type_name(end->type);
	location = or_empty(tsk_failure_location(reading->call, root));
	return tsk_format(reading->call, "%s%s%s%s%s%s", tsk_failure_type(root),
			  *or_empty(root->message) ? ": " : "",
			  one_line(reading->call, root->message), *location ? " (" : "", location,
			  *location ? ")" : "");
}

void tell_passed_over(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	/* The last one is what it failed of. */
	bool skip = reading->workflow->status == TSK_WORKFLOW_FAILED;
	size_t told = 0;

	for (size_t i = 0; i < newest->count; i++)
		if (is_failed_call(&newest->events[i]) && skip)
			skip = false;
		else if (is_failed_call(&newest->events[i]) && told++ < SHOWN)
			tell_line(reading, "event %lld: %s failed with %s; the workflow went on",
				  (long long)newest->events[i].id,
				  begun_text_of(reading, &newest->events[i]),
				  failed_of(reading, &newest->events[i]));
	if (told > SHOWN)
		tell_line(reading, "%zu more failed before that", told - SHOWN);
}
