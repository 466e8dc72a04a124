/* Which workflow a starter attached to that was there before it: id_conflict_policy USE_EXISTING,
 * signal and update with start, a start that was refused as one runs.
 *
 * The server writes down who signalled and updated, and who attached with a request of his own, but
 * not who was merely given the run that is there: then words are all there is, and what comes of
 * them is marked as a guess. */
#include "attached_workflows.h"

#include <temporal-skill/process.h>
#include <temporal-skill/sources.h>

#include <string.h>

/* Runs that are looked into, the newest events of each, and words of an output that are asked for.
 */
#define RUNS_MOST           50
#define EVENTS_MOST         40
#define WORDS_MOST          100
#define OPEN_MOST           200

/* The clocks of server and starter may differ; the identity decides. */
#define CLOCK_DIFFERENCE_NS ((int64_t)5000000000)

static bool is_of(const struct started *started, const char *identity)
{
	const int pid = tsk_identity_pid(identity);

	for (size_t i = 0; pid && i < started->pid_count; i++)
		if (started->pids[i] == pid)
			return true;
	return false;
}

static void take(struct started *attached, const struct tsk_workflow *workflow, const char *how,
		 bool is_guess)
{
	if (attached->count == STARTED_MOST_WORKFLOWS)
		return;
	attached->workflows[attached->count++] = workflow;
	attached->attached = attached->attached ? attached->attached : how;
	attached->attached_is_guess = is_guess;
}

/* ---- the history ---- */

/* What the event says that somebody did from outside; NULL: nothing of the kind. */
static const char *message_of(struct tsk_call *call, const struct tsk_event *event)
{
	switch (event->type) {
	case TSK_EVENT_SIGNALED: return tsk_format(call, "its signal '%s'", event->signal_name);
	case TSK_EVENT_UPDATE_ACCEPTED:
		return tsk_format(call, "its update '%s'", event->update_name);
	case TSK_EVENT_OPTIONS_UPDATED:
		return *event->request_id ? "its request, attached to that run" : NULL;
	default: return NULL;
	}
}

static const char *signed_by(struct tsk_call *call, const struct started *started,
			     const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];
		const char *message = event->at >= started->since - CLOCK_DIFFERENCE_NS &&
						      is_of(started, event->identity)
					      ? message_of(call, event)
					      : NULL;
		if (message)
			return tsk_format(call, "%s is in its history (event %lld, by %s)", message,
					  (long long)event->id, event->identity);
	}
	return NULL;
}

enum tsk_status find_signed(struct tsk_call *call, const struct started *started,
			    struct started *attached)
{
	const struct tsk_workflow *workflows = NULL;
	struct tsk_history histories[RUNS_MOST];
	enum tsk_status statuses[RUNS_MOST];
	const char *ids[RUNS_MOST], *runs[RUNS_MOST];
	size_t count = 0;
	const char *query = tsk_format(call, "ExecutionStatus = 'Running' OR CloseTime >= '%s'",
				       tsk_time_text(call, started->since - CLOCK_DIFFERENCE_NS));

	if (tsk_list_workflows(call, query, RUNS_MOST, &workflows, &count, NULL))
		return tsk_error(call);
	for (size_t i = 0; i < count; i++) {
		ids[i] = workflows[i].workflow_id;
		runs[i] = workflows[i].run_id;
	}
	if (count &&
	    tsk_histories_backward(call, ids, runs, count, EVENTS_MOST, histories, statuses))
		return tsk_error(call);
	for (size_t i = 0; i < count; i++) {
		const char *how = statuses[i] ? NULL : signed_by(call, started, &histories[i]);
		if (how)
			take(attached, &workflows[i], how, false);
	}
	return TSK_OK;
}

/* ---- words ---- */

/* The queues that the project's sources and workers name; none: any. */
static struct tsk_strings own_queues(struct tsk_call *call)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);
	struct tsk_lines queues = { .call = call };
	struct tsk_strings named;

	tsk_forget_error(call);
	tsk_source_queues(call, project, &named);
	for (size_t i = 0; i < named.count; i++)
		tsk_lines_add(&queues, "%s", named.items[i]);
	for (; record && record->kind; record++)
		for (const char *at = record->task_queues;
		     !strcmp(record->scope, project) && *at;) {
			const size_t length = strcspn(at, ",");
			tsk_lines_add(&queues, "%.*s", (int)length, at);
			at += length + (at[length] == ',');
		}
	return tsk_lines_take(&queues);
}

