/* Deciding whether a history grows without end: code that polls by a timer in a loop. */
#include "classifier.h"

/* The events that a server allows a history unless set otherwise; it ends the workflow then. */
#define HISTORY_MOST  51200

/* Fewer timers of the same length may be some steps of a plan. */
#define LOOP_TIMERS   5

/* Whoever looks today need not know what ends tomorrow. */
#define WORTH_A_WORD  ((int64_t)24 * 3600 * 1000)

/* Nobody plans by less in a workflow: a server's timers are not that exact. */
#define SPIN_MS       1000

/* A loop of fewer events may be about to end; at one of more, somebody must know. */
#define LISTED_EVENTS 500
#define LISTED_MS     ((int64_t)3600 * 1000)

/* How long its timers are, where all that fired are as long; 0: they are not. */
static int64_t timer_of_loop(const struct tsk_history *newest, size_t *fired)
{
	int64_t length = 0;

	*fired = 0;
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_TIMER_STARTED)
			continue;
		if (length && event->timer_ms != length)
			return 0;
		length = event->timer_ms;
		*fired += !timer_is_open(newest, i);
	}
	return length ? length : 1;
}

void read_growth(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const int64_t length = reading->workflow->history_length;
	size_t fired;
	int64_t timer_ms = timer_of_loop(newest, &fired);

	if (!is_open(reading->workflow) || !timer_ms || fired < LOOP_TIMERS ||
	    length >= HISTORY_MOST)
		return;
	/* Messages may come and go in such a loop, but it is no wait for them. */
	const int64_t span_ms =
		(newest->events[0].at - newest->events[newest->count - 1].at) / 1000000;
	const double per_ms = (double)newest->count / (double)(span_ms > 0 ? span_ms : 1);
	const double left_ms = (double)(HISTORY_MOST - length) / per_ms;
	if (left_ms > (double)WORTH_A_WORD)
		return;
	reading->growth = (struct growth){ .timers = fired,
					   .timer_ms = timer_ms,
					   .span_ms = span_ms,
					   .left_ms = (int64_t)left_ms + 1 };
	if (timer_ms < SPIN_MS ||
	    (length >= LISTED_EVENTS &&
	     (reading->growth.left_ms < LISTED_MS || length > HISTORY_MOST / 2)))
		reading->diagnosis->attention = true;
}
