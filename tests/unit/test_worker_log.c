/* What a worker's log says: why it died, which errors it met. The logs are what real workers wrote,
 * with shorter paths. */
#include "core_support.h"

#include "sources/sources.h"

#include <temporal-skill/diagnosis.h>

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct log_case {
	const char *log;
	const char *type, *message, *location; /* NULL: not looked at */
	const char *summary;                   /* a part of it */
};

#define TRACE(frames, error)    "Traceback (most recent call last):\n" frames error "\n"
#define FRAME(file, line, name) "  File \"" file "\", line " line ", in " name "\n    some(code)\n"
#define LIBRARY                 FRAME("/usr/lib/python3.11/asyncio/runners.py", "190", "run")

static const struct log_case cases[] = {
	{ TRACE(FRAME("/shop/worker.py", "1", "<module>"),
		"ModuleNotFoundError: No module named 'billing'"),
	  "ModuleNotFoundError", "No module named 'billing'", "worker.py:1",
	  "module 'billing' is not there" },
	{ TRACE(FRAME("/shop/worker.py", "6", "<module>"),
		"ImportError: cannot import name 'Missing' from 'shared' "
		"(/shop/shared.py)"),
	  "ImportError", NULL, "worker.py:6", "module 'shared' has no 'Missing'" },
	{ TRACE(FRAME("/shop/worker.py", "6", "<module>"),
		"  File \"/shop/workflows.py\", line 1\n    def f(:\n          "
		"^\nSyntaxError: invalid syntax"),
	  "SyntaxError", "invalid syntax", "workflows.py:1", "syntax error in workflows.py:1" },
	/* In the script itself: no head. */
	{ "  File \"/shop/worker.py\", line 3\n    activities=[charge],\nIndentationError: "
	  "unexpected indent\n",
	  "IndentationError", "unexpected indent", "worker.py:3", NULL },
	{ TRACE(FRAME("/shop/worker.py", "13", "main") LIBRARY,
		"RuntimeError: Failed client connect: Server connection error: "
		"tonic::transport::Error(Transport, "
		"ConnectError(ConnectError(\"tcp connect error\", "
		"127.0.0.1:1, Os { code: 111, kind: ConnectionRefused, message: "
		"\"Connection refused\" })))"),
	  "RuntimeError", NULL, "worker.py:13 in main",
	  "cannot connect to the server at 127.0.0.1:1: Connection refused" },
	{ TRACE(FRAME("/shop/worker.py", "14", "main"),
		"RuntimeError: Worker validation failed: Namespace nope was not "
		"found or otherwise"),
	  "RuntimeError", NULL, NULL, "the server has no namespace 'nope'" },
	{ TRACE("  File \"/shop/worker.py\", line 6, in <module>\n    TOKEN = "
		"os.environ['MY_TOKEN']\n"
		"            ~~~~~~~~~~^^^^^^^^^^^^\n  File \"<frozen os>\", line "
		"679, in __getitem__\n",
		"KeyError: 'MY_TOKEN'"),
	  "KeyError", "'MY_TOKEN'", "worker.py:6", "environment variable MY_TOKEN is not set" },
	{ TRACE(FRAME("/shop/worker.py", "2", "<module>"),
		"OSError: [Errno 98] Address already in use"),
	  "OSError", NULL, NULL, "Address already in use" },
	{ TRACE(FRAME("/shop/helper.py", "2", "<module>"),
		"temporalio.worker.workflow_sandbox._restrictions."
		"RestrictedWorkflowAccessError: Cannot access "
		"random.randint.__call__ from inside a workflow. If this is code "
		"from") "\nThe above exception was the direct cause of the "
			"following exception:\n\n" TRACE(FRAME("/shop/worker.py", "12", "<module>"),
							 "RuntimeError: Failed "
							 "validating workflow "
							 "Order"),
	  "RestrictedWorkflowAccessError", NULL, "helper.py:2",
	  "the sandbox does not let workflow Order load: Cannot access "
	  "random.randint.__call__" },
	/* What was printed before, without an end of line. */
	{ "connecting ..." TRACE(FRAME("/shop/worker.py", "2", "<module>"),
				 "ValueError: bad token in settings"),
	  "ValueError", "bad token in settings", "worker.py:2", "bad token in settings" },
	/* Without `if __name__ == "__main__":` the sandbox starts the worker once more. */
	{ TRACE(FRAME("/shop/worker.py", "21", "<module>"),
		"RuntimeError: asyncio.run() cannot be called from a running event "
		"loop") "\nThe above exception was the direct cause of the following "
			"exception:\n\n" TRACE(FRAME("/shop/worker.py", "21", "<module>"),
					       "RuntimeError: Failed validating workflow Greet"),
	  "RuntimeError", NULL, "worker.py:21", "starts the worker whenever it is imported" },
	/* What was handled when the last one came is no cause. */
	{ TRACE(FRAME("/shop/worker.py", "3", "main"),
		"KeyError: 'a'") "\nDuring handling of the above "
				 "exception, another exception "
				 "occurred:\n\n" TRACE(FRAME("/shop/"
							     "worker.py",
							     "5", "main"),
						       "ValueError: bad "
						       "settings"),
	  "ValueError", "bad settings", "worker.py:5 in main", "ValueError: bad settings" },
	{ "error: Failed to spawn: worker\n  cause: No such file or directory (os "
	  "error 2)\n",
	  "uv", "Failed to spawn: worker: No such file or directory (os error 2)", "",
	  "uv finds no program 'worker'" },
	{ "error: Failed to spawn: `worker`\n  Caused by: No such file or "
	  "directory (os error 2)\n",
	  "uv", NULL, "", "uv finds no program 'worker'" },
	{ "Using CPython 3.11.7\nerror: No solution found when resolving "
	  "dependencies\n  cause: Because "
	  "temporalio was not found\n",
	  "uv", NULL, "", "uv: No solution found when resolving dependencies: Because temporalio" },
	{ "python: can't open file '/shop/nosuch.py': [Errno 2] No such file or "
	  "directory\n",
	  "FileNotFoundError", NULL, "", "there is no script /shop/nosuch.py" },
	{ "/usr/bin/python: Error while finding module specification for "
	  "'nosuch.worker' "
	  "(ModuleNotFoundError: No module named 'nosuch')\n",
	  "ModuleNotFoundError", "No module named 'nosuch'", "", "module 'nosuch' is not there" },
	/* Caught, logged, and then the end. */
	{ "ERROR:root:worker failed\n" TRACE(FRAME("/shop/worker.py", "9", "main"),
					     "ValueError: no queue") "bye\n",
	  "ValueError", "no queue", NULL, "ValueError: no queue" },
	/* Terminal colours are not part of any name. */
	{ "\033[31mTraceback (most recent call last):\033[0m\n  File "
	  "\"/shop/worker.py\", line 1, in "
	  "<module>\n    import x\n\033[1mModuleNotFoundError\033[0m: No module "
	  "named 'x'\n",
	  "ModuleNotFoundError", "No module named 'x'", "worker.py:1", "module 'x'" },
	/* faulthandler: the thread that crashed, innermost frame first. */
	{ "drawing\nFatal Python error: Segmentation fault\n\n"
	  "Thread 0x01 (most recent call first):\n  File \"/shop/other.py\", line 1 in wait\n\n"
	  "Current thread 0x02 (most recent call first):\n"
	  "  File \"/usr/lib/python3.11/ctypes/__init__.py\", line 519 in string_at\n"
	  "  File \"/shop/worker.py\", line 26 in draw\n"
	  "  File \"/shop/worker.py\", line 49 in <module>\n\nExtension modules: x\n",
	  "Fatal Python error", "Segmentation fault", "worker.py:26 in draw", NULL },
	/* Errors of native code, without a traceback of their own. */
	{ "TypeError: Can't extract `str` to `Vec`\n\nThe above exception was the direct "
	  "cause of the following exception:\n\n" TRACE(FRAME("/shop/worker.py", "9", "main"),
							"TypeError: failed to extract field tls"),
	  "TypeError", "failed to extract field tls: Can't extract `str` to `Vec`", NULL, NULL },
	/* What a destructor raises as all ends. */
	{ TRACE(FRAME("/shop/worker.py", "9", "main"),
		"ValueError: no queue") "INFO flushed\nException ignored in: <function "
					"Pool.__del__ at 0x7f>\n" TRACE(
						FRAME("/shop/worker.py", "3", "__del__"),
						"RuntimeError: Event loop "
						"is closed"),
	  "ValueError", "no queue", "worker.py:9 in main", NULL },
	/* A tail that begins within a traceback. */
	{ "    some(code)\nKeyError: 'lost'\n\nThe above exception was the direct "
	  "cause of the following "
	  "exception:\n\n" TRACE(FRAME("/shop/worker.py", "9", "main"), "ValueError: no queue"),
	  "ValueError", "no queue", NULL, NULL },
};

