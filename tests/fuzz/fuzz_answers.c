/* libFuzzer: answers of a server, to every kind of request, on their way into the public structs
 * and what is made of them: lists, timelines and their pages, diagnoses, the printed result.
 *
 * The channel driver is one of ours, which answers with the input. Its first byte chooses the
 * request; then for each answer: a byte with the high bit for an error with its code, message and
 * details, else a message; see fuzz_chunk. seeds.py writes inputs to begin with.
 */
#include "fuzz.h"

#include "output/output.h"
#include "temporal/driver.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/timeline.h>

/* ---- the server ---- */

static struct fuzz_input answers;

static struct channel *open_channel(const struct channel_settings *settings)
{
	require(settings->address && settings->user_agent);
	return (struct channel *)&answers;
}

static uint8_t *take_chunk(size_t *size)
{
	const uint8_t *chunk = fuzz_chunk(&answers, size);
	uint8_t *copy = malloc(*size + 1);

	require(copy != NULL);
	if (*size)
		memcpy(copy, chunk, *size);
	copy[*size] = '\0';
	return copy;
}

static void answer(struct channel_request *request)
{
	bool any = answers.left > 0;
	unsigned kind = fuzz_byte(&answers);
	size_t size;

	require(request->path && (request->body || !request->body_size));
	request->done = true;
	if (!any) {
		request->code = GRPC_UNAVAILABLE;
		request->unreachable = true;
	} else if (kind & 0x80) {
		request->code = 1 + (kind & 0x7f) % GRPC_UNAUTHENTICATED;
		request->message = (char *)take_chunk(&size);
		request->details = take_chunk(&request->details_size);
	} else {
		request->code = GRPC_OK;
		request->answer = take_chunk(&request->answer_size);
	}
}

static enum channel_end run(struct channel *channel, struct channel_request *const *requests,
			    size_t count, int interrupt_descriptor, struct pollfd *descriptors,
			    size_t descriptor_count)
{
	(void)channel;
	(void)interrupt_descriptor;
	(void)descriptors;
	(void)descriptor_count;
	for (size_t i = 0; i < count; i++)
		answer(requests[i]);
	return CHANNEL_DONE;
}

static void close_channel(struct channel *channel)
{
	require(channel == (struct channel *)&answers);
}

/* The codec server. */
static long post(const char *url, const char *const *headers, const void *body, size_t size,
		 int64_t timeout_ms, uint8_t **page, size_t *page_size, char **problem)
{
	(void)headers;
	(void)timeout_ms;
	require(url && body && size && problem);
	if (!answers.left)
		return 0;
	*page = take_chunk(page_size);
	return 200;
}

__attribute__((visibility("default"))) const struct channel_driver temporal_skill_channel = {
	.abi = CHANNEL_DRIVER_ABI,
	.open = open_channel,
	.run = run,
	.close = close_channel,
	.post = post,
};

/* ---- what is made of answers ---- */

#define ID      "order-17"
#define RUN     "3f1c"
#define NOW     INT64_C(1800000000000000000)
#define SEVERAL 3

static const char *const ids[SEVERAL] = { "one", "two", "three" };

static void show_timeline(struct tsk_call *call, const struct tsk_workflow *workflow,
			  const struct tsk_history *history)
{
	const struct tsk_timeline *timeline = tsk_timeline(call, workflow, history, NOW);
	cJSON *list = tsk_set_list(tsk_result(call), "events");
	struct tsk_text page = { .call = call };

	for (size_t i = 0; i < history->count; i++)
		tsk_event_say(call, list, &history->events[i], NOW);
	for (size_t i = 0; timeline && i < timeline->bar_count; i++)
		require(timeline->bars[i].row < timeline->row_count);
	tsk_html_begin(&page, ID);
	if (timeline)
		tsk_html_timeline(&page, "w1", timeline, "http://localhost:1/x");
	tsk_html_end(&page);
	require(strlen(page.bytes) == page.size);
	require_utf8(page.bytes);
}

static void describe_and_show(struct tsk_call *call)
{
	const struct tsk_workflow *workflow;
	struct tsk_history history;

	if (tsk_describe_workflow(call, ID, RUN, &workflow) == TSK_OK &&
	    tsk_history_forward(call, ID, RUN, 0, &history) == TSK_OK)
		show_timeline(call, workflow, &history);
}

static void describe_and_diagnose(struct tsk_call *call)
{
	struct tsk_symptoms symptoms = { .now = NOW };
	struct tsk_diagnosis diagnosis = { .verdict = TSK_VERDICT_OK };

	if (tsk_describe_workflow(call, ID, RUN, &symptoms.workflow) ||
	    tsk_history_backward(call, ID, RUN, 255, &symptoms.newest))
		return;
	symptoms.workflow_pollers_known =
		tsk_pollers(call, symptoms.workflow->task_queue, TSK_WORKFLOW_TASKS,
			    &symptoms.workflow_pollers, &symptoms.workflow_poller_count) == TSK_OK;
	tsk_forget_error(call);
	tsk_classify(call, &symptoms, &diagnosis);
	tsk_diagnosis_say(call, symptoms.workflow, &diagnosis);
}

