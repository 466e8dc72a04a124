/* What was found out about this project's worker, and the one verdict on it. */
#ifndef WORKER_HEALTH_H
#define WORKER_HEALTH_H

#include "worker.h"

struct health {
	const char *verdict;
	const char *headline;
	const struct worker *worker; /* the one that is judged; NULL: none */
	size_t running;              /* of this project */
	bool server_answers;
	struct tsk_server server;
	int polling;    /* -1: not known */
	bool connected; /* to the server; only looked at where polling is not known */
	const char *task_queues;
	const struct tsk_worker *slots; /* its last heartbeat, or NULL */
	int64_t failing_workflows;      /* running ones whose task fails now; -1: not known */
	struct tsk_strings errors, stale;
	const char *cause;           /* of its death */
	const char *elsewhere;       /* where one of this project was started besides; NULL */
	const char *other_server;    /* that it is connected to, in words; NULL */
	const char *other_namespace; /* in which it polls, in words; NULL */
	struct other_pollers others; /* of its queues */
};

/* Sets verdict and headline from the rest: the first thing that is wrong. */
void judge_health(struct tsk_call *call, struct health *health);

#endif
