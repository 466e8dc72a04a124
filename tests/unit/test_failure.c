/* Failure chains: from the wire, their roots and types, and encoded ones. */
#include "codec_server.h"
#include "failure_support.h"

/* ---- fields ---- */

static void test_fields(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Failure *message = make_child(
		call, make_activity(call, make_application(call, "ValueError", "bad", NULL)));
	Pb__Failure *application = message->cause->cause;

	application->stack_trace = tsk_copy(call, "  File \"/srv/a.py\", line 1, in f\n");
	application->application_failure_info->non_retryable = 1;
	application->application_failure_info->details = payloads_to_wire(call, "{\"order\":17}");
	const struct tsk_failure *child = take(call, message);
	const struct tsk_failure *activity = child->cause, *value = activity->cause;
	assert_int_equal(child->kind, TSK_FAILURE_CHILD_WORKFLOW);
	assert_string_equal(child->workflow_id, "child-1");
	assert_string_equal(child->run_id, "run-1");
	assert_string_equal(child->workflow_type, "");
	assert_string_equal(child->retry_state, "RETRY_STATE_RETRY_POLICY_NOT_SET");
	assert_int_equal(activity->kind, TSK_FAILURE_ACTIVITY);
	assert_string_equal(activity->activity_type, "charge");
	assert_string_equal(activity->activity_id, "1");
	assert_string_equal(activity->identity, "17@host");
	assert_string_equal(activity->retry_state, "RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED");
	assert_ptr_equal(activity->outer, child);
	assert_int_equal(value->kind, TSK_FAILURE_APPLICATION);
	assert_string_equal(value->type, "ValueError");
	assert_string_equal(value->message, "bad");
	assert_string_equal(value->source, "PythonSDK");
	assert_string_equal(value->timeout_type, "");
	assert_true(value->non_retryable);
	assert_false(value->encoded);
	assert_string_equal(tsk_payloads_json(call, &value->details), "{\"order\":17}");
	assert_null(value->cause);
	assert_null(failure_from_wire(call, NULL));
}

static void test_nexus_operation(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Failure *message = make_failure(call, "nexus operation completed unsuccessfully",
					    make_application(call, "NoCard", "no such card", NULL));
	Pb__NexusOperationFailureInfo info = PB__NEXUS_OPERATION_FAILURE_INFO__INIT;

	info.endpoint = tsk_copy(call, "payments");
	info.service = tsk_copy(call, "Pay");
	info.operation = tsk_copy(call, "charge");
	message->failure_info_case =
		PB__FAILURE__FAILURE_INFO_NEXUS_OPERATION_EXECUTION_FAILURE_INFO;
	message->nexus_operation_execution_failure_info = &info;
	const struct tsk_failure *nexus = take(call, message);
	assert_int_equal(nexus->kind, TSK_FAILURE_NEXUS);
	assert_string_equal(nexus->endpoint, "payments");
	assert_string_equal(nexus->service, "Pay");
	assert_string_equal(nexus->operation, "charge");
	assert_string_equal(nexus->cause->operation, "");
}

/* ---- root and type ---- */

static void assert_root(struct tsk_call *call, const Pb__Failure *message, const char *type,
			const char *text)
{
	const struct tsk_failure *root = tsk_failure_root(take(call, message));

	assert_string_equal(tsk_failure_type(root), type);
	assert_string_equal(root->message, text);
}

