/* What an event says beside what struct tsk_event has room for. */
#include "client.h"

#include "call/call.h"

void retry_policy_from_wire(struct tsk_call *call, const Pb__RetryPolicy *message,
			    struct tsk_retry_policy *policy)
{
	const char **types;

	if (!message)
		return;
	types = tsk_alloc(call, (message->n_non_retryable_error_types + 1) * sizeof(*types));
	for (size_t i = 0; i < message->n_non_retryable_error_types; i++)
		types[i] = text_valid_utf8(call, message->non_retryable_error_types[i]);
	*policy = (struct tsk_retry_policy){
		.initial_interval_ms = duration_from_wire(message->initial_interval),
		.maximum_interval_ms = duration_from_wire(message->maximum_interval),
		.backoff_coefficient = message->backoff_coefficient,
		.maximum_attempts = message->maximum_attempts,
		.non_retryable_types = { message->n_non_retryable_error_types ? types : NULL,
					 message->n_non_retryable_error_types },
	};
}

static void started_from_wire(struct tsk_call *call,
			      const Pb__WorkflowExecutionStartedEventAttributes *message,
			      struct tsk_event_more *more)
{
	more->continued_run_id = text_valid_utf8(call, message->continued_execution_run_id);
	more->initiator = enum_name(call, &pb__continue_as_new_initiator__descriptor,
				    (int)message->initiator);
	more->cron = text_valid_utf8(call, message->cron_schedule);
	retry_policy_from_wire(call, message->retry_policy, &more->retry);
}

/* Only a sticky queue says whose it is. */
static const char *sticky_queue(struct tsk_call *call, const Pb__TaskQueue *queue)
{
	return queue && *queue->normal_name ? text_valid_utf8(call, queue->name) : "";
}

void event_more_from_wire(struct tsk_call *call, const Pb__HistoryEvent *message,
			  struct tsk_event *event)
{
	struct tsk_event_more more = { .continued_run_id = "",
				       .initiator = "",
				       .cron = "",
				       .parent_close_policy = "",
				       .sticky_queue = "" };
	struct tsk_event_more *kept;

	switch (message->attributes_case) {
	case PB__HISTORY_EVENT__ATTRIBUTES_WORKFLOW_EXECUTION_STARTED_EVENT_ATTRIBUTES:
		started_from_wire(call, message->workflow_execution_started_event_attributes,
				  &more);
		break;
	case PB__HISTORY_EVENT__ATTRIBUTES_ACTIVITY_TASK_SCHEDULED_EVENT_ATTRIBUTES:
		retry_policy_from_wire(
			call, message->activity_task_scheduled_event_attributes->retry_policy,
			&more.retry);
		break;
	case PB__HISTORY_EVENT__ATTRIBUTES_START_CHILD_WORKFLOW_EXECUTION_INITIATED_EVENT_ATTRIBUTES:
		more.parent_close_policy = enum_name(
			call, &pb__parent_close_policy__descriptor,
			(int)message->start_child_workflow_execution_initiated_event_attributes
				->parent_close_policy);
		break;
	case PB__HISTORY_EVENT__ATTRIBUTES_WORKFLOW_TASK_SCHEDULED_EVENT_ATTRIBUTES:
		more.sticky_queue = sticky_queue(
			call, message->workflow_task_scheduled_event_attributes->task_queue);
		if (!*more.sticky_queue)
			return;
		break;
	case PB__HISTORY_EVENT__ATTRIBUTES_WORKFLOW_TASK_STARTED_EVENT_ATTRIBUTES:
		more.suggests_continue_as_new =
			message->workflow_task_started_event_attributes->suggest_continue_as_new;
		/* Most do not, and there are many of them. */
		if (!more.suggests_continue_as_new)
			return;
		break;
	default: return;
	}
	kept = tsk_alloc(call, sizeof(*kept));
	*kept = more;
	event->more = call_beside_add(call, kept);
}

const struct tsk_event_more *tsk_event_more(const struct tsk_call *call,
					    const struct tsk_event *event)
{
	static const struct tsk_event_more nothing = { .continued_run_id = "",
						       .initiator = "",
						       .cron = "",
						       .parent_close_policy = "",
						       .sticky_queue = "" };
	const struct tsk_event_more *more = event ? call_beside(call, event->more) : NULL;

	return more ? more : &nothing;
}
