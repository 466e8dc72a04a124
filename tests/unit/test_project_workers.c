/* The workers of a project: each wrong section is told with its place, and worker_cmd counts beside
 * sections where the project says it. */
#include "core_support.h"

#include "configuration/load.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[] = "/tmp/test-workers-XXXXXX";
static char file[sizeof(folder) + 32], user_folder[sizeof(folder) + 32],
	user_file[sizeof(folder) + 64];

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(file, sizeof(file), "%s/temporal-skill.ini", folder);
	snprintf(user_folder, sizeof(user_folder), "%s/temporal-skill", folder);
	snprintf(user_file, sizeof(user_file), "%s/config.ini", user_folder);
	return mkdir(user_folder, 0700) || setenv("CLAUDE_TEMPORAL_PROJECT_DIR", folder, 1) ||
	       setenv("HOME", folder, 1) || setenv("XDG_CONFIG_HOME", folder, 1) ||
	       unsetenv("TEMPORAL_WORKER_CMD");
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(file);
	unlink(user_file);
	rmdir(user_folder);
	return rmdir(folder);
}

static void write_text(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static enum tsk_status read_workers(struct core_world *world, const char *ini,
				    const struct tsk_project_worker **workers, size_t *count)
{
	write_text(file, ini);
	assert_int_equal(configuration_load(&world->settings, &world->call), TSK_OK);
	return tsk_project_workers(&world->call, workers, count);
}

/* ---- what is right ---- */

/* "NAME COMMAND QUEUE|…" */
static void expect_workers(const char *ini, const char *expected)
{
	const struct tsk_project_worker *workers;
	size_t count;
	void *state;

	core_setup(&state);
	struct core_world *world = state;
	struct tsk_text text = { .call = &world->call };
	assert_int_equal(read_workers(world, ini, &workers, &count), TSK_OK);
	for (size_t i = 0; i < count; i++)
		tsk_text_join(&text, "|", "%s %s %s", workers[i].name, workers[i].command,
			      workers[i].task_queue);
	assert_string_equal(tsk_text_value(&text), expected);
	core_teardown(&state);
}

static void a_project_without_sections_has_one(void **state)
{
	(void)state;
	expect_workers("", " uv run worker ");
	expect_workers("[project]\nworker_cmd = w\ntask_queue = q\n", " w q");
}

static void each_section_is_one(void **state)
{
	(void)state;
	expect_workers("[worker b]\ncommand = x\n[worker a]\ncommand = y z\ntask_queue = q\n",
		       "b x |a y z q");
	expect_workers("\xEF\xBB\xBF[worker a]\ncommand = x\n", "a x ");
}

static void worker_cmd_is_one_more(void **state)
{
	(void)state;
	expect_workers("[worker a]\ncommand = x\n[project]\nworker_cmd = w\ntask_queue = q\n",
		       "a x |default w q");
	setenv("TEMPORAL_WORKER_CMD", "e", 1);
	expect_workers("[worker a]\ncommand = x\n", "a x |default e ");
	setenv("TEMPORAL_WORKER_CMD", " none ", 1);
	expect_workers("[worker a]\ncommand = x\n", "a x ");
	unsetenv("TEMPORAL_WORKER_CMD");
	expect_workers("[worker a]\ncommand = x\n[project]\nworker_cmd = none\n", "a x ");
	expect_workers("[worker default]\ncommand = x\n[project]\nworker_cmd = none\n",
		       "default x ");
}

static void the_users_worker_cmd_is_for_projects_that_say_nothing(void **state)
{
	(void)state;
	write_text(user_file, "[project]\nworker_cmd = mine\n");
	expect_workers("[worker a]\ncommand = x\n", "a x ");
	expect_workers("[verify]\ncheck = x\n", " mine ");
	write_text(user_file, "[worker a]\ncommand = mine\ntask_queue = q\n");
	expect_workers("[worker a]\ncommand = x\n", "a x q");
	write_text(user_file, "");
}

/* ---- what is wrong ---- */

static const struct {
	const char *ini;
	int line;
	const char *said;
} wrong[] = {
	{ "[worker a]\ncomand = x\n", 2,
	  "unknown key 'comand' in [worker a]; did you mean 'command'?" },
	{ "[worker a]\nx = x\n", 2, "unknown key 'x' in [worker a]" },
	{ "\n[worker a]\ntask_queue = q\n", 2, "[worker a] has no 'command'" },
	{ "[worker b]\ncommand = x\n[worker a]\n", 3, "[worker a] has no 'command'" },
	{ "[worker a]\ncommand =\n", 2, "'command' has no command" },
	{ "[worker a]\ncommand = python 'x\n", 2, "quote" },
	{ "[worker]\ncommand = x\n", 1, "a worker's section bears its name" },
	{ "[worker a/b]\ncommand = x\n", 1, "bad name of a worker 'a/b'" },
	{ "[worker a b]\ncommand = x\n", 1, "bad name of a worker 'a b'" },
	{ "[worker \xC3\xA9]\ncommand = x\n", 1, "bad name of a worker" },
	{ "[worker a2345678901234567890123456789012345678901]\ncommand = x\n", 1, "40 at most" },
	{ "[worker a]\ncommand = x\n[worker a]\ntask_queue = q\n", 3,
	  "a second [worker a]; the first is on line 1" },
	{ "[worker a]\n[worker a]\ncommand = x\n", 2, "a second [worker a]" },
	{ "[worker a]\ncommand = x\ncommand = y\n", 3,
	  "a second 'command' of [worker a]; the first is on line 2" },
	{ "[worker default]\ncommand = x\n[project]\nworker_cmd = y\n", 1,
	  "'default' is the worker of worker_cmd" },
};

static void wrong_sections_are_told_with_their_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		const struct tsk_project_worker *workers;
		size_t count;
		void *own;

		core_setup(&own);
		struct core_world *world = own;
		assert_int_equal(read_workers(world, wrong[i].ini, &workers, &count), TSK_USAGE);
		const char *message = tsk_error_message(&world->call);
		const char *place = tsk_format(&world->call, "%s:%d: ", file, wrong[i].line);
		if (strncmp(message, place, strlen(place)) != 0 || !strstr(message, wrong[i].said))
			fail_msg("\"%s\" is not \"%s...%s\"", message, place, wrong[i].said);
		core_teardown(&own);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_project_without_sections_has_one),
		cmocka_unit_test(each_section_is_one),
		cmocka_unit_test(worker_cmd_is_one_more),
		cmocka_unit_test(the_users_worker_cmd_is_for_projects_that_say_nothing),
		cmocka_unit_test(wrong_sections_are_told_with_their_place),
	};

	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