static void ask_many(struct tsk_call *call)
{
	const struct tsk_workflow *workflows[SEVERAL];
	struct tsk_history histories[SEVERAL];
	enum tsk_status statuses[SEVERAL];

	if (tsk_describe_workflows(call, ids, NULL, SEVERAL, workflows, statuses) == TSK_OK)
		for (size_t i = 0; i < SEVERAL; i++)
			require((statuses[i] == TSK_OK) == (workflows[i] != NULL));
	tsk_forget_error(call);
	tsk_histories_backward(call, ids, ids, SEVERAL, 30, histories, statuses);
}

static void ask_lists(struct tsk_call *call)
{
	const struct tsk_workflow *workflows;
	int64_t total, counts[TSK_WORKFLOW_PAUSED + 1];
	size_t count;
	bool more;

	if (tsk_list_workflows(call, NULL, 100, &workflows, &count, &more) == TSK_OK)
		require(count <= 100);
	tsk_forget_error(call);
	tsk_count_workflows(call, "", &total, counts);
}

static void ask_queue(struct tsk_call *call)
{
	const struct tsk_poller *pollers;
	const struct tsk_worker *workers;
	size_t count;

	if (tsk_pollers(call, "orders", TSK_ACTIVITY_TASKS, &pollers, &count) == TSK_OK)
		for (size_t i = 0; i < count; i++)
			require_utf8(pollers[i].identity);
	tsk_forget_error(call);
	tsk_list_workers(call, &workers, &count);
}

static void ask_workflow(struct tsk_call *call)
{
	struct tsk_handlers handlers;
	const char *json;
	size_t offset;

	tsk_workflow_handlers(call, ID, RUN, 1000, &handlers);
	tsk_forget_error(call);
	if (tsk_query_workflow(call, ID, RUN, "state", "[1]", 1000, &json) == TSK_OK)
		require(tsk_json_check(json, strlen(json), &offset));
}

static void tell_workflow(struct tsk_call *call)
{
	struct tsk_update update;
	const char *run_id;

	tsk_update_workflow(call, ID, RUN, "set", NULL, tsk_now_ms() + 1000, &update);
	tsk_forget_error(call);
	tsk_signal_workflow(call, ID, RUN, "set", "{}");
	tsk_forget_error(call);
	tsk_reset_workflow(call, ID, RUN, 4, "again", &run_id);
}

static void ask_server(struct tsk_call *call)
{
	struct tsk_server server;
	struct tsk_strings names;

	tsk_server_ask(call, 1000, &server);
	tsk_forget_error(call);
	tsk_namespaces(call, &names);
}

static void wait_for_end(struct tsk_call *call)
{
	const struct tsk_event *close;
	int64_t length;

	if (tsk_wait_close(call, ID, RUN, tsk_now_ms() + 1000, NULL, 0, &close) == TSK_OK && close)
		require(*close->type_name);
	tsk_forget_error(call);
	tsk_wait_event(call, ID, RUN, 3, tsk_now_ms() + 1000, &length);
}

static void end_many(struct tsk_call *call)
{
	const char *messages[SEVERAL], *job;
	enum tsk_status statuses[SEVERAL];
	struct tsk_batch batch;

	tsk_end_workflows(call, ids, NULL, SEVERAL, true, "", statuses, messages);
	tsk_forget_error(call);
	if (tsk_batch_start(call, "", true, "", &job) == TSK_OK)
		tsk_batch_ask(call, job, &batch);
}

typedef void request(struct tsk_call *call);
static request *const requests[] = {
	describe_and_show, describe_and_diagnose, ask_many,   ask_lists,    ask_queue,
	ask_workflow,      tell_workflow,         ask_server, wait_for_end, end_many
};

/* The result is JSON, and nothing in its text drives a terminal. */
static void print(struct tsk_call *call)
{
	char *json = output_json(call);
	size_t offset;

	require(json && tsk_json_check(json, strlen(json), &offset));
	for (const char *text = output_text(call); *text; text++)
		require((unsigned char)*text >= ' ' || *text == '\n' || *text == '\t');
	free(json);
}

#define WITH_CODEC 0x40

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);

	answers = (struct fuzz_input){ bytes, size };
	unsigned first = fuzz_byte(&answers);
	if (first & WITH_CODEC)
		settings_set(&world.settings, call, TSK_SETTING_CODEC_ENDPOINT,
			     "http://codec.test/{namespace}", "fuzz", RANK_FLAG);
	requests[(first & ~WITH_CODEC) % (sizeof(requests) / sizeof(*requests))](call);
	tsk_forget_error(call);
	print(call);
	fuzz_end(&world);
	return 0;
}
