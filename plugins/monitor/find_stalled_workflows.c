/* find-stalled-workflows: every running workflow that cannot move, grouped by cause. */
#include <temporal-skill/diagnosis.h>

#include <stdlib.h>
#include <string.h>

struct stalled_options {
	const char *query;
	int64_t min_attempts;
	int64_t limit;
	bool check;
};

#define AT(field) .at = offsetof(struct stalled_options, field)
static const struct tsk_option options[] = {
	{ .name = "query",
	  .letter = 'q',
	  .type = TSK_STRING,
	  AT(query),
	  .argument = "QUERY",
	  .help = "only workflows that this visibility query matches" },
	{ .name = "min-attempts",
	  .type = TSK_INTEGER,
	  AT(min_attempts),
	  .argument = "N",
	  .minimum = 1,
	  .maximum = 1000000,
	  .fallback = "2",
	  .help = "an activity that retries is reported from this attempt on" },
	{ .name = "limit",
	  .type = TSK_INTEGER,
	  AT(limit),
	  .argument = "N",
	  .minimum = 0,
	  .maximum = 1000000,
	  .fallback = "0",
	  .help = "look at the newest N running workflows only (0: all)" },
	{ .name = "check", .type = TSK_FLAG, AT(check), .help = "exit 1 when one is stalled" },
	{ 0 },
};

/* Of a cause that many have, a few show it; -o json has them all. */
#define EXAMPLES      5
#define MOST_VERDICTS 64

struct stalled {
	const struct tsk_survey_row *row;
	const char *cause; /* the same for the same cause */
};

struct finding {
	struct tsk_call *call;
	const struct stalled_options *options;
	struct stalled *stalled;
	size_t stalled_count;
	int64_t by_verdict[MOST_VERDICTS], not_stalled[MOST_VERDICTS];
};

/* What a workflow itself suffers from; its parent only waits for it. */
static bool is_stalled(const struct stalled_options *o, const struct tsk_diagnosis *diagnosis)
{
	if (!diagnosis->stalled || diagnosis->recovering)
		return false;
	return diagnosis->verdict != TSK_VERDICT_ACTIVITY_RETRYING ||
	       diagnosis->attempts >= o->min_attempts;
}

static int64_t severity(const struct tsk_survey_row *row)
{
	return row->diagnosis.verdict;
}

static int by_cause(const void *left, const void *right)
{
	const struct stalled *a = left, *b = right;

	if (severity(a->row) != severity(b->row))
		return severity(a->row) < severity(b->row) ? -1 : 1;
	int order = strcmp(a->cause, b->cause);
	if (order)
		return order;
	return a->row->workflow->started_at < b->row->workflow->started_at ? -1 : 1;
}

static void sort_out(struct finding *finding, const struct tsk_survey *survey)
{
	finding->stalled =
		tsk_alloc(finding->call, (survey->count + 1) * sizeof(*finding->stalled));
	for (size_t i = 0; i < survey->count; i++) {
		const struct tsk_diagnosis *diagnosis = &survey->rows[i].diagnosis;
		bool stalled = is_stalled(finding->options, diagnosis);
		if (stalled)
			finding->stalled[finding->stalled_count++] = (struct stalled){
				.row = &survey->rows[i],
				.cause = tsk_cause_key(finding->call, survey->rows[i].workflow,
						       diagnosis),
			};
		if (diagnosis->verdict < MOST_VERDICTS)
			(stalled ? finding->by_verdict
				 : finding->not_stalled)[diagnosis->verdict]++;
	}
	qsort(finding->stalled, finding->stalled_count, sizeof(*finding->stalled), by_cause);
}

static void say_counts(cJSON *object, const int64_t *counts)
{
	for (int verdict = 0; verdict < MOST_VERDICTS; verdict++)
		if (counts[verdict])
			tsk_set_number(object, tsk_verdict_name(verdict), counts[verdict]);
}

static const char *counts_text(struct tsk_call *call, const int64_t *counts)
{
	struct tsk_text text = { .call = call };

	for (int verdict = 0; verdict < MOST_VERDICTS; verdict++)
		if (counts[verdict])
			tsk_text_join(&text, ", ", "%lld %s", (long long)counts[verdict],
				      tsk_verdict_name(verdict));
	return tsk_text_value(&text);
}

static const char *cause_text(struct tsk_call *call, const struct tsk_diagnosis *diagnosis)
{
	const struct tsk_root_cause *cause = &diagnosis->root_cause;

	if (!cause->type || !*cause->type)
		return diagnosis->evidence.count ? diagnosis->evidence.items[0] : "";
	return tsk_cause_text(call, cause->type, cause->message, cause->location, 200);
}

