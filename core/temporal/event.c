/* History events: from the message, with its own kind of attributes for each event type, to one
 * flat struct.
 *
 * Upstream names the same thing alike in all of them (identity, scheduled_event_id, failure, …), so
 * a table of names says where each goes, and protobuf's own description of the message says where
 * it is.
 */
#include "client.h"
#include "marker.h"

#include <string.h>

/* What a field holds, and so how it is read. */
enum kind {
	NUMBER64,
	NUMBER32,
	TEXT,
	DURATION,
	ENUM,      /* its name */
	QUEUE,     /* TaskQueue */
	EXECUTION, /* WorkflowExecution: workflow_id and run_id */
	PARENT,    /* WorkflowExecution: parent_workflow_id */
	TYPE,      /* WorkflowType or ActivityType: its name */
	BUILD,     /* WorkerVersionStamp: its build id */
	RETRIES,   /* RetryPolicy: its maximum attempts */
	FAILURE,
	PAYLOADS,
	UPDATE,    /* update Request: id, name, arguments */
	UPDATE_ID, /* update Meta */
	OUTCOME    /* update Outcome: failure or result */
};

#define AT(member) offsetof(struct tsk_event, member)

static const struct row {
	const char *field;
	enum kind kind;
	size_t at; /* in struct tsk_event; where the kind does not say it already */
} rows[] = {
	{ "scheduled_event_id", NUMBER64, AT(scheduled_event_id) },
	{ "started_event_id", NUMBER64, AT(started_event_id) },
	{ "initiated_event_id", NUMBER64, AT(initiated_event_id) },
	{ "external_initiated_event_id", NUMBER64, AT(initiated_event_id) },
	{ "accepted_event_id", NUMBER64, AT(initiated_event_id) },
	{ "workflow_task_completed_event_id", NUMBER64, AT(completed_task_event_id) },
	{ "attempt", NUMBER32, AT(attempt) },
	{ "identity", TEXT, AT(identity) },
	{ "request_id", TEXT, AT(request_id) },
	{ "attached_request_id", TEXT, AT(request_id) },
	{ "workflow_id", TEXT, AT(workflow_id) },
	{ "original_execution_run_id", TEXT, AT(run_id) },
	{ "first_execution_run_id", TEXT, AT(first_run_id) },
	{ "new_execution_run_id", TEXT, AT(new_run_id) },
	{ "new_run_id", TEXT, AT(new_run_id) },
	{ "activity_id", TEXT, AT(activity_id) },
	{ "timer_id", TEXT, AT(timer_id) },
	{ "signal_name", TEXT, AT(signal_name) },
	{ "reason", TEXT, AT(reason) },
	{ "binary_checksum", TEXT, AT(binary_checksum) },
	{ "protocol_instance_id", TEXT, AT(update_id) },
	{ "cause", ENUM, AT(cause) },
	{ "timeout_type", ENUM, AT(timeout_type) },
	{ "retry_state", ENUM, AT(retry_state) },
	{ "start_to_fire_timeout", DURATION, AT(timer_ms) },
	{ "start_to_close_timeout", DURATION, AT(start_to_close_ms) },
	{ "schedule_to_close_timeout", DURATION, AT(schedule_to_close_ms) },
	{ "schedule_to_start_timeout", DURATION, AT(schedule_to_start_ms) },
	{ "heartbeat_timeout", DURATION, AT(heartbeat_ms) },
	{ "workflow_execution_timeout", DURATION, AT(execution_timeout_ms) },
	{ "workflow_run_timeout", DURATION, AT(run_timeout_ms) },
	{ "first_workflow_task_backoff", DURATION, AT(first_task_backoff_ms) },
	{ "backoff_start_interval", DURATION, AT(first_task_backoff_ms) },
	{ "workflow_type", TYPE, AT(workflow_type) },
	{ "activity_type", TYPE, AT(activity_type) },
	{ "worker_version", BUILD, AT(binary_checksum) },
	{ "task_queue", QUEUE, AT(task_queue) },
	{ "failure", FAILURE, AT(failure) },
	{ "last_failure", FAILURE, AT(failure) },
	{ "continued_failure", FAILURE, AT(failure) },
	{ "input", PAYLOADS, AT(input) },
	{ "result", PAYLOADS, AT(result) },
	{ "details", PAYLOADS, AT(result) },
	{ "workflow_execution", EXECUTION, 0 },
	{ "external_workflow_execution", EXECUTION, 0 },
	{ "parent_workflow_execution", PARENT, 0 },
	{ "retry_policy", RETRIES, 0 },
	{ "request", UPDATE, 0 },
	{ "accepted_request", UPDATE, 0 },
	{ "rejected_request", UPDATE, 0 },
	{ "meta", UPDATE_ID, 0 },
	{ "outcome", OUTCOME, 0 },
};

static const struct row *row_of(const char *field)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		if (strcmp(rows[i].field, field) == 0)
			return &rows[i];
	}
	return NULL;
}

/* ---- one field ---- */

/* Sets a text unless it is there already: two fields may say the same, and either may be empty. */
static void set_text(struct tsk_call *call, const char **place, const char *text)
{
	if (!**place)
		*place = text_valid_utf8(call, text);
}

