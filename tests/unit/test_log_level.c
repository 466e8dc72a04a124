/* How grave a record of a log is, as many loggers write it, and what is told where a fatal one
 * stands before an orderly shutdown. */
#include "core_support.h"

#include "diagnosis/traceback_log.h"

#include <temporal-skill/diagnosis.h>

static const struct {
	const char *line;
	enum log_level level;
} records[] = {
	{ "2026-11-29 20:01:02,323 ERROR worker: no queue", LOG_ERROR },
	{ "2026-11-29 20:01:02,323 INFO worker: no ERROR here", LOG_LOWER },
	{ "CRITICAL:root:no queue", LOG_FATAL },
	{ "ERRORS are counted", LOG_NO_LEVEL },
	{ "ERROR:    Application startup failed. Exiting.", LOG_FATAL },
	{ "[2026-11-29 20:01:02 +0000] [7] [ERROR] Exception in worker process", LOG_FATAL },
	{ "2026-11-29 20:01:02.323 | CRITICAL | __main__:<module>:3 - no queue", LOG_FATAL },
	{ "2026-11-29 20:01:02 [error    ] no queue", LOG_ERROR },
	{ "2026-11-29 20:01:02 [info     ] no ERROR", LOG_LOWER },
	{ "2026-11-29 20:01:02 [critical ] no queue    host=a", LOG_FATAL },
	{ "ts=1 level=fatal msg=\"no queue\"", LOG_FATAL },
	{ "ts=1 level=\"error\" msg=\"no queue\"", LOG_ERROR },
	{ "ts=1 level=info msg=\"no ERROR\"", LOG_LOWER },
	{ "sublevel=error", LOG_NO_LEVEL },
	{ "{\"level\": \"critical\", \"event\": \"no queue\"}", LOG_FATAL },
	{ "{\"level\":\"fatal\",\"msg\":\"no queue\"}", LOG_FATAL },
	{ "{\"levelname\": \"CRITICAL\", \"message\": \"no queue\"}", LOG_FATAL },
	{ "{\"severity\": \"ERROR\", \"message\": \"no queue\"}", LOG_ERROR },
	{ "{\"severity\":\"Alert\"}", LOG_FATAL },
	{ "{\"level\":50,\"msg\":\"no queue\"}", LOG_ERROR },
	{ "{\"level\":60,\"msg\":\"no queue\"}", LOG_FATAL },
	{ "{\"level\":40,\"msg\":\"a warning\"}", LOG_LOWER },
	{ "{\"levelno\": 40, \"msg\": \"no queue\"}", LOG_ERROR },
	{ "{\"level\":\"info\",\"msg\":\"no ERROR\"}", LOG_LOWER },
	{ "{\"msg\":\"said \\\"level\\\":\\\"error\\\"\",\"level\":\"info\"}", LOG_LOWER },
	{ "{\"record\": {\"level\": {\"icon\": \"x\", \"name\": \"ERROR\", \"no\": 40}}}",
	  LOG_ERROR },
	{ "2026-11-29T20:01:02Z {\"level\":\"error\"}", LOG_ERROR },
	{ "2026-11-29 INFO got {\"level\": \"error\"}", LOG_LOWER },
	{ "{\"msg\":\"nothing of levels\"}", LOG_NO_LEVEL },
	{ "crit: Microsoft.Hosting[0]", LOG_FATAL },
	{ "thread 'main' panicked at src/main.rs:7", LOG_ERROR },
};

static void levels_are_read(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(records) / sizeof(*records); i++)
		if (log_level_of(records[i].line) != records[i].level)
			fail_msg("%s: %d", records[i].line, (int)log_level_of(records[i].line));
}

static const char *with_shutdown(struct tsk_call *call, const char *record, const char *line)
{
	struct tsk_text text = { .call = call };

	tsk_text_format(&text, "%s\n%s\n", line, record);
	for (int i = 0; i < 30; i++)
		tsk_text_format(&text, "%s\n", line);
	return tsk_text_value(&text);
}

