/* list-recent-workflows: what was started or closed within the last minutes, counted by status. */
#include <temporal-skill/client.h>
#include <temporal-skill/result.h>

#include <string.h>

struct recent_options {
	int64_t minutes;
	const char *status;
	const char *workflow_type;
	int64_t limit;
	bool results;
};

#define AT(field) .at = offsetof(struct recent_options, field)
static const struct tsk_option options[] = {
	{ .name = "minutes",
	  .letter = 'm',
	  .type = TSK_INTEGER,
	  AT(minutes),
	  .argument = "N",
	  .help = "how far to look back",
	  .fallback = "5",
	  .minimum = 1,
	  .maximum = 527040 },
	{ .name = "status",
	  .letter = 's',
	  .type = TSK_STRING,
	  AT(status),
	  .argument = "STATUS",
	  .help = "only these; several by comma, in any spelling" },
	{ .name = "workflow-type",
	  .type = TSK_STRING,
	  AT(workflow_type),
	  .argument = "TYPE",
	  .help = "only of this type" },
	{ .name = "limit",
	  .type = TSK_INTEGER,
	  AT(limit),
	  .argument = "N",
	  .help = "at most this many, the newest",
	  .fallback = "50",
	  .minimum = 1,
	  .maximum = 100000 },
	{ .name = "results",
	  .type = TSK_FLAG,
	  AT(results),
	  .help = "read their results and errors, and tell which result looks like an error" },
	{ 0 },
};

static enum tsk_status status_condition(struct tsk_call *call, const char *statuses,
					const char **condition)
{
	struct tsk_text names = { .call = call };

	do {
		size_t length = strcspn(statuses, ",");
		const char *word = tsk_copy_bytes(call, statuses, length);
		enum tsk_workflow_status status;
		if (!tsk_workflow_status_parse(word, &status) || status == TSK_WORKFLOW_UNSPECIFIED)
			return tsk_fail(call, TSK_USAGE,
					"bad status '%s' of '--status': expected RUNNING, "
					"COMPLETED, FAILED, "
					"CANCELED, TERMINATED, CONTINUED_AS_NEW or TIMED_OUT",
					word);
		tsk_text_join(&names, ", ", "'%s'", tsk_workflow_status_query_name(status));
		statuses += length + (statuses[length] == ',');
	} while (*statuses);
	*condition = tsk_format(call, " AND ExecutionStatus IN (%s)", tsk_text_value(&names));
	return TSK_OK;
}

static enum tsk_status make_query(struct tsk_call *call, const struct recent_options *o,
				  int64_t since, const char **query)
{
	const char *time = tsk_time_text(call, since);
	const char *status = "", *type = "";

	if (o->status && status_condition(call, o->status, &status))
		return tsk_error(call);
	if (o->workflow_type)
		type = tsk_format(call, " AND WorkflowType = %s",
				  tsk_query_literal(call, o->workflow_type));
	/* On SQLite an open workflow's CloseTime is later than any other: its status tells it
	 * apart. */
	*query = tsk_format(
		call,
		"(StartTime >= '%s' OR (CloseTime >= '%s' AND ExecutionStatus != 'Running'))%s%s",
		time, time, status, type);
	return TSK_OK;
}

/* The last event of a closed workflow: its result, or why it has none. */
static enum tsk_status say_end(struct tsk_call *call, cJSON *row,
			       const struct tsk_workflow *workflow, size_t *suspicious)
{
	struct tsk_history last = { .count = 0 };

	if (!workflow->closed_at)
		return TSK_OK;
	if (tsk_history_backward(call, workflow->workflow_id, workflow->run_id, 1, &last) ||
	    !last.count)
		return tsk_error(call);
	const struct tsk_event *close = &last.events[0];
	if (close->failure) {
		const struct tsk_failure *root = tsk_failure_root(close->failure);
		tsk_set_format(row, "problem", "%s: %s", tsk_failure_type(root),
			       tsk_shorten(call, root->message, 300));
		return TSK_OK;
	}
	if (close->type != TSK_EVENT_COMPLETED)
		return TSK_OK;
	const char *result = tsk_payloads_json(call, &close->result);
	const char *because = tsk_looks_like_error(call, result);
	tsk_set_json(row, "result", result);
	tsk_set_bool(row, "suspicious", because != NULL);
	tsk_set(row, "problem", because);
	*suspicious += because != NULL;
	return TSK_OK;
}

static void say_row(cJSON *row, const struct tsk_workflow *workflow)
{
	tsk_set(row, "workflow_id", workflow->workflow_id);
	tsk_set(row, "run_id", workflow->run_id);
	tsk_set(row, "workflow_type", workflow->type);
	tsk_set(row, "task_queue", workflow->task_queue);
	tsk_set(row, "status", tsk_workflow_status_name(workflow->status));
	tsk_set_time(row, "started_at", workflow->started_at);
	tsk_set_time(row, "closed_at", workflow->closed_at);
	if (workflow->closed_at)
		tsk_set_seconds(row, "seconds",
				(workflow->closed_at - workflow->started_at) / 1000000);
}

