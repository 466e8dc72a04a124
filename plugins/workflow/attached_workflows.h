/* Which workflow a starter attached to that was there before it. */
#ifndef WORKFLOW_ATTACHED_H
#define WORKFLOW_ATTACHED_H

#include "workflows_of_process.h"

/* What is known of a starter that started nothing itself. */
struct attaching {
	const struct started *started;   /* its processes, and since when */
	const char *output;              /* what it printed */
	const struct tsk_strings *words; /* its command line */
	bool runs;                       /* it has not ended: it may wait for one */
};

/* Each finds it: in *attached, which has none at first and may be started itself; its attached says
 * what shows it. None: TSK_OK, nothing set. The first by who signed in the histories of open
 * workflows and of those that closed meanwhile; the other one by what the starter printed, and what
 * its command line and its source say. */
enum tsk_status find_signed(struct tsk_call *call, const struct started *started,
			    struct started *attached);
enum tsk_status find_named(struct tsk_call *call, const struct attaching *attaching,
			   struct started *attached);

/* attached_words.c: whether that id stands in a line of the output as a whole word, and not by
 * chance, as "done" might. said_to_be_there: only where the line says that it was there. */
bool output_names(const char *output, const char *id, bool said_to_be_there);
/* Words of the output that may be ids, at most limit. */
struct tsk_strings words_like_ids(struct tsk_call *call, const char *output, size_t limit);
/* Where a source names that id in a string ("starter.py:8"), in full or, with in_parts, with
 * {something} in it; NULL: nowhere, or it attaches to none that is there. waits: whatever waits for
 * one counts, too. */
const char *source_names(struct tsk_call *call, const char *path, const char *id, bool in_parts,
			 bool waits);

#endif
