#include "plan.h"

#include <temporal-skill/result.h>

#include <regex.h>
#include <string.h>

static enum tsk_status bad(struct tsk_call *call, const struct tsk_ini_entry *entry,
			   const char *what)
{
	return tsk_fail(call, TSK_USAGE, "%s:%d: %s", entry->file, entry->line, what);
}

static enum tsk_status too_many(struct tsk_call *call, const struct tsk_ini_entry *entry)
{
	return bad(call, entry,
		   tsk_format(call, "more than %d lines '%s'", PLAN_MOST_STEPS, entry->key));
}

static enum tsk_status take_json(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 const char *text, const char **json)
{
	size_t offset = 0;

	if (!tsk_json_check(text, strlen(text), &offset))
		return bad(call, entry,
			   tsk_format(call,
				      "'%s' wants JSON (a string needs quotes), and '%s' is none: "
				      "at byte %zu",
				      entry->key, text, offset + 1));
	*json = text;
	return TSK_OK;
}

/* ---- steps: query NAME [JSON] [expect JSON] ---- */

static const char *blanks_skipped(const char *text)
{
	return text + strspn(text, " \t");
}

/* The end of the JSON value that text begins with: the shortest start of it that is one whole
 * value. */
static size_t json_length(const char *text)
{
	const char *expect = text;

	while ((expect = strstr(expect, " expect "))) {
		size_t length = (size_t)(expect - text), offset;
		if (tsk_json_check(text, length, &offset))
			return length;
		expect++;
	}
	return strlen(text);
}

static enum tsk_status read_step(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 struct plan_step *step)
{
	static const char *const kinds[] = { "query", "signal", "update", NULL };
	const char *at = blanks_skipped(entry->value);
	size_t length = strcspn(at, " \t");

	step->kind = tsk_copy_bytes(call, at, length);
	for (size_t i = 0; strcmp(kinds[i], step->kind) != 0;)
		if (!kinds[++i])
			return bad(
				call, entry,
				tsk_format(call,
					   "a step begins with query, signal or update, not '%s'",
					   step->kind));
	at = blanks_skipped(at + length);
	length = strcspn(at, " \t");
	step->name = tsk_copy_bytes(call, at, length);
	if (!*step->name)
		return bad(call, entry,
			   tsk_format(call, "which %s? Its name is missing", step->kind));
	at = blanks_skipped(at + length);
	if (*at && strncmp(at, "expect ", strlen("expect ")) != 0) {
		length = json_length(at);
		if (take_json(call, entry, tsk_copy_bytes(call, at, length), &step->input))
			return tsk_error(call);
		at = blanks_skipped(at + length);
	}
	if (!*at)
		return TSK_OK;
	if (!strcmp(step->kind, "signal"))
		return bad(call, entry, "a signal has no answer that could be expected");
	return take_json(call, entry, blanks_skipped(at + strlen("expect ")), &step->expect);
}

/* ---- runs ---- */

static enum tsk_status take_status(struct tsk_call *call, const struct tsk_ini_entry *entry,
				   struct plan_run *run)
{
	if (!tsk_workflow_status_parse(entry->value, &run->expect_status))
		return bad(call, entry, tsk_format(call, "unknown status '%s'", entry->value));
	return TSK_OK;
}

static enum tsk_status take_pattern(struct tsk_call *call, const struct tsk_ini_entry *entry,
				    struct plan_run *run)
{
	regex_t pattern;

	if (regcomp(&pattern, entry->value, REG_EXTENDED | REG_NOSUB))
		return bad(call, entry,
			   tsk_format(call, "bad regular expression '%s'", entry->value));
	regfree(&pattern);
	run->expect_result_match = entry->value;
	return TSK_OK;
}

static enum tsk_status take_many(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 struct plan_run *run)
{
	if (!strcmp(entry->key, "step")) {
		if (run->step_count == PLAN_MOST_STEPS)
			return too_many(call, entry);
		return read_step(call, entry, &run->steps[run->step_count++]);
	}
	if (run->expect_event_count == PLAN_MOST_STEPS)
		return too_many(call, entry);
	run->expect_events[run->expect_event_count++] = entry->value;
	return TSK_OK;
}

