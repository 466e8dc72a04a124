/* Evidence of workflow tasks: those in trouble, and the healthy ones that are just being worked on.
 */
#include "advice.h"
#include "evidence_passport.h"
#include "server_words.h"
#include "who_polls.h"
#include "worker_log.h"

#include <string.h>

/* How it ended, with what it failed with. */
static const char *end_text(const struct reading *reading, const struct tsk_event *end)
{
	const struct tsk_failure *root = end->failure ? tsk_failure_root(end->failure) : NULL;

	return root ? tsk_format(reading->call, " failed with %s: %s", tsk_failure_type(root),
				 one_line(reading->call, root->message))
		    : "";
}

/* What the task was about: its code may have refused what came. */
static void tell_what_came(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	struct tsk_lines came = { .call = reading->call, .limit = 3 };

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->id >= reading->event->id)
			continue;
		if (event->type == TSK_EVENT_TASK_COMPLETED)
			break;
		switch (event->type) {
		case TSK_EVENT_ACTIVITY_COMPLETED:
		case TSK_EVENT_ACTIVITY_FAILED:
		case TSK_EVENT_ACTIVITY_TIMED_OUT:
		case TSK_EVENT_CHILD_COMPLETED:
		case TSK_EVENT_CHILD_FAILED:
		case TSK_EVENT_CHILD_TIMED_OUT:
			tsk_lines_add(&came, "%s%s (event %lld)", begun_text_of(reading, event),
				      end_text(reading, event), (long long)event->id);
			break;
		case TSK_EVENT_SIGNALED:
			tsk_lines_add(&came, "%s (event %lld)", begun_text(reading, event),
				      (long long)event->id);
			break;
		default: break;
		}
	}
	if (came.count)
		tell_line(reading, "what had come before that task: %s",
			  tsk_lines_text(&came, ", "));
}

/* A result that cannot be decoded any more: of which the history has some. */
static void tell_results(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	struct tsk_lines types = { .call = reading->call, .limit = 3 };

	if (!result_does_not_fit(reading))
		return;
	for (size_t i = newest->count; i-- > 0;)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_COMPLETED ||
		    newest->events[i].type == TSK_EVENT_CHILD_COMPLETED)
			tsk_lines_add(&types, "%s (event %lld)",
				      begun_text_of(reading, &newest->events[i]),
				      (long long)newest->events[i].id);
	if (types.count)
		tell_line(reading, "its history has results of %s%s", tsk_lines_text(&types, ", "),
			  types.count == 3 ? " and perhaps others" : "");
}

static void tell_too_large(const struct reading *reading)
{
	size_t at = 0;

	if (!strstr(reading->cause, "PAYLOADS_TOO_LARGE"))
		return;
	for (const char *log, *what; (log = next_log(reading, &at));)
		if ((what = log_too_large(reading->call, log, reading->workflow))) {
			tell_line(reading, "by its worker's log: %s", what);
			return;
		}
}

static void tell_failed(const struct reading *reading)
{
	const struct tsk_event *event = reading->event;

	tell_line(reading, "event %lld WorkflowTaskFailed %s by %s", (long long)event->id,
		  when(reading, event->at),
		  *or_empty(event->identity) ? event->identity : "a worker");
	if (*reading->cause && strcmp(reading->cause, reading->diagnosis->root_cause.type) != 0 &&
	    strcmp(reading->cause, "WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE"))
		tell_line(reading, "cause %s: %s", reading->cause, server_means(reading->cause));
	if (*tsk_workflow_more(reading->call, reading->workflow)->schedule_id)
		tell_line(reading, "it was started by schedule '%s'",
			  tsk_workflow_more(reading->call, reading->workflow)->schedule_id);
	if (reading->diagnosis->verdict == TSK_VERDICT_MISSING_WORKFLOW)
		tell_registered(reading, TSK_WORKFLOW_TASKS);
	if (reading->diagnosis->verdict == TSK_VERDICT_WORKFLOW_TASK_FAILURE)
		tell_what_came(reading);
	if (reading->diagnosis->verdict == TSK_VERDICT_WORKFLOW_TASK_FAILURE &&
	    input_does_not_fit(reading))
		tell_workflow_parameters(reading, true);
	tell_results(reading);
	tell_too_large(reading);
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
	if (reading->diagnosis->verdict == TSK_VERDICT_MISSING_WORKFLOW)
		tell_registered(reading, TSK_WORKFLOW_TASKS);
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
