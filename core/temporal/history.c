/* The history of a run: pages of events, oldest or newest first. */
#include "client.h"

#include "call/call.h"

#include <temporal-skill/text.h>

#include <string.h>

/* More than a server gives at a time: 1.32 ends a page at 256. */
#define EVENTS_A_PAGE 1000

#define FORWARD       "GetWorkflowExecutionHistory"
#define BACKWARD      "GetWorkflowExecutionHistoryReverse"

struct events {
	Pb__HistoryEvent **items;
	size_t count, room;
};

static void add_events(struct tsk_call *call, struct events *events, const Pb__History *page)
{
	for (size_t i = 0; page && i < page->n_events; i++) {
		events->items = tsk_grow(call, events->items, events->count, &events->room,
					 sizeof(*events->items));
		events->items[events->count++] = page->events[i];
	}
}

static bool is_task_event(const Pb__HistoryEvent *event)
{
	return (int)event->event_type == TSK_EVENT_TASK_SCHEDULED ||
	       (int)event->event_type == TSK_EVENT_TASK_STARTED;
}

size_t history_written(Pb__HistoryEvent *const *events, size_t count)
{
	size_t written = count;

	/* What was written has the number of the server's task that wrote it. A server that does
	 * not tell these numbers (none at all has one) gets the benefit of the doubt. */
	while (written && is_task_event(events[written - 1]) && events[written - 1]->task_id <= 0)
		written--;
	return written && events[written - 1]->task_id > 0 ? written : count;
}

/* Hands out the events, of which the last may be one beyond the limit: there are more. */
static void hand_out(struct tsk_call *call, const struct events *events, size_t limit,
		     struct tsk_history *history)
{
	size_t count = limit && events->count > limit ? limit : events->count;
	struct tsk_event *list = tsk_alloc(call, count * sizeof(*list));

	for (size_t i = 0; i < count; i++)
		event_from_wire(call, events->items[i], &list[i]);
	history->events = list;
	history->count = count;
	history->more = count < events->count;
}

/* One beyond the limit tells whether there are more. */
static int32_t page_size(size_t limit, size_t have)
{
	return limit && limit + 1 - have < EVENTS_A_PAGE ? (int32_t)(limit + 1 - have)
							 : EVENTS_A_PAGE;
}

/* Both directions are asked in the same words: the messages have the same fields. */
static Pb__GetWorkflowExecutionHistoryRequest *begin(struct tsk_call *call, const char *method,
						     const char *workflow_id, const char *run_id,
						     struct exchange *exchange)
{
	Pb__GetWorkflowExecutionHistoryRequest *request = tsk_alloc(call, sizeof(*request));

	pb__get_workflow_execution_history_request__init(request);
	request->namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request->execution = execution_to_wire(call, workflow_id, run_id);
	*exchange = (struct exchange){
		.method = method,
		.message = &request->base,
		.answers = &pb__get_workflow_execution_history_response__descriptor,
		.workflow_id = workflow_id,
		.run_id = run_id,
	};
	return request;
}

static enum tsk_status read_pages(struct tsk_call *call, const char *method,
				  const char *workflow_id, const char *run_id, size_t limit,
				  struct events *events)
{
	struct exchange first, exchange;
	Pb__GetWorkflowExecutionHistoryRequest *request =
		begin(call, method, workflow_id, run_id, &first);

	do {
		exchange = first;
		request->maximum_page_size = page_size(limit, events->count);
		if (exchange_one(call, &exchange))
			return tsk_error(call);
		const Pb__GetWorkflowExecutionHistoryResponse *page = exchange.answer;
		add_events(call, events, page->history);
		request->next_page_token = page->next_page_token;
	} while (request->next_page_token.len && (!limit || events->count <= limit));
	return TSK_OK;
}

enum tsk_status tsk_history_forward(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, size_t limit, struct tsk_history *history)
{
	struct events events = { .items = NULL };

	*history = (struct tsk_history){ .events = NULL };
	if (read_pages(call, FORWARD, workflow_id, run_id, limit, &events))
		return tsk_error(call);
	events.count = history_written(events.items, events.count);
	hand_out(call, &events, limit, history);
	return TSK_OK;
}

enum tsk_status tsk_history_backward(struct tsk_call *call, const char *workflow_id,
				     const char *run_id, size_t limit, struct tsk_history *history)
{
	struct events events = { .items = NULL };

	*history = (struct tsk_history){ .events = NULL };
	if (read_pages(call, BACKWARD, workflow_id, run_id, limit, &events))
		return tsk_error(call);
	hand_out(call, &events, limit, history);
	return TSK_OK;
}

/* Each answer is one page. */
enum tsk_status tsk_histories_backward(struct tsk_call *call, const char *const *workflow_ids,
				       const char *const *run_ids, size_t count, size_t limit,
				       struct tsk_history *histories, enum tsk_status *statuses)
{
	struct exchange *exchanges = tsk_alloc(call, (count + 1) * sizeof(*exchanges));

	for (size_t i = 0; i < count; i++)
		begin(call, BACKWARD, workflow_ids[i], run_ids[i], &exchanges[i])
			->maximum_page_size = (int32_t)limit + 1;
	enum tsk_status status = exchange_all(call, exchanges, count);
	for (size_t i = 0; i < count; i++) {
		const Pb__GetWorkflowExecutionHistoryResponse *page = exchanges[i].answer;
		struct events events = { .items = NULL };

		histories[i] = (struct tsk_history){ .count = 0 };
		statuses[i] = exchanges[i].asked ? exchanges[i].status : status;
		if (exchanges[i].asked && exchanges[i].status == TSK_OK) {
			add_events(call, &events, page->history);
			hand_out(call, &events, limit, &histories[i]);
			histories[i].more |= page->next_page_token.len > 0;
		}
		if (!status && exchanges[i].unreachable)
			status = exchange_fail(call, &exchanges[i]);
	}
	return status;
}