static const char *say_counts(struct tsk_call *call, const int64_t *counts)
{
	cJSON *object = tsk_set_object(tsk_result(call), "counts");
	struct tsk_text text = { .call = call };

	for (int status = TSK_WORKFLOW_RUNNING; status <= TSK_WORKFLOW_PAUSED; status++) {
		const char *name = tsk_workflow_status_name(status);
		if (!counts[status])
			continue;
		tsk_set_number(object, name, counts[status]);
		tsk_text_join(&text, ", ", "%lld %s", (long long)counts[status], name);
	}
	return tsk_text_value(&text);
}

/* Whether the rest may be read: after one refusal the others would be refused, too. */
static bool bear_unread(struct tsk_call *call, cJSON *row, size_t *unread)
{
	const enum tsk_status status = tsk_error(call);

	if (status != TSK_DENIED && status != TSK_UNAVAILABLE && status != TSK_TIMEOUT)
		return false;
	tsk_forget_error(call);
	tsk_set(row, "problem", "how it ended could not be read");
	(*unread)++;
	return true;
}

static const char *results_text(struct tsk_call *call, size_t suspicious, size_t unread)
{
	const char *odd = !suspicious ? ""
			  : suspicious == 1
				  ? "; 1 result looks like an error"
				  : tsk_format(call, "; %zu results look like errors", suspicious);

	return !unread ? odd
		       : tsk_format(call, "%s; how %s ended could not be read", odd,
				    tsk_count_text(call, (int64_t)unread, "workflow"));
}

static void say_verdict(struct tsk_call *call, const struct recent_options *o, int64_t total,
			const char *counts, size_t suspicious, size_t unread)
{
	if (!total) {
		tsk_verdict(call, "none",
			    "no workflow%s%s%s%s was started or closed in the last %lld min",
			    o->workflow_type ? " of type " : "",
			    o->workflow_type ? tsk_format(call, "'%s'", o->workflow_type) : "",
			    o->status ? " with status " : "", o->status ? o->status : "",
			    (long long)o->minutes);
		return;
	}
	tsk_verdict(call,
		    suspicious ? "suspicious"
		    : unread   ? "unclear"
			       : "ok",
		    "%s in the last %lld min: %s%s", tsk_count_text(call, total, "workflow"),
		    (long long)o->minutes, counts, results_text(call, suspicious, unread));
}

/* Their rows; false: the command fails. */
static bool say_rows(struct tsk_call *call, const struct recent_options *o,
		     const struct tsk_workflow *workflows, size_t count, size_t *suspicious,
		     size_t *unread)
{
	cJSON *list = tsk_set_list(tsk_result(call), "workflows");

	for (size_t i = 0; i < count; i++) {
		cJSON *row = tsk_append_object(list);

		say_row(row, &workflows[i]);
		if (!o->results)
			continue;
		if (*unread && workflows[i].closed_at)
			(*unread)++;
		else if (say_end(call, row, &workflows[i], suspicious) &&
			 !bear_unread(call, row, unread))
			return false;
	}
	return true;
}

static enum tsk_status list_recent_workflows(struct tsk_call *call, const void *given)
{
	const struct recent_options *o = given;
	int64_t since = tsk_wall_ns() - o->minutes * 60000000000;
	const struct tsk_workflow *workflows = NULL;
	int64_t total = 0, counts[TSK_WORKFLOW_PAUSED + 1] = { 0 };
	size_t count = 0, suspicious = 0, unread = 0;
	const char *query = "";

	if (make_query(call, o, since, &query) ||
	    tsk_count_workflows(call, query, &total, counts) ||
	    tsk_list_workflows(call, query, (size_t)o->limit, &workflows, &count, NULL))
		return tsk_error(call);
	tsk_set_time(tsk_result(call), "since", since);
	const char *counts_text = say_counts(call, counts);
	if (!say_rows(call, o, workflows, count, &suspicious, &unread))
		return tsk_error(call);
	say_verdict(call, o, total, counts_text, suspicious, unread);
	if (total > (int64_t)count)
		tsk_note(call, "the newest %zu of %lld; --limit raises the number", count,
			 (long long)total);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "workflows",
	  .label = "",
	  .columns = "workflow_id workflow_type status started_at seconds result problem" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill list-recent-workflows --minutes 30",
	"temporal-skill list-recent-workflows --status FAILED,TimedOut --results",
	NULL,
};

const struct tsk_command list_recent_workflows_command = {
	.name = "list-recent-workflows",
	.summary = "list the workflows started or closed within the last minutes",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct recent_options),
	.views = views,
	.rows = "workflows",
	.run = list_recent_workflows,
};
