/* Findings: what is wrong, one entry a cause, worst first. */
#include "diagnose_all.h"

#include <stdlib.h>
#include <string.h>

/* Of a cause that many have, a few show it. */
#define EXAMPLES         3
/* A line each that an agent can afford to read; JSON has the whole. */
#define MESSAGE_LIMIT    160
#define FINDINGS_IN_TEXT 30
#define ADVICE_LIMIT     320

void troubles_add(struct troubles *troubles, const struct tsk_workflow *workflow,
		  const struct tsk_diagnosis *diagnosis)
{
	troubles->items = tsk_grow(troubles->call, troubles->items, troubles->count,
				   &troubles->room, sizeof(*troubles->items));
	troubles->items[troubles->count++] =
		(struct trouble){ .workflow = workflow,
				  .diagnosis = *diagnosis,
				  .cause = tsk_cause_key(troubles->call, workflow, diagnosis) };
}

static const char *text_of(const char *text)
{
	return text ? text : "";
}

/* What cannot move comes before what has failed, and that before what only looks wrong. */
static int gravity(const struct trouble *trouble)
{
	const struct tsk_diagnosis *diagnosis = &trouble->diagnosis;

	return diagnosis->stalled                                        ? 0
	       : diagnosis->verdict != TSK_VERDICT_FALSE_POSITIVE_RESULT ? 1
									 : 2;
}

static int order_of(int64_t left, int64_t right)
{
	return left < right ? -1 : left > right;
}

static int by_cause(const void *left, const void *right)
{
	const struct trouble *a = left, *b = right;
	int order = gravity(a) - gravity(b);

	if (!order)
		order = (int)a->diagnosis.verdict - (int)b->diagnosis.verdict;
	if (!order)
		order = strcmp(a->cause, b->cause);
	if (!order)
		order = strcmp(a->workflow->task_queue, b->workflow->task_queue);
	return order;
}

/* Those that have one cause, the one first that closed or began last. */
static int by_cause_then_newest(const void *left, const void *right)
{
	const struct trouble *a = left, *b = right;
	int order = by_cause(left, right);

	if (!order)
		order = order_of(b->workflow->closed_at, a->workflow->closed_at);
	return order ? order : order_of(b->workflow->started_at, a->workflow->started_at);
}

/* A run of troubles of one cause. */
struct cause {
	const struct trouble *first;
	size_t count;
};

/* The order of the vocabulary is that of gravity for what cannot move; of what is over, the newest
 * is what someone has just tried. */
static int by_gravity(const void *left, const void *right)
{
	const struct trouble *a = ((const struct cause *)left)->first;
	const struct trouble *b = ((const struct cause *)right)->first;
	int order = gravity(a) - gravity(b);

	if (!order)
		order = order_of(b->workflow->closed_at, a->workflow->closed_at);
	return order ? order : by_cause(a, b);
}

static const char *cause_text(struct tsk_call *call, const struct tsk_diagnosis *diagnosis)
{
	const struct tsk_root_cause *cause = &diagnosis->root_cause;

	const char *told = tsk_diagnosis_told(call, diagnosis)->headline;

	/* What nobody failed at. */
	if (!*text_of(cause->type) && told &&
	    (diagnosis->attention || diagnosis->verdict == TSK_VERDICT_UNCLEAR))
		return tsk_shorten(call, told, MESSAGE_LIMIT);
	if (!*text_of(cause->type))
		return diagnosis->evidence.count
			       ? tsk_shorten(call, diagnosis->evidence.items[0], MESSAGE_LIMIT)
			       : "";
	return tsk_cause_text(call, cause->type, cause->message, cause->location, MESSAGE_LIMIT);
}

static void say_finding(struct tsk_call *call, cJSON *findings, const struct trouble *first,
			size_t count)
{
	const struct tsk_diagnosis *diagnosis = &first->diagnosis;
	cJSON *row = tsk_append_object(findings);

	tsk_set(row, "verdict", tsk_verdict_name(diagnosis->verdict));
	tsk_set_bool(row, "stalled", diagnosis->stalled);
	tsk_set_bool(row, "attention", diagnosis->attention);
	tsk_set_number(row, "count", (int64_t)count);
	cJSON *ids = tsk_set_list(row, "workflow_ids");
	for (size_t i = 0; i < count; i++)
		tsk_append(ids, first[i].workflow->workflow_id);
	tsk_set(row, "workflow_type", first->workflow->type);
	tsk_set(row, "task_queue", first->workflow->task_queue);
	tsk_set(row, "status", tsk_workflow_status_name(first->workflow->status));
	tsk_set_number(row, "attempts", diagnosis->attempts);
	cJSON *cause = tsk_set_object(row, "root_cause");
	tsk_set(cause, "type", text_of(diagnosis->root_cause.type));
	tsk_set(cause, "message", tsk_shorten(call, text_of(diagnosis->root_cause.message), 2000));
	tsk_set(cause, "location", text_of(diagnosis->root_cause.location));
	cJSON *recovery = tsk_set_list(row, "recovery");
	const struct tsk_told *told = tsk_diagnosis_told(call, diagnosis);
	for (size_t i = 0; i < told->advice_count; i++)
		tsk_append(recovery, tsk_advice_text(call, &told->advice[i]));
	cJSON *next = tsk_set_list(row, "next");
	for (size_t i = 0; i < diagnosis->next.count; i++)
		tsk_append(next, tsk_command_as_typed(call, diagnosis->next.items[i]));
}

