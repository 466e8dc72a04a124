/* Waiting for a run to close, or for anything to happen in it: long polls of its history. */
#include "client.h"

#include "call/call.h"

#include <string.h>

/* A server that answers this often in a row, at once and with nothing new, does not wait at all:
 * then we would only burn time on both sides. */
#define EMPTY_ANSWERS_MOST 50
#define AT_ONCE_MS         500

#define FOR_CLOSE          PB__HISTORY_EVENT_FILTER_TYPE__HISTORY_EVENT_FILTER_TYPE_CLOSE_EVENT
#define FOR_ALL            PB__HISTORY_EVENT_FILTER_TYPE__HISTORY_EVENT_FILTER_TYPE_ALL_EVENT

struct poll {
	Pb__GetWorkflowExecutionHistoryRequest wait, ask; /* the same question, waiting and not */
	struct exchange exchange;
	unsigned empty;         /* answers in a row that brought nothing, at once */
	Pb__HistoryEvent *last; /* the newest event seen, or NULL */
	bool news;              /* the last answer had what is waited for, or a part of it */
};

static void poll_init(struct tsk_call *call, const char *workflow_id, const char *run_id,
		      Pb__HistoryEventFilterType filter, struct poll *poll)
{
	*poll = (struct poll){
		.wait = PB__GET_WORKFLOW_EXECUTION_HISTORY_REQUEST__INIT,
		.exchange = { .method = "GetWorkflowExecutionHistory",
			      .answers = &pb__get_workflow_execution_history_response__descriptor,
			      .workflow_id = workflow_id,
			      .run_id = run_id },
	};
	poll->wait.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	poll->wait.execution = execution_to_wire(call, workflow_id, run_id);
	poll->wait.history_event_filter_type = filter;
	poll->wait.wait_new_event = true;
	poll->exchange.message = &poll->wait.base;
	poll->exchange.again = &poll->ask.base;
}

static bool is_close(const Pb__HistoryEvent *event)
{
	switch ((int)event->event_type) {
	case TSK_EVENT_COMPLETED:
	case TSK_EVENT_FAILED:
	case TSK_EVENT_TIMED_OUT:
	case TSK_EVENT_CANCELED:
	case TSK_EVENT_TERMINATED:
	case TSK_EVENT_CONTINUED_AS_NEW: return true;
	default: return false;
	}
}

/* What is asked when an answer was lost: anything that is answered at once, so that there is
 * progress however young connections must die. The filter for the close event waits even where it
 * is told not to (server 1.32), so the first event of all must do; without the filter it is the
 * same question. */
static void prepare_again(struct poll *poll)
{
	poll->ask = poll->wait;
	poll->ask.wait_new_event = false;
	if (poll->wait.history_event_filter_type == FOR_CLOSE) {
		poll->ask.history_event_filter_type = FOR_ALL;
		poll->ask.next_page_token = (ProtobufCBinaryData){ .len = 0 };
		poll->ask.maximum_page_size = 1;
	}
}

/* Keeps what an answer brought. */
static void take_answer(struct poll *poll, const Pb__GetWorkflowExecutionHistoryResponse *answer)
{
	const bool for_close = poll->wait.history_event_filter_type == FOR_CLOSE;
	const Pb__History *page = answer->history;
	const size_t written = page ? history_written(page->events, page->n_events) : 0;

	if (written)
		poll->last = page->events[written - 1];
	poll->news = written && (!for_close || is_close(poll->last));
	/* The token of the question that is asked in place of a lost one leads elsewhere. */
	if (answer->next_page_token.len && !(for_close && written))
		poll->wait.next_page_token = answer->next_page_token;
}

/* One question. TSK_OK: answered (page and last may have news), or *ready. */
static enum tsk_status poll_once(struct tsk_call *call, struct poll *poll, int64_t deadline,
				 struct pollfd *descriptors, size_t count, bool *ready)
{
	int64_t begun = tsk_now_ms();
	enum tsk_status status;

	prepare_again(poll);
	status = exchange_until(call, &poll->exchange, deadline, descriptors, count, ready);
	if (status || *ready)
		return status;
	/* Late or lost is what a long poll may be: it is asked again. */
	bool again = poll->exchange.status == TSK_TIMEOUT || poll->exchange.lost;
	if (!again && exchange_fail(call, &poll->exchange))
		return tsk_error(call);
	poll->news = false;
	if (poll->exchange.answer)
		take_answer(poll, poll->exchange.answer);
	if (poll->news || tsk_now_ms() - begun > AT_ONCE_MS)
		poll->empty = 0;
	else if (++poll->empty > EMPTY_ANSWERS_MOST)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"the server does not wait for events of workflow '%s'",
				poll->exchange.workflow_id);
	return TSK_OK;
}

enum tsk_status tsk_wait_close(struct tsk_call *call, const char *workflow_id, const char *run_id,
			       int64_t deadline, struct pollfd *descriptors,
			       size_t descriptor_count, const struct tsk_event **close)
{
	struct poll poll;
	bool ready = false;

	*close = NULL;
	poll_init(call, workflow_id, run_id, FOR_CLOSE, &poll);
	while (!poll.last || !is_close(poll.last)) {
		enum tsk_status status =
			poll_once(call, &poll, deadline, descriptors, descriptor_count, &ready);

		if (status || ready)
			return status;
	}
	struct tsk_event *event = tsk_alloc(call, sizeof(*event));
	event_from_wire(call, poll.last, event);
	*close = event;
	return TSK_OK;
}

enum tsk_status tsk_wait_event(struct tsk_call *call, const char *workflow_id, const char *run_id,
			       int64_t known_length, int64_t deadline, int64_t *length)
{
	struct poll poll;
	bool ready = false;

	*length = known_length;
	poll_init(call, workflow_id, run_id, FOR_ALL, &poll);
	/* Events are numbered from 1 on; after the one that closes the run there is no other. */
	while (!poll.last || (poll.last->event_id <= known_length && !is_close(poll.last))) {
		enum tsk_status status = poll_once(call, &poll, deadline, NULL, 0, &ready);

		if (status)
			return status;
	}
	*length = poll.last->event_id;
	return TSK_OK;
}
