/* A history in JSON: each kind of value, the rules of protobuf, and what no server should send. */
#include "temporal/client.h"
#include "temporal/history_schema.h"

#include "core_support.h"

#include <temporal-skill/payload.h>
#include <temporal-skill/text.h>

#include <stdio.h>

/* ---- messages made by hand ---- */

struct wire {
	uint8_t bytes[4096];
	size_t size;
};

static void add_varint(struct wire *wire, uint64_t value)
{
	for (; value > 0x7f; value >>= 7)
		wire->bytes[wire->size++] = (uint8_t)(value | 0x80);
	wire->bytes[wire->size++] = (uint8_t)value;
}

static void add_number(struct wire *wire, uint32_t field, uint64_t value)
{
	add_varint(wire, field << 3);
	add_varint(wire, value);
}

static void add_bytes(struct wire *wire, uint32_t field, const void *bytes, size_t size)
{
	add_varint(wire, field << 3 | 2);
	add_varint(wire, size);
	assert_true(wire->size + size < sizeof(wire->bytes));
	if (size)
		memcpy(wire->bytes + wire->size, bytes, size);
	wire->size += size;
}

static void add_text(struct wire *wire, uint32_t field, const char *text)
{
	add_bytes(wire, field, text, strlen(text));
}

static void add_message(struct wire *wire, uint32_t field, const struct wire *inner)
{
	add_bytes(wire, field, inner->bytes, inner->size);
}

static void add_double(struct wire *wire, uint32_t field, double value)
{
	add_varint(wire, field << 3 | 1);
	memcpy(wire->bytes + wire->size, &value, sizeof(value));
	wire->size += sizeof(value);
}

static void add_float(struct wire *wire, uint32_t field, float value)
{
	add_varint(wire, field << 3 | 5);
	memcpy(wire->bytes + wire->size, &value, sizeof(value));
	wire->size += sizeof(value);
}

/* Numbers of fields, by the API. */
enum {
	PAGE_HISTORY = 1,
	HISTORY_EVENTS = 1,
	EVENT_ID = 1,
	EVENT_TIME = 2,
	EVENT_TYPE = 3,
	EVENT_STARTED = 6,
	EVENT_TASK_COMPLETED = 12,
	EVENT_MARKER = 25,
	STARTED_INPUT = 6,
	STARTED_RUN_TIMEOUT = 8,
	STARTED_IDENTITY = 15,
	STARTED_RETRY = 17,
	STARTED_FAILURE = 12,
	STARTED_MEMO = 22,
	STARTED_ATTEMPT = 18,
	MARKER_NAME = 1
};

static enum tsk_status json_of(void **state, const struct wire *page, struct tsk_history_json *json)
{
	struct core_world *world = *state;
	enum tsk_status status = tsk_history_json(&world->call, page->bytes, page->size, json);
	size_t offset;

	if (status == TSK_OK) {
		assert_true(tsk_json_check(json->text, json->size - 1, &offset));
		assert_int_equal(json->text[json->size - 1], '\n');
	} else {
		assert_non_null(json->problem);
		assert_int_equal(json->size, 0);
	}
	return status;
}

/* Of one event. */
static enum tsk_status json_of_event(void **state, const struct wire *event,
				     struct tsk_history_json *json)
{
	struct wire history = { .size = 0 }, page = { .size = 0 };

	add_message(&history, HISTORY_EVENTS, event);
	add_message(&page, PAGE_HISTORY, &history);
	return json_of(state, &page, json);
}

static void assert_event(void **state, const struct wire *event, const char *expected)
{
	struct core_world *world = *state;
	struct tsk_history_json json;

	assert_int_equal(json_of_event(state, event, &json), TSK_OK);
	assert_string_equal(json.text,
			    tsk_format(&world->call, "{\"events\":[\n%s\n]}\n", expected));
	assert_int_equal(json.unknown_fields, 0);
}

static void assert_started(void **state, const struct wire *started, const char *expected)
{
	struct core_world *world = *state;
	struct wire event = { .size = 0 };

	add_message(&event, EVENT_STARTED, started);
	assert_event(state, &event,
		     tsk_format(&world->call, "{\"workflowExecutionStartedEventAttributes\":%s}",
				expected));
}

/* ---- values ---- */

