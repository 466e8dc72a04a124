/* Whole histories of many runs, as the server's own bytes: pages of all of them side by side. */
#include "call/arena.h"
#include "call/call.h"
#include "client.h"
#include "history_pages.h"

#include <stdlib.h>
#include <string.h>

/* More than a server gives at a time: 1.32 ends a page at 256. */
#define EVENTS_A_PAGE 1000

/* Runs whose pages are asked for together. A round lasts as long as its slowest page. */
#define RUNS_AT_ONCE  128

/* What a piece of the call's memory may have. */
#define BYTES_MOST    ((size_t)500 << 20)

struct run {
	size_t index; /* of its history */
	struct history_pages pages;
};

struct fetching {
	struct tsk_call *call;
	struct tsk_raw_history *histories;
	size_t count;
	int64_t deadline;
	size_t bytes_most;
	tsk_take_history *take;
	void *context;

	struct run runs[RUNS_AT_ONCE]; /* under way */
	size_t run_count, run_most;
	size_t next;   /* the first that was never begun */
	size_t *again; /* those that had to make room for others */
	size_t again_count;
	size_t held; /* bytes, of runs under way and of those handed out for good */
	size_t kept; /* the latter alone */
	bool full;   /* one of the latter left too little room */
	bool enough; /* no more are wanted */
};

/* ---- the end of a run ---- */

static void give_up(struct fetching *fetching, size_t index, enum tsk_status status,
		    const char *problem)
{
	struct tsk_raw_history *history = &fetching->histories[index];

	history->status = status;
	history->problem = problem;
	if (fetching->take && !fetching->enough)
		fetching->enough = !fetching->take(fetching->context, history);
}

static void drop_run(struct fetching *fetching, size_t place)
{
	fetching->held -= fetching->runs[place].pages.size;
	history_pages_drop(&fetching->runs[place].pages);
	fetching->runs[place] = fetching->runs[--fetching->run_count];
}

static void give_up_for_room(struct fetching *fetching, size_t place)
{
	const size_t index = fetching->runs[place].index;

	drop_run(fetching, place);
	fetching->full = fetching->kept > 0;
	give_up(fetching, index, TSK_NEGATIVE,
		tsk_format(fetching->call,
			   fetching->full ? "with those before it there are more than %zu MB of "
					    "histories"
					  : "it has more than %zu MB",
			   fetching->bytes_most >> 20));
}

static void hand_out(struct fetching *fetching, size_t place)
{
	const struct history_pages *pages = &fetching->runs[place].pages;
	struct tsk_raw_history *history = &fetching->histories[fetching->runs[place].index];
	size_t size;
	const size_t events = history_pages_written(pages, &size);

	if (!fetching->take && fetching->kept + size > fetching->bytes_most) {
		give_up_for_room(fetching, place);
		return;
	}
	uint8_t *bytes = fetching->take ? malloc(size) : tsk_alloc(fetching->call, size);

	if (!bytes)
		out_of_memory();
	history_pages_join(pages, bytes);
	history->status = TSK_OK;
	history->problem = NULL;
	history->events = (int64_t)events;
	history->bytes = bytes;
	history->size = size;
	drop_run(fetching, place);
	if (!fetching->take) {
		fetching->held += size;
		fetching->kept += size;
		return;
	}
	if (!fetching->enough)
		fetching->enough = !fetching->take(fetching->context, history);
	history->bytes = NULL;
	free(bytes);
}

/* ---- how much is held ---- */

static size_t youngest(const struct fetching *fetching)
{
	size_t place = 0;

	for (size_t i = 1; i < fetching->run_count; i++)
		if (fetching->runs[i].index > fetching->runs[place].index)
			place = i;
	return place;
}

/* Many long ones under way do without the youngest, which begin again when there is room; one alone
 * is too long. */
static void keep_within(struct fetching *fetching)
{
	while (fetching->held > fetching->bytes_most && fetching->run_count) {
		size_t place = youngest(fetching);

		if (fetching->run_count == 1) {
			give_up_for_room(fetching, place);
			return;
		}
		fetching->again[fetching->again_count++] = fetching->runs[place].index;
		drop_run(fetching, place);
		fetching->run_most = fetching->run_count;
	}
}

/* ---- a round: the next page of each run under way ---- */

static bool begin_next(struct fetching *fetching)
{
	if (fetching->run_count == fetching->run_most ||
	    (!fetching->again_count && fetching->next == fetching->count))
		return false;
	size_t index =
		fetching->again_count ? fetching->again[--fetching->again_count] : fetching->next++;
	fetching->runs[fetching->run_count++] = (struct run){ .index = index };
	return true;
}

