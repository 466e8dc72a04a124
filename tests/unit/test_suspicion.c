/* Results that look like an error, and those that only have the word in them. */
#include "payload_support.h"

struct row {
	const char *json;
	const char *why; /* NULL: healthy */
};

static void check_rows(struct tsk_call *call, const struct row *rows, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		const char *why = tsk_looks_like_error(call, rows[i].json);

		if (!why != !rows[i].why || (why && strcmp(why, rows[i].why) != 0)) {
			print_error("%s\n    gives %s\n    not   %s\n", rows[i].json,
				    why ? why : "(healthy)",
				    rows[i].why ? rows[i].why : "(healthy)");
			wrong++;
		}
	}
	assert_int_equal(wrong, 0);
}

#define CHECK_ROWS(state, rows) check_rows(call_of(state), rows, sizeof(rows) / sizeof(*(rows)))

static void test_status_and_success(void **state)
{
	static const struct row rows[] = {
		{ "{\"status\":\"error\"}", "status is \"error\"" },
		{ "{\"status\": \"error\", \"message\": \"Failed to process request\"}",
		  "status is \"error\"" },
		{ "{\"message\":\"Failed to process request\",\"status\":\"error\"}",
		  "status is \"error\"" },
		{ "{\"status\":\"failed\"}", "status is \"failed\"" },
		{ "{\"status\":\"FAILED\",\"order_id\":17}", "status is \"FAILED\"" },
		{ "{\"status\":\"failure\"}", "status is \"failure\"" },
		{ "{\"Status\":\"Error\"}", "Status is \"Error\"" },
		{ "{\"state\":\"failed\"}", "state is \"failed\"" },
		{ "{\"outcome\":\"FAILURE\"}", "outcome is \"FAILURE\"" },
		{ "{\"result\":\"error\"}", "result is \"error\"" },
		{ "{\"status\":\"payment_failed\"}", "status is \"payment_failed\"" },
		{ "{\"status\":\"INTERNAL_ERROR\"}", "status is \"INTERNAL_ERROR\"" },
		{ "{\"status\":\"completed_with_errors\"}", "status is \"completed_with_errors\"" },
		{ "{\"status\":\"partial-failure\"}", "status is \"partial-failure\"" },
		{ "{\"status\":\"Failed: card declined\"}", "status is \"Failed: card declined\"" },
		{ "{\"status\":false,\"message\":\"no stock\"}", "status is false" },
		{ "{\"status\":500}", "status is 500" },
		{ "{\"payment_status\":\"failed\",\"order_id\":3}",
		  "payment_status is \"failed\"" },
		{ "{\"paymentStatus\":\"FAILED\"}", "paymentStatus is \"FAILED\"" },
		{ "{\"success\":false}", "success is false" },
		{ "{\"success\":false,\"error\":\"boom\"}", "success is false" },
		{ "{\"success\":\"false\"}", "success is \"false\"" },
		{ "{\"ok\":false}", "ok is false" },
		{ "{\"isSuccess\":false}", "isSuccess is false" },
		{ "{\"succeeded\":false}", "succeeded is false" },
		{ "{\"failed\":true}", "failed is true" },
		{ "{\"is_error\":true,\"text\":\"x\"}", "is_error is true" },
		{ "{\"hasErrors\":true}", "hasErrors is true" },
		{ "{\"error\":true,\"message\":\"x\"}", "error is true" },
		{ "{\"success\":true,\"status\":\"failed\"}", "status is \"failed\"" },
		{ "{\"success\":false,\"succeeded\":3}", "success is false" },

		{ "{\"status\":\"ok\"}", NULL },
		{ "{\"status\":\"completed\"}", NULL },
		{ "{\"status\":\"no_errors\"}", NULL },
		{ "{\"status\":\"failed_over\"}", NULL },
		{ "{\"status\":\"rejected\",\"by\":\"manager\"}", NULL },
		{ "{\"status\":\"timed_out\",\"approved\":false}", NULL },
		{ "{\"status\":\"cancelled\"}", NULL },
		{ "{\"status\":200}", NULL },
		{ "{\"status\":null}", NULL },
		{ "{\"last_status\":\"failed\",\"status\":\"ok\"}", NULL },
		{ "{\"previous_status\":\"failed\"}", NULL },
		{ "{\"success\":true}", NULL },
		{ "{\"success\":null}", NULL },
		{ "{\"approved\":false,\"valid\":false}", NULL },
		{ "{\"is_error\":false}", NULL },
		{ "{\"has_errors\":false,\"value\":3}", NULL },
		{ "{\"failed\":false}", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_error_members(void **state)
{
	static const struct row rows[] = {
		{ "{\"error\":\"Connection refused\"}", "error is \"Connection refused\"" },
		{ "{\"result\":null,\"error\":\"boom\"}", "error is \"boom\"" },
		{ "{\"error\":{\"message\":\"boom\"}}", "error is {\"message\":\"boom\"}" },
		{ "{\"error\":{\"code\":42,\"details\":[\"x\"]}}",
		  "error is {\"code\":42,\"details\":[\"x\"]}" },
		{ "{\"error\":[\"a\",\"b\"]}", "error is [\"a\",\"b\"]" },
		{ "{\"errors\":[{\"row\":3,\"reason\":\"bad date\"}]}",
		  "errors is [{\"row\":3,\"reason\":\"bad date\"}]" },
		{ "{\"errors\":[\"bad date\"],\"rows\":3}", "errors is [\"bad date\"]" },
		{ "{\"exception\":\"ValueError\"}", "exception is \"ValueError\"" },
		{ "{\"traceback\":\"Traceback (most recent call last):\\n  File\"}",
		  "traceback is \"Traceback (most recent call last):\n  File\"" },
		{ "{\"error_message\":\"no stock\",\"data\":null}",
		  "error_message is \"no stock\"" },
		{ "{\"errorMessage\":\"no stock\",\"errorType\":\"StockError\"}",
		  "errorMessage is \"no stock\"" },
		{ "{\"failure_reason\":\"card declined\"}", "failure_reason is \"card declined\"" },
		{ "{\"error_code\":\"E42\"}", "error_code is \"E42\"" },
		{ "{\"error_code\":7}", "error_code is 7" },
		{ "{\"payment_error\":\"declined\"}", "payment_error is \"declined\"" },
		{ "{\"error\":404}", "error is 404" },
		{ "{\"status\":\"completed\",\"error\":\"Connection refused\"}",
		  "error is \"Connection refused\"" },
		{ "{\"success\":true,\"error\":\"Connection refused\"}",
		  "error is \"Connection refused\"" },
		{ "{\"data\":{\"error\":\"boom\"}}", "data.error is \"boom\"" },

		{ "{\"errors\":[],\"error\":null,\"message\":\"no error found\"}", NULL },
		{ "{\"error\":null}", NULL },
		{ "{\"error\":\"\"}", NULL },
		{ "{\"error\":false}", NULL },
		{ "{\"error\":0}", NULL },
		{ "{\"error\":{}}", NULL },
		{ "{\"error\":\"none\"}", NULL },
		{ "{\"error\":\"N/A\"}", NULL },
		{ "{\"error\":\"No error\"}", NULL },
		{ "{\"error\":{\"code\":0,\"message\":\"\"}}", NULL },
		{ "{\"success\":true,\"error\":\"none\"}", NULL },
		{ "{\"errors\":[],\"result\":\"fine\"}", NULL },
		{ "{\"errors\":{}}", NULL },
		{ "{\"errors\":[null,\"\"]}", NULL },
		{ "{\"errors\":0}", NULL },
		{ "{\"error_count\":0}", NULL },
		{ "{\"error_rate\":0.25}", NULL },
		{ "{\"mean_squared_error\":0.25,\"standard_error\":\"0.1\"}", NULL },
		{ "{\"error\":0.02,\"model\":\"linear\"}", NULL },
		{ "{\"error\":{\"train\":0.02,\"test\":0.05}}", NULL },
		{ "{\"last_error\":null}", NULL },
		{ "{\"last_error\":\"timeout, retried\",\"value\":3}", NULL },
		{ "{\"success\":true,\"errors\":[\"row 3: bad date\"],\"imported\":99}", NULL },
		{ "{\"errors_fixed\":3}", NULL },
		{ "{\"error_handler\":\"default\"}", NULL },
		{ "{\"on_error\":\"retry\",\"value\":1}", NULL },
		{ "{\"terror\":\"x\",\"mirror\":\"y\"}", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_texts(void **state)
{
	static const struct row rows[] = {
		{ "\"Error: order 17 not found\"", "the result is \"Error: order 17 not found\"" },
		{ "\"error: x\"", "the result is \"error: x\"" },
		{ "\"ERROR db is down\"", "the result is \"ERROR db is down\"" },
		{ "\"[ERROR] db is down\"", "the result is \"[ERROR] db is down\"" },
		{ "\"Error 500: Internal\"", "the result is \"Error 500: Internal\"" },
		{ "\"Error\"", "the result is \"Error\"" },
		{ "\"FAILED\"", "the result is \"FAILED\"" },
		{ "\"failed\"", "the result is \"failed\"" },
		{ "\"payment_failed\"", "the result is \"payment_failed\"" },
		{ "\"Failed to process request\"", "the result is \"Failed to process request\"" },
		{ "\"Failed: card declined\"", "the result is \"Failed: card declined\"" },
		{ "\"failed after 3 attempts\"", "the result is \"failed after 3 attempts\"" },
		{ "\"Exception: boom\"", "the result is \"Exception: boom\"" },
		{ "\"ValueError: bad amount\"", "the result is \"ValueError: bad amount\"" },
		{ "\"ValueError('bad amount')\"", "the result is \"ValueError('bad amount')\"" },
		{ "\"requests.exceptions.ConnectionError: refused\"",
		  "the result is \"requests.exceptions.ConnectionError: refused\"" },
		{ "\"Traceback (most recent call last):\\n\"",
		  "the result is \"Traceback (most recent call last):\n\"" },
		{ "\"An error occurred while charging\"",
		  "the result is \"An error occurred while charging\"" },
		{ "\"Error processing order 17\"", "the result is \"Error processing order 17\"" },
		{ "\"Something went wrong\"", "the result is \"Something went wrong\"" },
		{ "\"Internal Server Error\"", "the result is \"Internal Server Error\"" },
		{ "\"Could not reach the server\"",
		  "the result is \"Could not reach the server\"" },
		{ "\"Unable to connect\"", "the result is \"Unable to connect\"" },
		{ "\"Payment failed: card declined\"",
		  "the result is \"Payment failed: card declined\"" },
		{ "\"Order 17 failed\"", "the result is \"Order 17 failed\"" },
		{ "\"Error - no such user\"", "the result is \"Error - no such user\"" },
		{ "\"\\u274c Error: no such user\"",
		  "the result is \"\xE2\x9D\x8C Error: no such user\"" },
		{ "\"Error: no such user\"", "the result is \"Error: no such user\"" },
		{ "\"{\\\"status\\\": \\\"error\\\"}\"", "status is \"error\"" },
		{ "{\"result\":\"{\\\"success\\\": false}\"}", "result.success is false" },
		{ "{\"message\":\"Failed to process request\"}",
		  "message is \"Failed to process request\"" },
		{ "{\"message\":\"Could not charge\"}", "message is \"Could not charge\"" },
		{ "{\"greeting\":\"Error: activity failed\"}",
		  "greeting is \"Error: activity failed\"" },
		{ "{\"output\":\"RuntimeError: x\",\"status\":\"completed\"}",
		  "output is \"RuntimeError: x\"" },

		{ "\"no errors\"", NULL },
		{ "\"No error found\"", NULL },
		{ "\"0 errors\"", NULL },
		{ "\"Error handling tested successfully\"", NULL },
		{ "\"Error-free run\"", NULL },
		{ "\"Error: none\"", NULL },
		{ "\"Errors: 0\"", NULL },
		{ "\"Failed: 0, succeeded: 9\"", NULL },
		{ "\"Error budget: 99.9%\"", NULL },
		{ "\"Error rate is 0.1 percent\"", NULL },
		{ "\"error report generated\"", NULL },
		{ "\"ERROR REPORT: 0 entries\"", NULL },
		{ "\"Failed over to replica 2\"", NULL },
		{ "\"Failed at first, but then succeeded\"", NULL },
		{ "\"Hello, CodeAgent!\"", NULL },
		{ "\"Processed 5 items, none failed\"", NULL },
		{ "\"no order failed\"", NULL },
		{ "\"List of jobs that failed\"", NULL },
		{ "\"Fixed the error: a missing comma\"", NULL },
		{ "\"The Comedy of Errors\"", NULL },
		{ "\"Terror: a film\"", NULL },
		{ "\"Handled exception gracefully\"", NULL },
		{ "\"\"", NULL },
		{ "\"ok\"", NULL },
		{ "{\"log\":\"error: retried, then fine\",\"status\":\"ok\"}", NULL },
		{ "{\"log\":\"error: retried\"}", NULL },
		{ "{\"logs\":[\"ERROR: first\",\"ok\"],\"value\":1}", NULL },
		{ "{\"level\":\"error\",\"count\":5}", NULL },
		{ "{\"title\":\"Error: the movie\",\"year\":2020}", NULL },
		{ "{\"message\":\"no error found\"}", NULL },
		{ "{\"message\":\"Error handling works\"}", NULL },
		{ "{\"status\":\"ok\",\"message\":\"Failed to warm cache\"}", NULL },
		{ "{\"summary\":\"3 errors fixed, 0 failed\"}", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_other_languages(void **state)
{
	static const struct row rows[] = {
		{ "\"Fehler: Karte abgelehnt\"", "the result is \"Fehler: Karte abgelehnt\"" },
		{ "\"Erreur : x\"", "the result is \"Erreur : x\"" },
		{ "\"Fehlermeldung: x\"", "the result is \"Fehlermeldung: x\"" },
		{ "\"Erreur: carte refusée\"", "the result is \"Erreur: carte refusée\"" },
		{ "\"错误：连接失败\"", "the result is \"错误：连接失败\"" },
		{ "\"\\u9519\\u8bef\\uff1ax\"", "the result is \"错误：x\"" },
		{ "\"Échec: x\"", "the result is \"Échec: x\"" },
		{ "{\"fehler\":\"Karte abgelehnt\"}", "fehler is \"Karte abgelehnt\"" },
		{ "{\"Ошибка\":\"нет связи\"}", "[\"Ошибка\"] is \"нет связи\"" },
		{ "{\"estado\":\"fallido\"}", "estado is \"fallido\"" },
		{ "{\"status\":\"fehlgeschlagen\"}", "status is \"fehlgeschlagen\"" },
		{ "{\"status\":\"失敗\",\"n\":1}", "status is \"失敗\"" },
		{ "[{\"status\":\"ok\"},{\"status\":\"échoué\"}]",
		  "item [1].status is \"échoué\" (1 of 2 items)" },

		{ "\"Keine Fehler\"", NULL },
		{ "\"Fehler: keine\"", NULL },
		{ "\"Fehler: 0\"", NULL },
		{ "\"Fehlerbehandlung: gut\"", NULL },
		{ "\"Fehler gibt es nicht\"", NULL },
		{ "\"错误报告已生成\"", NULL },
		{ "{\"fehler\":null}", NULL },
		{ "{\"fehler\":[]}", NULL },
		{ "{\"fehler\":\"keine\"}", NULL },
		{ "{\"fehler\":0}", NULL },
		{ "{\"错误\":\"无\"}", NULL },
		{ "{\"status\":\"erfolgreich\"}", NULL },
	};

	CHECK_ROWS(state, rows);
}

/* return str(result) */
static void test_python_values(void **state)
{
	static const struct row rows[] = {
		{ "\"{'error': 'say \\\"hi\\\", it\\\\'s'}\"", "error is \"say \"hi\", it's\"" },
		{ "\"{'status': 'error', 'message': 'x'}\"", "status is \"error\"" },
		{ "\"{'success': False, 'error': None}\"", "success is false" },
		{ "\"{'ok': True, 'error': \\\"can't\\\"}\"", "error is \"can't\"" },
		{ "\"[('a', {'status': 'failed'}), ('b', None)]\"",
		  "item [0][1].status is \"failed\" (1 of 2 items) (1 of 2 items)" },
		{ "\"[{'status': 'failed'}, ('b',)]\"",
		  "item [0].status is \"failed\" (1 of 2 items)" },
		{ "{\"output\":\"{'status': 'failed'}\"}", "output.status is \"failed\"" },

		/* Python's JSON has numbers that are none; such a payload comes as a text. */
		{ "{\"encoding\":\"json/plain\",\"text\":\"{\\\"status\\\": \\\"failed\\\", "
		  "\\\"loss\\\": NaN, \\\"min\\\": -Infinity}\"}",
		  "text.status is \"failed\"" },
		{ "\"{'status': 'failed', 'loss': nan, 'max': -inf}\"", "status is \"failed\"" },

		{ "\"{'loss': nan, 'status': 'ok', 'max': [inf]}\"", NULL },
		{ "\"{'status': 'ok', 'error': None}\"", NULL },
		{ "\"{'errors': [], 'note': 'no error'}\"", NULL },
		{ "\"{'status': 'error'\"", NULL },
		{ "\"{'status': 'err\"", NULL },
		{ "\"{'status': 'err\\\\\"", NULL },
		{ "\"{1, 2}\"", NULL },
		{ "\"{name} of the order\"", NULL },
		{ "\"[1] see 'error'\"", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_status_lines(void **state)
{
	static const struct row rows[] = {
		{ "\"500 Internal Server Error\"", "the result is \"500 Internal Server Error\"" },
		{ "\"404 Not Found\"", "the result is \"404 Not Found\"" },
		{ "\"HTTP 503 Service Unavailable\"",
		  "the result is \"HTTP 503 Service Unavailable\"" },
		{ "\"HTTP/1.1 502 Bad Gateway\"", "the result is \"HTTP/1.1 502 Bad Gateway\"" },
		{ "\"429: Too Many Requests\"", "the result is \"429: Too Many Requests\"" },
		{ "{\"status\":\"404 Not Found\"}", "status is \"404 Not Found\"" },
		{ "{\"status\":{\"phase\":\"Failed\"}}", "status.phase is \"Failed\"" },
		{ "{\"status\":\"aborted\"}", "status is \"aborted\"" },
		{ "{\"status\":\"NOK\"}", "status is \"NOK\"" },
		{ "{\"status\":\"not ok\"}", "status is \"not ok\"" },

		{ "\"200 OK\"", NULL },
		{ "\"HTTP 200 OK\"", NULL },
		{ "\"500 orders shipped\"", NULL },
		{ "\"404\"", NULL },
		{ "\"503 internal orders\"", NULL },
		{ "\"HTTP 503 answers were tried again\"", NULL },
		{ "{\"phase\":\"Running\"}", NULL },
		{ "{\"aborted\":false}", NULL },
		/* Names that happen to be such words. */
		{ "{\"workflowId\":\"error\",\"runId\":\"failed\"}", NULL },
		{ "{\"id\":\"failed\",\"table_name\":\"errors\"}", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_codes_and_counts(void **state)
{
	static const struct row rows[] = {
		{ "{\"statusCode\":500}", "statusCode is 500" },
		{ "{\"status_code\":404,\"body\":\"\"}", "status_code is 404" },
		{ "{\"code\":500,\"message\":\"x\"}", "code is 500" },
		{ "{\"code\":\"PAYMENT_FAILED\",\"message\":\"x\"}", "code is \"PAYMENT_FAILED\"" },
		{ "{\"type\":\"error\",\"message\":\"x\"}", "type is \"error\"" },
		{ "{\"exit_code\":1,\"stdout\":\"\"}", "exit_code is 1" },
		{ "{\"returncode\":-9}", "returncode is -9" },
		{ "{\"failed\":9,\"succeeded\":0}", "failed is 9" },
		{ "{\"processed\":0,\"errors\":5}", "errors is 5" },
		{ "{\"failed\":3,\"succeeded\":6}", "failed is 3" },
		{ "{\"failed\":[\"id3\"],\"succeeded\":[\"id1\"]}", "failed is [\"id3\"]" },
		{ "{\"failed_items\":[7]}", "failed_items is [7]" },
		{ "{\"failed_step\":\"charge\"}", "failed_step is \"charge\"" },
		{ "{\"status\":\"completed\",\"processed\":0,\"failed\":4}", "failed is 4" },

		{ "{\"status_code\":200}", NULL },
		{ "{\"code\":404}", NULL },
		{ "{\"code\":500,\"currency\":\"EUR\"}", NULL },
		{ "{\"code\":200,\"message\":\"fine\"}", NULL },
		{ "{\"exit_code\":0}", NULL },
		{ "{\"success\":true,\"status_code\":404,\"url\":\"x\"}", NULL },
		{ "{\"failed\":0,\"succeeded\":9}", NULL },
		{ "{\"failed\":[]}", NULL },
		{ "{\"failed_count\":0,\"total\":4}", NULL },
		{ "{\"status\":\"completed\",\"processed\":9,\"failed\":1}", NULL },
		{ "{\"failed_login_attempts\":3}", NULL },
		{ "{\"error_count\":3}", "error_count is 3" },
		{ "{\"error_count\":3,\"rows\":[1]}", "error_count is 3" },
		{ "{\"result\":{\"errors\":2}}", "result.errors is 2" },
		{ "{\"errors\":17,\"lines\":4000}", NULL },
		{ "{\"error_count\":3,\"processed\":40}", NULL },
		{ "{\"status\":\"completed\",\"error_count\":3}", NULL },
		{ "{\"error_count\":3,\"status\":\"ok\"}", NULL },
		{ "42", NULL },
		{ "500", NULL },
		{ "null", NULL },
		{ "true", NULL },
		{ "false", NULL },
		{ "[]", NULL },
		{ "{}", NULL },
		{ "[500,404]", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_nested_and_lists(void **state)
{
	static const struct row rows[] = {
		{ "{\"result\":{\"status\":\"error\"}}", "result.status is \"error\"" },
		{ "{\"data\":{\"response\":{\"ok\":false}}}", "data.response.ok is false" },
		{ "{\"success\":true,\"data\":{\"status\":\"error\"}}",
		  "data.status is \"error\"" },
		{ "{\"a b\":{\"status\":\"error\"}}", "[\"a b\"].status is \"error\"" },
		{ "[{\"status\":\"error\"}]", "item [0].status is \"error\"" },
		{ "[{\"status\":\"ok\"},{\"status\":\"failed\"}]",
		  "item [1].status is \"failed\" (1 of 2 items)" },
		{ "[\"fine\",\"Error: boom\"]", "item [1] is \"Error: boom\" (1 of 2 items)" },
		{ "[\"ok\",\"failed\",\"ok\"]", "item [1] is \"failed\" (1 of 3 items)" },
		{ "{\"results\":[{\"ok\":false},{\"ok\":false}]}",
		  "results[0].ok is false (2 of 2 items)" },
		{ "{\"results\":[{\"ok\":true},{\"ok\":false}]}",
		  "results[1].ok is false (1 of 2 items)" },
		{ "{\"status\":\"completed\",\"results\":[{\"error\":\"x\"},{}]}",
		  "results[0].error is \"x\" (1 of 2 items)" },
		{ "{\"success\":true,\"results\":[{\"success\":false},{\"success\":false}]}",
		  "results[0].success is false (2 of 2 items)" },
		{ "{\"step1\":\"ok\",\"step2\":\"failed\"}", "step2 is \"failed\"" },
		{ "{\"orders\":{\"17\":{\"status\":\"failed\"}}}",
		  "orders.17.status is \"failed\"" },

		{ "{\"success\":true,\"results\":[{\"success\":false},{\"success\":true}]}", NULL },
		{ "{\"attempts\":[{\"status\":\"failed\"},{\"status\":\"ok\"}],\"value\":1}",
		  NULL },
		{ "{\"history\":[\"Error: x\"],\"value\":1}", NULL },
		{ "{\"input\":{\"status\":\"error\"},\"value\":1}", NULL },
		{ "{\"previous_run\":{\"status\":\"failed\"}}", NULL },
		{ "{\"event\":\"failed\",\"user\":\"bob\"}", NULL },
		{ "{\"category\":\"error\",\"pages\":17}", NULL },
		{ "[{\"status\":\"ok\"},{\"status\":\"ok\"}]", NULL },
		{ "{\"a\":{\"b\":{\"c\":{\"d\":{\"e\":{\"f\":{\"status\":\"error\"}}}}}}}", NULL },
	};

	CHECK_ROWS(state, rows);
}

static void test_odd_input(void **state)
{
	struct tsk_call *call = call_of(state);

	assert_null(tsk_looks_like_error(call, NULL));
	assert_null(tsk_looks_like_error(call, ""));
	assert_null(tsk_looks_like_error(call, "{\"status\":\"error\""));
	assert_null(tsk_looks_like_error(call, "Error: not JSON"));
	assert_null(tsk_looks_like_error(call, "{\"\\u0000\":\"\\ud800\"}"));
	assert_string_equal(
		tsk_looks_like_error(call, "{\"error\":\"a\\u0000b \\ud83d\\ude00 \\ud800\"}"),
		"error is \"a\xEF\xBF\xBD"
		"b \xF0\x9F\x98\x80 \xEF\xBF\xBD\"");
}

static void test_long_values_are_cut(void **state)
{
	struct tsk_call *call = call_of(state);
	size_t size = 100000;
	char *json = malloc(size + 32);

	int head = sprintf(json, "{\"error\":\"");
	for (size_t i = 0; i < size; i += 2)
		memcpy(json + head + i, "\xC3\xA9", 2);
	memcpy(json + head + size, "\"}", 3);
	const char *why = tsk_looks_like_error(call, json);
	assert_non_null(why);
	assert_true(strlen(why) < 120);
	assert_string_equal(why + strlen(why) - 6, "\xC3\xA9...\"");
	free(json);
}

/* A list of a hundred thousand objects, nested in depth: the work must not grow faster than the
 * text, which a run under a sanitizer would feel, nor may the memory. */
static void test_large_payload(void **state)
{
	struct tsk_call *call = call_of(state);
	static const char item[] = "{\"a\":[[[{\"status\":\"failed\",\"error\":[[[[{}]]]]}]]]},";
	size_t count = 100000, size = strlen(item);
	char *json = malloc(count * size + 3);

	json[0] = '[';
	for (size_t i = 0; i < count; i++)
		memcpy(json + 1 + i * size, item, size);
	memcpy(json + count * size, "]", 2);
	const char *why = tsk_looks_like_error(call, json);
	assert_non_null(why);
	assert_string_equal(why,
			    "item [0].a[0][0][0].status is \"failed\" (100000 of 100000 items)");
	free(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_status_and_success),
		UNIT_TEST(test_error_members),
		UNIT_TEST(test_texts),
		UNIT_TEST(test_other_languages),
		UNIT_TEST(test_python_values),
		UNIT_TEST(test_status_lines),
		UNIT_TEST(test_codes_and_counts),
		UNIT_TEST(test_nested_and_lists),
		UNIT_TEST(test_odd_input),
		UNIT_TEST(test_long_values_are_cut),
		UNIT_TEST(test_large_payload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
