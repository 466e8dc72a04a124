/* The names of statuses, event types and other enums: to text, and from any spelling of it. */
#include "convert.h"

#include <temporal-skill/client.h>

#include <ctype.h>
#include <string.h>

/* ---- workflow status ---- */

static const struct {
	const char *name;
	const char *query_name;
} statuses[] = {
	[TSK_WORKFLOW_UNSPECIFIED] = { "UNSPECIFIED", "Unspecified" },
	[TSK_WORKFLOW_RUNNING] = { "RUNNING", "Running" },
	[TSK_WORKFLOW_COMPLETED] = { "COMPLETED", "Completed" },
	[TSK_WORKFLOW_FAILED] = { "FAILED", "Failed" },
	[TSK_WORKFLOW_CANCELED] = { "CANCELED", "Canceled" },
	[TSK_WORKFLOW_TERMINATED] = { "TERMINATED", "Terminated" },
	[TSK_WORKFLOW_CONTINUED_AS_NEW] = { "CONTINUED_AS_NEW", "ContinuedAsNew" },
	[TSK_WORKFLOW_TIMED_OUT] = { "TIMED_OUT", "TimedOut" },
	[TSK_WORKFLOW_PAUSED] = { "PAUSED", "Paused" },
};

#define STATUS_COUNT (sizeof(statuses) / sizeof(*statuses))

const char *tsk_workflow_status_name(enum tsk_workflow_status status)
{
	return statuses[(size_t)status < STATUS_COUNT ? status : TSK_WORKFLOW_UNSPECIFIED].name;
}

const char *tsk_workflow_status_query_name(enum tsk_workflow_status status)
{
	size_t index = (size_t)status < STATUS_COUNT ? status : TSK_WORKFLOW_UNSPECIFIED;

	return statuses[index].query_name;
}

/* Longer than any spelling of a status. */
#define SPELLING_MOST 64

/* The letters of text alone, in upper case, so that all spellings look the same. false: too long to
 * be a status. */
static bool bare(const char *text, char letters[SPELLING_MOST])
{
	size_t length = 0;

	for (; *text; text++) {
		if (strchr("_- ", *text))
			continue;
		if (!isalpha((unsigned char)*text) || length + 1 == SPELLING_MOST)
			return false;
		letters[length++] = (char)toupper((unsigned char)*text);
	}
	letters[length] = '\0';
	return length > 0;
}

bool tsk_workflow_status_parse(const char *text, enum tsk_workflow_status *status)
{
	static const char prefix[] = "WORKFLOWEXECUTIONSTATUS";
	char given[SPELLING_MOST], known[SPELLING_MOST];
	const char *word = given;

	if (!text || !bare(text, given))
		return false;
	if (strncmp(word, prefix, sizeof(prefix) - 1) == 0)
		word += sizeof(prefix) - 1;
	if (strcmp(word, "CANCELLED") == 0)
		word = "CANCELED";
	for (size_t i = TSK_WORKFLOW_RUNNING; i < STATUS_COUNT; i++) {
		if (bare(statuses[i].name, known) && strcmp(word, known) == 0) {
			*status = (enum tsk_workflow_status)i;
			return true;
		}
	}
	return false;
}

/* ---- events ---- */

static const char *const event_types[] = {
	[0] = "Unspecified",
	[1] = "WorkflowExecutionStarted",
	[2] = "WorkflowExecutionCompleted",
	[3] = "WorkflowExecutionFailed",
	[4] = "WorkflowExecutionTimedOut",
	[5] = "WorkflowTaskScheduled",
	[6] = "WorkflowTaskStarted",
	[7] = "WorkflowTaskCompleted",
	[8] = "WorkflowTaskTimedOut",
	[9] = "WorkflowTaskFailed",
	[10] = "ActivityTaskScheduled",
	[11] = "ActivityTaskStarted",
	[12] = "ActivityTaskCompleted",
	[13] = "ActivityTaskFailed",
	[14] = "ActivityTaskTimedOut",
	[15] = "ActivityTaskCancelRequested",
	[16] = "ActivityTaskCanceled",
	[17] = "TimerStarted",
	[18] = "TimerFired",
	[19] = "TimerCanceled",
	[20] = "WorkflowExecutionCancelRequested",
	[21] = "WorkflowExecutionCanceled",
	[22] = "RequestCancelExternalWorkflowExecutionInitiated",
	[23] = "RequestCancelExternalWorkflowExecutionFailed",
	[24] = "ExternalWorkflowExecutionCancelRequested",
	[25] = "MarkerRecorded",
	[26] = "WorkflowExecutionSignaled",
	[27] = "WorkflowExecutionTerminated",
	[28] = "WorkflowExecutionContinuedAsNew",
	[29] = "StartChildWorkflowExecutionInitiated",
	[30] = "StartChildWorkflowExecutionFailed",
	[31] = "ChildWorkflowExecutionStarted",
	[32] = "ChildWorkflowExecutionCompleted",
	[33] = "ChildWorkflowExecutionFailed",
	[34] = "ChildWorkflowExecutionCanceled",
	[35] = "ChildWorkflowExecutionTimedOut",
	[36] = "ChildWorkflowExecutionTerminated",
	[37] = "SignalExternalWorkflowExecutionInitiated",
	[38] = "SignalExternalWorkflowExecutionFailed",
	[39] = "ExternalWorkflowExecutionSignaled",
	[40] = "UpsertWorkflowSearchAttributes",
	[41] = "WorkflowExecutionUpdateAccepted",
	[42] = "WorkflowExecutionUpdateRejected",
	[43] = "WorkflowExecutionUpdateCompleted",
	[44] = "WorkflowPropertiesModifiedExternally",
	[45] = "ActivityPropertiesModifiedExternally",
	[46] = "WorkflowPropertiesModified",
	[47] = "WorkflowExecutionUpdateAdmitted",
	[48] = "NexusOperationScheduled",
	[49] = "NexusOperationStarted",
	[50] = "NexusOperationCompleted",
	[51] = "NexusOperationFailed",
	[52] = "NexusOperationCanceled",
	[53] = "NexusOperationTimedOut",
	[54] = "NexusOperationCancelRequested",
	[55] = "WorkflowExecutionOptionsUpdated",
	[56] = "NexusOperationCancelRequestCompleted",
	[57] = "NexusOperationCancelRequestFailed",
	[58] = "WorkflowExecutionPaused",
	[59] = "WorkflowExecutionUnpaused",
	[60] = "WorkflowExecutionTimeSkippingTransitioned",
};

const char *tsk_event_type_name(int type)
{
	if (type < 0 || (size_t)type >= sizeof(event_types) / sizeof(*event_types) ||
	    !event_types[type])
		return "Unknown";
	return event_types[type];
}

/* ---- any enum ---- */

const char *enum_name(struct tsk_call *call, const ProtobufCEnumDescriptor *type, int value)
{
	const ProtobufCEnumValue *known = protobuf_c_enum_descriptor_get_value(type, value);

	if (value == 0)
		return "";
	return known ? known->name : tsk_format(call, "%d", value);
}