static void ask_page(struct fetching *fetching, const struct run *run, struct exchange *exchange)
{
	struct tsk_call *call = fetching->call;
	const struct tsk_raw_history *history = &fetching->histories[run->index];
	Pb__GetWorkflowExecutionHistoryRequest *request = tsk_alloc(call, sizeof(*request));

	pb__get_workflow_execution_history_request__init(request);
	request->namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request->execution = execution_to_wire(call, history->workflow_id, history->run_id);
	request->maximum_page_size = EVENTS_A_PAGE;
	request->next_page_token.data = (uint8_t *)(uintptr_t)run->pages.token;
	request->next_page_token.len = run->pages.token_size;
	*exchange = (struct exchange){
		.method = "GetWorkflowExecutionHistory",
		.message = &request->base,
		.as_it_is = true,
		.workflow_id = history->workflow_id,
		.run_id = history->run_id,
		/* Else the usual one, which is short where nobody has answered yet. */
		.deadline =
			fetching->deadline < tsk_deadline(call, ANSWER_MS) ? fetching->deadline : 0,
	};
}

static void take_page(struct fetching *fetching, size_t place, struct exchange *exchange)
{
	struct run *run = &fetching->runs[place];
	const size_t index = run->index;

	if (exchange->status != TSK_OK) {
		drop_run(fetching, place);
		give_up(fetching, index, exchange->status, exchange->problem);
		return;
	}
	const bool sound = history_pages_add(&run->pages, exchange->bytes, exchange->size);
	fetching->held += exchange->size;
	exchange->bytes = NULL;
	if (!sound) {
		drop_run(fetching, place);
		give_up(fetching, index, TSK_UNAVAILABLE,
			"cannot read the server's answer to 'GetWorkflowExecutionHistory'");
		return;
	}
	if (!run->pages.token_size)
		hand_out(fetching, place);
}

static enum tsk_status run_round(struct fetching *fetching, struct exchange *exchanges)
{
	struct tsk_call *call = fetching->call;
	const size_t count = fetching->run_count;
	enum tsk_status status;

	for (size_t i = 0; i < count; i++)
		ask_page(fetching, &fetching->runs[i], &exchanges[i]);
	status = exchange_all(call, exchanges, count);
	/* From the end: whoever is through leaves its place to the last one. */
	for (size_t i = count; i-- > 0;) {
		if (!status && exchanges[i].unreachable)
			status = exchange_fail(call, &exchanges[i]);
		if (exchanges[i].asked)
			take_page(fetching, i, &exchanges[i]);
	}
	keep_within(fetching);
	return status;
}

/* What was not begun or not finished. */
static void give_up_rest(struct fetching *fetching, enum tsk_status status, const char *problem)
{
	fetching->run_most = RUNS_AT_ONCE;
	do {
		while (fetching->run_count) {
			size_t index = fetching->runs[0].index;

			drop_run(fetching, 0);
			give_up(fetching, index, status, problem);
		}
	} while (begin_next(fetching));
}

enum tsk_status tsk_raw_histories(struct tsk_call *call, struct tsk_raw_history *histories,
				  size_t count, int64_t deadline, size_t bytes_most,
				  tsk_take_history *take, void *context)
{
	struct fetching *fetching = tsk_alloc(call, sizeof(*fetching));
	struct exchange *exchanges = tsk_alloc(call, RUNS_AT_ONCE * sizeof(*exchanges));
	enum tsk_status status = TSK_OK;

	*fetching = (struct fetching){
		.call = call,
		.histories = histories,
		.count = count,
		.deadline = deadline < call->deadline ? deadline : call->deadline,
		.bytes_most = bytes_most && bytes_most < BYTES_MOST ? bytes_most : BYTES_MOST,
		.take = take,
		.context = context,
		.run_most = RUNS_AT_ONCE,
		.again = tsk_alloc(call, (count + 1) * sizeof(*fetching->again)),
	};
	for (size_t i = 0; i < count; i++) {
		histories[i].bytes = NULL;
		histories[i].size = 0;
		histories[i].events = 0;
	}
	while (!status && !fetching->full && !fetching->enough &&
	       tsk_now_ms() < fetching->deadline) {
		while (begin_next(fetching)) {
		}
		if (!fetching->run_count)
			return TSK_OK;
		status = run_round(fetching, exchanges);
	}
	if (status)
		give_up_rest(fetching, status, tsk_error_message(call));
	else if (fetching->full)
		give_up_rest(fetching, TSK_NEGATIVE,
			     tsk_format(call, "those before it have more than %zu MB",
					fetching->bytes_most >> 20));
	else
		give_up_rest(fetching, TSK_TIMEOUT, "there was no time left to read its history");
	return status;
}
