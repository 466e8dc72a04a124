/* What to do about workflows that are over, that wait, or that no worker picks up. */
#include "reading.h"

#include <string.h>

/* ---- over ---- */

/* Nobody took the activity: there is no worker on its queue, or it has another name. */
static void advise_untaken(struct reading *reading)
{
	const char *own = said(reading->workflow->task_queue), *queue = reading->queue;

	if (!*queue)
		lines_add(&reading->recovery,
			  "no worker took the activity in time: start one that polls its task "
			  "queue and has it registered");
	else if (strcmp(own, queue) == 0)
		lines_add(&reading->recovery,
			  "no worker took the activity in time from '%s': start one, or more, that "
			  "have it registered",
			  queue);
	else
		lines_add(&reading->recovery,
			  "no worker took the activity in time: it was sent to '%s', the workflow "
			  "runs on '%s'; drop the task_queue of the activity, or start a worker "
			  "for it (temporal-skill ensure-worker --task-queue %s)",
			  queue, own, tsk_quote(reading->call, queue));
}

/* What brought the child to its end, where that is known. */
static bool advise_ended_child(struct reading *reading)
{
	const struct tsk_diagnosis *child = reading->symptoms->child;

	if (!child || child->verdict != TSK_VERDICT_WORKFLOW_TIMED_OUT)
		return false;
	for (size_t i = 0; i < child->recovery.count; i++)
		lines_add(&reading->recovery, "child: %s", child->recovery.items[i]);
	for (size_t i = 0; i < child->next.count; i++)
		lines_add(&reading->next, "%s", child->next.items[i]);
	return true;
}

static void advise_timed_out(struct reading *reading)
{
	const char *type = reading->diagnosis->root_cause.type;

	if (advise_ended_child(reading))
		return;
	if (strstr(reading->diagnosis->root_cause.message, "no worker took")) {
		lines_add(&reading->recovery,
			  "it was not too slow: start a worker that polls '%s' (or correct the "
			  "queue's "
			  "name in the starter), then start it anew",
			  said(reading->workflow->task_queue));
		lines_add(&reading->next, "temporal-skill ensure-worker --task-queue %s",
			  tsk_quote(reading->call, said(reading->workflow->task_queue)));
		lines_add(&reading->next, "temporal-skill run-starter");
		return;
	}
	if (reading->activity && was_never_taken(reading->activity))
		advise_untaken(reading);
	else if (strncmp(type, "TIMEOUT_TYPE", strlen("TIMEOUT_TYPE")) == 0)
		lines_add(
			&reading->recovery,
			"give it more time (execution_timeout, run_timeout) or mend what it waited "
			"for, then start it anew");
	else
		lines_add(&reading->recovery,
			  "the time ran out because of %s%s: correct that, then start it anew",
			  cause_line(reading), place_text(reading));
	next_start_anew(reading);
}

static void advise_timeout(struct reading *reading)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link;
	     link = link->cause) {
		const char *type = said(link->timeout_type);

		if (strcmp(type, "TIMEOUT_TYPE_SCHEDULE_TO_START") == 0) {
			advise_untaken(reading);
			return;
		}
		if (strcmp(type, "TIMEOUT_TYPE_HEARTBEAT") == 0) {
			lines_add(
				&reading->recovery,
				"its heartbeats stopped: call activity.heartbeat() more often than "
				"its heartbeat_timeout, or find out why its worker died");
			return;
		}
	}
	if (strncmp(reading->diagnosis->root_cause.type, "TIMEOUT_TYPE", 12) != 0)
		lines_add(&reading->recovery,
			  "its attempts failed with %s%s until the time was up: correct that",
			  cause_line(reading), place_text(reading));
	else
		lines_add(&reading->recovery,
			  "the activity took longer than its timeout: make it faster, or give it a "
			  "longer one");
}