static void numbers_are_as_in_the_api(void **state)
{
	struct wire event = { .size = 0 }, started = { .size = 0 }, retry = { .size = 0 };

	add_number(&event, EVENT_ID, INT64_MAX);
	add_number(&event, EVENT_TYPE, 1);
	add_number(&event, 4, (uint64_t)-7);
	add_number(&event, 300, 1);
	add_double(&retry, 2, 1.1);
	add_number(&started, STARTED_ATTEMPT, (uint64_t)-3);
	add_message(&started, STARTED_RETRY, &retry);
	add_message(&event, EVENT_STARTED, &started);
	assert_event(state, &event,
		     "{\"eventId\":\"9223372036854775807\",\"eventType\":"
		     "\"EVENT_TYPE_WORKFLOW_EXECUTION_STARTED\",\"version\":\"-7\","
		     "\"workflowExecutionStartedEventAttributes\":{\"retryPolicy\":"
		     "{\"backoffCoefficient\":1.1},\"attempt\":-3},\"workerMayIgnore\":true}");
}

static void what_is_default_is_left_out(void **state)
{
	struct wire event = { .size = 0 };

	add_number(&event, EVENT_ID, 0);
	add_number(&event, EVENT_TYPE, 0);
	add_number(&event, 300, 0);
	assert_event(state, &event, "{}");
}

static void enums_of_newer_servers_are_numbers(void **state)
{
	struct wire event = { .size = 0 };

	add_number(&event, EVENT_TYPE, 4711);
	assert_event(state, &event, "{\"eventType\":4711}");
}

static const char *moment_json(void **state, bool is_time, int64_t seconds, int32_t nanos)
{
	struct wire moment = { .size = 0 }, event = { .size = 0 }, started = { .size = 0 };
	struct tsk_history_json json;

	if (seconds)
		add_number(&moment, 1, (uint64_t)seconds);
	if (nanos)
		add_number(&moment, 2, (uint64_t)(int64_t)nanos);
	add_message(&started, STARTED_RUN_TIMEOUT, &moment);
	add_message(&event, is_time ? EVENT_TIME : EVENT_STARTED, is_time ? &moment : &started);
	if (json_of_event(state, &event, &json))
		return "";
	/* What stands in the last pair of quotes. */
	char *end = strrchr(json.text, '"');
	*end = '\0';
	return strrchr(json.text, '"') + 1;
}

static void times_are_rfc_3339(void **state)
{
	assert_string_equal(moment_json(state, true, 1704067200, 123456789),
			    "2024-01-01T00:00:00.123456789Z");
	assert_string_equal(moment_json(state, true, 1704067200, 120000000),
			    "2024-01-01T00:00:00.120Z");
	assert_string_equal(moment_json(state, true, 1704067200, 1000),
			    "2024-01-01T00:00:00.000001Z");
	assert_string_equal(moment_json(state, true, 0, 0), "1970-01-01T00:00:00Z");
	assert_string_equal(moment_json(state, true, -1, 999999999),
			    "1969-12-31T23:59:59.999999999Z");
	assert_string_equal(moment_json(state, true, -62135596800, 0), "0001-01-01T00:00:00Z");
	assert_string_equal(moment_json(state, true, 253402300799, 0), "9999-12-31T23:59:59Z");
	assert_string_equal(moment_json(state, true, 253402300800, 0), "");
	assert_string_equal(moment_json(state, true, -62135596801, 0), "");
	assert_string_equal(moment_json(state, true, INT64_MIN, 0), "");
	assert_string_equal(moment_json(state, true, 0, 1000000000), "");
	assert_string_equal(moment_json(state, true, 0, -1), "");
}

static void durations_are_seconds(void **state)
{
	assert_string_equal(moment_json(state, false, 10, 0), "10s");
	assert_string_equal(moment_json(state, false, 0, 0), "0s");
	assert_string_equal(moment_json(state, false, 0, 500000000), "0.500s");
	assert_string_equal(moment_json(state, false, 0, -500000000), "-0.500s");
	assert_string_equal(moment_json(state, false, -3, -1), "-3.000000001s");
	assert_string_equal(moment_json(state, false, 315576000000, 0), "315576000000s");
	assert_string_equal(moment_json(state, false, 315576000001, 0), "");
	assert_string_equal(moment_json(state, false, INT64_MIN, 0), "");
	assert_string_equal(moment_json(state, false, 1, -1), "");
}

