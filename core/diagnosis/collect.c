/* Collecting symptoms: what the server is asked, at most five times. After each answer the symptoms
 * are read anew, and what the verdict hinges on is asked next. What was decided is told at the end.
 */
#include "collect.h"
#include "elsewhere.h"
#include "source_lines.h"
#include "sources/sources.h"
#include "talk/trace.h"
#include "tell.h"
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

static enum tsk_status ask_history(struct collecting *collecting)
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

static enum tsk_status ask_oldest(struct collecting *collecting)
{
	const struct tsk_workflow *workflow = collecting->symptoms.workflow;

	collecting->asked_oldest = true;
	collecting->left--;
	tsk_history_forward(collecting->call, workflow->workflow_id, workflow->run_id,
			    tail_limit(workflow), &collecting->symptoms.oldest);
	return forgive_error(collecting->call);
}

static enum tsk_status ask_workflow_pollers(struct collecting *collecting)
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

static enum tsk_status ask_activity_pollers(struct collecting *collecting)
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

static enum tsk_status ask_handlers(struct collecting *collecting)
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

/* Which queues this project's worker polls, where its record does not say: workers tell the server
 * with their heartbeats. */
static enum tsk_status ask_workers(struct collecting *collecting)
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
static enum tsk_status ask_other_queue(struct collecting *collecting)
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

static enum tsk_status ask_elsewhere(struct collecting *collecting)
{
	collecting->asked_elsewhere = true;
	return look_elsewhere(collecting->call, &collecting->reading, &collecting->symptoms,
			      &collecting->left);
}

static enum tsk_status ask_runs(struct collecting *collecting)
{
	collecting->asked_runs = true;
	ask_runs_of(collecting->call, &collecting->reading, &collecting->symptoms,
		    &collecting->left);
	return forgive_error(collecting->call);
}

/* ---- what to ask next ---- */

typedef enum tsk_status question(struct collecting *collecting);

static bool asked_about_tasks(const struct collecting *collecting)
{
	return collecting->symptoms.workflow_pollers_known ||
	       tsk_symptoms_more(collecting->call, &collecting->symptoms)->no_workflow_pollers;
}

static question *about_tasks(const struct collecting *collecting)
{
	return asked_about_tasks(collecting) ? NULL : ask_workflow_pollers;
}

static bool was_asked_of(const struct collecting *collecting, const char *queue)
{
	for (size_t i = 0; i < collecting->asked_queue_count; i++)
		if (strcmp(collecting->asked_queues[i], queue) == 0)
			return true;
	return false;
}

static question *about_activities(const struct collecting *collecting)
{
	const struct tsk_symptoms *symptoms = &collecting->symptoms;
	const char *queue = collecting->reading.queue;

	/* A local activity is a matter of the workflow's task. */
	if (!symptoms->workflow->pending_activity_count)
		return about_tasks(collecting);
	/* Of several activities on several queues, one after the other comes into question. */
	if (!was_asked_of(collecting, queue))
		return ask_activity_pollers;
	if (collecting->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER &&
	    strcmp(queue, symptoms->workflow->task_queue) == 0)
		return about_tasks(collecting);
	return NULL;
}

static question *about_waiting(const struct collecting *collecting)
{
	const struct tsk_symptoms *symptoms = &collecting->symptoms;

	if (symptoms->workflow->pending_child_count)
		return collecting->asked_child ? NULL : ask_child;
	if (collecting->diagnosis->verdict == TSK_VERDICT_WAITING_SIGNAL && symptoms->newest.more &&
	    !collecting->asked_oldest)
		return ask_oldest;
	/* With one question left, whoever had its last task is asked rather than looked for. */
	if (collecting->left == 1 && !asked_about_tasks(collecting) &&
	    last_worker_lives(&collecting->reading))
		return collecting->asked_handlers ? NULL : ask_handlers;
	if (!asked_about_tasks(collecting))
		return ask_workflow_pollers;
	/* Nobody would answer. */
	if (!presence_of(&collecting->reading, TSK_WORKFLOW_TASKS).live)
		return NULL;
	return collecting->asked_handlers ? NULL : ask_handlers;
}

