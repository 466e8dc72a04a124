/* bulk-cancel-workflows: end many workflows, chosen by pattern, query, a file of ids, or because
 * they are stalled. Never all of them by omission, never a question, and an outcome for each. */
#include "selection.h"

#include <string.h>

struct bulk_options {
	struct selector selector;
	const char *reason;
	bool dry_run, terminate;
};

#define AT(field) .at = offsetof(struct bulk_options, field)
static const struct tsk_option options[] = {
	{ .name = "pattern",
	  .letter = 'p',
	  .type = TSK_STRING,
	  AT(selector.pattern),
	  .argument = "REGEX",
	  .help = "running workflows whose id it is found in (POSIX extended, as grep -E)" },
	{ .name = "query",
	  .letter = 'q',
	  .type = TSK_STRING,
	  AT(selector.query),
	  .argument = "QUERY",
	  .help = "running workflows that this visibility query matches" },
	{ .name = "workflow-ids",
	  .type = TSK_STRING,
	  AT(selector.ids_file),
	  .argument = "FILE",
	  .help = "file with one workflow id a line ('-': standard input)" },
	{ .name = "reason",
	  .type = TSK_STRING,
	  AT(reason),
	  .argument = "TEXT",
	  .help = "why, as the history will show it",
	  .fallback = "temporal-skill bulk-cancel-workflows" },
	{ .name = "dry-run",
	  .type = TSK_FLAG,
	  .makes_dry_run = true,
	  AT(dry_run),
	  .help = "only say which they are" },
	{ .name = "terminate",
	  .type = TSK_FLAG,
	  AT(terminate),
	  .help = "end them by force, at once, instead of asking" },
	{ .name = "limit",
	  .type = TSK_INTEGER,
	  AT(selector.limit),
	  .argument = "N",
	  .minimum = 1,
	  .maximum = 100000,
	  .help = "at most this many",
	  .fallback = "10000" },
	{ 0 },
};

/* The batch runs in the server and tells its progress only when asked. */
#define BATCH_ASK_MS    100
#define BATCH_WITHIN_MS 300000

static enum tsk_status say_goes_on(struct tsk_call *call, const struct bulk_options *o,
				   const char *job, const struct tsk_batch *batch)
{
	tsk_forget_error(call);
	tsk_hint(call, "temporal-skill bulk-cancel-workflows%s --dry-run",
		 selector_flags(call, &o->selector));
	return tsk_fail(
		call, TSK_TIMEOUT,
		"the batch '%s' is not done yet, and goes on in the server: %lld of %lld done", job,
		(long long)batch->done, (long long)batch->total);
}

static enum tsk_status run_batch(struct tsk_call *call, const struct bulk_options *o)
{
	const char *query = running_query(call, o->selector.query);
	int64_t deadline = tsk_deadline(call, BATCH_WITHIN_MS);
	const char *job = "";
	struct tsk_batch batch = { .state = "" }, now;

	if (tsk_batch_start(call, query, o->terminate, o->reason, &job))
		return tsk_error(call);
	tsk_set(tsk_result(call), "batch_job_id", job);
	for (;;) {
		/* Asked at the deadline there is no answer; what was told before that still holds.
		 */
		if (tsk_batch_ask(call, job, &now) == TSK_OK)
			batch = now;
		else if (tsk_error(call) != TSK_TIMEOUT || tsk_now_ms() < deadline)
			return tsk_error(call);
		tsk_progress(call, "batch %s: %lld of %lld done", batch.state,
			     (long long)batch.done, (long long)batch.total);
		if (!tsk_error(call) && strcmp(batch.state, "RUNNING") != 0)
			return TSK_OK;
		if (tsk_now_ms() >= deadline)
			return say_goes_on(call, o, job, &batch);
		if (tsk_wait(call, NULL, 0, tsk_now_ms() + BATCH_ASK_MS) == TSK_INTERRUPTED)
			return tsk_error(call);
	}
}

