/* What the messages of a history are: written by `make history-schema` from upstream's
 * descriptors. */
#include "history_schema.h"

/* clang-format off */
static const struct schema_value values_0[] = { /* temporal.api.enums.v1.EventType */
	{"EVENT_TYPE_UNSPECIFIED", 0}, {"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED", 1},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED", 2},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_FAILED", 3},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_TIMED_OUT", 4},
	{"EVENT_TYPE_WORKFLOW_TASK_SCHEDULED", 5}, {"EVENT_TYPE_WORKFLOW_TASK_STARTED", 6},
	{"EVENT_TYPE_WORKFLOW_TASK_COMPLETED", 7}, {"EVENT_TYPE_WORKFLOW_TASK_TIMED_OUT", 8},
	{"EVENT_TYPE_WORKFLOW_TASK_FAILED", 9}, {"EVENT_TYPE_ACTIVITY_TASK_SCHEDULED", 10},
	{"EVENT_TYPE_ACTIVITY_TASK_STARTED", 11}, {"EVENT_TYPE_ACTIVITY_TASK_COMPLETED", 12},
	{"EVENT_TYPE_ACTIVITY_TASK_FAILED", 13}, {"EVENT_TYPE_ACTIVITY_TASK_TIMED_OUT", 14},
	{"EVENT_TYPE_ACTIVITY_TASK_CANCEL_REQUESTED", 15},
	{"EVENT_TYPE_ACTIVITY_TASK_CANCELED", 16}, {"EVENT_TYPE_TIMER_STARTED", 17},
	{"EVENT_TYPE_TIMER_FIRED", 18}, {"EVENT_TYPE_TIMER_CANCELED", 19},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_CANCEL_REQUESTED", 20},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_CANCELED", 21},
	{"EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED", 22},
	{"EVENT_TYPE_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED", 23},
	{"EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_CANCEL_REQUESTED", 24},
	{"EVENT_TYPE_MARKER_RECORDED", 25}, {"EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED", 26},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_TERMINATED", 27},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_CONTINUED_AS_NEW", 28},
	{"EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_INITIATED", 29},
	{"EVENT_TYPE_START_CHILD_WORKFLOW_EXECUTION_FAILED", 30},
	{"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_STARTED", 31},
	{"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_COMPLETED", 32},
	{"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_FAILED", 33},
	{"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_CANCELED", 34},
	{"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TIMED_OUT", 35},
	{"EVENT_TYPE_CHILD_WORKFLOW_EXECUTION_TERMINATED", 36},
	{"EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_INITIATED", 37},
	{"EVENT_TYPE_SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED", 38},
	{"EVENT_TYPE_EXTERNAL_WORKFLOW_EXECUTION_SIGNALED", 39},
	{"EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES", 40},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED", 41},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_REJECTED", 42},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED", 43},
	{"EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED_EXTERNALLY", 44},
	{"EVENT_TYPE_ACTIVITY_PROPERTIES_MODIFIED_EXTERNALLY", 45},
	{"EVENT_TYPE_WORKFLOW_PROPERTIES_MODIFIED", 46},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ADMITTED", 47},
	{"EVENT_TYPE_NEXUS_OPERATION_SCHEDULED", 48}, {"EVENT_TYPE_NEXUS_OPERATION_STARTED", 49},
	{"EVENT_TYPE_NEXUS_OPERATION_COMPLETED", 50}, {"EVENT_TYPE_NEXUS_OPERATION_FAILED", 51},
	{"EVENT_TYPE_NEXUS_OPERATION_CANCELED", 52},
	{"EVENT_TYPE_NEXUS_OPERATION_TIMED_OUT", 53},
	{"EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUESTED", 54},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED", 55},
	{"EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUEST_COMPLETED", 56},
	{"EVENT_TYPE_NEXUS_OPERATION_CANCEL_REQUEST_FAILED", 57},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_PAUSED", 58},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_UNPAUSED", 59},
	{"EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED", 60}, };
static const struct schema_value values_1[] = { /* temporal.api.enums.v1.ExecutionType */
	{"EXECUTION_TYPE_UNSPECIFIED", 0}, {"EXECUTION_TYPE_WORKFLOW", 1},
	{"EXECUTION_TYPE_ACTIVITY", 2}, {"EXECUTION_TYPE_NEXUS_OPERATION", 3}, };
static const struct schema_value values_2[] = { /* temporal.api.enums.v1.TaskQueueKind */
	{"TASK_QUEUE_KIND_UNSPECIFIED", 0}, {"TASK_QUEUE_KIND_NORMAL", 1},
	{"TASK_QUEUE_KIND_STICKY", 2}, {"TASK_QUEUE_KIND_WORKER_COMMANDS", 3}, };
static const struct schema_value values_3[] = { /* temporal.api.enums.v1.ContinueAsNewInitiator */
	{"CONTINUE_AS_NEW_INITIATOR_UNSPECIFIED", 0}, {"CONTINUE_AS_NEW_INITIATOR_WORKFLOW", 1},
	{"CONTINUE_AS_NEW_INITIATOR_RETRY", 2}, {"CONTINUE_AS_NEW_INITIATOR_CRON_SCHEDULE", 3}, };
static const struct schema_value values_4[] = { /* temporal.api.enums.v1.ApplicationErrorCategory */
	{"APPLICATION_ERROR_CATEGORY_UNSPECIFIED", 0}, {"APPLICATION_ERROR_CATEGORY_BENIGN", 1}, };
static const struct schema_value values_5[] = { /* temporal.api.enums.v1.TimeoutType */
	{"TIMEOUT_TYPE_UNSPECIFIED", 0}, {"TIMEOUT_TYPE_START_TO_CLOSE", 1},
	{"TIMEOUT_TYPE_SCHEDULE_TO_START", 2}, {"TIMEOUT_TYPE_SCHEDULE_TO_CLOSE", 3},
	{"TIMEOUT_TYPE_HEARTBEAT", 4}, };
static const struct schema_value values_6[] = { /* temporal.api.enums.v1.RetryState */
	{"RETRY_STATE_UNSPECIFIED", 0}, {"RETRY_STATE_IN_PROGRESS", 1},
	{"RETRY_STATE_NON_RETRYABLE_FAILURE", 2}, {"RETRY_STATE_TIMEOUT", 3},
	{"RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED", 4}, {"RETRY_STATE_RETRY_POLICY_NOT_SET", 5},
	{"RETRY_STATE_INTERNAL_SERVER_ERROR", 6}, {"RETRY_STATE_CANCEL_REQUESTED", 7}, };
static const struct schema_value values_7[] = { /* temporal.api.enums.v1.NexusHandlerErrorRetryBehavior */
	{"NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_UNSPECIFIED", 0},
	{"NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_RETRYABLE", 1},
	{"NEXUS_HANDLER_ERROR_RETRY_BEHAVIOR_NON_RETRYABLE", 2}, };
static const struct schema_value values_8[] = { /* temporal.api.workflow.v1.VersioningOverride.PinnedOverrideBehavior */
	{"PINNED_OVERRIDE_BEHAVIOR_UNSPECIFIED", 0}, {"PINNED_OVERRIDE_BEHAVIOR_PINNED", 1}, };
static const struct schema_value values_9[] = { /* temporal.api.enums.v1.VersioningBehavior */
	{"VERSIONING_BEHAVIOR_UNSPECIFIED", 0}, {"VERSIONING_BEHAVIOR_PINNED", 1},
	{"VERSIONING_BEHAVIOR_AUTO_UPGRADE", 2}, };
static const struct schema_value values_10[] = { /* temporal.api.enums.v1.ContinueAsNewVersioningBehavior */
	{"CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_UNSPECIFIED", 0},
	{"CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_AUTO_UPGRADE", 1},
	{"CONTINUE_AS_NEW_VERSIONING_BEHAVIOR_USE_RAMPING_VERSION", 2}, };
static const struct schema_value values_11[] = { /* temporal.api.enums.v1.SuggestContinueAsNewReason */
	{"SUGGEST_CONTINUE_AS_NEW_REASON_UNSPECIFIED", 0},
	{"SUGGEST_CONTINUE_AS_NEW_REASON_HISTORY_SIZE_TOO_LARGE", 1},
	{"SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_HISTORY_EVENTS", 2},
	{"SUGGEST_CONTINUE_AS_NEW_REASON_TOO_MANY_UPDATES", 3}, };
