/* Who is there: pollers as the server remembers them, held against the processes of this host.
 * Answers questions and changes nothing. (who_polls.c) */
#ifndef CORE_DIAGNOSIS_WHO_POLLS_H
#define CORE_DIAGNOSIS_WHO_POLLS_H

#include "classifier.h"

struct presence {
	bool known; /* the server was asked */
	size_t live;
	const struct tsk_poller *poller;         /* a live one, or NULL */
	const struct tsk_symptom_worker *worker; /* its process on this host, or NULL */
	const struct tsk_poller *gone; /* one that is dead but still remembered, or NULL */
	/* A live one of another version than gets the task, or NULL; then also which one does
	 * ("": none is set as the current one), and whether the workflow is pinned to that. */
	const struct tsk_poller *other_version;
	const char *wanted_version;
	bool pinned;
};

/* The pollers of the workflow's queue, or of the activity queue that was asked about. */
struct presence presence_of(const struct reading *reading, enum tsk_task_kind kind);

/* Whether a worker of that activity queue is there but has no slot free, and so does not poll. */
bool has_full_worker(const struct reading *reading, const char *queue);

/* Whether a poller was seen lately, and its process, as far as known, runs. */
bool poller_is_live(const struct reading *reading, const struct tsk_poller *poller);

/* Whether the pollers of that kind are known, and are that queue's. */
bool pollers_are_of(const struct reading *reading, enum tsk_task_kind kind, const char *queue);

/* The next live poller that may get the task; NULL: no more. at: 0 to begin with. */
const struct tsk_poller *next_live_poller(const struct reading *reading, enum tsk_task_kind kind,
					  size_t *at);

/* The live poller of that kind of tasks that is this worker; NULL: none. */
const struct tsk_poller *poller_of(const struct reading *reading,
				   const struct tsk_symptom_worker *worker,
				   enum tsk_task_kind kind);

/* The process of this host that polled and does not any more, while it goes on; NULL: none. One
 * that was started after that is another, with the same number. */
const struct tsk_symptom_worker *parked_worker(const struct reading *reading,
					       const struct presence *presence);

/* Whether a process is there and not stopped. */
bool process_can_run(const struct tsk_symptom_worker *worker);

/* The process on this host behind an identity; NULL: not known. */
const struct tsk_symptom_worker *worker_of(const struct reading *reading, const char *identity);

/* Whether the process of this host that completed the workflow's last task runs still. */
bool last_worker_lives(const struct reading *reading);

/* A live worker that was started after that time and gets the next attempt, since none that was
 * there before is left. NULL: none. failed_by: who failed, or "". */
const struct tsk_symptom_worker *fresh_worker(const struct reading *reading,
					      enum tsk_task_kind kind, const char *queue,
					      int64_t failed_at, const char *failed_by);

/* A worker that has just been started and may yet begin to poll that queue. NULL: none. */
const struct tsk_symptom_worker *starting_worker(const struct reading *reading, const char *queue);

/* One that was started lately and of which nothing says which queue it polls. NULL: none. */
const struct tsk_symptom_worker *unknown_starting_worker(const struct reading *reading);

/* Whether a comma-separated list of queues has that one. */
bool lists_queue(const char *queues, const char *queue);

/* A live worker of this project that ensure-worker saw poll that queue; NULL: none. */
const struct tsk_symptom_worker *worker_of_queue(const struct reading *reading, const char *queue);

/* A live worker of this project, NULL: none. */
const struct tsk_symptom_worker *project_worker(const struct reading *reading);

#endif
