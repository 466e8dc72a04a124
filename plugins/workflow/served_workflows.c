/* Workflows that the project's worker started while a starter ran: what a request to a web
 * application with a worker in it comes to. */
#include "workflows_of_process.h"

#include <string.h>

/* The project's worker that is recorded here and runs; false: there is none. */
static bool note_worker(struct tsk_call *call, struct started *served)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);

	tsk_forget_error(call);
	for (; record && record->kind; record++)
		if (!strcmp(record->scope, project) && tsk_process_runs(&record->process))
			note_processes(call, served, &record->process);
	return served->pid_count > 0;
}

enum tsk_status find_served(struct tsk_call *call, struct started *started, const char **by)
{
	struct started *served = tsk_alloc(call, sizeof(*served));

	*by = NULL;
	served->since = started->since;
	/* The clock of another machine does not tell what began meanwhile. */
	if (!tsk_address_is_here(tsk_setting(call, TSK_SETTING_ADDRESS)) ||
	    !note_worker(call, served))
		return TSK_OK;
	if (find_started(call, served, 0))
		return tsk_error(call);
	for (size_t i = 0; i < served->count; i++)
		if (served->workflows[i]->started_at >= started->since &&
		    !*served->workflows[i]->parent_workflow_id)
			started->workflows[started->count++] = served->workflows[i];
	if (started->count)
		*by = tsk_format(call, "the project's worker (pid %d), while the starter ran",
				 served->pids[0]);
	return TSK_OK;
}
