/* Many workflows at once. The same reading as for one, but what is asked is asked in bulk:
 * describes and histories in parallel, pollers once a queue, this machine once. */
#include "survey.h"
#include "code_change.h"
#include "collect.h"
#include "elsewhere.h"
#include "held_loop.h"
#include "passport_facts.h"
#include "source_lines.h"
#include "survey_handlers.h"
#include "tell.h"
#include "temporal/client.h"

#include <string.h>

/* Activities of one workflow are on a queue or two; more are not looked at. */
#define QUEUES_MOST     4

/* Of more workflows that are one of several runs, the others are told without those. */
#define RUNS_ASKED      25

/* The same of those whose queue nobody polls. */
#define ELSEWHERE_ASKED 3

/* Parents of parents: deeper ones wait all the same. */
#define DEEPEST_CHILD   8

/* ---- reading ---- */

static const struct tsk_survey_row *child_row(const struct surveying *surveying,
					      const struct tsk_workflow *parent)
{
	const struct tsk_survey_row *found = NULL;

	for (size_t c = 0; c < parent->pending_child_count; c++) {
		for (size_t i = 0; i < surveying->count; i++) {
			const struct tsk_survey_row *row = &surveying->rows[i];
			/* By its id: it may have continued as new since. */
			if (strcmp(row->workflow->workflow_id,
				   parent->pending_children[c].workflow_id) != 0)
				continue;
			if (!found ||
			    (stuck_below(&row->diagnosis) && !stuck_below(&found->diagnosis)))
				found = row;
		}
	}
	return found;
}

static void share_host(struct surveying *surveying, struct tsk_symptoms *symptoms)
{
	symptoms->workers = surveying->host.workers;
	symptoms->worker_count = surveying->host.worker_count;
	symptoms->worker_log = surveying->host.worker_log;
	symptoms->worker_log_tail = surveying->host.worker_log_tail;
	symptoms->server_is_ours = surveying->host.server_is_ours;
	symptoms->listed = surveying->host.listed;
	symptoms->listed_count = surveying->host.listed_count;
}

/* The pollers of the queue that the reading hinges on; false: there is none, or it was asked. */
static bool take_activity_pollers(struct surveying *surveying, struct tsk_symptoms *symptoms,
				  const char *queue, const char **asked, size_t *count)
{
	const struct queue_pollers *pollers;

	if (!queue || !*queue || *count == QUEUES_MOST)
		return false;
	for (size_t i = 0; i < *count; i++)
		if (strcmp(asked[i], queue) == 0)
			return false;
	asked[(*count)++] = queue;
	pollers = pollers_of(surveying, queue, TSK_ACTIVITY_TASKS);
	symptoms->activity_task_queue = queue;
	symptoms->activity_pollers = pollers->pollers;
	symptoms->activity_poller_count = pollers->count;
	symptoms->activity_pollers_known = pollers->known;
	note_unanswered(surveying->call, symptoms, NO_ACTIVITY_POLLERS, pollers->reason);
	return true;
}

static void decide_row(struct surveying *surveying, size_t i)
{
	struct tsk_symptoms *symptoms = &surveying->symptoms[i];
	struct tsk_survey_row *row = &surveying->rows[i];
	const struct tsk_survey_row *child = child_row(surveying, row->workflow);
	struct reading *reading = &surveying->readings[i];
	const char *asked[QUEUES_MOST];
	size_t count = 0;

	if (child) {
		symptoms->child_workflow = child->workflow;
		symptoms->child = &child->diagnosis;
	}
	share_host(surveying, symptoms);
	note_changed_sources(surveying->call, symptoms);
	do
		decide(reading, surveying->call, symptoms, &row->diagnosis);
	while (take_activity_pollers(surveying, symptoms, reading->queue, asked, &count));
}

static void ask_pollers(struct surveying *surveying)
{
	for (size_t i = 0; i < surveying->count; i++) {
		struct tsk_symptoms *symptoms = &surveying->symptoms[i];
		const struct tsk_workflow *workflow = surveying->rows[i].workflow;
		symptoms->workflow = workflow;
		symptoms->newest = surveying->histories[i];
		symptoms->now = surveying->host.now;
		const struct queue_pollers *task =
			pollers_of(surveying, workflow->task_queue, TSK_WORKFLOW_TASKS);
		symptoms->workflow_pollers = task->pollers;
		symptoms->workflow_poller_count = task->count;
		symptoms->workflow_pollers_known = task->known;
		if (!task->known)
			note_unanswered(surveying->call, symptoms, NO_WORKFLOW_POLLERS,
					task->reason);
		/* Not for the answer yet: the machine is to be looked at for these, too. */
		for (size_t a = 0; a < workflow->pending_activity_count; a++)
			if (*or_empty(workflow->pending_activities[a].task_queue))
				pollers_of(surveying, workflow->pending_activities[a].task_queue,
					   TSK_ACTIVITY_TASKS);
	}
}

