/* The workflows that closed lately: which failed, and whose result only looks like success. */
#include "diagnose_all.h"

#include <string.h>

/* What an agent just tried is not older; a busy namespace is looked at in its newest part only. */
#define LATELY_MS   3600000
#define CLOSED_MOST 500

/* The last events say how it ended, of one that timed out what it was doing, and of one that
 * completed what it left undone. */
#define LAST_EVENTS 40

static const char *closed_query(struct tsk_call *call, const char *query)
{
	const char *since = tsk_time_text(call, tsk_wall_ns() - LATELY_MS * 1000000LL);
	const char *closed =
		tsk_format(call,
			   "CloseTime >= '%s' AND ExecutionStatus IN ('Completed', 'Failed', "
			   "'TimedOut', 'Terminated')",
			   since);

	return query && *query ? tsk_format(call, "(%s) AND %s", query, closed) : closed;
}

/* Whether that id was started anew since, and runs or ended later. */
static bool has_newer_run(const struct tsk_survey *open, const struct tsk_workflow *closed,
			  size_t at)
{
	for (size_t i = 0; i < open->count; i++)
		if (!strcmp(open->rows[i].workflow->workflow_id, closed[at].workflow_id))
			return true;
	/* Last closed first. */
	for (size_t i = 0; i < at; i++)
		if (!strcmp(closed[i].workflow_id, closed[at].workflow_id))
			return true;
	return false;
}

/* A failure that was answered by a newer run of the same id is history. */
static bool is_superseded(const struct tsk_event *close)
{
	return close->new_run_id && *close->new_run_id;
}

static bool is_trouble(const struct tsk_diagnosis *diagnosis)
{
	/* Ended by the server, for a limit. */
	if (diagnosis->attention)
		return true;
	return diagnosis->verdict != TSK_VERDICT_OK && diagnosis->verdict != TSK_VERDICT_CANCELED &&
	       diagnosis->verdict != TSK_VERDICT_TERMINATED &&
	       diagnosis->verdict != TSK_VERDICT_CONTINUED_AS_NEW;
}

/* One that is looked at. */
struct closed_row {
	const struct tsk_workflow *workflow;
	struct tsk_symptoms symptoms;
	struct tsk_diagnosis diagnosis;
};

static void classify(struct tsk_call *call, struct closed_row *row)
{
	struct tsk_symptoms *symptoms = &row->symptoms;

	symptoms->workflow = row->workflow;
	symptoms->now = tsk_wall_ns();
	if (row->workflow->status == TSK_WORKFLOW_COMPLETED && symptoms->newest.count)
		symptoms->result_json = tsk_payloads_json(call, &symptoms->newest.events[0].result);
	tsk_classify(call, symptoms, &row->diagnosis);
	/* Whether its worker died is to be seen on this machine. */
	if (row->diagnosis.verdict != TSK_VERDICT_ACTIVITY_TIMEOUT || symptoms->workers)
		return;
	tsk_symptoms_host(call, symptoms);
	tsk_classify(call, symptoms, &row->diagnosis);
}

/* The run of the innermost child that a failure tells of; NULL: none. */
static const char *child_run(const struct tsk_failure *failure)
{
	const char *run_id = NULL;

	for (; failure; failure = failure->cause)
		if (failure->kind == TSK_FAILURE_CHILD_WORKFLOW)
			run_id = failure->run_id;
	return run_id;
}

/* A chain says of a child that was ended only that it was: why, its own history tells. */
static void classify_by_child(struct tsk_call *call, struct closed_row *rows, size_t count,
			      struct closed_row *parent)
{
	const char *run_id = child_run(parent->diagnosis.failure);

	for (size_t i = 0; run_id && *run_id && i < count; i++) {
		if (strcmp(rows[i].workflow->run_id, run_id) != 0)
			continue;
		parent->symptoms.child_workflow = rows[i].workflow;
		parent->symptoms.child = &rows[i].diagnosis;
		classify(call, parent);
		return;
	}
}

/* What its code caught, or threw away. */
static bool has_failed_call(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		switch (newest->events[i].type) {
		case TSK_EVENT_ACTIVITY_FAILED:
		case TSK_EVENT_ACTIVITY_TIMED_OUT:
		case TSK_EVENT_CHILD_FAILED:
		case TSK_EVENT_CHILD_TIMED_OUT:
		case TSK_EVENT_CHILD_TERMINATED: return true;
		default: break;
		}
	return false;
}

