/* Messages to a workflow: signals, queries, and what it says of its handlers. */
#include "client.h"

#include "call/call.h"

#include <cjson/cJSON.h>
#include <string.h>

enum tsk_status tsk_signal_workflow(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, const char *signal, const char *input)
{
	const struct client *client = client_of(call);
	Pb__SignalWorkflowExecutionRequest request = PB__SIGNAL_WORKFLOW_EXECUTION_REQUEST__INIT;
	struct exchange exchange = { .method = "SignalWorkflowExecution",
				     .message = &request.base,
				     .changes = true,
				     .workflow_id = workflow_id,
				     .run_id = run_id };

	if (!client)
		return tsk_error(call);
	request.namespace_ = wire_text(client->namespace_);
	request.workflow_execution = execution_to_wire(call, workflow_id, run_id);
	request.signal_name = wire_text(signal);
	request.input = payloads_to_wire(call, input);
	request.identity = wire_text(client->identity);
	request.request_id = wire_text(new_request_id(call));
	return exchange_one(call, &exchange);
}

/* ---- queries ---- */

/* Whether it is the worker that is missing: shortly before the deadline the server says so in words
 * alone. */
static bool nobody_answers(const struct exchange *exchange)
{
	return exchange->status == TSK_TIMEOUT || (exchange->code == GRPC_FAILED_PRECONDITION &&
						   strstr(exchange->problem, "no poller seen"));
}

/* *result: the answer's payloads. */
static enum tsk_status ask_query(struct tsk_call *call, const char *workflow_id, const char *run_id,
				 const char *query, const char *input, int64_t timeout_ms,
				 const Pb__Payloads **result)
{
	Pb__WorkflowQuery asked = PB__WORKFLOW_QUERY__INIT;
	Pb__QueryWorkflowRequest request = PB__QUERY_WORKFLOW_REQUEST__INIT;
	struct exchange exchange = { .method = "QueryWorkflow",
				     .message = &request.base,
				     .answers = &pb__query_workflow_response__descriptor,
				     .deadline = tsk_deadline(call, timeout_ms),
				     .workflow_id = workflow_id,
				     .run_id = run_id };

	asked.query_type = wire_text(query);
	asked.query_args = payloads_to_wire(call, input);
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.execution = execution_to_wire(call, workflow_id, run_id);
	request.query = &asked;
	if (exchange_all(call, &exchange, 1))
		return tsk_error(call);
	if (nobody_answers(&exchange)) {
		tsk_fail(call, TSK_TIMEOUT,
			 "no answer to query '%s' of workflow '%s' in time: no worker took it, or "
			 "its workflow task fails",
			 query, workflow_id);
		tsk_hint(call, "temporal-skill diagnose -w %s", tsk_quote(call, workflow_id));
		return TSK_TIMEOUT;
	}
	if (exchange_fail(call, &exchange))
		return tsk_error(call);

	const Pb__QueryWorkflowResponse *answer = exchange.answer;
	*result = answer->query_result;
	if (!answer->query_rejected)
		return TSK_OK;
	return tsk_fail(
		call, TSK_NEGATIVE, "the query of workflow '%s' was rejected: it is %s",
		workflow_id,
		tsk_workflow_status_name((enum tsk_workflow_status)answer->query_rejected->status));
}

enum tsk_status tsk_query_workflow(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, const char *query, const char *input,
				   int64_t timeout_ms, const char **json)
{
	const Pb__Payloads *result = NULL;
	struct tsk_payloads payloads;

	*json = "null";
	if (ask_query(call, workflow_id, run_id, query, input, timeout_ms, &result))
		return tsk_error(call);
	payloads_from_wire(call, result, &payloads);
	*json = tsk_payloads_json(call, &payloads);
	return TSK_OK;
}

/* ---- handlers ---- */

#define METADATA_QUERY "__temporal_workflow_metadata"

/* The names in a list of definitions: [{"name": …}, …]. The SDK's own handlers begin with __. */
static void names_of(struct tsk_call *call, const cJSON *definition, const char *member,
		     struct tsk_strings *names)
{
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(definition, member);
	const char **items =
		tsk_alloc(call, ((size_t)cJSON_GetArraySize(list) + 1) * sizeof(char *));
	const cJSON *item;

	*names = (struct tsk_strings){ .items = NULL };
	cJSON_ArrayForEach(item, list)
	{
		const cJSON *name = cJSON_GetObjectItemCaseSensitive(item, "name");
		/* Without a name: a dynamic handler, which takes any. */
		const char *text =
			cJSON_IsString(name) && *name->valuestring ? name->valuestring : "*";

		if (strncmp(text, "__", 2))
			items[names->count++] = tsk_copy(call, text);
	}
	if (names->count)
		names->items = items;
}

static const char *text_of(struct tsk_call *call, const cJSON *object, const char *member)
{
	const cJSON *text = cJSON_GetObjectItemCaseSensitive(object, member);

	return cJSON_IsString(text) ? tsk_copy(call, text->valuestring) : "";
}

enum tsk_status tsk_workflow_handlers(struct tsk_call *call, const char *workflow_id,
				      const char *run_id, int64_t timeout_ms,
				      struct tsk_handlers *handlers)
{
	const Pb__Payloads *result = NULL;
	const enum tsk_status before = tsk_error(call);
	struct tsk_payload payload;

	*handlers = (struct tsk_handlers){ .workflow_type = "", .current_details = "" };
	if (ask_query(call, workflow_id, run_id, METADATA_QUERY, NULL, timeout_ms, &result)) {
		/* An SDK that does not know this query names it in its refusal. */
		if (before || tsk_error(call) != TSK_NEGATIVE ||
		    !strstr(tsk_error_message(call), METADATA_QUERY))
			return tsk_error(call);
		tsk_forget_error(call);
		return TSK_OK;
	}
	if (!result || result->n_payloads != 1)
		return TSK_OK;
	/* Through the codec server where the project encodes what it answers. */
	payload_from_wire(call, result->payloads[0], &payload);
	cJSON *root = cJSON_Parse(tsk_payload_json(call, &payload));
	const cJSON *definition = cJSON_GetObjectItemCaseSensitive(root, "definition");
	handlers->workflow_type = text_of(call, definition, "type");
	handlers->current_details = text_of(call, root, "currentDetails");
	names_of(call, definition, "signalDefinitions", &handlers->signals);
	names_of(call, definition, "queryDefinitions", &handlers->queries);
	names_of(call, definition, "updateDefinitions", &handlers->updates);
	cJSON_Delete(root);
	return TSK_OK;
}
