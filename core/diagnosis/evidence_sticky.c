/* Evidence of a workflow task that lies on the sticky queue of a worker that is gone. */
#include "tell.h"
#include "who_polls.h"

/* The SDKs' default; a worker may be given another. */
#define STICKY_SECONDS 10

/* Who has the workflow in its cache: who did its last task. */
static const char *cached_by(const struct tsk_history *newest)
{
	const struct tsk_event *done = newest_of_type(newest, TSK_EVENT_TASK_COMPLETED);

	return done ? or_empty(done->identity) : "";
}

bool lies_on_dead_sticky_queue(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *scheduled = newest_of_type(newest, TSK_EVENT_TASK_SCHEDULED);
	const struct tsk_event *started = newest_of_type(newest, TSK_EVENT_TASK_STARTED);
	const struct tsk_symptom_worker *worker = worker_of(reading, cached_by(newest));

	return scheduled && *or_empty(tsk_event_more(reading->call, scheduled)->sticky_queue) &&
	       (!started || started->id < scheduled->id) && worker &&
	       (!process_can_run(worker) || worker->started_at > scheduled->at);
}

void tell_sticky_queue(const struct reading *reading)
{
	if (lies_on_dead_sticky_queue(reading))
		tell_line(reading,
			  "its task lies on the sticky queue of worker %s, which had it in its "
			  "cache and is gone: it goes to '%s' after %d s (the SDK's default), and "
			  "then to any worker there",
			  cached_by(&reading->symptoms->newest), reading->queue, STICKY_SECONDS);
}
