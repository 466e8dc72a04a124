/* Schedules that start what no worker can begin, as the passports of this machine's workers tell:
 * known before they fire. */
#include "evidence_passport.h"
#include "passport_facts.h"
#include "temporal/client.h"

/* Each may cost two requests; whoever has more of these mends some first. */
#define ASKED_MOST 5

static const char *reason_of(struct host *host, const struct tsk_schedule *schedule)
{
	struct tsk_call *call = host->call;
	const char *queue = schedule_task_queue(call, schedule->id);
	const struct tsk_workflow workflow = { .workflow_id = schedule->id,
					       .type = schedule->workflow_type,
					       .task_queue = or_empty(queue),
					       .status = TSK_WORKFLOW_RUNNING };
	struct tsk_symptoms symptoms = { .workflow = &workflow, .now = tsk_wall_ns() };
	struct reading reading = { .call = call,
				   .symptoms = &symptoms,
				   .workflow = &workflow,
				   .queue = workflow.task_queue };

	if (!queue)
		return NULL;
	note_passports(host, &symptoms);
	if (!wants_workflow_pollers(&reading))
		return NULL;
	symptoms.workflow_pollers_known =
		tsk_pollers(call, queue, TSK_WORKFLOW_TASKS, &symptoms.workflow_pollers,
			    &symptoms.workflow_poller_count) == TSK_OK;
	if (!symptoms.workflow_pollers_known) {
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return NULL;
	}
	host_tell(host, &symptoms);
	if (!workflow_is_nowhere(&reading))
		return NULL;
	const struct registered found = workflow_registered(&reading);

	return tsk_format(call, "what it starts fails: workflow type '%s' %s%s%s%s",
			  schedule->workflow_type, unregistered_text(&reading, TSK_WORKFLOW_TASKS),
			  found.missing->near ? " (it registers '" : "",
			  or_empty(found.missing->near), found.missing->near ? "')" : "");
}

void tsk_schedules_unserved(struct tsk_call *call, const struct tsk_schedule *schedules,
			    size_t count, const char **troubles)
{
	struct host host = { .call = call };
	size_t asked = 0;

	for (size_t i = 0; i < count; i++)
		troubles[i] = NULL;
	if (!count)
		return;
	host_look(&host);
	for (size_t i = 0; i < count && asked < ASKED_MOST; i++) {
		if (!*or_empty(schedules[i].workflow_type) ||
		    is_registered_here(&host, schedules[i].workflow_type))
			continue;
		asked++;
		troubles[i] = reason_of(&host, &schedules[i]);
		if (tsk_error(call) == TSK_INTERRUPTED)
			return;
	}
}
