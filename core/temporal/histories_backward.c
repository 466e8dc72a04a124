/* The same question about many workflows or queues, asked in parallel. */
#include "client.h"

#include "call/call.h"
#include "convert.h"

#include <string.h>

/* Each answer is one page, newest first. */
static void ask_backward(struct tsk_call *call, const char *workflow_id, const char *run_id,
			 size_t limit, struct exchange *exchange)
{
	Pb__GetWorkflowExecutionHistoryReverseRequest *request = tsk_alloc(call, sizeof(*request));

	pb__get_workflow_execution_history_reverse_request__init(request);
	request->namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request->execution = execution_to_wire(call, workflow_id, run_id);
	request->maximum_page_size = (int32_t)limit + 1;
	*exchange = (struct exchange){
		.method = "GetWorkflowExecutionHistoryReverse",
		.message = &request->base,
		.answers = &pb__get_workflow_execution_history_reverse_response__descriptor,
		.workflow_id = workflow_id,
		.run_id = run_id,
	};
}

static void take_page(struct tsk_call *call,
		      const Pb__GetWorkflowExecutionHistoryReverseResponse *page, size_t limit,
		      struct tsk_history *history)
{
	size_t have = page->history ? page->history->n_events : 0;
	size_t count = have > limit ? limit : have;
	struct tsk_event *events = tsk_alloc(call, (count + 1) * sizeof(*events));

	for (size_t i = 0; i < count; i++)
		event_from_wire(call, page->history->events[i], &events[i]);
	*history = (struct tsk_history){ .events = events,
					 .count = count,
					 .more = count < have || page->next_page_token.len > 0 };
}

enum tsk_status tsk_histories_backward(struct tsk_call *call, const char *const *workflow_ids,
				       const char *const *run_ids, size_t count, size_t limit,
				       struct tsk_history *histories, enum tsk_status *statuses)
{
	struct exchange *exchanges = tsk_alloc(call, (count + 1) * sizeof(*exchanges));

	for (size_t i = 0; i < count; i++)
		ask_backward(call, workflow_ids[i], run_ids[i], limit, &exchanges[i]);
	enum tsk_status status = exchange_all(call, exchanges, count);
	for (size_t i = 0; i < count; i++) {
		histories[i] = (struct tsk_history){ .count = 0 };
		statuses[i] = exchanges[i].asked ? exchanges[i].status : status;
		if (exchanges[i].asked && exchanges[i].status == TSK_OK)
			take_page(call, exchanges[i].answer, limit, &histories[i]);
		if (!status && exchanges[i].unreachable)
			status = exchange_fail(call, &exchanges[i]);
	}
	return status;
}