static void set_update(struct tsk_call *call, const Pb__Request *request, struct tsk_event *event)
{
	if (request->meta) {
		set_text(call, &event->update_id, request->meta->update_id);
		set_text(call, &event->identity, request->meta->identity);
	}
	if (!request->input)
		return;
	set_text(call, &event->update_name, request->input->name);
	payloads_from_wire(call, request->input->args, &event->input);
}

static void set_outcome(struct tsk_call *call, const Pb__Outcome *outcome, struct tsk_event *event)
{
	if (outcome->value_case == PB__OUTCOME__VALUE_FAILURE)
		event->failure = failure_from_wire(call, outcome->failure);
	else if (outcome->value_case == PB__OUTCOME__VALUE_SUCCESS)
		payloads_from_wire(call, outcome->success, &event->result);
}

static void set_message(struct tsk_call *call, const struct row *row, const void *message,
			struct tsk_event *event)
{
	void *place = (char *)event + row->at;
	const Pb__WorkflowExecution *execution = message;
	const Pb__TaskQueue *queue = message;

	switch (row->kind) {
	case DURATION: *(int64_t *)place = duration_from_wire(message); break;
	case QUEUE:
		/* A sticky queue's own name means nothing to anyone; it says whose it is. */
		set_text(call, place, *queue->normal_name ? queue->normal_name : queue->name);
		break;
	case EXECUTION:
		set_text(call, &event->workflow_id, execution->workflow_id);
		set_text(call, &event->run_id, execution->run_id);
		break;
	case PARENT: set_text(call, &event->parent_workflow_id, execution->workflow_id); break;
	case TYPE:
		/* WorkflowType and ActivityType have the same shape: a name. */
		set_text(call, place, ((const Pb__WorkflowType *)message)->name);
		break;
	case BUILD:
		set_text(call, place, ((const Pb__WorkerVersionStamp *)message)->build_id);
		break;
	case RETRIES:
		event->maximum_attempts = ((const Pb__RetryPolicy *)message)->maximum_attempts;
		break;
	case FAILURE: *(const struct tsk_failure **)place = failure_from_wire(call, message); break;
	case PAYLOADS: payloads_from_wire(call, message, place); break;
	case UPDATE: set_update(call, message, event); break;
	case UPDATE_ID:
		set_text(call, &event->update_id, ((const Pb__Meta *)message)->update_id);
		break;
	case OUTCOME: set_outcome(call, message, event); break;
	case NUMBER64:
	case NUMBER32:
	case TEXT:
	case ENUM:
	default: break;
	}
}

static void set_field(struct tsk_call *call, const ProtobufCFieldDescriptor *field,
		      const void *value, struct tsk_event *event)
{
	const struct row *row = row_of(field->name);

	if (!row)
		return;
	void *place = (char *)event + row->at;
	switch ((int)field->type) {
	case PROTOBUF_C_TYPE_INT64: *(int64_t *)place = *(const int64_t *)value; break;
	case PROTOBUF_C_TYPE_INT32: *(int *)place = *(const int32_t *)value; break;
	case PROTOBUF_C_TYPE_ENUM:
		*(const char **)place = enum_name(call, field->descriptor, *(const int *)value);
		break;
	case PROTOBUF_C_TYPE_STRING:
		/* The cause of a cancel request is no enum but its reason, in words. */
		set_text(call, row->kind == ENUM ? &event->reason : (const char **)place,
			 *(char *const *)value);
		break;
	case PROTOBUF_C_TYPE_MESSAGE:
		if (*(void *const *)value)
			set_message(call, row, *(void *const *)value, event);
		break;
	default: break;
	}
}

/* ---- one event ---- */

/* The attributes that the event has; NULL: of a type that is not in our proto. */
static const ProtobufCMessage *attributes_of(const Pb__HistoryEvent *message)
{
	const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field(
		&pb__history_event__descriptor, (unsigned)message->attributes_case);

	if (!field || field->type != PROTOBUF_C_TYPE_MESSAGE)
		return NULL;
	return *(ProtobufCMessage *const *)((const char *)message + field->offset);
}

void event_from_wire(struct tsk_call *call, const Pb__HistoryEvent *message,
		     struct tsk_event *event)
{
	const ProtobufCMessage *attributes = attributes_of(message);

	*event = (struct tsk_event){
		.id = message->event_id,
		.at = time_from_wire(message->event_time),
		.type = (int)message->event_type,
		.type_name = tsk_event_type_name((int)message->event_type),
		.identity = "",
		.request_id = "",
		.task_queue = "",
		.workflow_id = "",
		.run_id = "",
		.workflow_type = "",
		.new_run_id = "",
		.first_run_id = "",
		.parent_workflow_id = "",
		.activity_id = "",
		.activity_type = "",
		.timer_id = "",
		.signal_name = "",
		.update_name = "",
		.update_id = "",
		.reason = "",
		.cause = "",
		.timeout_type = "",
		.retry_state = "",
		.binary_checksum = "",
	};
	for (unsigned i = 0; attributes && i < attributes->descriptor->n_fields; i++) {
		const ProtobufCFieldDescriptor *field = &attributes->descriptor->fields[i];

		if (field->label != PROTOBUF_C_LABEL_REPEATED)
			set_field(call, field, (const char *)attributes + field->offset, event);
	}
	if (message->attributes_case ==
	    PB__HISTORY_EVENT__ATTRIBUTES_MARKER_RECORDED_EVENT_ATTRIBUTES)
		marker_from_wire(call, message->marker_recorded_event_attributes, event);
	event_more_from_wire(call, message, event);
}
