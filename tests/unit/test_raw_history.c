/* Whole histories of many runs: all of them, whatever their number, within bytes and time. */
#include "temporal/client.h"
#include "temporal/history_pages.h"

#include "core_support.h"

#include <temporal-skill/text.h>

#include <stdio.h>

/* ---- a server in the place of the channel ---- */

/* What it was asked. */
static struct {
	size_t rounds, pages, most_at_once;
	bool gone; /* nobody is there any more */
} asked;

/* One event with so many bytes; *size: of the page. malloc'ed. */
static uint8_t *make_page(int64_t event_id, size_t bytes, const char *token, size_t *size)
{
	Pb__HistoryEvent event = PB__HISTORY_EVENT__INIT, *events[] = { &event };
	Pb__WorkflowExecutionSignaledEventAttributes signal =
		PB__WORKFLOW_EXECUTION_SIGNALED_EVENT_ATTRIBUTES__INIT;
	Pb__History history = PB__HISTORY__INIT;
	Pb__GetWorkflowExecutionHistoryResponse page =
		PB__GET_WORKFLOW_EXECUTION_HISTORY_RESPONSE__INIT;
	char *name = calloc(1, bytes + 1);

	assert_non_null(name);
	memset(name, 'x', bytes);
	signal.signal_name = name;
	event.event_id = event_id;
	event.task_id = event_id;
	event.event_type = (Pb__EventType)TSK_EVENT_SIGNALED;
	event.attributes_case =
		PB__HISTORY_EVENT__ATTRIBUTES_WORKFLOW_EXECUTION_SIGNALED_EVENT_ATTRIBUTES;
	event.workflow_execution_signaled_event_attributes = &signal;
	history.events = events;
	history.n_events = 1;
	page.history = &history;
	page.next_page_token = (ProtobufCBinaryData){ strlen(token), (uint8_t *)(uintptr_t)token };
	*size = pb__get_workflow_execution_history_response__get_packed_size(&page);
	uint8_t *packed = malloc(*size);
	assert_non_null(packed);
	pb__get_workflow_execution_history_response__pack(&page, packed);
	free(name);
	return packed;
}

/* The id says what the history is like: "PAGES BYTES ...", "missing", "damaged". */
static void answer(struct channel_request *request)
{
	Pb__GetWorkflowExecutionHistoryRequest *question =
		pb__get_workflow_execution_history_request__unpack(NULL, request->body_size,
								   request->body);
	char token[32] = "";
	long page = 1, pages = 0;
	size_t bytes = 0;

	assert_non_null(question);
	asked.pages++;
	request->done = true;
	request->tries = 1;
	if (question->next_page_token.len) {
		memcpy(token, question->next_page_token.data, question->next_page_token.len);
		page = strtol(token, NULL, 10);
	}
	char *end = question->execution->workflow_id;
	pages = strtol(end, &end, 10);
	bytes = strtoul(end, NULL, 10);
	if (asked.gone) {
		request->code = GRPC_UNAVAILABLE;
		request->unreachable = true;
	} else if (!strcmp(question->execution->workflow_id, "missing")) {
		request->code = GRPC_NOT_FOUND;
	} else if (!strcmp(question->execution->workflow_id, "damaged")) {
		request->answer = malloc(1);
		assert_non_null(request->answer);
		*request->answer = 0x0b;
		request->answer_size = 1;
	} else {
		snprintf(token, sizeof(token), "%ld", page + 1);
		request->answer =
			make_page(page, bytes, page < pages ? token : "", &request->answer_size);
	}
	pb__get_workflow_execution_history_request__free_unpacked(question, NULL);
}

static enum channel_end run(struct channel *channel, struct channel_request *const *requests,
			    size_t count, int interrupt_descriptor, struct pollfd *descriptors,
			    size_t descriptor_count)
{
	(void)channel;
	(void)interrupt_descriptor;
	(void)descriptors;
	(void)descriptor_count;
	asked.rounds++;
	asked.most_at_once = count > asked.most_at_once ? count : asked.most_at_once;
	for (size_t i = 0; i < count; i++)
		answer(requests[i]);
	return CHANNEL_DONE;
}

