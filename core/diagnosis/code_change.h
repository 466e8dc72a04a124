/* Whether the code of a workflow that does not fit its history was changed, as far as files and
 * processes of this machine tell. (code_change.c) */
#ifndef CORE_DIAGNOSIS_CODE_CHANGE_H
#define CORE_DIAGNOSIS_CODE_CHANGE_H

#include "classifier.h"

struct code_change {
	const char *source;       /* one that changed since the run began; NULL: none known */
	bool sources_known;       /* they were looked at */
	const char *same_process; /* the identity, where one process did it right before; or NULL */
	/* What the history has, and what the code does there; "" where it is not told. */
	const char *found, *wanted;
	bool other_order; /* the history has both */
	/* Where the kinds differ: the event that the history has, and what the code does there
	 * ("an activity"); NULL. */
	const struct tsk_event *event;
	const char *instead;
	const char *other_process; /* who did its last good task, where that is not who fails */
};

struct code_change code_change_of(const struct reading *reading);

/* Looks for sources that changed since the run began, where its history shows nondeterminism; asks
 * nobody but this machine. */
void note_changed_sources(struct tsk_call *call, struct tsk_symptoms *symptoms);

#endif
