/* Ending workflows: cancel, terminate, reset; one or many. */
#include "client.h"

#include "call/call.h"

static void cancel_of(struct tsk_call *call, const struct client *client, const char *workflow_id,
		      const char *run_id, const char *reason, struct exchange *exchange)
{
	Pb__RequestCancelWorkflowExecutionRequest *request = tsk_alloc(call, sizeof(*request));

	pb__request_cancel_workflow_execution_request__init(request);
	request->namespace_ = wire_text(client->namespace_);
	request->workflow_execution = execution_to_wire(call, workflow_id, run_id);
	request->identity = wire_text(client->identity);
	request->request_id = wire_text(new_request_id(call));
	request->reason = wire_text(reason);
	*exchange = (struct exchange){ .method = "RequestCancelWorkflowExecution",
				       .message = &request->base,
				       .changes = true,
				       .workflow_id = workflow_id,
				       .run_id = run_id };
}

static void terminate_of(struct tsk_call *call, const struct client *client,
			 const char *workflow_id, const char *run_id, const char *reason,
			 struct exchange *exchange)
{
	Pb__TerminateWorkflowExecutionRequest *request = tsk_alloc(call, sizeof(*request));

	pb__terminate_workflow_execution_request__init(request);
	request->namespace_ = wire_text(client->namespace_);
	request->workflow_execution = execution_to_wire(call, workflow_id, run_id);
	request->identity = wire_text(client->identity);
	request->reason = wire_text(reason);
	/* Not once: done twice, the second finds the run ended, or, without a run id, a newer run
	 * of the same workflow. */
	*exchange = (struct exchange){ .method = "TerminateWorkflowExecution",
				       .message = &request->base,
				       .not_idempotent = true,
				       .changes = true,
				       .workflow_id = workflow_id,
				       .run_id = run_id };
}

enum tsk_status tsk_cancel_workflow(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, const char *reason)
{
	const struct client *client = client_of(call);
	struct exchange exchange;

	if (!client)
		return tsk_error(call);
	cancel_of(call, client, workflow_id, run_id, reason, &exchange);
	return exchange_one(call, &exchange);
}

enum tsk_status tsk_terminate_workflow(struct tsk_call *call, const char *workflow_id,
				       const char *run_id, const char *reason)
{
	const struct client *client = client_of(call);
	struct exchange exchange;

	if (!client)
		return tsk_error(call);
	terminate_of(call, client, workflow_id, run_id, reason, &exchange);
	return exchange_one(call, &exchange);
}

/* So many are asked before it is looked at whether the server still answers. */
#define PART_MOST 1000

/* Of one that had no answer of its own. */
static bool is_cut_off(const struct exchange *exchange)
{
	return !exchange->asked || exchange->unreachable || exchange->status == TSK_TIMEOUT ||
	       (exchange->status == TSK_UNAVAILABLE && exchange->perhaps);
}

static void take_ending(const struct exchange *exchange, enum tsk_status *status,
			const char **message)
{
	if (!is_cut_off(exchange)) {
		*status = exchange->status;
		*message = exchange->problem ? exchange->problem : "";
	} else if (exchange->perhaps) {
		*status = TSK_TIMEOUT;
		*message = "sent, and its answer was lost";
	}
}

enum tsk_status tsk_end_workflows(struct tsk_call *call, const char *const *workflow_ids,
				  const char *const *run_ids, size_t count, bool terminate,
				  const char *reason, enum tsk_status *statuses,
				  const char **messages)
{
	const struct client *client = client_of(call);
	struct exchange *exchanges = tsk_alloc(call, count * sizeof(*exchanges));
	enum tsk_status status = client ? TSK_OK : tsk_error(call);

	for (size_t i = 0; i < count; i++) {
		const char *run_id = run_ids ? run_ids[i] : NULL;

		statuses[i] = TSK_INTERRUPTED;
		messages[i] = "not sent";
		if (client && terminate)
			terminate_of(call, client, workflow_ids[i], run_id, reason, &exchanges[i]);
		else if (client)
			cancel_of(call, client, workflow_ids[i], run_id, reason, &exchanges[i]);
	}
	for (size_t done = 0; !status && done < count; done += PART_MOST) {
		size_t part = count - done < PART_MOST ? count - done : PART_MOST;
		const struct exchange *cut = NULL;

		status = exchange_all(call, exchanges + done, part);
		for (size_t i = done; i < done + part; i++) {
			take_ending(&exchanges[i], &statuses[i], &messages[i]);
			if (!cut && is_cut_off(&exchanges[i]))
				cut = &exchanges[i];
		}
		if (!status && cut)
			status = exchange_fail(call, cut);
	}
	return status;
}

enum tsk_status tsk_reset_workflow(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, int64_t event_id, const char *reason,
				   const char **new_run_id)
{
	const struct client *client = client_of(call);
	Pb__ResetWorkflowExecutionRequest request = PB__RESET_WORKFLOW_EXECUTION_REQUEST__INIT;
	struct exchange exchange = { .method = "ResetWorkflowExecution",
				     .message = &request.base,
				     .answers = &pb__reset_workflow_execution_response__descriptor,
				     .changes = true,
				     .workflow_id = workflow_id,
				     .run_id = run_id };

	*new_run_id = "";
	if (!client)
		return tsk_error(call);
	request.namespace_ = wire_text(client->namespace_);
	request.workflow_execution = execution_to_wire(call, workflow_id, run_id);
	request.reason = wire_text(reason);
	request.workflow_task_finish_event_id = event_id;
	request.request_id = wire_text(new_request_id(call));
	request.reset_reapply_type = PB__RESET_REAPPLY_TYPE__RESET_REAPPLY_TYPE_ALL_ELIGIBLE;
	request.identity = wire_text(client->identity);
	if (exchange_one(call, &exchange))
		return tsk_error(call);

	const Pb__ResetWorkflowExecutionResponse *answer = exchange.answer;
	*new_run_id = text_valid_utf8(call, answer->run_id);
	return TSK_OK;
}
