/* Who is there: pollers as the server remembers them, held against the processes of this host. */
#include "classifier.h"

#include <string.h>

/* A poll lasts a minute and is then renewed, so whoever polls was seen within this time. */
#define POLLER_FRESH_NS ((int64_t)75 * 1000000000)

/* So long may a worker take from its start to its connection: uv may have to sync, Python to
 * import; and so long until a connected one polls. Later it has had its time. */
#define CONNECTING_NS   ((int64_t)60 * 1000000000)
#define STARTING_NS     ((int64_t)5 * 1000000000)

bool lists_queue(const char *queues, const char *queue)
{
	size_t size = strlen(queue);

	for (const char *at = or_empty(queues); *at;) {
		size_t word = strcspn(at, ", ");

		if (word == size && memcmp(at, queue, size) == 0)
			return true;
		at += word;
		at += strspn(at, ", ");
	}
	return false;
}

static bool process_can_run(const struct tsk_symptom_worker *worker)
{
	return worker->alive && !worker->stopped;
}

const struct tsk_symptom_worker *worker_of(const struct reading *reading, const char *identity)
{
	int pid = tsk_identity_pid(or_empty(identity));

	for (size_t i = 0; pid > 0 && i < reading->symptoms->worker_count; i++)
		if (reading->symptoms->workers[i].pid == pid)
			return &reading->symptoms->workers[i];
	return NULL;
}

bool poller_is_live(const struct reading *reading, const struct tsk_poller *poller)
{
	const struct tsk_symptom_worker *worker = worker_of(reading, poller->identity);

	if (poller->last_access_at < reading->symptoms->now - POLLER_FRESH_NS)
		return false;
	/* The process is there, but not the one that polled: its PID was given again. */
	if (worker && worker->started_at > poller->last_access_at)
		return false;
	return !worker || process_can_run(worker);
}

static const struct tsk_poller *pollers(const struct reading *reading, enum tsk_task_kind kind,
					size_t *count)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;
	bool activity = kind == TSK_ACTIVITY_TASKS;

	*count = activity ? symptoms->activity_poller_count : symptoms->workflow_poller_count;
	return activity ? symptoms->activity_pollers : symptoms->workflow_pollers;
}

/* A workflow that is pinned to a version of a worker deployment gets its own queue's tasks there.
 */
static const char *pinned_version(const struct reading *reading, enum tsk_task_kind kind)
{
	bool elsewhere = kind == TSK_ACTIVITY_TASKS &&
			 strcmp(or_empty(reading->symptoms->activity_task_queue),
				or_empty(reading->workflow->task_queue)) != 0;

	return elsewhere ? "" : or_empty(reading->workflow->pinned_version);
}

static bool may_poll_for(const struct reading *reading, const struct tsk_poller *poller,
			 enum tsk_task_kind kind)
{
	const char *pinned = pinned_version(reading, kind);
	const char *version = or_empty(poller->version);

	if (*pinned)
		return strcmp(version, pinned) == 0;
	return strcmp(version, or_empty(poller->current_version)) == 0 ||
	       (*version && strcmp(version, or_empty(poller->ramping_version)) == 0);
}

struct presence presence_of(const struct reading *reading, enum tsk_task_kind kind)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;
	struct presence presence = { .known = kind == TSK_ACTIVITY_TASKS
						      ? symptoms->activity_pollers_known
						      : symptoms->workflow_pollers_known };
	size_t count;
	const struct tsk_poller *list = pollers(reading, kind, &count);

	for (size_t i = 0; i < count; i++) {
		bool live = poller_is_live(reading, &list[i]);

		if (live && !may_poll_for(reading, &list[i], kind)) {
			presence.other_version = &list[i];
			presence.wanted_version = pinned_version(reading, kind);
			presence.pinned = *presence.wanted_version != '\0';
			if (!presence.pinned)
				presence.wanted_version = or_empty(list[i].current_version);
			continue;
		}
		if (!live) {
			if (!presence.gone ||
			    list[i].last_access_at > presence.gone->last_access_at)
				presence.gone = &list[i];
			continue;
		}
		presence.live++;
		if (presence.worker)
			continue;
		presence.poller = &list[i];
		presence.worker = worker_of(reading, list[i].identity);
	}
	return presence;
}

