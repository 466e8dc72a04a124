/* Logs as others write them: records of one line, a prefix for each line, several processes in one
 * file. What they say is the same. */
#include "core_support.h"

#include <temporal-skill/diagnosis.h>

/* Why a worker died: an activity of it had failed just before. */
#define FAILED                                                                                     \
	"Completing activity as failed ({'activity_id': '1', 'activity_type': 'gauge', "           \
	"'attempt': 1, 'workflow_id': 'gauge-1', 'workflow_run_id': 'r1'})"

static const struct {
	const char *name, *log;
	const char *type, *message, *location; /* NULL: no death */
} deaths[] = {
	{ "tracebacks without a record between",
	  FAILED
	  "\nTraceback (most recent call last):\n  File \"/shop/act.py\", line 27, in gauge\n"
	  "    raise ValueError(\"stuck\")\nValueError: stuck\n"
	  "Traceback (most recent call last):\n  File \"/shop/main.py\", line 3, in main\n"
	  "    open(\"/key\")\nFileNotFoundError: [Errno 2] No such file: '/key'\n\n"
	  "The above exception was the direct cause of the following exception:\n\n"
	  "Traceback (most recent call last):\n  File \"/shop/main.py\", line 5, in main\n"
	  "    raise RuntimeError(\"key lost\")\nRuntimeError: key lost\n",
	  "FileNotFoundError", "[Errno 2] No such file: '/key'", "main.py:3 in main" },
	{ "what an activity's code logged with a traceback is no death",
	  "printer is away ({'activity_id': '1', 'attempt': 1, 'workflow_run_id': 'r1'})\n"
	  "Traceback (most recent call last):\n  File \"/shop/act.py\", line 27, in gauge\n"
	  "    x()\nOSError: no printer\n",
	  NULL, NULL, NULL },
	{ "a container's name before each line",
	  "worker-1  | " FAILED "\nworker-1  | Traceback (most recent call last):\n"
	  "worker-1  |   File \"/shop/act.py\", line 27, in gauge\n"
	  "worker-1  |     raise ValueError(\"stuck\")\nworker-1  | ValueError: stuck\n"
	  "worker-1  | Traceback (most recent call last):\n"
	  "worker-1  |   File \"/shop/main.py\", line 3, in main\n"
	  "worker-1  |     open(\"/key\")\nworker-1  | FileNotFoundError: no '/key'\nworker-1  |\n"
	  "worker-1  | The above exception was the direct cause of the following exception:\n"
	  "worker-1  |\nworker-1  | Traceback (most recent call last):\n"
	  "worker-1  |   File \"/shop/main.py\", line 5, in main\nworker-1  |     raise it\n"
	  "worker-1  | RuntimeError: key lost\nworker-1 exited with code 1\n",
	  "FileNotFoundError", "no '/key'", "main.py:3 in main" },
	{ "two processes, line by line",
	  "12:00:01 web.1    | Traceback (most recent call last):\n"
	  "12:00:01 worker.1 | Traceback (most recent call last):\n"
	  "12:00:01 web.1    |   File \"/shop/web.py\", line 8, in serve\n"
	  "12:00:02 worker.1 |   File \"/shop/main.py\", line 3, in main\n"
	  "12:00:02 web.1    |     bind()\n"
	  "12:00:02 worker.1 |     connect()\n"
	  "12:00:02 web.1    | OSError: port taken\n"
	  "12:00:03 worker.1 | KeyError: 'token'\n",
	  "KeyError", "'token'", "main.py:3 in main" },
	{ "a time and a level before each line",
	  "2026-11-29 19:29:47,413 CRITICAL main: Traceback (most recent call last):\n"
	  "2026-11-29 19:29:47,413 CRITICAL main:   File \"/shop/main.py\", line 3, in main\n"
	  "2026-11-29 19:29:47,414 CRITICAL main:     connect()\n"
	  "2026-11-29 19:29:48,001 CRITICAL main: RuntimeError: no token\n",
	  "RuntimeError", "no token", "main.py:3 in main" },
	{ "the journal",
	  "Nov 29 19:29:47 vm worker[4711]: Traceback (most recent call last):\n"
	  "Nov 29 19:29:47 vm worker[4711]:   File \"/shop/main.py\", line 3, in main\n"
	  "Nov 29 19:29:47 vm web[4712]: GET / 200\n"
	  "Nov 29 19:29:48 vm worker[4711]:     connect()\n"
	  "Nov 29 19:29:48 vm worker[4711]: RuntimeError: no token\n"
	  "Nov 29 19:29:48 vm systemd[1]: worker.service: Main process exited\n",
	  "RuntimeError", "no token", "main.py:3 in main" },
	{ "the SDK's core between the lines",
	  "Traceback (most recent call last):\n  File \"/shop/main.py\", line 3, in main\n"
	  "2026-11-29T19:29:47.413041Z  WARN temporalio_sdk_core::worker: Shutting down\n"
	  "    connect()\nRuntimeError: no token\n",
	  "RuntimeError", "no token", "main.py:3 in main" },
	{ "JSON lines, the traceback as a text",
	  "{\"event\":\"worker starts\",\"level\":\"info\"}\n"
	  "{\"event\":\"worker fails\",\"level\":\"error\",\"exception\":\"Traceback (most recent "
	  "call last):\\n  File \\\"/shop/main.py\\\", line 3, in main\\n    connect()\\n"
	  "RuntimeError: no \\\"token\\\"\"}\n",
	  "RuntimeError", "no \"token\"", "main.py:3 in main" },
	{ "JSON lines of an activity, then the death",
	  "{\"message\":\"Completing activity as failed\",\"temporal_activity\":{\"attempt\":1,"
	  "\"workflow_run_id\":\"r1\"},\"exc_info\":\"Traceback (most recent call last):\\n  File "
	  "\\\"/shop/act.py\\\", line 27, in gauge\\n    x()\\nValueError: stuck\"}\n"
	  "{\"message\":\"dies\",\"levelname\":\"CRITICAL\",\"exc_info\":\"Traceback (most recent "
	  "call last):\\n  File \\\"/shop/main.py\\\", line 3, in main\\n    y()\\n"
	  "RuntimeError: no token\"}\n",
	  "RuntimeError", "no token", "main.py:3 in main" },
	{ "JSON lines, the traceback as data",
	  "{\"event\":\"dies\",\"level\":\"critical\",\"exception\":[{\"exc_type\":"
	  "\"RuntimeError\","
	  "\"exc_value\":\"key lost\",\"is_cause\":false,\"frames\":[{\"filename\":"
	  "\"/shop/main.py\",\"lineno\":5,\"name\":\"main\"}]},{\"exc_type\":\"OSError\","
	  "\"exc_value\":\"no key\",\"is_cause\":true,\"frames\":[{\"filename\":\"/shop/main.py\","
	  "\"lineno\":3,\"name\":\"load\"}]}]}\n",
	  "OSError", "no key", "main.py:3 in load" },
	{ "logfmt",
	  "ts=2026-11-29T19:29:47Z level=error msg=dies exc=\"Traceback (most recent call "
	  "last):\\n  "
	  "File \\\"/shop/main.py\\\", line 3, in main\\n    y()\\nRuntimeError: no token\" "
	  "pid=7\n",
	  "RuntimeError", "no token", "main.py:3 in main" },
	{ "a logger that marks the frame that caught it",
	  "2026-11-29 19:29:47.413 | ERROR    | main:main:9 - dies\n"
	  "Traceback (most recent call last):\n\n> File \"/shop/main.py\", line 9, in main\n"
	  "    y()\n    -> <function y>\n\n  File \"/shop/main.py\", line 3, in y\n    z()\n\n"
	  "RuntimeError: no token\n",
	  "RuntimeError", "no token", "main.py:3 in y" },
	{ "printed before, without an end of line",
	  "connecting ...Traceback (most recent call last):\n"
	  "  File \"/shop/main.py\", line 3, in main\n    y()\nRuntimeError: no token\n",
	  "RuntimeError", "no token", "main.py:3 in main" },
};

