/* Why a program ended that said so without a Python traceback. */
#include "core_support.h"

#include <temporal-skill/diagnosis.h>

struct last_words {
	const char *text, *summary;
};

static const struct last_words known[] = {
	{ "usage: worker [-h] --queue QUEUE\n"
	  "worker: error: the following arguments are required: --queue\n",
	  "the following arguments are required: --queue" },
	{ "Usage: worker.py [OPTIONS]\nTry 'worker.py --help' for help.\n\n"
	  "Error: Missing option '--queue'.\n",
	  "Missing option '--queue'." },
	{ "Usage: worker.py [OPTIONS]\n"
	  "╭─ Error ─────────────────────────╮\n"
	  "│ Missing option '--queue'.       │\n"
	  "╰─────────────────────────────────╯\n",
	  "Missing option '--queue'." },
	{ "╭──────── Traceback (most recent call last) ────────╮\n"
	  "│ /app/worker.py:12 in main                         │\n"
	  "│                                                   │\n"
	  "│ ❱ 12 │   connect(settings[\"db\"])                │\n"
	  "╰───────────────────────────────────────────────────╯\n"
	  "KeyError: 'db'\n",
	  "KeyError: 'db' (worker.py:12 in main)" },
	{ "panic: runtime error: invalid memory address or nil pointer dereference\n"
	  "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1234]\n\n"
	  "goroutine 1 [running]:\nmain.setup(...)\n\t/app/worker/main.go:21\n"
	  "main.main()\n\t/app/worker/main.go:12 +0x1d\nexit status 2\n",
	  "panic: runtime error: invalid memory address or nil pointer dereference (main.go:21)" },
	{ "Exception in thread \"main\" java.lang.IllegalStateException: queue is missing\n"
	  "\tat com.acme.Worker.main(Worker.java:18)\n"
	  "Caused by: java.io.FileNotFoundException: /etc/acme.properties (No such file)\n"
	  "\tat java.base/java.io.FileInputStream.open0(Native Method)\n"
	  "\tat com.acme.Conf.load(Conf.java:9)\n\t... 1 more\n",
	  "FileNotFoundException: /etc/acme.properties (No such file) (Conf.java:9)" },
	{ "Exception in thread \"main\" com.acme.QueueMissing\n"
	  "\tat io.temporal.worker.Worker.start(Worker.java:7)\n"
	  "\tat com.acme.Worker.main(Worker.java:18)\n",
	  "QueueMissing (Worker.java:18)" },
	{ "/app/src/worker.ts:7\n    throw new Error('TASK_QUEUE is missing');\n          ^\n\n"
	  "Error: TASK_QUEUE is missing\n"
	  "    at check (/app/node_modules/conf/index.js:1:1)\n"
	  "    at run (/app/src/worker.ts:7:11)\n\nNode.js v22.0.0\n",
	  "Error: TASK_QUEUE is missing (worker.ts:7)" },
	{ "Unhandled exception. System.TypeInitializationException: no settings\n"
	  " ---> System.Collections.Generic.KeyNotFoundException: The key 'queue' is not there\n"
	  "   at Orders.Settings..cctor() in /app/Settings.cs:line 9\n"
	  "   --- End of inner exception stack trace ---\n"
	  "   at Orders.Program.<Main>(String[] args)\n",
	  "KeyNotFoundException: The key 'queue' is not there" },
	{ "2026-11-29 20:01:02,123 INFO worker starting\n"
	  "2026-11-29 20:01:02,323 ERROR worker cannot read settings.toml: no such file\n",
	  "2026-11-29 20:01:02,323 ERROR worker cannot read settings.toml: no such file" },
};

static void known_forms_are_the_cause(void **state)
{
	struct core_world *world = *state;

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++) {
		struct tsk_root_cause cause;

		assert_true(tsk_log_cause(&world->call, known[i].text, &cause));
		assert_string_equal(cause.summary, known[i].summary);
	}
}

/* What only looks like one, or is long over. */
static void other_words_are_no_cause(void **state)
{
	static const char *const texts[] = {
		"configuration: region eu-1\nlicence expired on 2026-01-01, giving up\n",
		"2026-11-29 20:01:02 ERROR no cache\n1\n2\n3\n4\n5\nworker started\n",
		"Caused by: a bad day\nall is well\n",
		"Error is what this is about: nothing\n",
		"don't panic: this is a drill\n",
		"╰──╯\nKeyError: 'db'\n",
		"",
	};
	struct core_world *world = *state;
	struct tsk_root_cause cause;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		if (tsk_log_cause(&world->call, texts[i], &cause))
			fail_msg("'%s': %s", texts[i], cause.summary);
}

static void last_words_are_what_it_said_itself(void **state)
{
	static const struct last_words texts[] = {
		{ "region eu-1\nlicence expired, giving up\n", "licence expired, giving up" },
		{ "Unable to create client: refused\nexit status 1\n",
		  "Unable to create client: refused" },
		{ "worker-1  | no queue\nworker-1 exited with code 1\n\n", "worker-1  | no queue" },
		{ "no end of line", "no end of line" },
		{ "  indented\n", "indented" },
		{ "\n \n", NULL },
		{ "", NULL },
		{ NULL, NULL },
	};
	struct core_world *world = *state;

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
		const char *words = tsk_log_last_words(&world->call, texts[i].text);

		if (texts[i].summary)
			assert_string_equal(words, texts[i].summary);
		else
			assert_null(words);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, core_setup, core_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(known_forms_are_the_cause),
		TEST(other_words_are_no_cause),
		TEST(last_words_are_what_it_said_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
