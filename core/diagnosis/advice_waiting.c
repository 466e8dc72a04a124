/* What to do about workflows that wait by design, and for what. */
#include "advice.h"
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

static void advise_signal(const struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;

	const char *signal = handlers ? first_named(&handlers->signals) : NULL;
	const char *update = handlers ? first_named(&handlers->updates) : NULL;

	advise_line(reading, "send it what it waits for (with --data JSON where the handler takes "
			     "an argument), or wait if its condition is met by itself");
	if (signal)
		suggest_line(reading, "temporal-skill interact %s --signal-name %s",
			     reading->telling->which, tsk_quote(reading->call, signal));
	else if (update)
		suggest_line(reading, "temporal-skill interact %s --update-name %s",
			     reading->telling->which, tsk_quote(reading->call, update));
	else
		suggest_line(reading, "temporal-skill interact %s", reading->telling->which);
}

static void advise_nexus(const struct reading *reading)
{
	if (reading->diagnosis->failure)
		advise_command(reading,
			       nexus_endpoint_command(reading,
						      reading->workflow->pending_nexus[0].endpoint),
			       "see that a worker with that Nexus service polls the endpoint's "
			       "task queue");
	else
		advise_line(reading, "wait: the operation is under way");
	suggest_wait(reading);
}

static void advise_child(const struct reading *reading)
{
	const struct tsk_pending_child *child = &reading->workflow->pending_children[0];
	const char *id = reading->symptoms->child_workflow
				 ? or_empty(reading->symptoms->child_workflow->workflow_id)
				 : or_empty(child->workflow_id);

	advise_line(reading, "the child decides: look at '%s'", id);
	if (reading->symptoms->child)
		advise_as_child(reading);
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

void advise_waiting(const struct reading *reading)
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
		advise_line(reading, "its code holds the cancellation off (cleaning up, shielded, "
				     "or swallowed): wait, or terminate it");
		suggest_line(
			reading,
			"temporal-skill terminate-workflow %s --reason 'cancellation not acted on'",
			reading->telling->which);
		break;
	case TSK_VERDICT_WAITING_TIMER:
	case TSK_VERDICT_START_DELAYED:
		if (reading->diagnosis->verdict == TSK_VERDICT_START_DELAYED ||
		    !advise_absent_worker(reading))
			advise_line(reading, "wait: nothing is wrong");
		suggest_wait(reading);
		break;
	default:
		if (reading->workflow->status == TSK_WORKFLOW_PAUSED) {
			advise_line(reading, "unpause it: with the Temporal CLI, as below");
			suggest_line(reading, "%s", cli_command(reading, "workflow unpause"));
			suggest_wait(reading);
			break;
		}
		advise_line(reading, "wait: the worker has its task; look again in some seconds");
		suggest_wait(reading);
		break;
	}
}
