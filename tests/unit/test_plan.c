/* verify-project's plan and its expectations: each wrong line is told with its place, and each
 * expectation holds what it says. */
#include "core_support.h"

#include "configuration/load.h"

#include <stdio.h>
#include <unistd.h>

/* A plugin's files are in no library that a test could link. */
#include "../../plugins/verify/expect.c" /* NOLINT(bugprone-suspicious-include) */
#include "../../plugins/verify/plan.c"   /* NOLINT(bugprone-suspicious-include) */

static char folder[] = "/tmp/test-plan-XXXXXX";
static char file[sizeof(folder) + 32];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/temporal-skill.ini", folder);
	return setenv("CLAUDE_TEMPORAL_PROJECT_DIR", folder, 1) || setenv("HOME", folder, 1) ||
	       setenv("XDG_CONFIG_HOME", folder, 1);
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	return rmdir(folder);
}

/* Reads the plan of that INI file. */
static enum tsk_status read_plan(struct core_world *world, const char *ini, struct plan *plan)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	assert_true(fputs(ini, out) >= 0);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(configuration_load(&world->settings, &world->call), TSK_OK);
	return plan_read(&world->call, plan);
}

/* As read_plan, in a world of its own; line and part of what is said. */
static void expect_refusal(const char *ini, int line, const char *const *parts)
{
	struct plan plan;
	void *state;

	core_setup(&state);
	struct core_world *world = state;
	assert_int_equal(read_plan(world, ini, &plan), TSK_USAGE);
	const char *message = tsk_error_message(&world->call);
	const char *place = tsk_format(&world->call, "%s:%d: ", file, line);
	if (strncmp(message, place, strlen(place)) != 0)
		fail_msg("\"%s\" does not begin with \"%s\"", message, place);
	for (; *parts; parts++)
		if (!strstr(message, *parts))
			fail_msg("\"%s\" is not in \"%s\"", *parts, message);
	core_teardown(&state);
}

#define PARTS(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* The wrong line, which stands in a section of its own, that section, what is said of it. */
static const struct {
	const char *line, *section, *said;
} wrong[] = {
	{ "chekc = ruff check", "verify",
	  "unknown key 'chekc' in [verify]; did you mean 'check'?" },
	{ "check = ruff 'check", "verify", "quote" },
	{ "check =", "verify", "no command" },
	{ "check_timeout = soon", "verify", "'soon'" },
	{ "alone = mostly", "verify", "'alone' is yes or no, not 'mostly'" },
	{ "alnoe = yes", "verify", "did you mean 'alone'?" },
	{ "stater = x", "run a", "unknown key 'stater' in [run a]; did you mean 'starter'?" },
	{ "starter = python 'x", "run a", "quote" },
	{ "timeout = soon", "run a", "'soon'" },
	{ "timeout = inf", "run a", "'inf'" },
	{ "expect_status = COMPLETE", "run a", "did you mean 'COMPLETED'?" },
	{ "expect_result = {'a': 1}", "run a", "wants JSON" },
	{ "expect_result_subset = yes", "run a", "a string needs quotes" },
	{ "expect_result_match = ([0-9]", "run a", "bad regular expression '([0-9]'" },
	{ "expect_log_error = (", "run a", "bad regular expression" },
	{ "expect_event = ActivtyTaskCompleted", "run a", "did you mean 'ActivityTaskCompleted'?" },
	{ "expect_event = Nonsense", "run a", "no event is called 'Nonsense'" },
	{ "step = sgnal x", "run a", "a step begins with query, signal or update, not 'sgnal'" },
	{ "step = signal", "run a", "which signal?" },
	{ "step = signal x {", "run a", "wants JSON" },
	{ "step = signal x 1 expect 2", "run a", "a signal has no answer" },
	{ "step = query x expect", "run a", "expect" },
	{ "step = query x expect {", "run a", "wants JSON" },
};

static void wrong_lines_are_told_with_their_place(void **state)
{
	struct core_world *world = *state;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		expect_refusal(tsk_format(&world->call, "[run fine]\ntimeout = 5\n\n[%s]\n%s\n",
					  wrong[i].section, wrong[i].line),
			       5, PARTS(wrong[i].said));
}

static void what_is_said_twice_or_against_itself(void **state)
{
	(void)state;
	expect_refusal("[run a]\nexpect_result = 1\n[run b]\n[run a]\nexpect_result = 2\n", 5,
		       PARTS("a second 'expect_result' of [run a]; the first is on line 2"));
	expect_refusal("[run a]\nexpect_failure_type = X\nexpect_status = CANCELED\n", 2,
		       PARTS("'expect_failure_type'", "CANCELED"));
	expect_refusal("[run a]\nexpect_status = FAILED\nexpect_result_match = x\n", 3,
		       PARTS("'expect_result_match'", "FAILED"));
}

