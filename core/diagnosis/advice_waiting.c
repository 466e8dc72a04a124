/* What to do about workflows that wait by design, and for what. */
#include "advice.h"
#include "registered.h"
#include "who_polls.h"

#include <string.h>

/* The first that can be named; a dynamic handler has no name of its own. */
static const char *first_named(const struct tsk_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (*or_empty(names->items[i]) && strcmp(names->items[i], "*") != 0)
			return names->items[i];
	return NULL;
}

static const char *first_not_hanging(const struct reading *reading, const struct tsk_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (*or_empty(names->items[i]) && strcmp(names->items[i], "*") != 0 &&
		    !update_hangs(reading, names->items[i]))
			return names->items[i];
	return NULL;
}

/* Its own code is to be mended, and the run taken back to before that. */
static void advise_anew(const struct reading *reading)
{
	advise_line(reading, "restart the worker (ensure-worker), then reset-workflow (--first "
			     "where the correction changes what it did before): this run does not "
			     "get over it by itself");
	suggest_line(reading, "temporal-skill show-workflow-stack %s", reading->telling->which);
	suggest_line(reading, "temporal-skill ensure-worker");
	suggest_line(reading, "temporal-skill reset-workflow %s", reading->telling->which);
}

static void advise_background(const struct reading *reading)
{
	advise_on_cause(reading, "correct what its background task died of");
	advise_anew(reading);
	advise_line(reading, "await that task as well (asyncio.gather, asyncio.TaskGroup): then "
			     "its failure is not lost");
}

static void advise_in_vain(const struct reading *reading)
{
	if (reading->background) {
		advise_background(reading);
		return;
	}
	if (reading->event && reading->diagnosis->failure) {
		advise_on_cause(reading,
				tsk_format(reading->call,
					   "correct what it had called, %s, or what '%s' does when "
					   "that fails",
					   begun_text_of(reading, reading->event),
					   or_empty(reading->workflow->type)));
		advise_anew(reading);
		return;
	}
	if (tsk_symptoms_more(reading->call, reading->symptoms)->awaits_outside_at.count)
		advise_line(
			reading,
			"workflow code cannot do that (%s): let an activity do it; another "
			"workflow is started as a child (execute_child_workflow), not by a client",
			places_text(reading, &tsk_symptoms_more(reading->call, reading->symptoms)
						      ->awaits_outside_at));
	else
		advise_line(
			reading,
			"correct in '%s' what was to end its wait (show-workflow-stack tells where "
			"it "
			"waits): a handler that is missing, a task of its own that ended or died",
			or_empty(reading->workflow->type));
	advise_anew(reading);
}

static void advise_hanging(const struct reading *reading)
{
	const char *name = or_empty(reading->hanging->update_name);

	advise_line(reading,
		    "correct what the handler of update '%s' waits for: no other message, timer or "
		    "call is left that could bring it, and to send the update again only adds one "
		    "that waits as well (unless they wait for each other)",
		    name);
	advise_anew(reading);
}

static void advise_early(const struct reading *reading, const struct tsk_event *event,
			 const char *name)
{
	advise_line(reading,
		    "send '%s' again: the one of event %lld was handled before run() began; for "
		    "the next ones let __init__ (@workflow.init), not run(), make what its handler "
		    "sets",
		    name, (long long)event->id);
}

/* What has come already, and did not end its wait. */
static void advise_came_already(const struct reading *reading, const char *signal)
{
	const bool initialised =
		tsk_symptoms_more(reading->call, reading->symptoms)->init_at.count > 0;
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_SIGNALED ||
		    strcmp(or_empty(event->signal_name), signal) != 0)
			continue;
		if (came_before_run(reading, event) && !initialised)
			advise_early(reading, event, signal);
		else if (had_no_effect(reading, event))
			advise_line(reading,
				    "'%s' came already (event %lld), and its wait went on: see "
				    "what its condition needs beside",
				    signal, (long long)event->id);
		return;
	}
}

/* What to send: again what came before run() began, else the first that it takes. */
static const char *signal_to_send(const struct reading *reading)
{
	const struct tsk_strings *signals = &reading->symptoms->handlers->signals;
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_SIGNALED && *or_empty(event->signal_name) &&
		    lists_handler(signals, event->signal_name) && came_before_run(reading, event) &&
		    !tsk_symptoms_more(reading->call, reading->symptoms)->init_at.count &&
		    had_no_effect(reading, event))
			return event->signal_name;
	}
	return first_named(signals);
}

static void advise_unfinished(const struct reading *reading, const char *handler)
{
	advise_line(
		reading,
		"the handler of signal %s waits itself, and nothing is left that could end that "
		"but another message: see what it awaits (a lock that another handler did not "
		"give back? async with does)",
		handler);
	advise_anew(reading);
}