static void advise_cause(struct reading *reading)
{
	const char *type = reading->diagnosis->root_cause.type;

	if (strcmp(type, NON_DETERMINISTIC_ERROR) == 0)
		lines_add(&reading->recovery,
			  "its code did not fit its history: make it deterministic, or take the "
			  "change back; with Exception in workflow_failure_exception_types that "
			  "fails a workflow which else would wait for the right code");
	else if (strstr(type, "_ALREADY_EXISTS"))
		lines_add(&reading->recovery,
			  "a workflow with the child's id exists already: give the child another "
			  "id, or an id_reuse_policy that allows it, or end the other one");
	else if (strcmp(type, "CanceledFailure") == 0 || strcmp(type, "TerminatedFailure") == 0)
		lines_add(&reading->recovery,
			  "nothing failed, it was ended: find out by whom and why; start it anew "
			  "if it is still wanted");
	else
		lines_add(&reading->recovery, "correct the cause: %s%s", cause_line(reading),
			  place_text(reading));
}

static void advise_failed(struct reading *reading)
{
	if (advise_ended_child(reading))
		return;
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_MISSING_ACTIVITY: advise_activity(reading); break;
	case TSK_VERDICT_ACTIVITY_TIMEOUT: advise_timeout(reading); break;
	default: advise_cause(reading); break;
	}
	lines_add(&reading->recovery,
		  "a failed workflow does not go on: restart the worker and start it anew");
	next_start_anew(reading);
}

/* Whom the server names where it ended a run itself. */
static void advise_ended(struct reading *reading)
{
	const char *reason = reading->diagnosis->root_cause.message;
	const char *parent = said(reading->workflow->parent_workflow_id);
	bool by_server = strcmp(reading->failed_by, "history-service") == 0;

	if (strcmp(reading->failed_by, "history-resetter") == 0) {
		lines_add(&reading->recovery, "it was reset: it goes on in a new run");
		lines_add(&reading->next, "temporal-skill diagnose %s", reading->which);
	} else if (by_server && strstr(reason, "WorkflowIdReusePolicy")) {
		lines_add(&reading->recovery,
			  "a new run with its id took its place: look at that one");
		lines_add(&reading->next, "temporal-skill diagnose %s", reading->which);
	} else if (by_server && *parent) {
		lines_add(&reading->recovery,
			  "its parent '%s' ended, and its parent_close_policy ended it as well "
			  "(ABANDON lets a child go on): look at the parent",
			  parent);
		lines_add(&reading->next, "temporal-skill diagnose %s%s",
			  *parent == '-' ? "--workflow-id=" : "-w ",
			  tsk_quote(reading->call, parent));
	} else {
		lines_add(&reading->recovery,
			  "someone ended it; start it anew if it is still wanted");
		lines_add(&reading->next, "temporal-skill run-starter");
	}
}

void advise_closed(struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_OK:
		lines_add(&reading->next, "temporal-skill get-workflow-result %s", reading->which);
		break;
	case TSK_VERDICT_FALSE_POSITIVE_RESULT:
		lines_add(&reading->recovery, "the code returns an error as its result: raise it "
					      "instead (ApplicationError), "
					      "mend its cause, then start it anew");
		lines_add(&reading->next, "temporal-skill get-workflow-result %s", reading->which);
		next_start_anew(reading);
		break;
	case TSK_VERDICT_WORKFLOW_TIMED_OUT: advise_timed_out(reading); break;
	case TSK_VERDICT_CANCELED:
	case TSK_VERDICT_TERMINATED: advise_ended(reading); break;
	case TSK_VERDICT_CONTINUED_AS_NEW:
		lines_add(&reading->recovery, "look at its latest run");
		lines_add(&reading->next, "temporal-skill diagnose %s", reading->which);
		break;
	default: advise_failed(reading); break;
	}
}

/* ---- nobody polls ---- */

/* The queue that this project's worker polls instead, or NULL. */
static const char *other_queue(const struct reading *reading)
{
	const struct tsk_symptom_worker *worker = project_worker(reading);

	if (reading->symptoms->other_queue)
		return reading->symptoms->other_queue;
	return worker && *said(worker->task_queues) &&
			       !lists_queue(worker->task_queues, reading->queue)
		       ? worker->task_queues
		       : NULL;
}

/* Somebody polls the queue, but for the other kind of task. */
static bool is_half_served(const struct reading *reading)
{
	bool activity = reading->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER;
	bool same = strcmp(reading->queue, said(reading->workflow->task_queue)) == 0;

	return activity && same && presence_of(reading, TSK_WORKFLOW_TASKS).live > 0;
}

