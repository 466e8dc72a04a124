/* What a survey asks in bulk: descriptions and histories in parallel, pollers once a queue. */
#include "survey.h"

#include "temporal/client.h"

#include <string.h>

/* Enough to reach back to what the newest workflow task did; a healthy workflow that waits is told
 * from its last few events. More would be read for nothing with thousands of them. */
#define NEWEST_EVENTS  40

/* Of more workflows than this (a second for each thousand), only those get their history read whose
 * description shows trouble. */
#define HISTORIES_MOST 5000

/* A server with very much to do may answer in time when it is asked once more. */
#define ROUNDS_MOST    2

#define BACKWARD       "GetWorkflowExecutionHistoryReverse"
#define IN_TIME        "no answer in time"

const struct queue_pollers *pollers_of(struct surveying *surveying, const char *queue,
				       enum tsk_task_kind kind)
{
	struct queue_pollers *row = surveying->queues;

	while (row && (row->kind != kind || strcmp(row->queue, queue) != 0))
		row = row->next;
	if (row)
		return row;
	row = tsk_alloc(surveying->call, sizeof(*row));
	*row = (struct queue_pollers){ .queue = queue, .kind = kind, .next = surveying->queues };
	surveying->queues = row;
	if (surveying->pollers_silent) {
		row->reason = IN_TIME;
		question_is_lost(surveying->call, POLLERS, queue, row->reason);
		return row;
	}
	row->known =
		tsk_pollers(surveying->call, queue, kind, &row->pollers, &row->count) == TSK_OK;
	/* Where the server does not tell, the rest still does. */
	if (!row->known && tsk_error(surveying->call) != TSK_INTERRUPTED) {
		surveying->pollers_silent = tsk_error(surveying->call) == TSK_TIMEOUT;
		row->reason = tsk_unanswered_reason(surveying->call, POLLERS, queue);
		tsk_forget_error(surveying->call);
	}
	return row;
}

static bool shows_trouble(const struct tsk_workflow *workflow)
{
	if (workflow->pending_task.present || workflow->cancel_requested ||
	    workflow->reported_problems.count || workflow->status == TSK_WORKFLOW_PAUSED)
		return true;
	/* One of several runs, or the first of a cron schedule, which waits for its time. */
	if ((*or_empty(workflow->first_run_id) &&
	     strcmp(workflow->first_run_id, workflow->run_id) != 0) ||
	    workflow->execution_at > workflow->started_at)
		return true;
	for (size_t i = 0; i < workflow->pending_nexus_count; i++)
		if (workflow->pending_nexus[i].last_failure)
			return true;
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		if (workflow->pending_activities[i].last_failure ||
		    workflow->pending_activities[i].attempt > 1)
			return true;
	return false;
}

static bool needs_history(const struct surveying *surveying, const struct tsk_workflow *workflow)
{
	if (shows_trouble(workflow))
		return true;
	if (!workflow->pending_activity_count && workflow->history_length <= FIRST_EVENTS)
		return false;
	return surveying->count <= HISTORIES_MOST;
}

/* What is asked about many runs at once; row: which of them each is about. */
struct asking {
	const char **ids, **runs;
	size_t *rows;
	enum tsk_status *statuses;
	size_t count;
};

static struct asking asking_of(struct tsk_call *call, size_t most)
{
	struct asking asking = { .count = 0 };

	asking.ids = tsk_alloc(call, (most + 1) * sizeof(*asking.ids));
	asking.runs = tsk_alloc(call, (most + 1) * sizeof(*asking.runs));
	asking.rows = tsk_alloc(call, (most + 1) * sizeof(*asking.rows));
	asking.statuses = tsk_alloc(call, (most + 1) * sizeof(*asking.statuses));
	return asking;
}

static void asking_add(struct asking *asking, const struct tsk_workflow *workflow, size_t row)
{
	asking->ids[asking->count] = workflow->workflow_id;
	asking->runs[asking->count] = workflow->run_id;
	asking->rows[asking->count++] = row;
}

/* Leaves those that got no answer: what is not there was one. false: asking once more would bring
 * none, either. */
static bool asking_keep_unanswered(struct asking *asking)
{
	bool may_help = false;

	size_t left = 0;

	for (size_t i = 0; i < asking->count; i++) {
		if (asking->statuses[i] == TSK_OK || asking->statuses[i] == TSK_NOT_FOUND)
			continue;
		asking->ids[left] = asking->ids[i];
		asking->runs[left] = asking->runs[i];
		asking->statuses[left] = asking->statuses[i];
		asking->rows[left++] = asking->rows[i];
		may_help |= asking->statuses[i] != TSK_DENIED;
	}
	asking->count = left;
	return may_help;
}

enum tsk_status ask_histories(struct surveying *surveying)
{
	struct tsk_call *call = surveying->call;
	struct asking asking = asking_of(call, surveying->count);
	struct tsk_history *histories =
		tsk_alloc(call, (surveying->count + 1) * sizeof(*histories));

	for (size_t i = 0; i < surveying->count; i++)
		if (needs_history(surveying, surveying->rows[i].workflow))
			asking_add(&asking, surveying->rows[i].workflow, i);
	for (int round = 0; asking.count && round < ROUNDS_MOST; round++) {
		if (tsk_histories_backward(call, asking.ids, asking.runs, asking.count,
					   NEWEST_EVENTS, histories, asking.statuses))
			return tsk_error(call);
		for (size_t i = 0; i < asking.count; i++)
			surveying->histories[asking.rows[i]] = histories[i];
		if (!asking_keep_unanswered(&asking))
			break;
	}
	for (size_t i = 0; i < asking.count; i++)
		note_unanswered(call, &surveying->symptoms[asking.rows[i]], NO_HISTORY,
				tsk_unanswered_reason(call, BACKWARD, asking.ids[i]));
	return TSK_OK;
}

enum tsk_status describe_all(struct surveying *surveying, const struct tsk_workflow *listed,
			     size_t count)
{
	struct tsk_call *call = surveying->call;
	struct asking asking = asking_of(call, count);
	const struct tsk_workflow **answers = tsk_alloc(call, (count + 1) * sizeof(*answers));
	const struct tsk_workflow **found = tsk_alloc(call, (count + 1) * sizeof(*found));

	for (size_t i = 0; i < count; i++)
		asking_add(&asking, &listed[i], i);
	for (int round = 0; asking.count && round < ROUNDS_MOST; round++) {
		if (tsk_describe_workflows(call, asking.ids, asking.runs, asking.count, answers,
					   asking.statuses))
			return tsk_error(call);
		for (size_t i = 0; i < asking.count; i++)
			found[asking.rows[i]] = answers[i];
		if (!asking_keep_unanswered(&asking))
			break;
	}
	surveying->unanswered = asking.count;
	surveying->refusal = asking.count ? asking.statuses[0] : TSK_OK;
	/* Closed since it was listed: not open any more, and not in question. */
	for (size_t i = 0; i < count; i++)
		if (found[i] && is_open(found[i]))
			surveying->rows[surveying->count++].workflow = found[i];
	return TSK_OK;
}
