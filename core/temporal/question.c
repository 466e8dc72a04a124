/* What a request asks, in words, and why it has no answer: kept for the end of the command. */
#include "client.h"

#include "call/call.h"
#include "call/unanswered.h"

#include <string.h>

static const struct question_words state = { "the state of *", "the state of * workflows" };
static const struct question_words history = { "the history of *", "the histories of * workflows" };
static const struct question_words pollers = { "who polls *", "who polls * task queues" };
static const struct question_words listing = { "the list of workflows", NULL };
static const struct question_words number = { "the number of workflows", NULL };
static const struct question_words workers = { "the workers that the server knows", NULL };
static const struct question_words query = { "what * answers to a query",
					     "what * workflows answer to a query" };
static const struct question_words name = { "the namespace", NULL };
static const struct question_words names = { "the namespaces", NULL };
static const struct question_words server = { "the server's version", NULL };
static const struct question_words schedules = { "the schedules", NULL };
static const struct question_words schedule = { "schedule *", "* schedules" };
static const struct question_words batch = { "a batch operation", NULL };

/* What changes something is not here: that it was not done is a failure, and told as one. */
static const struct {
	const char *method;
	const struct question_words *words;
} rows[] = {
	{ "DescribeWorkflowExecution", &state },
	{ "GetWorkflowExecutionHistory", &history },
	{ "GetWorkflowExecutionHistoryReverse", &history },
	{ "DescribeTaskQueue", &pollers },
	{ "ListWorkflowExecutions", &listing },
	{ "CountWorkflowExecutions", &number },
	{ "ListWorkers", &workers },
	{ "QueryWorkflow", &query },
	{ "DescribeNamespace", &name },
	{ "ListNamespaces", &names },
	{ "GetSystemInfo", &server },
	{ "ListSchedules", &schedules },
	{ "DescribeSchedule", &schedule },
	{ "DescribeBatchOperation", &batch },
};

static const struct question_words *words_of(const char *method)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (strcmp(rows[i].method, method) == 0)
			return rows[i].words;
	return NULL;
}

static const char *reason_of(const struct exchange *exchange)
{
	if (exchange->unreachable || exchange->lost)
		return "the server is not available";
	switch (exchange->code) {
	case GRPC_UNAUTHENTICATED:
	case GRPC_PERMISSION_DENIED: return "denied";
	case GRPC_UNIMPLEMENTED: return "not known to this server";
	case GRPC_RESOURCE_EXHAUSTED: return "over a limit of the server";
	case GRPC_DEADLINE_EXCEEDED: return "no answer in time";
	case GRPC_UNAVAILABLE: return "the server is not available";
	default: return "the server failed on it";
	}
}

/* Late is what a long poll may be; and a query is answered by a worker, whose silence is a finding
 * and no refusal of the server's. */
static bool is_by_design(const struct exchange *exchange)
{
	if (exchange->optional && exchange->code == GRPC_UNIMPLEMENTED)
		return true;
	if (exchange->status != TSK_TIMEOUT && !exchange->lost)
		return false;
	return exchange->again || strcmp(exchange->method, "QueryWorkflow") == 0;
}

void question_keep(struct tsk_call *call, const struct exchange *exchange)
{
	const struct question question = {
		.method = exchange->method,
		.words = words_of(exchange->method),
		.about = exchange->about         ? exchange->about
			 : exchange->workflow_id ? exchange->workflow_id
						 : "",
		.part = exchange->part     ? exchange->part
			: exchange->run_id ? exchange->run_id
					   : "",
	};

	/* Where there is no server at all, that is the answer. */
	if (!question.words ||
	    (!call->client->answered &&
	     (exchange->unreachable || exchange->code == GRPC_DEADLINE_EXCEEDED)))
		return;
	if (exchange->status != TSK_UNAVAILABLE && exchange->status != TSK_TIMEOUT &&
	    exchange->status != TSK_DENIED)
		unanswered_drop(call, &question);
	else if (!is_by_design(exchange))
		unanswered_add(call, &question, reason_of(exchange), exchange->status);
}

void question_is_lost(struct tsk_call *call, const char *method, const char *about,
		      const char *reason)
{
	const struct question question = { method, words_of(method), about, "" };

	unanswered_add(call, &question, reason, TSK_TIMEOUT);
}
