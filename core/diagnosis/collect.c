/* Collecting symptoms: what the server is asked, at most five times. After each answer the symptoms
 * are read anew, and what the verdict hinges on is asked next. What was decided is told at the end.
 */
#include "collect.h"
#include "elsewhere.h"
#include "registered.h"
#include "source_lines.h"
#include "sources/sources.h"
#include "talk/trace.h"
#include "tell.h"
#include "who_polls.h"

#include <temporal-skill/process.h>

#include <string.h>

/* ---- what to ask next ---- */

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

/* A signal that came to the parent may have been meant for the child. */
static question *about_child(const struct collecting *collecting)
{
	const struct tsk_history *newest = &collecting->symptoms.newest;

	if (!collecting->asked_handlers && collecting->left > 2 &&
	    newest_of_type(newest, TSK_EVENT_SIGNALED) && last_worker_lives(&collecting->reading))
		return ask_handlers;
	return collecting->asked_child ? NULL : ask_child;
}

static question *about_waiting(const struct collecting *collecting)
{
	const struct tsk_symptoms *symptoms = &collecting->symptoms;

	if (symptoms->workflow->pending_child_count)
		return about_child(collecting);
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
	if (!collecting->asked_handlers)
		return ask_handlers;
	return !collecting->asked_unfinished && signal_had_no_effect(&collecting->reading)
		       ? ask_unfinished
		       : NULL;
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
	/* A worker of that queue may have been given no workflows. */
	if (worker && collecting->diagnosis->verdict == TSK_VERDICT_NO_WORKFLOW_WORKER &&
	    !collecting->symptoms.activity_pollers_known &&
	    !was_asked_of(collecting, collecting->reading.queue))
		return ask_activity_pollers;

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
	case TSK_VERDICT_START_DELAYED:
		return wants_workflow_pollers(&collecting->reading) ? about_tasks(collecting)
								    : NULL;
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
		{ ask_unfinished, "which handlers are not done" },
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

/* Whether it went on between describe and history: what was pending then is over, perhaps the run
 * itself. */
static bool has_moved_on(const struct collecting *collecting)
{
	const struct tsk_workflow *workflow = collecting->symptoms.workflow;
	const struct tsk_history *newest = &collecting->symptoms.newest;

	return is_open(workflow) && newest->count && workflow->history_length > 0 &&
	       newest->events[0].id > workflow->history_length;
}

/* Both of one moment, as far as that can be had of one that is quick. */
static enum tsk_status ask_history_of_now(struct collecting *collecting)
{
	enum tsk_status status = ask_history(collecting);

	for (int again = 0;
	     status == TSK_OK && again < 2 && has_moved_on(collecting) && collecting->left > 2;
	     again++) {
		const struct tsk_workflow *workflow = collecting->symptoms.workflow;
		collecting->left--;
		if (tsk_describe_workflow(collecting->call, workflow->workflow_id, workflow->run_id,
					  &collecting->symptoms.workflow))
			return tsk_error(collecting->call);
		if (has_moved_on(collecting))
			status = ask_history(collecting);
	}
	return status;
}

enum tsk_status collect(struct collecting *collecting)
{
	bool with_history = collecting->left > 0 && !is_between(collecting);
	enum tsk_status status = with_history ? ask_history_of_now(collecting) : TSK_OK;
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
