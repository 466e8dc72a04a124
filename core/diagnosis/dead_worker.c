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

bool explain_by_dead_worker(struct reading *reading, const char *queue)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;
	struct tsk_root_cause cause;

	if (!has_died(reading) || project_worker(reading) || !may_have_served(reading, queue))
		return false;
	if (!symptoms->worker_log_tail ||
	    !tsk_log_cause(reading->call, symptoms->worker_log_tail, &cause))
		return false;
	take_logged_cause(reading, &cause);
	reading->log_share = LOG_OF_THE_DEAD;
	return true;
}
