/* A search for workers under way; for find_workers.c and find_by_pollers.c. */
#ifndef PLUGINS_WORKER_FINDER_H
#define PLUGINS_WORKER_FINDER_H

#include "worker.h"

struct finder {
	struct tsk_call *call;
	const struct worker_query *query;
	const struct tsk_process_info *all;
	size_t all_count;
	bool *taken;        /* of a worker already, or not to be taken: us and our ancestors */
	const char **marks; /* the value of MARK, NULL: it has none */
	struct worker *items;
	size_t count, room;
	const char *queues; /* of this project, as far as known */
};

/* ---- find_workers.c ---- */

/* Whether any of these is looked for (enum worker_search). */
bool finder_wants(const struct finder *finder, unsigned what);
/* Of a process in all; all_count: it is not there. */
size_t finder_row(const struct finder *finder, int pid);
/* Whether it works in the project's directory, and is of no worker yet. */
bool finder_is_of_project(const struct finder *finder, size_t row);
/* record: NULL for an untracked one, whose directory is then given. how: as of struct worker. */
void finder_add(struct finder *finder, const struct tsk_process *root,
		const struct tsk_record *record, const char *directory, const char *how);
/* The one of the project that this process belongs to. It is the last of items then. */
struct worker *finder_add_of_project(struct finder *finder, size_t row, const char *how);

/* ---- find_by_pollers.c; the server is to be asked ---- */

/* Who polls a queue of the project, as far as these are known. */
void find_by_queue(struct finder *finder);
/* Who polls a queue that the sources name, in the project's directory. */
void find_by_sources(struct finder *finder);
/* Those that have sent a heartbeat; their queue need not be known. */
void find_by_heartbeat(struct finder *finder);

#endif