/* Text cut where a part of it ends, and never within a word; that it was cut is marked. */
static const char *cut_at_words(struct tsk_call *call, const char *text)
{
	size_t end = ADVICE_LIMIT;

	if (strlen(text) <= ADVICE_LIMIT)
		return text;
	while (end > ADVICE_LIMIT / 2 && text[end] != ' ')
		end--;
	while (end > ADVICE_LIMIT / 2 && strchr(" ,;:(", text[end - 1]))
		end--;
	return tsk_format(call, "%.*s ...", (int)end, text);
}

/* Without the cause, which stands in the line above it. The command is never cut. */
static const char *advice_text(struct tsk_call *call, struct tsk_advice advice)
{
	advice.about = "";
	advice.text = cut_at_words(call, advice.text);
	return tsk_advice_text(call, &advice);
}

/* Two lines: who has it and why; what to do. */
static void report_finding(struct tsk_call *call, cJSON *report, const struct trouble *first,
			   size_t count)
{
	const struct tsk_diagnosis *diagnosis = &first->diagnosis;
	struct tsk_lines ids = { .call = call, .limit = EXAMPLES };

	for (size_t i = 0; i < count; i++)
		tsk_lines_push(&ids, tsk_format(call, "'%s'", first[i].workflow->workflow_id));
	tsk_append_format(report, "%s %s%s: %s", tsk_verdict_name(diagnosis->verdict),
			  tsk_lines_text(&ids, ", "),
			  diagnosis->attempts > 1
				  ? tsk_format(call, " (attempt %d)", diagnosis->attempts)
				  : "",
			  cause_text(call, diagnosis));
	const struct tsk_told *told = tsk_diagnosis_told(call, diagnosis);
	struct tsk_text advice = { .call = call };
	/* What is over is started anew, all of it: the last line says it once. */
	size_t most = first->workflow->closed_at ? 1 : 2;
	for (size_t i = 0; i < told->advice_count && i < most; i++)
		tsk_text_join(&advice, "; ", "%s", advice_text(call, told->advice[i]));
	if (advice.size)
		tsk_append_format(report, "  -> %s", tsk_text_value(&advice));
}

/* A closed one may have a successor with its id, which would be analyzed in its place. */
static void say_next(struct tsk_call *call, const struct tsk_workflow *workflow)
{
	bool closed =
		workflow->status != TSK_WORKFLOW_RUNNING && workflow->status != TSK_WORKFLOW_PAUSED;

	tsk_next(call, "temporal-skill analyze-workflow-error -w %s%s%s",
		 tsk_quote(call, workflow->workflow_id), closed ? " -r " : "",
		 closed ? workflow->run_id : "");
}

/* The troubles, sorted so that those of one cause are together. */
static size_t take_causes(struct troubles *troubles, struct cause *causes)
{
	size_t count = 0;

	qsort(troubles->items, troubles->count, sizeof(*troubles->items), by_cause_then_newest);
	for (size_t i = 0; i < troubles->count; i++) {
		const struct trouble *trouble = &troubles->items[i];

		if (!count || by_cause(causes[count - 1].first, trouble) != 0)
			causes[count++] = (struct cause){ .first = trouble };
		causes[count - 1].count++;
	}
	qsort(causes, count, sizeof(*causes), by_gravity);
	return count;
}

void troubles_say(struct troubles *troubles)
{
	struct tsk_call *call = troubles->call;
	cJSON *findings = tsk_set_list(tsk_result(call), "findings");
	cJSON *report = tsk_set_list(tsk_result(call), "report");
	struct cause *causes = tsk_alloc(call, (troubles->count + 1) * sizeof(*causes));
	size_t count = take_causes(troubles, causes);
	bool any_over = false;

	for (size_t i = 0; i < count; i++) {
		const struct trouble *first = causes[i].first;

		any_over |= first->workflow->closed_at != 0;
		say_finding(call, findings, first, causes[i].count);
		if (i < FINDINGS_IN_TEXT)
			report_finding(call, report, first, causes[i].count);
		if (i < 3 && first->diagnosis.next.count)
			say_next(call, first->workflow);
	}
	if (count > FINDINGS_IN_TEXT)
		tsk_append_format(report, "(%zu more causes: -o json)", count - FINDINGS_IN_TEXT);
	if (any_over)
		tsk_append(report, "what is over does not go on: restart the worker after the fix "
				   "(ensure-worker), and start it anew");
}
