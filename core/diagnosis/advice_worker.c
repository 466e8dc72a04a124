/* What to do about tasks that no worker picks up, or none of the right version. */
#include "advice.h"
#include "who_polls.h"

#include <string.h>

/* The queue that this project's worker polls instead, or NULL. */
static const char *other_queue(const struct reading *reading)
{
	const struct tsk_symptom_worker *worker = project_worker(reading);

	if (reading->symptoms->other_queue)
		return reading->symptoms->other_queue;
	return worker && *or_empty(worker->task_queues) &&
			       !lists_queue(worker->task_queues, reading->queue)
		       ? worker->task_queues
		       : NULL;
}

/* Somebody polls the queue, but for the other kind of task. */
static bool serves_activities_only(const struct reading *reading)
{
	return reading->diagnosis->verdict == TSK_VERDICT_NO_WORKFLOW_WORKER &&
	       strcmp(or_empty(reading->symptoms->activity_task_queue), reading->queue) == 0 &&
	       presence_of(reading, TSK_ACTIVITY_TASKS).live > 0;
}

static bool is_half_served(const struct reading *reading)
{
	bool activity = reading->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER;
	bool same = strcmp(reading->queue, or_empty(reading->workflow->task_queue)) == 0;

	return activity && same && presence_of(reading, TSK_WORKFLOW_TASKS).live > 0;
}

static void advise_current_version(const struct reading *reading, const struct presence *presence)
{
	const char *version = or_empty(presence->other_version->version);
	const char *build = strrchr(version, ':');

	if (*presence->wanted_version)
		advise_line(reading, "start a worker of version '%s', the current one",
			    presence->wanted_version);
	if (!build)
		return;
	advise_line(
		reading,
		"%smake version '%s', which polls, the current one with the Temporal CLI, as below",
		*presence->wanted_version ? "or " : "", version);
	suggest_line(reading, "%s --deployment-name %s --build-id %s --yes",
		     cli_call(reading, "worker deployment set-current-version"),
		     tsk_quote(reading->call,
			       tsk_copy_bytes(reading->call, version, (size_t)(build - version))),
		     tsk_quote(reading->call, build + 1));
}

/* Only a worker of the version that gets the task, or another version for it, helps. */
bool advise_version(const struct reading *reading)
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
	advise_line(
		reading,
		"start a worker of version '%s' again, or, where its history fits the new code, "
		"move the workflow to the current version with the Temporal CLI, as below",
		presence.wanted_version);
	suggest_line(reading, "%s --versioning-override-behavior auto_upgrade",
		     cli_command(reading, "workflow update-options"));
	return true;
}

/* Where a worker of the queue is at another place. */
static bool advise_elsewhere(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (more->other_address)
		advise_line(reading,
			    "align the servers, unless both addresses lead to the same one: the "
			    "workflow is at %s, the worker is connected to %s (TEMPORAL_ADDRESS, "
			    "Client.connect(...)); restart it",
			    tsk_setting(reading->call, TSK_SETTING_ADDRESS), more->other_address);
	else if (more->other_namespace)
		advise_line(
			reading,
			"align the namespaces: the workflow is in '%s', the worker polls in "
			"'%s' (TEMPORAL_NAMESPACE, Client.connect(namespace=...)); correct the "
			"one that is wrong, then restart the worker, or start the workflow anew "
			"there",
			tsk_setting(reading->call, TSK_SETTING_NAMESPACE), more->other_namespace);
	return more->other_address || more->other_namespace;
}

/* A queue of a name like the one that nobody polls, in the project's sources; NULL: none. */
static const char *meant_queue(const struct reading *reading)
{
	const struct tsk_strings *named =
		&tsk_symptoms_more(reading->call, reading->symptoms)->source_queues;
	struct tsk_lines others = { .call = reading->call };

	for (size_t i = 0; i < named->count; i++)
		if (strcmp(named->items[i], reading->queue) != 0)
			tsk_lines_push(&others, named->items[i]);
	return others.count ? tsk_nearest(reading->queue, others.items) : NULL;
}

/* Who polled the queue and is gone, of this host; NULL: none that the server remembers, or one
 * whose place another one took that was started since, maybe with another queue. */
static const struct tsk_poller *gone_poller(const struct reading *reading,
					    const struct presence *presence)
{
	const struct tsk_symptom_worker *its =
		presence->gone ? worker_of(reading, presence->gone->identity) : NULL;
	const struct tsk_symptom_worker *now = project_worker(reading);

	return its && !its->alive && (!now || now->started_at < presence->gone->last_access_at)
		       ? presence->gone
		       : NULL;
}

