/* Payloads to JSON text and back, and the codec server. */
#include "codec_server.h"

static const char *json_of(struct tsk_call *call, const Pb__Payload *message)
{
	struct tsk_payload payload;

	payload_from_wire(call, message, &payload);
	return tsk_payload_json(call, &payload);
}

struct row {
	const char *encoding;
	const char *data;
	size_t size;
	const char *json;
};

#define BYTES(literal) literal, sizeof(literal) - 1

static void test_encodings(void **state)
{
	static const struct row rows[] = {
		{ "json/plain", BYTES("9007199254740993"), "9007199254740993" },
		{ "json/plain", BYTES("{\"a\": 1.50, \"a\": 1e400}"),
		  "{\"a\": 1.50, \"a\": 1e400}" },
		{ "json/plain", BYTES("\"\\ud800\\u0000\""), "\"\\ud800\\u0000\"" },
		{ "json/plain", BYTES("null"), "null" },
		{ "json/protobuf", BYTES("{\"count\":\"12\"}"), "{\"count\":\"12\"}" },
		{ "binary/null", BYTES(""), "null" },
		{ "binary/null", BYTES("whatever"), "null" },
		{ "binary/plain", BYTES("\0\1\2"),
		  "{\"encoding\":\"binary/plain\",\"size\":3,\"base64\":\"AAEC\"}" },
		{ "binary/plain", BYTES(""),
		  "{\"encoding\":\"binary/plain\",\"size\":0,\"base64\":\"\"}" },
		{ "binary/plain", BYTES("\xFF\xFE"),
		  "{\"encoding\":\"binary/plain\",\"size\":2,\"base64\":\"//4=\"}" },
		{ "binary/encrypted", BYTES("{}"),
		  "{\"encoding\":\"binary/encrypted\",\"size\":2}" },
		{ "binary/protobuf", BYTES("\x08\x01"),
		  "{\"encoding\":\"binary/protobuf\",\"size\":2}" },
		{ NULL, BYTES("{}"), "{\"encoding\":\"\",\"size\":2}" },
		{ "", BYTES("{}"), "{\"encoding\":\"\",\"size\":2}" },
		{ "a\"\\\n\x80", BYTES("x"),
		  "{\"encoding\":\"a\\\"\\\\\\u000a\xEF\xBF\xBD\",\"size\":1}" },
		{ "json/plain", BYTES("NaN"),
		  "{\"encoding\":\"json/plain\",\"size\":3,\"text\":\"NaN\"}" },
		{ "json/plain", BYTES("\"cut"),
		  "{\"encoding\":\"json/plain\",\"size\":4,\"text\":\"\\\"cut\"}" },
		{ "json/plain", BYTES("\xFF"),
		  "{\"encoding\":\"json/plain\",\"size\":1,\"text\":\"\xEF\xBF\xBD\"}" },
		{ "json/plain", BYTES("a\0b"), "{\"encoding\":\"json/plain\",\"size\":3}" },
		{ "json/plain", BYTES(""), "{\"encoding\":\"json/plain\",\"size\":0}" },
		{ "json/protobuf", BYTES("{"), "{\"encoding\":\"json/protobuf\",\"size\":1}" },
	};
	struct tsk_call *call = call_of(state);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const Pb__Payload *payload =
			make_payload(call, rows[i].encoding, rows[i].data, rows[i].size);
		const char *json = json_of(call, through_wire(call, &payload->base));

		assert_string_equal(json, rows[i].json);
		assert_true(tsk_json_check(json, strlen(json), NULL));
	}
	assert_string_equal(json_of(call, NULL), "{\"encoding\":\"\",\"size\":0}");
}

static void test_large_payloads(void **state)
{
	struct tsk_call *call = call_of(state);
	size_t size = 1 << 20;
	char *text = malloc(size);

	memset(text, 'x', size);
	text[0] = text[size - 1] = '"';
	const char *json = json_of(call, make_payload(call, "json/plain", text, size));
	assert_int_equal(strlen(json), size);
	/* Bytes are shown up to 1 kB. */
	assert_string_equal(json_of(call, make_payload(call, "binary/plain", text, size)),
			    "{\"encoding\":\"binary/plain\",\"size\":1048576}");
	json = json_of(call, make_payload(call, "binary/plain", text, 1024));
	assert_non_null(strstr(json, "\"base64\":\""));
	json = json_of(call, make_payload(call, "binary/plain", text, 1025));
	assert_string_equal(json, "{\"encoding\":\"binary/plain\",\"size\":1025}");
	/* Nested deeper than any reader of our answers could follow. */
	memset(text, '[', size);
	assert_string_equal(json_of(call, make_payload(call, "json/plain", text, 200000)),
			    "{\"encoding\":\"json/plain\",\"size\":200000}");
	free(text);
}

