/* Failures: chains from the wire, and which link explains them. */
#include "codec.h"
#include "convert.h"
#include "text/json_scan.h"

#include <temporal-skill/failure.h>
#include <temporal-skill/result.h>

#include <string.h>

/* As deep as an answer of the server is read at all (wire_unpack.c): a chain has its root at its
 * end, however long it is. */
#define LINKS_MOST 512

/* ---- from the wire ---- */

static void convert_activity(struct tsk_call *call, const Pb__ActivityFailureInfo *info,
			     struct tsk_failure *failure)
{
	failure->kind = TSK_FAILURE_ACTIVITY;
	failure->retry_state =
		enum_name(call, &pb__retry_state__descriptor, (int)info->retry_state);
	failure->activity_id = text_valid_utf8(call, info->activity_id);
	failure->identity = text_valid_utf8(call, info->identity);
	if (info->activity_type)
		failure->activity_type = text_valid_utf8(call, info->activity_type->name);
}

static void convert_child(struct tsk_call *call, const Pb__ChildWorkflowExecutionFailureInfo *info,
			  struct tsk_failure *failure)
{
	failure->kind = TSK_FAILURE_CHILD_WORKFLOW;
	failure->retry_state =
		enum_name(call, &pb__retry_state__descriptor, (int)info->retry_state);
	if (info->workflow_type)
		failure->workflow_type = text_valid_utf8(call, info->workflow_type->name);
	if (info->workflow_execution) {
		failure->workflow_id = text_valid_utf8(call, info->workflow_execution->workflow_id);
		failure->run_id = text_valid_utf8(call, info->workflow_execution->run_id);
	}
}

static void convert_timeout(struct tsk_call *call, const Pb__TimeoutFailureInfo *info,
			    struct tsk_failure *failure)
{
	failure->kind = TSK_FAILURE_TIMEOUT;
	failure->timeout_type =
		enum_name(call, &pb__timeout_type__descriptor, (int)info->timeout_type);
	payloads_from_wire(call, info->last_heartbeat_details, &failure->details);
}

static void convert_application(struct tsk_call *call, const Pb__ApplicationFailureInfo *info,
				struct tsk_failure *failure)
{
	failure->kind = TSK_FAILURE_APPLICATION;
	failure->type = text_valid_utf8(call, info->type);
	failure->non_retryable = info->non_retryable;
	payloads_from_wire(call, info->details, &failure->details);
}

static void convert_nexus(struct tsk_call *call, const Pb__NexusOperationFailureInfo *info,
			  struct tsk_failure *failure)
{
	failure->kind = TSK_FAILURE_NEXUS;
	failure->endpoint = text_valid_utf8(call, info->endpoint);
	failure->service = text_valid_utf8(call, info->service);
	failure->operation = text_valid_utf8(call, info->operation);
}

static void convert_info(struct tsk_call *call, const Pb__Failure *message,
			 struct tsk_failure *failure)
{
	switch (message->failure_info_case) {
	case PB__FAILURE__FAILURE_INFO_APPLICATION_FAILURE_INFO:
		convert_application(call, message->application_failure_info, failure);
		break;
	case PB__FAILURE__FAILURE_INFO_TIMEOUT_FAILURE_INFO:
		convert_timeout(call, message->timeout_failure_info, failure);
		break;
	case PB__FAILURE__FAILURE_INFO_CANCELED_FAILURE_INFO:
		failure->kind = TSK_FAILURE_CANCELED;
		failure->identity = text_valid_utf8(call, message->canceled_failure_info->identity);
		payloads_from_wire(call, message->canceled_failure_info->details,
				   &failure->details);
		break;
	case PB__FAILURE__FAILURE_INFO_TERMINATED_FAILURE_INFO:
		failure->kind = TSK_FAILURE_TERMINATED;
		failure->identity =
			text_valid_utf8(call, message->terminated_failure_info->identity);
		break;
	case PB__FAILURE__FAILURE_INFO_SERVER_FAILURE_INFO:
		failure->kind = TSK_FAILURE_SERVER;
		failure->non_retryable = message->server_failure_info->non_retryable;
		break;
	case PB__FAILURE__FAILURE_INFO_RESET_WORKFLOW_FAILURE_INFO:
		failure->kind = TSK_FAILURE_RESET_WORKFLOW;
		payloads_from_wire(call,
				   message->reset_workflow_failure_info->last_heartbeat_details,
				   &failure->details);
		break;
	case PB__FAILURE__FAILURE_INFO_ACTIVITY_FAILURE_INFO:
		convert_activity(call, message->activity_failure_info, failure);
		break;
	case PB__FAILURE__FAILURE_INFO_CHILD_WORKFLOW_EXECUTION_FAILURE_INFO:
		convert_child(call, message->child_workflow_execution_failure_info, failure);
		break;
	case PB__FAILURE__FAILURE_INFO_NEXUS_OPERATION_EXECUTION_FAILURE_INFO:
		convert_nexus(call, message->nexus_operation_execution_failure_info, failure);
		break;
	case PB__FAILURE__FAILURE_INFO_NEXUS_HANDLER_FAILURE_INFO:
		failure->kind = TSK_FAILURE_NEXUS;
		failure->type = text_valid_utf8(call, message->nexus_handler_failure_info->type);
		break;
	default: break;
	}
}

