/* Who registers a type, as the passports of the workers of this machine tell. Answers questions and
 * changes nothing; of a queue with a poller that has none, only what is there is said, never what
 * is not. (registered.c) */
#ifndef CORE_DIAGNOSIS_REGISTERED_H
#define CORE_DIAGNOSIS_REGISTERED_H

#include "classifier.h"

/* The Workers with a passport that take tasks of that kind from a queue. */
struct registered {
	size_t having, lacking;
	const struct tsk_symptom_passport *with, *without; /* the first of each, or NULL */
	const struct tsk_symptom_type *its, *missing;      /* how these two have it, or NULL */
	/* A live poller of which it is not known, or NULL. */
	const struct tsk_poller *unknown;
	bool all_known; /* somebody polls, the server was asked, and there is no such poller */
};

/* By the workflow's type, on its queue; by that of the activity in question, on its. */
struct registered workflow_registered(const struct reading *reading);
struct registered activity_registered(const struct reading *reading,
				      const struct tsk_pending_activity *activity);

/* Whether all who poll are known and none of them has it: it cannot be done by any. */
bool workflow_is_nowhere(const struct reading *reading);
bool activity_is_nowhere(const struct reading *reading,
			 const struct tsk_pending_activity *activity);
/* Whether passports give reason to ask who polls for the workflow: none of them has its type. */
bool wants_workflow_pollers(const struct reading *reading);

/* The next Worker with a passport that takes tasks of that kind from that queue, and how it has
 * the type (never NULL); NULL: no more. at: 0 to begin with. */
const struct tsk_symptom_passport *next_passport(const struct reading *reading,
						 enum tsk_task_kind kind, const char *queue,
						 const char *type, size_t *at,
						 const struct tsk_symptom_type **its);

/* How an activity is registered by that worker (an identity), else by the first that has it, and
 * by whom (may be NULL); NULL: not known. */
const struct tsk_symptom_type *activity_as_registered(const struct reading *reading,
						      const char *queue, const char *type,
						      const char *identity,
						      const struct tsk_symptom_passport **by);

/* How many arguments the history has for the pending activity (NULL: for the workflow); NULL: not
 * known. */
const struct tsk_symptom_arguments *arguments_of(const struct reading *reading,
						 const struct tsk_pending_activity *activity);
bool arguments_fit(const struct tsk_symptom_type *its, const struct tsk_symptom_arguments *given);

/* Whether the next attempt of the activity in question is bound to fail before its code runs: it
 * is registered without its object, or does not take that number of arguments. */
bool activity_cannot_be_called(const struct reading *reading,
			       const struct tsk_pending_activity *activity);

/* The least of the limits that the Workers of the activity queue set for it as a whole; 0: none
 * that is known. */
double queue_rate_by_passport(const struct reading *reading, const char *queue);

#endif