static Pb__Payloads *make_list(struct tsk_call *call, Pb__Payload **items, size_t count)
{
	Pb__Payloads *list = tsk_alloc(call, sizeof(*list));

	pb__payloads__init(list);
	list->payloads = items;
	list->n_payloads = count;
	return list;
}

static void test_lists(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Payload *items[] = { make_payload(call, "json/plain", BYTES("1")),
				 make_payload(call, "binary/null", BYTES("")),
				 make_payload(call, "json/plain", BYTES("[2]")) };
	struct tsk_payloads list;

	payloads_from_wire(call, NULL, &list);
	assert_int_equal(list.count, 0);
	assert_string_equal(tsk_payloads_json(call, &list), "null");
	payloads_from_wire(call, make_list(call, items, 0), &list);
	assert_string_equal(tsk_payloads_json(call, &list), "null");
	payloads_from_wire(call, make_list(call, items, 1), &list);
	assert_string_equal(tsk_payloads_json(call, &list), "1");
	payloads_from_wire(call, make_list(call, items, 3), &list);
	assert_string_equal(tsk_payloads_json(call, &list), "[1,null,[2]]");
}

static void test_message_type(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Payload *message = make_payload(call, "json/protobuf", BYTES("{}"));
	struct tsk_payload payload;

	payload_from_wire(call, message, &payload);
	assert_null(payload.message_type);
	message->metadata[0]->key = tsk_copy(call, "messageType");
	payload_from_wire(call, message, &payload);
	assert_string_equal(payload.message_type, "json/protobuf");
	assert_string_equal(payload.encoding, "");
	assert_ptr_equal(payload.wire, message);
}

static void test_to_wire(void **state)
{
	struct tsk_call *call = call_of(state);
	struct tsk_payloads list;

	assert_null(payloads_to_wire(call, NULL));
	Pb__Payloads *message = payloads_to_wire(call, "[1, 2.50]");
	payloads_from_wire(call, through_wire(call, &message->base), &list);
	/* An array is one argument. */
	assert_int_equal(list.count, 1);
	assert_string_equal(list.items[0].encoding, "json/plain");
	assert_string_equal(tsk_payloads_json(call, &list), "[1, 2.50]");
}

