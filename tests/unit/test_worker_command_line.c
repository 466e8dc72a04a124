/* What a command line runs, and which directories and addresses are the same: on this it hangs
 * whose process is stopped. */
#include "process_support.h"

/* A plugin's files are in no library that a test could link. */
#include "../../plugins/worker/command_line.c" /* NOLINT(bugprone-suspicious-include) */
#include "../../plugins/worker/own_project.c"  /* NOLINT(bugprone-suspicious-include) */

#define WORDS_MOST 16

/* Splits at blanks; the strings live until the next two calls. */
static struct tsk_strings split(const char *line)
{
	static char texts[2][256];
	static const char *words[2][WORDS_MOST];
	static int turn;
	size_t count = 0;

	turn = !turn;
	strncpy(texts[turn], line, sizeof(texts[turn]) - 1);
	for (char *word = strtok(texts[turn], " "); word; word = strtok(NULL, " "))
		words[turn][count++] = word;
	words[turn][count] = NULL;
	return (struct tsk_strings){ .items = words[turn], .count = count };
}

static struct fixture *fixture;

static enum likeness alike_in(const char *command, const char *working, const char *process)
{
	const struct command_place place = { .directory = "/app", .working = working };
	struct tsk_strings one = split(command);
	struct tsk_strings other = split(process);

	return how_alike(&fixture->call, &place, &one, &other);
}

static bool same(const char *command, const char *process)
{
	return alike_in(command, "/app", process) == RUNS_THE_SAME;
}

static void test_same_worker_however_started(void **state)
{
	fixture = *state;
	assert_true(same("uv run worker", "uv run worker"));
	assert_true(same("uv run worker", "/x/.venv/bin/python3 /x/.venv/bin/worker"));
	assert_true(same("uv run worker", "python worker.py"));
	assert_true(same("uv run worker", "python -u ./worker.py"));
	assert_true(same("uv run worker", "python -X dev -m worker"));
	assert_true(same("uv run python -m app.worker", "/usr/bin/python3.11 -m app.worker"));
	assert_true(same("uv run --with x --project /p worker", "uv run worker"));
	assert_true(same("uv --directory /p run -- worker", "python worker.py"));
	assert_true(same("env A=1 B=2 uv run worker", "python worker.py"));
	assert_true(same("poetry run worker", "python worker.py"));
	assert_true(same("python worker.py --queue a", "python3 worker.py --queue a"));
	assert_true(same("python worker.py", "python worker.py --queue a"));
	assert_true(same("./run-it now", "./run-it now"));
}

static void test_other_programs(void **state)
{
	fixture = *state;
	assert_false(same("uv run worker", "uv run starter"));
	assert_false(same("uv run worker", "python starter.py worker"));
	assert_false(same("uv run worker", "vim worker.py"));
	assert_false(same("uv run worker", "python /x/bin/pytest worker.py"));
	assert_false(same("uv run worker", "bash -c worker"));
	assert_false(same("uv run worker", "python myworker.py"));
	assert_false(same("uv run worker", "python worker2.py"));
	assert_false(same("uv run worker", "python worker.py starter"));
	assert_false(same("uv run worker", "python -c worker"));
	assert_false(same("uv run worker", "uv sync worker"));
	assert_false(same("uv run worker", "python"));
	assert_false(same("uv run worker", "uv"));
	assert_false(same("python app.py worker", "python app.py web"));
	assert_false(same("python manage.py", "python manage.py --web"));
	assert_false(same("python worker.py --queue a", "python worker.py"));
	assert_false(same("bash -c worker", "bash"));
	assert_false(same("bash -c worker", "bash -l"));
	assert_false(same("make -C x worker", "make -j test"));
}

/* Several workers in one repository, with one file name each. */
static void test_monorepo(void **state)
{
	fixture = *state;
	assert_false(same("python -m billing.worker", "python -m orders.worker"));
	assert_false(same("uv run python -m billing.worker", "python -m worker"));
	assert_false(same("python billing/worker.py", "python orders/worker.py"));
	assert_false(same("python worker.py", "python orders/worker.py"));
	assert_false(same("python -m worker", "python /app/orders/worker.py"));
	assert_true(same("python -m orders.worker", "python orders/worker.py"));
	assert_true(same("python -m orders.worker", "python src/orders/worker.py"));
	assert_true(same("python -m orders.worker", "python -u /app/orders/worker.py"));
	assert_int_equal(alike_in("python -m orders.worker", "/app/orders", "python worker.py"),
			 RUNS_THE_SAME);
	assert_int_equal(alike_in("python -m orders.worker", "/app/billing", "python worker.py"),
			 RUNS_OTHER);
	assert_int_equal(alike_in("python worker.py", "/app/src", "python worker.py"),
			 RUNS_THE_SAME);
	/* Its entry point may be that module or another one. */
	assert_int_equal(alike_in("uv run worker", "/app", "python -m orders.worker"), RUNS_ALIKE);
	assert_int_equal(alike_in("uv run worker", "/app", "python -m orders.starter"), RUNS_OTHER);
}

static void test_what_lies_in_a_directory(void **state)
{
	(void)state;
	assert_true(lies_in("/app", "/app"));
	assert_true(lies_in("/app/src", "/app"));
	assert_true(lies_in("/app (deleted)", "/app"));
	assert_true(lies_in("/anything", "/"));
	assert_false(lies_in("/app2", "/app"));
	assert_false(lies_in("/ap", "/app"));
	assert_false(lies_in("/axbc", "/a.b[c]"));
	assert_true(lies_in("/a.b[c]/x", "/a.b[c]"));
	assert_false(lies_in(NULL, "/app"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_same_worker_however_started),
		FIXTURE_TEST(test_other_programs),
		FIXTURE_TEST(test_monorepo),
		cmocka_unit_test(test_what_lies_in_a_directory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
