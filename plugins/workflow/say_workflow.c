/* How a workflow and its outcome are said, by every command of this plugin alike. */
#include "say_workflow.h"

#include <ctype.h>
#include <string.h>

void say_workflow(struct tsk_call *call, cJSON *object, const struct tsk_workflow *workflow)
{
	tsk_set(object, "workflow_id", workflow->workflow_id);
	tsk_set(object, "run_id", workflow->run_id);
	tsk_set(object, "workflow_type", workflow->type);
	tsk_set(object, "task_queue", workflow->task_queue);
	tsk_set(object, "status", tsk_workflow_status_name(workflow->status));
	tsk_set_time(object, "started_at", workflow->started_at);
	tsk_set_time(object, "closed_at", workflow->closed_at);
	tsk_set(object, "link", tsk_workflow_link(call, workflow->workflow_id, workflow->run_id));
}

static bool ended_badly(enum tsk_workflow_status status)
{
	return status == TSK_WORKFLOW_FAILED || status == TSK_WORKFLOW_TIMED_OUT ||
	       status == TSK_WORKFLOW_CANCELED || status == TSK_WORKFLOW_TERMINATED;
}

enum tsk_status read_outcome(struct tsk_call *call, const char *workflow_id, const char *run_id,
			     const struct tsk_workflow *workflow, struct outcome *outcome)
{
	struct tsk_history last = { .count = 0 };

	*outcome = (struct outcome){ .workflow = workflow, .encoding = "" };
	if (!workflow && tsk_describe_workflow(call, workflow_id, run_id, &outcome->workflow))
		return tsk_error(call);
	workflow = outcome->workflow;
	if (workflow->status == TSK_WORKFLOW_RUNNING || workflow->status == TSK_WORKFLOW_PAUSED)
		return TSK_OK;
	if (tsk_history_backward(call, workflow->workflow_id, workflow->run_id, 1, &last))
		return tsk_error(call);
	if (!last.count)
		return tsk_fail(call, TSK_NOT_FOUND, "the history of '%s' is empty", workflow_id);
	outcome->close = last.events;
	outcome->diagnosed = ended_badly(workflow->status);
	if (outcome->diagnosed)
		return tsk_diagnose(call, workflow->workflow_id, workflow->run_id, workflow,
				    &outcome->diagnosis);
	if (workflow->status != TSK_WORKFLOW_COMPLETED)
		return TSK_OK;
	outcome->result = tsk_payloads_json(call, &outcome->close->result);
	if (outcome->close->result.count)
		outcome->encoding = outcome->close->result.items[0].encoding;
	outcome->suspicious = tsk_looks_like_error(call, outcome->result);
	return TSK_OK;
}

enum tsk_status read_outcome_as_told(struct tsk_call *call, const char *workflow_id,
				     const char *run_id, struct outcome *outcome)
{
	enum tsk_status status = read_outcome(call, workflow_id, run_id, NULL, outcome);

	if (!outcome->workflow ||
	    (status != TSK_DENIED && status != TSK_UNAVAILABLE && status != TSK_TIMEOUT))
		return status;
	tsk_forget_error(call);
	outcome->unread = true;
	outcome->diagnosed = ended_badly(outcome->workflow->status);
	return outcome->diagnosed ? tsk_diagnose(call, outcome->workflow->workflow_id,
						 outcome->workflow->run_id, outcome->workflow,
						 &outcome->diagnosis)
				  : TSK_OK;
}

const char *outcome_verdict(struct tsk_call *call, const struct outcome *outcome)
{
	if (outcome->unread && outcome->workflow->status == TSK_WORKFLOW_COMPLETED)
		return tsk_verdict_name(TSK_VERDICT_UNCLEAR);
	if (outcome->workflow->status == TSK_WORKFLOW_COMPLETED)
		return outcome->suspicious ? "false_positive_result" : "ok";
	if (outcome->diagnosed)
		return tsk_verdict_name(outcome->diagnosis.verdict);
	char *name = tsk_copy(call, tsk_workflow_status_name(outcome->workflow->status));
	for (char *at = name; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	return name;
}

/* Where the status says as much as the cause's name does, only its message adds to it. */
static const char *cause_text(struct tsk_call *call, const struct outcome *outcome)
{
	const struct tsk_root_cause *cause = &outcome->diagnosis.root_cause;
	const char *message = tsk_shorten(call, cause->message, 300);
	int kind = outcome->diagnosis.cause_kind;
	bool named = outcome->workflow->status != TSK_WORKFLOW_CANCELED &&
		     kind != TSK_CAUSE_TIMEOUT && kind != TSK_CAUSE_NO_WORKER;

	if (!named && outcome->workflow->status != TSK_WORKFLOW_FAILED)
		return message;
	return *cause->type ? tsk_format(call, "%s: %s", cause->type, message) : message;
}

const char *outcome_reason(struct tsk_call *call, const struct outcome *outcome)
{
	const struct tsk_event *close = outcome->close;

	if (close && close->type == TSK_EVENT_TERMINATED)
		return tsk_format(call, "terminated by %s%s%s", close->identity,
				  *close->reason ? ": " : "", close->reason);
	if (close && close->type == TSK_EVENT_CONTINUED_AS_NEW)
		return tsk_format(call, "continued as run %s", close->new_run_id);
	if (outcome->unread)
		return "why, or with what result, could not be read";
	return outcome->diagnosed ? cause_text(call, outcome) : "";
}

static void say_cause(cJSON *object, const struct tsk_root_cause *root)
{
	cJSON *cause = tsk_set_object(object, "root_cause");

	tsk_set(cause, "type", root->type);
	tsk_set(cause, "message", root->message);
	tsk_set(cause, "location", root->location);
	tsk_set(cause, "stack_trace", root->stack_trace);
}

void say_root_cause(struct tsk_call *call, cJSON *object, const struct tsk_failure *failure)
{
	const struct tsk_failure *root = tsk_failure_root(failure);

	say_cause(object, &(struct tsk_root_cause){
				  .type = tsk_failure_type(root),
				  .message = root->message,
				  .location = tsk_failure_location(call, root),
				  .stack_trace = root->stack_trace,
			  });
}

void say_outcome(cJSON *object, const struct outcome *outcome)
{
	if (outcome->result) {
		tsk_set(object, "encoding", outcome->encoding);
		tsk_set_json(object, "result", outcome->result);
		tsk_set_bool(object, "suspicious", outcome->suspicious != NULL);
		tsk_set(object, "suspicious_because", outcome->suspicious);
	}
	if (outcome->diagnosed)
		say_cause(object, &outcome->diagnosis.root_cause);
	if (outcome->close && *outcome->close->new_run_id)
		tsk_set(object, "new_run_id", outcome->close->new_run_id);
}

enum tsk_status read_open_workflow(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, const struct tsk_workflow **workflow)
{
	if (tsk_describe_workflow(call, workflow_id, run_id, workflow))
		return tsk_error(call);
	say_workflow(call, tsk_result(call), *workflow);
	if ((*workflow)->status == TSK_WORKFLOW_RUNNING ||
	    (*workflow)->status == TSK_WORKFLOW_PAUSED)
		return TSK_OK;
	tsk_verdict(call, "closed", "'%s' is closed already: %s", workflow_id,
		    tsk_workflow_status_name((*workflow)->status));
	return TSK_NEGATIVE;
}