static void advise_current_version(struct reading *reading, const struct presence *presence)
{
	const char *version = said(presence->other_version->version);
	const char *build = strrchr(version, ':');

	if (*presence->wanted_version)
		lines_add(&reading->recovery, "start a worker of version '%s', the current one",
			  presence->wanted_version);
	if (!build)
		return;
	lines_add(
		&reading->recovery,
		"%smake version '%s', which polls, the current one with the Temporal CLI, as below",
		*presence->wanted_version ? "or " : "", version);
	lines_add(&reading->next, "%s --deployment-name %s --build-id %s --yes",
		  cli_call(reading, "worker deployment set-current-version"),
		  tsk_quote(reading->call,
			    tsk_copy_bytes(reading->call, version, (size_t)(build - version))),
		  tsk_quote(reading->call, build + 1));
}

/* Only a worker of the version that gets the task, or another version for it, helps. */
bool advise_version(struct reading *reading)
{
	bool activity = reading->activity != NULL;
	struct presence presence =
		presence_of(reading, activity ? TSK_ACTIVITY_TASKS : TSK_WORKFLOW_TASKS);

	if (!presence.other_version || presence.live)
		return false;
	if (!presence.pinned) {
		advise_current_version(reading, &presence);
		return true;
	}
	lines_add(&reading->recovery,
		  "start a worker of version '%s' again, or, where its history fits the new code, "
		  "move the workflow to the current version with the Temporal CLI, as below",
		  presence.wanted_version);
	lines_add(&reading->next, "%s --versioning-override-behavior auto_upgrade",
		  cli_command(reading, "workflow update-options"));
	return true;
}

void advise_missing_worker(struct reading *reading)
{
	const char *other = other_queue(reading);
	const struct tsk_symptom_worker *worker = project_worker(reading);
	const char *own = said(reading->workflow->task_queue);

	if (*reading->diagnosis->root_cause.remedy)
		lines_add(&reading->recovery, "%s", reading->diagnosis->root_cause.remedy);
	if (advise_version(reading))
		return;
	if (other)
		lines_add(&reading->recovery,
			  "align the queue names: the task is on '%s', the worker polls '%s'",
			  reading->queue, other);
	else if (strcmp(own, reading->queue) != 0)
		lines_add(
			&reading->recovery,
			"align the queue names: the activity is sent to '%s', the workflow runs on "
			"'%s'; drop the task_queue of the activity, or start a worker for it",
			reading->queue, own);
	else if (is_half_served(reading))
		lines_add(
			&reading->recovery,
			"the worker on '%s' takes workflows only: give its Worker activities=[...]",
			reading->queue);
	else if (worker)
		lines_add(&reading->recovery,
			  "this project's worker %s runs, but does not poll '%s': its queue has "
			  "another name, or it hangs; correct it and restart it",
			  worker_text(reading, worker), reading->queue);
	else
		lines_add(&reading->recovery,
			  "start a worker that polls '%s': it then goes on by itself",
			  reading->queue);
	if (strcmp(own, reading->queue) != 0)
		lines_add(
			&reading->recovery,
			"where the code is changed to another queue, the activity that waits does "
			"not follow; start it anew after ensure-worker: temporal-skill "
			"reset-workflow %s",
			reading->which);
	lines_add(&reading->next, "temporal-skill ensure-worker --task-queue %s",
		  tsk_quote(reading->call, reading->queue));
}

/* ---- waits by design ---- */

/* The first that can be named; a dynamic handler has no name of its own. */
static const char *first_named(const struct tsk_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (*said(names->items[i]) && strcmp(names->items[i], "*") != 0)
			return names->items[i];
	return NULL;
}

static void advise_signal(struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;

	const char *signal = handlers ? first_named(&handlers->signals) : NULL;
	const char *update = handlers ? first_named(&handlers->updates) : NULL;

	lines_add(&reading->recovery,
		  "send it what it waits for (with --data JSON where the handler takes an "
		  "argument), or wait if its condition is met by itself");
	if (signal)
		lines_add(&reading->next, "temporal-skill interact %s --signal-name %s",
			  reading->which, tsk_quote(reading->call, signal));
	else if (update)
		lines_add(&reading->next, "temporal-skill interact %s --update-name %s",
			  reading->which, tsk_quote(reading->call, update));
	else
		lines_add(&reading->next, "temporal-skill interact %s", reading->which);
}

