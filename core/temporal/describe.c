/* What the server says of a workflow: DescribeWorkflowExecution, and the part that lists share with
 * it. */
#include "client.h"

#include "call/call.h"

#include <cjson/cJSON.h>

/* ---- the part that lists have, too ---- */

/* TemporalReportedProblems: a JSON list of texts. */
static void problems_from_wire(struct tsk_call *call, const Pb__SearchAttributes *attributes,
			       struct tsk_strings *problems)
{
	const Pb__Payload *payload = search_attribute(attributes, "TemporalReportedProblems");
	const char **items;
	cJSON *list, *item;

	if (!payload)
		return;
	list = cJSON_ParseWithLength((const char *)payload->data.data, payload->data.len);
	items = tsk_alloc(call, ((size_t)cJSON_GetArraySize(list) + 1) * sizeof(*items));
	problems->items = items;
	cJSON_ArrayForEach(item, list)
	{
		if (cJSON_IsString(item))
			items[problems->count++] =
				tsk_copy(call, text_valid_utf8(call, item->valuestring));
	}
	cJSON_Delete(list);
	if (!problems->count)
		problems->items = NULL;
}

static void execution_from_wire(struct tsk_call *call, const Pb__WorkflowExecution *message,
				const char **workflow_id, const char **run_id)
{
	*workflow_id = message ? text_valid_utf8(call, message->workflow_id) : "";
	*run_id = message ? text_valid_utf8(call, message->run_id) : "";
}

static enum tsk_workflow_status status_from_wire(Pb__WorkflowExecutionStatus status)
{
	/* A status that is newer than this program: unspecified. */
	return (unsigned)status <= TSK_WORKFLOW_PAUSED ? (enum tsk_workflow_status)status
						       : TSK_WORKFLOW_UNSPECIFIED;
}

static const char *pinned_version(struct tsk_call *call,
				  const Pb__WorkflowExecutionVersioningInfo *info)
{
	if (!info || !info->deployment_version ||
	    info->behavior != PB__VERSIONING_BEHAVIOR__VERSIONING_BEHAVIOR_PINNED)
		return "";
	return tsk_format(call, "%s:%s",
			  text_valid_utf8(call, info->deployment_version->deployment_name),
			  text_valid_utf8(call, info->deployment_version->build_id));
}

void workflow_from_wire(struct tsk_call *call, const Pb__WorkflowExecutionInfo *message,
			struct tsk_workflow *workflow)
{
	static const Pb__WorkflowExecutionInfo nothing = PB__WORKFLOW_EXECUTION_INFO__INIT;

	if (!message)
		message = &nothing;
	*workflow = (struct tsk_workflow){
		.type = message->type ? text_valid_utf8(call, message->type->name) : "",
		.task_queue = text_valid_utf8(call, message->task_queue),
		.status = status_from_wire(message->status),
		.started_at = time_from_wire(message->start_time),
		.closed_at = time_from_wire(message->close_time),
		.execution_at = time_from_wire(message->execution_time),
		.history_length = message->history_length,
		.history_bytes = message->history_size_bytes,
		.first_run_id = text_valid_utf8(call, message->first_run_id),
		.cron = "",
	};
	execution_from_wire(call, message->execution, &workflow->workflow_id, &workflow->run_id);
	execution_from_wire(call, message->parent_execution, &workflow->parent_workflow_id,
			    &workflow->parent_run_id);
	problems_from_wire(call, message->search_attributes, &workflow->reported_problems);
	workflow->pinned_version = pinned_version(call, message->versioning_info);
	listed_more_from_wire(call, message, workflow);
}

/* ---- what only describe has ---- */

static void activity_from_wire(struct tsk_call *call, const Pb__PendingActivityInfo *message,
			       struct tsk_pending_activity *activity)
{
	const Pb__ActivityOptions *options = message->activity_options;

	*activity = (struct tsk_pending_activity){
		.id = text_valid_utf8(call, message->activity_id),
		.type = message->activity_type ? text_valid_utf8(call, message->activity_type->name)
					       : "",
		.task_queue = options && options->task_queue
				      ? text_valid_utf8(call, options->task_queue->name)
				      : "",
		.state = (unsigned)message->state <= TSK_ACTIVITY_PAUSE_REQUESTED
				 ? (enum tsk_pending_activity_state)message->state
				 : TSK_ACTIVITY_UNSPECIFIED,
		.paused = message->paused,
		.attempt = message->attempt,
		.maximum_attempts = message->maximum_attempts,
		.scheduled_at = time_from_wire(message->scheduled_time),
		.last_started_at = time_from_wire(message->last_started_time),
		.last_heartbeat_at = time_from_wire(message->last_heartbeat_time),
		.next_attempt_at = time_from_wire(message->next_attempt_schedule_time),
		.expires_at = time_from_wire(message->expiration_time),
		.last_completed_at = time_from_wire(message->last_attempt_complete_time),
		.last_worker_identity = text_valid_utf8(call, message->last_worker_identity),
		.last_failure = failure_from_wire(call, message->last_failure),
	};
}

static void activities_from_wire(struct tsk_call *call,
				 const Pb__DescribeWorkflowExecutionResponse *message,
				 struct tsk_workflow *workflow)
{
	struct tsk_pending_activity *activities =
		tsk_alloc(call, message->n_pending_activities * sizeof(*activities));

	for (size_t i = 0; i < message->n_pending_activities; i++)
		activity_from_wire(call, message->pending_activities[i], &activities[i]);
	workflow->pending_activities = activities;
	workflow->pending_activity_count = message->n_pending_activities;
}

