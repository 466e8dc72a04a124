/* The handlers of many workflows: those of one type have the same as a rule, so one of them is
 * asked for all, and another one only where that decides something. */
#include "survey_handlers.h"

#include "who_polls.h"

#include <string.h>

/* 8 ms each. */
#define ASKED_MOST      25
#define ANSWER_MS       500
/* Workers that do not answer are waited for so often. */
#define UNANSWERED_MOST 3

struct type_handlers {
	const char *type, *queue;
	const struct tsk_handlers *handlers;
	struct type_handlers *next;
};

bool wants_handlers(const struct reading *reading)
{
	return reading->diagnosis->verdict == TSK_VERDICT_WAITING_SIGNAL &&
	       !reading->workflow->pending_nexus_count && !reading->symptoms->handlers &&
	       presence_of(reading, TSK_WORKFLOW_TASKS).live > 0;
}

const struct tsk_handlers *own_handlers(struct tsk_call *call, struct handlers_asked *asked,
					const struct tsk_workflow *workflow)
{
	struct tsk_handlers *handlers = tsk_alloc(call, sizeof(*handlers));

	if (asked->asked == ASKED_MOST || asked->unanswered == UNANSWERED_MOST)
		return NULL;
	asked->asked++;
	if (tsk_workflow_handlers(call, workflow->workflow_id, workflow->run_id, ANSWER_MS,
				  handlers) == TSK_OK)
		return handlers;
	asked->unanswered++;
	if (tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
	return NULL;
}

const struct tsk_handlers *handlers_of_type(struct tsk_call *call, struct handlers_asked *asked,
					    const struct tsk_workflow *workflow)
{
	struct type_handlers *row = asked->types;

	while (row && (strcmp(row->type, or_empty(workflow->type)) != 0 ||
		       strcmp(row->queue, or_empty(workflow->task_queue)) != 0))
		row = row->next;
	if (row)
		return row->handlers;
	row = tsk_alloc(call, sizeof(*row));
	*row = (struct type_handlers){ .type = or_empty(workflow->type),
				       .queue = or_empty(workflow->task_queue),
				       .handlers = own_handlers(call, asked, workflow),
				       .next = asked->types };
	asked->types = row;
	return row->handlers;
}