static void what_was_fatal_is_told_behind_a_shutdown(void **state)
{
	static const char *const forms[][3] = {
		{ "2026-11-29 CRITICAL worker: no queue", "2026-11-29 INFO worker: closing",
		  "2026-11-29 CRITICAL worker: no queue (30 lines before the end of its log)" },
		{ "{\"level\":60,\"msg\":\"no queue\"}", "{\"level\":30,\"msg\":\"closing\"}",
		  "no queue (30 lines before the end of its log)" },
		{ "level=fatal msg=\"no queue\"", "level=info msg=closing",
		  "level=fatal msg=\"no queue\" (30 lines before the end of its log)" },
		{ "worker-1  | CRITICAL no queue", "worker-1  | INFO closing",
		  "CRITICAL no queue (30 lines before the end of its log)" },
		{ "CRITICAL no queue\nTraceback (most recent call last):\n"
		  "  File \"/app/worker.py\", line 3, in main\n    go()\nOSError: no queue",
		  "INFO closing", "OSError: no queue (worker.py:3 in main)" },
	};
	struct core_world *world = *state;
	struct tsk_root_cause cause;

	for (size_t i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		assert_true(tsk_log_cause(&world->call,
					  with_shutdown(&world->call, forms[i][0], forms[i][1]),
					  &cause));
		assert_string_equal(cause.summary, forms[i][2]);
	}
	/* An error alone need not be why. */
	assert_false(tsk_log_cause(&world->call,
				   with_shutdown(&world->call, "ERROR no queue", "INFO closing"),
				   &cause));
	/* The first of several is what the others came of. */
	assert_true(tsk_log_cause(&world->call, "CRITICAL no queue\nINFO x\nCRITICAL exiting\n",
				  &cause));
	assert_string_equal(cause.summary, "CRITICAL no queue");
}

static void what_a_signal_prints_is_not_the_cause(void **state)
{
	struct core_world *world = *state;
	struct tsk_root_cause cause;

	assert_true(tsk_log_cause(&world->call,
				  "CRITICAL no queue\nINFO closing\n"
				  "Traceback (most recent call last):\n"
				  "  File \"/app/worker.py\", line 3, in main\n    go()\n"
				  "asyncio.exceptions.CancelledError\n",
				  &cause));
	assert_string_equal(cause.message, "CRITICAL no queue");
}

static void wrong_settings_are_named(void **state)
{
	static const char link[] =
		"    For further information visit https://errors.pydantic.dev\n";
	struct core_world *world = *state;
	struct tsk_root_cause cause;

	assert_true(tsk_log_cause(
		&world->call,
		tsk_format(&world->call,
			   "Traceback (most recent call last):\n"
			   "  File \"/app/worker.py\", line 3, in <module>\n    Settings()\n"
			   "pydantic_core._pydantic_core.ValidationError: 2 validation errors for "
			   "Settings\nTEMPORAL_ADDRESS\n  Field required [type=missing, "
			   "input_value={}, input_type=dict]\n%sport\n  Input should be a valid "
			   "integer [type=int_parsing, input_value='x', input_type=str]\n%s",
			   link, link),
		&cause));
	assert_string_equal(cause.summary,
			    "TEMPORAL_ADDRESS: Field required; port: Input should be a valid "
			    "integer (2 validation errors for Settings, worker.py:3)");
	assert_true(tsk_log_cause(
		&world->call,
		"Traceback (most recent call last):\n"
		"  File \"/app/worker.py\", line 3, in <module>\n    Settings()\n"
		"pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\n"
		"TEMPORAL_ADDRESS\n  Field required [type=missing, input_value={}]\n",
		&cause));
	assert_string_equal(cause.remedy, "set it for the worker (export it, or in its .env file)");
}

static void long_records_are_told_in_their_words(void **state)
{
	struct core_world *world = *state;
	struct tsk_strings lines;
	char much[400] = "";

	memset(much, 'x', sizeof(much) - 1);
	const char *log = tsk_format(&world->call,
				     "{\"level\":50,\"stack\":\"%s\",\"err\":{\"type\":\"Error\","
				     "\"message\":\"no queue\"},\"msg\":\"cannot start\"}\n",
				     much);
	assert_int_equal(tsk_log_errors(&world->call, log, &lines), 1);
	assert_string_equal(lines.items[0], "cannot start: Error: no queue");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(levels_are_read),
		core_test(what_was_fatal_is_told_behind_a_shutdown),
		core_test(what_a_signal_prints_is_not_the_cause),
		core_test(wrong_settings_are_named),
		core_test(long_records_are_told_in_their_words),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
