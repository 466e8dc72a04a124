/* The classifier from outside: decided and told in one go. */
#include "classifier.h"
#include "call/call.h"
#include "tell.h"

const char *or_empty(const char *text)
{
	return text ? text : "";
}

const struct tsk_symptoms_more *tsk_symptoms_more(const struct tsk_call *call,
						  const struct tsk_symptoms *symptoms)
{
	static const struct tsk_symptoms_more nothing = { .run_count = 0 };
	const struct tsk_symptoms_more *more = call_beside(call, symptoms->more);

	return more ? more : &nothing;
}

void tsk_symptoms_set_more(struct tsk_call *call, struct tsk_symptoms *symptoms,
			   const struct tsk_symptoms_more *more)
{
	struct tsk_symptoms_more *kept = tsk_alloc(call, sizeof(*kept));

	*kept = *more;
	symptoms->more = call_beside_add(call, kept);
}

bool is_open(const struct tsk_workflow *workflow)
{
	return workflow->status == TSK_WORKFLOW_RUNNING ||
	       workflow->status == TSK_WORKFLOW_PAUSED ||
	       workflow->status == TSK_WORKFLOW_UNSPECIFIED;
}

void tsk_classify(struct tsk_call *call, const struct tsk_symptoms *symptoms,
		  struct tsk_diagnosis *diagnosis)
{
	struct reading reading;

	decide(&reading, call, symptoms, diagnosis);
	tell(&reading);
}