static void say_rows(struct finding *finding)
{
	struct tsk_call *call = finding->call;
	cJSON *list = tsk_set_list(tsk_result(call), "stalled");

	for (size_t i = 0; i < finding->stalled_count; i++) {
		const struct tsk_workflow *workflow = finding->stalled[i].row->workflow;
		const struct tsk_diagnosis *diagnosis = &finding->stalled[i].row->diagnosis;
		cJSON *row = tsk_append_object(list);
		tsk_set(row, "workflow_id", workflow->workflow_id);
		tsk_set(row, "run_id", workflow->run_id);
		tsk_set(row, "workflow_type", workflow->type);
		tsk_set(row, "task_queue", workflow->task_queue);
		tsk_set(row, "verdict", tsk_verdict_name(diagnosis->verdict));
		tsk_set_number(row, "attempts", diagnosis->attempts);
		tsk_set_time(row, "next_attempt_at", diagnosis->next_attempt_at);
		cJSON *cause = tsk_set_object(row, "root_cause");
		tsk_set(cause, "type", diagnosis->root_cause.type);
		tsk_set(cause, "message",
			tsk_shorten(call,
				    diagnosis->root_cause.message ? diagnosis->root_cause.message
								  : "",
				    2000));
		tsk_set(cause, "location", diagnosis->root_cause.location);
	}
}

/* The text side: one row a cause, with a few of those that have it. */
static void say_groups(struct finding *finding)
{
	struct tsk_call *call = finding->call;
	cJSON *groups = tsk_set_list(tsk_result(call), "groups");

	for (size_t i = 0; i < finding->stalled_count;) {
		const struct tsk_diagnosis *first = &finding->stalled[i].row->diagnosis;
		const char *key = finding->stalled[i].cause;
		const char *cause = cause_text(call, first);
		struct tsk_lines ids = { .call = call, .limit = EXAMPLES };
		size_t count = 0;
		int attempts = 0;
		while (i < finding->stalled_count &&
		       finding->stalled[i].row->diagnosis.verdict == first->verdict &&
		       !strcmp(finding->stalled[i].cause, key)) {
			const struct tsk_survey_row *row = finding->stalled[i++].row;
			tsk_lines_push(&ids, row->workflow->workflow_id);
			count++;
			if (row->diagnosis.attempts > attempts)
				attempts = row->diagnosis.attempts;
		}
		cJSON *group = tsk_append_object(groups);
		tsk_set(group, "verdict", tsk_verdict_name(first->verdict));
		tsk_set_number(group, "count", (int64_t)count);
		tsk_set_number(group, "attempts", attempts);
		tsk_set(group, "cause", cause);
		tsk_set(group, "workflows", tsk_lines_text(&ids, ", "));
		if (first->recovery.count)
			tsk_set(group, "recovery", first->recovery.items[0]);
	}
}

static void say_next(struct finding *finding)
{
	struct tsk_call *call = finding->call;

	if (!finding->stalled_count)
		return;
	tsk_next(call, "temporal-skill analyze-workflow-error -w %s",
		 tsk_quote(call, finding->stalled[0].row->workflow->workflow_id));
	for (size_t i = 0; i < finding->stalled[0].row->diagnosis.next.count && i < 2; i++)
		tsk_next(call, "%s", finding->stalled[0].row->diagnosis.next.items[i]);
}

static enum tsk_status find_stalled_workflows(struct tsk_call *call, const void *given)
{
	const struct stalled_options *o = given;
	struct finding finding = { .call = call, .options = o };
	struct tsk_survey survey = { .count = 0 };
	cJSON *result = tsk_result(call);

	if (tsk_survey(call, o->query, (size_t)o->limit, &survey))
		return tsk_error(call);
	sort_out(&finding, &survey);
	tsk_set_number(result, "scanned", (int64_t)survey.count);
	tsk_set_number(result, "unanswered", (int64_t)survey.unanswered);
	say_rows(&finding);
	say_counts(tsk_set_object(result, "by_verdict"), finding.by_verdict);
	say_counts(tsk_set_object(result, "not_stalled"), finding.not_stalled);
	say_groups(&finding);
	const long long untold =
		finding.not_stalled[TSK_VERDICT_UNCLEAR] + (long long)survey.unanswered;
	const char *others = counts_text(call, finding.not_stalled);
	tsk_set(result, "others", others);
	if (finding.stalled_count)
		tsk_verdict(call, "stalled", "%zu of %zu running workflows cannot move: %s%s",
			    finding.stalled_count, survey.count,
			    counts_text(call, finding.by_verdict),
			    untold ? tsk_format(call, "; %lld could not be told", untold) : "");
	else if (untold)
		tsk_verdict(
			call, "unclear",
			"none of %zu running workflows is known to be stalled; %lld could not be "
			"told",
			survey.count + survey.unanswered, untold);
	else
		tsk_verdict(call, "none", "none of %zu running workflows is stalled", survey.count);
	if (survey.unanswered)
		tsk_note(call, "not looked at: %s that the server did not describe",
			 tsk_count_text(call, (int64_t)survey.unanswered, "workflow"));
	say_next(&finding);
	if (!o->check)
		return TSK_OK;
	return finding.stalled_count ? TSK_NEGATIVE : tsk_unanswered(call);
}

static const struct tsk_view views[] = {
	{ .path = "groups", .label = "", .columns = "verdict count attempts workflows cause" },
	{ .path = "others", .label = "not stalled" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill find-stalled-workflows",
	"temporal-skill find-stalled-workflows --query \"WorkflowType = 'Order'\" --check",
	NULL,
};

const struct tsk_command find_stalled_workflows_command = {
	.name = "find-stalled-workflows",
	.summary = "find the running workflows that cannot move, by cause",
	.details = "Those that wait by design (for a signal, a timer, a child), or recover after a "
		   "fix, are counted,\nnot reported.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct stalled_options),
	.views = views,
	.rows = "stalled",
	.run = find_stalled_workflows,
};