static void test_root(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Failure *value = make_application(call, "ValueError", "bad", NULL);
	Pb__Failure *remote = make_application(call, "_RemoteTraceback", "\n\"\"\"", NULL);

	assert_root(call, value, "ValueError", "bad");
	assert_root(call, make_activity(call, value), "ValueError", "bad");
	assert_root(call, make_child(call, make_activity(call, value)), "ValueError", "bad");
	assert_root(call,
		    make_application(call, "OrderError", "order failed",
				     make_activity(call, make_application(call, "RuntimeError", "x",
									  value))),
		    "ValueError", "bad");
	assert_root(call, make_activity(call, NULL), "ActivityFailure", "Activity task failed");
	assert_root(call, make_child(call, NULL), "ChildWorkflowExecutionFailure",
		    "Child Workflow execution failed");
	assert_root(call, make_canceled(call, NULL), "CanceledFailure", "");
	assert_root(call, make_activity(call, make_canceled(call, NULL)), "CanceledFailure", "");
	assert_root(call, make_application(call, "", "boom", NULL), "ApplicationError", "boom");
	assert_root(call, make_failure(call, "boom", NULL), "Failure", "boom");
	/* A cause that says nothing. */
	assert_root(call, make_application(call, "ValueError", "bad", make_failure(call, "", NULL)),
		    "ValueError", "bad");
	/* What Python puts beneath by itself. */
	assert_root(call,
		    make_application(
			    call, "GaveUp", "x",
			    make_application(call, "TimeoutError", "",
					     make_application(call, "CancelledError", "", NULL))),
		    "TimeoutError", "");
	assert_root(call, make_application(call, "CancelledError", "", NULL), "CancelledError", "");
	assert_root(call,
		    make_application(call, "CleanupError", "cannot undo",
				     make_application(call, "CancelledError", "", NULL)),
		    "CleanupError", "cannot undo");
	assert_root(
		call,
		make_application(call, "CleanupError", "cannot undo", make_canceled(call, NULL)),
		"CleanupError", "cannot undo");
	assert_root(call,
		    make_application(call, "CleanupError", "cannot undo",
				     make_activity(call, make_canceled(call, NULL))),
		    "CanceledFailure", "");
	assert_root(call, make_activity(call, make_application(call, "ValueError", "bad", remote)),
		    "ValueError", "bad");
	assert_null(tsk_failure_root(NULL));
}

static void test_root_of_timeouts(void **state)
{
	struct tsk_call *call = call_of(state);
	const Pb__TimeoutType close = PB__TIMEOUT_TYPE__TIMEOUT_TYPE_START_TO_CLOSE;
	const Pb__TimeoutType whole = PB__TIMEOUT_TYPE__TIMEOUT_TYPE_SCHEDULE_TO_CLOSE;
	Pb__Failure *value = make_application(call, "ValueError", "bad", NULL);

	assert_root(call, make_activity(call, make_timeout(call, close, NULL)),
		    "TIMEOUT_TYPE_START_TO_CLOSE", "activity timeout");
	/* The same timeout again, of the attempts before: the outermost of them. */
	Pb__Failure *thrice = make_timeout(
		call, close, make_timeout(call, close, make_timeout(call, close, NULL)));
	const struct tsk_failure *chain = take(call, make_activity(call, thrice));
	assert_ptr_equal(tsk_failure_root(chain), chain->cause);
	assert_root(call, make_activity(call, make_timeout(call, whole, value)), "ValueError",
		    "bad");
	assert_root(call,
		    make_activity(call, make_timeout(call, whole, make_timeout(call, close, NULL))),
		    "TIMEOUT_TYPE_START_TO_CLOSE", "activity timeout");
	assert_root(call, make_timeout(call, PB__TIMEOUT_TYPE__TIMEOUT_TYPE_UNSPECIFIED, NULL),
		    "TimeoutFailure", "activity timeout");
	/* A type that this program does not know yet. */
	assert_root(call, make_timeout(call, (Pb__TimeoutType)77, NULL), "77", "activity timeout");
}

/* ---- encoded failures ---- */

static Pb__Failure *make_encoded(struct tsk_call *call, const char *encoding, const char *data,
				 Pb__Failure *cause)
{
	Pb__Failure *failure = make_application(call, "ValueError", "Encoded failure", cause);

	failure->encoded_attributes = make_payload(call, encoding, data, strlen(data));
	return failure;
}

static void test_encoded_without_codec(void **state)
{
	struct tsk_call *call = call_of(state);
	const struct tsk_failure *failure =
		take(call, make_encoded(call, "binary/encrypted", "xyz", NULL));

	assert_true(failure->encoded);
	assert_string_equal(failure->message, "Encoded failure");
	assert_string_equal(failure->encoded_attributes.encoding, "binary/encrypted");
	/* The SDK's converter with no codec behind it leaves plain JSON. */
	failure = take(
		call,
		make_encoded(call, "json/plain",
			     "{\"message\": \"bad \\ud83d\\ude00\", \"more\": [1],"
			     " \"stack_trace\": \"  File \\\"/srv/a.py\\\", line 1, in f\\n\"}",
			     NULL));
	assert_false(failure->encoded);
	assert_string_equal(failure->message, "bad \xF0\x9F\x98\x80");
	assert_string_equal(tsk_failure_location(call, failure), "a.py:1 in f");
	/* Nonsense stays as it is. */
	static const char *const bad[] = { "", "[]", "{\"message\"", "null", "\"text\"" };
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		failure = take(call, make_encoded(call, "json/plain", bad[i], NULL));
		assert_true(failure->encoded);
		assert_string_equal(failure->message, "Encoded failure");
	}
}

