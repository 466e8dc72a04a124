/* What to do about workflows that wait by design, and for what. */
#include "classifier.h"

#include <string.h>

/* The first that can be named; a dynamic handler has no name of its own. */
static const char *first_named(const struct tsk_strings *names)
{
	for (size_t i = 0; i < names->count; i++)
		if (*or_empty(names->items[i]) && strcmp(names->items[i], "*") != 0)
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
				    or_empty(reading->workflow->pending_nexus[0].endpoint)));
	else
		lines_add(&reading->recovery, "wait: the operation is under way");
	suggest_wait(reading);
}

static void advise_child(struct reading *reading)
{
	const struct tsk_pending_child *child = &reading->workflow->pending_children[0];
	const char *id = reading->symptoms->child_workflow
				 ? or_empty(reading->symptoms->child_workflow->workflow_id)
				 : or_empty(child->workflow_id);

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
		  or_empty(reading->workflow->task_queue));
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
		suggest_wait(reading);
		break;
	default:
		if (reading->workflow->status == TSK_WORKFLOW_PAUSED) {
			lines_add(&reading->recovery,
				  "unpause it: with the Temporal CLI, as below");
			lines_add(&reading->next, "%s", cli_command(reading, "workflow unpause"));
			suggest_wait(reading);
			break;
		}
		lines_add(&reading->recovery,
			  "wait: the worker has its task; look again in some seconds");
		suggest_wait(reading);
		break;
	}
}
