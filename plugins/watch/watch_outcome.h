/* What came of a run of the starter, as one line that can be compared with the next one's. */
#ifndef PROJECT_WATCH_OUTCOME_H
#define PROJECT_WATCH_OUTCOME_H

#include <temporal-skill/result.h>

/* Text of a member of an object, "" where it is not there. */
const char *watch_text(const cJSON *object, const char *key);

/* Of run-starter's result (or its error): each workflow's type, status and result or problem,
 * without ids and times, which differ each time. */
const char *watch_outcome(struct tsk_call *call, const cJSON *result, const char *error);

/* ---- without_worker.c ---- */

/* Whether the project keeps no worker; say: an event tells so. Asked before each round: it may be
 * otherwise after an edit. */
bool watch_without_worker(struct tsk_call *call, bool say);

#endif
