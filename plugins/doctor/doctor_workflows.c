/* doctor: the workflow code, read against the rules of determinism. */
#include "doctor.h"

#include <temporal-skill/static_check.h>

#define WORKFLOWS_MS 10000

void doctor_workflows(struct doctor *doctor)
{
	struct tsk_call *call = doctor->call;
	const struct tsk_strings files = tsk_workflow_files(call);
	struct tsk_static_check check;

	tsk_static_check(call, &files, tsk_deadline(call, WORKFLOWS_MS), &check);
	if (check.not_run)
		doctor_skip(doctor, "workflow-code", check.not_run);
	else if (check.workflows)
		doctor_add(doctor, "workflow-code", !check.errors && !check.warnings, false,
			   tsk_count_text(call, (int64_t)check.workflows, "workflow"),
			   check.count ? tsk_static_check_text(call, &check)
				       : "nothing found that a replay does not bear",
			   "temporal-skill check-workflows");
}
