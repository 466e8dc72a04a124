/* What is read from the wire: how deep it may nest, times, history events. */
#include "call/call.h"
#include "settings/values.h"
#include "temporal/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

struct fixture {
	struct settings settings;
	struct tsk_call call;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	settings_init(&fixture->settings);
	call_init(&fixture->call, &fixture->settings, NULL);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	call_release(&fixture->call);
	settings_release(&fixture->settings);
	free(fixture);
	return 0;
}

static struct tsk_call *call_of(void **state)
{
	return &((struct fixture *)*state)->call;
}

/* ---- depth ---- */

/* A chain of that many failures, packed; the caller frees it. */
static uint8_t *chain(size_t links, size_t *size)
{
	Pb__Failure *failures = calloc(links, sizeof(*failures));

	assert_non_null(failures);
	for (size_t i = 0; i < links; i++) {
		pb__failure__init(&failures[i]);
		failures[i].message = (char *)(uintptr_t) "no";
		if (i + 1 < links)
			failures[i].cause = &failures[i + 1];
	}
	*size = pb__failure__get_packed_size(failures);
	uint8_t *bytes = malloc(*size);
	assert_non_null(bytes);
	pb__failure__pack(failures, bytes);
	free(failures);
	return bytes;
}

static void depth_is_counted_exactly(void **state)
{
	size_t size;
	uint8_t *bytes = chain(10, &size);

	(void)state;
	assert_true(wire_depth_ok(&pb__failure__descriptor, bytes, size, 10));
	assert_false(wire_depth_ok(&pb__failure__descriptor, bytes, size, 9));
	free(bytes);
}

static void deep_messages_are_not_unpacked(void **state)
{
	struct tsk_call *call = call_of(state);
	const ProtobufCMessageDescriptor *type = &pb__failure__descriptor;
	size_t size;
	uint8_t *bytes = chain(100, &size);

	assert_non_null(wire_unpack(call, type, bytes, size));
	free(bytes);
	bytes = chain(2000, &size);
	assert_null(wire_unpack(call, type, bytes, size));
	free(bytes);
}

/* The bytes of a payload may be anything, a deep failure as well: they are not a part of the
 * message. */
static void payload_bytes_are_not_nesting(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__Payload payload = PB__PAYLOAD__INIT;
	size_t inner_size, size;
	uint8_t *inner = chain(2000, &inner_size), *bytes;

	payload.data = (ProtobufCBinaryData){ .len = inner_size, .data = inner };
	size = pb__payload__get_packed_size(&payload);
	bytes = malloc(size);
	assert_non_null(bytes);
	pb__payload__pack(&payload, bytes);
	assert_true(wire_depth_ok(&pb__payload__descriptor, bytes, size, 2));
	const Pb__Payload *again = wire_unpack(call, &pb__payload__descriptor, bytes, size);
	assert_non_null(again);
	assert_int_equal(again->data.len, inner_size);
	free(bytes);
	free(inner);
}

/* A text of the wire may have a NUL; cut off there it would be another one. */
static void a_nul_in_a_text_ends_nothing(void **state)
{
	static const uint8_t bytes[] = { 0x0a, 3, 'a',  0, 'b', /* message */
					 0x22, 5, 0x0a, 3, 'c', 0, 0 /* cause.message */ };
	const Pb__Failure *failure =
		wire_unpack(call_of(state), &pb__failure__descriptor, bytes, sizeof(bytes));

	assert_non_null(failure);
	assert_string_equal(failure->message, "a\x1a"
					      "b");
	assert_string_equal(failure->cause->message, "c\x1a\x1a");
	assert_true(call_of(state)->nul_told);
}

static void the_bytes_of_a_payload_keep_their_nuls(void **state)
{
	static const uint8_t bytes[] = { 0x12, 2, 0, 'x' };
	const Pb__Payload *payload =
		wire_unpack(call_of(state), &pb__payload__descriptor, bytes, sizeof(bytes));

	assert_non_null(payload);
	assert_memory_equal(payload->data.data, bytes + 2, 2);
	assert_false(call_of(state)->nul_told);
}

static void damaged_messages_are_refused(void **state)
{
	struct tsk_call *call = call_of(state);
	const ProtobufCMessageDescriptor *type = &pb__failure__descriptor;
	static const uint8_t cut[] = { 0x0a, 5, 'a', 'b' };
	static const uint8_t endless[] = { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
					   0xff, 0xff, 0xff, 0xff, 0xff, 0xff };
	static const uint8_t group[] = { 0x0b, 0x0c };
	static const uint8_t huge[] = { 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f };

	assert_null(wire_unpack(call, type, cut, sizeof(cut)));
	assert_null(wire_unpack(call, type, endless, sizeof(endless)));
	assert_null(wire_unpack(call, type, group, sizeof(group)));
	assert_null(wire_unpack(call, type, huge, sizeof(huge)));
	assert_non_null(wire_unpack(call, type, NULL, 0));
}

