/* What a worker that is about to be stopped is at: the attempts that are lost with it. */
#include "worker.h"

#include <string.h>

/* The newest that run; who has more of them does not ask about each before a restart. */
#define WORKFLOWS_MOST 50

/* More are counted, not named. */
#define NOTED_MOST     3

struct at_work {
	struct tsk_call *call;
	const struct worker_list *workers;
	cJSON *rows; /* NULL: none was found yet */
	size_t count;
};

/* Whether a process of that number is one of those that will be stopped. */
static bool is_theirs(const struct worker_list *workers, const char *identity)
{
	const int pid = tsk_identity_pid(identity ? identity : "");

	for (size_t i = 0; pid > 0 && i < workers->count; i++)
		for (size_t j = 0; workers->items[i].may_stop && j < workers->items[i].count; j++)
			if (workers->items[i].tree[j].id.pid == pid)
				return true;
	return false;
}

static bool any_runs(const struct worker_list *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].may_stop && workers->items[i].count)
			return true;
	return false;
}

static void say_one(struct at_work *found, const struct tsk_workflow *workflow,
		    const struct tsk_pending_activity *activity)
{
	const bool last =
		activity->maximum_attempts > 0 && activity->attempt >= activity->maximum_attempts;
	cJSON *row;

	if (!found->rows)
		found->rows = tsk_set_list(tsk_result(found->call), "at_work");
	row = tsk_append_object(found->rows);
	tsk_set(row, "workflow_id", workflow->workflow_id);
	tsk_set(row, "activity", activity->type);
	tsk_set_number(row, "attempt", activity->attempt);
	tsk_set_bool(row, "last_attempt", last);
	if (found->count++ < NOTED_MOST)
		tsk_note(found->call,
			 "activity '%s' of '%s' is at work in the worker that is stopped: %s",
			 activity->type, workflow->workflow_id,
			 last ? "it was its last attempt, and the workflow gets a failure"
			      : "this attempt is lost, and it is tried again");
}

void tell_at_work(struct tsk_call *call, const struct worker_list *workers)
{
	struct at_work found = { .call = call, .workers = workers };
	const struct tsk_workflow *listed = NULL, **described;
	const char *ids[WORKFLOWS_MOST], *runs[WORKFLOWS_MOST];
	enum tsk_status statuses[WORKFLOWS_MOST];
	size_t count = 0;
	bool more;

	if (!any_runs(workers) || tsk_list_workflows(call, "ExecutionStatus = 'Running'",
						     WORKFLOWS_MOST, &listed, &count, &more)) {
		tsk_forget_error(call);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		ids[i] = listed[i].workflow_id;
		runs[i] = listed[i].run_id;
	}
	described = tsk_alloc(call, (count + 1) * sizeof(*described));
	if (count && tsk_describe_workflows(call, ids, runs, count, described, statuses)) {
		tsk_forget_error(call);
		return;
	}
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; described[i] && j < described[i]->pending_activity_count; j++) {
			const struct tsk_pending_activity *activity =
				&described[i]->pending_activities[j];

			if (activity->state == TSK_ACTIVITY_STARTED &&
			    is_theirs(workers, activity->last_worker_identity))
				say_one(&found, described[i], activity);
		}
	if (found.count > NOTED_MOST)
		tsk_note(call, "%zu more activities are at work in it", found.count - NOTED_MOST);
}