static void advise_signal(const struct reading *reading)
{
	const struct tsk_strings *unfinished =
		&tsk_symptoms_more(reading->call, reading->symptoms)->unfinished_signals;
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	const char *signal = handlers ? signal_to_send(reading) : NULL;
	const char *update = handlers ? first_not_hanging(reading, &handlers->updates) : NULL;

	if (unfinished->count) {
		advise_unfinished(reading, unfinished->items[0]);
		return;
	}
	if (!reading->early)
		advise_line(reading,
			    "send it what it waits for (with --data JSON where the handler takes "
			    "an argument), or wait if its condition is met by itself");
	if (signal) {
		advise_came_already(reading, signal);
		suggest_line(reading, "temporal-skill interact %s --signal-name %s",
			     reading->telling->which, tsk_quote(reading->call, signal));
	} else if (update) {
		if (reading->early)
			advise_early(reading, reading->early, update);
		suggest_line(reading, "temporal-skill interact %s --update-name %s",
			     reading->telling->which, tsk_quote(reading->call, update));
	} else
		suggest_line(reading, "temporal-skill interact %s", reading->telling->which);
}

/* Whether somebody took the operation and it failed there; else nobody took it. */
static bool handler_raised(const struct reading *reading)
{
	const struct tsk_failure *failure = reading->diagnosis->failure;
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;

	return root && root->kind != TSK_FAILURE_TIMEOUT &&
	       strcmp(root->type, "UPSTREAM_TIMEOUT") != 0;
}

/* Whether whoever took it has no such service or operation. */
static bool handler_is_missing(const struct reading *reading)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link; link = link->cause)
		if (link->kind == TSK_FAILURE_NEXUS && strcmp(link->type, "NOT_FOUND") == 0)
			return true;
	return false;
}

static void advise_nexus_retrying(const struct reading *reading)
{
	const struct tsk_pending_nexus *operation =
		&reading->workflow->pending_nexus[reading->nexus];

	if (handler_is_missing(reading)) {
		advise_line(reading,
			    "the worker on the endpoint's task queue has no service '%s' with "
			    "operation '%s': add it to its nexus_service_handlers, or correct the "
			    "name; then restart it (ensure-worker)",
			    or_empty(operation->service), or_empty(operation->operation));
	} else if (handler_raised(reading)) {
		advise_on_cause(reading, tsk_format(reading->call,
						    "correct the handler of Nexus operation '%s'",
						    or_empty(operation->operation)));
		advise_line(reading, "restart the worker (ensure-worker) that has the handler: the "
				     "operation is then tried again by itself");
	} else {
		advise_command(
			reading, nexus_endpoint_command(reading, operation->endpoint),
			"no worker handled it in time: see that one with service '%s' "
			"(nexus_service_handlers) polls the endpoint's task queue; it is then "
			"tried again by itself",
			or_empty(operation->service));
	}
	suggest_line(reading, "temporal-skill ensure-worker");
}

static void advise_child(const struct reading *reading)
{
	const struct tsk_pending_child *child = &reading->workflow->pending_children[0];
	const char *id = reading->symptoms->child_workflow
				 ? or_empty(reading->symptoms->child_workflow->workflow_id)
				 : or_empty(child->workflow_id);

	advise_line(reading, "the child decides: look at '%s'", id);
	if (reading->symptoms->child) {
		advise_as_child(reading);
		/* What it takes is to be sent there. */
		for (size_t i = 0;
		     reading->symptoms->child->verdict == TSK_VERDICT_WAITING_SIGNAL &&
		     i < reading->symptoms->child->next.count;
		     i++)
			suggest_line(reading, "%s", reading->symptoms->child->next.items[i]);
	}
	if (reading->workflow->pending_child_count > 2 && !stuck_below(reading->symptoms->child)) {
		advise_line(
			reading,
			"not all of its %zu children were looked at: find-stalled-workflows does",
			reading->workflow->pending_child_count);
		suggest_line(reading, "temporal-skill find-stalled-workflows --query %s",
			     tsk_quote(reading->call,
				       tsk_format(reading->call, "ParentWorkflowId = %s",
						  tsk_query_literal(reading->call, reading->id))));
	}
	suggest_line(reading, "%s", diagnose_command(reading, id));
}

/* What it waits for may come, and finds nobody. */
static bool advise_absent_worker(const struct reading *reading)
{
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (!presence.known || presence.live)
		return false;
	if (advise_version(reading))
		return true;
	advise_line(
		reading,
		"start a worker that polls '%s': without one nothing comes of what it waits for",
		or_empty(reading->workflow->task_queue));
	suggest_line(reading, "temporal-skill ensure-worker");
	return true;
}

/* What repeats does not get better by waiting. true: that is said. */
static bool advise_runs(const struct reading *reading)
{
	if (runs_spin(reading)) {
		advise_line(reading,
			    "each run begins, does nothing and continues as new: correct in '%s' "
			    "what is to happen before workflow.continue_as_new(), or wait in "
			    "between (wait_condition, asyncio.sleep); the next run takes the new "
			    "code",
			    or_empty(reading->workflow->type));
		suggest_line(reading, "temporal-skill ensure-worker");
		return true;
	}
	if (!runs_fail(reading))
		return false;
	advise_on_cause(reading, "its runs fail: correct what they fail with");
	advise_line(reading, "restart the worker (ensure-worker): the next run takes the new code "
			     "by itself");
	suggest_line(reading, "temporal-skill ensure-worker");
	return true;
}