static const struct channel_driver driver = { .abi = CHANNEL_DRIVER_ABI, .run = run };
static struct client client;

static int setup(void **state)
{
	if (core_setup(state))
		return -1;
	client = (struct client){ .driver = &driver, .address = "localhost:1", .answered = true };
	((struct core_world *)*state)->call.client = &client;
	memset(&asked, 0, sizeof(asked));
	return 0;
}

/* ---- those that take them ---- */

#define MANY ((size_t)1000)

struct taken {
	size_t count, had, bytes, events;
	size_t enough; /* of how many no more are wanted; 0: all are */
	bool seen[MANY];
	struct tsk_raw_history *histories;
};

static bool take(void *context, const struct tsk_raw_history *history)
{
	struct taken *taken = context;
	size_t index = (size_t)(history - taken->histories);

	assert_true(index < MANY);
	assert_false(taken->seen[index]);
	taken->seen[index] = true;
	taken->count++;
	assert_int_equal(history->status == TSK_OK, history->bytes != NULL);
	assert_int_equal(history->status == TSK_OK, history->problem == NULL);
	taken->had += history->status == TSK_OK;
	taken->bytes += history->size;
	taken->events += (size_t)history->events;
	return !taken->enough || taken->count < taken->enough;
}

static struct tsk_raw_history *ask_for(struct tsk_call *call, const char *id, size_t count)
{
	struct tsk_raw_history *histories = tsk_alloc(call, count * sizeof(*histories));

	for (size_t i = 0; i < count; i++)
		histories[i].workflow_id = tsk_format(call, "%s %zu", id, i);
	return histories;
}

/* ---- how many, how long ---- */

static void many_are_read_side_by_side(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct taken taken = { .histories = ask_for(call, "1 10", MANY) };

	assert_int_equal(
		tsk_raw_histories(call, taken.histories, MANY, TSK_NO_DEADLINE, 0, take, &taken),
		TSK_OK);
	assert_int_equal(taken.had, MANY);
	assert_int_equal(asked.pages, MANY);
	assert_true(asked.rounds < MANY / 50);
	for (size_t i = 0; i < MANY; i++)
		assert_null(taken.histories[i].bytes);
}

static void pages_are_followed_to_the_end(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct tsk_raw_history histories[] = { { .workflow_id = "1 5" },
					       { .workflow_id = "7 5" },
					       { .workflow_id = "3 5" } };

	assert_int_equal(tsk_raw_histories(call, histories, 3, TSK_NO_DEADLINE, 0, NULL, NULL),
			 TSK_OK);
	assert_int_equal(histories[0].events, 1);
	assert_int_equal(histories[1].events, 7);
	assert_int_equal(histories[2].events, 3);
	assert_int_equal(asked.rounds, 7);
	const Pb__GetWorkflowExecutionHistoryResponse *whole =
		wire_unpack(call, &pb__get_workflow_execution_history_response__descriptor,
			    histories[1].bytes, histories[1].size);
	assert_non_null(whole);
	assert_int_equal(whole->history->n_events, 7);
	assert_int_equal(whole->history->events[6]->event_id, 7);
}

static void a_failure_of_one_is_no_error(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct tsk_raw_history histories[] = { { .workflow_id = "missing" },
					       { .workflow_id = "2 5" },
					       { .workflow_id = "damaged" } };

	assert_int_equal(tsk_raw_histories(call, histories, 3, TSK_NO_DEADLINE, 0, NULL, NULL),
			 TSK_OK);
	assert_int_equal(histories[0].status, TSK_NOT_FOUND);
	assert_non_null(histories[0].problem);
	assert_int_equal(histories[1].status, TSK_OK);
	assert_int_equal(histories[2].status, TSK_UNAVAILABLE);
	assert_non_null(strstr(histories[2].problem, "cannot read"));
	assert_null(tsk_error_message(call));
}

/* ---- bytes ---- */

#define MB ((size_t)1 << 20)

