/* What the project's own sources have to do with a verdict. (source_lines.c) */
#ifndef CORE_DIAGNOSIS_SOURCE_LINES_H
#define CORE_DIAGNOSIS_SOURCE_LINES_H

#include "classifier.h"

/* Looks through the sources of this project, where the verdict gives reason to, and keeps what was
 * found in symptoms.more. */
void note_source_lines(struct tsk_call *call, const struct reading *reading,
		       struct tsk_symptoms *symptoms);

/* The type by which the code of an activity or a child raised what the workflow failed with;
 * "": that is not so. */
const char *type_raised(const struct reading *reading);

/* The activity whose heartbeats did not come in time; "": none. */
const char *silent_activity(const struct reading *reading);

/* Whether the project's sources have an `async def` of that name, in a file with activities.
 * (source_match.c) */
bool is_async_in_sources(struct tsk_call *call, const char *activity);

#endif
