/* Why a question of the collecting has no answer: kept with the symptoms, so that the verdict is
 * read by it, also when they are replayed. */
#include "collect.h"

static const char **member_of(struct tsk_symptoms_more *more, enum unanswered_symptom which)
{
	switch (which) {
	case NO_WORKFLOW_POLLERS: return &more->no_workflow_pollers;
	case NO_ACTIVITY_POLLERS: return &more->no_activity_pollers;
	case NO_HANDLERS: return &more->no_handlers;
	case NO_CHILD: return &more->no_child;
	case NO_HISTORY:
	default: return &more->no_history;
	}
}

void note_unanswered(struct tsk_call *call, struct tsk_symptoms *symptoms,
		     enum unanswered_symptom which, const char *reason)
{
	struct tsk_symptoms_more more = *tsk_symptoms_more(call, symptoms);
	const char **member = member_of(&more, which);

	if (!*member && !reason)
		return;
	*member = reason;
	tsk_symptoms_set_more(call, symptoms, &more);
}

enum tsk_status forgive_unanswered(struct tsk_call *call, struct tsk_symptoms *symptoms,
				   enum unanswered_symptom which, const char *method,
				   const char *about)
{
	const char *reason = tsk_unanswered_reason(call, method, about);

	if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	if (tsk_error(call) != TSK_OK && reason)
		note_unanswered(call, symptoms, which, reason);
	tsk_forget_error(call);
	return TSK_OK;
}
