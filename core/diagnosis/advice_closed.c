/* What to do about workflows that are over. */
#include "advice.h"

#include <string.h>

/* Nobody took the activity: there is no worker on its queue, or it has another name. */
static void advise_untaken(const struct reading *reading)
{
	const char *own = or_empty(reading->workflow->task_queue), *queue = reading->queue;

	if (!*queue)
		advise_line(reading, "no worker took the activity in time: start one that polls "
				     "its task queue and has it registered");
	else if (strcmp(own, queue) == 0)
		advise_line(reading,
			    "no worker took the activity in time from '%s': start one, or more, "
			    "that have it registered",
			    queue);
	else
		advise_command(reading,
			       tsk_format(reading->call,
					  "temporal-skill ensure-worker --task-queue %s",
					  tsk_quote(reading->call, queue)),
			       "no worker took the activity in time: it was sent to '%s', the "
			       "workflow runs on '%s'; drop the task_queue of the activity, or "
			       "start a worker for it",
			       queue, own);
}

/* What brought the child to its end, where that is known. */
static bool advise_ended_child(const struct reading *reading)
{
	const struct tsk_diagnosis *child = reading->symptoms->child;

	if (!child || child->verdict != TSK_VERDICT_WORKFLOW_TIMED_OUT)
		return false;
	advise_as_child(reading);
	for (size_t i = 0; i < child->next.count; i++)
		suggest_line(reading, "%s", child->next.items[i]);
	return true;
}

static void advise_timed_out(const struct reading *reading)
{
	if (advise_ended_child(reading))
		return;
	if (reading->last_work == AT_NOTHING_YET || reading->last_work == AT_UNTAKEN_TASK) {
		advise_line(reading,
			    "it was not too slow: start a worker that polls '%s' (or correct the "
			    "queue's name in the starter), then start it anew",
			    or_empty(reading->workflow->task_queue));
		suggest_line(reading, "temporal-skill ensure-worker --task-queue %s",
			     tsk_quote(reading->call, or_empty(reading->workflow->task_queue)));
		suggest_line(reading, "temporal-skill run-starter");
		return;
	}
	if (reading->activity && was_never_taken(reading->activity))
		advise_untaken(reading);
	else if (is_time_up(reading))
		advise_line(reading, "give it more time (execution_timeout, run_timeout) or mend "
				     "what it waited for, then start it anew");
	else
		advise_line(reading,
			    "the time ran out because of %s%s: correct that, then start it anew",
			    cause_line(reading), place_text(reading));
	suggest_restart(reading);
}

static void advise_timeout(const struct reading *reading)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link;
	     link = link->cause) {
		const char *type = or_empty(link->timeout_type);

		if (strcmp(type, "TIMEOUT_TYPE_SCHEDULE_TO_START") == 0) {
			advise_untaken(reading);
			return;
		}
		if (strcmp(type, "TIMEOUT_TYPE_HEARTBEAT") == 0) {
			advise_line(reading,
				    "its heartbeats stopped: call activity.heartbeat() more often "
				    "than its heartbeat_timeout, or find out why its worker died");
			return;
		}
		/* The server hangs what the attempt before failed with beneath. */
		if (strcmp(type, "TIMEOUT_TYPE_START_TO_CLOSE") == 0 && !is_time_up(reading)) {
			advise_line(reading,
				    "its last attempt took longer than its start_to_close_timeout, "
				    "and the one before failed with %s%s: correct both",
				    cause_line(reading), place_text(reading));
			return;
		}
	}
	if (!is_time_up(reading))
		advise_line(reading,
			    "its attempts failed with %s%s until the time was up: correct that",
			    cause_line(reading), place_text(reading));
	else
		advise_line(reading, "the activity took longer than its timeout: make it faster, "
				     "or give it a longer one");
}

#define CHILD_EXISTS "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS"

static void advise_cause(const struct reading *reading)
{
	const char *type = reading->diagnosis->root_cause.type;
	const struct tsk_failure *nexus = link_nexus(reading->diagnosis->failure);

	if (nexus && is_time_up(reading))
		advise_command(reading, nexus_endpoint_command(reading, nexus->endpoint),
			       "no worker handled the Nexus operation in time: see that one with "
			       "its service polls the endpoint's task queue");
	else if (strcmp(type, NON_DETERMINISTIC_ERROR) == 0)
		advise_line(reading,
			    "its code did not fit its history: make it deterministic, or take the "
			    "change back; with Exception in workflow_failure_exception_types that "
			    "fails a workflow which else would wait for the right code");
	else if (strcmp(type, CHILD_EXISTS) == 0)
		advise_line(reading,
			    "a workflow with the child's id exists already: give the child another "
			    "id, or an id_reuse_policy that allows it, or end the other one");
	else if (reading->diagnosis->cause_kind == TSK_CAUSE_CANCELED ||
		 reading->diagnosis->cause_kind == TSK_CAUSE_TERMINATED)
		advise_line(reading, "nothing failed, it was ended: find out by whom and why; "
				     "start it anew if it is still wanted");
	else
		advise_on_cause(reading, "correct the cause");
}

static void advise_failed(const struct reading *reading)
{
	if (advise_ended_child(reading))
		return;
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_MISSING_ACTIVITY: advise_activity(reading); break;
	case TSK_VERDICT_ACTIVITY_TIMEOUT: advise_timeout(reading); break;
	default: advise_cause(reading); break;
	}
	advise_line(reading,
		    "a failed workflow does not go on: restart the worker and start it anew");
	suggest_restart(reading);
}

/* Whom the server names where it ended a run itself. */
static void advise_ended(const struct reading *reading)
{
	const char *reason = reading->diagnosis->root_cause.message;
	const char *parent = or_empty(reading->workflow->parent_workflow_id);
	bool by_server = strcmp(reading->failed_by, "history-service") == 0;

	if (strcmp(reading->failed_by, "history-resetter") == 0) {
		advise_line(reading, "it was reset: it goes on in a new run");
		suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
	} else if (by_server && strstr(reason, "WorkflowIdReusePolicy")) {
		advise_line(reading, "a new run with its id took its place: look at that one");
		suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
	} else if (by_server && *parent) {
		advise_line(reading,
			    "its parent '%s' ended, and its parent_close_policy ended it as well "
			    "(ABANDON lets a child go on): look at the parent",
			    parent);
		suggest_line(reading, "%s", diagnose_command(reading, parent));
	} else {
		advise_line(reading, "someone ended it; start it anew if it is still wanted");
		suggest_line(reading, "temporal-skill run-starter");
	}
}

void advise_closed(const struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_OK:
		suggest_line(reading, "temporal-skill get-workflow-result %s",
			     reading->telling->which);
		break;
	case TSK_VERDICT_FALSE_POSITIVE_RESULT:
		advise_line(reading, "the code returns an error as its result: raise it instead "
				     "(ApplicationError), mend its cause, then start it anew");
		suggest_line(reading, "temporal-skill get-workflow-result %s",
			     reading->telling->which);
		suggest_restart(reading);
		break;
	case TSK_VERDICT_WORKFLOW_TIMED_OUT: advise_timed_out(reading); break;
	case TSK_VERDICT_CANCELED:
	case TSK_VERDICT_TERMINATED: advise_ended(reading); break;
	case TSK_VERDICT_CONTINUED_AS_NEW:
		advise_line(reading, "look at its latest run");
		suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
		break;
	default: advise_failed(reading); break;
	}
}