static const struct schema_value values_12[] = { /* temporal.api.enums.v1.WorkflowTaskFailedCause */
	{"WORKFLOW_TASK_FAILED_CAUSE_UNSPECIFIED", 0},
	{"WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND", 1},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_ACTIVITY_ATTRIBUTES", 2},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES", 3},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_START_TIMER_ATTRIBUTES", 4},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_TIMER_ATTRIBUTES", 5},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_RECORD_MARKER_ATTRIBUTES", 6},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_COMPLETE_WORKFLOW_EXECUTION_ATTRIBUTES", 7},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_FAIL_WORKFLOW_EXECUTION_ATTRIBUTES", 8},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_CANCEL_WORKFLOW_EXECUTION_ATTRIBUTES", 9},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_EXTERNAL_WORKFLOW_EXECUTION_ATTRIBUTES", 10},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_CONTINUE_AS_NEW_ATTRIBUTES", 11},
	{"WORKFLOW_TASK_FAILED_CAUSE_START_TIMER_DUPLICATE_ID", 12},
	{"WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE", 13},
	{"WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE", 14},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_WORKFLOW_EXECUTION_ATTRIBUTES", 15},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_START_CHILD_EXECUTION_ATTRIBUTES", 16},
	{"WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND", 17},
	{"WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND", 18},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_SIGNAL_INPUT_SIZE", 19},
	{"WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW", 20},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_BINARY", 21},
	{"WORKFLOW_TASK_FAILED_CAUSE_SCHEDULE_ACTIVITY_DUPLICATE_ID", 22},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES", 23},
	{"WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR", 24},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_MODIFY_WORKFLOW_PROPERTIES_ATTRIBUTES", 25},
	{"WORKFLOW_TASK_FAILED_CAUSE_PENDING_CHILD_WORKFLOWS_LIMIT_EXCEEDED", 26},
	{"WORKFLOW_TASK_FAILED_CAUSE_PENDING_ACTIVITIES_LIMIT_EXCEEDED", 27},
	{"WORKFLOW_TASK_FAILED_CAUSE_PENDING_SIGNALS_LIMIT_EXCEEDED", 28},
	{"WORKFLOW_TASK_FAILED_CAUSE_PENDING_REQUEST_CANCEL_LIMIT_EXCEEDED", 29},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_UPDATE_WORKFLOW_EXECUTION_MESSAGE", 30},
	{"WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE", 31},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_SCHEDULE_NEXUS_OPERATION_ATTRIBUTES", 32},
	{"WORKFLOW_TASK_FAILED_CAUSE_PENDING_NEXUS_OPERATIONS_LIMIT_EXCEEDED", 33},
	{"WORKFLOW_TASK_FAILED_CAUSE_BAD_REQUEST_CANCEL_NEXUS_OPERATION_ATTRIBUTES", 34},
	{"WORKFLOW_TASK_FAILED_CAUSE_FEATURE_DISABLED", 35},
	{"WORKFLOW_TASK_FAILED_CAUSE_GRPC_MESSAGE_TOO_LARGE", 36},
	{"WORKFLOW_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE", 37},
	{"WORKFLOW_TASK_FAILED_CAUSE_EXTERNAL_STORAGE_FAILURE", 38},
	{"WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_PAUSE_REQUESTED_BEFORE_TASK_STARTED", 39},
	{"WORKFLOW_TASK_FAILED_CAUSE_REQUEST_TOO_LARGE", 40}, };
static const struct schema_value values_13[] = { /* temporal.api.enums.v1.ActivityTaskFailedCause */
	{"ACTIVITY_TASK_FAILED_CAUSE_UNSPECIFIED", 0},
	{"ACTIVITY_TASK_FAILED_CAUSE_PAYLOADS_TOO_LARGE", 1},
	{"ACTIVITY_TASK_FAILED_CAUSE_EXTERNAL_STORAGE_FAILURE", 2},
	{"ACTIVITY_TASK_FAILED_CAUSE_ACTIVITY_WORKER_UNHANDLED_FAILURE", 3}, };
static const struct schema_value values_14[] = { /* temporal.api.enums.v1.CancelExternalWorkflowExecutionFailedCause */
	{"CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED", 0},
	{"CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND", 1},
	{"CANCEL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND", 2}, };
static const struct schema_value values_15[] = { /* temporal.api.enums.v1.ParentClosePolicy */
	{"PARENT_CLOSE_POLICY_UNSPECIFIED", 0}, {"PARENT_CLOSE_POLICY_TERMINATE", 1},
	{"PARENT_CLOSE_POLICY_ABANDON", 2}, {"PARENT_CLOSE_POLICY_REQUEST_CANCEL", 3}, };
static const struct schema_value values_16[] = { /* temporal.api.enums.v1.WorkflowIdReusePolicy */
	{"WORKFLOW_ID_REUSE_POLICY_UNSPECIFIED", 0},
	{"WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE", 1},
	{"WORKFLOW_ID_REUSE_POLICY_ALLOW_DUPLICATE_FAILED_ONLY", 2},
	{"WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE", 3},
	{"WORKFLOW_ID_REUSE_POLICY_TERMINATE_IF_RUNNING", 4}, };
static const struct schema_value values_17[] = { /* temporal.api.enums.v1.StartChildWorkflowExecutionFailedCause */
	{"START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED", 0},
	{"START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS", 1},
	{"START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND", 2},
	{"START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_INVALID_VERSIONING_OVERRIDE", 3}, };
static const struct schema_value values_18[] = { /* temporal.api.enums.v1.SignalExternalWorkflowExecutionFailedCause */
	{"SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_UNSPECIFIED", 0},
	{"SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_EXTERNAL_WORKFLOW_EXECUTION_NOT_FOUND", 1},
	{"SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_NAMESPACE_NOT_FOUND", 2},
	{"SIGNAL_EXTERNAL_WORKFLOW_EXECUTION_FAILED_CAUSE_SIGNAL_COUNT_LIMIT_EXCEEDED", 3}, };
static const struct schema_value values_19[] = { /* temporal.api.enums.v1.UpdateAdmittedEventOrigin */
	{"UPDATE_ADMITTED_EVENT_ORIGIN_UNSPECIFIED", 0},
	{"UPDATE_ADMITTED_EVENT_ORIGIN_REAPPLY", 1}, };
const struct schema_enum history_enums[] = {
	{values_0, 61}, {values_1, 4}, {values_2, 4}, {values_3, 4}, {values_4, 2},
	{values_5, 5}, {values_6, 8}, {values_7, 3}, {values_8, 2}, {values_9, 3},
	{values_10, 3}, {values_11, 4}, {values_12, 41}, {values_13, 4}, {values_14, 3},
	{values_15, 4}, {values_16, 5}, {values_17, 4}, {values_18, 4}, {values_19, 2},
};
static const struct schema_field fields_0[] = { /* temporal.api.history.v1.History */
	{"events", 1, MESSAGE, REPEATED, 0, 1}, };
static const struct schema_field fields_1[] = { /* temporal.api.history.v1.HistoryEvent */
	{"eventId", 1, INT64, 0, 0, 0}, {"eventTime", 2, TIMESTAMP, 0, 0, 0},
	{"eventType", 3, ENUM, 0, 0, 0}, {"version", 4, INT64, 0, 0, 0},
	{"taskId", 5, INT64, 0, 0, 0},
	{"workflowExecutionStartedEventAttributes", 6, MESSAGE, 0, 1, 21},
	{"workflowExecutionCompletedEventAttributes", 7, MESSAGE, 0, 1, 65},
	{"workflowExecutionFailedEventAttributes", 8, MESSAGE, 0, 1, 66},
	{"workflowExecutionTimedOutEventAttributes", 9, MESSAGE, 0, 1, 67},
	{"workflowTaskScheduledEventAttributes", 10, MESSAGE, 0, 1, 68},
	{"workflowTaskStartedEventAttributes", 11, MESSAGE, 0, 1, 69},
	{"workflowTaskCompletedEventAttributes", 12, MESSAGE, 0, 1, 70},
	{"workflowTaskTimedOutEventAttributes", 13, MESSAGE, 0, 1, 73},
	{"workflowTaskFailedEventAttributes", 14, MESSAGE, 0, 1, 74},
	{"activityTaskScheduledEventAttributes", 15, MESSAGE, 0, 1, 75},
	{"activityTaskStartedEventAttributes", 16, MESSAGE, 0, 1, 76},
	{"activityTaskCompletedEventAttributes", 17, MESSAGE, 0, 1, 77},
	{"activityTaskFailedEventAttributes", 18, MESSAGE, 0, 1, 78},
	{"activityTaskTimedOutEventAttributes", 19, MESSAGE, 0, 1, 79},
	{"timerStartedEventAttributes", 20, MESSAGE, 0, 1, 80},
	{"timerFiredEventAttributes", 21, MESSAGE, 0, 1, 81},
	{"activityTaskCancelRequestedEventAttributes", 22, MESSAGE, 0, 1, 82},
	{"activityTaskCanceledEventAttributes", 23, MESSAGE, 0, 1, 83},
	{"timerCanceledEventAttributes", 24, MESSAGE, 0, 1, 84},
	{"markerRecordedEventAttributes", 25, MESSAGE, 0, 1, 85},
	{"workflowExecutionSignaledEventAttributes", 26, MESSAGE, 0, 1, 87},
	{"workflowExecutionTerminatedEventAttributes", 27, MESSAGE, 0, 1, 88},
	{"workflowExecutionCancelRequestedEventAttributes", 28, MESSAGE, 0, 1, 89},
	{"workflowExecutionCanceledEventAttributes", 29, MESSAGE, 0, 1, 90},
	{"requestCancelExternalWorkflowExecutionInitiatedEventAttributes", 30, MESSAGE, 0, 1, 91},
	{"requestCancelExternalWorkflowExecutionFailedEventAttributes", 31, MESSAGE, 0, 1, 92},
	{"externalWorkflowExecutionCancelRequestedEventAttributes", 32, MESSAGE, 0, 1, 93},
	{"workflowExecutionContinuedAsNewEventAttributes", 33, MESSAGE, 0, 1, 94},
	{"startChildWorkflowExecutionInitiatedEventAttributes", 34, MESSAGE, 0, 1, 95},
	{"startChildWorkflowExecutionFailedEventAttributes", 35, MESSAGE, 0, 1, 96},
	{"childWorkflowExecutionStartedEventAttributes", 36, MESSAGE, 0, 1, 97},
	{"childWorkflowExecutionCompletedEventAttributes", 37, MESSAGE, 0, 1, 98},
	{"childWorkflowExecutionFailedEventAttributes", 38, MESSAGE, 0, 1, 99},
	{"childWorkflowExecutionCanceledEventAttributes", 39, MESSAGE, 0, 1, 100},
	{"childWorkflowExecutionTimedOutEventAttributes", 40, MESSAGE, 0, 1, 101},
	{"childWorkflowExecutionTerminatedEventAttributes", 41, MESSAGE, 0, 1, 102},
	{"signalExternalWorkflowExecutionInitiatedEventAttributes", 42, MESSAGE, 0, 1, 103},
	{"signalExternalWorkflowExecutionFailedEventAttributes", 43, MESSAGE, 0, 1, 104},
	{"externalWorkflowExecutionSignaledEventAttributes", 44, MESSAGE, 0, 1, 105},
	{"upsertWorkflowSearchAttributesEventAttributes", 45, MESSAGE, 0, 1, 106},
	{"workflowExecutionUpdateAcceptedEventAttributes", 46, MESSAGE, 0, 1, 107},
	{"workflowExecutionUpdateRejectedEventAttributes", 47, MESSAGE, 0, 1, 111},
	{"workflowExecutionUpdateCompletedEventAttributes", 48, MESSAGE, 0, 1, 112},
	{"workflowPropertiesModifiedExternallyEventAttributes", 49, MESSAGE, 0, 1, 114},
	{"activityPropertiesModifiedExternallyEventAttributes", 50, MESSAGE, 0, 1, 115},
	{"workflowPropertiesModifiedEventAttributes", 51, MESSAGE, 0, 1, 116},
	{"workflowExecutionUpdateAdmittedEventAttributes", 52, MESSAGE, 0, 1, 117},
	{"nexusOperationScheduledEventAttributes", 53, MESSAGE, 0, 1, 118},
	{"nexusOperationStartedEventAttributes", 54, MESSAGE, 0, 1, 120},
	{"nexusOperationCompletedEventAttributes", 55, MESSAGE, 0, 1, 121},
	{"nexusOperationFailedEventAttributes", 56, MESSAGE, 0, 1, 122},
	{"nexusOperationCanceledEventAttributes", 57, MESSAGE, 0, 1, 123},
	{"nexusOperationTimedOutEventAttributes", 58, MESSAGE, 0, 1, 124},
	{"nexusOperationCancelRequestedEventAttributes", 59, MESSAGE, 0, 1, 125},
	{"workflowExecutionOptionsUpdatedEventAttributes", 60, MESSAGE, 0, 1, 126},
	{"nexusOperationCancelRequestCompletedEventAttributes", 61, MESSAGE, 0, 1, 128},
	{"nexusOperationCancelRequestFailedEventAttributes", 62, MESSAGE, 0, 1, 129},
	{"workflowExecutionPausedEventAttributes", 63, MESSAGE, 0, 1, 130},
	{"workflowExecutionUnpausedEventAttributes", 64, MESSAGE, 0, 1, 131},
	{"workflowExecutionTimeSkippingTransitionedEventAttributes", 65, MESSAGE, 0, 1, 132},
	{"workerMayIgnore", 300, BOOL, 0, 0, 0}, {"userMetadata", 301, MESSAGE, 0, 0, 2},
	{"links", 302, MESSAGE, REPEATED, 0, 6}, {"principal", 303, MESSAGE, 0, 0, 16},
	{"eventGroupMarkers", 304, MESSAGE, REPEATED, 0, 17}, };