/* Result, expectation, whether it holds. */
static const struct {
	const char *result, *how, *expected;
	bool holds;
} expectations[] = {
	{ "{\"a\":1,\"b\":[1,2]}", "result", "{\"b\": [1, 2], \"a\": 1.0}", true },
	{ "{\"a\":1,\"b\":[1,2]}", "result", "{\"a\": 1}", false },
	{ "[1,2]", "result", "[2, 1]", false },
	{ "{\"a\":9007199254740993}", "result", "{\"a\": 9007199254740993}", true },
	{ "{\"a\":9007199254740993}", "result", "{\"a\": 9007199254740992}", false },
	{ "{\"a\":9007199254740993}", "subset", "{\"a\": 9007199254740992}", false },
	{ "{\"a\":true,\"b\":1}", "subset", "{\"a\": 1}", false },
	{ "{\"a\":{\"x\":1,\"y\":2},\"b\":1}", "subset", "{\"a\": {\"y\": 2}}", true },
	{ "{\"a\":null}", "subset", "{\"b\": null}", false },
	{ "[{\"id\":1,\"n\":2},{\"id\":2}]", "subset", "[{\"id\": 2}, {\"n\": 2}]", true },
	{ "[{\"id\":1}]", "subset", "[{\"id\": 1}, {\"id\": 2}]", false },
	/* Each element that is wanted has one of its own. */
	{ "[1,2]", "subset", "[1, 1]", false },
	{ "[{\"a\":1},{\"a\":1,\"b\":2}]", "subset", "[{\"a\": 1}, {\"b\": 2}]", true },
	{ "[{\"a\":1,\"b\":2},{\"a\":1}]", "subset", "[{\"a\": 1}, {\"b\": 2}]", true },
	{ "\"approved\"", "match", "^\"approv", true },
	{ "{\"state\":\"open\"}", "match", "clos(ed|ing)", false },
	{ "null", "result", "null", true },
	{ "\"\"", "result", "\"\"", true },
	{ "\"é€𝄞\"", "result", "\"é€𝄞\"", true },
	{ "\"\\u00e9\\u20ac\\ud834\\udd1e\"", "result", "\"é€𝄞\"", true },
};

static void expectations_hold_what_they_say(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;

	for (size_t i = 0; i < sizeof(expectations) / sizeof(*expectations); i++) {
		const char *expected = expectations[i].expected, *result = expectations[i].result;
		bool holds = !strcmp(expectations[i].how, "match") ? expect_match(expected, result)
			     : !strcmp(expectations[i].how, "subset")
				     ? expect_subset(call, expected, result)
				     : expect_equal(call, expected, result);
		if (holds != expectations[i].holds)
			fail_msg("%s of %s: %s", expected, result, holds ? "holds" : "does not");
	}
}

static void a_plan_is_read(void **state)
{
	struct plan plan;

	assert_int_equal(read_plan(*state,
				   "[verify]\ncheck = ruff check .\ncheck_timeout = 1h30m\n"
				   "alone = no\n"
				   "[run a]\nstep = query state {\"n\": 1} expect \"x expect y\"\n"
				   "expect_event = ActivityTaskCompleted\nexpect_failure_type = X\n"
				   "[run b]\ntimeout = 1d\n",
				   &plan),
			 TSK_OK);
	assert_int_equal(plan.check_count, 1);
	assert_int_equal(plan.checks[0].count, 3);
	assert_int_equal(plan.check_ms, 5400000);
	assert_int_equal(plan.alone, ALONE_NO);
	assert_int_equal(plan.run_count, 2);
	assert_string_equal(plan.runs[0].steps[0].input, "{\"n\": 1}");
	assert_string_equal(plan.runs[0].steps[0].expect, "\"x expect y\"");
	assert_int_equal(plan.runs[0].expect_status, TSK_WORKFLOW_FAILED);
	assert_string_equal(plan.runs[0].timeout, "60");
	assert_string_equal(plan.runs[1].timeout, "1d");
	assert_int_equal(plan.runs[1].expect_status, TSK_WORKFLOW_COMPLETED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(wrong_lines_are_told_with_their_place),
		core_test(what_is_said_twice_or_against_itself),
		core_test(expectations_hold_what_they_say),
		core_test(a_plan_is_read),
	};
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