static void each_death_has_its_cause(void **state)
{
	struct core_world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct tsk_root_cause cause;

		assert_true(tsk_log_cause(&world->call, cases[i].log, &cause));
		assert_string_equal(cause.type, cases[i].type);
		if (cases[i].message)
			assert_string_equal(cause.message, cases[i].message);
		if (cases[i].location)
			assert_string_equal(cause.location, cases[i].location);
		if (cases[i].summary && !strstr(cause.summary, cases[i].summary))
			fail_msg("summary '%s' lacks '%s'", cause.summary, cases[i].summary);
		assert_true(*cause.remedy);
	}
}

static const char busy_log[] =
	"INFO:root:Worker started\n"
	"WARNING:temporalio.activity:Completing activity as failed ({'activity_type': "
	"'charge'})\n" TRACE(
		FRAME("/shop/activities.py", "17", "charge"),
		"ValueError: card declined") "INFO:root:no error here, ERRORS are counted "
					     "elsewhere\n"
					     "WARNING:temporalio.worker._workflow_instance:"
					     "Failed activation on workflow Order with ID "
					     "o-1 and run ID r\n" TRACE(
						     FRAME("/shop/workflows.py", "8", "run"),
						     "temporalio.exceptions."
						     "ApplicationError: NotFoundError: "
						     "gone") "\033[2m2026-01-01T00:00:"
							     "00Z\033[0m \033[33m "
							     "WARN\033[0m sdk: Failing "
							     "workflow task run_id=r\n"
							     "ERROR:asyncio:Task exception "
							     "was never retrieved\n"
							     "INFO:root:going "
							     "on\nINFO:root:going "
							     "on\nINFO:root:going "
							     "on\nINFO:root:going "
							     "on\nINFO:root:going on\n"
							     "INFO:root:going on\n";