static struct tsk_failure *convert_link(struct tsk_call *call, const Pb__Failure *message)
{
	struct tsk_failure *failure = tsk_alloc(call, sizeof(*failure));

	*failure = (struct tsk_failure){
		.message = text_valid_utf8(call, message->message),
		.source = text_valid_utf8(call, message->source),
		.stack_trace = text_valid_utf8(call, message->stack_trace),
		.type = "",
		.timeout_type = "",
		.retry_state = "",
		.activity_type = "",
		.activity_id = "",
		.workflow_type = "",
		.workflow_id = "",
		.run_id = "",
		.identity = "",
		.endpoint = "",
		.service = "",
		.operation = "",
		.encoded = message->encoded_attributes != NULL,
	};
	payload_from_wire(call, message->encoded_attributes, &failure->encoded_attributes);
	convert_info(call, message, failure);
	return failure;
}

/* ---- encoded failures ---- */

static const char *take_text(struct tsk_call *call, struct json_piece piece)
{
	char *text = tsk_alloc(call, piece.size + 1);

	json_unescape(piece, text, piece.size + 1, NULL);
	return text;
}

/* Takes message and stack trace out of the attributes, where those are plain by now. */
static void read_attributes(struct tsk_call *call, const struct tsk_payload *payload,
			    struct tsk_failure *failure)
{
	struct json_cursor cursor = { (const char *)payload->data,
				      (const char *)payload->data + payload->size };
	struct json_piece key, value;

	if (strcmp(payload->encoding, "json/plain") != 0 ||
	    !tsk_json_check(cursor.at, payload->size, NULL) || json_kind(&cursor) != '{')
		return;
	json_enter(&cursor);
	while (json_next_member(&cursor, &key)) {
		bool is_text = json_kind(&cursor) == '"';
		const char *name = take_text(call, key);

		json_skip(&cursor, &value);
		if (is_text && strcmp(name, "message") == 0)
			failure->message = take_text(call, value);
		else if (is_text && strcmp(name, "stack_trace") == 0)
			failure->stack_trace = take_text(call, value);
	}
	failure->encoded = false;
}

/* Decodes the links that are encoded, with one request for the whole chain. Those that the SDK's
 * converter encoded without a codec behind it are plain JSON already. */
static void decode_links(struct tsk_call *call, struct tsk_failure *const *links, size_t count)
{
	struct tsk_payload plain[LINKS_MOST], batch[LINKS_MOST];
	struct tsk_failure *asked[LINKS_MOST];
	size_t batch_count = 0;

	for (size_t i = 0; i < count; i++) {
		if (!links[i]->encoded)
			continue;
		plain[i] = links[i]->encoded_attributes;
		read_attributes(call, &plain[i], links[i]);
		if (links[i]->encoded) {
			batch[batch_count] = plain[i];
			asked[batch_count++] = links[i];
		}
	}
	if (codec_decode(call, batch, batch_count))
		for (size_t i = 0; i < batch_count; i++)
			read_attributes(call, &batch[i], asked[i]);
}