static bool is_on(const struct tsk_strings *queues, const struct tsk_workflow *workflow)
{
	for (size_t i = 0; i < queues->count; i++)
		if (!strcmp(queues->items[i], workflow->task_queue))
			return true;
	return !queues->count;
}

static bool is_taken(const struct started *attached, const struct tsk_workflow *workflow)
{
	for (size_t i = 0; i < attached->count; i++)
		if (!strcmp(attached->workflows[i]->workflow_id, workflow->workflow_id))
			return true;
	return false;
}

static enum tsk_status find_in_output(struct tsk_call *call, const char *output,
				      const struct tsk_strings *queues, struct started *attached)
{
	const struct tsk_strings words = words_like_ids(call, output, WORDS_MOST);
	const struct tsk_workflow *workflows = NULL;
	struct tsk_text list = { .call = call };
	size_t count = 0;

	for (size_t i = 0; i < words.count; i++)
		tsk_text_join(&list, ", ", "%s", tsk_query_literal(call, words.items[i]));
	if (!list.size)
		return TSK_OK;
	const char *query = tsk_format(call, "WorkflowId IN (%s) OR RunId IN (%s)",
				       tsk_text_value(&list), tsk_text_value(&list));
	if (tsk_list_workflows(call, query, OPEN_MOST, &workflows, &count, NULL))
		return tsk_error(call);
	/* The open ones come first, then the newest of those that have closed. */
	for (size_t i = 0; i < count; i++) {
		const struct tsk_workflow *one = &workflows[i];
		const bool open = !one->closed_at;
		const bool named = output_names(output, one->run_id, false) ||
				   output_names(output, one->workflow_id, !open);
		if (named && is_on(queues, one) && !is_taken(attached, one))
			take(attached, one, "its output", true);
	}
	return TSK_OK;
}

/* Where its command line or its source names the open workflow; NULL: nowhere. */
static const char *named_where(struct tsk_call *call, const struct attaching *attaching,
			       const char *source, const char *id, bool in_parts)
{
	for (size_t i = 1; attaching->runs && i < attaching->words->count; i++)
		if (!strcmp(attaching->words->items[i], id))
			return "its command line";
	const char *place =
		source ? source_names(call, source, id, in_parts, attaching->runs) : NULL;
	return place ? tsk_format(call, "its source (%s)", place) : NULL;
}

static enum tsk_status find_in_source(struct tsk_call *call, const struct attaching *attaching,
				      const struct tsk_strings *queues, struct started *attached)
{
	const char *source = tsk_command_source(call, attaching->words);
	const struct tsk_workflow *workflows = NULL;
	size_t count = 0;

	tsk_forget_error(call);
	if (!source && !attaching->runs)
		return TSK_OK;
	if (tsk_list_workflows(call, "ExecutionStatus = 'Running'", OPEN_MOST, &workflows, &count,
			       NULL))
		return tsk_error(call);
	for (int in_parts = 0; in_parts < 2 && !attached->count; in_parts++)
		for (size_t i = 0; i < count; i++) {
			const char *where =
				is_on(queues, &workflows[i])
					? named_where(call, attaching, source,
						      workflows[i].workflow_id, in_parts)
					: NULL;
			if (where)
				take(attached, &workflows[i], where, true);
		}
	/* Which of those that are of one pattern, nothing tells. */
	if (attached->count > 1) {
		attached->count = 0;
		attached->attached = NULL;
	}
	return TSK_OK;
}

enum tsk_status find_named(struct tsk_call *call, const struct attaching *attaching,
			   struct started *attached)
{
	const struct tsk_strings queues = own_queues(call);

	if (find_in_output(call, attaching->output, &queues, attached))
		return tsk_error(call);
	return attached->count ? TSK_OK : find_in_source(call, attaching, &queues, attached);
}