static void texts_are_quoted(void **state)
{
	struct wire started = { .size = 0 };

	add_bytes(&started, STARTED_IDENTITY, "a\"b\\c\n\0\x1f/\xC3\xA9", 11);
	assert_started(state, &started, "{\"identity\":\"a\\\"b\\\\c\\u000a\\u0000\\u001f/é\"}");
}

static void what_is_no_utf8_is_replaced_and_counted(void **state)
{
	struct wire event = { .size = 0 }, started = { .size = 0 };
	struct tsk_history_json json;

	add_bytes(&started, STARTED_IDENTITY, "a\xff\xC3", 3);
	add_message(&event, EVENT_STARTED, &started);
	assert_int_equal(json_of_event(state, &event, &json), TSK_OK);
	assert_non_null(strstr(json.text, "\"identity\":\"a\xEF\xBF\xBD\xEF\xBF\xBD\""));
	assert_int_equal(json.replaced_texts, 1);
}

static void bytes_are_base64(void **state)
{
	struct core_world *world = *state;
	struct wire payload = { .size = 0 }, payloads = { .size = 0 }, started = { .size = 0 };
	static const uint8_t data[] = { 0, 0xff, 0xfe, 'x' };

	for (size_t size = 1; size <= sizeof(data); size++) {
		payload.size = payloads.size = started.size = 0;
		add_bytes(&payload, 2, data, size);
		add_message(&payloads, 1, &payload);
		add_message(&started, STARTED_INPUT, &payloads);
		static const char *const texts[] = { "AA==", "AP8=", "AP/+", "AP/+eA==" };
		assert_started(state, &started,
			       tsk_format(&world->call,
					  "{\"input\":{\"payloads\":[{\"data\":\"%s\"}]}}",
					  texts[size - 1]));
	}
}

/* Longer than what is encoded at a time. */
static void long_bytes_are_base64(void **state)
{
	struct core_world *world = *state;
	struct wire payload = { .size = 0 }, payloads = { .size = 0 }, started = { .size = 0 };
	char data[3500];
	struct tsk_text letters = { .call = &world->call };

	memset(data, 'a', sizeof(data));
	for (size_t i = 0; i < sizeof(data) / 3; i++)
		tsk_text_add(&letters, "YWFh");
	tsk_text_add(&letters, "YWE=");
	add_bytes(&payload, 2, data, sizeof(data));
	add_message(&payloads, 1, &payload);
	add_message(&started, STARTED_INPUT, &payloads);
	assert_started(state, &started,
		       tsk_format(&world->call, "{\"input\":{\"payloads\":[{\"data\":\"%s\"}]}}",
				  tsk_text_value(&letters)));
}

static void floats_have_their_shortest_digits(void **state)
{
	static const struct {
		float value;
		const char *digits;
	} cases[] = { { 0.1F, "0.1" },
		      { 1, "1" },
		      { -2.5F, "-2.5" },
		      { 16777216.0F, "16777216" },
		      { 3.4028235e38F, "3.402823466e+38" },
		      { 1.0F / 0.0F, "\"Infinity\"" },
		      { -1.0F / 0.0F, "\"-Infinity\"" },
		      { 0.0F / 0.0F, "\"NaN\"" } };
	struct core_world *world = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct wire priority = { .size = 0 }, started = { .size = 0 };

		add_float(&priority, 3, cases[i].value);
		add_message(&started, 35, &priority);
		assert_started(state, &started,
			       tsk_format(&world->call, "{\"priority\":{\"fairnessWeight\":%s}}",
					  cases[i].digits));
	}
}

/* ---- the rules of protobuf ---- */

static void maps_have_the_last_of_each_key(void **state)
{
	struct wire memo = { .size = 0 }, started = { .size = 0 };
	static const char *const keys[] = { "b", "a", "b" };

	for (size_t i = 0; i < 3; i++) {
		struct wire entry = { .size = 0 }, payload = { .size = 0 };

		add_bytes(&payload, 2, &"xyz"[i], 1);
		add_text(&entry, 1, keys[i]);
		add_message(&entry, 2, &payload);
		add_message(&memo, 1, &entry);
	}
	/* An entry without key and value has their defaults. */
	add_bytes(&memo, 1, "", 0);
	add_message(&started, STARTED_MEMO, &memo);
	assert_started(state, &started,
		       "{\"memo\":{\"fields\":{\"\":{},\"a\":{\"data\":\"eQ==\"},"
		       "\"b\":{\"data\":\"eg==\"}}}}");
}

