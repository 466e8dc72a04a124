/* What verify-project is to do, read from temporal-skill.ini. */
#include "plan.h"

#include <temporal-skill/result.h>

#include <regex.h>
#include <string.h>

/* A linter or a test run of a small project. */
#define CHECK_MS    300000
#define STATUSES    TSK_WORKFLOW_PAUSED
#define EVENT_TYPES 100

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

/* about has a place for the value; of the names the nearest is told. */
static enum tsk_status unknown(struct tsk_call *call, const struct tsk_ini_entry *entry,
			       const char *about, const char *const *names)
{
	const char *place = strstr(about, "%s"), *nearest = tsk_nearest(entry->value, names);

	return bad(call, entry,
		   tsk_format(call, "%.*s%s%s%s%s%s", (int)(place - about), about, entry->value,
			      place + strlen("%s"), nearest ? "; did you mean '" : "",
			      nearest ? nearest : "", nearest ? "'?" : ""));
}

static enum tsk_status unknown_key(struct tsk_call *call, const struct tsk_ini_entry *entry,
				   const char *const *names)
{
	const char *nearest = tsk_nearest(entry->key, names);

	return bad(call, entry,
		   tsk_format(call,
			      nearest ? "unknown key '%s' in [%s]; did you mean '%s'?"
				      : "unknown key '%s' in [%s]",
			      entry->key, entry->section, nearest));
}

static enum tsk_status split(struct tsk_call *call, const struct tsk_ini_entry *entry,
			     struct tsk_strings *words)
{
	if (!entry->value[strspn(entry->value, " \t")])
		return bad(call, entry, tsk_format(call, "'%s' has no command", entry->key));
	if (!tsk_split_words(call, entry->key, entry->value, words))
		return TSK_OK;
	const char *why = tsk_copy(call, tsk_error_message(call));
	tsk_forget_error(call);
	return bad(call, entry, why);
}

