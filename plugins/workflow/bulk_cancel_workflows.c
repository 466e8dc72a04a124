/* bulk-cancel-workflows: end many workflows, chosen by pattern, query, a file of ids, or because
 * they are stalled. Never all of them by omission, never a question, and an outcome for each. */
#include "bulk.h"

#include <temporal-skill/process.h>
#include <temporal-skill/text.h>

#include <string.h>
#include <unistd.h>

#define OUR_REASON "temporal-skill bulk-cancel-workflows"

#define AT(field)  .at = offsetof(struct bulk_options, field)
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
	  .fallback = OUR_REASON },
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

/* ---- saying ---- */

struct counts {
	size_t done, failed, unknown, not_sent, stuck;
};

static const char *outcome_word(const struct bulk_options *o, enum tsk_status status)
{
	switch (status) {
	case TSK_OK:
		return o->dry_run ? "selected" : o->terminate ? "terminated" : "cancel_requested";
	case TSK_NOT_FOUND: return "not_found";
	case TSK_TIMEOUT: return "unknown";
	case TSK_INTERRUPTED: return "not_sent";
	default: return "failed";
	}
}

static void count_row(struct counts *counts, enum tsk_status status)
{
	counts->done += status == TSK_OK;
	counts->unknown += status == TSK_TIMEOUT;
	counts->not_sent += status == TSK_INTERRUPTED;
	counts->failed += status != TSK_OK && status != TSK_TIMEOUT && status != TSK_INTERRUPTED;
}

static void say_row(cJSON *list, const struct selection *selection, size_t i,
		    const struct bulk_options *o)
{
	const char *verdict = stalled_verdict(selection, selection->ids[i]);
	cJSON *row = tsk_append_object(list);

	tsk_set(row, "workflow_id", selection->ids[i]);
	tsk_set(row, "run_id", selection->run_ids[i]);
	tsk_set(row, "outcome", outcome_word(o, selection->statuses[i]));
	if (selection->statuses[i] != TSK_OK)
		tsk_set(row, "message", selection->messages[i]);
	else if (verdict && !o->terminate && cannot_act(verdict))
		tsk_set_format(row, "message", "cannot act on it now: %s", verdict);
}

/* Which rows come before which, where something cut it off: text output ends at some number. */
static size_t turn_of(enum tsk_status status)
{
	return status == TSK_TIMEOUT ? 0 : status == TSK_INTERRUPTED ? 2 : status != TSK_OK ? 1 : 3;
}

#define TURNS 4

static void say_rows(struct tsk_call *call, const struct bulk_options *o,
		     const struct selection *selection, struct counts *counts)
{
	cJSON *list = tsk_set_list(tsk_result(call), "workflows");
	cJSON *object = tsk_result(call);
	bool cut_off = tsk_error(call) != TSK_OK;

	for (size_t turn = 0; turn < (cut_off ? TURNS : 1); turn++)
		for (size_t i = 0; i < selection->count; i++)
			if (!cut_off || turn_of(selection->statuses[i]) == turn)
				say_row(list, selection, i, o);
	for (size_t i = 0; i < selection->count; i++) {
		const char *verdict = stalled_verdict(selection, selection->ids[i]);
		count_row(counts, selection->statuses[i]);
		counts->stuck += verdict && cannot_act(verdict);
	}
	tsk_set_number(object, "selected", (int64_t)selection->count);
	tsk_set_number(object, "done", o->dry_run ? 0 : (int64_t)counts->done);
	tsk_set_number(object, "failed", (int64_t)counts->failed);
	tsk_set_number(object, "unknown", (int64_t)counts->unknown);
	tsk_set_number(object, "not_sent", (int64_t)counts->not_sent);
}

static const char *verb_of(const struct bulk_options *o)
{
	return o->terminate ? "terminated" : "asked to cancel";
}

/* Of a file of ids those that are left, in a file of their own; what a pattern or a query selects
 * is selected anew. */
static const char *rest_flags(struct tsk_call *call, const struct bulk_options *o,
			      const struct selection *selection)
{
	struct tsk_text rest = { .call = call };
	const char *log = tsk_log_path(call, "bulk-cancel-workflows", NULL, NULL), *path;

	if (!o->selector.ids_file)
		return selector_flags(call, &o->selector);
	for (size_t i = 0; i < selection->count; i++)
		if (selection->statuses[i] == TSK_TIMEOUT ||
		    selection->statuses[i] == TSK_INTERRUPTED)
			tsk_text_format(&rest, "%s\n", selection->ids[i]);
	path = log ? tsk_format(call, "%s.%d.rest", log, (int)getpid()) : NULL;
	if (!path || tsk_file_write(call, path, rest.bytes, rest.size))
		return strcmp(o->selector.ids_file, "-") != 0 ? selector_flags(call, &o->selector)
							      : NULL;
	return tsk_format(call, " --workflow-ids %s", tsk_quote(call, path));
}