static void times_are_nanoseconds_and_never_overflow(void **state)
{
	Pb__Timestamp time = PB__TIMESTAMP__INIT;
	Pb__Duration duration = PB__DURATION__INIT;

	(void)state;
	assert_int_equal(time_from_wire(NULL), 0);
	time.seconds = 1700000000;
	time.nanos = 5;
	assert_int_equal(time_from_wire(&time), INT64_C(1700000000000000005));
	time.seconds = -62135596800; /* the server's "never", year 1 */
	assert_int_equal(time_from_wire(&time), 0);
	time.seconds = INT64_MAX;
	assert_int_equal(time_from_wire(&time), 0);
	duration.seconds = 10;
	duration.nanos = 500000000;
	assert_int_equal(duration_from_wire(&duration), 10500);
	/* Who sleeps for ever sleeps for centuries; that many nanoseconds later is still a time. */
	duration.seconds = INT64_MAX;
	assert_int_equal(duration_from_wire(&duration), INT64_C(4500000000000));
	time.seconds = 4499999999;
	time.nanos = INT32_MAX;
	assert_true(time_from_wire(&time) <=
		    INT64_MAX - duration_from_wire(&duration) * INT64_C(1000000));
}

/* ---- history ---- */

static void make_event(Pb__HistoryEvent *event, int type, int64_t task_id)
{
	pb__history_event__init(event);
	event->event_type = (Pb__EventType)type;
	event->task_id = task_id;
}

static void transient_events_are_left_out(void **state)
{
	Pb__HistoryEvent events[6], *list[6];

	(void)state;
	for (size_t i = 0; i < 6; i++)
		list[i] = &events[i];
	make_event(&events[0], TSK_EVENT_STARTED, 11);
	make_event(&events[1], TSK_EVENT_TASK_SCHEDULED, 12);
	make_event(&events[2], TSK_EVENT_TASK_STARTED, 13);
	make_event(&events[3], TSK_EVENT_TASK_FAILED, 14);
	make_event(&events[4], TSK_EVENT_TASK_SCHEDULED, 0);
	make_event(&events[5], TSK_EVENT_TASK_STARTED, 0);
	assert_int_equal(history_written(list, 6), 4);
	assert_int_equal(history_written(list, 5), 4);
	/* A task that was written stays, also at the end. */
	assert_int_equal(history_written(list, 3), 3);
	assert_int_equal(history_written(list, 2), 2);
	assert_int_equal(history_written(list, 0), 0);
	/* A server that numbers nothing: nothing is dropped. */
	for (size_t i = 0; i < 6; i++)
		events[i].task_id = 0;
	assert_int_equal(history_written(list, 6), 6);
}

static void events_become_flat(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__HistoryEvent message = PB__HISTORY_EVENT__INIT;
	Pb__WorkflowTaskFailedEventAttributes failed =
		PB__WORKFLOW_TASK_FAILED_EVENT_ATTRIBUTES__INIT;
	Pb__WorkerVersionStamp stamp = PB__WORKER_VERSION_STAMP__INIT;
	Pb__Failure failure = PB__FAILURE__INIT;
	struct tsk_event event;

	stamp.build_id = wire_text("build-1");
	failure.message = wire_text("boom");
	failed.scheduled_event_id = 5;
	failed.started_event_id = 6;
	failed.identity = wire_text("1@host");
	failed.cause =
		PB__WORKFLOW_TASK_FAILED_CAUSE__WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR;
	failed.failure = &failure;
	failed.worker_version = &stamp;
	message.event_id = 7;
	message.event_type = (Pb__EventType)TSK_EVENT_TASK_FAILED;
	message.attributes_case =
		PB__HISTORY_EVENT__ATTRIBUTES_WORKFLOW_TASK_FAILED_EVENT_ATTRIBUTES;
	message.workflow_task_failed_event_attributes = &failed;
	event_from_wire(call, &message, &event);
	assert_int_equal(event.id, 7);
	assert_string_equal(event.type_name, "WorkflowTaskFailed");
	assert_int_equal(event.scheduled_event_id, 5);
	assert_int_equal(event.started_event_id, 6);
	assert_string_equal(event.identity, "1@host");
	assert_string_equal(event.cause, "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR");
	assert_string_equal(event.binary_checksum, "build-1");
	assert_string_equal(event.failure->message, "boom");
	assert_string_equal(event.reason, "");
	assert_string_equal(event.task_queue, "");
}

