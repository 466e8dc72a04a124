/* Deciding: which verdict the symptoms give. The order here is the order of what decides. */
#include "classifier.h"

#include "talk/trace.h"

static void begin_reading(struct reading *reading, struct tsk_call *call,
			  const struct tsk_symptoms *symptoms, struct tsk_diagnosis *diagnosis)
{
	*diagnosis = (struct tsk_diagnosis){ .verdict = TSK_VERDICT_IN_PROGRESS };
	*reading = (struct reading){
		.call = call,
		.symptoms = symptoms,
		.workflow = symptoms->workflow,
		.diagnosis = diagnosis,
		.id = or_empty(symptoms->workflow->workflow_id),
		.cause = "",
		.failed_by = "",
		.queue = or_empty(symptoms->workflow->task_queue),
	};
	take_cause(reading, TSK_CAUSE_NONE, "", "");
}

/* A closed workflow may still show a pending task: the status comes first. Then what is broken,
 * then what is at work, then what it waits for. */
static const struct {
	enum theme theme;
	bool (*read)(struct reading *reading);
} themes[] = {
	{ THEME_CLOSED, read_closed },
	{ THEME_PAUSED, read_paused },
	{ THEME_START_DELAY, read_start_delay },
	{ THEME_TASK, read_task },
	{ THEME_ACTIVITY, read_activities },
	{ THEME_LOCAL_ACTIVITY, read_local_activity },
	{ THEME_TASK_AT_WORK, read_task_at_work },
	{ THEME_CANCEL_REQUEST, read_cancel_request },
	{ THEME_ACTIVITY, read_healthy_activities },
	{ THEME_WAITING, read_waiting }, /* the last one always decides */
};

void decide(struct reading *reading, struct tsk_call *call, const struct tsk_symptoms *symptoms,
	    struct tsk_diagnosis *diagnosis)
{
	size_t at = 0;

	begin_reading(reading, call, symptoms, diagnosis);
	while (!themes[at].read(reading))
		at++;
	reading->theme = themes[at].theme;
	read_unanswered(reading);
	if (tsk_verdict_is_stalled(diagnosis->verdict))
		diagnosis->stalled = is_open(symptoms->workflow) && !diagnosis->recovering;
	read_runs(reading);
	read_growth(reading);
	if (trace_wants(TRACE_DIAGNOSIS))
		trace_line(call, TRACE_DIAGNOSIS, "%s: %s%s%s", tsk_quote(call, reading->id),
			   tsk_verdict_name(diagnosis->verdict),
			   *diagnosis->root_cause.type ? ", " : "", diagnosis->root_cause.type);
}