/* Those that are one of several runs: what became of the runs before. */
static void ask_all_runs(struct surveying *surveying)
{
	size_t asked = 0;

	for (size_t i = 0; i < surveying->count && asked < RUNS_ASKED; i++) {
		int left = 2;

		if (!is_one_of_runs(&surveying->readings[i]))
			continue;
		asked++;
		ask_runs_of(surveying->call, &surveying->readings[i], &surveying->symptoms[i],
			    &left);
		if (tsk_error(surveying->call) == TSK_INTERRUPTED)
			return;
		tsk_forget_error(surveying->call);
		decide_row(surveying, i);
	}
}

/* Those that wait for a message: whether they take one at all. What the handlers of another of
 * their type make of it counts only where their own say the same. */
static void ask_all_handlers(struct surveying *surveying)
{
	struct handlers_asked asked = { .asked = 0 };

	for (size_t i = 0; i < surveying->count; i++) {
		const struct tsk_workflow *workflow = surveying->rows[i].workflow;
		const struct tsk_handlers **handlers = &surveying->symptoms[i].handlers;

		if (!wants_handlers(&surveying->readings[i]))
			continue;
		*handlers = handlers_of_type(surveying->call, &asked, workflow);
		if (!*handlers)
			continue;
		decide_row(surveying, i);
		if (!surveying->rows[i].diagnosis.stalled &&
		    !surveying->rows[i].diagnosis.attention)
			continue;
		*handlers = own_handlers(surveying->call, &asked, workflow);
		decide_row(surveying, i);
		if (tsk_error(surveying->call) == TSK_INTERRUPTED)
			return;
	}
}

/* The machine is read for all pollers and all workers that failed something, in one go. */
static void read_host(struct surveying *surveying)
{
	struct tsk_symptoms *host = &surveying->host;
	static const struct tsk_workflow nobody = { .workflow_id = "", .task_queue = "" };
	struct tsk_poller *all;
	size_t count = 0, room = 0;

	for (const struct queue_pollers *queue = surveying->queues; queue; queue = queue->next)
		room += queue->count;
	for (size_t i = 0; i < surveying->count; i++)
		room += surveying->rows[i].workflow->pending_activity_count + 2;
	all = tsk_alloc(surveying->call, (room + 1) * sizeof(*all));
	for (const struct queue_pollers *queue = surveying->queues; queue; queue = queue->next)
		for (size_t i = 0; i < queue->count; i++)
			all[count++] = queue->pollers[i];
	for (size_t i = 0; i < surveying->count; i++) {
		const struct tsk_workflow *workflow = surveying->rows[i].workflow;
		size_t noted = 0;
		for (size_t a = 0; a < workflow->pending_activity_count; a++)
			all[count++].identity =
				workflow->pending_activities[a].last_worker_identity;
		for (size_t e = 0; e < surveying->histories[i].count && noted < 2; e++) {
			const struct tsk_event *event = &surveying->histories[i].events[e];
			if (event->type == TSK_EVENT_TASK_STARTED ||
			    event->type == TSK_EVENT_TASK_FAILED) {
				all[count++].identity = event->identity;
				noted++;
			}
		}
	}
	host->workflow = &nobody;
	host->workflow_pollers = all;
	host->workflow_poller_count = count;
	host_tell(&surveying->machine, host);
}

/* Whether an activity's worker is missing or has no slot free: asked once for all. false: there is
 * no such activity, or no answer. */
static bool ask_listed(struct surveying *surveying)
{
	struct tsk_symptoms *host = &surveying->host;
	size_t i = 0;

	while (i < surveying->count &&
	       surveying->rows[i].diagnosis.verdict != TSK_VERDICT_NO_ACTIVITY_WORKER)
		i++;
	if (i == surveying->count)
		return false;
	if (tsk_list_workers(surveying->call, &host->listed, &host->listed_count) == TSK_OK)
		return host->listed_count > 0;
	if (tsk_error(surveying->call) != TSK_INTERRUPTED)
		tsk_forget_error(surveying->call);
	return false;
}

/* Where nobody polls a queue, a worker may do so elsewhere: of the first few. */
static void ask_all_elsewhere(struct surveying *surveying)
{
	size_t asked = 0;

	for (size_t i = 0; i < surveying->count && asked < ELSEWHERE_ASKED; i++) {
		enum tsk_verdict verdict = surveying->rows[i].diagnosis.verdict;
		int left = 2;

		if (verdict != TSK_VERDICT_NO_WORKFLOW_WORKER &&
		    verdict != TSK_VERDICT_NO_ACTIVITY_WORKER)
			continue;
		asked++;
		if (look_elsewhere(surveying->call, &surveying->readings[i],
				   &surveying->symptoms[i], &left))
			return;
		decide_row(surveying, i);
	}
}