static const struct schema_field fields_2[] = { /* temporal.api.sdk.v1.UserMetadata */
	{"summary", 1, MESSAGE, 0, 0, 3}, {"details", 2, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_3[] = { /* temporal.api.common.v1.Payload */
	{"metadata", 1, MESSAGE, MAP, 0, 4}, {"data", 2, BYTES, 0, 0, 0},
	{"externalPayloads", 3, MESSAGE, REPEATED, 0, 5}, };
static const struct schema_field fields_4[] = { /* temporal.api.common.v1.Payload.MetadataEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, BYTES, 0, 0, 0}, };
static const struct schema_field fields_5[] = { /* temporal.api.common.v1.Payload.ExternalPayloadDetails */
	{"sizeBytes", 1, INT64, 0, 0, 0}, };
static const struct schema_field fields_6[] = { /* temporal.api.common.v1.Link */
	{"workflowEvent", 1, MESSAGE, 0, 1, 7}, {"batchJob", 2, MESSAGE, 0, 1, 10},
	{"activity", 3, MESSAGE, 0, 1, 11}, {"nexusOperation", 4, MESSAGE, 0, 1, 12},
	{"workflow", 5, MESSAGE, 0, 1, 13}, {"callback", 6, MESSAGE, 0, 1, 14}, };
static const struct schema_field fields_7[] = { /* temporal.api.common.v1.Link.WorkflowEvent */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowId", 2, STRING, 0, 0, 0},
	{"runId", 3, STRING, 0, 0, 0}, {"eventRef", 100, MESSAGE, 0, 1, 8},
	{"requestIdRef", 101, MESSAGE, 0, 1, 9}, };
static const struct schema_field fields_8[] = { /* temporal.api.common.v1.Link.WorkflowEvent.EventReference */
	{"eventId", 1, INT64, 0, 0, 0}, {"eventType", 2, ENUM, 0, 0, 0}, };
static const struct schema_field fields_9[] = { /* temporal.api.common.v1.Link.WorkflowEvent.RequestIdReference */
	{"requestId", 1, STRING, 0, 0, 0}, {"eventType", 2, ENUM, 0, 0, 0}, };
static const struct schema_field fields_10[] = { /* temporal.api.common.v1.Link.BatchJob */
	{"jobId", 1, STRING, 0, 0, 0}, };
static const struct schema_field fields_11[] = { /* temporal.api.common.v1.Link.Activity */
	{"namespace", 1, STRING, 0, 0, 0}, {"activityId", 2, STRING, 0, 0, 0},
	{"runId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_12[] = { /* temporal.api.common.v1.Link.NexusOperation */
	{"namespace", 1, STRING, 0, 0, 0}, {"operationId", 2, STRING, 0, 0, 0},
	{"runId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_13[] = { /* temporal.api.common.v1.Link.Workflow */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowId", 2, STRING, 0, 0, 0},
	{"runId", 3, STRING, 0, 0, 0}, {"reason", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_14[] = { /* temporal.api.common.v1.Link.Callback */
	{"namespace", 1, STRING, 0, 0, 0}, {"execution", 2, MESSAGE, 0, 0, 15},
	{"componentPath", 3, STRING, REPEATED, 0, 0}, {"requestId", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_15[] = { /* temporal.api.common.v1.Execution */
	{"type", 1, ENUM, 0, 0, 1}, {"businessId", 2, STRING, 0, 0, 0},
	{"runId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_16[] = { /* temporal.api.common.v1.Principal */
	{"type", 1, STRING, 0, 0, 0}, {"name", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_17[] = { /* temporal.api.sdk.v1.EventGroupMarker */
	{"label", 1, MESSAGE, 0, 1, 18}, {"inboundEvent", 2, MESSAGE, 0, 1, 19},
	{"inboundUpdate", 3, MESSAGE, 0, 1, 20}, };
static const struct schema_field fields_18[] = { /* temporal.api.sdk.v1.EventGroupMarker.Label */
	{"id", 1, STRING, 0, 0, 0}, {"label", 2, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_19[] = { /* temporal.api.sdk.v1.EventGroupMarker.InboundEvent */
	{"inboundEventId", 1, INT64, 0, 0, 0}, };
static const struct schema_field fields_20[] = { /* temporal.api.sdk.v1.EventGroupMarker.InboundUpdate */
	{"inboundUpdateId", 1, STRING, 0, 0, 0}, };
static const struct schema_field fields_21[] = { /* temporal.api.history.v1.WorkflowExecutionStartedEventAttributes */
	{"workflowType", 1, MESSAGE, 0, 0, 22}, {"parentWorkflowNamespace", 2, STRING, 0, 0, 0},
	{"parentWorkflowExecution", 3, MESSAGE, 0, 0, 23},
	{"parentInitiatedEventId", 4, INT64, 0, 0, 0}, {"taskQueue", 5, MESSAGE, 0, 0, 24},
	{"input", 6, MESSAGE, 0, 0, 25}, {"workflowExecutionTimeout", 7, DURATION, 0, 0, 0},
	{"workflowRunTimeout", 8, DURATION, 0, 0, 0},
	{"workflowTaskTimeout", 9, DURATION, 0, 0, 0},
	{"continuedExecutionRunId", 10, STRING, 0, 0, 0}, {"initiator", 11, ENUM, 0, 0, 3},
	{"continuedFailure", 12, MESSAGE, 0, 0, 26},
	{"lastCompletionResult", 13, MESSAGE, 0, 0, 25},
	{"originalExecutionRunId", 14, STRING, 0, 0, 0}, {"identity", 15, STRING, 0, 0, 0},
	{"firstExecutionRunId", 16, STRING, 0, 0, 0}, {"retryPolicy", 17, MESSAGE, 0, 0, 38},
	{"attempt", 18, INT32, 0, 0, 0},
	{"workflowExecutionExpirationTime", 19, TIMESTAMP, 0, 0, 0},
	{"cronSchedule", 20, STRING, 0, 0, 0},
	{"firstWorkflowTaskBackoff", 21, DURATION, 0, 0, 0}, {"memo", 22, MESSAGE, 0, 0, 39},
	{"searchAttributes", 23, MESSAGE, 0, 0, 41},
	{"prevAutoResetPoints", 24, MESSAGE, 0, 0, 43}, {"header", 25, MESSAGE, 0, 0, 45},
	{"parentInitiatedEventVersion", 26, INT64, 0, 0, 0},
	{"parentWorkflowNamespaceId", 27, STRING, 0, 0, 0}, {"workflowId", 28, STRING, 0, 0, 0},
	{"sourceVersionStamp", 29, MESSAGE, 0, 0, 47},
	{"completionCallbacks", 30, MESSAGE, REPEATED, 0, 48},
	{"rootWorkflowExecution", 31, MESSAGE, 0, 0, 23},
	{"inheritedBuildId", 32, STRING, 0, 0, 0}, {"versioningOverride", 33, MESSAGE, 0, 0, 53},
	{"parentPinnedWorkerDeploymentVersion", 34, STRING, 0, 0, 0},
	{"priority", 35, MESSAGE, 0, 0, 58}, {"inheritedPinnedVersion", 37, MESSAGE, 0, 0, 55},
	{"eagerExecutionAccepted", 38, BOOL, 0, 0, 0},
	{"inheritedAutoUpgradeInfo", 39, MESSAGE, 0, 0, 59},
	{"declinedTargetVersionUpgrade", 40, MESSAGE, 0, 0, 60},
	{"timeSkippingConfig", 41, MESSAGE, 0, 0, 61},
	{"timeSkippingStatePropagation", 43, MESSAGE, 0, 0, 63},
	{"propagatedNexusSerializationContext", 44, MESSAGE, 0, 0, 64}, };
static const struct schema_field fields_22[] = { /* temporal.api.common.v1.WorkflowType */
	{"name", 1, STRING, 0, 0, 0}, };
static const struct schema_field fields_23[] = { /* temporal.api.common.v1.WorkflowExecution */
	{"workflowId", 1, STRING, 0, 0, 0}, {"runId", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_24[] = { /* temporal.api.taskqueue.v1.TaskQueue */
	{"name", 1, STRING, 0, 0, 0}, {"kind", 2, ENUM, 0, 0, 2},
	{"normalName", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_25[] = { /* temporal.api.common.v1.Payloads */
	{"payloads", 1, MESSAGE, REPEATED, 0, 3}, };
static const struct schema_field fields_26[] = { /* temporal.api.failure.v1.Failure */
	{"message", 1, STRING, 0, 0, 0}, {"source", 2, STRING, 0, 0, 0},
	{"stackTrace", 3, STRING, 0, 0, 0}, {"cause", 4, MESSAGE, 0, 0, 26},
	{"applicationFailureInfo", 5, MESSAGE, 0, 1, 27},
	{"timeoutFailureInfo", 6, MESSAGE, 0, 1, 28},
	{"canceledFailureInfo", 7, MESSAGE, 0, 1, 29},
	{"terminatedFailureInfo", 8, MESSAGE, 0, 1, 30},
	{"serverFailureInfo", 9, MESSAGE, 0, 1, 31},
	{"resetWorkflowFailureInfo", 10, MESSAGE, 0, 1, 32},
	{"activityFailureInfo", 11, MESSAGE, 0, 1, 33},
	{"childWorkflowExecutionFailureInfo", 12, MESSAGE, 0, 1, 35},
	{"nexusOperationExecutionFailureInfo", 13, MESSAGE, 0, 1, 36},
	{"nexusHandlerFailureInfo", 14, MESSAGE, 0, 1, 37},
	{"encodedAttributes", 20, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_27[] = { /* temporal.api.failure.v1.ApplicationFailureInfo */
	{"type", 1, STRING, 0, 0, 0}, {"nonRetryable", 2, BOOL, 0, 0, 0},
	{"details", 3, MESSAGE, 0, 0, 25}, {"nextRetryDelay", 4, DURATION, 0, 0, 0},
	{"category", 5, ENUM, 0, 0, 4}, };
static const struct schema_field fields_28[] = { /* temporal.api.failure.v1.TimeoutFailureInfo */
	{"timeoutType", 1, ENUM, 0, 0, 5}, {"lastHeartbeatDetails", 2, MESSAGE, 0, 0, 25}, };
static const struct schema_field fields_29[] = { /* temporal.api.failure.v1.CanceledFailureInfo */
	{"details", 1, MESSAGE, 0, 0, 25}, {"identity", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_30[] = { /* temporal.api.failure.v1.TerminatedFailureInfo */
	{"identity", 1, STRING, 0, 0, 0}, };
static const struct schema_field fields_31[] = { /* temporal.api.failure.v1.ServerFailureInfo */
	{"nonRetryable", 1, BOOL, 0, 0, 0}, };
static const struct schema_field fields_32[] = { /* temporal.api.failure.v1.ResetWorkflowFailureInfo */
	{"lastHeartbeatDetails", 1, MESSAGE, 0, 0, 25}, };
static const struct schema_field fields_33[] = { /* temporal.api.failure.v1.ActivityFailureInfo */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"startedEventId", 2, INT64, 0, 0, 0},
	{"identity", 3, STRING, 0, 0, 0}, {"activityType", 4, MESSAGE, 0, 0, 34},
	{"activityId", 5, STRING, 0, 0, 0}, {"retryState", 6, ENUM, 0, 0, 6}, };
static const struct schema_field fields_34[] = { /* temporal.api.common.v1.ActivityType */
	{"name", 1, STRING, 0, 0, 0}, };
static const struct schema_field fields_35[] = { /* temporal.api.failure.v1.ChildWorkflowExecutionFailureInfo */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowExecution", 2, MESSAGE, 0, 0, 23},
	{"workflowType", 3, MESSAGE, 0, 0, 22}, {"initiatedEventId", 4, INT64, 0, 0, 0},
	{"startedEventId", 5, INT64, 0, 0, 0}, {"retryState", 6, ENUM, 0, 0, 6}, };
static const struct schema_field fields_36[] = { /* temporal.api.failure.v1.NexusOperationFailureInfo */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"endpoint", 2, STRING, 0, 0, 0},
	{"service", 3, STRING, 0, 0, 0}, {"operation", 4, STRING, 0, 0, 0},
	{"operationId", 5, STRING, 0, 0, 0}, {"operationToken", 6, STRING, 0, 0, 0}, };
static const struct schema_field fields_37[] = { /* temporal.api.failure.v1.NexusHandlerFailureInfo */
	{"type", 1, STRING, 0, 0, 0}, {"retryBehavior", 2, ENUM, 0, 0, 7}, };
static const struct schema_field fields_38[] = { /* temporal.api.common.v1.RetryPolicy */
	{"initialInterval", 1, DURATION, 0, 0, 0}, {"backoffCoefficient", 2, DOUBLE, 0, 0, 0},
	{"maximumInterval", 3, DURATION, 0, 0, 0}, {"maximumAttempts", 4, INT32, 0, 0, 0},
	{"nonRetryableErrorTypes", 5, STRING, REPEATED, 0, 0}, };
static const struct schema_field fields_39[] = { /* temporal.api.common.v1.Memo */
	{"fields", 1, MESSAGE, MAP, 0, 40}, };
static const struct schema_field fields_40[] = { /* temporal.api.common.v1.Memo.FieldsEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_41[] = { /* temporal.api.common.v1.SearchAttributes */
	{"indexedFields", 1, MESSAGE, MAP, 0, 42}, };
static const struct schema_field fields_42[] = { /* temporal.api.common.v1.SearchAttributes.IndexedFieldsEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_43[] = { /* temporal.api.workflow.v1.ResetPoints */
	{"points", 1, MESSAGE, REPEATED, 0, 44}, };
static const struct schema_field fields_44[] = { /* temporal.api.workflow.v1.ResetPointInfo */
	{"binaryChecksum", 1, STRING, 0, 0, 0}, {"runId", 2, STRING, 0, 0, 0},
	{"firstWorkflowTaskCompletedId", 3, INT64, 0, 0, 0},
	{"createTime", 4, TIMESTAMP, 0, 0, 0}, {"expireTime", 5, TIMESTAMP, 0, 0, 0},
	{"resettable", 6, BOOL, 0, 0, 0}, {"buildId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_45[] = { /* temporal.api.common.v1.Header */
	{"fields", 1, MESSAGE, MAP, 0, 46}, };
static const struct schema_field fields_46[] = { /* temporal.api.common.v1.Header.FieldsEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_47[] = { /* temporal.api.common.v1.WorkerVersionStamp */
	{"buildId", 1, STRING, 0, 0, 0}, {"useVersioning", 3, BOOL, 0, 0, 0}, };
static const struct schema_field fields_48[] = { /* temporal.api.common.v1.Callback */
	{"nexus", 2, MESSAGE, 0, 1, 49}, {"internal", 3, MESSAGE, 0, 1, 51},
	{"nexusHandler", 4, MESSAGE, 0, 1, 52}, {"links", 100, MESSAGE, REPEATED, 0, 6}, };
static const struct schema_field fields_49[] = { /* temporal.api.common.v1.Callback.Nexus */
	{"url", 1, STRING, 0, 0, 0}, {"header", 2, MESSAGE, MAP, 0, 50}, };
static const struct schema_field fields_50[] = { /* temporal.api.common.v1.Callback.Nexus.HeaderEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_51[] = { /* temporal.api.common.v1.Callback.Internal */
	{"data", 1, BYTES, 0, 0, 0}, };
static const struct schema_field fields_52[] = { /* temporal.api.common.v1.Callback.NexusHandler */
	{"taskQueueName", 1, STRING, 0, 0, 0}, {"service", 2, STRING, 0, 0, 0},
	{"operation", 3, STRING, 0, 0, 0}, {"sourceContext", 4, MESSAGE, 0, 0, 3}, };
static const struct schema_field fields_53[] = { /* temporal.api.workflow.v1.VersioningOverride */
	{"behavior", 1, ENUM, 0, 0, 9}, {"deployment", 2, MESSAGE, 0, 0, 57},
	{"pinned", 3, MESSAGE, 0, 1, 54}, {"autoUpgrade", 4, BOOL, TOLD, 1, 0},
	{"oneTime", 5, MESSAGE, 0, 1, 56}, {"pinnedVersion", 9, STRING, 0, 0, 0}, };
static const struct schema_field fields_54[] = { /* temporal.api.workflow.v1.VersioningOverride.PinnedOverride */
	{"behavior", 1, ENUM, 0, 0, 8}, {"version", 2, MESSAGE, 0, 0, 55}, };
static const struct schema_field fields_55[] = { /* temporal.api.deployment.v1.WorkerDeploymentVersion */
	{"buildId", 1, STRING, 0, 0, 0}, {"deploymentName", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_56[] = { /* temporal.api.workflow.v1.VersioningOverride.OneTimeOverride */
	{"targetDeploymentVersion", 1, MESSAGE, 0, 0, 55}, };
static const struct schema_field fields_57[] = { /* temporal.api.deployment.v1.Deployment */
	{"seriesName", 1, STRING, 0, 0, 0}, {"buildId", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_58[] = { /* temporal.api.common.v1.Priority */
	{"priorityKey", 1, INT32, 0, 0, 0}, {"fairnessKey", 2, STRING, 0, 0, 0},
	{"fairnessWeight", 3, FLOAT, 0, 0, 0}, };
static const struct schema_field fields_59[] = { /* temporal.api.deployment.v1.InheritedAutoUpgradeInfo */
	{"sourceDeploymentVersion", 1, MESSAGE, 0, 0, 55},
	{"sourceDeploymentRevisionNumber", 2, INT64, 0, 0, 0},
	{"continueAsNewInitialVersioningBehavior", 3, ENUM, 0, 0, 10}, };
static const struct schema_field fields_60[] = { /* temporal.api.history.v1.DeclinedTargetVersionUpgrade */
	{"deploymentVersion", 1, MESSAGE, 0, 0, 55}, {"revisionNumber", 2, INT64, 0, 0, 0}, };
static const struct schema_field fields_61[] = { /* temporal.api.common.v1.TimeSkippingConfig */
	{"enabled", 1, BOOL, 0, 0, 0}, {"fastForwardConfig", 2, MESSAGE, 0, 0, 62},
	{"disablePropagation", 3, BOOL, 0, 0, 0}, {"maxSessionSkipCount", 4, INT32, 0, 0, 0}, };
static const struct schema_field fields_62[] = { /* temporal.api.common.v1.FastForwardConfig */
	{"id", 1, STRING, 0, 0, 0}, {"duration", 2, DURATION, 0, 0, 0}, };
static const struct schema_field fields_63[] = { /* temporal.api.common.v1.TimeSkippingStatePropagation */
	{"initialSkippedDuration", 1, DURATION, 0, 0, 0},
	{"fastForwardTargetTime", 2, TIMESTAMP, 0, 0, 0},
	{"initialSkipCount", 3, INT32, 0, 0, 0}, };
static const struct schema_field fields_64[] = { /* temporal.api.nexus.v1.PropagatedSerializationContext */
	{"endpoint", 1, STRING, 0, 0, 0}, {"service", 2, STRING, 0, 0, 0},
	{"operation", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_65[] = { /* temporal.api.history.v1.WorkflowExecutionCompletedEventAttributes */
	{"result", 1, MESSAGE, 0, 0, 25}, {"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0},
	{"newExecutionRunId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_66[] = { /* temporal.api.history.v1.WorkflowExecutionFailedEventAttributes */
	{"failure", 1, MESSAGE, 0, 0, 26}, {"retryState", 2, ENUM, 0, 0, 6},
	{"workflowTaskCompletedEventId", 3, INT64, 0, 0, 0},
	{"newExecutionRunId", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_67[] = { /* temporal.api.history.v1.WorkflowExecutionTimedOutEventAttributes */
	{"retryState", 1, ENUM, 0, 0, 6}, {"newExecutionRunId", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_68[] = { /* temporal.api.history.v1.WorkflowTaskScheduledEventAttributes */
	{"taskQueue", 1, MESSAGE, 0, 0, 24}, {"startToCloseTimeout", 2, DURATION, 0, 0, 0},
	{"attempt", 3, INT32, 0, 0, 0}, };
static const struct schema_field fields_69[] = { /* temporal.api.history.v1.WorkflowTaskStartedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"identity", 2, STRING, 0, 0, 0},
	{"requestId", 3, STRING, 0, 0, 0}, {"suggestContinueAsNew", 4, BOOL, 0, 0, 0},
	{"historySizeBytes", 5, INT64, 0, 0, 0}, {"workerVersion", 6, MESSAGE, 0, 0, 47},
	{"buildIdRedirectCounter", 7, INT64, 0, 0, 0},
	{"suggestContinueAsNewReasons", 8, ENUM, REPEATED, 0, 11},
	{"targetWorkerDeploymentVersionChanged", 9, BOOL, 0, 0, 0}, };
static const struct schema_field fields_70[] = { /* temporal.api.history.v1.WorkflowTaskCompletedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"startedEventId", 2, INT64, 0, 0, 0},
	{"identity", 3, STRING, 0, 0, 0}, {"binaryChecksum", 4, STRING, 0, 0, 0},
	{"workerVersion", 5, MESSAGE, 0, 0, 47}, {"sdkMetadata", 6, MESSAGE, 0, 0, 71},
	{"deployment", 7, MESSAGE, 0, 0, 57}, {"versioningBehavior", 8, ENUM, 0, 0, 9},
	{"workerDeploymentVersion", 9, STRING, 0, 0, 0},
	{"workerDeploymentName", 10, STRING, 0, 0, 0},
	{"deploymentVersion", 11, MESSAGE, 0, 0, 55},
	{"meteringMetadata", 13, MESSAGE, 0, 0, 72}, };
static const struct schema_field fields_71[] = { /* temporal.api.sdk.v1.WorkflowTaskCompletedMetadata */
	{"coreUsedFlags", 1, UINT32, REPEATED, 0, 0},
	{"langUsedFlags", 2, UINT32, REPEATED, 0, 0}, {"sdkName", 3, STRING, 0, 0, 0},
	{"sdkVersion", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_72[] = { /* temporal.api.common.v1.MeteringMetadata */
	{"nonfirstLocalActivityExecutionAttempts", 13, UINT32, 0, 0, 0}, };
static const struct schema_field fields_73[] = { /* temporal.api.history.v1.WorkflowTaskTimedOutEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"startedEventId", 2, INT64, 0, 0, 0},
	{"timeoutType", 3, ENUM, 0, 0, 5}, };
static const struct schema_field fields_74[] = { /* temporal.api.history.v1.WorkflowTaskFailedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"startedEventId", 2, INT64, 0, 0, 0},
	{"cause", 3, ENUM, 0, 0, 12}, {"failure", 4, MESSAGE, 0, 0, 26},
	{"identity", 5, STRING, 0, 0, 0}, {"baseRunId", 6, STRING, 0, 0, 0},
	{"newRunId", 7, STRING, 0, 0, 0}, {"forkEventVersion", 8, INT64, 0, 0, 0},
	{"binaryChecksum", 9, STRING, 0, 0, 0}, {"workerVersion", 10, MESSAGE, 0, 0, 47}, };
static const struct schema_field fields_75[] = { /* temporal.api.history.v1.ActivityTaskScheduledEventAttributes */
	{"activityId", 1, STRING, 0, 0, 0}, {"activityType", 2, MESSAGE, 0, 0, 34},
	{"taskQueue", 4, MESSAGE, 0, 0, 24}, {"header", 5, MESSAGE, 0, 0, 45},
	{"input", 6, MESSAGE, 0, 0, 25}, {"scheduleToCloseTimeout", 7, DURATION, 0, 0, 0},
	{"scheduleToStartTimeout", 8, DURATION, 0, 0, 0},
	{"startToCloseTimeout", 9, DURATION, 0, 0, 0},
	{"heartbeatTimeout", 10, DURATION, 0, 0, 0},
	{"workflowTaskCompletedEventId", 11, INT64, 0, 0, 0},
	{"retryPolicy", 12, MESSAGE, 0, 0, 38}, {"useWorkflowBuildId", 13, BOOL, 0, 0, 0},
	{"priority", 14, MESSAGE, 0, 0, 58}, };
static const struct schema_field fields_76[] = { /* temporal.api.history.v1.ActivityTaskStartedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"identity", 2, STRING, 0, 0, 0},
	{"requestId", 3, STRING, 0, 0, 0}, {"attempt", 4, INT32, 0, 0, 0},
	{"lastFailure", 5, MESSAGE, 0, 0, 26}, {"workerVersion", 6, MESSAGE, 0, 0, 47},
	{"buildIdRedirectCounter", 7, INT64, 0, 0, 0}, };
static const struct schema_field fields_77[] = { /* temporal.api.history.v1.ActivityTaskCompletedEventAttributes */
	{"result", 1, MESSAGE, 0, 0, 25}, {"scheduledEventId", 2, INT64, 0, 0, 0},
	{"startedEventId", 3, INT64, 0, 0, 0}, {"identity", 4, STRING, 0, 0, 0},
	{"workerVersion", 5, MESSAGE, 0, 0, 47}, };
static const struct schema_field fields_78[] = { /* temporal.api.history.v1.ActivityTaskFailedEventAttributes */
	{"failure", 1, MESSAGE, 0, 0, 26}, {"scheduledEventId", 2, INT64, 0, 0, 0},
	{"startedEventId", 3, INT64, 0, 0, 0}, {"identity", 4, STRING, 0, 0, 0},
	{"retryState", 5, ENUM, 0, 0, 6}, {"workerVersion", 6, MESSAGE, 0, 0, 47},
	{"cause", 7, ENUM, 0, 0, 13}, };
static const struct schema_field fields_79[] = { /* temporal.api.history.v1.ActivityTaskTimedOutEventAttributes */
	{"failure", 1, MESSAGE, 0, 0, 26}, {"scheduledEventId", 2, INT64, 0, 0, 0},
	{"startedEventId", 3, INT64, 0, 0, 0}, {"retryState", 4, ENUM, 0, 0, 6}, };
static const struct schema_field fields_80[] = { /* temporal.api.history.v1.TimerStartedEventAttributes */
	{"timerId", 1, STRING, 0, 0, 0}, {"startToFireTimeout", 2, DURATION, 0, 0, 0},
	{"workflowTaskCompletedEventId", 3, INT64, 0, 0, 0}, };
static const struct schema_field fields_81[] = { /* temporal.api.history.v1.TimerFiredEventAttributes */
	{"timerId", 1, STRING, 0, 0, 0}, {"startedEventId", 2, INT64, 0, 0, 0}, };
static const struct schema_field fields_82[] = { /* temporal.api.history.v1.ActivityTaskCancelRequestedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0},
	{"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0}, };
static const struct schema_field fields_83[] = { /* temporal.api.history.v1.ActivityTaskCanceledEventAttributes */
	{"details", 1, MESSAGE, 0, 0, 25}, {"latestCancelRequestedEventId", 2, INT64, 0, 0, 0},
	{"scheduledEventId", 3, INT64, 0, 0, 0}, {"startedEventId", 4, INT64, 0, 0, 0},
	{"identity", 5, STRING, 0, 0, 0}, {"workerVersion", 6, MESSAGE, 0, 0, 47}, };
static const struct schema_field fields_84[] = { /* temporal.api.history.v1.TimerCanceledEventAttributes */
	{"timerId", 1, STRING, 0, 0, 0}, {"startedEventId", 2, INT64, 0, 0, 0},
	{"workflowTaskCompletedEventId", 3, INT64, 0, 0, 0}, {"identity", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_85[] = { /* temporal.api.history.v1.MarkerRecordedEventAttributes */
	{"markerName", 1, STRING, 0, 0, 0}, {"details", 2, MESSAGE, MAP, 0, 86},
	{"workflowTaskCompletedEventId", 3, INT64, 0, 0, 0}, {"header", 4, MESSAGE, 0, 0, 45},
	{"failure", 5, MESSAGE, 0, 0, 26}, };
static const struct schema_field fields_86[] = { /* temporal.api.history.v1.MarkerRecordedEventAttributes.DetailsEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, MESSAGE, 0, 0, 25}, };
static const struct schema_field fields_87[] = { /* temporal.api.history.v1.WorkflowExecutionSignaledEventAttributes */
	{"signalName", 1, STRING, 0, 0, 0}, {"input", 2, MESSAGE, 0, 0, 25},
	{"identity", 3, STRING, 0, 0, 0}, {"header", 4, MESSAGE, 0, 0, 45},
	{"skipGenerateWorkflowTask", 5, BOOL, 0, 0, 0},
	{"externalWorkflowExecution", 6, MESSAGE, 0, 0, 23}, {"requestId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_88[] = { /* temporal.api.history.v1.WorkflowExecutionTerminatedEventAttributes */
	{"reason", 1, STRING, 0, 0, 0}, {"details", 2, MESSAGE, 0, 0, 25},
	{"identity", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_89[] = { /* temporal.api.history.v1.WorkflowExecutionCancelRequestedEventAttributes */
	{"cause", 1, STRING, 0, 0, 0}, {"externalInitiatedEventId", 2, INT64, 0, 0, 0},
	{"externalWorkflowExecution", 3, MESSAGE, 0, 0, 23}, {"identity", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_90[] = { /* temporal.api.history.v1.WorkflowExecutionCanceledEventAttributes */
	{"workflowTaskCompletedEventId", 1, INT64, 0, 0, 0}, {"details", 2, MESSAGE, 0, 0, 25}, };
static const struct schema_field fields_91[] = { /* temporal.api.history.v1.RequestCancelExternalWorkflowExecutionInitiatedEventAttributes */
	{"workflowTaskCompletedEventId", 1, INT64, 0, 0, 0}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"control", 4, STRING, 0, 0, 0},
	{"childWorkflowOnly", 5, BOOL, 0, 0, 0}, {"reason", 6, STRING, 0, 0, 0},
	{"namespaceId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_92[] = { /* temporal.api.history.v1.RequestCancelExternalWorkflowExecutionFailedEventAttributes */
	{"cause", 1, ENUM, 0, 0, 14}, {"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0},
	{"namespace", 3, STRING, 0, 0, 0}, {"workflowExecution", 4, MESSAGE, 0, 0, 23},
	{"initiatedEventId", 5, INT64, 0, 0, 0}, {"control", 6, STRING, 0, 0, 0},
	{"namespaceId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_93[] = { /* temporal.api.history.v1.ExternalWorkflowExecutionCancelRequestedEventAttributes */
	{"initiatedEventId", 1, INT64, 0, 0, 0}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"namespaceId", 4, STRING, 0, 0, 0}, };
static const struct schema_field fields_94[] = { /* temporal.api.history.v1.WorkflowExecutionContinuedAsNewEventAttributes */
	{"newExecutionRunId", 1, STRING, 0, 0, 0}, {"workflowType", 2, MESSAGE, 0, 0, 22},
	{"taskQueue", 3, MESSAGE, 0, 0, 24}, {"input", 4, MESSAGE, 0, 0, 25},
	{"workflowRunTimeout", 5, DURATION, 0, 0, 0},
	{"workflowTaskTimeout", 6, DURATION, 0, 0, 0},
	{"workflowTaskCompletedEventId", 7, INT64, 0, 0, 0},
	{"backoffStartInterval", 8, DURATION, 0, 0, 0}, {"initiator", 9, ENUM, 0, 0, 3},
	{"failure", 10, MESSAGE, 0, 0, 26}, {"lastCompletionResult", 11, MESSAGE, 0, 0, 25},
	{"header", 12, MESSAGE, 0, 0, 45}, {"memo", 13, MESSAGE, 0, 0, 39},
	{"searchAttributes", 14, MESSAGE, 0, 0, 41}, {"inheritBuildId", 15, BOOL, 0, 0, 0},
	{"initialVersioningBehavior", 16, ENUM, 0, 0, 10}, };
static const struct schema_field fields_95[] = { /* temporal.api.history.v1.StartChildWorkflowExecutionInitiatedEventAttributes */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowId", 2, STRING, 0, 0, 0},
	{"workflowType", 3, MESSAGE, 0, 0, 22}, {"taskQueue", 4, MESSAGE, 0, 0, 24},
	{"input", 5, MESSAGE, 0, 0, 25}, {"workflowExecutionTimeout", 6, DURATION, 0, 0, 0},
	{"workflowRunTimeout", 7, DURATION, 0, 0, 0},
	{"workflowTaskTimeout", 8, DURATION, 0, 0, 0}, {"parentClosePolicy", 9, ENUM, 0, 0, 15},
	{"control", 10, STRING, 0, 0, 0}, {"workflowTaskCompletedEventId", 11, INT64, 0, 0, 0},
	{"workflowIdReusePolicy", 12, ENUM, 0, 0, 16}, {"retryPolicy", 13, MESSAGE, 0, 0, 38},
	{"cronSchedule", 14, STRING, 0, 0, 0}, {"header", 15, MESSAGE, 0, 0, 45},
	{"memo", 16, MESSAGE, 0, 0, 39}, {"searchAttributes", 17, MESSAGE, 0, 0, 41},
	{"namespaceId", 18, STRING, 0, 0, 0}, {"inheritBuildId", 19, BOOL, 0, 0, 0},
	{"priority", 20, MESSAGE, 0, 0, 58}, {"timeSkippingConfig", 21, MESSAGE, 0, 0, 61},
	{"timeSkippingStatePropagation", 23, MESSAGE, 0, 0, 63},
	{"versioningOverride", 24, MESSAGE, 0, 0, 53}, };
static const struct schema_field fields_96[] = { /* temporal.api.history.v1.StartChildWorkflowExecutionFailedEventAttributes */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowId", 2, STRING, 0, 0, 0},
	{"workflowType", 3, MESSAGE, 0, 0, 22}, {"cause", 4, ENUM, 0, 0, 17},
	{"control", 5, STRING, 0, 0, 0}, {"initiatedEventId", 6, INT64, 0, 0, 0},
	{"workflowTaskCompletedEventId", 7, INT64, 0, 0, 0}, {"namespaceId", 8, STRING, 0, 0, 0}, };
static const struct schema_field fields_97[] = { /* temporal.api.history.v1.ChildWorkflowExecutionStartedEventAttributes */
	{"namespace", 1, STRING, 0, 0, 0}, {"initiatedEventId", 2, INT64, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"workflowType", 4, MESSAGE, 0, 0, 22},
	{"header", 5, MESSAGE, 0, 0, 45}, {"namespaceId", 6, STRING, 0, 0, 0}, };
static const struct schema_field fields_98[] = { /* temporal.api.history.v1.ChildWorkflowExecutionCompletedEventAttributes */
	{"result", 1, MESSAGE, 0, 0, 25}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"workflowType", 4, MESSAGE, 0, 0, 22},
	{"initiatedEventId", 5, INT64, 0, 0, 0}, {"startedEventId", 6, INT64, 0, 0, 0},
	{"namespaceId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_99[] = { /* temporal.api.history.v1.ChildWorkflowExecutionFailedEventAttributes */
	{"failure", 1, MESSAGE, 0, 0, 26}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"workflowType", 4, MESSAGE, 0, 0, 22},
	{"initiatedEventId", 5, INT64, 0, 0, 0}, {"startedEventId", 6, INT64, 0, 0, 0},
	{"retryState", 7, ENUM, 0, 0, 6}, {"namespaceId", 8, STRING, 0, 0, 0}, };
static const struct schema_field fields_100[] = { /* temporal.api.history.v1.ChildWorkflowExecutionCanceledEventAttributes */
	{"details", 1, MESSAGE, 0, 0, 25}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"workflowType", 4, MESSAGE, 0, 0, 22},
	{"initiatedEventId", 5, INT64, 0, 0, 0}, {"startedEventId", 6, INT64, 0, 0, 0},
	{"namespaceId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_101[] = { /* temporal.api.history.v1.ChildWorkflowExecutionTimedOutEventAttributes */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowExecution", 2, MESSAGE, 0, 0, 23},
	{"workflowType", 3, MESSAGE, 0, 0, 22}, {"initiatedEventId", 4, INT64, 0, 0, 0},
	{"startedEventId", 5, INT64, 0, 0, 0}, {"retryState", 6, ENUM, 0, 0, 6},
	{"namespaceId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_102[] = { /* temporal.api.history.v1.ChildWorkflowExecutionTerminatedEventAttributes */
	{"namespace", 1, STRING, 0, 0, 0}, {"workflowExecution", 2, MESSAGE, 0, 0, 23},
	{"workflowType", 3, MESSAGE, 0, 0, 22}, {"initiatedEventId", 4, INT64, 0, 0, 0},
	{"startedEventId", 5, INT64, 0, 0, 0}, {"namespaceId", 6, STRING, 0, 0, 0}, };
static const struct schema_field fields_103[] = { /* temporal.api.history.v1.SignalExternalWorkflowExecutionInitiatedEventAttributes */
	{"workflowTaskCompletedEventId", 1, INT64, 0, 0, 0}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"signalName", 4, STRING, 0, 0, 0},
	{"input", 5, MESSAGE, 0, 0, 25}, {"control", 6, STRING, 0, 0, 0},
	{"childWorkflowOnly", 7, BOOL, 0, 0, 0}, {"header", 8, MESSAGE, 0, 0, 45},
	{"namespaceId", 9, STRING, 0, 0, 0}, };
static const struct schema_field fields_104[] = { /* temporal.api.history.v1.SignalExternalWorkflowExecutionFailedEventAttributes */
	{"cause", 1, ENUM, 0, 0, 18}, {"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0},
	{"namespace", 3, STRING, 0, 0, 0}, {"workflowExecution", 4, MESSAGE, 0, 0, 23},
	{"initiatedEventId", 5, INT64, 0, 0, 0}, {"control", 6, STRING, 0, 0, 0},
	{"namespaceId", 7, STRING, 0, 0, 0}, };
static const struct schema_field fields_105[] = { /* temporal.api.history.v1.ExternalWorkflowExecutionSignaledEventAttributes */
	{"initiatedEventId", 1, INT64, 0, 0, 0}, {"namespace", 2, STRING, 0, 0, 0},
	{"workflowExecution", 3, MESSAGE, 0, 0, 23}, {"control", 4, STRING, 0, 0, 0},
	{"namespaceId", 5, STRING, 0, 0, 0}, };
static const struct schema_field fields_106[] = { /* temporal.api.history.v1.UpsertWorkflowSearchAttributesEventAttributes */
	{"workflowTaskCompletedEventId", 1, INT64, 0, 0, 0},
	{"searchAttributes", 2, MESSAGE, 0, 0, 41}, };
static const struct schema_field fields_107[] = { /* temporal.api.history.v1.WorkflowExecutionUpdateAcceptedEventAttributes */
	{"protocolInstanceId", 1, STRING, 0, 0, 0},
	{"acceptedRequestMessageId", 2, STRING, 0, 0, 0},
	{"acceptedRequestSequencingEventId", 3, INT64, 0, 0, 0},
	{"acceptedRequest", 4, MESSAGE, 0, 0, 108}, };
static const struct schema_field fields_108[] = { /* temporal.api.update.v1.Request */
	{"meta", 1, MESSAGE, 0, 0, 109}, {"input", 2, MESSAGE, 0, 0, 110},
	{"requestId", 3, STRING, 0, 0, 0}, {"completionCallbacks", 4, MESSAGE, REPEATED, 0, 48},
	{"links", 5, MESSAGE, REPEATED, 0, 6},
	{"propagatedNexusSerializationContext", 6, MESSAGE, 0, 0, 64}, };
static const struct schema_field fields_109[] = { /* temporal.api.update.v1.Meta */
	{"updateId", 1, STRING, 0, 0, 0}, {"identity", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_110[] = { /* temporal.api.update.v1.Input */
	{"header", 1, MESSAGE, 0, 0, 45}, {"name", 2, STRING, 0, 0, 0},
	{"args", 3, MESSAGE, 0, 0, 25}, };
static const struct schema_field fields_111[] = { /* temporal.api.history.v1.WorkflowExecutionUpdateRejectedEventAttributes */
	{"protocolInstanceId", 1, STRING, 0, 0, 0},
	{"rejectedRequestMessageId", 2, STRING, 0, 0, 0},
	{"rejectedRequestSequencingEventId", 3, INT64, 0, 0, 0},
	{"rejectedRequest", 4, MESSAGE, 0, 0, 108}, {"failure", 5, MESSAGE, 0, 0, 26}, };
static const struct schema_field fields_112[] = { /* temporal.api.history.v1.WorkflowExecutionUpdateCompletedEventAttributes */
	{"meta", 1, MESSAGE, 0, 0, 109}, {"outcome", 2, MESSAGE, 0, 0, 113},
	{"acceptedEventId", 3, INT64, 0, 0, 0}, };
static const struct schema_field fields_113[] = { /* temporal.api.update.v1.Outcome */
	{"success", 1, MESSAGE, 0, 1, 25}, {"failure", 2, MESSAGE, 0, 1, 26}, };
static const struct schema_field fields_114[] = { /* temporal.api.history.v1.WorkflowPropertiesModifiedExternallyEventAttributes */
	{"newTaskQueue", 1, STRING, 0, 0, 0}, {"newWorkflowTaskTimeout", 2, DURATION, 0, 0, 0},
	{"newWorkflowRunTimeout", 3, DURATION, 0, 0, 0},
	{"newWorkflowExecutionTimeout", 4, DURATION, 0, 0, 0},
	{"upsertedMemo", 5, MESSAGE, 0, 0, 39}, };
static const struct schema_field fields_115[] = { /* temporal.api.history.v1.ActivityPropertiesModifiedExternallyEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"newRetryPolicy", 2, MESSAGE, 0, 0, 38}, };
static const struct schema_field fields_116[] = { /* temporal.api.history.v1.WorkflowPropertiesModifiedEventAttributes */
	{"workflowTaskCompletedEventId", 1, INT64, 0, 0, 0},
	{"upsertedMemo", 2, MESSAGE, 0, 0, 39}, };
static const struct schema_field fields_117[] = { /* temporal.api.history.v1.WorkflowExecutionUpdateAdmittedEventAttributes */
	{"request", 1, MESSAGE, 0, 0, 108}, {"origin", 2, ENUM, 0, 0, 19}, };
static const struct schema_field fields_118[] = { /* temporal.api.history.v1.NexusOperationScheduledEventAttributes */
	{"endpoint", 1, STRING, 0, 0, 0}, {"service", 2, STRING, 0, 0, 0},
	{"operation", 3, STRING, 0, 0, 0}, {"input", 4, MESSAGE, 0, 0, 3},
	{"scheduleToCloseTimeout", 5, DURATION, 0, 0, 0},
	{"nexusHeader", 6, MESSAGE, MAP, 0, 119},
	{"workflowTaskCompletedEventId", 7, INT64, 0, 0, 0}, {"requestId", 8, STRING, 0, 0, 0},
	{"endpointId", 9, STRING, 0, 0, 0}, {"scheduleToStartTimeout", 10, DURATION, 0, 0, 0},
	{"startToCloseTimeout", 11, DURATION, 0, 0, 0}, };
static const struct schema_field fields_119[] = { /* temporal.api.history.v1.NexusOperationScheduledEventAttributes.NexusHeaderEntry */
	{"key", 1, STRING, 0, 0, 0}, {"value", 2, STRING, 0, 0, 0}, };
static const struct schema_field fields_120[] = { /* temporal.api.history.v1.NexusOperationStartedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"operationId", 3, STRING, 0, 0, 0},
	{"requestId", 4, STRING, 0, 0, 0}, {"operationToken", 5, STRING, 0, 0, 0}, };
static const struct schema_field fields_121[] = { /* temporal.api.history.v1.NexusOperationCompletedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"result", 2, MESSAGE, 0, 0, 3},
	{"requestId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_122[] = { /* temporal.api.history.v1.NexusOperationFailedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"failure", 2, MESSAGE, 0, 0, 26},
	{"requestId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_123[] = { /* temporal.api.history.v1.NexusOperationCanceledEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"failure", 2, MESSAGE, 0, 0, 26},
	{"requestId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_124[] = { /* temporal.api.history.v1.NexusOperationTimedOutEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0}, {"failure", 2, MESSAGE, 0, 0, 26},
	{"requestId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_125[] = { /* temporal.api.history.v1.NexusOperationCancelRequestedEventAttributes */
	{"scheduledEventId", 1, INT64, 0, 0, 0},
	{"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0}, };
static const struct schema_field fields_126[] = { /* temporal.api.history.v1.WorkflowExecutionOptionsUpdatedEventAttributes */
	{"versioningOverride", 1, MESSAGE, 0, 0, 53},
	{"unsetVersioningOverride", 2, BOOL, 0, 0, 0}, {"attachedRequestId", 3, STRING, 0, 0, 0},
	{"attachedCompletionCallbacks", 4, MESSAGE, REPEATED, 0, 48},
	{"identity", 5, STRING, 0, 0, 0}, {"priority", 6, MESSAGE, 0, 0, 58},
	{"timeSkippingConfig", 7, MESSAGE, 0, 0, 61},
	{"workflowUpdateOptions", 8, MESSAGE, REPEATED, 0, 127},
	{"timeSkippingConfigUpdated", 9, BOOL, 0, 0, 0}, };
static const struct schema_field fields_127[] = { /* temporal.api.history.v1.WorkflowExecutionOptionsUpdatedEventAttributes.WorkflowUpdateOptionsUpdate */
	{"updateId", 1, STRING, 0, 0, 0}, {"attachedRequestId", 2, STRING, 0, 0, 0},
	{"attachedCompletionCallbacks", 3, MESSAGE, REPEATED, 0, 48}, };
static const struct schema_field fields_128[] = { /* temporal.api.history.v1.NexusOperationCancelRequestCompletedEventAttributes */
	{"requestedEventId", 1, INT64, 0, 0, 0},
	{"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0},
	{"scheduledEventId", 3, INT64, 0, 0, 0}, };
static const struct schema_field fields_129[] = { /* temporal.api.history.v1.NexusOperationCancelRequestFailedEventAttributes */
	{"requestedEventId", 1, INT64, 0, 0, 0},
	{"workflowTaskCompletedEventId", 2, INT64, 0, 0, 0}, {"failure", 3, MESSAGE, 0, 0, 26},
	{"scheduledEventId", 4, INT64, 0, 0, 0}, };
static const struct schema_field fields_130[] = { /* temporal.api.history.v1.WorkflowExecutionPausedEventAttributes */
	{"identity", 1, STRING, 0, 0, 0}, {"reason", 2, STRING, 0, 0, 0},
	{"requestId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_131[] = { /* temporal.api.history.v1.WorkflowExecutionUnpausedEventAttributes */
	{"identity", 1, STRING, 0, 0, 0}, {"reason", 2, STRING, 0, 0, 0},
	{"requestId", 3, STRING, 0, 0, 0}, };
static const struct schema_field fields_132[] = { /* temporal.api.history.v1.WorkflowExecutionTimeSkippingTransitionedEventAttributes */
	{"targetTime", 1, TIMESTAMP, 0, 0, 0}, {"disabledAfterFastForward", 2, BOOL, 0, 0, 0},
	{"wallClockTime", 3, TIMESTAMP, 0, 0, 0}, };
const struct schema_message history_messages[] = {
	{"History", fields_0, 1}, {"HistoryEvent", fields_1, 70}, {"UserMetadata", fields_2, 2},
	{"Payload", fields_3, 3}, {"MetadataEntry", fields_4, 2},
	{"ExternalPayloadDetails", fields_5, 1}, {"Link", fields_6, 6},
	{"WorkflowEvent", fields_7, 5}, {"EventReference", fields_8, 2},
	{"RequestIdReference", fields_9, 2}, {"BatchJob", fields_10, 1},
	{"Activity", fields_11, 3}, {"NexusOperation", fields_12, 3}, {"Workflow", fields_13, 4},
	{"Callback", fields_14, 4}, {"Execution", fields_15, 3}, {"Principal", fields_16, 2},
	{"EventGroupMarker", fields_17, 3}, {"Label", fields_18, 2},
	{"InboundEvent", fields_19, 1}, {"InboundUpdate", fields_20, 1},
	{"WorkflowExecutionStartedEventAttributes", fields_21, 42},
	{"WorkflowType", fields_22, 1}, {"WorkflowExecution", fields_23, 2},
	{"TaskQueue", fields_24, 3}, {"Payloads", fields_25, 1}, {"Failure", fields_26, 15},
	{"ApplicationFailureInfo", fields_27, 5}, {"TimeoutFailureInfo", fields_28, 2},
	{"CanceledFailureInfo", fields_29, 2}, {"TerminatedFailureInfo", fields_30, 1},
	{"ServerFailureInfo", fields_31, 1}, {"ResetWorkflowFailureInfo", fields_32, 1},
	{"ActivityFailureInfo", fields_33, 6}, {"ActivityType", fields_34, 1},
	{"ChildWorkflowExecutionFailureInfo", fields_35, 6},
	{"NexusOperationFailureInfo", fields_36, 6}, {"NexusHandlerFailureInfo", fields_37, 2},
	{"RetryPolicy", fields_38, 5}, {"Memo", fields_39, 1}, {"FieldsEntry", fields_40, 2},
	{"SearchAttributes", fields_41, 1}, {"IndexedFieldsEntry", fields_42, 2},
	{"ResetPoints", fields_43, 1}, {"ResetPointInfo", fields_44, 7},
	{"Header", fields_45, 1}, {"FieldsEntry", fields_46, 2},
	{"WorkerVersionStamp", fields_47, 2}, {"Callback", fields_48, 4},
	{"Nexus", fields_49, 2}, {"HeaderEntry", fields_50, 2}, {"Internal", fields_51, 1},
	{"NexusHandler", fields_52, 4}, {"VersioningOverride", fields_53, 6},
	{"PinnedOverride", fields_54, 2}, {"WorkerDeploymentVersion", fields_55, 2},
	{"OneTimeOverride", fields_56, 1}, {"Deployment", fields_57, 2},
	{"Priority", fields_58, 3}, {"InheritedAutoUpgradeInfo", fields_59, 3},
	{"DeclinedTargetVersionUpgrade", fields_60, 2}, {"TimeSkippingConfig", fields_61, 4},
	{"FastForwardConfig", fields_62, 2}, {"TimeSkippingStatePropagation", fields_63, 3},
	{"PropagatedSerializationContext", fields_64, 3},
	{"WorkflowExecutionCompletedEventAttributes", fields_65, 3},
	{"WorkflowExecutionFailedEventAttributes", fields_66, 4},
	{"WorkflowExecutionTimedOutEventAttributes", fields_67, 2},
	{"WorkflowTaskScheduledEventAttributes", fields_68, 3},
	{"WorkflowTaskStartedEventAttributes", fields_69, 9},
	{"WorkflowTaskCompletedEventAttributes", fields_70, 12},
	{"WorkflowTaskCompletedMetadata", fields_71, 4}, {"MeteringMetadata", fields_72, 1},
	{"WorkflowTaskTimedOutEventAttributes", fields_73, 3},
	{"WorkflowTaskFailedEventAttributes", fields_74, 10},
	{"ActivityTaskScheduledEventAttributes", fields_75, 13},
	{"ActivityTaskStartedEventAttributes", fields_76, 7},
	{"ActivityTaskCompletedEventAttributes", fields_77, 5},
	{"ActivityTaskFailedEventAttributes", fields_78, 7},
	{"ActivityTaskTimedOutEventAttributes", fields_79, 4},
	{"TimerStartedEventAttributes", fields_80, 3},
	{"TimerFiredEventAttributes", fields_81, 2},
	{"ActivityTaskCancelRequestedEventAttributes", fields_82, 2},
	{"ActivityTaskCanceledEventAttributes", fields_83, 6},
	{"TimerCanceledEventAttributes", fields_84, 4},
	{"MarkerRecordedEventAttributes", fields_85, 5}, {"DetailsEntry", fields_86, 2},
	{"WorkflowExecutionSignaledEventAttributes", fields_87, 7},
	{"WorkflowExecutionTerminatedEventAttributes", fields_88, 3},
	{"WorkflowExecutionCancelRequestedEventAttributes", fields_89, 4},
	{"WorkflowExecutionCanceledEventAttributes", fields_90, 2},
	{"RequestCancelExternalWorkflowExecutionInitiatedEventAttributes", fields_91, 7},
	{"RequestCancelExternalWorkflowExecutionFailedEventAttributes", fields_92, 7},
	{"ExternalWorkflowExecutionCancelRequestedEventAttributes", fields_93, 4},
	{"WorkflowExecutionContinuedAsNewEventAttributes", fields_94, 16},
	{"StartChildWorkflowExecutionInitiatedEventAttributes", fields_95, 23},
	{"StartChildWorkflowExecutionFailedEventAttributes", fields_96, 8},
	{"ChildWorkflowExecutionStartedEventAttributes", fields_97, 6},
	{"ChildWorkflowExecutionCompletedEventAttributes", fields_98, 7},
	{"ChildWorkflowExecutionFailedEventAttributes", fields_99, 8},
	{"ChildWorkflowExecutionCanceledEventAttributes", fields_100, 7},
	{"ChildWorkflowExecutionTimedOutEventAttributes", fields_101, 7},
	{"ChildWorkflowExecutionTerminatedEventAttributes", fields_102, 6},
	{"SignalExternalWorkflowExecutionInitiatedEventAttributes", fields_103, 9},
	{"SignalExternalWorkflowExecutionFailedEventAttributes", fields_104, 7},
	{"ExternalWorkflowExecutionSignaledEventAttributes", fields_105, 5},
	{"UpsertWorkflowSearchAttributesEventAttributes", fields_106, 2},
	{"WorkflowExecutionUpdateAcceptedEventAttributes", fields_107, 4},
	{"Request", fields_108, 6}, {"Meta", fields_109, 2}, {"Input", fields_110, 3},
	{"WorkflowExecutionUpdateRejectedEventAttributes", fields_111, 5},
	{"WorkflowExecutionUpdateCompletedEventAttributes", fields_112, 3},
	{"Outcome", fields_113, 2},
	{"WorkflowPropertiesModifiedExternallyEventAttributes", fields_114, 5},
	{"ActivityPropertiesModifiedExternallyEventAttributes", fields_115, 2},
	{"WorkflowPropertiesModifiedEventAttributes", fields_116, 2},
	{"WorkflowExecutionUpdateAdmittedEventAttributes", fields_117, 2},
	{"NexusOperationScheduledEventAttributes", fields_118, 11},
	{"NexusHeaderEntry", fields_119, 2},
	{"NexusOperationStartedEventAttributes", fields_120, 4},
	{"NexusOperationCompletedEventAttributes", fields_121, 3},
	{"NexusOperationFailedEventAttributes", fields_122, 3},
	{"NexusOperationCanceledEventAttributes", fields_123, 3},
	{"NexusOperationTimedOutEventAttributes", fields_124, 3},
	{"NexusOperationCancelRequestedEventAttributes", fields_125, 2},
	{"WorkflowExecutionOptionsUpdatedEventAttributes", fields_126, 9},
	{"WorkflowUpdateOptionsUpdate", fields_127, 3},
	{"NexusOperationCancelRequestCompletedEventAttributes", fields_128, 3},
	{"NexusOperationCancelRequestFailedEventAttributes", fields_129, 4},
	{"WorkflowExecutionPausedEventAttributes", fields_130, 3},
	{"WorkflowExecutionUnpausedEventAttributes", fields_131, 3},
	{"WorkflowExecutionTimeSkippingTransitionedEventAttributes", fields_132, 3},
};
_Static_assert(70 <= SCHEMA_FIELDS_MOST, "a message has more fields");
