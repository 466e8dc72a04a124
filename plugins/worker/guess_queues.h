/* Queues that a worker may poll. For those who then ask the server: await_polling.c and
 * monitor_worker_health.c.
 *
 * A guess counts for nothing until the server lists the worker as a poller there. */
#ifndef PLUGINS_WORKER_GUESSES_H
#define PLUGINS_WORKER_GUESSES_H

#include "worker.h"

/* Queues that are tried, at most: each is a question to the server. */
#define GUESSES_MOST 16

struct guesses {
	struct tsk_call *call;
	const char *log;
	const char *items[GUESSES_MOST];
	bool own[GUESSES_MOST]; /* the project says so itself, and not any workflow */
	size_t count;
	bool good;   /* one of them comes from this project, not from any workflow */
	bool learnt; /* set when one is added; the user clears it */
	int64_t renewed_at;
};

void guesses_add(struct guesses *guesses, const char *queue);

/* Looks for more, unless it did so a moment ago. tree: the processes of the worker. */
void guesses_renew(struct guesses *guesses, const struct tsk_process_info *tree);

/* All of them, comma-separated. */
const char *guesses_text(const struct guesses *guesses);

/* The one queue that the project's sources name; "": none, or several. */
const char *only_source_queue(struct tsk_call *call);

#endif
