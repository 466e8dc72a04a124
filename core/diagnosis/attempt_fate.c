/* What became of an attempt that timed out: its worker died, it waited for others, or it was slow.
 */
#include "attempt_fate.h"

#include "who_polls.h"

#include <string.h>

/* Taken at the same time. */
#define TOGETHER_NS ((int64_t)1000000000)

/* More at once than these need no counting. */
#define TAKEN_MOST  256

static const struct tsk_failure *link_timeout(const struct tsk_failure *failure)
{
	while (failure && failure->kind != TSK_FAILURE_TIMEOUT)
		failure = failure->cause;
	return failure;
}

static bool ended_at_work(const struct tsk_failure *timeout)
{
	return strcmp(or_empty(timeout->timeout_type), "TIMEOUT_TYPE_START_TO_CLOSE") == 0 ||
	       strcmp(or_empty(timeout->timeout_type), "TIMEOUT_TYPE_HEARTBEAT") == 0 ||
	       strcmp(or_empty(timeout->timeout_type), "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE") == 0;
}

/* ---- which attempt ---- */

/* One that polls alone, and has run since before the activity was scheduled, had each attempt. */
static void find_only_worker(const struct reading *reading, struct attempt_fate *fate)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;
	const char *who = or_empty(reading->activity->last_worker_identity);
	const struct tsk_symptom_worker *worker = worker_of(reading, who);
	const struct tsk_event *scheduled = scheduled_event(reading, reading->activity);

	if (!worker || !scheduled || worker->started_at > scheduled->at ||
	    !symptoms->activity_pollers_known)
		return;
	for (size_t i = 0; i < symptoms->activity_poller_count; i++)
		if (strcmp(or_empty(symptoms->activity_pollers[i].identity), who) != 0)
			return;
	fate->who = who;
}

static void find_pending(const struct reading *reading, struct attempt_fate *fate)
{
	const struct tsk_pending_activity *activity = reading->activity;

	fate->type = or_empty(activity->type);
	fate->ended_at = reading->symptoms->now;
	/* Once the next attempt has begun, all this is about that one. */
	if (activity->state == TSK_ACTIVITY_STARTED) {
		find_only_worker(reading, fate);
		return;
	}
	fate->who = or_empty(activity->last_worker_identity);
	fate->began_at = activity->last_started_at;
	fate->ever_heartbeat = activity->last_heartbeat_at != 0;
	fate->heartbeats_known = true;
	if (!fate->began_at && activity->last_heartbeat_at)
		fate->began_at = activity->last_heartbeat_at;
}

/* The newest event of that type about the activity that was scheduled by that event. */
static const struct tsk_event *event_about(const struct tsk_history *newest, int type,
					   int64_t scheduled_id)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == type &&
		    newest->events[i].scheduled_event_id == scheduled_id)
			return &newest->events[i];
	return NULL;
}

static void find_closed(const struct reading *reading, const struct tsk_failure *timeout,
			struct attempt_fate *fate)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);
	const struct tsk_event *end = newest_of_type(newest, TSK_EVENT_ACTIVITY_TIMED_OUT);
	const struct tsk_event *began =
		end ? event_about(newest, TSK_EVENT_ACTIVITY_STARTED, end->scheduled_event_id)
		    : NULL;

	fate->type = link ? or_empty(link->activity_type) : "";
	fate->ever_heartbeat = timeout->details.count > 0;
	fate->heartbeats_known = fate->ever_heartbeat;
	fate->ended_at = end ? end->at : 0;
	if (!began)
		return;
	fate->who = or_empty(began->identity);
	fate->began_at = began->at;
}

/* ---- its worker ---- */

/* When a worker of this project was started after the attempt began, and before it was given up. */
static int64_t replaced_at(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	for (size_t i = 0; i < symptoms->worker_count; i++) {
		const struct tsk_symptom_worker *worker = &symptoms->workers[i];

		if (worker->of_this_project && worker->tracked &&
		    worker->pid != tsk_identity_pid(fate->who) &&
		    worker->started_at > fate->began_at && worker->started_at < fate->ended_at)
			return worker->started_at;
	}
	return 0;
}