static const struct tsk_poller *polls(const struct reading *reading,
				      const struct tsk_symptom_worker *worker,
				      enum tsk_task_kind kind)
{
	size_t count;
	const struct tsk_poller *list = pollers(reading, kind, &count);

	for (size_t i = 0; i < count; i++)
		if (tsk_identity_pid(or_empty(list[i].identity)) == worker->pid &&
		    poller_is_live(reading, &list[i]))
			return &list[i];
	return NULL;
}

/* Heartbeats come every minute; one may be late. */
#define HEARTBEAT_FRESH_NS ((int64_t)150 * 1000000000)

/* Whether the server lists a worker of that queue without a free activity slot. */
static bool lists_full_worker(const struct reading *reading, const char *queue)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	for (size_t i = 0; i < symptoms->listed_count; i++) {
		const struct tsk_worker *listed = &symptoms->listed[i];
		const struct tsk_symptom_worker *worker = worker_of(reading, listed->identity);

		if (strcmp(or_empty(listed->task_queue), queue) == 0 &&
		    listed->activity_slots_used > 0 && listed->activity_slots_free == 0 &&
		    listed->heartbeat_at > symptoms->now - HEARTBEAT_FRESH_NS &&
		    (!worker || process_can_run(worker)))
			return true;
	}
	return false;
}

bool has_full_worker(const struct reading *reading, const char *queue)
{
	const struct tsk_poller *gone = presence_of(reading, TSK_ACTIVITY_TASKS).gone;
	const struct tsk_symptom_worker *worker = gone ? worker_of(reading, gone->identity) : NULL;

	if (lists_full_worker(reading, queue))
		return true;
	/* It polled activities and polls workflows still: a worker without a free slot stops. */
	return worker && process_can_run(worker) && worker->started_at <= gone->last_access_at &&
	       strcmp(queue, or_empty(reading->workflow->task_queue)) == 0 &&
	       polls(reading, worker, TSK_WORKFLOW_TASKS);
}

/* Whether a worker may get tasks of that queue: it polls it, or it is this project's and may. */
static bool may_serve(const struct reading *reading, const struct tsk_symptom_worker *worker,
		      enum tsk_task_kind kind, const char *queue)
{
	const struct tsk_poller *poller;

	if (!process_can_run(worker))
		return false;
	poller = polls(reading, worker, kind);
	if (poller)
		return may_poll_for(reading, poller, kind);
	return worker->of_this_project &&
	       (!*or_empty(worker->task_queues) || lists_queue(worker->task_queues, queue));
}

const struct tsk_symptom_worker *fresh_worker(const struct reading *reading,
					      enum tsk_task_kind kind, const char *queue,
					      int64_t failed_at, const char *failed_by)
{
	const struct tsk_symptom_worker *fresh = NULL;
	const struct tsk_symptom_worker *failed = worker_of(reading, failed_by);

	for (size_t i = 0; i < reading->symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &reading->symptoms->workers[i];

		if (!may_serve(reading, worker, kind, queue))
			continue;
		/* When it failed may not be known: then who did must be, and be gone. */
		if (failed_at ? worker->started_at <= failed_at
			      : !failed || worker == failed ||
					worker->started_at <= failed->started_at)
			return NULL;
		if (!fresh || worker->started_at > fresh->started_at)
			fresh = worker;
	}
	return fresh;
}

static bool is_same(const struct tsk_symptom_worker *worker, const char *identity, int64_t at)
{
	return tsk_identity_pid(or_empty(identity)) == worker->pid && at >= worker->started_at;
}

/* Whether a worker was seen at work: it polls or polled, so it is past its start. */
static bool was_at_work(const struct reading *reading, const struct tsk_symptom_worker *worker)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	for (size_t i = 0; i < symptoms->newest.count; i++)
		if (is_same(worker, symptoms->newest.events[i].identity,
			    symptoms->newest.events[i].at))
			return true;
	for (size_t i = 0; i < symptoms->workflow_poller_count; i++)
		if (is_same(worker, symptoms->workflow_pollers[i].identity,
			    symptoms->workflow_pollers[i].last_access_at))
			return true;
	for (size_t i = 0; i < symptoms->activity_poller_count; i++)
		if (is_same(worker, symptoms->activity_pollers[i].identity,
			    symptoms->activity_pollers[i].last_access_at))
			return true;
	return false;
}