const struct tsk_failure *failure_from_wire(struct tsk_call *call, const Pb__Failure *message)
{
	struct tsk_failure *links[LINKS_MOST] = { NULL };
	size_t count = 0;

	for (; message && count < LINKS_MOST; message = message->cause)
		links[count++] = convert_link(call, message);
	for (size_t i = 1; i < count; i++) {
		links[i - 1]->cause = links[i];
		links[i]->outer = links[i - 1];
	}
	decode_links(call, links, count);
	return count ? links[0] : NULL;
}

/* ---- which link explains the chain ---- */

static bool is_application(const struct tsk_failure *failure, const char *type)
{
	return failure->kind == TSK_FAILURE_APPLICATION && strcmp(failure->type, type) == 0;
}

/* Whether failure says more than cause, its own. */
static bool explains_more(const struct tsk_failure *failure, const struct tsk_failure *cause)
{
	/* The server hangs the timeout of the attempt before beneath the last one. */
	if (failure->kind == TSK_FAILURE_TIMEOUT && cause->kind == TSK_FAILURE_TIMEOUT)
		return strcmp(failure->timeout_type, cause->timeout_type) == 0;
	/* asyncio raises its TimeoutError from the CancelledError with which it stopped the wait,
	 * and what code raises while it is cancelled has that exception beneath. */
	if (failure->kind == TSK_FAILURE_APPLICATION && !is_application(failure, "CancelledError"))
		if (is_application(cause, "CancelledError") || cause->kind == TSK_FAILURE_CANCELED)
			return true;
	/* A process pool hands the traceback over as the cause of the exception proper. */
	if (is_application(cause, "_RemoteTraceback"))
		return true;
	return cause->kind == TSK_FAILURE_UNKNOWN && !*cause->message && !cause->encoded;
}

const struct tsk_failure *tsk_failure_root(const struct tsk_failure *failure)
{
	const struct tsk_failure *links[LINKS_MOST];
	size_t count = 0;

	for (; failure && count < LINKS_MOST; failure = failure->cause)
		links[count++] = failure;
	if (!count)
		return NULL;
	while (count > 1 && explains_more(links[count - 2], links[count - 1]))
		count--;
	return links[count - 1];
}

const char *tsk_failure_type(const struct tsk_failure *failure)
{
	static const char *const names[] = {
		[TSK_FAILURE_UNKNOWN] = "Failure",
		[TSK_FAILURE_APPLICATION] = "ApplicationError",
		[TSK_FAILURE_TIMEOUT] = "TimeoutFailure",
		[TSK_FAILURE_CANCELED] = "CanceledFailure",
		[TSK_FAILURE_TERMINATED] = "TerminatedFailure",
		[TSK_FAILURE_SERVER] = "ServerFailure",
		[TSK_FAILURE_RESET_WORKFLOW] = "ResetWorkflowFailure",
		[TSK_FAILURE_ACTIVITY] = "ActivityFailure",
		[TSK_FAILURE_CHILD_WORKFLOW] = "ChildWorkflowExecutionFailure",
		[TSK_FAILURE_NEXUS] = "NexusOperationFailure",
	};

	if (failure->type && *failure->type)
		return failure->type;
	if (failure->timeout_type && *failure->timeout_type)
		return failure->timeout_type;
	return names[failure->kind];
}

const char *tsk_cause_text(struct tsk_call *call, const char *type, const char *message,
			   const char *location, size_t limit)
{
	struct tsk_text text = { .call = call };

	if (type && *type)
		tsk_text_add(&text, type);
	if (message && *message)
		tsk_text_join(&text, ": ", "%s", tsk_shorten(call, message, limit));
	if (location && *location)
		tsk_text_join(&text, " at ", "%s", location);
	return tsk_text_value(&text);
}

const char *tsk_failure_text(struct tsk_call *call, const struct tsk_failure *failure, size_t limit)
{
	const struct tsk_failure *root = tsk_failure_root(failure);

	return tsk_cause_text(call, tsk_failure_type(root), root->message,
			      tsk_failure_location(call, root), limit);
}
