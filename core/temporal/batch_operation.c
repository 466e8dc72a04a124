/* Batch operations: the server ends all workflows that match a query. */
#include "client.h"

#include "call/call.h"

#include <string.h>

enum tsk_status tsk_batch_start(struct tsk_call *call, const char *query, bool terminate,
				const char *reason, const char **job_id)
{
	const struct client *client = client_of(call);
	Pb__BatchOperationTermination termination = PB__BATCH_OPERATION_TERMINATION__INIT;
	Pb__BatchOperationCancellation cancellation = PB__BATCH_OPERATION_CANCELLATION__INIT;
	Pb__StartBatchOperationRequest request = PB__START_BATCH_OPERATION_REQUEST__INIT;
	/* Sent twice, the second time it would be refused: the job is there. */
	struct exchange exchange = { .method = "StartBatchOperation",
				     .message = &request.base,
				     .not_idempotent = true,
				     .changes = true };

	*job_id = new_request_id(call);
	if (!client)
		return tsk_error(call);
	request.namespace_ = wire_text(client->namespace_);
	request.visibility_query = wire_text(query);
	request.job_id = wire_text(*job_id);
	/* The server insists on one. */
	request.reason = wire_text(reason && *reason ? reason : "temporal-skill");
	termination.identity = cancellation.identity = wire_text(client->identity);
	if (terminate) {
		request.operation_case =
			PB__START_BATCH_OPERATION_REQUEST__OPERATION_TERMINATION_OPERATION;
		request.termination_operation = &termination;
	} else {
		request.operation_case =
			PB__START_BATCH_OPERATION_REQUEST__OPERATION_CANCELLATION_OPERATION;
		request.cancellation_operation = &cancellation;
	}
	enum tsk_status status = exchange_one(call, &exchange);
	if (status && !exchange.perhaps)
		*job_id = "";
	return status;
}

enum tsk_status tsk_batch_ask(struct tsk_call *call, const char *job_id, struct tsk_batch *batch)
{
	static const char prefix[] = "BATCH_OPERATION_STATE_";
	Pb__DescribeBatchOperationRequest request = PB__DESCRIBE_BATCH_OPERATION_REQUEST__INIT;
	struct exchange exchange = { .method = "DescribeBatchOperation",
				     .message = &request.base,
				     .answers =
					     &pb__describe_batch_operation_response__descriptor };

	*batch = (struct tsk_batch){ .state = "" };
	exchange.missing = tsk_format(call, "no batch operation '%s'", job_id);
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.job_id = wire_text(job_id);
	if (exchange_one(call, &exchange))
		return tsk_error(call);

	const Pb__DescribeBatchOperationResponse *answer = exchange.answer;
	const char *state =
		enum_name(call, &pb__batch_operation_state__descriptor, (int)answer->state);
	batch->state =
		strncmp(state, prefix, sizeof(prefix) - 1) ? state : state + sizeof(prefix) - 1;
	batch->total = answer->total_operation_count;
	batch->done = answer->complete_operation_count;
	batch->failed = answer->failure_operation_count;
	return TSK_OK;
}