static void numbers_may_be_packed(void **state)
{
	struct core_world *world = *state;
	static const char expected[] = "{\"workflowTaskCompletedEventAttributes\":{\"sdkMetadata\":"
				       "{\"coreUsedFlags\":[1,300,4294967295]}}}";
	struct wire packed = { .size = 0 }, single = { .size = 0 };
	struct wire numbers = { .size = 0 };
	struct wire *const both[] = { &packed, &single };

	add_varint(&numbers, 1);
	add_varint(&numbers, 300);
	add_varint(&numbers, UINT32_MAX);
	add_message(&packed, 1, &numbers);
	add_number(&single, 1, 1);
	add_number(&single, 1, 300);
	add_number(&single, 1, UINT32_MAX);
	for (size_t i = 0; i < 2; i++) {
		struct wire event = { .size = 0 }, completed = { .size = 0 };

		add_message(&completed, 6, both[i]);
		add_message(&event, EVENT_TASK_COMPLETED, &completed);
		assert_event(state, &event, tsk_copy(&world->call, expected));
	}
}

static void the_last_of_a_oneof_counts(void **state)
{
	struct wire event = { .size = 0 }, started = { .size = 0 }, marker = { .size = 0 };

	add_number(&started, STARTED_ATTEMPT, 1);
	add_text(&marker, MARKER_NAME, "core_patch");
	add_message(&event, EVENT_STARTED, &started);
	add_message(&event, EVENT_MARKER, &marker);
	assert_event(state, &event,
		     "{\"markerRecordedEventAttributes\":{\"markerName\":\"core_patch\"}}");
}

static void parts_of_a_message_are_one(void **state)
{
	struct wire event = { .size = 0 }, one = { .size = 0 }, other = { .size = 0 };

	add_number(&one, STARTED_ATTEMPT, 1);
	add_text(&one, STARTED_IDENTITY, "first");
	add_text(&other, STARTED_IDENTITY, "last");
	add_message(&event, EVENT_STARTED, &one);
	add_number(&event, EVENT_ID, 5);
	add_number(&event, EVENT_ID, 6);
	add_message(&event, EVENT_STARTED, &other);
	assert_event(state, &event,
		     "{\"eventId\":\"6\",\"workflowExecutionStartedEventAttributes\":"
		     "{\"identity\":\"last\",\"attempt\":1}}");
}

static void pages_one_behind_another_are_one(void **state)
{
	struct wire pages = { .size = 0 };
	struct tsk_history_json json;

	for (uint64_t id = 1; id <= 3; id++) {
		struct wire event = { .size = 0 }, history = { .size = 0 };

		add_number(&event, EVENT_ID, id);
		add_message(&history, HISTORY_EVENTS, &event);
		add_message(&pages, PAGE_HISTORY, &history);
		add_text(&pages, 3, "a token");
	}
	assert_int_equal(json_of(state, &pages, &json), TSK_OK);
	assert_string_equal(json.text, "{\"events\":[\n{\"eventId\":\"1\"},\n{\"eventId\":\"2\"},\n"
				       "{\"eventId\":\"3\"}\n]}\n");
}

static void nothing_is_a_history_without_events(void **state)
{
	struct wire page = { .size = 0 };
	struct tsk_history_json json;

	assert_int_equal(json_of(state, &page, &json), TSK_OK);
	assert_string_equal(json.text, "{\"events\":[]}\n");
}

/* ---- what is not known, and what is wrong ---- */

static void unknown_fields_are_counted_and_named(void **state)
{
	struct wire event = { .size = 0 }, started = { .size = 0 };
	struct tsk_history_json json;

	add_number(&event, EVENT_ID, 1);
	add_text(&event, 4000, "from the future");
	/* Of another kind than it is known by. */
	add_number(&started, STARTED_IDENTITY, 3);
	add_double(&started, 4001, 1);
	add_message(&event, EVENT_STARTED, &started);
	assert_int_equal(json_of_event(state, &event, &json), TSK_OK);
	assert_int_equal(json.unknown_fields, 3);
	assert_string_equal(json.unknown_field, "field 4000 of HistoryEvent");
	assert_non_null(strstr(json.text, "{\"eventId\":\"1\""));
}

