/* What holds for the advice of every recorded scenario (tests/symptoms/NAME.json), whatever its
 * words: it can be carried out, with what this program and this project have. */
#include "core_support.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/text.h>

#include <glob.h>
#include <unistd.h>

#define FILES   "tests/symptoms/*.json"
#define PROGRAM "temporal-skill "

struct look {
	struct tsk_call *call;
	const struct tsk_workflow *workflow;
	struct tsk_diagnosis diagnosis;
	struct tsk_lines wrong;
};

static bool is_open(const struct look *look)
{
	return look->workflow->status == TSK_WORKFLOW_RUNNING ||
	       look->workflow->status == TSK_WORKFLOW_PAUSED;
}

static bool says(const struct tsk_strings *lines, const char *words)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strstr(lines->items[i], words))
			return true;
	return false;
}

/* Each command of ours has a script of its name. */
static void commands_exist(struct look *look, const struct tsk_strings *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		for (const char *at = lines->items[i]; (at = strstr(at, PROGRAM));) {
			at += strlen(PROGRAM);
			size_t size = strspn(at, "abcdefghijklmnopqrstuvwxyz-");
			const char *script =
				tsk_format(look->call, "skills/scripts/%.*s.sh", (int)size, at);

			if (access(script, R_OK))
				tsk_lines_add(&look->wrong, "no such command: '%.*s' in '%s'",
					      (int)size, at, lines->items[i]);
		}
}

static bool is_alone(const char *line, const char *words)
{
	const char *rest;

	if (strncmp(line, words, strlen(words)) != 0)
		return false;
	rest = line + strlen(words);
	return !*rest || *rest == ',' || *rest == ';';
}

static void says_what_to_correct(struct look *look)
{
	static const char *const vague[] = { "correct the cause",   "fix the cause",
					     "mend the cause",      "correct it",
					     "correct what failed", "correct that" };
	const struct tsk_strings *lines = &look->diagnosis.recovery;

	for (size_t i = 0; i < lines->count; i++)
		for (size_t w = 0; w < sizeof(vague) / sizeof(*vague); w++)
			if (is_alone(lines->items[i], vague[w]))
				tsk_lines_add(&look->wrong, "does not say what: '%s'",
					      lines->items[i]);
}

static void says_each_once(struct look *look)
{
	const struct tsk_strings *lines = &look->diagnosis.recovery;

	for (size_t i = 0; i < lines->count; i++)
		for (size_t k = i + 1; k < lines->count; k++)
			if (strcmp(lines->items[i], lines->items[k]) == 0)
				tsk_lines_add(&look->wrong, "said twice: '%s'", lines->items[i]);
}

/* What has failed for good is not mended by mending its cause. */
static void says_that_it_is_over(struct look *look)
{
	switch ((int)look->diagnosis.verdict) {
	case TSK_VERDICT_WORKFLOW_FAILED:
	case TSK_VERDICT_ACTIVITY_FAILED:
	case TSK_VERDICT_ACTIVITY_TIMEOUT:
	case TSK_VERDICT_CHILD_FAILED:
	case TSK_VERDICT_MISSING_ACTIVITY:
	case TSK_VERDICT_FALSE_POSITIVE_RESULT:
	case TSK_VERDICT_WORKFLOW_TIMED_OUT: break;
	default: return;
	}
	if (!is_open(look) && !says(&look->diagnosis.recovery, "anew"))
		tsk_lines_add(&look->wrong, "does not say that it is over");
}

/* An activity or child that failed for good, where the code goes on failing of it. */
static void says_that_it_stands_in_history(struct look *look)
{
	const struct tsk_failure *link = look->diagnosis.failure;

	if (look->diagnosis.verdict != TSK_VERDICT_WORKFLOW_TASK_FAILURE)
		return;
	while (link && link->kind != TSK_FAILURE_ACTIVITY &&
	       link->kind != TSK_FAILURE_CHILD_WORKFLOW)
		link = link->cause;
	if (link && !says(&look->diagnosis.recovery, "history"))
		tsk_lines_add(&look->wrong, "does not say that the failure stands in the history");
}

static void says_something(struct look *look)
{
	bool trouble = look->diagnosis.stalled || look->diagnosis.attention ||
		       look->diagnosis.verdict == TSK_VERDICT_FALSE_POSITIVE_RESULT ||
		       (!is_open(look) && look->workflow->status != TSK_WORKFLOW_COMPLETED);

	if (trouble && !look->diagnosis.recovery.count)
		tsk_lines_add(&look->wrong, "has no advice");
}

static bool look_at(const char *path, bool starter)
{
	struct core_world *world;
	const struct tsk_known *known;
	bool right;

	core_setup((void **)&world);
	struct look look = { .call = &world->call, .wrong = { .call = &world->call } };
	if (starter)
		core_with_starter(world);
	assert_int_equal(tsk_known_load(look.call, path, &known), TSK_OK);
	look.workflow = tsk_known_workflow(known);
	tsk_known_classify(look.call, known, &look.diagnosis);
	if (!starter && (says(&look.diagnosis.next, "run-starter") ||
			 says(&look.diagnosis.recovery, "run-starter")))
		tsk_lines_add(&look.wrong, "names a starter that the project has not");
	commands_exist(&look, &look.diagnosis.recovery);
	commands_exist(&look, &look.diagnosis.next);
	says_what_to_correct(&look);
	says_each_once(&look);
	says_that_it_is_over(&look);
	says_that_it_stands_in_history(&look);
	says_something(&look);
	right = !look.wrong.count;
	if (!right)
		print_message("%s (%s):\n  %s\n", path, tsk_verdict_name(look.diagnosis.verdict),
			      tsk_lines_text(&look.wrong, "\n  "));
	core_teardown((void **)&world);
	return right;
}

static size_t look_at_all(bool starter)
{
	glob_t files;
	size_t wrong = 0;

	assert_int_equal(glob(FILES, 0, NULL, &files), 0);
	for (size_t i = 0; i < files.gl_pathc; i++)
		wrong += !look_at(files.gl_pathv[i], starter);
	globfree(&files);
	return wrong;
}

static void advice_can_be_carried_out(void **state)
{
	(void)state;
	assert_int_equal(look_at_all(true), 0);
}

static void advice_names_no_starter_where_there_is_none(void **state)
{
	(void)state;
	assert_int_equal(look_at_all(false), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(advice_can_be_carried_out),
		cmocka_unit_test(advice_names_no_starter_where_there_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