const struct tsk_symptom_worker *starting_worker(const struct reading *reading, const char *queue)
{
	int64_t now = reading->symptoms->now;

	for (size_t i = 0; i < reading->symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &reading->symptoms->workers[i];

		if (process_can_run(worker) && worker->of_this_project &&
		    worker->started_at > now - (worker->connected ? STARTING_NS : CONNECTING_NS) &&
		    !was_at_work(reading, worker) &&
		    (!*or_empty(worker->task_queues) || lists_queue(worker->task_queues, queue)))
			return worker;
	}
	return NULL;
}

const struct tsk_symptom_worker *project_worker(const struct reading *reading)
{
	for (size_t i = 0; i < reading->symptoms->worker_count; i++)
		if (reading->symptoms->workers[i].of_this_project &&
		    process_can_run(&reading->symptoms->workers[i]))
			return &reading->symptoms->workers[i];
	return NULL;
}

/* ---- what is said of them ---- */

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
static void tell_version(struct reading *reading, const struct presence *presence,
			 const char *queue)
{
	const struct tsk_poller *other = presence->other_version;
	const char *who = tsk_format(reading->call, "'%s' is polled by %s, which is %s", queue,
				     or_empty(other->identity),
				     *or_empty(other->version)
					     ? tsk_format(reading->call, "'%s'", other->version)
					     : "not versioned");

	if (presence->pinned)
		lines_add(&reading->evidence, "it is pinned to worker version '%s'; %s",
			  presence->wanted_version, who);
	else if (*presence->wanted_version)
		lines_add(&reading->evidence, "worker version '%s' is the current one; %s",
			  presence->wanted_version, who);
	else
		lines_add(&reading->evidence, "no worker version is set as the current one; %s",
			  who);
}

static void tell_queue(struct reading *reading, enum tsk_task_kind kind, const char *queue)
{
	const char *tasks = kind == TSK_ACTIVITY_TASKS ? "activities" : "workflows";
	struct presence presence = presence_of(reading, kind);
	const struct tsk_symptom_worker *gone;

	if (!presence.known)
		return;
	if (presence.live > 1)
		lines_add(&reading->evidence,
			  "%zu workers poll '%s' for %s, any of them gets the task", presence.live,
			  queue, tasks);
	if (presence.live)
		return;
	if (presence.other_version)
		tell_version(reading, &presence, queue);
	gone = presence.gone ? worker_of(reading, presence.gone->identity) : NULL;
	if (presence.gone)
		lines_add(&reading->evidence,
			  "no live worker polls '%s' for %s (the server still remembers %s, which "
			  "%s)",
			  queue, tasks, presence.gone->identity,
			  !gone           ? "stopped polling"
			  : gone->stopped ? "is stopped"
					  : "is gone");
	else if (!presence.other_version)
		lines_add(&reading->evidence, "no worker polls '%s' for %s", queue, tasks);
}

static void tell_worker(struct reading *reading, const struct tsk_symptom_worker *worker,
			enum tsk_task_kind kind, const char *queue)
{
	const char *text = worker_text(reading, worker);
	bool here = polls(reading, worker, kind);

	if (worker->alive && worker->stopped)
		lines_add(&reading->evidence, "worker %s is stopped (SIGSTOP)", text);
	if (!process_can_run(worker))
		return;
	if (worker->of_this_project && worker->stale_files.count)
		lines_add(&reading->evidence,
			  "worker %s runs old code: %s changed since it started", text,
			  worker->stale_files.items[0]);
	if (here && !worker->of_this_project)
		lines_add(&reading->evidence, "worker %s polls '%s'; it is not of this project",
			  text, queue);
	if (!here && worker->of_this_project && *or_empty(worker->task_queues) &&
	    !lists_queue(worker->task_queues, queue))
		lines_add(&reading->evidence, "this project's worker %s polls '%s', not '%s'", text,
			  worker->task_queues, queue);
}

void tell_workers(struct reading *reading, enum tsk_task_kind kind, const char *queue)
{
	tell_queue(reading, kind, queue);
	for (size_t i = 0; i < reading->symptoms->worker_count; i++)
		tell_worker(reading, &reading->symptoms->workers[i], kind, queue);
}

void tell_other_queue(struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	if (symptoms->other_queue)
		lines_add(&reading->evidence, "worker %s polls '%s', which this project names, too",
			  or_empty(symptoms->other_poller), symptoms->other_queue);
}
