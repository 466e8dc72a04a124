/* Queues that one process of a worker polled that is gone, while the rest of the worker lives on: a
 * child for each queue, of which one was killed. (lost_queues.c) */
#ifndef WORKER_LOST_QUEUES_H
#define WORKER_LOST_QUEUES_H

#include "start_worker.h"

/* Of one that was just started and polls: finds the further queues that its processes poll, gives
 * those that have one each a moment to come up, and writes down who polls what. All of its queues,
 * comma-separated. */
const char *remember_pollers(struct tsk_call *call, const struct started_worker *started,
			     const char *queues);
/* Forgets them, as of one that is stopped. */
void forget_pollers(struct tsk_call *call, const struct tsk_record *worker);
/* Those of workers that have neither a record nor a process any more. */
void forget_orphaned_pollers(struct tsk_call *call);

/* "polls 'mail' no more: its process 35, which did, is gone (killed by SIGKILL)"; NULL: it polls
 * all that it did, as far as is known. */
const char *lost_queue_text(struct tsk_call *call, const struct worker *worker,
			    struct queue_answers *answers);

/* process_end.c: how that process of ours ended, in words; "": not known. since: it ran then, Unix
 * nanoseconds. */
const char *how_it_ended(struct tsk_call *call, int pid, int64_t since);
/* The parent of one that has ended, as long as that one has not asked after it; -1: not known. */
int parent_of_ended(struct tsk_call *call, int pid);

#endif
