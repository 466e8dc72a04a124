/* The diagnosis of one workflow, as analyze-workflow-error and diagnose -w say it. */
#ifndef DEBUG_ONE_WORKFLOW_H
#define DEBUG_ONE_WORKFLOW_H

#include <temporal-skill/diagnosis.h>

extern const struct tsk_view one_workflow_views[];

/* check: TSK_NEGATIVE where it is stalled, failed, or its result looks like an error. */
enum tsk_status say_one_workflow(struct tsk_call *call, const char *workflow_id, const char *run_id,
				 bool check);

/* Whether a verdict is something to act on. */
bool is_finding(const struct tsk_diagnosis *diagnosis);

#endif
