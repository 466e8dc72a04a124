/* Root causes: which link of a failure chain explains it, and what kind of trouble a chain tells
 * of. */
#include "classifier.h"

#include <string.h>

void take_cause(struct reading *reading, enum tsk_cause_kind kind, const char *type,
		const char *message)
{
	reading->diagnosis->cause_kind = (unsigned char)kind;
	reading->diagnosis->root_cause = (struct tsk_root_cause){
		.type = or_empty(type),
		.message = or_empty(message),
		.location = "",
		.stack_trace = "",
		.summary = "",
		.remedy = "",
	};
}

void take_cause_of(struct reading *reading, const struct tsk_diagnosis *diagnosis)
{
	reading->diagnosis->cause_kind = diagnosis->cause_kind;
	reading->diagnosis->root_cause = diagnosis->root_cause;
}

void take_logged_cause(struct reading *reading, const struct tsk_root_cause *logged)
{
	reading->diagnosis->cause_kind = TSK_CAUSE_FAILURE;
	reading->diagnosis->root_cause = *logged;
}

bool is_time_up(const struct reading *reading)
{
	return reading->diagnosis->cause_kind == TSK_CAUSE_TIMEOUT ||
	       reading->diagnosis->cause_kind == TSK_CAUSE_NO_WORKER;
}

static enum tsk_cause_kind kind_of(const struct tsk_failure *root)
{
	switch ((int)root->kind) {
	case TSK_FAILURE_TIMEOUT: return TSK_CAUSE_TIMEOUT;
	case TSK_FAILURE_CANCELED: return TSK_CAUSE_CANCELED;
	case TSK_FAILURE_TERMINATED: return TSK_CAUSE_TERMINATED;
	default: return TSK_CAUSE_FAILURE;
	}
}

/* Whether neither an exception nor a timeout names the failure: then Temporal's enum says more than
 * the kind of failure would. */
static bool is_nameless(const struct tsk_failure *failure)
{
	return !*or_empty(failure->type) && !*or_empty(failure->timeout_type) &&
	       failure->kind != TSK_FAILURE_CANCELED && failure->kind != TSK_FAILURE_TERMINATED;
}

void take_failure(struct reading *reading, const struct tsk_failure *failure, const char *enum_name)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;

	reading->diagnosis->failure = failure;
	if (!root) {
		take_cause(reading, *or_empty(enum_name) ? TSK_CAUSE_FAILURE : TSK_CAUSE_NONE,
			   enum_name, "");
		return;
	}
	take_cause(reading, kind_of(root),
		   is_nameless(root) && *or_empty(enum_name) ? enum_name : tsk_failure_type(root),
		   root->message);
	reading->diagnosis->root_cause.location =
		or_empty(tsk_failure_location(reading->call, root));
	reading->diagnosis->root_cause.stack_trace = or_empty(root->stack_trace);
}

const struct tsk_failure *first_callee_link(const struct tsk_failure *failure)
{
	for (; failure; failure = failure->cause)
		if (failure->kind == TSK_FAILURE_ACTIVITY ||
		    failure->kind == TSK_FAILURE_CHILD_WORKFLOW)
			return failure;
	return NULL;
}

const struct tsk_failure *link_nexus(const struct tsk_failure *failure)
{
	while (failure && (failure->kind != TSK_FAILURE_NEXUS || !*or_empty(failure->operation)))
		failure = failure->cause;
	return failure;
}

/* The SDK's wording: "Workflow class X is not registered on this worker, available workflows: A,
 * B", "Activity function X for workflow W is not registered on this worker, available activities:
 * A", without "for workflow W" of a local activity, then a ValueError. A workflow's id may hold any
 * text, so only the ends are looked at. */
static bool is_not_registered(const char *type, const char *message, const char *what)
{
	return strcmp(type, "NotFoundError") == 0 && strncmp(message, what, strlen(what)) == 0 &&
	       strstr(message, "is not registered on this worker");
}

bool says_not_registered(const struct tsk_root_cause *cause)
{
	return is_not_registered(cause->type, cause->message, "Activity function ");
}

const struct tsk_failure *link_not_registered(const struct tsk_failure *failure, const char *what)
{
	for (; failure; failure = failure->cause) {
		if (is_not_registered(or_empty(failure->type), or_empty(failure->message), what))
			return failure;
		/* An encoded message cannot be looked at. For a workflow task the type is enough:
		 * user code that raises a failure ends the workflow, not its task. */
		if (strcmp(or_empty(failure->type), "NotFoundError") == 0 && failure->encoded &&
		    strcmp(what, "Workflow") == 0)
			return failure;
	}
	return NULL;
}

bool is_local_not_registered(const struct tsk_failure *failure)
{
	static const char begin[] = "Activity function ";
	const char *message = failure ? or_empty(failure->message) : "";

	return failure && strcmp(or_empty(failure->type), "ValueError") == 0 &&
	       strncmp(message, begin, strlen(begin)) == 0 &&
	       (strstr(message, " is not registered on this worker, available activities: ") ||
		strstr(message, " is not registered on this worker, no available activities"));
}

const char *unregistered_activity(const struct reading *reading)
{
	static const char begin[] = "Activity function ";
	const char *message = reading->diagnosis->root_cause.message;

	if (reading->activity)
		return or_empty(reading->activity->type);
	for (const struct tsk_failure *link = reading->diagnosis->failure; link; link = link->cause)
		if (link->kind == TSK_FAILURE_ACTIVITY && *or_empty(link->activity_type))
			return link->activity_type;
	if (strncmp(message, begin, strlen(begin)) != 0)
		return "the activity";
	message += strlen(begin);
	return tsk_copy_bytes(reading->call, message, strcspn(message, " "));
}

const struct tsk_failure *link_restricted(const struct tsk_failure *failure)
{
	for (; failure; failure = failure->cause)
		if (strcmp(or_empty(failure->type), "RestrictedWorkflowAccessError") == 0 ||
		    strstr(or_empty(failure->message),
			   "from inside a workflow. If this is code from"))
			return failure;
	return NULL;
}

bool is_nondeterminism(const struct tsk_failure *failure, const char *cause)
{
	if (strcmp(or_empty(cause), NON_DETERMINISTIC_ERROR) == 0)
		return true;
	for (; failure; failure = failure->cause)
		if (strncmp(or_empty(failure->message), "[TMPRL1100]", strlen("[TMPRL1100]")) == 0)
			return true;
	return false;
}
