/* The classifier from outside: decided and told in one go. */
#include "classifier.h"
#include "tell.h"

const char *or_empty(const char *text)
{
	return text ? text : "";
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