/* What cut it off is the call's error, or has been one. */
static enum tsk_status say_cut_off(struct tsk_call *call, const struct bulk_options *o,
				   const struct selection *selection, const struct counts *counts)
{
	enum tsk_status status = tsk_error(call);
	const char *problem = tsk_error_message(call);

	tsk_set(tsk_result(call), "problem", problem);
	tsk_verdict(call, "cut_off", "%zu of %s %s%s; of %zu it is not known, %zu not sent: %s",
		    counts->done, tsk_count_text(call, (int64_t)selection->count, "workflow"),
		    verb_of(o),
		    counts->failed ? tsk_format(call, "; %zu could not be", counts->failed) : "",
		    counts->unknown, counts->not_sent, problem);
	if (status != TSK_INTERRUPTED)
		tsk_forget_error(call);
	if (status != TSK_INTERRUPTED)
		tsk_next(call, "temporal-skill show-server");
	const char *flags = rest_flags(call, o, selection);
	if (flags)
		tsk_next(call, "temporal-skill bulk-cancel-workflows%s%s%s%s", flags,
			 o->terminate ? " --terminate" : "",
			 strcmp(o->reason, OUR_REASON) != 0 ? " --reason " : "",
			 strcmp(o->reason, OUR_REASON) != 0 ? tsk_quote(call, o->reason) : "");
	if (status != TSK_INTERRUPTED)
		tsk_forget_error(call);
	return status;
}

static void say_verdict(struct tsk_call *call, const struct bulk_options *o,
			const struct selection *selection, const struct counts *counts)
{
	const char *all = tsk_count_text(call, (int64_t)selection->count, "workflow");
	const char *stuck = counts->stuck && !o->terminate
				    ? tsk_format(call,
						 "; %zu of them cannot act on it before a good "
						 "worker runs",
						 counts->stuck)
				    : "";

	if (!selection->count)
		tsk_verdict(call, "none", "no workflow to cancel: %s", selection->what);
	else if (o->dry_run)
		tsk_verdict(call, "dry_run", "%s%s would be %s: %s%s",
			    counts->failed ? tsk_format(call, "%zu of ", counts->done) : "", all,
			    verb_of(o), selection->what,
			    counts->failed ? tsk_format(call, "; %zu could not be", counts->failed)
					   : "");
	else if (counts->failed)
		tsk_verdict(call, "partial", "%zu of %s %s; %zu could not be", counts->done, all,
			    verb_of(o), counts->failed);
	else
		tsk_verdict(call, "done", "%s %s%s", all, verb_of(o), stuck);
}

static enum tsk_status say_outcomes(struct tsk_call *call, const struct bulk_options *o,
				    const struct selection *selection)
{
	struct counts counts = { .done = 0 };

	say_rows(call, o, selection, &counts);
	if (tsk_error(call))
		return say_cut_off(call, o, selection, &counts);
	say_verdict(call, o, selection, &counts);
	if (o->dry_run && selection->count)
		tsk_next(call, "temporal-skill bulk-cancel-workflows%s%s",
			 selector_flags(call, &o->selector), o->terminate ? " --terminate" : "");
	if (counts.stuck && !o->terminate)
		tsk_next(call, "temporal-skill bulk-cancel-workflows%s --terminate",
			 selector_flags(call, &o->selector));
	if (selection->more)
		tsk_note(call, "more than %lld match; --limit raises the number",
			 (long long)o->selector.limit);
	/* A report is good, whatever it says. */
	return counts.failed && !o->dry_run ? TSK_NEGATIVE : TSK_OK;
}

/* After these some outcomes are there, or may be; any other error came before the first. */
static bool cuts_off(enum tsk_status status)
{
	return status == TSK_UNAVAILABLE || status == TSK_TIMEOUT || status == TSK_INTERRUPTED;
}

static enum tsk_status bulk_cancel_workflows(struct tsk_call *call, const void *given)
{
	const struct bulk_options *o = given;
	struct selection selection = { .count = 0 };

	if (select_workflows(call, &o->selector, &selection))
		return tsk_error(call);
	if (!o->terminate && selection.count && find_stalled(call, &selection))
		return tsk_error(call);
	if (o->dry_run && o->selector.ids_file && selection.count &&
	    bulk_find_unfit(call, &selection))
		return tsk_error(call);
	if (!o->dry_run && selection.count && bulk_end(call, o, &selection) &&
	    !cuts_off(tsk_error(call)))
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
		   "Exit 1 when one of them could not be ended; 4 or 5 when the server went away "
		   "meanwhile: of each it\nis told whether it was ended, is not known, or was not "
		   "sent, and how to go on.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct bulk_options),
	.views = views,
	.rows = "workflows",
	.run = bulk_cancel_workflows,
};
