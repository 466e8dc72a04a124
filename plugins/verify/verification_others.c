/* The workflows that a starter started beside its first. They are to end as the first is to, unless
 * they wait by design: for a message, or for a time. */
#include "verification.h"

#include <string.h>

/* As diagnose says it, of a workflow that nobody has to wait for. */
static bool waits_by_design(const char *verdict)
{
	static const char *const those[] = { "waiting_signal", "waiting_timer", "start_delayed",
					     "activity_paused" };

	for (size_t i = 0; i < sizeof(those) / sizeof(*those); i++)
		if (!strcmp(those[i], verdict))
			return true;
	return false;
}

/* What is not well with one of them, NULL: nothing; *as is how it is. */
static const char *problem_of(struct verification *verification, const struct plan_run *plan,
			      const cJSON *row, enum tsk_status *status, const char **as)
{
	const char *wanted = tsk_workflow_status_name(plan->expect_status);
	const char *id = member_text(row, "workflow_id");
	const char *diagnose[] = { "--workflow-id", id, "--run-id", member_text(row, "run_id"),
				   NULL };
	const char *wait[] = { "--workflow-id",
			       id,
			       "--run-id",
			       member_text(row, "run_id"),
			       "--status",
			       tsk_format(verification->call, "%s,CONTINUED_AS_NEW", wanted),
			       "--timeout",
			       plan->timeout,
			       NULL };
	const cJSON *result = NULL;
	const char *error = "";

	*status = verification_command(verification, "diagnose", diagnose, &result, &error);
	*as = member_text(result, "verdict");
	if (*status != TSK_OK && !result)
		return error;
	if (!strcmp(member_text(result, "status"), "RUNNING") && waits_by_design(*as))
		return NULL;
	*status = verification_command(verification, "wait-for-workflow-status", wait, &result,
				       &error);
	*as = member_text(result, "status");
	return *status == TSK_OK
		       ? NULL
		       : verification_reason(verification->call, result,
					     tsk_format(verification->call, "%s, expected %s",
							*as ? *as : error, wanted));
}

bool verification_others(struct verification *verification, const struct plan_run *plan,
			 const cJSON *workflows)
{
	struct tsk_call *call = verification->call;
	const char *name = tsk_format(call, "%s: other workflows", plan->name), *as = "";
	struct tsk_text said = { .call = call };
	int64_t began = tsk_now_ms();
	size_t count = 0;

	for (const cJSON *row = workflows ? workflows->child : NULL; row; row = row->next) {
		enum tsk_status status;
		if (row == workflows->child)
			continue;
		const char *problem = problem_of(verification, plan, row, &status, &as);
		if (problem)
			return verification_step(verification, name, false, began, status,
						 "'%s': %s", member_text(row, "workflow_id"),
						 problem);
		if (count++ < 5)
			tsk_text_join(&said, ", ", "%s", as);
	}
	return !count || verification_step(verification, name, true, began, TSK_OK, "%zu: %s%s",
					   count, tsk_text_value(&said), count > 5 ? ", ..." : "");
}