static void decide_all(struct surveying *surveying)
{
	ask_pollers(surveying);
	read_host(surveying);
	for (size_t i = 0; i < surveying->count; i++) {
		note_passports(&surveying->machine, &surveying->symptoms[i]);
		decide_row(surveying, i);
	}
	if (ask_listed(surveying))
		for (size_t i = 0; i < surveying->count; i++)
			if (surveying->rows[i].diagnosis.verdict == TSK_VERDICT_NO_ACTIVITY_WORKER)
				decide_row(surveying, i);
	ask_all_runs(surveying);
	ask_all_handlers(surveying);
	ask_all_elsewhere(surveying);
	/* A parent is read again as long as what its child is said to be may still change. */
	for (int depth = 0; depth < DEEPEST_CHILD; depth++) {
		bool changed = false;
		for (size_t i = 0; i < surveying->count; i++) {
			struct tsk_diagnosis *diagnosis = &surveying->rows[i].diagnosis;
			const struct tsk_diagnosis *before = stuck_below(diagnosis);
			if (!surveying->rows[i].workflow->pending_child_count)
				continue;
			decide_row(surveying, i);
			changed |= before != stuck_below(diagnosis);
		}
		if (!changed)
			break;
	}
}

/* ---- telling ---- */

/* What the sources say of activities whose heartbeats do not come: each of them is looked for once.
 */
static void note_silent(struct surveying *surveying, size_t i)
{
	const char *type = silent_activity(&surveying->readings[i]);
	struct tsk_symptoms *symptoms = &surveying->symptoms[i];
	struct tsk_symptoms_more more = *tsk_symptoms_more(surveying->call, symptoms);
	size_t at = 0;

	if (!*type)
		return;
	while (at < surveying->silent_count && strcmp(surveying->silent[at].type, type) != 0)
		at++;
	if (at == SILENT_MOST)
		return;
	if (at == surveying->silent_count) {
		surveying->silent[surveying->silent_count++].type = type;
		note_held_loop(surveying->call,
			       tsk_setting(surveying->call, TSK_SETTING_PROJECT_DIR), type,
			       &surveying->silent[at].more);
	}
	const struct tsk_symptoms_more *found = &surveying->silent[at].more;
	more.activity_source_known = found->activity_source_known;
	more.heartbeats_at = found->heartbeats_at;
	more.holds_loop_at = found->holds_loop_at;
	more.never_awaits_at = found->never_awaits_at;
	tsk_symptoms_set_more(surveying->call, symptoms, &more);
}

/* A parent repeats what its child says, so the child is told first; none is its own ancestor. */
static void tell_row(struct surveying *surveying, size_t i)
{
	const char *child = (const char *)surveying->symptoms[i].child;

	if (surveying->told[i])
		return;
	surveying->told[i] = true;
	/* It is the diagnosis of another row. */
	if (child)
		tell_row(surveying, (size_t)(child - (const char *)surveying->rows) /
					    sizeof(*surveying->rows));
	note_silent(surveying, i);
	tell(&surveying->readings[i]);
}

/* None was described. */
static enum tsk_status fail_to_look(const struct surveying *surveying,
				    const struct tsk_workflow *listed)
{
	static const char method[] = "DescribeWorkflowExecution";
	const char *reason = tsk_unanswered_reason(surveying->call, method, listed[0].workflow_id);

	tsk_fail(surveying->call, surveying->refusal,
		 "cannot look at the workflows: %s of %zu of them: %s", method,
		 surveying->unanswered, reason ? reason : "no answer");
	if (surveying->refusal == TSK_DENIED)
		tsk_hint(surveying->call, "temporal-skill show-settings");
	return surveying->refusal;
}

enum tsk_status tsk_survey(struct tsk_call *call, const char *query, size_t limit,
			   struct tsk_survey *survey)
{
	struct surveying surveying = { .call = call,
				       .machine = { .call = call },
				       .host = { .now = tsk_wall_ns() } };
	const char *open = "ExecutionStatus IN ('Running', 'Paused')";
	const struct tsk_workflow *listed = NULL;
	size_t count = 0;

	*survey = (struct tsk_survey){ .count = 0 };
	if (query && *query)
		open = tsk_format(call, "(%s) AND %s", query, open);
	if (tsk_list_workflows(call, open, limit, &listed, &count, &survey->more))
		return tsk_error(call);
	surveying.rows = tsk_alloc(call, (count + 1) * sizeof(*surveying.rows));
	surveying.histories = tsk_alloc(call, (count + 1) * sizeof(*surveying.histories));
	surveying.symptoms = tsk_alloc(call, (count + 1) * sizeof(*surveying.symptoms));
	surveying.readings = tsk_alloc(call, (count + 1) * sizeof(*surveying.readings));
	surveying.told = tsk_alloc(call, (count + 1) * sizeof(*surveying.told));
	if (describe_all(&surveying, listed, count) || ask_histories(&surveying))
		return tsk_error(call);
	if (surveying.unanswered && !surveying.count)
		return fail_to_look(&surveying, listed);
	surveying.host.now = tsk_wall_ns();
	decide_all(&surveying);
	for (size_t i = 0; i < surveying.count; i++)
		tell_row(&surveying, i);
	if (tsk_error(call))
		return tsk_error(call);
	survey->rows = surveying.rows;
	survey->count = surveying.count;
	survey->unanswered = surveying.unanswered;
	return TSK_OK;
}