static void test_text(void **state)
{
	struct tsk_call *call = call_of(state);
	const char *fine = "gr\xC3\xBC\xC3\x9F dich";

	assert_string_equal(text_valid_utf8(call, NULL), "");
	assert_ptr_equal(text_valid_utf8(call, fine), fine);
	assert_string_equal(text_valid_utf8(call, "a\x80z"), "a\xEF\xBF\xBDz");
	assert_string_equal(text_valid_utf8(call, "\xED\xA0\x80"),
			    "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
	assert_string_equal(text_valid_utf8(call, "cut \xF0\x9F\x98"),
			    "cut \xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

/* ---- the codec server ---- */

static const char decoded[] = "{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},"
			      "\"data\":\"eyJhIjoxfQ==\"}]}"; /* json/plain, {"a":1} */

static void test_codec(void **state)
{
	struct tsk_call *call = call_of(state);
	struct codec_server server = start_codec(state, "200 OK", decoded);

	choose(state, TSK_SETTING_NAMESPACE, "orders");
	choose(state, TSK_SETTING_CODEC_AUTH, "Bearer abc");
	choose(state, TSK_SETTING_CODEC_HEADERS, "X-Team=a=b");
	assert_string_equal(json_of(call, make_payload(call, "binary/encrypted", BYTES("\0\xFFz"))),
			    "{\"a\":1}");
	const char *request = stop_codec(state, &server);
	assert_int_equal(strncmp(request, "POST /decode HTTP/1.1\r\n", 23), 0);
	assert_non_null(strstr(request, "\r\nContent-Type: application/json\r\n"));
	assert_non_null(strstr(request, "\r\nX-Namespace: orders\r\n"));
	assert_non_null(strstr(request, "\r\nAuthorization: Bearer abc\r\n"));
	assert_non_null(strstr(request, "\r\nX-Team: a=b\r\n"));
	assert_string_equal(
		strstr(request, "\r\n\r\n") + 4,
		"{\"payloads\":[{\"metadata\":{\"encoding\":\"YmluYXJ5L2VuY3J5cHRlZA==\"},"
		"\"data\":\"AP96\"}]}");
}

static void test_codec_decodes_a_list_at_once(void **state)
{
	static const char answer[] =
		"{\"payloads\":[{\"metadata\":{\"encoding\":\"anNvbi9wbGFpbg==\"},\"data\":\"MQ=="
		"\"},"
		"{\"metadata\":{\"encoding\":\"YmluYXJ5L251bGw\"},\"more\":[1,{}]}]}";
	struct tsk_call *call = call_of(state);
	Pb__Payload *items[] = { make_payload(call, "binary/encrypted", BYTES("a")),
				 make_payload(call, "json/plain", BYTES("2")),
				 make_payload(call, "binary/zlib", BYTES("c")) };
	struct tsk_payloads list;
	struct codec_server server = start_codec(state, "200 OK", answer);

	payloads_from_wire(call, make_list(call, items, 3), &list);
	assert_string_equal(tsk_payloads_json(call, &list), "[1,2,null]");
	const char *request = stop_codec(state, &server);
	assert_non_null(strstr(request, "\"data\":\"YQ==\"}"));
	assert_non_null(strstr(request, "\"data\":\"Yw==\"}]}"));
	assert_null(strstr(request, "\"Mg==\""));
}

static void test_codec_is_not_asked_for_our_encodings(void **state)
{
	struct tsk_call *call = call_of(state);

	/* Nobody listens there: an attempt would be noted, and the endpoint given up. */
	choose(state, TSK_SETTING_CODEC_ENDPOINT, "http://127.0.0.1:1");
	assert_string_equal(json_of(call, make_payload(call, "json/plain", BYTES("1"))), "1");
	assert_string_equal(json_of(call, make_payload(call, "binary/plain", BYTES("a"))),
			    "{\"encoding\":\"binary/plain\",\"size\":1,\"base64\":\"YQ==\"}");
	assert_null(call->endings);
}

static void test_codec_unreachable(void **state)
{
	struct tsk_call *call = call_of(state);
	const Pb__Payload *payload = make_payload(call, "binary/encrypted", BYTES("a"));

	choose(state, TSK_SETTING_CODEC_ENDPOINT, "http://127.0.0.1:1");
	choose(state, TSK_SETTING_QUIET, "true");
	assert_string_equal(json_of(call, payload),
			    "{\"encoding\":\"binary/encrypted\",\"size\":1}");
	assert_int_equal(tsk_error(call), TSK_OK);
	/* Given up for the rest of the call: a good endpoint would not be asked any more. */
	struct codec_server server = start_codec(state, "200 OK", decoded);
	assert_string_equal(json_of(call, payload),
			    "{\"encoding\":\"binary/encrypted\",\"size\":1}");
	kill(server.pid, SIGKILL);
	assert_string_equal(stop_codec(state, &server), "");
}

static void test_codec_bad_answers(void **state)
{
	static const struct {
		const char *status, *answer;
	} rows[] = {
		{ "500 Internal Server Error", "{\"payloads\":[{}]}" },
		{ "404 Not Found", "" },
		{ "200 OK", "" },
		{ "200 OK", "[]" },
		{ "200 OK", "{\"payloads\":[]}" },
		{ "200 OK", "{\"payloads\":[{},{}]}" },
		{ "200 OK", "{\"payloads\":[null]}" },
		{ "200 OK", "{\"payloads\":[{\"data\":\"%\"}]}" },
		{ "200 OK", "{\"payloads\":[{\"data\":[\"YQ==\"]}]}" },
		{ "200 OK", "{\"payloads\":[{\"metadata\":{\"encoding\":7}}]}" },
		{ "200 OK", "{\"payloads\":[{}" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		void *own;

		set_up(&own);
		choose(&own, TSK_SETTING_QUIET, "true");
		struct codec_server server = start_codec(&own, rows[i].status, rows[i].answer);
		assert_string_equal(json_of(call_of(&own),
					    make_payload(call_of(&own), "binary/zlib", BYTES("a"))),
				    "{\"encoding\":\"binary/zlib\",\"size\":1}");
		assert_int_equal(tsk_error(call_of(&own)), TSK_OK);
		stop_codec(&own, &server);
		tear_down(&own);
	}
	(void)state;
}

static void test_codec_endpoint_with_namespace(void **state)
{
	struct tsk_call *call = call_of(state);
	struct codec_server server = start_codec(state, "200 OK", decoded);

	choose(state, TSK_SETTING_NAMESPACE, "orders");
	choose(state, TSK_SETTING_CODEC_ENDPOINT,
	       tsk_format(call, "http://127.0.0.1:%d/{namespace}/codec/", server.port));
	assert_string_equal(json_of(call, make_payload(call, "binary/zlib", BYTES("a"))),
			    "{\"a\":1}");
	assert_int_equal(strncmp(stop_codec(state, &server), "POST /orders/codec/decode ", 26), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		UNIT_TEST(test_encodings),
		UNIT_TEST(test_large_payloads),
		UNIT_TEST(test_lists),
		UNIT_TEST(test_message_type),
		UNIT_TEST(test_to_wire),
		UNIT_TEST(test_text),
		UNIT_TEST(test_codec),
		UNIT_TEST(test_codec_decodes_a_list_at_once),
		UNIT_TEST(test_codec_is_not_asked_for_our_encodings),
		UNIT_TEST(test_codec_unreachable),
		UNIT_TEST(test_codec_bad_answers),
		UNIT_TEST(test_codec_endpoint_with_namespace),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