/* It may wait for a child that was asked to cancel as well. */
static question *about_cancelled(const struct collecting *collecting)
{
	return collecting->reading.cancel_hold == HOLD_CHILD && !collecting->asked_child ? ask_child
											 : NULL;
}

static question *about_other_queues(struct collecting *collecting)
{
	if (!collecting->looked_for_queues)
		sources_queues(collecting->call,
			       tsk_setting(collecting->call, TSK_SETTING_PROJECT_DIR),
			       &collecting->queues);
	collecting->looked_for_queues = true;
	return !collecting->symptoms.other_queue &&
			       collecting->queues_asked < collecting->queues.count
		       ? ask_other_queue
		       : NULL;
}

/* Somebody is there who does not poll for activities: there may be none in its Worker, or no slot
 * free, which its heartbeat tells. */
static bool may_be_full(const struct collecting *collecting)
{
	const struct reading *reading = &collecting->reading;

	if (collecting->diagnosis->verdict != TSK_VERDICT_NO_ACTIVITY_WORKER)
		return false;
	return presence_of(reading, TSK_ACTIVITY_TASKS).gone ||
	       (strcmp(reading->queue, or_empty(reading->workflow->task_queue)) == 0 &&
		presence_of(reading, TSK_WORKFLOW_TASKS).live);
}

static question *about_missing_worker(struct collecting *collecting)
{
	const struct tsk_symptom_worker *worker = project_worker(&collecting->reading);

	if (!collecting->asked_workers && may_be_full(collecting))
		return ask_workers;

	/* A record may be wrong about its worker's queue: it says what the run before polled. */
	if (worker && *or_empty(worker->task_queues) &&
	    !lists_queue(worker->task_queues, collecting->reading.queue))
		return NULL;
	if (about_other_queues(collecting))
		return ask_other_queue;
	/* Its heartbeat would tell, but for one that is in another namespace. */
	if (!collecting->asked_elsewhere && !collecting->symptoms.other_queue)
		return ask_elsewhere;
	return !collecting->asked_workers && worker && !*or_empty(worker->task_queues) ? ask_workers
										       : NULL;
}

static question *about_end(const struct collecting *collecting)
{
	return collecting->left > 1 && !collecting->asked_child && has_ended_child(collecting)
		       ? ask_ended_child
		       : NULL;
}

static question *about_itself(struct collecting *collecting)
{
	question *next = NULL;

	if (!is_open(collecting->symptoms.workflow))
		return about_end(collecting);
	switch ((int)collecting->diagnosis->verdict) {
	case TSK_VERDICT_NONDETERMINISM:
	case TSK_VERDICT_MISSING_WORKFLOW:
	case TSK_VERDICT_SANDBOX_VIOLATION:
	case TSK_VERDICT_WORKFLOW_TASK_FAILURE:
	case TSK_VERDICT_WORKFLOW_TASK_TIMEOUT:
	case TSK_VERDICT_IN_PROGRESS: return about_tasks(collecting);
	case TSK_VERDICT_NO_WORKFLOW_WORKER: return about_missing_worker(collecting);
	case TSK_VERDICT_NO_ACTIVITY_WORKER:
		next = about_activities(collecting);
		return next ? next : about_missing_worker(collecting);
	case TSK_VERDICT_MISSING_ACTIVITY:
	case TSK_VERDICT_ACTIVITY_RETRYING:
	case TSK_VERDICT_ACTIVITY_IN_PROGRESS: return about_activities(collecting);
	case TSK_VERDICT_CANCEL_REQUESTED: return about_cancelled(collecting);
	case TSK_VERDICT_WAITING_SIGNAL:
	case TSK_VERDICT_WAITING_TIMER:
	case TSK_VERDICT_WAITING_CHILD: return about_waiting(collecting);
	default: return NULL;
	}
}

