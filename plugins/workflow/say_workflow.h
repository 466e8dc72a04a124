/* What the commands of this plugin share: option rows, and how a workflow and its outcome are said.
 */
#ifndef WORKFLOW_SHARED_H
#define WORKFLOW_SHARED_H

#include <temporal-skill/client.h>
#include <temporal-skill/diagnosis.h>
#include <temporal-skill/result.h>

/* workflow_id, run_id, workflow_type, task_queue, status, times, link. */
void say_workflow(struct tsk_call *call, cJSON *object, const struct tsk_workflow *workflow);

/* How a workflow ended. */
struct outcome {
	const struct tsk_workflow *workflow;
	const struct tsk_event *close; /* its last event; NULL while it is open */
	const char *result;            /* JSON text; NULL unless it completed */
	const char *encoding;          /* of the result's first payload; "" where there is none */
	const char *suspicious;        /* why the result looks like an error, or NULL */
	bool unread;                   /* it is closed, and the server does not tell more */
	bool diagnosed;                /* where it failed, timed out, was canceled or terminated */
	struct tsk_diagnosis diagnosis;
};

/* Reads it: describe (unless workflow is given) and, where it is closed, the last event; where it
 * did not end well, what is wrong with it, as analyze-workflow-error tells. */
enum tsk_status read_outcome(struct tsk_call *call, const char *workflow_id, const char *run_id,
			     const struct tsk_workflow *workflow, struct outcome *outcome);

/* The same for those that can do with less: where the server says that it is closed and refuses its
 * history, or that is lost, unread is set. */
enum tsk_status read_outcome_as_told(struct tsk_call *call, const char *workflow_id,
				     const char *run_id, struct outcome *outcome);

/* status, result, suspicious, suspicious_because, root_cause into object. */
void say_outcome(cJSON *object, const struct outcome *outcome);

/* ok, false_positive_result, running, unclear, or the verdict of its diagnosis. */
const char *outcome_verdict(struct tsk_call *call, const struct outcome *outcome);

/* "CardDeclined: card 4711 was declined", or "" where there is nothing to say of its end. */
const char *outcome_reason(struct tsk_call *call, const struct outcome *outcome);

/* Reads the workflow and says it; TSK_NEGATIVE, with a verdict, where it is closed already. */
enum tsk_status read_open_workflow(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, const struct tsk_workflow **workflow);

/* Puts type, message and location of a failure's root into object as root_cause. */
void say_root_cause(struct tsk_call *call, cJSON *object, const struct tsk_failure *failure);

#endif