static enum tsk_status duration(struct tsk_call *call, const struct tsk_ini_entry *entry,
				int64_t *ms)
{
	if (tsk_parse_duration(entry->value, ms) && *ms > 0)
		return TSK_OK;
	return bad(
		call, entry,
		tsk_format(call, "bad duration '%s': expected " TSK_DURATION_FORMS, entry->value));
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

static enum tsk_status take_text(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 struct plan_run *run, const char **text)
{
	(void)call;
	(void)run;
	*text = entry->value;
	return TSK_OK;
}

static enum tsk_status take_value(struct tsk_call *call, const struct tsk_ini_entry *entry,
				  struct plan_run *run, const char **text)
{
	(void)run;
	return take_json(call, entry, entry->value, text);
}

static enum tsk_status take_command(struct tsk_call *call, const struct tsk_ini_entry *entry,
				    struct plan_run *run, const char **text)
{
	struct tsk_strings words;

	(void)run;
	*text = entry->value;
	return split(call, entry, &words);
}

static enum tsk_status take_duration(struct tsk_call *call, const struct tsk_ini_entry *entry,
				     struct plan_run *run, const char **text)
{
	int64_t ms;

	(void)run;
	*text = entry->value;
	return duration(call, entry, &ms);
}

static enum tsk_status take_status(struct tsk_call *call, const struct tsk_ini_entry *entry,
				   struct plan_run *run, const char **text)
{
	const char *names[STATUSES + 1];
	size_t count = 0;

	*text = entry->value;
	if (tsk_workflow_status_parse(entry->value, &run->expect_status))
		return TSK_OK;
	for (int status = TSK_WORKFLOW_RUNNING; status <= STATUSES; status++)
		names[count++] = tsk_workflow_status_name((enum tsk_workflow_status)status);
	names[count] = NULL;
	return unknown(call, entry, "unknown status '%s'", names);
}

static enum tsk_status take_pattern(struct tsk_call *call, const struct tsk_ini_entry *entry,
				    struct plan_run *run, const char **text)
{
	regex_t pattern;

	(void)run;
	if (regcomp(&pattern, entry->value, REG_EXTENDED | REG_NOSUB))
		return bad(call, entry,
			   tsk_format(call, "bad regular expression '%s'", entry->value));
	regfree(&pattern);
	*text = entry->value;
	return TSK_OK;
}

static enum tsk_status take_event(struct tsk_call *call, const struct tsk_ini_entry *entry,
				  struct plan_run *run, const char **text)
{
	const char *names[EVENT_TYPES + 1];
	size_t count = 0;

	(void)text;
	for (int type = 1; type <= EVENT_TYPES; type++) {
		const char *name = tsk_event_type_name(type);
		if (!strcmp(name, entry->value)) {
			run->expect_events[run->expect_event_count++] = entry->value;
			return TSK_OK;
		}
		if (strcmp(name, "Unknown") != 0)
			names[count++] = name;
	}
	names[count] = NULL;
	return unknown(call, entry, "no event is called '%s'", names);
}

static enum tsk_status take_log_error(struct tsk_call *call, const struct tsk_ini_entry *entry,
				      struct plan_run *run, const char **text)
{
	(void)text;
	return take_pattern(call, entry, run,
			    &run->expect_log_errors[run->expect_log_error_count++]);
}

static enum tsk_status take_step(struct tsk_call *call, const struct tsk_ini_entry *entry,
				 struct plan_run *run, const char **text)
{
	(void)text;
	return read_step(call, entry, &run->steps[run->step_count++]);
}

/* What a [run] may say; AT: the text that it sets, COUNT: it may be said often. */
#define AT(field)    offsetof(struct plan_run, field)
#define COUNT(field) AT(field), true
static const struct key {
	const char *name;
	enum tsk_status (*take)(struct tsk_call *call, const struct tsk_ini_entry *entry,
				struct plan_run *run, const char **text);
	size_t at;
	bool many;
} keys[PLAN_KEYS] = {
	{ "starter", take_command, AT(starter), false },
	{ "timeout", take_duration, AT(timeout), false },
	{ "expect_output", take_text, AT(expect_output), false },
	{ "expect_status", take_status, AT(status), false },
	{ "expect_result", take_value, AT(expect_result), false },
	{ "expect_result_subset", take_value, AT(expect_result_subset), false },
	{ "expect_result_match", take_pattern, AT(expect_result_match), false },
	{ "expect_failure_type", take_text, AT(expect_failure_type), false },
	{ "expect_event", take_event, COUNT(expect_event_count) },
	{ "expect_log_error", take_log_error, COUNT(expect_log_error_count) },
	{ "step", take_step, COUNT(step_count) },
};

static enum tsk_status take_run_line(struct tsk_call *call, const struct tsk_ini_entry *entry,
				     struct plan_run *run)
{
	const char *names[PLAN_KEYS + 1];
	const struct tsk_ini_entry **first;
	size_t at = 0;

	while (at < PLAN_KEYS && strcmp(keys[at].name, entry->key) != 0) {
		names[at] = keys[at].name;
		at++;
	}
	names[at] = NULL;
	if (at == PLAN_KEYS)
		return unknown_key(call, entry, names);
	void *field = (char *)run + keys[at].at;
	first = &run->given[at];
	if (keys[at].many && *(size_t *)field == PLAN_MOST_STEPS)
		return too_many(call, entry);
	/* The weaker of two files is read first, and may be overridden. */
	if (!keys[at].many && *first && !strcmp((*first)->file, entry->file))
		return bad(call, entry,
			   tsk_format(call, "a second '%s' of [%s]; the first is on line %d",
				      entry->key, entry->section, (*first)->line));
	*first = entry;
	return keys[at].take(call, entry, run, field);
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

/* What can never hold together would never be looked at, or fail late. */
static enum tsk_status check_sense(struct tsk_call *call, const struct plan_run *run)
{
	const char *wanted = tsk_workflow_status_name(run->expect_status);

	for (size_t i = 0; i < PLAN_KEYS; i++) {
		bool of_result = !strncmp(keys[i].name, "expect_result", strlen("expect_result"));
		bool of_failure = !strcmp(keys[i].name, "expect_failure_type");
		if (!run->given[i] ||
		    !((of_result && run->expect_status != TSK_WORKFLOW_COMPLETED) ||
		      (of_failure && run->expect_status != TSK_WORKFLOW_FAILED)))
			continue;
		return bad(call, run->given[i],
			   tsk_format(call, "'%s' of a workflow that is to be %s: it has none",
				      keys[i].name, wanted));
	}
	return TSK_OK;
}

static enum tsk_status fill_in(struct tsk_call *call, struct plan *plan)
{
	if (!plan->run_count)
		plan->runs[plan->run_count++].name = "starter";
	for (size_t i = 0; i < plan->run_count; i++) {
		struct plan_run *run = &plan->runs[i];
		if (!run->timeout)
			run->timeout = "60";
		/* A failure type is only there where the workflow fails. */
		if (!run->status)
			run->expect_status = run->expect_failure_type ? TSK_WORKFLOW_FAILED
								      : TSK_WORKFLOW_COMPLETED;
		if (check_sense(call, run))
			return tsk_error(call);
	}
	return TSK_OK;
}

static enum tsk_status take_alone(struct tsk_call *call, const struct tsk_ini_entry *entry,
				  struct plan *plan)
{
	bool alone;

	if (!tsk_parse_flag(entry->value, &alone))
		return bad(call, entry,
			   tsk_format(call, "'alone' is yes or no, not '%s'", entry->value));
	plan->alone = alone ? ALONE_YES : ALONE_NO;
	return TSK_OK;
}

static enum tsk_status take_verify_line(struct tsk_call *call, const struct tsk_ini_entry *entry,
					struct plan *plan)
{
	static const char *const names[] = { "alone", "check", "check_timeout", NULL };

	if (!strcmp(entry->key, "check_timeout"))
		return duration(call, entry, &plan->check_ms);
	if (!strcmp(entry->key, "alone"))
		return take_alone(call, entry, plan);
	if (strcmp(entry->key, "check") != 0)
		return unknown_key(call, entry, names);
	if (plan->check_count == PLAN_MOST_STEPS)
		return too_many(call, entry);
	plan->check_texts[plan->check_count] = entry->value;
	return split(call, entry, &plan->checks[plan->check_count++]);
}

enum tsk_status plan_read(struct tsk_call *call, struct plan *plan)
{
	size_t count = 0;
	const struct tsk_ini_entry *entries = tsk_ini_entries(call, "verify", &count);

	*plan = (struct plan){ .runs = tsk_alloc(call, PLAN_MOST_RUNS * sizeof(*plan->runs)),
			       .check_ms = CHECK_MS };
	for (size_t i = 0; i < count; i++)
		if (take_verify_line(call, &entries[i], plan))
			return tsk_error(call);
	entries = tsk_ini_entries(call, "run", &count);
	for (size_t i = 0; i < count; i++) {
		struct plan_run *run = run_of(call, plan, &entries[i]);
		if (!run || take_run_line(call, &entries[i], run))
			return tsk_error(call);
	}
	return fill_in(call, plan);
}
