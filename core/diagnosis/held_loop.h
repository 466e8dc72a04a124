/* Whether an async activity holds its worker's event loop, so that no heartbeat of it gets out.
 * (held_loop.c) */
#ifndef CORE_DIAGNOSIS_HELD_LOOP_H
#define CORE_DIAGNOSIS_HELD_LOOP_H

#include <temporal-skill/diagnosis.h>

/* Whether that line of Python calls what blocks its thread. */
bool calls_what_blocks(const char *line);

/* Looks at the source of the activity of that type: whether it is there, where it calls heartbeat
 * and where it holds the loop. */
void note_held_loop(struct tsk_call *call, const char *directory, const char *type,
		    struct tsk_symptoms_more *more);

#endif
