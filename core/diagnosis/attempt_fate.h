/* What became of an attempt of an activity that the server gave up for its time: each is told from
 * evidence, or left open. (attempt_fate.c) */
#ifndef CORE_DIAGNOSIS_ATTEMPT_FATE_H
#define CORE_DIAGNOSIS_ATTEMPT_FATE_H

#include "classifier.h"

enum worker_fate {
	WORKER_UNKNOWN, /* of another machine, or nothing says who it was */
	WORKER_THERE,   /* it ran all the time */
	WORKER_STOPPED, /* it runs, stopped by a signal */
	WORKER_GONE,    /* it was gone before the time was up */
	WORKER_ENDED    /* it does not run now; since when is not known */
};

struct attempt_fate {
	bool timed_out;    /* else the rest says nothing */
	bool by_heartbeat; /* its heartbeats did not come in time */
	/* Whether one came. Of what is over only those with details tell: else it is not known. */
	bool ever_heartbeat, heartbeats_known;
	const char *limit; /* "start_to_close_timeout" */
	const char *type;  /* of the activity, or "" */
	const char *who;   /* the identity of who had it, or "" */
	int64_t began_at;  /* 0: not known */
	int64_t ended_at;  /* when it was given up, or now */
	enum worker_fate fate;
	int64_t replaced_at; /* when a worker was started in its place, 0: none */
	/* Of those that this worker took at the same time: how many, how many were done side by
	 * side, and how long one took; 0: they were not held up by each other. */
	size_t taken, side_by_side;
	int64_t each_ns;
	/* An activity that the same worker had at work when the heartbeats stopped, or NULL. */
	const struct tsk_pending_activity *beside;
};

struct attempt_fate fate_of_attempt(const struct reading *reading);

#endif