/* What the batch did to each: the server counts, but does not name them. */
static enum tsk_status read_outcomes(struct tsk_call *call, struct selection *selection,
				     bool terminate)
{
	const struct tsk_workflow **now = tsk_alloc(call, (selection->count + 1) * sizeof(*now));
	enum tsk_status *found = tsk_alloc(call, (selection->count + 1) * sizeof(*found));

	if (tsk_describe_workflows(call, selection->ids, selection->run_ids, selection->count, now,
				   found))
		return tsk_error(call);
	for (size_t i = 0; i < selection->count; i++) {
		bool open = now[i] && now[i]->status == TSK_WORKFLOW_RUNNING;
		bool done = now[i] && (!open || (!terminate && now[i]->cancel_requested));
		selection->statuses[i] = done ? TSK_OK : TSK_NEGATIVE;
		selection->messages[i] = done ? "" : "the batch operation left it out";
	}
	return TSK_OK;
}

/* Ids in a file may be of workflows that are not there, or have ended. */
static enum tsk_status find_unfit(struct tsk_call *call, struct selection *selection)
{
	const struct tsk_workflow **now = tsk_alloc(call, (selection->count + 1) * sizeof(*now));

	if (tsk_describe_workflows(call, selection->ids, NULL, selection->count, now,
				   selection->statuses))
		return tsk_error(call);
	for (size_t i = 0; i < selection->count; i++) {
		if (now[i] && now[i]->closed_at) {
			selection->statuses[i] = TSK_NEGATIVE;
			selection->messages[i] =
				tsk_format(call, "it is closed already: %s",
					   tsk_workflow_status_name(now[i]->status));
		} else if (!now[i]) {
			selection->messages[i] =
				selection->statuses[i] == TSK_NOT_FOUND
					? tsk_format(call, "no workflow '%s' in namespace '%s'",
						     selection->ids[i],
						     tsk_setting(call, TSK_SETTING_NAMESPACE))
					: "the server did not describe it";
		}
	}
	return TSK_OK;
}

/* The server accepts the request for a workflow that has ended, and nothing comes of it. */
static enum tsk_status cancel_open(struct tsk_call *call, const struct bulk_options *o,
				   struct selection *selection)
{
	size_t room = selection->count + 1, count = 0;
	const char **ids = tsk_alloc(call, room * sizeof(*ids));
	const char **messages = tsk_alloc(call, room * sizeof(*messages));
	enum tsk_status *found = tsk_alloc(call, room * sizeof(*found));
	size_t *places = tsk_alloc(call, room * sizeof(*places));

	if (find_unfit(call, selection))
		return tsk_error(call);
	for (size_t i = 0; i < selection->count; i++) {
		if (selection->statuses[i] != TSK_OK)
			continue;
		ids[count] = selection->ids[i];
		places[count++] = i;
	}
	if (count && tsk_end_workflows(call, ids, NULL, count, false, o->reason, found, messages))
		return tsk_error(call);
	for (size_t i = 0; i < count; i++) {
		selection->statuses[places[i]] = found[i];
		selection->messages[places[i]] = messages[i];
	}
	return TSK_OK;
}

static enum tsk_status end_all(struct tsk_call *call, const struct bulk_options *o,
			       struct selection *selection)
{
	/* The batch takes what the query matches at that moment, without a limit. */
	if (o->selector.query && !selection->more) {
		if (run_batch(call, o))
			return tsk_error(call);
		return read_outcomes(call, selection, o->terminate);
	}
	if (o->selector.ids_file && !o->terminate)
		return cancel_open(call, o, selection);
	return tsk_end_workflows(call, selection->ids, selection->run_ids, selection->count,
				 o->terminate, o->reason, selection->statuses, selection->messages);
}

static void say_row(struct tsk_call *call, cJSON *list, const struct selection *selection, size_t i,
		    const struct bulk_options *o)
{
	const char *done = o->dry_run     ? "selected"
			   : o->terminate ? "terminated"
					  : "cancel_requested";
	const char *verdict = stalled_verdict(selection, selection->ids[i]);
	cJSON *row = tsk_append_object(list);

	tsk_set(row, "workflow_id", selection->ids[i]);
	tsk_set(row, "run_id", selection->run_ids[i]);
	tsk_set(row, "outcome",
		selection->statuses[i] == TSK_OK          ? done
		: selection->statuses[i] == TSK_NOT_FOUND ? "not_found"
							  : "failed");
	if (selection->statuses[i] != TSK_OK)
		tsk_set(row, "message", selection->messages[i]);
	else if (verdict && !o->terminate && cannot_act(verdict))
		tsk_set_format(row, "message", "cannot act on it now: %s", verdict);
	(void)call;
}