static void each_format_tells_of_the_death(void **state)
{
	struct core_world *world = *state;
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(deaths) / sizeof(*deaths); i++) {
		struct tsk_root_cause cause = { .type = "", .message = "", .location = "" };
		bool found = tsk_log_cause(&world->call, deaths[i].log, &cause);

		if (found == (deaths[i].type != NULL) &&
		    (!found || (strcmp(cause.type, deaths[i].type) == 0 &&
				strcmp(cause.message, deaths[i].message) == 0 &&
				strcmp(cause.location, deaths[i].location) == 0)))
			continue;
		print_error("%s: %s: '%s' at '%s'\n", deaths[i].name, cause.type, cause.message,
			    cause.location);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

static void what_came_of_it_is_told_too(void **state)
{
	struct core_world *world = *state;
	struct tsk_root_cause cause;

	assert_true(tsk_log_cause(&world->call, deaths[0].log, &cause));
	assert_non_null(strstr(cause.summary, "FileNotFoundError: [Errno 2] No such file: '/key' "
					      "(main.py:3 in main), from which came RuntimeError: "
					      "key lost"));
}

/* ---- of one workflow ---- */

#define TRACE(error)                                                                               \
	"Traceback (most recent call last):\n  File \"/shop/flow.py\", line 3, in run\n    "       \
	"x()\n" error "\n"

static const struct {
	const char *name, *log;
	const char *message;
} failures[] = {
	{ "neighbours",
	  "Failed activation on workflow A with ID a and run ID r1\n" TRACE(
		  "ValueError: one") "Failed activation on workflow A with ID b and run ID "
				     "r2\n" TRACE("ValueError: two"),
	  "one" },
	{ "an id with another's run in it",
	  "Failed activation on workflow A with ID a and run ID r1\n" TRACE(
		  "ValueError: one") "Failed activation on workflow A with ID copy-of-r1 and run "
				     "ID r2\n" TRACE("ValueError: two"),
	  "one" },
	{ "two processes whose records cross",
	  "w.1 | Failed activation on workflow A with ID a and run ID r1\n"
	  "w.2 | Failed activation on workflow A with ID b and run ID r2\n"
	  "w.1 | Traceback (most recent call last):\n"
	  "w.2 | Traceback (most recent call last):\n"
	  "w.1 |   File \"/shop/flow.py\", line 3, in run\n"
	  "w.2 |   File \"/shop/flow.py\", line 3, in run\n"
	  "w.2 | ValueError: two\nw.1 | ValueError: one\n",
	  "one" },
	{ "two processes whose records cross, the other one",
	  "w.2 | Failed activation on workflow A with ID b and run ID r2\n"
	  "w.1 | Failed activation on workflow A with ID a and run ID r1\n"
	  "w.2 | Traceback (most recent call last):\n"
	  "w.1 | Traceback (most recent call last):\n"
	  "w.1 |   File \"/shop/flow.py\", line 3, in run\n"
	  "w.2 |   File \"/shop/flow.py\", line 3, in run\n"
	  "w.2 | ValueError: two\nw.1 | ValueError: one\n",
	  "one" },
	{ "JSON, the run among what is logged beside",
	  "{\"message\":\"Failed activation on workflow A\",\"temporal_workflow\":{\"run_id\":"
	  "\"r1\"},\"exc_info\":\"Traceback (most recent call last):\\n  File "
	  "\\\"/shop/flow.py\\\","
	  " line 3, in run\\n    x()\\nValueError: one\"}\n"
	  "{\"message\":\"Failed activation on workflow A\",\"temporal_workflow\":{\"run_id\":"
	  "\"r2\"},\"exc_info\":\"Traceback (most recent call last):\\n  File "
	  "\\\"/shop/flow.py\\\","
	  " line 3, in run\\n    x()\\nValueError: two\"}\n",
	  "one" },
	{ "the SDK's core between record and traceback",
	  "Failed activation on workflow A with ID a and run ID r1\n"
	  "2026-11-29T19:29:47.413041Z  WARN temporalio_sdk_core::worker: Failing workflow task "
	  "run_id=r2\n" TRACE("ValueError: one"),
	  "one" },
	{ "another run",
	  "Failed activation on workflow A with ID a and run ID r10\n" TRACE("ValueError: ten"),
	  NULL },
};

static void failures_of_workflows_are_not_mixed_up(void **state)
{
	struct core_world *world = *state;
	const struct tsk_pending_workflow_task task = {
		.present = true, .started = true, .attempt = 7, .started_at = 5
	};
	const struct tsk_workflow workflow = { .workflow_id = "a",
					       .run_id = "r1",
					       .type = "A",
					       .task_queue = "q",
					       .cron = "",
					       .status = TSK_WORKFLOW_RUNNING,
					       .pending_task = task };
	size_t wrong = 0;

	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		struct tsk_symptoms symptoms = { .workflow = &workflow,
						 .now = 1000000000,
						 .worker_log_tail = failures[i].log };
		struct tsk_diagnosis diagnosis;

		tsk_classify(&world->call, &symptoms, &diagnosis);
		if (strcmp(diagnosis.root_cause.message,
			   failures[i].message ? failures[i].message : "") == 0)
			continue;
		print_error("%s: '%s'\n", failures[i].name, diagnosis.root_cause.message);
		wrong++;
	}
	assert_int_equal(wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(each_format_tells_of_the_death),
		core_test(what_came_of_it_is_told_too),
		core_test(failures_of_workflows_are_not_mixed_up),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
