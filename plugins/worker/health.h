/* What was found out about a worker of this project, and the one verdict on it. */
#ifndef WORKER_HEALTH_H
#define WORKER_HEALTH_H

#include "worker.h"

/* What is looked at once for all of them. */
struct examination {
	struct own_workers own;
	struct worker_list workers;
	struct queue_answers *answers;
	bool server_answers;
	struct tsk_server server;
};
/* examine_health.c. A server that does not answer is no error. */
enum tsk_status examine_all(struct tsk_call *call, struct examination *all);

struct health {
	const char *name;    /* of the project's several; "" */
	bool has_no_section; /* that name, in the INI file */
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
	const char *lost;            /* a queue that it polls no more, in words; NULL */
	struct tsk_lines warnings;   /* what its passport shows */
};

/* Of the one of that name; NULL: of all that the project has. */
enum tsk_status examine_one(struct tsk_call *call, const struct examination *all, const char *name,
			    struct health *health);

/* Sets verdict and headline from the rest: the first thing that is wrong. */
void judge_health(struct tsk_call *call, struct health *health);
/* How bad a verdict is: 0 the worst. */
size_t health_rank(const char *verdict);

#endif
