/* What of a failure only the worker's log tells: the server hears of a task's first attempt alone,
 * and of an encoded failure it has no text. */
#include "reading.h"

#include <string.h>

static bool logged_failure(struct reading *reading, struct tsk_root_cause *logged, int *attempt)
{
	return log_workflow_failure(reading->call, reading->symptoms->worker_log_tail,
				    reading->workflow, logged, attempt);
}

bool read_logged_task(struct reading *reading)
{
	struct tsk_root_cause logged;
	struct tsk_failure failure = { .kind = TSK_FAILURE_APPLICATION };
	int attempt;

	if (!logged_failure(reading, &logged, &attempt) || attempt)
		return false;
	failure.type = logged.type;
	failure.message = logged.message;
	reading->diagnosis->verdict = task_verdict(&failure, reading->cause);
	reading->diagnosis->root_cause = logged;
	lines_add(&reading->evidence, "the error is from the worker's log, not the server");
	return true;
}

void take_logged_text(struct reading *reading, const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;
	struct tsk_root_cause logged;
	int attempt;

	if (!root || !root->encoded)
		return;
	lines_add(&reading->evidence,
		  "the failure's text is encoded: only a codec server can show it");
	if (!logged_failure(reading, &logged, &attempt) ||
	    strcmp(logged.type, tsk_failure_type(root)) != 0)
		return;
	reading->diagnosis->root_cause = logged;
	lines_add(&reading->evidence, "its text here is from the worker's log");
}

void tell_dropped_signals(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_workflow *workflow = reading->workflow;

	for (size_t i = 0; reading->symptoms->worker_log_tail && i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_SIGNALED ||
		    !strstr(reading->symptoms->worker_log_tail,
			    tsk_format(reading->call,
				       "Failed deserializing signal input for %s on workflow %s "
				       "with ID %s and run ID %s, dropping the signal",
				       said(event->signal_name), said(workflow->type), reading->id,
				       said(workflow->run_id))))
			continue;
		if (!reading->diagnosis->dropped_signal)
			reading->diagnosis->dropped_signal = said(event->signal_name);
		lines_add(&reading->evidence,
			  "event %lld: signal '%s' came %s, and the worker dropped it: "
			  "what was sent does not fit the handler's parameters (the "
			  "worker's log)",
			  (long long)event->id, said(event->signal_name), when(reading, event->at));
	}
}