/* Two types have a field of the same name that is not the same: the cause of a cancel request is a
 * text. */
static void a_cause_in_words_is_the_reason(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__HistoryEvent message = PB__HISTORY_EVENT__INIT;
	Pb__WorkflowExecutionCancelRequestedEventAttributes request =
		PB__WORKFLOW_EXECUTION_CANCEL_REQUESTED_EVENT_ATTRIBUTES__INIT;
	struct tsk_event event;

	request.cause = wire_text("enough");
	message.attributes_case =
		PB__HISTORY_EVENT__ATTRIBUTES_WORKFLOW_EXECUTION_CANCEL_REQUESTED_EVENT_ATTRIBUTES;
	message.workflow_execution_cancel_requested_event_attributes = &request;
	event_from_wire(call, &message, &event);
	assert_string_equal(event.reason, "enough");
	assert_string_equal(event.cause, "");
}

/* Of an SDK's marker the server knows nothing but that it is there. */
static void a_marker_tells_what_it_stands_for(void **state)
{
	static const struct {
		const char *name, *key, *json, *type, *reason;
	} markers[] = {
		{ "core_local_activity", "data", "{\"seq\":2,\"activity_type\":\"charge\"}",
		  "charge", "" },
		{ "core_patch", "patch-data", "{\"id\":\"v2\",\"deprecated\":false}", "", "v2" },
		{ "core_patch", "patch-data", "{\"id\":2}", "", "" },
		{ "core_patch", "patch-data", "[", "", "" },
		{ "core_patch", "other", "{\"id\":\"v2\"}", "", "" },
		{ "SideEffect", "data", "{\"activity_type\":\"charge\"}", "", "" },
	};
	struct tsk_call *call = call_of(state);

	for (size_t i = 0; i < sizeof(markers) / sizeof(*markers); i++) {
		Pb__HistoryEvent message = PB__HISTORY_EVENT__INIT;
		Pb__MarkerRecordedEventAttributes marker =
			PB__MARKER_RECORDED_EVENT_ATTRIBUTES__INIT;
		Pb__MarkerRecordedEventAttributes__DetailsEntry entry =
			PB__MARKER_RECORDED_EVENT_ATTRIBUTES__DETAILS_ENTRY__INIT;
		Pb__MarkerRecordedEventAttributes__DetailsEntry *entries = &entry;
		struct tsk_event event;

		entry.key = wire_text(markers[i].key);
		entry.value = payloads_to_wire(call, markers[i].json);
		marker.marker_name = wire_text(markers[i].name);
		marker.n_details = 1;
		marker.details = &entries;
		message.event_type = (Pb__EventType)TSK_EVENT_MARKER_RECORDED;
		message.attributes_case =
			PB__HISTORY_EVENT__ATTRIBUTES_MARKER_RECORDED_EVENT_ATTRIBUTES;
		message.marker_recorded_event_attributes = &marker;
		event_from_wire(call, &message, &event);
		assert_string_equal(event.cause, markers[i].name);
		assert_string_equal(event.activity_type, markers[i].type);
		assert_string_equal(event.reason, markers[i].reason);
	}
}

static void events_of_unknown_types_are_empty(void **state)
{
	struct tsk_call *call = call_of(state);
	Pb__HistoryEvent message = PB__HISTORY_EVENT__INIT;
	struct tsk_event event;

	message.event_id = 3;
	message.event_type = (Pb__EventType)777;
	event_from_wire(call, &message, &event);
	assert_int_equal(event.id, 3);
	assert_int_equal(event.type, 777);
	assert_string_equal(event.type_name, "Unknown");
	assert_string_equal(event.identity, "");
	assert_null(event.failure);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(depth_is_counted_exactly),
		TEST(deep_messages_are_not_unpacked),
		TEST(payload_bytes_are_not_nesting),
		TEST(a_nul_in_a_text_ends_nothing),
		TEST(the_bytes_of_a_payload_keep_their_nuls),
		TEST(damaged_messages_are_refused),
		TEST(times_are_nanoseconds_and_never_overflow),
		TEST(transient_events_are_left_out),
		TEST(events_become_flat),
		TEST(a_cause_in_words_is_the_reason),
		TEST(a_marker_tells_what_it_stands_for),
		TEST(events_of_unknown_types_are_empty),
	};

	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
