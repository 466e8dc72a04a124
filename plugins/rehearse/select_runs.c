/* Which runs are rehearsed. */
#include "rehearsal.h"

#include <stdlib.h>
#include <string.h>

/* So many of a queue's runs are looked through for those that matter: a few pages. */
#define LISTED_MOST ((size_t)5000)

bool chooses_by_name(const struct asked *asked)
{
	return asked->workflow_id || asked->query || asked->histories.count;
}

static bool is_stuck(const struct tsk_workflow *workflow)
{
	return workflow->status == TSK_WORKFLOW_RUNNING &&
	       (workflow->reported_problems.count ||
		(workflow->pending_task.present && workflow->pending_task.attempt > 1));
}

static void add(struct chosen *chosen, const struct tsk_workflow *workflow)
{
	chosen->items = tsk_grow(chosen->call, chosen->items, chosen->count, &chosen->room,
				 sizeof(*chosen->items));
	chosen->items[chosen->count++] = (struct rehearsed){
		.workflow_id = workflow->workflow_id,
		.run_id = workflow->run_id,
		.type = workflow->type,
		.task_queue = workflow->task_queue,
		.open = workflow->status == TSK_WORKFLOW_RUNNING,
		.stuck = is_stuck(workflow),
		.events = workflow->history_length,
		.by_type_only = chooses_by_name(chosen->asked),
	};
}

/* ---- those that matter, of many ---- */

struct candidate {
	const struct tsk_workflow *workflow;
	int rank; /* by how much it matters: 0 the most */
};

struct of_type {
	const char *type;
	size_t count, *rows;
};

/* What a type's runs are chosen by, in turn. The list is newest first. */
static int compare_length(const void *one, const void *other)
{
	const struct candidate *a = *(const struct candidate *const *)one;
	const struct candidate *b = *(const struct candidate *const *)other;

	return a->workflow->history_length < b->workflow->history_length
		       ? 1
		       : -(a->workflow->history_length > b->workflow->history_length);
}

static int compare_rank(const void *one, const void *other)
{
	const struct candidate *a = one, *b = other;

	if (a->rank != b->rank)
		return a->rank - b->rank;
	return a->workflow->started_at < b->workflow->started_at
		       ? 1
		       : -(a->workflow->started_at > b->workflow->started_at);
}

static void improve(struct candidate *candidate, size_t rank)
{
	if ((int)rank < candidate->rank)
		candidate->rank = (int)rank;
}

/* Of count, the k-th of a row that is spread evenly however soon it ends: 1/2, 1/4, 3/4, 1/8, ...
 */
static size_t spread(size_t k, size_t count)
{
	size_t at = 0;

	for (size_t part = count; k; k >>= 1, part /= 2)
		at += (k & 1) * (part / 2);
	return at < count ? at : count - 1;
}

/* Newest, oldest, and those between in turn: the k-th of each has rank k. A server lists the length
 * of those alone that have ended; of them the longest come, too. */
static void rank_type(struct tsk_call *call, struct candidate **of_type, size_t count)
{
	struct candidate **longest = tsk_alloc(call, (count + 1) * sizeof(struct candidate *));

	memcpy(longest, of_type, count * sizeof(struct candidate *));
	qsort(longest, count, sizeof(struct candidate *), compare_length);
	for (size_t i = 0; i < count; i++) {
		improve(of_type[i], i + 1);
		improve(of_type[count - 1 - i], i + 1);
		improve(of_type[spread(i + 1, count)], i + 1);
		if (longest[i]->workflow->status != TSK_WORKFLOW_RUNNING)
			improve(longest[i], i + 1);
	}
}

static void rank_all(struct tsk_call *call, struct candidate *candidates, size_t count)
{
	struct candidate **alike = tsk_alloc(call, (count + 1) * sizeof(struct candidate *));

	for (size_t i = 0; i < count; i++) {
		size_t found = 0;
		if (candidates[i].rank != INT32_MAX)
			continue;
		for (size_t k = i; k < count; k++)
			if (!strcmp(candidates[k].workflow->type, candidates[i].workflow->type))
				alike[found++] = &candidates[k];
		rank_type(call, alike, found);
	}
	for (size_t i = 0; i < count; i++)
		if (is_stuck(candidates[i].workflow))
			candidates[i].rank = 0;
}

static void add_those_that_matter(struct chosen *chosen, const struct tsk_workflow *workflows,
				  size_t count)
{
	const size_t limit = (size_t)chosen->asked->limit;
	const size_t room = chosen->count < limit ? limit - chosen->count : 0;
	struct candidate *candidates = tsk_alloc(chosen->call, (count + 1) * sizeof(*candidates));

	for (size_t i = 0; i < count; i++)
		candidates[i] = (struct candidate){ .workflow = &workflows[i], .rank = INT32_MAX };
	if (limit && count > room) {
		rank_all(chosen->call, candidates, count);
		qsort(candidates, count, sizeof(*candidates), compare_rank);
	}
	for (size_t i = 0; i < count && (!limit || i < room); i++)
		add(chosen, candidates[i].workflow);
	if (limit && count > room)
		chosen->there += (int64_t)(count - room);
}

/* ---- asking ---- */

static enum tsk_status add_listed(struct chosen *chosen, const char *query)
{
	const struct tsk_workflow *workflows = NULL;
	size_t count = 0;
	bool more = false;
	int64_t total = 0;

	if (tsk_list_workflows(chosen->call, query, chosen->asked->limit ? LISTED_MOST : 0,
			       &workflows, &count, &more))
		return tsk_error(chosen->call);
	add_those_that_matter(chosen, workflows, count);
	if (!more)
		return TSK_OK;
	if (tsk_count_workflows(chosen->call, query, &total, NULL))
		tsk_forget_error(chosen->call);
	else if (total > (int64_t)count)
		chosen->there += total - (int64_t)count;
	return TSK_OK;
}

enum tsk_status select_of_queue(struct chosen *chosen, const char *queue)
{
	if (tsk_lines_hold(&chosen->queues, queue))
		return TSK_OK;
	tsk_lines_push(&chosen->queues, tsk_copy(chosen->call, queue));
	return add_listed(
		chosen,
		tsk_format(chosen->call, "TaskQueue = %s%s", tsk_query_literal(chosen->call, queue),
			   chosen->asked->closed ? "" : " AND ExecutionStatus = 'Running'"));
}

enum tsk_status select_named(struct chosen *chosen)
{
	const struct asked *asked = chosen->asked;
	const struct tsk_workflow *workflow = NULL;

	if (asked->histories.count)
		return add_exported(chosen);
	if (asked->query)
		return add_listed(chosen, asked->query);
	if (tsk_describe_workflow(chosen->call, asked->workflow_id, asked->run_id, &workflow))
		return tsk_error(chosen->call);
	add(chosen, workflow);
	return TSK_OK;
}
