/* Evidence of workflow tasks: those in trouble, and the healthy ones that are just being worked on.
 */
#include "server_words.h"
#include "tell.h"
#include "who_polls.h"

#include <string.h>

static void tell_failed(const struct reading *reading)
{
	const struct tsk_event *event = reading->event;

	tell_line(reading, "event %lld WorkflowTaskFailed %s by %s", (long long)event->id,
		  when(reading, event->at),
		  *or_empty(event->identity) ? event->identity : "a worker");
	if (*reading->cause && strcmp(reading->cause, reading->diagnosis->root_cause.type) != 0 &&
	    strcmp(reading->cause, "WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE"))
		tell_line(reading, "cause %s: %s", reading->cause, server_means(reading->cause));
	tell_logged_text(reading, event->failure);
	if (reading->diagnosis->verdict == TSK_VERDICT_NONDETERMINISM)
		tell_nondeterminism(reading);
}

static void tell_not_picked_up(const struct reading *reading)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;
	int64_t since =
		task->original_scheduled_at ? task->original_scheduled_at : task->scheduled_at;

	tell_line(reading, "workflow task waits on '%s', scheduled %s", reading->queue,
		  when(reading, since));
	tell_sticky_queue(reading);
	tell_other_queue(reading);
	tell_absent_worker(reading);
}

void tell_task(const struct reading *reading)
{
	const struct tsk_event *event = reading->event;

	switch (reading->task_trouble) {
	case TASK_FAILS: tell_failed(reading); break;
	case TASK_TIMES_OUT:
		tell_line(reading, "event %lld WorkflowTaskTimedOut %s, without a failure",
			  (long long)event->id, when(reading, event->at));
		break;
	case TASK_HOLDER_GONE:
		tell_line(reading, "event %lld WorkflowTaskStarted by %s, which does not run",
			  (long long)event->id, event->identity);
		break;
	case TASK_UNTOLD: break;
	case TASK_NOT_PICKED_UP: tell_not_picked_up(reading); break;
	}
	if (reading->log_share == LOG_TELLS)
		tell_line(reading, "the error is from the worker's log, not the server");
	tell_fresh_worker(reading);
	tell_workers(reading, TSK_WORKFLOW_TASKS, reading->queue);
}

static void tell_empty_tasks(const struct reading *reading)
{
	size_t count = empty_tasks(&reading->symptoms->newest);

	if (count > 1)
		tell_line(reading,
			  "its newest %zu workflow tasks came and went with nothing in between: a "
			  "local activity runs or is tried again, of which only the worker's log "
			  "tells",
			  count);
}

void tell_task_at_work(const struct reading *reading)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (task->started)
		tell_line(reading, "a worker took its workflow task %s",
			  when(reading, task->started_at));
	else
		tell_line(reading, "workflow task scheduled %s", when(reading, task->scheduled_at));
	if (presence.live)
		tell_line(reading, "'%s' is polled by %s", reading->queue,
			  presence.poller ? presence.poller->identity : "a worker");
	tell_sticky_queue(reading);
	if (presence.live && !task->started && !lies_on_dead_sticky_queue(reading) &&
	    task->scheduled_at < reading->symptoms->now - IN_LINE_NS)
		tell_line(reading, "whoever polls does not take it: all its slots are taken, it "
				   "hangs, or it is of another worker deployment version");
	tell_empty_tasks(reading);
}
