/* Updates: sent, accepted or rejected, and their result waited for. */
#include "client.h"

#include "call/call.h"

#include <string.h>

#define COMPLETED                                                                                  \
	PB__UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE__UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_COMPLETED
#define ACCEPTED                                                                                   \
	PB__UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE__UPDATE_WORKFLOW_EXECUTION_LIFECYCLE_STAGE_ACCEPTED

struct sending {
	const char *workflow_id, *run_id, *name;
	int64_t deadline;
	struct tsk_update *answer;
	Pb__UpdateWorkflowExecutionLifecycleStage stage; /* reached so far */
	const Pb__Outcome *outcome;                      /* NULL: none yet */
	Pb__UpdateRef *reference; /* once accepted: names the run that took it */
	struct tsk_absence absence;
};

/* No answer is none: the same update, by its id, is asked for again, also of a server that was
 * away, unless that was never there. TSK_OK: look at its answer, where there is one. */
static enum tsk_status take_up(struct tsk_call *call, struct sending *sending,
			       const struct exchange *exchange)
{
	if (exchange->status == TSK_TIMEOUT && !exchange->unreachable)
		return TSK_OK;
	if (exchange->status == TSK_OK) {
		tsk_server_is_back(&sending->absence);
		return TSK_OK;
	}
	exchange_fail(call, exchange);
	return call->client->answered ? tsk_ride_out(call, &sending->absence, sending->deadline)
				      : tsk_error(call);
}

/* Sends it until it is accepted: the server answers after a while that it was not yet. The same id,
 * the same update. */
static enum tsk_status send(struct tsk_call *call, const struct client *client, Pb__Payloads *input,
			    struct sending *sending)
{
	Pb__Meta meta = PB__META__INIT;
	Pb__Input given = PB__INPUT__INIT;
	Pb__Request update = PB__REQUEST__INIT;
	Pb__WaitPolicy policy = PB__WAIT_POLICY__INIT;
	Pb__UpdateWorkflowExecutionRequest request = PB__UPDATE_WORKFLOW_EXECUTION_REQUEST__INIT;
	struct exchange exchange = { .method = "UpdateWorkflowExecution",
				     .message = &request.base,
				     .answers = &pb__update_workflow_execution_response__descriptor,
				     .workflow_id = sending->workflow_id,
				     .run_id = sending->run_id };

	meta.update_id = wire_text(sending->answer->update_id);
	meta.identity = wire_text(client->identity);
	given.name = wire_text(sending->name);
	given.args = input;
	update.meta = &meta;
	update.input = &given;
	/* Not for the result: then the server would not say when it is accepted. */
	policy.lifecycle_stage = ACCEPTED;
	request.namespace_ = wire_text(client->namespace_);
	request.workflow_execution = execution_to_wire(call, sending->workflow_id, sending->run_id);
	request.wait_policy = &policy;
	request.request = &update;
	while (sending->stage < ACCEPTED && !sending->outcome) {
		enum tsk_status status =
			exchange_until(call, &exchange, sending->deadline, NULL, 0, NULL);

		if (!status)
			status = take_up(call, sending, &exchange);
		if (status)
			return status;
		const Pb__UpdateWorkflowExecutionResponse *answer = exchange.answer;
		if (!answer)
			continue;
		sending->stage = answer->stage;
		sending->outcome = answer->outcome;
		sending->reference = answer->update_ref;
	}
	return TSK_OK;
}

/* Waits for the outcome of an accepted update. */
static enum tsk_status await_outcome(struct tsk_call *call, const struct client *client,
				     struct sending *sending)
{
	Pb__WaitPolicy policy = PB__WAIT_POLICY__INIT;
	/* The first waits; the second, without a policy, is answered at once. */
	Pb__PollWorkflowExecutionUpdateRequest requests[2];
	struct exchange exchange = {
		.method = "PollWorkflowExecutionUpdate",
		.answers = &pb__poll_workflow_execution_update_response__descriptor,
		.workflow_id = sending->workflow_id,
		.run_id = sending->run_id
	};

	policy.lifecycle_stage = COMPLETED;
	for (size_t i = 0; i < 2; i++) {
		pb__poll_workflow_execution_update_request__init(&requests[i]);
		requests[i].namespace_ = wire_text(client->namespace_);
		requests[i].update_ref = sending->reference;
		requests[i].identity = wire_text(client->identity);
		requests[i].wait_policy = i ? NULL : &policy;
	}
	exchange.message = &requests[0].base;
	exchange.again = &requests[1].base;
	while (!sending->outcome) {
		enum tsk_status status =
			exchange_until(call, &exchange, sending->deadline, NULL, 0, NULL);

		if (!status)
			status = take_up(call, sending, &exchange);
		if (status)
			return status;
		const Pb__PollWorkflowExecutionUpdateResponse *answer = exchange.answer;
		if (!answer)
			continue;
		sending->outcome = answer->outcome;
	}
	return TSK_OK;
}

/* How far back the events of an update that ended just now can be. */
#define EVENTS_BACK 50

/* A rejected update leaves no trace in the history, one that was accepted and then failed does: no
 * answer tells them apart. Where the history cannot be read, it counts as failed. */
static bool was_rejected(struct tsk_call *call, const struct sending *sending)
{
	struct tsk_history history;

	if (tsk_history_backward(call, sending->workflow_id, sending->run_id, EVENTS_BACK,
				 &history))
		return false;
	for (size_t i = 0; i < history.count; i++) {
		if (strcmp(history.events[i].update_id, sending->answer->update_id) == 0)
			return false;
	}
	return true;
}

static void take_outcome(struct tsk_call *call, struct sending *sending)
{
	struct tsk_update *answer = sending->answer;
	struct tsk_payloads payloads;

	answer->completed = true;
	if (sending->outcome->value_case == PB__OUTCOME__VALUE_FAILURE) {
		answer->failure = failure_from_wire(call, sending->outcome->failure);
		answer->rejected = was_rejected(call, sending);
		return;
	}
	payloads_from_wire(call,
			   sending->outcome->value_case == PB__OUTCOME__VALUE_SUCCESS
				   ? sending->outcome->success
				   : NULL,
			   &payloads);
	answer->json = tsk_payloads_json(call, &payloads);
}

enum tsk_status tsk_update_workflow(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, const char *update, const char *input,
				    int64_t deadline, struct tsk_update *answer)
{
	const struct client *client = client_of(call);
	struct sending sending = { .workflow_id = workflow_id,
				   .run_id = run_id,
				   .name = update,
				   .deadline = deadline,
				   .answer = answer };
	enum tsk_status status;

	*answer = (struct tsk_update){ .update_id = new_request_id(call) };
	if (!client)
		return tsk_error(call);
	status = send(call, client, payloads_to_wire(call, input), &sending);
	if (!status)
		status = await_outcome(call, client, &sending);
	if (status == TSK_TIMEOUT && !tsk_error(call)) {
		tsk_fail(call, TSK_TIMEOUT,
			 sending.stage >= ACCEPTED ? "update '%s' of workflow '%s' was accepted "
						     "and goes on%s%s"
			 : sending.absence.since_ms
				 ? "whether update '%s' of workflow '%s' was accepted is not "
				   "known%s%s"
				 : "update '%s' of workflow '%s' was not accepted in time%s%s",
			 update, workflow_id, sending.absence.since_ms ? ": " : "",
			 sending.absence.since_ms ? tsk_absence_text(call, &sending.absence) : "");
		tsk_hint(call, "temporal-skill diagnose -w %s", tsk_quote(call, workflow_id));
	}
	if (!status && sending.outcome)
		take_outcome(call, &sending);
	return status;
}
