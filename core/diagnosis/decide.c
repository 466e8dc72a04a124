/* The classifier: which verdict the symptoms give. The order here is the order of what decides. */
#include "classifier.h"
#include "headline.h"

#include <string.h>

static void begin_reading(struct reading *reading, struct tsk_call *call,
			  const struct tsk_symptoms *symptoms, struct tsk_diagnosis *diagnosis)
{
	const char *id = or_empty(symptoms->workflow->workflow_id);

	*diagnosis = (struct tsk_diagnosis){ .verdict = TSK_VERDICT_IN_PROGRESS };
	*reading = (struct reading){
		.call = call,
		.symptoms = symptoms,
		.workflow = symptoms->workflow,
		.diagnosis = diagnosis,
		.id = id,
		/* An id that begins with a dash would be read as a flag of its own. */
		.which = tsk_format(call, "%s%s", *id == '-' ? "--workflow-id=" : "-w ",
				    tsk_quote(call, id)),
		.cause = "",
		.failed_by = "",
		.queue = or_empty(symptoms->workflow->task_queue),
	};
	lines_init(&reading->evidence, call);
	lines_init(&reading->recovery, call);
	lines_init(&reading->next, call);
	take_cause(reading, "", "");
}

/* A closed workflow may still show a pending task: the status comes first. Then what is broken,
 * then what is at work, then what it waits for. */
static void decide(struct reading *reading)
{
	if (read_closed(reading) || read_paused(reading) || read_start_delay(reading) ||
	    read_task(reading) || read_activities(reading) || read_local_activity(reading) ||
	    read_task_at_work(reading) || read_cancel_request(reading) ||
	    read_healthy_activities(reading))
		return;
	read_waiting(reading);
}

void read_all(struct reading *reading, struct tsk_call *call, const struct tsk_symptoms *symptoms,
	      struct tsk_diagnosis *diagnosis)
{
	begin_reading(reading, call, symptoms, diagnosis);
	decide(reading);
	if (tsk_verdict_is_stalled(diagnosis->verdict))
		diagnosis->stalled = is_open(symptoms->workflow) && !diagnosis->recovering;
	diagnosis->headline = headline(reading);
	advise(reading);
	diagnosis->evidence = lines_take(&reading->evidence);
	diagnosis->recovery = lines_take(&reading->recovery);
	diagnosis->next = lines_take(&reading->next);
}

void tsk_classify(struct tsk_call *call, const struct tsk_symptoms *symptoms,
		  struct tsk_diagnosis *diagnosis)
{
	struct reading reading;

	read_all(&reading, call, symptoms, diagnosis);
}
