/* A rate limit of a task queue: its tasks wait though workers poll it and have slots free. */
#include "registered.h"
#include "who_polls.h"

/* What the server names where no worker set any (100000 a second), and what holds nobody back. */
#define UNLIMITED_RATE 1000

/* Whoever waits longer for the next one must know why. */
#define LONG_GAP_S     10

/* What the server takes to hand a task to a worker that polls. */
#define ON_ITS_WAY_NS  ((int64_t)50 * 1000000)

double queue_rate(const struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;
	double least = 0;

	for (size_t i = 0; i < symptoms->activity_poller_count; i++) {
		const struct tsk_poller *poller = &symptoms->activity_pollers[i];
		double rate = poller->rate_per_second;

		if (rate > 0 && rate < UNLIMITED_RATE && poller_is_live(reading, poller) &&
		    (least <= 0 || rate < least))
			least = rate;
	}
	/* The server tells it with some delay, and an older one not at all. */
	return least > 0 ? least : queue_rate_by_passport(reading, reading->queue);
}

/* This workflow's own activities that wait on that queue; others may be before them. */
static size_t waiting_on_queue(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	size_t count = 0;

	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];

		count += activity->state == TSK_ACTIVITY_SCHEDULED &&
			 queue_was_asked(reading, activity);
	}
	return count;
}

bool is_held_by_rate(const struct reading *reading)
{
	double rate = waits_on_polled_queue(reading) ? queue_rate(reading) : 0;
	int64_t waited_ns;
	double waited;

	if (rate <= 0)
		return false;
	waited_ns = reading->symptoms->now - due_since(reading->activity);
	/* It may be on its way to a worker. */
	if (waited_ns < (rate * LONG_GAP_S < 1 ? ON_ITS_WAY_NS : IN_LINE_NS))
		return false;
	waited = (double)waited_ns / 1e9;
	/* One that lets more through in that time than wait here is not what holds them. */
	return rate * waited < (double)waiting_on_queue(reading) + 1;
}

bool is_held_for_long(const struct reading *reading)
{
	return is_held_by_rate(reading) && queue_rate(reading) * LONG_GAP_S < 1;
}
