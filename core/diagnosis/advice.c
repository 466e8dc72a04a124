/* What to do: the advice that several verdicts share, and which theme advises on which verdict. */
#include "advice.h"
#include "who_polls.h"

#include <string.h>

/* On a server that ensure-server started, attempts are 11 s apart at most; whoever waits longer
 * than that for the next one is better off with a reset. */
#define LONG_WAIT_NS ((int64_t)15 * 1000000000)

static bool is_task_verdict(enum tsk_verdict verdict)
{
	return verdict == TSK_VERDICT_MISSING_WORKFLOW ||
	       verdict == TSK_VERDICT_SANDBOX_VIOLATION ||
	       verdict == TSK_VERDICT_WORKFLOW_TASK_FAILURE ||
	       verdict == TSK_VERDICT_WORKFLOW_TASK_TIMEOUT;
}

static bool waits_long(const struct reading *reading)
{
	return reading->diagnosis->next_attempt_at > reading->symptoms->now + LONG_WAIT_NS;
}

/* A reset begins a new run from the last good workflow task, without the wait that the server puts
 * between attempts. A task that never completed has nothing before it to go back to but its start,
 * which reset-workflow knows. */
static void advise_reset(const struct reading *reading)
{
	advise_line(reading,
		    "the server tries again %s; reset-workflow gets it going at once, in a new run",
		    when(reading, reading->diagnosis->next_attempt_at));
	suggest_line(reading, "temporal-skill reset-workflow %s", reading->telling->which);
}

/* What gets it going without the server's wait, where that is long. */
static void advise_haste(const struct reading *reading)
{
	enum tsk_verdict verdict = reading->diagnosis->verdict;

	if (!waits_long(reading))
		return;
	if (is_task_verdict(verdict) || verdict == TSK_VERDICT_NONDETERMINISM)
		advise_reset(reading);
	else if (verdict == TSK_VERDICT_ACTIVITY_RETRYING ||
		 verdict == TSK_VERDICT_MISSING_ACTIVITY)
		advise_activity_reset(reading);
}

static void advise_recovering(const struct reading *reading)
{
	advise_line(
		reading,
		"wait: the new worker gets the next attempt; should it fail again, diagnose again");
	advise_haste(reading);
	suggest_wait(reading);
}

/* A worker that is not restarted runs what it read when it started. */
static void advise_stale(const struct reading *reading)
{
	for (size_t i = 0; i < reading->symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &reading->symptoms->workers[i];

		if (worker->alive && worker->of_this_project && worker->stale_files.count)
			advise_line(reading,
				    "restart the worker: it runs the code from before %s changed",
				    worker->stale_files.items[0]);
	}
}

/* Whether a worker of this project is on the queue of what failed, by what shows it. */
static bool is_ours_as_well(const struct reading *reading)
{
	const struct tsk_symptom_worker *ours = project_worker(reading);
	const bool activity = reading->activity != NULL;
	const char *queue = activity ? activity_queue(reading, reading->activity)
				     : reading->workflow->task_queue;

	return ours &&
	       (lists_queue(or_empty(ours->task_queues), or_empty(queue)) ||
		poller_of(reading, ours, activity ? TSK_ACTIVITY_TASKS : TSK_WORKFLOW_TASKS));
}

/* Two projects share a queue, and the other one's worker took the task. Only where this project has
 * a worker there: else whoever asks may just stand in another folder. */
static void advise_foreign(const struct reading *reading)
{
	const struct tsk_symptom_worker *worker = worker_of(reading, reading->failed_by);

	if (!worker || !worker->alive || worker->of_this_project || !is_ours_as_well(reading) ||
	    !*or_empty(worker->project_dir))
		return;
	advise_command(reading,
		       tsk_format(reading->call, "temporal-skill kill-worker --project-dir %s",
				  tsk_quote(reading->call, worker->project_dir)),
		       "the worker that failed it is not of this project: give one of the two "
		       "projects a task queue of its own, or stop it");
}

static void advise_open(const struct reading *reading)
{
	enum tsk_verdict verdict = reading->diagnosis->verdict;

	switch ((int)verdict) {
	case TSK_VERDICT_NONDETERMINISM:
	case TSK_VERDICT_MISSING_WORKFLOW:
	case TSK_VERDICT_SANDBOX_VIOLATION:
	case TSK_VERDICT_WORKFLOW_TASK_FAILURE:
	case TSK_VERDICT_WORKFLOW_TASK_TIMEOUT: advise_task(reading); break;
	case TSK_VERDICT_MISSING_ACTIVITY:
	case TSK_VERDICT_ACTIVITY_RETRYING:
	case TSK_VERDICT_ACTIVITY_IN_PROGRESS:
	case TSK_VERDICT_ACTIVITY_PAUSED: advise_activity(reading); break;
	case TSK_VERDICT_NO_WORKFLOW_WORKER:
	case TSK_VERDICT_NO_ACTIVITY_WORKER: advise_missing_worker(reading); break;
	default: advise_waiting(reading); break;
	}
	/* With changed code the old run only goes on where the change is taken back. */
	if (verdict != TSK_VERDICT_NONDETERMINISM)
		advise_haste(reading);
	if (tsk_verdict_is_stalled(verdict) && verdict != TSK_VERDICT_NONDETERMINISM)
		suggest_wait(reading);
}

void advise(const struct reading *reading)
{
	if (reading->unread) {
		advise_unclear(reading);
		return;
	}
	if (!is_open(reading->workflow)) {
		advise_closed(reading);
		return;
	}
	if (reading->diagnosis->recovering) {
		advise_recovering(reading);
		return;
	}
	if (tsk_verdict_is_stalled(reading->diagnosis->verdict)) {
		advise_foreign(reading);
		advise_stale(reading);
	}
	advise_open(reading);
}
