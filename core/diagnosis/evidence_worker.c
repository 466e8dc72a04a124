/* Evidence of workers: who polls, who died, which code is stale, who else is there. */
#include "evidence_passport.h"
#include "tell.h"
#include "who_polls.h"

const char *worker_text(const struct reading *reading, const struct tsk_symptom_worker *worker)
{
	int64_t up = (reading->symptoms->now - worker->started_at) / 1000000000 * 1000;
	const char *project = *or_empty(worker->project)
				      ? tsk_format(reading->call, " of '%s'", worker->project)
			      : *or_empty(worker->project_dir)
				      ? tsk_format(reading->call, " in %s", worker->project_dir)
				      : "";

	if (!worker->started_at)
		return tsk_format(reading->call, "PID %d%s", worker->pid, project);
	return tsk_format(reading->call, "PID %d%s (up %s)", worker->pid, project,
			  tsk_duration_text(reading->call, up));
}

/* Who polls is of another version than gets the task. */
static void tell_version(const struct reading *reading, const struct presence *presence,
			 const char *queue)
{
	const struct tsk_poller *other = presence->other_version;
	const char *who = tsk_format(reading->call, "'%s' is polled by %s, which is %s", queue,
				     or_empty(other->identity),
				     *or_empty(other->version)
					     ? tsk_format(reading->call, "'%s'", other->version)
					     : "not versioned");

	if (presence->pinned)
		tell_line(reading, "it is pinned to worker version '%s'; %s",
			  presence->wanted_version, who);
	else if (*presence->wanted_version)
		tell_line(reading, "worker version '%s' is the current one; %s",
			  presence->wanted_version, who);
	else
		tell_line(reading, "no worker version is set as the current one; %s", who);
}

static void tell_queue(const struct reading *reading, enum tsk_task_kind kind, const char *queue)
{
	const char *tasks = kind == TSK_ACTIVITY_TASKS ? "activities" : "workflows";
	struct presence presence = presence_of(reading, kind);
	const struct tsk_symptom_worker *gone;

	if (!presence.known)
		return;
	if (presence.live > 1)
		tell_line(reading, "%zu workers poll '%s' for %s, any of them gets the task",
			  presence.live, queue, tasks);
	if (presence.live)
		return;
	if (presence.other_version)
		tell_version(reading, &presence, queue);
	gone = presence.gone ? worker_of(reading, presence.gone->identity) : NULL;
	if (presence.gone)
		tell_line(reading,
			  "no worker polls '%s' for %s any more (the server still remembers %s, "
			  "which "
			  "%s)",
			  queue, tasks, presence.gone->identity,
			  !gone                               ? "stopped polling"
			  : gone->stopped                     ? "is stopped"
			  : parked_worker(reading, &presence) ? "runs, and has stopped polling"
							      : "is gone");
	else if (!presence.other_version)
		tell_line(reading, "no worker polls '%s' for %s", queue, tasks);
}

static void tell_worker(const struct reading *reading, const struct tsk_symptom_worker *worker,
			enum tsk_task_kind kind, const char *queue)
{
	const char *text = worker_text(reading, worker);
	bool here = poller_of(reading, worker, kind);

	if (worker->alive && worker->stopped)
		tell_line(reading, "worker %s is stopped (SIGSTOP)", text);
	if (!process_can_run(worker))
		return;
	if (worker->of_this_project && worker->stale_files.count)
		tell_line(reading, "worker %s runs old code: %s changed since it started", text,
			  worker->stale_files.items[0]);
	if (here && !worker->of_this_project)
		tell_line(reading, "worker %s polls '%s'; it is not of this project", text, queue);
	if (!here && worker->of_this_project && *or_empty(worker->task_queues) &&
	    !lists_queue(worker->task_queues, queue))
		tell_line(reading, "this project's worker %s polls '%s', not '%s'", text,
			  worker->task_queues, queue);
}

void tell_workers(const struct reading *reading, enum tsk_task_kind kind, const char *queue)
{
	tell_queue(reading, kind, queue);
	for (size_t i = 0; i < reading->symptoms->worker_count; i++)
		tell_worker(reading, &reading->symptoms->workers[i], kind, queue);
}

void tell_other_queue(const struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	if (symptoms->other_queue)
		tell_line(reading, "worker %s polls '%s', which this project names, too",
			  or_empty(symptoms->other_poller), symptoms->other_queue);
}

void tell_elsewhere(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (more->other_namespace)
		tell_line(reading,
			  "worker %s polls '%s' in namespace '%s'; the workflow is in '%s'",
			  or_empty(more->other_namespace_poller), reading->queue,
			  more->other_namespace, tsk_setting(reading->call, TSK_SETTING_NAMESPACE));
	if (more->other_address)
		tell_line(reading,
			  "this project's worker PID %d is connected to %s; the workflow is at %s",
			  more->other_address_pid, more->other_address,
			  tsk_setting(reading->call, TSK_SETTING_ADDRESS));
}

void tell_fresh_worker(const struct reading *reading)
{
	if (reading->fresh)
		tell_line(reading, "worker %s was started after the last failed attempt",
			  worker_text(reading, reading->fresh));
}

void tell_absent_worker(const struct reading *reading)
{
	tell_elsewhere(reading);
	tell_refused_workers(reading);
	if (reading->starting)
		tell_line(reading, "worker %s has just been started",
			  worker_text(reading, reading->starting));
	else if (unknown_starting_worker(reading))
		tell_line(reading,
			  "worker %s has just been started; whether it polls '%s' is not known yet",
			  worker_text(reading, unknown_starting_worker(reading)), reading->queue);
	if (reading->log_share != LOG_OF_THE_DEAD)
		return;
	tell_line(reading, "this project's worker died: %s",
		  reading->diagnosis->root_cause.summary);
	if (*or_empty(reading->symptoms->worker_log))
		tell_line(reading, "its log: %s", reading->symptoms->worker_log);
}