static void add_chain(struct wire *started, size_t links)
{
	struct wire failure = { .size = 0 }, outer;

	add_text(&failure, 1, "no");
	for (size_t i = 1; i < links; i++) {
		outer.size = 0;
		add_message(&outer, 4, &failure);
		failure = outer;
	}
	add_message(started, STARTED_FAILURE, &failure);
}

static void deep_messages_are_refused(void **state)
{
	struct wire event = { .size = 0 }, started = { .size = 0 };
	struct tsk_history_json json;

	add_chain(&started, 90);
	add_message(&event, EVENT_STARTED, &started);
	assert_int_equal(json_of_event(state, &event, &json), TSK_OK);
	event.size = started.size = 0;
	add_chain(&started, 500);
	add_message(&event, EVENT_STARTED, &started);
	assert_int_equal(json_of_event(state, &event, &json), TSK_UNAVAILABLE);
	assert_non_null(strstr(json.problem, "nest too deeply"));
}

/* Cut off anywhere, or with one byte changed: refused, or JSON all the same. */
static void damaged_bytes_are_refused_or_json(void **state)
{
	struct wire event = { .size = 0 }, started = { .size = 0 }, memo = { .size = 0 };
	struct wire entry = { .size = 0 }, time = { .size = 0 }, history = { .size = 0 };
	struct wire page = { .size = 0 };
	struct tsk_history_json json;

	add_text(&entry, 1, "key");
	add_bytes(&entry, 2, "\x12\x01x", 3);
	add_message(&memo, 1, &entry);
	add_message(&started, STARTED_MEMO, &memo);
	add_chain(&started, 5);
	add_number(&time, 1, 1704067200);
	add_message(&event, EVENT_TIME, &time);
	add_message(&event, EVENT_STARTED, &started);
	add_message(&history, HISTORY_EVENTS, &event);
	add_message(&page, PAGE_HISTORY, &history);
	assert_int_equal(json_of(state, &page, &json), TSK_OK);
	const size_t whole = page.size;
	for (page.size = 1; page.size < whole; page.size++)
		assert_int_equal(json_of(state, &page, &json), TSK_UNAVAILABLE);
	for (size_t at = 0; at < whole; at++) {
		for (unsigned bit = 0; bit < 8; bit++) {
			struct wire changed = page;

			changed.size = whole;
			changed.bytes[at] ^= (uint8_t)(1U << bit);
			json_of(state, &changed, &json);
		}
	}
}

/* ---- the table ---- */

static void fields_and_values_are_sorted(void **state)
{
	(void)state;
	/* Each message is in the table of another, but the first. */
	for (size_t next = 0, last = 0; next <= last; next++) {
		const struct schema_message *message = &history_messages[next];

		assert_true(message->count <= SCHEMA_FIELDS_MOST);
		for (size_t i = 0; i < message->count; i++) {
			const struct schema_field *field = &message->fields[i];

			assert_true(!i || field->number > message->fields[i - 1].number);
			if (field->kind == MESSAGE && field->of > last)
				last = field->of;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(numbers_are_as_in_the_api),
		core_test(what_is_default_is_left_out),
		core_test(enums_of_newer_servers_are_numbers),
		core_test(times_are_rfc_3339),
		core_test(durations_are_seconds),
		core_test(texts_are_quoted),
		core_test(what_is_no_utf8_is_replaced_and_counted),
		core_test(bytes_are_base64),
		core_test(long_bytes_are_base64),
		core_test(floats_have_their_shortest_digits),
		core_test(maps_have_the_last_of_each_key),
		core_test(numbers_may_be_packed),
		core_test(the_last_of_a_oneof_counts),
		core_test(parts_of_a_message_are_one),
		core_test(pages_one_behind_another_are_one),
		core_test(nothing_is_a_history_without_events),
		core_test(unknown_fields_are_counted_and_named),
		core_test(deep_messages_are_refused),
		core_test(damaged_bytes_are_refused_or_json),
		core_test(fields_and_values_are_sorted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