/* Where the queue had its worker, which is gone: no name is wrong then. The project's worker may
 * have had a process for it, and live on without that one. */
static bool advise_gone_worker(const struct reading *reading, const struct presence *presence)
{
	const struct tsk_symptom_worker *worker = worker_of_queue(reading, reading->queue);
	const struct tsk_poller *gone = gone_poller(reading, presence);
	const char *who = gone ? or_empty(gone->identity) : "the process that did";

	if (worker && !parked_worker(reading, presence))
		advise_line(reading,
			    "this project's worker %s is known to poll '%s', and %s is gone, while "
			    "the rest of it runs on: restart it (ensure-worker); the task then "
			    "goes on by itself",
			    worker_text(reading, worker), reading->queue,
			    gone ? tsk_format(reading->call, "its process that did (%s)", who)
				 : who);
	else if (gone && strcmp(or_empty(reading->workflow->task_queue), reading->queue) != 0)
		advise_line(reading,
			    "'%s' was polled until %s by %s, which is gone: start that worker "
			    "again (ensure-worker); the task then goes on by itself",
			    reading->queue, when(reading, gone->last_access_at), who);
	else
		return false;
	suggest_line(reading, "temporal-skill ensure-worker");
	return true;
}

void advise_missing_worker(const struct reading *reading)
{
	const char *other = other_queue(reading);
	const struct tsk_symptom_worker *worker = project_worker(reading);
	const char *own = or_empty(reading->workflow->task_queue);
	const bool activity = reading->diagnosis->verdict == TSK_VERDICT_NO_ACTIVITY_WORKER;
	struct presence presence =
		presence_of(reading, activity ? TSK_ACTIVITY_TASKS : TSK_WORKFLOW_TASKS);
	const struct tsk_symptom_worker *parked = parked_worker(reading, &presence);

	if (*reading->diagnosis->root_cause.remedy)
		advise_line(reading, "%s", reading->diagnosis->root_cause.remedy);
	if (advise_version(reading))
		return;
	if (!serves_activities_only(reading) && !is_half_served(reading) &&
	    advise_gone_worker(reading, &presence))
		return;
	if (serves_activities_only(reading))
		advise_line(reading,
			    "the worker on '%s' takes activities only: give its Worker "
			    "workflows=[...], "
			    "or start another worker of that queue that has them",
			    reading->queue);
	else if (advise_elsewhere(reading))
		;
	else if (other)
		advise_line(reading,
			    "align the queue names: the task is on '%s', the worker polls '%s'",
			    reading->queue, other);
	else if (strcmp(own, reading->queue) != 0)
		advise_line(
			reading,
			"align the queue names: the activity is sent to '%s', the workflow runs on "
			"'%s'; drop the task_queue of the activity, or start a worker for it",
			reading->queue, own);
	else if (is_half_served(reading))
		advise_line(
			reading,
			"the worker on '%s' takes workflows only: give its Worker activities=[...]",
			reading->queue);
	else if (parked)
		advise_line(
			reading,
			"worker %s polled '%s' until %s and stopped, and its process goes on: "
			"its Worker was shut down or failed while the rest of the program went "
			"on, or its event loop is blocked; see show-worker-log, then restart it",
			worker_text(reading, parked), reading->queue,
			tsk_time_text(reading->call, presence.gone->last_access_at));
	else if (meant_queue(reading))
		advise_line(reading,
			    "the project's sources also name a queue '%s': where the worker polls "
			    "that one, align the two names (starter and worker); a workflow that "
			    "was started on the wrong one is terminated and started anew",
			    meant_queue(reading));
	else if (worker)
		advise_line(reading,
			    "this project's worker %s runs, but does not poll '%s': its queue has "
			    "another name, it polls in another namespace or at another server (see "
			    "monitor-worker-health), or it hangs; correct it and restart it",
			    worker_text(reading, worker), reading->queue);
	else
		advise_line(reading, "start a worker that polls '%s': it then goes on by itself",
			    reading->queue);
	if (strcmp(own, reading->queue) != 0)
		advise_command(reading,
			       tsk_format(reading->call, "temporal-skill reset-workflow %s",
					  reading->telling->which),
			       "where the code is changed to another queue, the activity that "
			       "waits does not follow; start it anew after ensure-worker");
	suggest_line(reading, "temporal-skill ensure-worker --task-queue %s",
		     tsk_quote(reading->call, reading->queue));
}