static void failures_of_tasks_are_no_reason_to_die(void **state)
{
	struct core_world *world = *state;
	struct tsk_root_cause cause;

	assert_false(tsk_log_cause(&world->call, busy_log, &cause));
	assert_false(tsk_log_cause(&world->call, "", &cause));
	assert_false(tsk_log_cause(&world->call, NULL, &cause));
	assert_false(tsk_log_cause(&world->call, "INFO:root:Worker started\n", &cause));
}

static void errors_are_told_one_a_line(void **state)
{
	struct core_world *world = *state;
	struct tsk_strings lines;

	assert_int_equal(tsk_log_errors(&world->call, busy_log, &lines), 3);
	assert_non_null(strstr(lines.items[0], "Completing activity as failed"));
	assert_non_null(
		strstr(lines.items[0], ": ValueError: card declined (activities.py:17 in charge)"));
	assert_non_null(strstr(lines.items[1], "o-1"));
	assert_non_null(strstr(lines.items[1], "NotFoundError: gone (workflows.py:8 in run)"));
	assert_string_equal(lines.items[2], "ERROR:asyncio:Task exception was never retrieved");
	assert_int_equal(tsk_log_errors(&world->call, "all is well\n", &lines), 0);
	assert_null(lines.items);
}

static void a_single_line_can_be_asked(void **state)
{
	struct core_world *world = *state;
	struct tsk_strings lines;

	assert_int_equal(
		tsk_log_errors(&world->call,
			       "WARNING:x:Failed activation on workflow T with ID a and run ID b",
			       &lines),
		1);
	assert_int_equal(tsk_log_errors(&world->call, "ERROR something", &lines), 1);
	assert_int_equal(tsk_log_errors(&world->call, "INFO something", &lines), 0);
}

