/* Workflows whose time was up: what they were doing then. */
#include "classifier.h"

#include <string.h>

/* A live poller takes a task at once; this long it may take on a machine that is overloaded. */
#define LEFT_LYING_NS ((int64_t)2 * 1000000000)

static bool ever_began(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	return newest->more || !newest->count ||
	       newest_of_type(newest, TSK_EVENT_TASK_STARTED) != NULL;
}

const struct tsk_event *task_in_trouble(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_TASK_COMPLETED)
			return NULL;
		if (event->type == TSK_EVENT_TASK_FAILED && event->failure)
			return event;
		if (event->type == TSK_EVENT_TASK_TIMED_OUT &&
		    strcmp(or_empty(event->timeout_type), "TIMEOUT_TYPE_START_TO_CLOSE") == 0)
			return event;
	}
	return NULL;
}

/* The newest event of a workflow task that tells where it got to. The server fails a task that is
 * in work when the workflow ends; that is no answer. */
static const struct tsk_event *last_task(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		switch (newest->events[i].type) {
		case TSK_EVENT_TASK_SCHEDULED:
		case TSK_EVENT_TASK_STARTED:
		case TSK_EVENT_TASK_COMPLETED: return &newest->events[i];
		default: break;
		}
	return NULL;
}

/* Whether the last workflow task lay in its queue for so long that nobody can have polled it. */
static bool was_left_lying(const struct tsk_event *task, const struct tsk_event *end)
{
	return task && end && task->type == TSK_EVENT_TASK_SCHEDULED &&
	       end->at - task->at > LEFT_LYING_NS;
}

/* Describe still shows what was pending at the end: the activity that failed most, or any. */
static const struct tsk_pending_activity *pending_at_end(const struct reading *reading)
{
	const struct tsk_pending_activity *worst = NULL;

	for (size_t i = 0; i < reading->workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity =
			&reading->workflow->pending_activities[i];

		if (!worst || (activity->last_failure && !worst->last_failure) ||
		    (!activity->last_failure == !worst->last_failure &&
		     activity->attempt > worst->attempt))
			worst = activity;
	}
	return worst;
}

bool was_never_taken(const struct tsk_pending_activity *activity)
{
	return activity->state == TSK_ACTIVITY_SCHEDULED && activity->attempt < 2 &&
	       !activity->last_started_at;
}

static int64_t timeout_ms(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	int64_t execution = workflow->execution_timeout, run = workflow->run_timeout;

	return execution > 0 && (run <= 0 || execution < run) ? execution : run;
}

static void read_troubled_task(struct reading *reading, const struct tsk_event *event)
{
	if (event->type == TSK_EVENT_TASK_FAILED) {
		reading->cause = or_empty(event->cause);
		take_failure(reading, event->failure, event->cause);
		lines_add(&reading->evidence, "event %lld WorkflowTaskFailed %s, never overcome",
			  (long long)event->id, when(reading, event->at));
	} else {
		lines_add(&reading->evidence,
			  "event %lld WorkflowTaskTimedOut %s: the worker took it and did not "
			  "answer",
			  (long long)event->id, when(reading, event->at));
	}
	if (reading->workflow->pending_task.attempt > 1)
		reading->diagnosis->attempts = reading->workflow->pending_task.attempt;
}

static void read_pending_at_end(struct reading *reading,
				const struct tsk_pending_activity *activity)
{
	reading->activity = activity;
	reading->queue = *or_empty(activity->task_queue) ? activity->task_queue
							 : or_empty(reading->workflow->task_queue);
	reading->diagnosis->attempts = activity->attempt;
	if (activity->last_failure)
		take_failure(reading, activity->last_failure, "");
	else if (was_never_taken(activity))
		reading->diagnosis->root_cause.message =
			tsk_format(reading->call, "no worker had taken activity '%s' from '%s'",
				   or_empty(activity->type), reading->queue);
	lines_add(&reading->evidence, "activity '%s' was pending, attempt %d, on '%s'",
		  or_empty(activity->type), activity->attempt, reading->queue);
}

static void read_waited(struct reading *reading, const struct tsk_event *last)
{
	const struct tsk_workflow *workflow = reading->workflow;
	bool at_task = last && last->type != TSK_EVENT_TASK_COMPLETED;

	if (at_task)
		lines_add(&reading->evidence, "event %lld %s %s: it was at its workflow task",
			  (long long)last->id, or_empty(tsk_event_type_name(last->type)),
			  when(reading, last->at));
	if (workflow->pending_child_count) {
		lines_add(&reading->evidence, "it waited for child '%s'",
			  or_empty(workflow->pending_children[0].workflow_id));
		read_ended_child(reading);
	} else if (at_task) {
		return;
	} else if (newest_of_type(&reading->symptoms->newest, TSK_EVENT_TIMER_STARTED)) {
		lines_add(&reading->evidence, "it waited for a timer, or a signal beside it");
	} else {
		lines_add(&reading->evidence, "it waited for a signal, an update or a condition");
	}
}

static void read_no_worker(struct reading *reading, const char *which_task)
{
	reading->queue = or_empty(reading->workflow->task_queue);
	reading->diagnosis->root_cause.message = tsk_format(
		reading->call, "no worker took its %s from '%s'", which_task, reading->queue);
}

void read_time_up(struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_event *last = last_task(&reading->symptoms->newest);
	const struct tsk_event *task = task_in_trouble(&reading->symptoms->newest);
	const struct tsk_pending_activity *activity = pending_at_end(reading);

	reading->diagnosis->verdict = TSK_VERDICT_WORKFLOW_TIMED_OUT;
	/* A parent sees it under this name. */
	take_cause(reading, "TIMEOUT_TYPE_START_TO_CLOSE",
		   timeout_ms(reading) > 0
			   ? tsk_format(reading->call,
					"workflow did not end within its timeout of %s",
					tsk_duration_text(reading->call, timeout_ms(reading)))
			   : "workflow did not end within its timeout");
	if (event)
		lines_add(&reading->evidence, "event %lld WorkflowExecutionTimedOut %s",
			  (long long)event->id, when(reading, event->at));
	read_workflow_attempt(reading, event);
	if (!ever_began(reading)) {
		read_no_worker(reading, "first task");
		lines_add(&reading->evidence,
			  "no WorkflowTaskStarted: no worker ever took its task from '%s'",
			  reading->queue);
	} else if (task) {
		read_troubled_task(reading, task);
	} else if (was_left_lying(last, event)) {
		read_no_worker(reading, "workflow task");
		lines_add(&reading->evidence,
			  "event %lld WorkflowTaskScheduled %s: nobody took that task from '%s'",
			  (long long)last->id, when(reading, last->at), reading->queue);
	} else if (activity) {
		read_pending_at_end(reading, activity);
	} else {
		read_waited(reading, last);
	}
}
