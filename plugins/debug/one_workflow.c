/* The diagnosis of one workflow. */
#include "one_workflow.h"

const struct tsk_view one_workflow_views[] = {
	{ .path = "?root_cause.type", .label = "root cause" },
	{ .path = "?root_cause.message", .label = "message" },
	{ .path = "root_cause.location", .label = "at" },
	{ .path = "evidence" },
	{ .path = "recovery" },
	{ .path = "run_id" },
	{ 0 },
};

bool is_finding(const struct tsk_diagnosis *diagnosis)
{
	switch (diagnosis->verdict) {
	case TSK_VERDICT_FALSE_POSITIVE_RESULT:
	case TSK_VERDICT_WORKFLOW_FAILED:
	case TSK_VERDICT_ACTIVITY_FAILED:
	case TSK_VERDICT_ACTIVITY_TIMEOUT:
	case TSK_VERDICT_CHILD_FAILED:
	case TSK_VERDICT_WORKFLOW_TIMED_OUT: return true;
	case TSK_VERDICT_MISSING_ACTIVITY: return !diagnosis->recovering;
	default: return diagnosis->stalled || diagnosis->attention;
	}
}

enum tsk_status say_one_workflow(struct tsk_call *call, const char *workflow_id, const char *run_id,
				 bool check)
{
	const struct tsk_workflow *workflow = NULL;
	struct tsk_diagnosis diagnosis = { .headline = "" };

	if (tsk_describe_workflow(call, workflow_id, run_id, &workflow) ||
	    tsk_diagnose(call, workflow_id, run_id, workflow, &diagnosis))
		return tsk_error(call);
	tsk_diagnosis_say(call, workflow, &diagnosis);
	return check && is_finding(&diagnosis) ? TSK_NEGATIVE : TSK_OK;
}