static void bytes_without_sense_do_no_harm(void **state)
{
	struct core_world *world = *state;
	struct tsk_root_cause cause;
	struct tsk_strings lines;
	const char *const texts[] = {
		"Traceback (most recent call last):",
		"Traceback (most recent call last):\n",
		"Traceback (most recent call last):\n\n\n",
		"\033[",
		"\033",
		"error: ",
		"error: Failed to spawn: ",
		"python: can't open file ",
		"No module named  python",
		"RuntimeError: Failed validating workflow ",
		"Traceback (most recent call last):\n  x\nRuntimeError: Failed validating workflow "
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		tsk_log_cause(&world->call, texts[i], &cause);
		tsk_log_errors(&world->call, texts[i], &lines);
	}
}

/* ---- stale code ---- */

static void touch(const char *directory, const char *name, int64_t at)
{
	char path[512];
	struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
	int file;

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	file = open(path, O_CREAT | O_WRONLY, 0600);
	assert_true(file >= 0);
	assert_int_equal(futimens(file, times), 0);
	close(file);
}

static void files_changed_since_are_named(void **state)
{
	struct core_world *world = *state;
	char directory[] = "/tmp/stale.XXXXXX", inner[64], venv[64], command[128];
	struct tsk_strings files;

	assert_non_null(mkdtemp(directory));
	snprintf(inner, sizeof(inner), "%s/app", directory);
	snprintf(venv, sizeof(venv), "%s/.venv", directory);
	assert_int_equal(mkdir(inner, 0700), 0);
	assert_int_equal(mkdir(venv, 0700), 0);
	touch(directory, "old.py", 1000);
	touch(directory, "new.py", 3000);
	touch(directory, "data.txt", 3000);
	touch(directory, "test_new.py", 3000);
	touch(inner, "newer.py", 4000);
	touch(venv, "library.py", 4000);
	tsk_stale_files(&world->call, directory, (int64_t)2000 * 1000000000, &files);
	assert_int_equal(files.count, 2);
	assert_string_equal(files.items[0], "app/newer.py");
	assert_string_equal(files.items[1], "new.py");
	assert_null(files.items[2]);
	tsk_stale_files(&world->call, directory, 0, &files);
	assert_int_equal(files.count, 0);
	tsk_stale_files(&world->call, "/no/such/folder", 1, &files);
	assert_int_equal(files.count, 0);

	const char *const made[] = { "old.py",       "new.py",           "data.txt", "test_new.py",
				     "app/newer.py", ".venv/library.py", "app",      ".venv" };
	for (size_t i = 0; i < sizeof(made) / sizeof(*made); i++) {
		snprintf(command, sizeof(command), "%s/%s", directory, made[i]);
		remove(command);
	}
	remove(directory);
}

/* ---- what the sources name ---- */

static void queues_in_sources_are_found(void **state)
{
	static const char text[] =
		"TASK_QUEUE = \"orders\"\nQUEUE_TASK_QUEUE_NAME: Final = 'mails'\n"
		"Worker(client, task_queue=\"orders\", workflows=[W])\n"
		"Worker(client, task_queue=TASK_QUEUE)\n"
		"Q = \"parcels\"\nP: Final = 'letters'\nX = no()\n"
		"Worker(client, task_queue=Q)\nWorker(client, task_queue=P, workflows=[W])\n"
		"Worker(client, task_queue=X)\nWorker(client, task_queue=Q[:2])\n"
		"Worker(client, task_queue=Q.lower())\nWorker(client, task_queue=Unknown)\n"
		"if task_queue == \"no\": pass\n"
		"print(\"task_queue\", \"no\")\n";
	struct core_world *world = *state;
	char directory[] = "/tmp/queues.XXXXXX", path[64];
	struct tsk_strings queues;

	assert_non_null(mkdtemp(directory));
	snprintf(path, sizeof(path), "%s/shared.py", directory);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	sources_queues(&world->call, directory, &queues);
	assert_int_equal(queues.count, 4);
	assert_string_equal(queues.items[0], "orders");
	assert_string_equal(queues.items[1], "mails");
	assert_string_equal(queues.items[2], "parcels");
	assert_string_equal(queues.items[3], "letters");
	remove(path);
	remove(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(each_death_has_its_cause),
		core_test(failures_of_tasks_are_no_reason_to_die),
		core_test(errors_are_told_one_a_line),
		core_test(a_single_line_can_be_asked),
		core_test(bytes_without_sense_do_no_harm),
		core_test(files_changed_since_are_named),
		core_test(queues_in_sources_are_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
