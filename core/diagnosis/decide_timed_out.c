/* Deciding on workflows whose time was up: what they were doing then. */
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
const struct tsk_event *last_task(const struct tsk_history *newest)
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
		take_cause(reading, TSK_CAUSE_NO_WORKER, "TIMEOUT_TYPE_START_TO_CLOSE",
			   tsk_format(reading->call, "no worker had taken activity '%s' from '%s'",
				      or_empty(activity->type), reading->queue));
}

static void read_no_worker(struct reading *reading, const char *which_task)
{
	reading->queue = or_empty(reading->workflow->task_queue);
	take_cause(reading, TSK_CAUSE_NO_WORKER, "TIMEOUT_TYPE_START_TO_CLOSE",
		   tsk_format(reading->call, "no worker took its %s from '%s'", which_task,
			      reading->queue));
}

static enum last_work last_work_of(const struct reading *reading, const struct tsk_event *task,
				   const struct tsk_pending_activity *activity)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	if (!ever_began(reading))
		return AT_NOTHING_YET;
	if (task)
		return AT_TROUBLED_TASK;
	if (was_left_lying(last_task(newest), reading->event))
		return AT_UNTAKEN_TASK;
	return activity ? AT_ACTIVITY : AT_WAITING;
}

void read_time_up(struct reading *reading)
{
	const struct tsk_event *task = task_in_trouble(&reading->symptoms->newest);
	const struct tsk_pending_activity *activity = pending_at_end(reading);

	reading->diagnosis->verdict = TSK_VERDICT_WORKFLOW_TIMED_OUT;
	/* A parent sees it under this name. */
	take_cause(reading, TSK_CAUSE_TIMEOUT, "TIMEOUT_TYPE_START_TO_CLOSE",
		   timeout_ms(reading) > 0
			   ? tsk_format(reading->call,
					"workflow did not end within its timeout of %s",
					tsk_duration_text(reading->call, timeout_ms(reading)))
			   : "workflow did not end within its timeout");
	read_workflow_attempt(reading);
	reading->last_work = last_work_of(reading, task, activity);
	switch (reading->last_work) {
	case AT_NOTHING_YET: read_no_worker(reading, "first task"); break;
	case AT_TROUBLED_TASK: read_troubled_task(reading, task); break;
	case AT_UNTAKEN_TASK: read_no_worker(reading, "workflow task"); break;
	case AT_ACTIVITY: read_pending_at_end(reading, activity); break;
	case AT_WAITING:
		if (reading->workflow->pending_child_count)
			read_ended_child(reading);
		break;
	}
}
