/* The workers of a project that is watched, as ensure-worker told of them, and their ends. */
#ifndef WATCH_WORKERS_H
#define WATCH_WORKERS_H

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

/* More than a project may have, and fewer than tsk_wait takes. */
#define WORKERS_MOST 60

/* It outlives the memory of a round. */
struct watched_worker {
	struct tsk_process process; /* the one that polls */
	struct tsk_process root;    /* that it was started as: itself, uv, a reloader */
	bool runs;
	int end;        /* a descriptor of whom is waited for; -1: nobody any more */
	int64_t latest; /* for its root, once it has ended itself: until then; 0: it runs */
	char name[64];  /* of the project's several; "" */
	char log[4096];
};
struct watched_workers {
	struct watched_worker items[WORKERS_MOST];
	size_t count;
};

/* Takes them from the result of ensure-worker: those that it has not told as ended. */
void watch_workers(const cJSON *result, struct watched_workers *workers);

/* A descriptor of each, readable when it ends; one that has ended is told. */
void watch_workers_open(struct tsk_call *call, struct watched_workers *workers);
/* What is to be waited for: as many as there are workers, and until when at most. */
void watch_workers_wait(const struct watched_workers *workers, struct pollfd *ends);
int64_t watch_workers_latest(const struct watched_workers *workers);
/* Tells of those that have ended since, as the wait shows; and whether the time of some was over,
 * which is told, too. */
void watch_workers_look(struct tsk_call *call, struct watched_workers *workers,
			const struct pollfd *ends);
bool watch_workers_overdue(struct tsk_call *call, struct watched_workers *workers);
/* Closes the descriptors and forgets the workers. */
void watch_workers_close(struct watched_workers *workers);

#endif
