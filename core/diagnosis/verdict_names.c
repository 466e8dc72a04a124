/* The vocabulary of verdicts. */
#include <temporal-skill/diagnosis.h>

struct verdict_row {
	const char *name;
	bool stalled;
};

static const struct verdict_row rows[] = {
	[TSK_VERDICT_NONDETERMINISM] = { "nondeterminism", true },
	[TSK_VERDICT_MISSING_WORKFLOW] = { "missing_workflow", true },
	[TSK_VERDICT_SANDBOX_VIOLATION] = { "sandbox_violation", true },
	[TSK_VERDICT_WORKFLOW_TASK_FAILURE] = { "workflow_task_failure", true },
	[TSK_VERDICT_WORKFLOW_TASK_TIMEOUT] = { "workflow_task_timeout", true },
	[TSK_VERDICT_MISSING_ACTIVITY] = { "missing_activity", true },
	[TSK_VERDICT_ACTIVITY_RETRYING] = { "activity_retrying", true },
	[TSK_VERDICT_ACTIVITY_IN_PROGRESS] = { "activity_in_progress", false },
	/* Someone paused it and means to go on: no code, worker or queue is broken. */
	[TSK_VERDICT_ACTIVITY_PAUSED] = { "activity_paused", false },
	[TSK_VERDICT_NO_WORKFLOW_WORKER] = { "no_workflow_worker", true },
	[TSK_VERDICT_NO_ACTIVITY_WORKER] = { "no_activity_worker", true },
	[TSK_VERDICT_WAITING_SIGNAL] = { "waiting_signal", false },
	[TSK_VERDICT_WAITING_TIMER] = { "waiting_timer", false },
	[TSK_VERDICT_WAITING_CHILD] = { "waiting_child", false },
	[TSK_VERDICT_START_DELAYED] = { "start_delayed", false },
	[TSK_VERDICT_CANCEL_REQUESTED] = { "cancel_requested", false },
	[TSK_VERDICT_IN_PROGRESS] = { "in_progress", false },
	[TSK_VERDICT_OK] = { "ok", false },
	[TSK_VERDICT_FALSE_POSITIVE_RESULT] = { "false_positive_result", false },
	[TSK_VERDICT_WORKFLOW_FAILED] = { "workflow_failed", false },
	[TSK_VERDICT_ACTIVITY_FAILED] = { "activity_failed", false },
	[TSK_VERDICT_ACTIVITY_TIMEOUT] = { "activity_timeout", false },
	[TSK_VERDICT_CHILD_FAILED] = { "child_failed", false },
	[TSK_VERDICT_WORKFLOW_TIMED_OUT] = { "workflow_timed_out", false },
	[TSK_VERDICT_CANCELED] = { "canceled", false },
	[TSK_VERDICT_TERMINATED] = { "terminated", false },
	[TSK_VERDICT_CONTINUED_AS_NEW] = { "continued_as_new", false },
	[TSK_VERDICT_NEXUS_RETRYING] = { "nexus_retrying", true },
	/* Like a paused activity. */
	[TSK_VERDICT_WORKFLOW_PAUSED] = { "workflow_paused", false },
	[TSK_VERDICT_WAITING_IN_VAIN] = { "waiting_in_vain", true },
	[TSK_VERDICT_LEFT_UNDONE] = { "left_undone", false },
	[TSK_VERDICT_UNCLEAR] = { "unclear", false },
};

static const struct verdict_row *row_of(enum tsk_verdict verdict)
{
	static const struct verdict_row unknown = { "unknown", false };
	size_t at = (size_t)verdict;

	return at < sizeof(rows) / sizeof(*rows) ? &rows[at] : &unknown;
}

const char *tsk_verdict_name(enum tsk_verdict verdict)
{
	return row_of(verdict)->name;
}

bool tsk_verdict_is_stalled(enum tsk_verdict verdict)
{
	return row_of(verdict)->stalled;
}
