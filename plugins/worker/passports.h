/* What a worker's passport says of where it polls, held against what the server lists. */
#ifndef PLUGINS_WORKER_PASSPORTS_H
#define PLUGINS_WORKER_PASSPORTS_H

#include "worker.h"

#include <temporal-skill/text.h>

/* More than one process has Workers for; the rest is not asked about. */
#define PASSPORT_QUEUES_MOST 32

/* A queue that Workers of it poll at the server and in the namespace that we look at. */
struct passport_queue {
	const char *queue;
	const struct tsk_passport_worker *worker; /* the first with it */
	bool wants[2];                            /* by enum tsk_task_kind: it takes such tasks */
	const char *identities[2];                /* of its poller that the server lists, or NULL */
	bool refused;                             /* the server would not tell who polls */
};
struct passport_queues {
	struct passport_queue items[PASSPORT_QUEUES_MOST];
	size_t count;
};

/* Whether a Worker polls in our namespace; its address may have another name than ours, or be that
 * of a way to the same server. */
bool passport_is_our_namespace(const struct tsk_call *call,
			       const struct tsk_passport_worker *worker);
/* Whether its address means ours. */
bool passport_is_our_address(const struct tsk_call *call, const struct tsk_passport_worker *worker);

/* Those of our namespace, each once. */
void passport_queues(const struct tsk_call *call, const struct tsk_passport *passport,
		     struct passport_queues *queues);
/* Asks the server about one that is not shown to be polled so far. */
void passport_queue_ask(struct tsk_call *call, const struct tsk_passport *passport,
			const struct tsk_process_info *tree, struct passport_queue *queue);
/* Whether the server lists a poller for each kind of tasks that it takes. */
bool passport_queue_is_polled(const struct passport_queue *queue);

/* Whether a poller of a queue is one of the Workers, by what they say of themselves. */
bool passport_has_poller(const struct tsk_call *call, const struct tsk_passport *passport,
			 const struct tsk_process_info *tree, const char *queue,
			 const struct tsk_poller *poller);

/* "the server lists its poller 17@host on 'a', 'b'; 18@host on 'c'" of those that are polled. */
const char *passport_evidence(struct tsk_call *call, const struct passport_queues *queues);
/* "'a', 'b'" of those that are polled, or are not. */
const char *passport_queue_names(struct tsk_call *call, const struct passport_queues *queues,
				 bool polled);

/* "it polls 'orders' in namespace 'blue' of 127.0.0.1:7234, and not in 'default' (default) of
 * localhost:7233 (environment TEMPORAL_ADDRESS): its environment has TEMPORAL_NAMESPACE=blue", of a
 * Worker that is elsewhere by its address or its namespace. */
const char *passport_elsewhere_text(struct tsk_call *call, const struct worker *worker,
				    const struct tsk_passport_worker *elsewhere);

/* ---- passport_findings.c ---- */

/* What of it is sure to fail, a line each: a Worker that the SDK refused, an activity without its
 * object, Workers of one queue that register different types. */
void passport_findings(struct tsk_call *call, const struct tsk_passport *passport,
		       struct tsk_lines *lines);
/* The last of the two, between the passports of two workers. */
void passport_differences(struct tsk_call *call, const struct tsk_passport *one,
			  const struct tsk_passport *other, struct tsk_lines *lines);
/* The same of one that was started and the project's others, into its proof. */
void passport_find_differences(struct tsk_call *call, struct awaited *one,
			       const struct worker_list *others);
/* What limits it: threads, rates. */
void passport_limits(struct tsk_call *call, const struct tsk_passport *passport,
		     struct tsk_lines *lines);
/* "the SDK refused to make its Worker: ValueError: ... (worker.py:12)"; NULL: it did not.
 * also_ended: said to a process that has ended, too. */
const char *passport_refusal(struct tsk_call *call, const struct tsk_passport *passport,
			     bool also_ended);
/* "2 workflows, 5 activities" that are registered; NULL: that is not known. */
const char *passport_brief(struct tsk_call *call, const struct tsk_passport *passport);

#endif
