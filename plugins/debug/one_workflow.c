/* The diagnosis of one workflow. */
#include "one_workflow.h"
#include "output_file.h"

const struct tsk_view one_workflow_views[] = {
	{ .path = "?root_cause.type", .label = "root cause" },
	{ .path = "?root_cause.message", .label = "message" },
	{ .path = "root_cause.location", .label = "at" },
	{ .path = "evidence" },
	{ .path = "recovery" },
	{ .path = "run_id" },
	{ .path = "symptoms" },
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

static enum tsk_status check_symptoms(struct tsk_call *call, const struct one_workflow *one)
{
	if (one->with_payloads && !one->save_symptoms)
		return tsk_fail(call, TSK_USAGE, "'--with-payloads' goes with '--save-symptoms'");
	return check_output_file(call, one->save_symptoms);
}

static enum tsk_status save_symptoms(struct tsk_call *call, const struct one_workflow *one,
				     const struct tsk_known *known)
{
	if (!one->save_symptoms)
		return TSK_OK;
	tsk_set(tsk_result(call), "symptoms", one->save_symptoms);
	return tsk_known_save(call, known, one->with_payloads, one->save_symptoms);
}

enum tsk_status say_one_workflow(struct tsk_call *call, const struct one_workflow *one)
{
	const struct tsk_workflow *workflow = NULL;
	const struct tsk_known *known = NULL;
	struct tsk_diagnosis diagnosis = { .headline = "" };

	if (check_symptoms(call, one) ||
	    tsk_describe_workflow(call, one->workflow_id, one->run_id, &workflow) ||
	    tsk_diagnose_known(call, one->workflow_id, one->run_id, workflow, &diagnosis, &known) ||
	    save_symptoms(call, one, known))
		return tsk_error(call);
	tsk_diagnosis_say(call, workflow, &diagnosis);
	if (!one->check)
		return TSK_OK;
	/* Nothing was found, and not all was answered: that is not to say that nothing is wrong. */
	return is_finding(&diagnosis) ? TSK_NEGATIVE : tsk_unanswered(call);
}
