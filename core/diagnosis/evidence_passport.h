/* Evidence from the workers' own words. (evidence_passport.c) */
#ifndef CORE_DIAGNOSIS_EVIDENCE_PASSPORT_H
#define CORE_DIAGNOSIS_EVIDENCE_PASSPORT_H

#include "registered.h"
#include "tell.h"

/* Which of the workers of the queue in question register the workflow's type, or that of the
 * activity in question, and who polls of whom it is not known. */
void tell_registered(const struct reading *reading, enum tsk_task_kind kind);

/* What they take and what the history gives; failed: it failed of that, else only where it does not
 * fit. Of an activity also that it lacks its object. */
void tell_activity_parameters(const struct reading *reading, bool failed);
void tell_workflow_parameters(const struct reading *reading, bool failed);

/* How the activity in question is registered, by whoever had it last where that is known; NULL. */
const struct tsk_symptom_type *activity_of_reading(const struct reading *reading,
						   const struct tsk_symptom_passport **by);

/* Whether a Worker takes more of a sync activity than it has threads for (both may be NULL). */
bool has_few_threads(const struct tsk_symptom_type *its, const struct tsk_symptom_passport *by);
/* "worker PID 17 of 'shop' has 2 threads for its sync activities and 100 activity slots" */
const char *threads_text(const struct reading *reading, const struct tsk_symptom_passport *by);
/* Whether the worker of the activity in question has taken more of this workflow than it has
 * threads. */
bool waits_for_thread(const struct reading *reading);
void tell_threads(const struct reading *reading);
/* The slots, threads and limits of those who poll for the activity in question. */
void tell_slots(const struct reading *reading);

/* "is not registered on the worker of 'orders'", and of several on which. */
const char *unregistered_text(const struct reading *reading, enum tsk_task_kind kind);
/* "is registered without its object", of one that cannot be called. */
const char *cannot_be_called_text(const struct reading *reading);

/* Which Workers of this project the SDK refused to make, while their process runs on. */
void tell_refused_workers(const struct reading *reading);

#endif
