/* The pages of a history become one message: what is in it, what is left out, what is refused. */
#include "temporal/client.h"
#include "temporal/history_pages.h"

#include "core_support.h"

/* An event with its number, its type and the number of the task that wrote it. */
struct event {
	int64_t id;
	int type;
	int64_t task;
};

/* A page with these events (task 0 ends them) and that token; malloc'ed. */
static uint8_t *page_of(const struct event *events, size_t count, const char *token, size_t *size)
{
	Pb__HistoryEvent messages[300], *pointers[300];
	Pb__History history = PB__HISTORY__INIT;
	Pb__GetWorkflowExecutionHistoryResponse page =
		PB__GET_WORKFLOW_EXECUTION_HISTORY_RESPONSE__INIT;

	for (size_t i = 0; i < count; i++) {
		pb__history_event__init(&messages[i]);
		messages[i].event_id = events[i].id;
		messages[i].event_type = (Pb__EventType)events[i].type;
		messages[i].task_id = events[i].task;
		pointers[i] = &messages[i];
	}
	history.events = pointers;
	history.n_events = count;
	page.history = &history;
	page.next_page_token = (ProtobufCBinaryData){ strlen(token), (uint8_t *)(uintptr_t)token };
	*size = pb__get_workflow_execution_history_response__get_packed_size(&page);
	uint8_t *bytes = malloc(*size + 1);
	assert_non_null(bytes);
	pb__get_workflow_execution_history_response__pack(&page, bytes);
	return bytes;
}

static void add(struct history_pages *pages, const struct event *events, size_t count,
		const char *token)
{
	size_t size;
	uint8_t *bytes = page_of(events, count, token, &size);

	assert_true(history_pages_add(pages, bytes, size));
	assert_int_equal(pages->token_size, strlen(token));
	if (*token)
		assert_memory_equal(pages->token, token, strlen(token));
}

/* Joins and drops them; the message is the call's. */
static const Pb__GetWorkflowExecutionHistoryResponse *joined(struct tsk_call *call,
							     struct history_pages *pages,
							     size_t *events)
{
	size_t size;

	*events = history_pages_written(pages, &size);
	uint8_t *bytes = tsk_alloc(call, size);
	history_pages_join(pages, bytes);
	history_pages_drop(pages);
	const Pb__GetWorkflowExecutionHistoryResponse *message = wire_unpack(
		call, &pb__get_workflow_execution_history_response__descriptor, bytes, size);
	assert_non_null(message);
	assert_int_equal(message->history ? message->history->n_events : 0, *events);
	assert_int_equal(message->next_page_token.len, 0);
	return message;
}

static void pages_make_one_message(void **state)
{
	struct core_world *world = *state;
	struct history_pages pages = { .first = NULL };
	struct event events[300];
	size_t count;

	for (int i = 0; i < 300; i++)
		events[i] = (struct event){ i + 1, TSK_EVENT_SIGNALED, 1000 + i };
	add(&pages, events, 256, "next");
	add(&pages, events + 256, 0, "and again");
	add(&pages, events + 256, 44, "");
	const Pb__GetWorkflowExecutionHistoryResponse *all = joined(&world->call, &pages, &count);
	assert_int_equal(count, 300);
	for (int i = 0; i < 300; i++)
		assert_int_equal(all->history->events[i]->event_id, i + 1);
}

static void what_was_never_written_is_left_out(void **state)
{
	static const struct event events[] = {
		{ 1, TSK_EVENT_STARTED, 7 },        { 2, TSK_EVENT_TASK_SCHEDULED, 8 },
		{ 3, TSK_EVENT_TASK_STARTED, 9 },   { 4, TSK_EVENT_TASK_FAILED, 10 },
		{ 5, TSK_EVENT_TASK_SCHEDULED, 0 }, { 6, TSK_EVENT_TASK_STARTED, 0 }
	};
	struct core_world *world = *state;
	struct history_pages pages = { .first = NULL };
	size_t count;

	add(&pages, events, 6, "");
	joined(&world->call, &pages, &count);
	assert_int_equal(count, 4);
	/* The same where a page ends between them. */
	add(&pages, events, 5, "more");
	add(&pages, events + 5, 1, "");
	joined(&world->call, &pages, &count);
	assert_int_equal(count, 4);
}

/* A server that does not tell numbers at all gets the benefit of the doubt. */
static void without_numbers_nothing_is_left_out(void **state)
{
	static const struct event events[] = { { 1, TSK_EVENT_STARTED, 0 },
					       { 2, TSK_EVENT_TASK_SCHEDULED, 0 } };
	struct core_world *world = *state;
	struct history_pages pages = { .first = NULL };
	size_t count;

	add(&pages, events, 2, "");
	joined(&world->call, &pages, &count);
	assert_int_equal(count, 2);
}

static void none_is_a_message_too(void **state)
{
	struct core_world *world = *state;
	struct history_pages pages = { .first = NULL };
	size_t count;

	assert_true(history_pages_add(&pages, NULL, 0));
	joined(&world->call, &pages, &count);
	assert_int_equal(count, 0);
}

static bool is_taken(const void *bytes, size_t size)
{
	struct history_pages pages = { .first = NULL };
	uint8_t *own = malloc(size);

	assert_non_null(own);
	memcpy(own, bytes, size);
	bool taken = history_pages_add(&pages, own, size);
	history_pages_drop(&pages);
	return taken;
}

static void blobs_are_histories_too(void **state)
{
	/* raw_history { encoding_type: PROTO3, data: { events { event_id: 1 } } } */
	static const uint8_t blob[] = { 0x12, 8, 0x08, 1, 0x12, 4, 0x0a, 2, 0x08, 1 };
	static const uint8_t json[] = { 0x12, 8, 0x08, 2, 0x12, 4, '{', '}', ' ', ' ' };
	struct core_world *world = *state;
	struct history_pages pages = { .first = NULL };
	uint8_t *own = malloc(sizeof(blob));
	size_t count;

	assert_non_null(own);
	memcpy(own, blob, sizeof(blob));
	assert_true(history_pages_add(&pages, own, sizeof(blob)));
	assert_int_equal(joined(&world->call, &pages, &count)->history->events[0]->event_id, 1);
	assert_false(is_taken(json, sizeof(json)));
}

static void damaged_pages_are_refused(void **state)
{
	static const struct event events[] = { { 1, TSK_EVENT_STARTED, 7 },
					       { 200, TSK_EVENT_SIGNALED, 8 } };
	size_t size;
	uint8_t *whole = page_of(events, 2, "next", &size);

	(void)state;
	assert_true(is_taken(whole, size));
	/* At these ends it is a shorter page: without the token, without anything. */
	for (size_t end = 1; end < size; end++)
		assert_int_equal(is_taken(whole, end), end == size - 6);
	free(whole);
	assert_false(is_taken("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 11));
	assert_false(is_taken("\x0b", 1));
	assert_false(is_taken("\x00\x00", 2));
	assert_false(is_taken("\x0a\x02\x0a\x7f", 4));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(pages_make_one_message),
		core_test(what_was_never_written_is_left_out),
		core_test(without_numbers_nothing_is_left_out),
		core_test(none_is_a_message_too),
		core_test(blobs_are_histories_too),
		core_test(damaged_pages_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