bool advise_growth(const struct reading *reading)
{
	if (!reading->growth.timers)
		return false;
	advise_line(reading,
		    "let it be told of what it looks for, by a signal or an update "
		    "(workflow.wait_condition); a loop that has to be looks less often than every "
		    "%s, and continues as new (workflow.continue_as_new) once "
		    "workflow.info().is_continue_as_new_suggested()",
		    tsk_duration_text(reading->call, reading->growth.timer_ms));
	suggest_line(reading, "temporal-skill show-workflow-stack %s", reading->telling->which);
	return true;
}

static void advise_cancel(const struct reading *reading)
{
	const char *type = reading->activity ? or_empty(reading->activity->type) : "";

	switch (reading->cancel_hold) {
	case HOLD_GOES_ON:
	case HOLD_LIKE_BEFORE:
		advise_line(reading,
			    "its code catches the cancellation like a failure and goes on: raise "
			    "it again (temporalio.exceptions.is_cancelled_exception tells it from "
			    "a failure); this run does not end by it any more: terminate it");
		break;
	case HOLD_NOT_HEEDED:
		advise_line(reading,
			    "activity '%s' catches asyncio.CancelledError and goes on: let it "
			    "raise that again; then restart the worker (ensure-worker), or "
			    "terminate the workflow",
			    type);
		break;
	case HOLD_NEVER_HEARS:
		advise_line(reading,
			    "let activity '%s' call activity.heartbeat(), and give it a "
			    "heartbeat_timeout: without these it is never told of a cancellation; "
			    "this attempt runs until it is done or its timeout is over: wait, or "
			    "terminate the workflow",
			    type);
		break;
	case HOLD_HEARS_SOON:
		advise_line(reading, "wait: activity '%s' is told with its next heartbeat", type);
		suggest_wait(reading);
		break;
	case HOLD_CHILD:
		advise_line(reading, "the child decides: look at '%s'",
			    or_empty(reading->workflow->pending_children[0].workflow_id));
		suggest_line(reading, "%s",
			     diagnose_command(
				     reading,
				     or_empty(reading->workflow->pending_children[0].workflow_id)));
		break;
	case HOLD_BEGUN_SINCE:
		advise_line(reading, "it cleans up, or swallowed the cancellation and goes on: "
				     "wait for what it began since, or terminate it");
		break;
	case HOLD_NOT_ASKED:
		advise_line(reading,
			    "its code shields activity '%s' from the cancellation "
			    "(asyncio.shield, or another task awaits it): wait until it is done, "
			    "or terminate the workflow",
			    type);
		break;
	case HOLD_UNTOLD:
	default:
		advise_line(reading, "its code holds the cancellation off (cleaning up, shielded, "
				     "or swallowed): wait, or terminate it");
		break;
	}
	suggest_line(reading,
		     "temporal-skill terminate-workflow %s --reason 'cancellation not acted on'",
		     reading->telling->which);
}

/* Of one that no worker could begin. false: that is not so. */
static bool advise_before_start(const struct reading *reading)
{
	if (reading->diagnosis->verdict != TSK_VERDICT_START_DELAYED ||
	    !workflow_is_nowhere(reading))
		return false;
	advise_register(reading, or_empty(reading->workflow->type), "workflows",
			"available workflows: ");
	advise_line(reading, "restart the worker (ensure-worker) before its first task is due");
	suggest_line(reading, "temporal-skill ensure-worker");
	return true;
}

void advise_waiting(const struct reading *reading)
{
	if (advise_runs(reading))
		return;
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_WAITING_SIGNAL:
		advise_absent_worker(reading);
		if (reading->workflow->pending_nexus_count) {
			advise_line(reading, "wait: the operation is under way");
			suggest_wait(reading);
		} else if (reading->background)
			advise_background(reading);
		else if (reading->hanging)
			advise_hanging(reading);
		else
			advise_signal(reading);
		break;
	case TSK_VERDICT_WAITING_IN_VAIN: advise_in_vain(reading); break;
	case TSK_VERDICT_NEXUS_RETRYING: advise_nexus_retrying(reading); break;
	case TSK_VERDICT_WORKFLOW_PAUSED:
		advise_command(reading, cli_command(reading, "workflow unpause"),
			       "unpause it, where what it was paused for is over");
		suggest_line(reading, "%s", cli_command(reading, "workflow unpause"));
		suggest_wait(reading);
		break;
	case TSK_VERDICT_WAITING_CHILD: advise_child(reading); break;
	case TSK_VERDICT_CANCEL_REQUESTED: advise_cancel(reading); break;
	case TSK_VERDICT_WAITING_TIMER:
	case TSK_VERDICT_START_DELAYED:
		if (!advise_before_start(reading) && !advise_growth(reading) &&
		    (reading->diagnosis->verdict == TSK_VERDICT_START_DELAYED ||
		     !advise_absent_worker(reading)))
			advise_line(reading, "wait: nothing is wrong");
		suggest_wait(reading);
		break;
	default:
		advise_line(reading, "wait: the worker has its task; look again in some seconds");
		suggest_wait(reading);
		break;
	}
}
