/* Messages to a workflow: signals, queries, updates, checked against the handlers that the workflow
 * itself lists. */
#ifndef WORKFLOW_HANDLERS_H
#define WORKFLOW_HANDLERS_H

#include "say_workflow.h"

/* Each sends one message, says the outcome and returns the command's status. A name that the
 * workflow does not list is TSK_NOT_FOUND, with the nearest one; where the workflow cannot say (no
 * worker, failing task), it is sent. */
enum tsk_status send_signal(struct tsk_call *call, const char *workflow_id, const char *run_id,
			    const char *name, const char *input);
enum tsk_status send_query(struct tsk_call *call, const char *workflow_id, const char *run_id,
			   const char *name, const char *input, int64_t timeout_ms, bool raw);
enum tsk_status send_update(struct tsk_call *call, const char *workflow_id, const char *run_id,
			    const char *name, const char *input, int64_t timeout_ms);

/* The workflow's handlers; false where it cannot say. Records no error. */
bool ask_handlers(struct tsk_call *call, const char *workflow_id, const char *run_id,
		  struct tsk_handlers *handlers);

bool lists_name(const struct tsk_strings *names, const char *name);

/* "a, b", or "none". */
const char *names_text(struct tsk_call *call, const struct tsk_strings *names);

/* TSK_NOT_FOUND: no handler of that kind and name. */
enum tsk_status no_handler(struct tsk_call *call, const char *workflow_id, const char *kind,
			   const char *name, const struct tsk_strings *names);

#endif