static enum tsk_status take_run_line(struct tsk_call *call, const struct tsk_ini_entry *entry,
				     struct plan_run *run)
{
	static const char *const keys[] = {
		"starter",
		"timeout",
		"expect_output",
		"expect_status",
		"expect_result",
		"expect_event",
		"expect_failure_type",
		"expect_result_subset",
		"step",
		"expect_result_match",
		NULL,
	};
	const char *key = entry->key;

	if (!strcmp(key, "step") || !strcmp(key, "expect_event"))
		return take_many(call, entry, run);
	if (!strcmp(key, "expect_status"))
		return take_status(call, entry, run);
	if (!strcmp(key, "expect_result"))
		return take_json(call, entry, entry->value, &run->expect_result);
	if (!strcmp(key, "expect_result_subset"))
		return take_json(call, entry, entry->value, &run->expect_result_subset);
	if (!strcmp(key, "expect_result_match"))
		return take_pattern(call, entry, run);
	if (!strcmp(key, "starter"))
		run->starter = entry->value;
	else if (!strcmp(key, "timeout"))
		run->timeout = entry->value;
	else if (!strcmp(key, "expect_output"))
		run->expect_output = entry->value;
	else if (!strcmp(key, "expect_failure_type"))
		run->expect_failure_type = entry->value;
	else {
		const char *nearest = tsk_nearest(key, keys);
		return bad(call, entry,
			   tsk_format(call,
				      nearest ? "unknown key '%s' in [%s]; did you mean '%s'?"
					      : "unknown key '%s' in [%s]",
				      key, entry->section, nearest));
	}
	return TSK_OK;
}

/* A section [run] or [run NAME] is a run of its own. */
static struct plan_run *run_of(struct tsk_call *call, struct plan *plan,
			       const struct tsk_ini_entry *entry)
{
	const char *name = entry->section + strlen("run");
	struct plan_run *run;

	name += strspn(name, " ");
	for (size_t i = 0; i < plan->run_count; i++)
		if (!strcmp(plan->runs[i].name, name))
			return &plan->runs[i];
	if (plan->run_count == PLAN_MOST_RUNS) {
		bad(call, entry, tsk_format(call, "more than %d runs", PLAN_MOST_RUNS));
		return NULL;
	}
	run = &plan->runs[plan->run_count++];
	run->name = tsk_copy(call, name);
	return run;
}

static void fill_in(struct plan *plan)
{
	if (!plan->run_count)
		plan->runs[plan->run_count++].name = "starter";
	for (size_t i = 0; i < plan->run_count; i++) {
		struct plan_run *run = &plan->runs[i];
		if (!run->timeout)
			run->timeout = "60";
		/* A failure type is only there where the workflow fails. */
		if (!run->expect_status)
			run->expect_status = run->expect_failure_type ? TSK_WORKFLOW_FAILED
								      : TSK_WORKFLOW_COMPLETED;
	}
}

enum tsk_status plan_read(struct tsk_call *call, struct plan *plan)
{
	size_t count = 0;
	const struct tsk_ini_entry *entries = tsk_ini_entries(call, "verify", &count);

	*plan = (struct plan){ .runs = tsk_alloc(call, PLAN_MOST_RUNS * sizeof(*plan->runs)) };
	for (size_t i = 0; i < count; i++) {
		if (strcmp(entries[i].key, "check") != 0)
			return bad(call, &entries[i],
				   tsk_format(call, "unknown key '%s' in [verify]; it has: check",
					      entries[i].key));
		if (plan->check_count == PLAN_MOST_STEPS)
			return too_many(call, &entries[i]);
		plan->checks[plan->check_count++] = entries[i].value;
	}
	entries = tsk_ini_entries(call, "run", &count);
	for (size_t i = 0; i < count; i++) {
		struct plan_run *run = run_of(call, plan, &entries[i]);
		if (!run || take_run_line(call, &entries[i], run))
			return tsk_error(call);
	}
	fill_in(plan);
	return TSK_OK;
}