static void advise_nexus(struct reading *reading)
{
	if (reading->diagnosis->failure)
		lines_add(&reading->recovery,
			  "see that a worker with that Nexus service polls the endpoint's task "
			  "queue: temporal operator nexus endpoint get --name %s",
			  tsk_quote(reading->call,
				    said(reading->workflow->pending_nexus[0].endpoint)));
	else
		lines_add(&reading->recovery, "wait: the operation is under way");
	next_wait(reading);
}

static void advise_child(struct reading *reading)
{
	const struct tsk_pending_child *child = &reading->workflow->pending_children[0];
	const char *id = reading->symptoms->child_workflow
				 ? said(reading->symptoms->child_workflow->workflow_id)
				 : said(child->workflow_id);

	lines_add(&reading->recovery, "the child decides: look at '%s'", id);
	if (reading->symptoms->child)
		for (size_t i = 0; i < reading->symptoms->child->recovery.count; i++)
			lines_add(&reading->recovery, "%s%s",
				  strncmp(reading->symptoms->child->recovery.items[i],
					  "child: ", strlen("child: "))
					  ? "child: "
					  : "",
				  reading->symptoms->child->recovery.items[i]);
	if (reading->workflow->pending_child_count > 2 && !stuck_below(reading->symptoms->child)) {
		lines_add(&reading->recovery,
			  "not all of its %zu children were looked at: find-stalled-workflows does",
			  reading->workflow->pending_child_count);
		lines_add(&reading->next, "temporal-skill find-stalled-workflows --query %s",
			  tsk_quote(reading->call,
				    tsk_format(reading->call, "ParentWorkflowId = %s",
					       tsk_query_literal(reading->call, reading->id))));
	}
	lines_add(&reading->next, "temporal-skill diagnose %s%s",
		  *id == '-' ? "--workflow-id=" : "-w ", tsk_quote(reading->call, id));
}

/* What it waits for may come, and finds nobody. */
static bool advise_absent_worker(struct reading *reading)
{
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (!presence.known || presence.live)
		return false;
	if (advise_version(reading))
		return true;
	lines_add(&reading->recovery,
		  "start a worker that polls '%s': without one nothing comes of what it waits for",
		  said(reading->workflow->task_queue));
	lines_add(&reading->next, "temporal-skill ensure-worker");
	return true;
}

void advise_waiting(struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_WAITING_SIGNAL:
		advise_absent_worker(reading);
		if (reading->workflow->pending_nexus_count)
			advise_nexus(reading);
		else
			advise_signal(reading);
		break;
	case TSK_VERDICT_WAITING_CHILD: advise_child(reading); break;
	case TSK_VERDICT_CANCEL_REQUESTED:
		lines_add(&reading->recovery, "its code holds the cancellation off (cleaning up, "
					      "shielded, or swallowed): "
					      "wait, or terminate it");
		lines_add(
			&reading->next,
			"temporal-skill terminate-workflow %s --reason 'cancellation not acted on'",
			reading->which);
		break;
	case TSK_VERDICT_WAITING_TIMER:
	case TSK_VERDICT_START_DELAYED:
		if (reading->diagnosis->verdict == TSK_VERDICT_START_DELAYED ||
		    !advise_absent_worker(reading))
			lines_add(&reading->recovery, "wait: nothing is wrong");
		next_wait(reading);
		break;
	default:
		if (reading->workflow->status == TSK_WORKFLOW_PAUSED) {
			lines_add(&reading->recovery,
				  "unpause it: with the Temporal CLI, as below");
			lines_add(&reading->next, "%s", cli_command(reading, "workflow unpause"));
			next_wait(reading);
			break;
		}
		lines_add(&reading->recovery,
			  "wait: the worker has its task; look again in some seconds");
		next_wait(reading);
		break;
	}
}
