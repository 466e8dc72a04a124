/* This project's worker that is not there any more, and why: what only its log knows. */
#include "who_polls.h"
#include "worker_log.h"

#include <string.h>

/* Whether the project's worker, as recorded, may be the one that should serve that queue: another
 * project's workflow on the same server is none of its business. */
static bool may_have_served(const struct reading *reading, const char *queue)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	for (size_t i = 0; i < symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &symptoms->workers[i];

		if (worker->of_this_project && *or_empty(worker->task_queues) &&
		    !lists_queue(worker->task_queues, queue))
			return false;
	}
	return true;
}

/* Whether a worker that ensure-worker started is gone without kill-worker: that takes its record
 * along. */
static bool has_died(const struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	for (size_t i = 0; i < symptoms->worker_count; i++)
		if (symptoms->workers[i].of_this_project && symptoms->workers[i].tracked &&
		    !symptoms->workers[i].alive)
			return true;
	return false;
}

static bool read_death(const struct reading *reading, const char *queue,
		       struct tsk_root_cause *cause)
{
	const char *log = reading->symptoms->worker_log_tail;

	return has_died(reading) && !project_worker(reading) && may_have_served(reading, queue) &&
	       log && tsk_log_cause(reading->call, log, cause);
}

/* Whether the worker died in that activity's code, or of what no code of it catches. */
static bool is_crash_in(const struct tsk_root_cause *cause, const char *type)
{
	const char *in = strrchr(cause->location, ' ');

	return strcmp(cause->type, "Fatal Python error") == 0 ||
	       strcmp(cause->type, "panic") == 0 || (in && strcmp(in + 1, type) == 0);
}

bool explain_by_crash(struct reading *reading)
{
	struct tsk_root_cause cause;

	if (!read_death(reading, reading->queue, &cause) ||
	    !is_crash_in(&cause, or_empty(reading->activity->type)))
		return false;
	take_logged_cause(reading, &cause);
	reading->log_share = LOG_OF_THE_DEAD;
	return true;
}

bool explain_by_dead_worker(struct reading *reading, const char *queue)
{
	struct tsk_root_cause cause;

	if (!read_death(reading, queue, &cause))
		return false;
	take_logged_cause(reading, &cause);
	reading->log_share = LOG_OF_THE_DEAD;
	return true;
}