/* Together they would have ten times what may be held: some wait, and all are had. */
static void long_ones_make_room_for_one_another(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct taken taken = { .histories = ask_for(call, "5 200000", 50) };

	assert_int_equal(
		tsk_raw_histories(call, taken.histories, 50, TSK_NO_DEADLINE, 5 * MB, take, &taken),
		TSK_OK);
	assert_int_equal(taken.had, 50);
	assert_int_equal(taken.events, 250);
	assert_int_equal(asked.most_at_once, 50);
}

static void one_that_is_too_long_is_given_up(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct tsk_raw_history histories[] = { { .workflow_id = "2 10" },
					       { .workflow_id = "9 200000" },
					       { .workflow_id = "2 20" },
					       { .workflow_id = "2 30" } };
	struct taken taken = { .histories = histories };

	assert_int_equal(tsk_raw_histories(call, histories, 4, TSK_NO_DEADLINE, MB, take, &taken),
			 TSK_OK);
	assert_int_equal(taken.count, 4);
	assert_int_equal(taken.had, 3);
	assert_int_equal(histories[1].status, TSK_NEGATIVE);
	assert_string_equal(histories[1].problem, "it has more than 1 MB");
}

static void what_is_kept_has_a_limit_too(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct tsk_raw_history *histories = ask_for(call, "2 200000", 20);
	size_t had = 0, bytes = 0;

	assert_int_equal(
		tsk_raw_histories(call, histories, 20, TSK_NO_DEADLINE, 2 * MB, NULL, NULL),
		TSK_OK);
	for (size_t i = 0; i < 20; i++) {
		had += histories[i].status == TSK_OK;
		bytes += histories[i].size;
		assert_true(histories[i].status == TSK_OK || histories[i].status == TSK_NEGATIVE);
		assert_int_equal(histories[i].status == TSK_OK, histories[i].bytes != NULL);
		assert_int_equal(histories[i].status == TSK_OK, histories[i].problem == NULL);
	}
	assert_true(had >= 1 && had < 20);
	assert_true(bytes <= 2 * MB);
}

/* ---- time, and those that go away ---- */

static void what_is_not_had_in_time_is_told(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct taken taken = { .histories = ask_for(call, "1 10", 10) };

	assert_int_equal(
		tsk_raw_histories(call, taken.histories, 10, tsk_now_ms(), 0, take, &taken),
		TSK_OK);
	assert_int_equal(taken.count, 10);
	assert_int_equal(taken.had, 0);
	assert_int_equal(taken.histories[9].status, TSK_TIMEOUT);
	assert_int_equal(asked.rounds, 0);
}

static void no_more_are_read_than_wanted(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct taken taken = { .histories = ask_for(call, "1 10", MANY), .enough = 3 };

	assert_int_equal(
		tsk_raw_histories(call, taken.histories, MANY, TSK_NO_DEADLINE, 0, take, &taken),
		TSK_OK);
	assert_int_equal(taken.count, 3);
	assert_int_equal(asked.rounds, 1);
}

static void a_server_that_is_gone_is_an_error(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	struct taken taken = { .histories = ask_for(call, "1 10", 300) };

	asked.gone = true;
	assert_int_equal(
		tsk_raw_histories(call, taken.histories, 300, TSK_NO_DEADLINE, 0, take, &taken),
		TSK_UNAVAILABLE);
	assert_non_null(tsk_error_message(call));
	assert_int_equal(taken.count, 300);
	assert_int_equal(taken.had, 0);
	assert_int_equal(asked.rounds, 1);
}

static void none_are_none(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;

	assert_int_equal(tsk_raw_histories(call, NULL, 0, TSK_NO_DEADLINE, 0, NULL, NULL), TSK_OK);
	assert_int_equal(asked.rounds, 0);
}

#define raw_test(function) cmocka_unit_test_setup_teardown(function, setup, core_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		raw_test(many_are_read_side_by_side),
		raw_test(pages_are_followed_to_the_end),
		raw_test(a_failure_of_one_is_no_error),
		raw_test(long_ones_make_room_for_one_another),
		raw_test(one_that_is_too_long_is_given_up),
		raw_test(what_is_kept_has_a_limit_too),
		raw_test(what_is_not_had_in_time_is_told),
		raw_test(no_more_are_read_than_wanted),
		raw_test(a_server_that_is_gone_is_an_error),
		raw_test(none_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