static void children_from_wire(struct tsk_call *call,
			       const Pb__DescribeWorkflowExecutionResponse *message,
			       struct tsk_workflow *workflow)
{
	struct tsk_pending_child *children =
		tsk_alloc(call, message->n_pending_children * sizeof(*children));

	for (size_t i = 0; i < message->n_pending_children; i++) {
		const Pb__PendingChildExecutionInfo *child = message->pending_children[i];

		children[i] = (struct tsk_pending_child){
			.workflow_id = text_valid_utf8(call, child->workflow_id),
			.run_id = text_valid_utf8(call, child->run_id),
			.type = text_valid_utf8(call, child->workflow_type_name),
		};
	}
	workflow->pending_children = children;
	workflow->pending_child_count = message->n_pending_children;
}

static void nexus_from_wire(struct tsk_call *call,
			    const Pb__DescribeWorkflowExecutionResponse *message,
			    struct tsk_workflow *workflow)
{
	struct tsk_pending_nexus *operations =
		tsk_alloc(call, message->n_pending_nexus_operations * sizeof(*operations));

	for (size_t i = 0; i < message->n_pending_nexus_operations; i++) {
		const Pb__PendingNexusOperationInfo *operation =
			message->pending_nexus_operations[i];

		operations[i] = (struct tsk_pending_nexus){
			.endpoint = text_valid_utf8(call, operation->endpoint),
			.service = text_valid_utf8(call, operation->service),
			.operation = text_valid_utf8(call, operation->operation),
			.blocked_reason = text_valid_utf8(call, operation->blocked_reason),
			.attempt = operation->attempt,
			.next_attempt_at = time_from_wire(operation->next_attempt_schedule_time),
			.last_failure = failure_from_wire(call, operation->last_attempt_failure),
		};
	}
	workflow->pending_nexus = operations;
	workflow->pending_nexus_count = message->n_pending_nexus_operations;
}

static void task_from_wire(const Pb__PendingWorkflowTaskInfo *message,
			   struct tsk_pending_workflow_task *task)
{
	if (!message)
		return;
	task->present = true;
	task->started = message->state ==
			PB__PENDING_WORKFLOW_TASK_STATE__PENDING_WORKFLOW_TASK_STATE_STARTED;
	task->attempt = message->attempt;
	task->scheduled_at = time_from_wire(message->scheduled_time);
	task->original_scheduled_at = time_from_wire(message->original_scheduled_time);
	task->started_at = time_from_wire(message->started_time);
}

static const struct tsk_workflow *described_from_wire(
	struct tsk_call *call, const Pb__DescribeWorkflowExecutionResponse *message)
{
	struct tsk_workflow *workflow = tsk_alloc(call, sizeof(*workflow));
	const Pb__WorkflowExecutionConfig *config = message->execution_config;

	workflow_from_wire(call, message->workflow_execution_info, workflow);
	task_from_wire(message->pending_workflow_task, &workflow->pending_task);
	activities_from_wire(call, message, workflow);
	children_from_wire(call, message, workflow);
	nexus_from_wire(call, message, workflow);
	workflow_more_from_wire(call, message, workflow);
	if (message->workflow_extended_info)
		workflow->cancel_requested = message->workflow_extended_info->cancel_requested;
	if (config) {
		workflow->execution_timeout =
			duration_from_wire(config->workflow_execution_timeout);
		workflow->run_timeout = duration_from_wire(config->workflow_run_timeout);
		workflow->task_timeout = duration_from_wire(config->default_workflow_task_timeout);
		if (!*workflow->task_queue && config->task_queue)
			workflow->task_queue = text_valid_utf8(call, config->task_queue->name);
	}
	return workflow;
}

/* ---- asking ---- */

static void ask_of(struct tsk_call *call, const char *workflow_id, const char *run_id,
		   struct exchange *exchange)
{
	Pb__DescribeWorkflowExecutionRequest *request = tsk_alloc(call, sizeof(*request));

	pb__describe_workflow_execution_request__init(request);
	request->namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request->execution = execution_to_wire(call, workflow_id, run_id);
	*exchange =
		(struct exchange){ .method = "DescribeWorkflowExecution",
				   .message = &request->base,
				   .answers = &pb__describe_workflow_execution_response__descriptor,
				   .workflow_id = workflow_id,
				   .run_id = run_id };
}

enum tsk_status tsk_describe_workflow(struct tsk_call *call, const char *workflow_id,
				      const char *run_id, const struct tsk_workflow **workflow)
{
	struct exchange exchange;

	*workflow = NULL;
	ask_of(call, workflow_id, run_id, &exchange);
	if (exchange_one(call, &exchange))
		return tsk_error(call);
	*workflow = described_from_wire(call, exchange.answer);
	return TSK_OK;
}

enum tsk_status tsk_describe_workflows(struct tsk_call *call, const char *const *workflow_ids,
				       const char *const *run_ids, size_t count,
				       const struct tsk_workflow **workflows,
				       enum tsk_status *statuses)
{
	struct exchange *exchanges = tsk_alloc(call, count * sizeof(*exchanges));
	enum tsk_status status;

	for (size_t i = 0; i < count; i++)
		ask_of(call, workflow_ids[i], run_ids ? run_ids[i] : NULL, &exchanges[i]);
	status = exchange_all(call, exchanges, count);
	for (size_t i = 0; i < count; i++) {
		bool fine = exchanges[i].asked && exchanges[i].status == TSK_OK;

		statuses[i] = exchanges[i].asked ? exchanges[i].status : status;
		workflows[i] = fine ? described_from_wire(call, exchanges[i].answer) : NULL;
		/* One is the failure of that workflow; a server that is gone is the failure of all.
		 */
		if (!status && exchanges[i].unreachable)
			status = exchange_fail(call, &exchanges[i]);
	}
	return status;
}
