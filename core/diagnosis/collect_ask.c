/* The single questions of a diagnosis: each is one request, and its answer becomes a symptom. */
#include "collect.h"
#include "elsewhere.h"
#include "sources/sources.h"
#include "who_polls.h"

#include <temporal-skill/process.h>

#include <string.h>

/* One page of a history holds this many events at least (the server counts transactions); what is
 * newer than the last completed task fits in. */
#define TAIL_EVENTS       255

/* Events with payloads as large as these (bytes on the average) are fetched in smaller numbers. */
#define LARGE_EVENT       16384
#define TAIL_LARGE_EVENTS 30

/* A worker that polls answers a query in milliseconds, on a busy machine in a second or two; one
 * that hangs is known by this. */
#define HANDLERS_MS       2500

#define BACKWARD          "GetWorkflowExecutionHistoryReverse"
#define POLLERS           "DescribeTaskQueue"

enum tsk_status forgive_error(struct tsk_call *call)
{
	if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	tsk_forget_error(call);
	return TSK_OK;
}

/* ---- single questions ---- */

static size_t tail_limit(const struct tsk_workflow *workflow)
{
	if (workflow->history_length > 0 &&
	    workflow->history_bytes / workflow->history_length > LARGE_EVENT)
		return TAIL_LARGE_EVENTS;
	return TAIL_EVENTS;
}

enum tsk_status ask_history(struct collecting *collecting)
{
	const struct tsk_workflow *workflow = collecting->symptoms.workflow;

	collecting->left--;
	if (tsk_history_backward(collecting->call, workflow->workflow_id, workflow->run_id,
				 tail_limit(workflow), &collecting->symptoms.newest) == TSK_OK)
		return TSK_OK;
	/* What describe shows is told all the same. */
	return tsk_unanswered_reason(collecting->call, BACKWARD, workflow->workflow_id)
		       ? forgive_unanswered(collecting->call, &collecting->symptoms, NO_HISTORY,
					    BACKWARD, workflow->workflow_id)
		       : tsk_error(collecting->call);
}

enum tsk_status ask_oldest(struct collecting *collecting)
{
	const struct tsk_workflow *workflow = collecting->symptoms.workflow;

	collecting->asked_oldest = true;
	collecting->left--;
	tsk_history_forward(collecting->call, workflow->workflow_id, workflow->run_id,
			    tail_limit(workflow), &collecting->symptoms.oldest);
	return forgive_error(collecting->call);
}

enum tsk_status ask_workflow_pollers(struct collecting *collecting)
{
	struct tsk_symptoms *symptoms = &collecting->symptoms;

	collecting->left--;
	symptoms->workflow_pollers_known =
		tsk_pollers(collecting->call, symptoms->workflow->task_queue, TSK_WORKFLOW_TASKS,
			    &symptoms->workflow_pollers,
			    &symptoms->workflow_poller_count) == TSK_OK;
	return forgive_unanswered(collecting->call, symptoms, NO_WORKFLOW_POLLERS, POLLERS,
				  symptoms->workflow->task_queue);
}

enum tsk_status ask_activity_pollers(struct collecting *collecting)
{
	struct tsk_symptoms *symptoms = &collecting->symptoms;

	collecting->left--;
	symptoms->activity_task_queue = collecting->reading.queue;
	collecting->asked_queues[collecting->asked_queue_count++] = collecting->reading.queue;
	symptoms->activity_pollers_known =
		tsk_pollers(collecting->call, symptoms->activity_task_queue, TSK_ACTIVITY_TASKS,
			    &symptoms->activity_pollers,
			    &symptoms->activity_poller_count) == TSK_OK;
	note_unanswered(collecting->call, symptoms, NO_ACTIVITY_POLLERS, NULL);
	return forgive_unanswered(collecting->call, symptoms, NO_ACTIVITY_POLLERS, POLLERS,
				  symptoms->activity_task_queue);
}

enum tsk_status ask_handlers(struct collecting *collecting)
{
	struct tsk_symptoms *symptoms = &collecting->symptoms;
	struct tsk_handlers *handlers = tsk_alloc(collecting->call, sizeof(*handlers));

	collecting->asked_handlers = true;
	collecting->left--;
	if (tsk_workflow_handlers(collecting->call, symptoms->workflow->workflow_id,
				  symptoms->workflow->run_id, HANDLERS_MS, handlers) == TSK_OK)
		symptoms->handlers = handlers;
	return forgive_unanswered(collecting->call, symptoms, NO_HANDLERS, "QueryWorkflow",
				  symptoms->workflow->workflow_id);
}

/* Which signals' handlers are not done. */
enum tsk_status ask_unfinished(struct collecting *collecting)
{
	const struct tsk_workflow *workflow = collecting->symptoms.workflow;
	struct tsk_symptoms_more more = *tsk_symptoms_more(collecting->call, &collecting->symptoms);

	collecting->asked_unfinished = true;
	collecting->left--;
	if (tsk_unfinished_signals(collecting->call, workflow->workflow_id, workflow->run_id,
				   HANDLERS_MS, &more.unfinished_signals))
		return forgive_error(collecting->call);
	tsk_symptoms_set_more(collecting->call, &collecting->symptoms, &more);
	return TSK_OK;
}

/* Which queues this project's worker polls, where its record does not say: workers tell the server
 * with their heartbeats. */
enum tsk_status ask_workers(struct collecting *collecting)
{
	struct tsk_symptoms *symptoms = &collecting->symptoms;

	collecting->asked_workers = true;
	collecting->left--;
	if (tsk_list_workers(collecting->call, &symptoms->listed, &symptoms->listed_count) ==
	    TSK_OK)
		return TSK_OK;
	symptoms->listed_count = 0;
	return forgive_error(collecting->call);
}

/* The next queue that the project's sources name: who polls it? */
enum tsk_status ask_other_queue(struct collecting *collecting)
{
	struct tsk_symptoms *symptoms = &collecting->symptoms;
	const char *queue = collecting->queues.items[collecting->queues_asked++];
	bool activity = collecting->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER;
	const struct tsk_poller *pollers;
	size_t count = 0;

	if (strcmp(queue, collecting->reading.queue) == 0)
		return TSK_OK;
	collecting->left--;
	if (tsk_pollers(collecting->call, queue, activity ? TSK_ACTIVITY_TASKS : TSK_WORKFLOW_TASKS,
			&pollers, &count))
		return forgive_error(collecting->call);
	for (size_t i = 0; i < count; i++) {
		int pid = tsk_identity_pid(pollers[i].identity);

		if (poller_is_live(&collecting->reading, &pollers[i]) &&
		    (!pid || tsk_process_look(collecting->call, pid))) {
			symptoms->other_queue = queue;
			symptoms->other_poller = pollers[i].identity;
		}
	}
	return TSK_OK;
}

enum tsk_status ask_elsewhere(struct collecting *collecting)
{
	collecting->asked_elsewhere = true;
	return look_elsewhere(collecting->call, &collecting->reading, &collecting->symptoms,
			      &collecting->left);
}

enum tsk_status ask_runs(struct collecting *collecting)
{
	collecting->asked_runs = true;
	ask_runs_of(collecting->call, &collecting->reading, &collecting->symptoms,
		    &collecting->left);
	return forgive_error(collecting->call);
}
