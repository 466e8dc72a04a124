/* The inside of the Temporal client: the connection, and requests over it.
 *
 * Invariants: a struct client belongs to one call and ends with it. A request's answer is unpacked
 * into the call's memory. Whoever makes a request says of which workflow it speaks, so that a
 * refusal can be worded for people.
 */
#ifndef CORE_TEMPORAL_CLIENT_H
#define CORE_TEMPORAL_CLIENT_H

#include "convert.h"
#include "driver.h"

#include <temporal-skill/client.h>

struct client {
	const struct channel_driver *driver;
	struct channel *channel;
	const char *address, *namespace_;
	const char *identity; /* who asks, in histories: "temporal-skill@host" */
	int64_t sent;
	bool tls;
	bool answered;        /* the server has answered something: it speaks gRPC */
	int64_t disturbed_ms; /* when last a request was not answered at once; 0: never */
	const char
		*ui; /* base URL of the web UI, "" where there is none; NULL: not looked for yet */
};

/* The client of this call, connected settings and all; NULL with the error recorded. */
struct client *client_of(struct tsk_call *call);

/* The task queue that a schedule starts its workflows on; NULL: it is not known, with no error
 * recorded but an interruption. (schedule.c) */
const char *schedule_task_queue(struct tsk_call *call, const char *id);

/* An answer that takes longer is lost: the server answers what it can answer within milliseconds.
 */
#define ANSWER_MS 10000

/* One request and how it went. The caller fills the first part. */
struct exchange {
	const char *method;              /* of the WorkflowService: "DescribeWorkflowExecution" */
	const ProtobufCMessage *message; /* NULL: an empty one */
	const ProtobufCMessage
		*again; /* asked in its place when the answer was lost; NULL: message */
	const ProtobufCMessageDescriptor
		*answers;                 /* its answer's type; NULL: nothing in it matters */
	int64_t deadline;                 /* 0: ANSWER_MS from now */
	bool not_idempotent;              /* sending it twice is not the same as once */
	bool changes;                     /* something is done by it */
	const char *workflow_id, *run_id; /* of whom it speaks; NULL: of none */
	const char *missing;              /* what NOT_FOUND means; NULL: the workflow or run */
	const char *about; /* of what else it speaks, a queue or a schedule; NULL: of none */
	const char *part;  /* what tells it from others about the same; NULL: the run */
	bool of_operator;  /* the method is the OperatorService's */
	bool optional;     /* a server that does not know the method has none of what it asks for */
	bool as_it_is;     /* the bytes of its answer are kept, for the caller to free */

	int64_t until;  /* its deadline, in the end */
	bool asked;     /* an answer came, or will not come any more */
	void *answer;   /* NULL unless status is TSK_OK and answers is set */
	uint8_t *bytes; /* likewise, with as_it_is */
	size_t size;
	enum tsk_status status;
	enum grpc_code code;
	bool unreachable; /* nobody there speaks gRPC */
	bool lost;        /* it was sent, and what came of it is not known */
	bool perhaps;     /* it may have been done although status says that it was not */
	bool unsendable;  /* the settings cannot be sent, see struct channel_request */
	bool unsafe;      /* TLS came to nothing on our side, see struct channel_request */
	const char *problem, *hint; /* unless TSK_OK; hint may be NULL */
};

/* Sends all of them at once; each has its own status, and no error is recorded for these. Returns
 * TSK_OK, or what kept them from being sent or waited for (recorded). */
enum tsk_status exchange_all(struct tsk_call *call, struct exchange *exchanges, size_t count);

/* One of them, its failure recorded as the call's error. */
enum tsk_status exchange_one(struct tsk_call *call, struct exchange *exchange);

/* One that the server answers late on purpose (a long poll). Waits until the deadline at most, and
 * gives up when one of the descriptors gets ready first: then *ready (may be NULL) is true. Returns
 * TSK_OK (look at the exchange's own status), TSK_TIMEOUT (nothing recorded) or what went wrong
 * (recorded). */
enum tsk_status exchange_until(struct tsk_call *call, struct exchange *exchange, int64_t deadline,
			       struct pollfd *descriptors, size_t descriptor_count, bool *ready);

/* Makes of an exchange that got no answer in time one with something that is no Temporal server. */
void exchange_is_unanswered(struct tsk_call *call, struct exchange *exchange);

/* Records the failure of an exchange as the call's error. */
enum tsk_status exchange_fail(struct tsk_call *call, const struct exchange *exchange);

/* Keeps that a question got no answer, or has one now: to be said at the end. (question.c) */
void question_keep(struct tsk_call *call, const struct exchange *exchange);
/* One that is given up for a reason that only who asked it knows. */
void question_is_lost(struct tsk_call *call, const char *method, const char *about,
		      const char *reason);

/* "NOT_FOUND", "?" for a code that gRPC does not have. (explain_refusal.c) */
const char *grpc_code_name(enum grpc_code code);

/* What an answer other than OK means: sets status, problem and hint. details: google.rpc.Status, or
 * NULL. (explain_refusal.c) */
void refusal_explain(struct tsk_call *call, struct exchange *exchange, const char *message,
		     const uint8_t *details, size_t details_size);

/* ---- building messages ---- */

/* A member that the message only borrows. */
static inline char *wire_text(const char *text)
{
	return (char *)(uintptr_t)(text ? text : "");
}

/* temporal.api.common.v1.WorkflowExecution, in the call's memory. */
Pb__WorkflowExecution *execution_to_wire(struct tsk_call *call, const char *workflow_id,
					 const char *run_id);

/* A random UUID, for requests that the server must not do twice. */
const char *new_request_id(struct tsk_call *call);

/* ---- parts of answers ---- */

/* A history event. (event.c) */
void event_from_wire(struct tsk_call *call, const Pb__HistoryEvent *message,
		     struct tsk_event *event);
/* What is known of an event beside that struct: sets its number, where there is anything.
 * (event_more.c) */
void event_more_from_wire(struct tsk_call *call, const Pb__HistoryEvent *message,
			  struct tsk_event *event);
/* The same of what describe or a list says of a workflow. (workflow_more.c) */
void workflow_more_from_wire(struct tsk_call *call,
			     const Pb__DescribeWorkflowExecutionResponse *message,
			     struct tsk_workflow *workflow);
void listed_more_from_wire(struct tsk_call *call, const Pb__WorkflowExecutionInfo *message,
			   struct tsk_workflow *workflow);
/* A search attribute's value, or NULL. (workflow_more.c) */
const Pb__Payload *search_attribute(const Pb__SearchAttributes *attributes, const char *name);
/* NULL: nothing is said. (event_more.c) */
void retry_policy_from_wire(struct tsk_call *call, const Pb__RetryPolicy *message,
			    struct tsk_retry_policy *policy);
/* How many of these events, oldest first, were really written: without the workflow task that the
 * server shows to some clients at the end although it is not in the history. (history.c) */
size_t history_written(Pb__HistoryEvent *const *events, size_t count);
/* What lists and describe have in common. (describe.c) */
void workflow_from_wire(struct tsk_call *call, const Pb__WorkflowExecutionInfo *message,
			struct tsk_workflow *workflow);

#endif
