/* Evidence of workflows whose time was up. */
#include "tell.h"

static void tell_troubled_task(const struct reading *reading, const struct tsk_event *task)
{
	if (task->type == TSK_EVENT_TASK_FAILED)
		tell_line(reading, "event %lld WorkflowTaskFailed %s, never overcome",
			  (long long)task->id, when(reading, task->at));
	else
		tell_line(
			reading,
			"event %lld WorkflowTaskTimedOut %s: the worker took it and did not answer",
			(long long)task->id, when(reading, task->at));
}

static void tell_waited(const struct reading *reading, const struct tsk_event *last)
{
	const struct tsk_workflow *workflow = reading->workflow;
	bool at_task = last && last->type != TSK_EVENT_TASK_COMPLETED;

	if (at_task)
		tell_line(reading, "event %lld %s %s: it was at its workflow task",
			  (long long)last->id, or_empty(tsk_event_type_name(last->type)),
			  when(reading, last->at));
	if (workflow->pending_child_count) {
		tell_line(reading, "it waited for child '%s'",
			  or_empty(workflow->pending_children[0].workflow_id));
		tell_ended_child(reading);
	} else if (at_task) {
		return;
	} else if (newest_of_type(&reading->symptoms->newest, TSK_EVENT_TIMER_STARTED)) {
		tell_line(reading, "it waited for a timer, or a signal beside it");
	} else {
		tell_line(reading, "it waited for a signal, an update or a condition");
	}
}

bool is_chain_over(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	int64_t lived = (workflow->closed_at - workflow->started_at) / 1000000;

	return reading->diagnosis->verdict == TSK_VERDICT_WORKFLOW_TIMED_OUT &&
	       reading->runs.kind != RUN_ALONE && reading->runs.kind != RUN_OF_SCHEDULE &&
	       workflow->execution_timeout > 0 && workflow->closed_at &&
	       lived < workflow->execution_timeout;
}

/* The deadline was set when the first run began, which this one's own times do not show. */
static void tell_chain(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;

	if (is_chain_over(reading))
		tell_line(
			reading,
			"the execution_timeout of %s counts from the first run over all runs "
			"(%s); this run had only begun %s before",
			tsk_duration_text(reading->call, workflow->execution_timeout),
			run_kind_text(reading),
			tsk_duration_text(reading->call,
					  (workflow->closed_at - workflow->started_at) / 1000000));
}

void tell_time_up(const struct reading *reading)
{
	const struct tsk_event *event = reading->event;
	const struct tsk_event *last = last_task(&reading->symptoms->newest);

	if (event)
		tell_line(reading, "event %lld WorkflowExecutionTimedOut %s", (long long)event->id,
			  when(reading, event->at));
	tell_chain(reading);
	tell_workflow_attempt(reading);
	switch (reading->last_work) {
	case AT_NOTHING_YET:
		tell_line(reading, "no WorkflowTaskStarted: no worker ever took its task from '%s'",
			  reading->queue);
		break;
	case AT_TROUBLED_TASK:
		tell_troubled_task(reading, task_in_trouble(&reading->symptoms->newest));
		break;
	case AT_UNTAKEN_TASK:
		tell_line(reading,
			  "event %lld WorkflowTaskScheduled %s: nobody took that task from '%s'",
			  (long long)last->id, when(reading, last->at), reading->queue);
		break;
	case AT_ACTIVITY:
		tell_line(reading, "activity '%s' was pending, attempt %d, on '%s'",
			  or_empty(reading->activity->type), reading->activity->attempt,
			  reading->queue);
		break;
	case AT_WAITING: tell_waited(reading, last); break;
	}
}
