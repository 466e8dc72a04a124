/* Telling what was asked and not answered: as evidence of each verdict, and of the one that could
 * not be given all there is to say. */
#include "advice.h"

#include <string.h>

static const char *what_is_unread(const struct reading *reading)
{
	switch (reading->workflow->status) {
	case TSK_WORKFLOW_COMPLETED: return "completed; its result is";
	case TSK_WORKFLOW_FAILED: return "failed; why is";
	case TSK_WORKFLOW_TIMED_OUT: return "timed out; what it was doing is";
	default: break;
	}
	return reading->workflow->pending_task.present
		       ? "has a workflow task that is tried again; why is"
		       : "waits; for what is";
}

const char *unclear_headline(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const char *reason = unread_reason(reading);

	switch (reading->unread) {
	case UNREAD_WORKFLOW_POLLERS:
		return tsk_format(call,
				  "waits for a worker to take its workflow task; whether one polls "
				  "'%s' could not be read (%s)",
				  reading->queue, reason);
	case UNREAD_ACTIVITY_POLLERS:
		return tsk_format(call,
				  "waits for a worker to take activity '%s'; whether one polls "
				  "'%s' could not be read (%s)",
				  reading->activity ? or_empty(reading->activity->type) : "",
				  reading->queue, reason);
	case UNREAD_HISTORY:
	case UNREAD_NOTHING:
	default: break;
	}
	return tsk_format(call, "%s not known: its history could not be read (%s)",
			  what_is_unread(reading), reason);
}

/* Each is said also where the verdict stands without it: it might have said more. */
void tell_unanswered(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (more->no_history)
		tell_line(reading, "its history could not be read (%s)", more->no_history);
	if (more->no_workflow_pollers)
		tell_line(reading, "who polls task queue '%s' could not be read (%s)",
			  or_empty(reading->workflow->task_queue), more->no_workflow_pollers);
	if (more->no_activity_pollers)
		tell_line(reading,
			  "who polls task queue '%s' for activities could not be read (%s)",
			  or_empty(reading->symptoms->activity_task_queue),
			  more->no_activity_pollers);
	if (more->no_handlers)
		tell_line(reading, "which handlers it has could not be read (%s)",
			  more->no_handlers);
	if (more->no_child)
		tell_line(reading, "what its child is at could not be read (%s)", more->no_child);
}

static const char *method_of(enum unread unread)
{
	return unread == UNREAD_HISTORY ? "GetWorkflowExecutionHistoryReverse"
					: "DescribeTaskQueue";
}

void tell_unclear(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;

	switch (reading->unread) {
	case UNREAD_WORKFLOW_POLLERS:
		tell_line(reading, "its workflow task is on task queue '%s' since %s",
			  reading->queue, when(reading, workflow->pending_task.scheduled_at));
		tell_line(reading,
			  "without a worker there it cannot move; with one it is about to");
		break;
	case UNREAD_ACTIVITY_POLLERS:
		tell_line(reading, "the activity is on task queue '%s', attempt %d", reading->queue,
			  reading->activity ? reading->activity->attempt : 1);
		tell_line(reading,
			  "without a worker there it cannot move; with one it is about to");
		break;
	case UNREAD_HISTORY:
	case UNREAD_NOTHING:
	default:
		if (!is_open(workflow))
			tell_line(reading,
				  "the server says COMPLETED: its result may be an error all "
				  "the same");
		else if (workflow->pending_task.present)
			tell_line(reading,
				  "its workflow task is at attempt %d: the one before failed "
				  "or timed out",
				  workflow->pending_task.attempt);
		else
			tell_line(reading,
				  "nothing is pending: it may wait for a timer, a signal, an "
				  "update or a condition");
		break;
	}
}

/* What mends it is no matter of the workflow's. */
void advise_unclear(const struct reading *reading)
{
	const char *reason = unread_reason(reading), *method = method_of(reading->unread);

	if (strcmp(reason, "denied") == 0)
		advise_command(reading, "temporal-skill show-settings",
			       "use a key that may call %s, or have this one allowed to", method);
	else
		advise_line(reading, "ask again: the server did not answer %s", method);
	if (reading->unread != UNREAD_HISTORY)
		advise_command(reading, "temporal-skill list-workers",
			       "see whether a worker of '%s' runs here", reading->queue);
	if (!is_open(reading->workflow) && reading->workflow->status != TSK_WORKFLOW_COMPLETED)
		advise_line(reading,
			    "what is over does not go on: mend what it ended of, and start it "
			    "anew");
	suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
}
