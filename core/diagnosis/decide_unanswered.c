/* Deciding what cannot be told: a verdict that hangs on a question which was put to the server and
 * not answered is none. What describe shows by itself stands. */
#include "classifier.h"

/* Without the history a pending task's earlier failures, what it waits for and its result are not
 * known; that it ended, and how, is. */
static bool hangs_on_history(const struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_WAITING_SIGNAL: return !reading->workflow->pending_nexus_count;
	case TSK_VERDICT_OK: return !reading->result_json;
	case TSK_VERDICT_IN_PROGRESS: return reading->workflow->pending_task.attempt > 1;
	default: return false;
	}
}

/* It ended badly, of which only the history says why. */
static bool has_unread_end(const struct reading *reading)
{
	return reading->workflow->status == TSK_WORKFLOW_FAILED ||
	       reading->workflow->status == TSK_WORKFLOW_TIMED_OUT;
}

static bool hangs_on_workflow_pollers(const struct reading *reading)
{
	return reading->diagnosis->verdict == TSK_VERDICT_IN_PROGRESS &&
	       reading->workflow->pending_task.present && !reading->workflow->pending_task.started;
}

static bool hangs_on_activity_pollers(const struct reading *reading)
{
	return reading->diagnosis->verdict == TSK_VERDICT_ACTIVITY_IN_PROGRESS &&
	       reading->activity_trouble == ACTIVITY_UNCERTAIN;
}

const char *unread_reason(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	switch (reading->unread) {
	case UNREAD_HISTORY: return more->no_history;
	case UNREAD_WORKFLOW_POLLERS: return more->no_workflow_pollers;
	case UNREAD_ACTIVITY_POLLERS: return more->no_activity_pollers;
	case UNREAD_NOTHING:
	default: return "";
	}
}

void read_unanswered(struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (more->no_history && has_unread_end(reading)) {
		/* That it did is the verdict; the cause would be a guess. */
		reading->unread = UNREAD_HISTORY;
		take_cause(reading, TSK_CAUSE_NONE, "", "");
		return;
	}
	if (more->no_history && hangs_on_history(reading))
		reading->unread = UNREAD_HISTORY;
	else if (more->no_workflow_pollers && hangs_on_workflow_pollers(reading))
		reading->unread = UNREAD_WORKFLOW_POLLERS;
	else if (more->no_activity_pollers && hangs_on_activity_pollers(reading))
		reading->unread = UNREAD_ACTIVITY_POLLERS;
	if (reading->unread)
		reading->diagnosis->verdict = TSK_VERDICT_UNCLEAR;
}