static void find_worker(const struct reading *reading, struct attempt_fate *fate)
{
	const struct tsk_symptom_worker *worker = worker_of(reading, fate->who);

	if (!worker)
		return;
	if (worker->alive && (!fate->began_at || worker->started_at <= fate->began_at)) {
		fate->fate = worker->stopped ? WORKER_STOPPED : WORKER_THERE;
		return;
	}
	fate->fate = WORKER_ENDED;
	if (fate->began_at)
		fate->replaced_at = replaced_at(reading, fate);
	/* ensure-worker leaves no other worker of the project. An attempt that is given up right
	 * now, while its worker does not run, cannot have had it until then. */
	if (fate->replaced_at)
		fate->fate = WORKER_GONE;
}

/* ---- those that it took at the same time ---- */

struct ends {
	int64_t after[TAKEN_MOST]; /* of those that completed, how long after their start */
	size_t count, taken;
};

static void find_ends(const struct reading *reading, const struct attempt_fate *fate,
		      struct ends *ends)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count && ends->count < TAKEN_MOST; i++) {
		const struct tsk_event *began = &newest->events[i], *end;
		int64_t apart = began->at - fate->began_at;

		if (began->type != TSK_EVENT_ACTIVITY_STARTED ||
		    strcmp(or_empty(began->identity), fate->who) != 0 || apart > TOGETHER_NS ||
		    apart < -TOGETHER_NS)
			continue;
		ends->taken++;
		end = event_about(newest, TSK_EVENT_ACTIVITY_COMPLETED, began->scheduled_event_id);
		if (!end)
			continue;
		size_t at = ends->count++;
		for (; at > 0 && ends->after[at - 1] > end->at - began->at; at--)
			ends->after[at] = ends->after[at - 1];
		ends->after[at] = end->at - began->at;
	}
}

/* Whether the first ones took a time, and the next ones ended after that time once more: a worker
 * that can do all at once ends all of them then. */
static void find_queue(const struct reading *reading, struct attempt_fate *fate)
{
	struct ends ends = { .count = 0 };
	size_t first = 0;

	if (!fate->began_at || !*fate->who)
		return;
	find_ends(reading, fate, &ends);
	if (!ends.count || ends.taken < 3)
		return;
	while (first < ends.count && ends.after[first] < ends.after[0] * 3 / 2)
		first++;
	/* Only where a next one followed it is known what kept the others. */
	if (first == ends.taken || first == ends.count || ends.after[first] > ends.after[0] * 3)
		return;
	fate->taken = ends.taken;
	fate->side_by_side = first;
	fate->each_ns = ends.after[0];
}

/* ---- what blocked its heartbeats ---- */

static void find_beside(const struct reading *reading, struct attempt_fate *fate)
{
	const struct tsk_workflow *workflow = reading->workflow;

	for (size_t i = 0; fate->by_heartbeat && i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *other = &workflow->pending_activities[i];

		if (other != reading->activity && other->state == TSK_ACTIVITY_STARTED &&
		    *fate->who && strcmp(or_empty(other->last_worker_identity), fate->who) == 0)
			fate->beside = other;
	}
}

struct attempt_fate fate_of_attempt(const struct reading *reading)
{
	const struct tsk_failure *timeout = link_timeout(reading->diagnosis->failure);
	struct attempt_fate fate = { .type = "", .who = "", .limit = "start_to_close_timeout" };

	if (!timeout || !ended_at_work(timeout))
		return fate;
	fate.timed_out = true;
	if (strcmp(timeout->timeout_type, "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE") == 0)
		fate.limit = "schedule_to_close_timeout";
	fate.by_heartbeat = strcmp(or_empty(timeout->timeout_type), "TIMEOUT_TYPE_HEARTBEAT") == 0;
	if (reading->activity && is_open(reading->workflow))
		find_pending(reading, &fate);
	else
		find_closed(reading, timeout, &fate);
	find_worker(reading, &fate);
	find_queue(reading, &fate);
	find_beside(reading, &fate);
	return fate;
}
