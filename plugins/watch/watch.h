/* What watch-project is at: the files, the worker, the last outcome. */
#ifndef WATCH_WATCH_H
#define WATCH_WATCH_H

#include "watch_files.h"
#include "watch_workers.h"

struct watch_options {
	const char *directory;
	int64_t timeout, settle, rounds;
};

/* An outcome to be compared with the next one: what fits on a screen. */
#define OUTCOME_SIZE 4096

struct watch {
	struct tsk_call *call;
	const struct watch_options *options;
	struct watched_files *files;
	bool server_started;
	struct watched_workers workers;
	size_t had_workers; /* as many as were started at once */
	bool server_away;   /* the last round came to nothing for that reason */
	int64_t rounds, changes;
	char outcome[OUTCOME_SIZE]; /* the last one, as text; outlives a round's memory */
};

/* The object of a line that is said: of that name, at this time. */
cJSON *watch_event(const char *name);

/* Until a file has changed and no more change has come for the settling time, or a server that was
 * away is back. What happens meanwhile (a worker ends) is said. (watch_wait.c) */
enum tsk_status watch_wait(struct watch *watch);
/* Says what has changed, and forgets it. (watch_wait.c) */
void watch_say_change(struct watch *watch);

#endif