static void test_encoded_with_codec(void **state)
{
	/* {"message":"inner","stack_trace":""} and {"message":"outer"} */
	static const char answer[] =
		"{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},"
		"\"data\":\"eyJtZXNzYWdlIjoib3V0ZXIifQ==\"},"
		"{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},"
		"\"data\":\"eyJtZXNzYWdlIjoiaW5uZXIiLCJzdGFja190cmFjZSI6IiJ9\"}]}";
	struct tsk_call *call = call_of(state);
	struct codec_server server = start_codec(state, "200 OK", answer);
	const struct tsk_failure *failure =
		take(call, make_encoded(call, "binary/encrypted", "a",
					make_encoded(call, "binary/encrypted", "b", NULL)));

	assert_string_equal(failure->message, "outer");
	assert_string_equal(failure->cause->message, "inner");
	assert_false(failure->encoded);
	assert_false(failure->cause->encoded);
	assert_non_null(strstr(stop_codec(state, &server), "\"data\":\"Yg==\""));
}

static void test_encoded_with_failing_codec(void **state)
{
	struct tsk_call *call = call_of(state);

	choose(state, TSK_SETTING_QUIET, "true");
	choose(state, TSK_SETTING_CODEC_ENDPOINT, "http://127.0.0.1:1");
	const struct tsk_failure *failure =
		take(call, make_encoded(call, "binary/encrypted", "a", NULL));
	assert_true(failure->encoded);
	assert_string_equal(failure->message, "Encoded failure");
	assert_int_equal(tsk_error(call), TSK_OK);
}

/* ---- hostile input ---- */

static void test_long_chain_has_its_root_at_its_end(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Failure *message = NULL;
	int links = 0;

	for (int i = 0; i < 300; i++)
		message = make_application(call, "ValueError", tsk_format(call, "%d", 299 - i),
					   message);
	const struct tsk_failure *failure = take(call, message);
	assert_string_equal(tsk_failure_root(failure)->message, "299");
	for (; failure; failure = failure->cause)
		links++;
	assert_int_equal(links, 300);
}

static void test_bad_text(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Failure *message = make_application(call, "Bad\xFFType", "\xC3", NULL);
	size_t size = 100000;

	message->stack_trace = tsk_copy(call, "  File \"/srv/\x80.py\", line 4, in f\xFF\n");
	const struct tsk_failure *failure = take(call, message);
	assert_string_equal(failure->type, "Bad\xEF\xBF\xBDType");
	assert_string_equal(failure->message, "\xEF\xBF\xBD");
	assert_string_equal(tsk_failure_location(call, failure),
			    "\xEF\xBF\xBD.py:4 in f\xEF\xBF\xBD");

	char *text = tsk_alloc(call, size + 1);
	memset(text, 'x', size);
	failure = take(call, make_application(call, "ValueError", text, NULL));
	assert_int_equal(strlen(failure->message), size);
	/* One line of a hundred thousand bytes that all but ends its path again and again. */
	for (size_t i = 0; i + 9 < size; i += 9)
		memcpy(text + i, "\", line 1", 9);
	memcpy(text, "File \"a.p", 9);
	message->stack_trace = text;
	assert_non_null(strstr(tsk_failure_location(call, take(call, message)), ":1"));
}

static void test_missing_parts(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Failure *activity = make_activity(call, NULL);

	activity->activity_failure_info->activity_type = NULL;
	assert_string_equal(take(call, activity)->activity_type, "");
	Pb__Failure *child = make_child(call, NULL);
	child->child_workflow_execution_failure_info->workflow_execution = NULL;
	assert_string_equal(take(call, child)->workflow_id, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_fields),
		UNIT_TEST(test_nexus_operation),
		UNIT_TEST(test_root),
		UNIT_TEST(test_root_of_timeouts),
		UNIT_TEST(test_encoded_without_codec),
		UNIT_TEST(test_encoded_with_codec),
		UNIT_TEST(test_encoded_with_failing_codec),
		UNIT_TEST(test_long_chain_has_its_root_at_its_end),
		UNIT_TEST(test_bad_text),
		UNIT_TEST(test_missing_parts),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
