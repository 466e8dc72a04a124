/* Who is there: pollers as the server remembers them, held against the processes of this host. */
#include "who_polls.h"

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

const struct tsk_symptom_worker *parked_worker(const struct reading *reading,
					       const struct presence *presence)
{
	const struct tsk_symptom_worker *worker =
		presence->gone ? worker_of(reading, presence->gone->identity) : NULL;

	return worker && process_can_run(worker) &&
			       worker->started_at < presence->gone->last_access_at
		       ? worker
		       : NULL;
}

bool process_can_run(const struct tsk_symptom_worker *worker)
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

bool pollers_are_of(const struct reading *reading, enum tsk_task_kind kind, const char *queue)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	if (kind == TSK_ACTIVITY_TASKS)
		return symptoms->activity_pollers_known &&
		       strcmp(or_empty(symptoms->activity_task_queue), queue) == 0;
	return symptoms->workflow_pollers_known &&
	       strcmp(or_empty(reading->workflow->task_queue), queue) == 0;
}

const struct tsk_poller *next_live_poller(const struct reading *reading, enum tsk_task_kind kind,
					  size_t *at)
{
	size_t count;
	const struct tsk_poller *list = pollers(reading, kind, &count);

	while (*at < count) {
		const struct tsk_poller *poller = &list[(*at)++];

		if (poller_is_live(reading, poller) && may_poll_for(reading, poller, kind))
			return poller;
	}
	return NULL;
}

const struct tsk_poller *poller_of(const struct reading *reading,
				   const struct tsk_symptom_worker *worker, enum tsk_task_kind kind)
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
	       poller_of(reading, worker, TSK_WORKFLOW_TASKS);
}

/* Whether a worker gets tasks of that queue: it polls it, or it is this project's and known to. One
 * whose queues are not known may be there for another. */
static bool may_serve(const struct reading *reading, const struct tsk_symptom_worker *worker,
		      enum tsk_task_kind kind, const char *queue)
{
	const struct tsk_poller *poller;

	if (!process_can_run(worker))
		return false;
	poller = poller_of(reading, worker, kind);
	if (poller)
		return may_poll_for(reading, poller, kind);
	return worker->of_this_project && lists_queue(worker->task_queues, queue);
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
		    !was_at_work(reading, worker) && lists_queue(worker->task_queues, queue))
			return worker;
	}
	return NULL;
}

const struct tsk_symptom_worker *unknown_starting_worker(const struct reading *reading)
{
	int64_t now = reading->symptoms->now;

	for (size_t i = 0; i < reading->symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &reading->symptoms->workers[i];

		if (process_can_run(worker) && worker->of_this_project &&
		    worker->started_at > now - CONNECTING_NS && !was_at_work(reading, worker) &&
		    !*or_empty(worker->task_queues))
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

const struct tsk_symptom_worker *worker_of_queue(const struct reading *reading, const char *queue)
{
	for (size_t i = 0; i < reading->symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &reading->symptoms->workers[i];

		if (worker->of_this_project && worker->tracked && process_can_run(worker) &&
		    lists_queue(worker->task_queues, queue))
			return worker;
	}
	return NULL;
}

bool last_worker_lives(const struct reading *reading)
{
	const struct tsk_event *task =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_TASK_COMPLETED);
	const struct tsk_symptom_worker *worker = task ? worker_of(reading, task->identity) : NULL;

	return worker && process_can_run(worker) && worker->started_at < task->at;
}