static enum tsk_status say_outcomes(struct tsk_call *call, const struct bulk_options *o,
				    const struct selection *selection)
{
	cJSON *list = tsk_set_list(tsk_result(call), "workflows");
	size_t bad = 0, stuck = 0;
	const char *verb = o->terminate ? "terminated" : "asked to cancel";

	for (size_t i = 0; i < selection->count; i++) {
		const char *verdict = stalled_verdict(selection, selection->ids[i]);
		bad += selection->statuses[i] != TSK_OK;
		stuck += verdict && cannot_act(verdict);
		say_row(call, list, selection, i, o);
	}
	tsk_set_number(tsk_result(call), "selected", (int64_t)selection->count);
	tsk_set_number(tsk_result(call), "done",
		       o->dry_run ? 0 : (int64_t)(selection->count - bad));
	tsk_set_number(tsk_result(call), "failed", (int64_t)bad);
	if (!selection->count)
		tsk_verdict(call, "none", "no workflow to cancel: %s", selection->what);
	else if (o->dry_run)
		tsk_verdict(call, "dry_run", "%s%s would be %s: %s%s",
			    bad ? tsk_format(call, "%zu of ", selection->count - bad) : "",
			    tsk_count_text(call, (int64_t)selection->count, "workflow"), verb,
			    selection->what,
			    bad ? tsk_format(call, "; %zu could not be", bad) : "");
	else if (bad)
		tsk_verdict(call, "partial", "%zu of %s %s; %zu could not be",
			    selection->count - bad,
			    tsk_count_text(call, (int64_t)selection->count, "workflow"), verb, bad);
	else
		tsk_verdict(call, "done", "%s %s%s",
			    tsk_count_text(call, (int64_t)selection->count, "workflow"), verb,
			    stuck && !o->terminate ? tsk_format(call,
								"; %zu of them cannot act on it "
								"before a good worker runs",
								stuck)
						   : "");
	if (o->dry_run && selection->count)
		tsk_next(call, "temporal-skill bulk-cancel-workflows%s%s",
			 selector_flags(call, &o->selector), o->terminate ? " --terminate" : "");
	if (stuck && !o->terminate)
		tsk_next(call, "temporal-skill bulk-cancel-workflows%s --terminate",
			 selector_flags(call, &o->selector));
	if (selection->more)
		tsk_note(call, "more than %lld match; --limit raises the number",
			 (long long)o->selector.limit);
	/* A report is good, whatever it says. */
	return bad && !o->dry_run ? TSK_NEGATIVE : TSK_OK;
}

static enum tsk_status bulk_cancel_workflows(struct tsk_call *call, const void *given)
{
	const struct bulk_options *o = given;
	struct selection selection = { .count = 0 };

	if (select_workflows(call, &o->selector, &selection))
		return tsk_error(call);
	if (!o->terminate && selection.count && find_stalled(call, &selection))
		return tsk_error(call);
	if (o->dry_run && o->selector.ids_file && selection.count && find_unfit(call, &selection))
		return tsk_error(call);
	if (!o->dry_run && selection.count && end_all(call, o, &selection))
		return tsk_error(call);
	return say_outcomes(call, o, &selection);
}

static const struct tsk_view views[] = {
	{ .path = "workflows", .label = "", .columns = "workflow_id outcome message" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill bulk-cancel-workflows --pattern '^order-' --dry-run",
	"temporal-skill bulk-cancel-workflows --query \"WorkflowType = 'Order'\" --reason cleanup",
	"temporal-skill bulk-cancel-workflows --workflow-ids ids.txt --terminate",
	"temporal-skill bulk-cancel-workflows",
	NULL,
};

const struct tsk_command bulk_cancel_workflows_command = {
	.name = "bulk-cancel-workflows",
	.summary = "cancel or terminate many workflows, and tell the outcome of each",
	.details = "Without --pattern, --query or --workflow-ids: those that "
		   "find-stalled-workflows reports.\n"
		   "Exit 1 when one of them could not be ended.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct bulk_options),
	.views = views,
	.rows = "workflows",
	.run = bulk_cancel_workflows,
};
