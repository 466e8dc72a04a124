/* The handlers of many workflows: those of one type have the same as a rule, so one of them is
 * asked for all, and another one only where that decides something. */
#ifndef CORE_DIAGNOSIS_SURVEY_HANDLERS_H
#define CORE_DIAGNOSIS_SURVEY_HANDLERS_H

#include "classifier.h"

struct type_handlers;

struct handlers_asked {
	struct type_handlers *types;
	size_t asked, unanswered;
};

/* Whether its verdict may hinge on its handlers, and somebody is there to tell them. */
bool wants_handlers(const struct reading *reading);
/* Those of another workflow of its type, or else its own. NULL: none were told. */
const struct tsk_handlers *handlers_of_type(struct tsk_call *call, struct handlers_asked *asked,
					    const struct tsk_workflow *workflow);
/* Its own. NULL: there are too many to ask all, or there was no answer. */
const struct tsk_handlers *own_handlers(struct tsk_call *call, struct handlers_asked *asked,
					const struct tsk_workflow *workflow);

#endif