static bool has_failed(const struct collecting *collecting)
{
	const enum tsk_workflow_status status = collecting->symptoms.workflow->status;

	return status == TSK_WORKFLOW_FAILED || status == TSK_WORKFLOW_TIMED_OUT;
}

static question *next_question(struct collecting *collecting)
{
	bool open = is_open(collecting->symptoms.workflow);
	bool runs = !collecting->asked_runs && is_one_of_runs(&collecting->reading);
	question *next = NULL;

	if (collecting->left < 1)
		return NULL;
	/* What repeats says more than what this run is at; how it ended comes first. */
	if (open && runs)
		return ask_runs;
	next = about_itself(collecting);
	return next || !runs || !has_failed(collecting) ? next : ask_runs;
}

/* For the trace. */
static const char *name_of(question *asked)
{
	static const struct {
		question *asked;
		const char *name;
	} names[] = {
		{ ask_oldest, "its oldest events" },
		{ ask_workflow_pollers, "who polls for its workflow tasks" },
		{ ask_activity_pollers, "who polls for its activities" },
		{ ask_handlers, "its handlers" },
		{ ask_workers, "the workers that the server knows" },
		{ ask_other_queue, "another queue" },
		{ ask_elsewhere, "who polls elsewhere" },
		{ ask_child, "its child" },
		{ ask_ended_child, "how its child ended" },
		{ ask_runs, "the runs before it" },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (names[i].asked == asked)
			return names[i].name;
	return "?";
}

/* ---- the whole ---- */

/* A child that waits for a child of its own: describe tells that, and its history would cost the
 * one of whom all wait for. */
static bool is_between(const struct collecting *collecting)
{
	const struct tsk_workflow *workflow = collecting->symptoms.workflow;

	return collecting->below && workflow->pending_child_count &&
	       !workflow->pending_task.present && !workflow->pending_activity_count &&
	       !workflow->cancel_requested;
}

enum tsk_status collect(struct collecting *collecting)
{
	bool with_history = collecting->left > 0 && !is_between(collecting);
	enum tsk_status status = with_history ? ask_history(collecting) : TSK_OK;
	question *next = NULL;

	collecting->symptoms.now = tsk_wall_ns();
	while (status == TSK_OK) {
		host_tell(collecting->host, &collecting->symptoms);
		decide(&collecting->reading, collecting->call, &collecting->symptoms,
		       collecting->diagnosis);
		next = next_question(collecting);
		if (!next)
			break;
		trace_line(collecting->call, TRACE_DIAGNOSIS, "ask: %s", name_of(next));
		status = next(collecting);
	}
	if (status == TSK_OK) {
		note_source_lines(collecting->call, &collecting->reading, &collecting->symptoms);
		tell(&collecting->reading);
	}
	return status;
}

const struct tsk_known *collect_known(const struct collecting *collecting)
{
	struct tsk_known *known = tsk_alloc(collecting->call, sizeof(*known));

	*known = (struct tsk_known){ .symptoms = collecting->symptoms, .child = collecting->child };
	return known;
}

enum tsk_status tsk_diagnose_known(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, const struct tsk_workflow *workflow,
				   struct tsk_diagnosis *diagnosis, const struct tsk_known **known)
{
	struct host host = { .call = call };
	struct collecting collecting = {
		.call = call, .host = &host, .diagnosis = diagnosis, .left = REQUESTS_MOST
	};
	enum tsk_status status;

	collecting.left--;
	if (!workflow && tsk_describe_workflow(call, workflow_id, run_id, &workflow))
		return tsk_error(call);
	collecting.symptoms.workflow = workflow;
	status = collect(&collecting);
	*known = collect_known(&collecting);
	return status;
}

enum tsk_status tsk_diagnose(struct tsk_call *call, const char *workflow_id, const char *run_id,
			     const struct tsk_workflow *workflow, struct tsk_diagnosis *diagnosis)
{
	const struct tsk_known *known;

	return tsk_diagnose_known(call, workflow_id, run_id, workflow, diagnosis, &known);
}
