/* Failures: why something failed, as a chain from the outermost to its cause.
 *
 * Invariants: borrowed from the call; a chain has at most 64 links (deeper ones are cut). Text is
 * valid UTF-8. Source of the fields: temporal.api.failure.v1.Failure.
 */
#ifndef TEMPORAL_SKILL_FAILURE_H
#define TEMPORAL_SKILL_FAILURE_H

#include <temporal-skill/payload.h>

#pragma GCC visibility push(default)

enum tsk_failure_kind {
	TSK_FAILURE_UNKNOWN,
	TSK_FAILURE_APPLICATION,
	TSK_FAILURE_TIMEOUT,
	TSK_FAILURE_CANCELED,
	TSK_FAILURE_TERMINATED,
	TSK_FAILURE_SERVER,
	TSK_FAILURE_RESET_WORKFLOW,
	TSK_FAILURE_ACTIVITY,
	TSK_FAILURE_CHILD_WORKFLOW,
	TSK_FAILURE_NEXUS
};

struct tsk_failure {
	enum tsk_failure_kind kind;
	const char *message;     /* "" where there is none */
	const char *type;        /* application: its type, the Python class; else "" */
	const char *source;      /* "PythonSDK" */
	const char *stack_trace; /* "" where there is none */
	bool non_retryable;
	const char *timeout_type; /* timeout: "TIMEOUT_TYPE_START_TO_CLOSE"; else "" */
	const char
		*retry_state; /* activity, child: "RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED"; else "" */
	const char *activity_type, *activity_id;          /* activity; else "" */
	const char *workflow_type, *workflow_id, *run_id; /* child workflow; else "" */
	const char *identity;
	bool encoded; /* the true text is in encoded_attributes, which only a codec can read */
	struct tsk_payload encoded_attributes;
	struct tsk_payloads details;
	const struct tsk_failure *cause;            /* or NULL */
	const struct tsk_failure *outer;            /* whose cause this is, or NULL */
	const char *endpoint, *service, *operation; /* Nexus operation; else "" */
};

/* The failure that explains the chain: the deepest cause, but never a timeout that only repeats its
 * cause. */
const struct tsk_failure *tsk_failure_root(const struct tsk_failure *failure);

/* Its type for people and scripts: the failure's own type; where it has none, Temporal's name in
 * full
 * ("TIMEOUT_TYPE_START_TO_CLOSE", "ActivityFailure", "CanceledFailure"). Never NULL. */
const char *tsk_failure_type(const struct tsk_failure *failure);

/* Where in user code it was raised, "activities.py:17 in charge", from the stack trace: the
 * innermost frame that is not in a library (site-packages, the standard library, <frozen …>). ""
 * where none is. */
const char *tsk_failure_location(struct tsk_call *call, const struct tsk_failure *failure);

/* "TYPE: message at location", the message cut to limit bytes; each part may be "" or NULL. */
const char *tsk_cause_text(struct tsk_call *call, const char *type, const char *message,
			   const char *location, size_t limit);
/* The same of the failure that explains the chain. */
const char *tsk_failure_text(struct tsk_call *call, const struct tsk_failure *failure,
			     size_t limit);

#pragma GCC visibility pop

#endif
