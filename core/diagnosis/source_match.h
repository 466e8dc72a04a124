/* Looking at lines of Python: what source_lines.c asks of each. (source_match.c) */
#ifndef CORE_DIAGNOSIS_SOURCE_MATCH_H
#define CORE_DIAGNOSIS_SOURCE_MATCH_H

#include "sources/sources.h"

#include <temporal-skill/diagnosis.h>

bool is_name_char(char c);
const char *end_of(const char *line);
/* Where that line has a text; NULL: nowhere. Never beyond the line: each line of each file is
 * asked. */
const char *find_in_line(const char *line, const char *text);
/* The same of a word by itself. */
const char *find_word(const char *line, const char *word);

/* Each fits a line (see sources_lines). what: see there. */
sources_fit asks_for_replay; /* workflow.unsafe.is_replaying() in an if */
sources_fit spins;           /* a loop around asyncio.sleep(0) */
sources_fit defines_class;   /* what: its name */
sources_fit takes_union;     /* what: "'Refund' object has no attribute …" */

/* Where a workflow of that type waits for a condition, and where it awaits what no event of
 * Temporal's ends. */
void note_waits(struct tsk_call *call, const char *directory, const char *type,
		struct tsk_symptoms_more *more);

/* Loops around asyncio.sleep(0): at that place ("orders.py:32 in run", the stack shows one of its
 * two lines), or "" of all, where the stack shows the SDK alone. */
void note_spins(struct tsk_call *call, const char *directory, const char *location,
		struct tsk_symptoms_more *more);
/* Where the __init__ of a workflow of that type is. */
void note_init(struct tsk_call *call, const char *directory, const char *type,
	       struct tsk_symptoms_more *more);

#endif
