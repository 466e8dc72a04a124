/* One start that is watched until it polls or does not: for await_polling.c, which looks at the
 * process and at what the server confirms, and await_passport.c, which has the worker's own word.
 */
#ifndef PLUGINS_WORKER_WATCHED_START_H
#define PLUGINS_WORKER_WATCHED_START_H

#include "guess_queues.h"
#include "passports.h"

/* Idle: all of it asleep, and next to no CPU time within that time. */
#define IDLE_MS        1000

/* A poller shows in the server half a second after its first poll. One that is connected and idle
 * for this long, and not on the wanted queue, is not going to be there. */
#define WRONG_QUEUE_MS 3000

struct watch {
	struct tsk_call *call;
	const struct startup *startup;
	struct proof *proof;
	const struct tsk_process_info *tree;
	size_t count;
	struct guesses guesses;
	int64_t began, asked_at;
	const char *wanted;          /* the queue that is given, or that all its sources name; "" */
	struct queue_pollers before; /* of that queue, as the wait began */
	bool settled, connected, looked_elsewhere;
	struct below below;
	int64_t idle_since, idle_cpu; /* 0: not idle */

	const struct tsk_record *record; /* NULL: none, so that there is no passport */
	int64_t passport_size;           /* of its file when it was read */
	int64_t passport_at;             /* when it named a Worker first, or another one; ms */
	int64_t others_cpu;              /* of the processes that have not described themselves */
	int64_t others_since;            /* when these were last seen at work; ms */
	struct passport_queues queues;   /* that its Workers here poll */
};

/* ---- await_polling.c ---- */

bool watch_idle_for(const struct watch *watch, int64_t milliseconds);
struct worker watch_as_worker(const struct watch *watch);

/* ---- await_passport.c ---- */

/* Reads what was written since; whether a Worker has described itself. */
bool watch_read_passport(struct watch *watch);
/* What follows from it and from what the server lists; WAIT_TIMEOUT: nothing is certain yet. */
enum wait_outcome watch_passport_outcome(struct watch *watch);
/* What was seen of it by the deadline. */
const char *watch_passport_seen(struct watch *watch);

#endif
