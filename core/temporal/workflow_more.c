/* What the server says of a workflow beside what struct tsk_workflow has room for. */
#include "client.h"

#include "call/call.h"

#include <cjson/cJSON.h>
#include <string.h>

static const struct tsk_workflow_more nothing = {
	.pause = { .identity = "", .reason = "", .rule = "" },
	.schedule_id = "",
};

const Pb__Payload *search_attribute(const Pb__SearchAttributes *attributes, const char *name)
{
	for (size_t i = 0; attributes && i < attributes->n_indexed_fields; i++)
		if (strcmp(attributes->indexed_fields[i]->key, name) == 0)
			return attributes->indexed_fields[i]->value;
	return NULL;
}

/* A keyword: a JSON text. */
static const char *keyword(struct tsk_call *call, const Pb__SearchAttributes *attributes,
			   const char *name)
{
	const Pb__Payload *payload = search_attribute(attributes, name);
	const char *text = "";
	cJSON *value;

	if (!payload)
		return "";
	value = cJSON_ParseWithLength((const char *)payload->data.data, payload->data.len);
	if (cJSON_IsString(value))
		text = tsk_copy(call, text_valid_utf8(call, value->valuestring));
	cJSON_Delete(value);
	return text;
}

void listed_more_from_wire(struct tsk_call *call, const Pb__WorkflowExecutionInfo *message,
			   struct tsk_workflow *workflow)
{
	const char *schedule = keyword(call, message->search_attributes, "TemporalScheduledById");
	struct tsk_workflow_more *more;

	if (!*schedule)
		return;
	more = tsk_alloc(call, sizeof(*more));
	*more = nothing;
	more->schedule_id = schedule;
	workflow->more = call_beside_add(call, more);
}

static struct tsk_pause pause_of_activity(struct tsk_call *call,
					  const Pb__PendingActivityInfo__PauseInfo *message)
{
	struct tsk_pause pause = nothing.pause;

	if (!message)
		return pause;
	pause.at = time_from_wire(message->pause_time);
	if (message->paused_by_case == PB__PENDING_ACTIVITY_INFO__PAUSE_INFO__PAUSED_BY_MANUAL) {
		pause.identity = text_valid_utf8(call, message->manual->identity);
		pause.reason = text_valid_utf8(call, message->manual->reason);
	} else if (message->paused_by_case ==
		   PB__PENDING_ACTIVITY_INFO__PAUSE_INFO__PAUSED_BY_RULE) {
		pause.identity = text_valid_utf8(call, message->rule->identity);
		pause.reason = text_valid_utf8(call, message->rule->reason);
		pause.rule = text_valid_utf8(call, message->rule->rule_id);
	}
	return pause;
}

static struct tsk_pending_activity_more activity_more(struct tsk_call *call,
						      const Pb__PendingActivityInfo *message)
{
	const Pb__ActivityOptions *options = message->activity_options;
	struct tsk_pending_activity_more more = { .pause = pause_of_activity(call,
									     message->pause_info) };

	payloads_from_wire(call, message->heartbeat_details, &more.heartbeat_details);
	if (!options)
		return more;
	retry_policy_from_wire(call, options->retry_policy, &more.retry);
	more.start_to_close_ms = duration_from_wire(options->start_to_close_timeout);
	more.schedule_to_close_ms = duration_from_wire(options->schedule_to_close_timeout);
	more.schedule_to_start_ms = duration_from_wire(options->schedule_to_start_timeout);
	more.heartbeat_ms = duration_from_wire(options->heartbeat_timeout);
	return more;
}

static struct tsk_pending_nexus_more nexus_more(struct tsk_call *call,
						const Pb__PendingNexusOperationInfo *message)
{
	return (struct tsk_pending_nexus_more){
		.state = enum_name(call, &pb__pending_nexus_operation_state__descriptor,
				   (int)message->state),
		.scheduled_at = time_from_wire(message->scheduled_time),
		.schedule_to_close_ms = duration_from_wire(message->schedule_to_close_timeout),
	};
}

void workflow_more_from_wire(struct tsk_call *call,
			     const Pb__DescribeWorkflowExecutionResponse *message,
			     struct tsk_workflow *workflow)
{
	const Pb__WorkflowExecutionExtendedInfo *extended = message->workflow_extended_info;
	const Pb__WorkflowExecutionPauseInfo *pause = extended ? extended->pause_info : NULL;
	struct tsk_workflow_more *more = tsk_alloc(call, sizeof(*more));
	struct tsk_pending_activity_more *activities =
		tsk_alloc(call, message->n_pending_activities * sizeof(*activities));
	struct tsk_pending_nexus_more *operations =
		tsk_alloc(call, message->n_pending_nexus_operations * sizeof(*operations));

	*more = *tsk_workflow_more(call, workflow);
	for (size_t i = 0; i < message->n_pending_activities; i++)
		activities[i] = activity_more(call, message->pending_activities[i]);
	for (size_t i = 0; i < message->n_pending_nexus_operations; i++)
		operations[i] = nexus_more(call, message->pending_nexus_operations[i]);
	more->activities = activities;
	more->activity_count = message->n_pending_activities;
	more->nexus = operations;
	more->nexus_count = message->n_pending_nexus_operations;
	if (pause) {
		more->pause.at = time_from_wire(pause->paused_time);
		more->pause.identity = text_valid_utf8(call, pause->identity);
		more->pause.reason = text_valid_utf8(call, pause->reason);
	}
	workflow->more = call_beside_add(call, more);
}

const struct tsk_workflow_more *tsk_workflow_more(const struct tsk_call *call,
						  const struct tsk_workflow *workflow)
{
	const struct tsk_workflow_more *more = call_beside(call, workflow->more);

	return more ? more : &nothing;
}

const struct tsk_pending_activity_more *tsk_pending_activity_more(
	const struct tsk_call *call, const struct tsk_workflow *workflow,
	const struct tsk_pending_activity *activity)
{
	static const struct tsk_pending_activity_more none = {
		.pause = { .identity = "", .reason = "", .rule = "" }
	};
	const struct tsk_workflow_more *more = tsk_workflow_more(call, workflow);

	if (!activity || activity < workflow->pending_activities ||
	    activity >= workflow->pending_activities + more->activity_count)
		return &none;
	return &more->activities[activity - workflow->pending_activities];
}