static void count_good(const struct closed_row *row, struct closed_lately *lately)
{
	lately->good++;
	if (!has_failed_call(&row->symptoms.newest))
		return;
	if (!lately->passed_over++)
		lately->passed_over_by = row->workflow->workflow_id;
}

/* What the workers' logs have of handlers that were cut off is asked of this machine once. */
static void share_logs(struct tsk_call *call, struct closed_row *rows, size_t count)
{
	static const struct tsk_workflow nobody = { .workflow_id = "", .task_queue = "" };
	struct tsk_symptoms host = { .workflow = &nobody, .now = tsk_wall_ns() };

	if (count)
		tsk_symptoms_host(call, &host);
	for (size_t i = 0; i < count; i++) {
		rows[i].symptoms.worker_log = host.worker_log;
		rows[i].symptoms.worker_log_tail = host.worker_log_tail;
	}
}

static bool is_history(struct tsk_call *call, const struct closed_row *row)
{
	if (!row->symptoms.newest.count)
		return !tsk_symptoms_more(call, &row->symptoms)->no_history;
	return is_superseded(&row->symptoms.newest.events[0]);
}

/* Those that went wrong, and how many went well. */
static void judge_all(struct tsk_call *call, struct closed_row *rows, size_t count,
		      struct troubles *troubles, struct closed_lately *lately)
{
	for (size_t i = 0; i < count; i++)
		if (!is_history(call, &rows[i]))
			classify(call, &rows[i]);
	for (size_t i = 0; i < count; i++) {
		const struct tsk_diagnosis *diagnosis = &rows[i].diagnosis;

		if (is_history(call, &rows[i]))
			continue;
		if (diagnosis->verdict == TSK_VERDICT_CHILD_FAILED)
			classify_by_child(call, rows, count, &rows[i]);
		if (is_trouble(diagnosis))
			troubles_add(troubles, rows[i].workflow, diagnosis);
		else if (rows[i].workflow->status == TSK_WORKFLOW_COMPLETED)
			count_good(&rows[i], lately);
	}
}

/* How it ended is known without its history, why is not. */
static void keep_reason(struct tsk_call *call, struct closed_row *row)
{
	const struct tsk_symptoms_more more = { .no_history = tsk_unanswered_reason(
							call, "GetWorkflowExecutionHistoryReverse",
							row->workflow->workflow_id) };

	if (more.no_history)
		tsk_symptoms_set_more(call, &row->symptoms, &more);
}

enum tsk_status read_closed_lately(struct tsk_call *call, const char *query,
				   const struct tsk_survey *open, struct troubles *troubles,
				   struct closed_lately *lately)
{
	const struct tsk_workflow *closed = NULL;
	size_t count = 0, listed = 0;

	if (tsk_list_workflows(call, closed_query(call, query), CLOSED_MOST, &closed, &listed,
			       NULL))
		return tsk_error(call);
	const char **ids = tsk_alloc(call, (listed + 1) * sizeof(*ids));
	const char **runs = tsk_alloc(call, (listed + 1) * sizeof(*runs));
	struct tsk_history *newest = tsk_alloc(call, (listed + 1) * sizeof(*newest));
	enum tsk_status *statuses = tsk_alloc(call, (listed + 1) * sizeof(*statuses));
	struct closed_row *rows = tsk_alloc(call, (listed + 1) * sizeof(*rows));
	for (size_t i = 0; i < listed; i++) {
		if (has_newer_run(open, closed, i))
			continue;
		ids[count] = closed[i].workflow_id;
		runs[count] = closed[i].run_id;
		rows[count++].workflow = &closed[i];
	}
	/* The last events say how it ended, and of one that timed out what it was doing. */
	if (tsk_histories_backward(call, ids, runs, count, LAST_EVENTS, newest, statuses))
		return tsk_error(call);
	for (size_t i = 0; i < count; i++) {
		rows[i].symptoms.newest = newest[i];
		if (statuses[i])
			keep_reason(call, &rows[i]);
	}
	share_logs(call, rows, count);
	judge_all(call, rows, count, troubles, lately);
	lately->looked_at = (int64_t)count;
	return TSK_OK;
}
