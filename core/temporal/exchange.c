/* Requests and their answers: packed, sent through the driver, unpacked. */
#include "client.h"

#include "call/call.h"
#include "call/interrupt.h"
#include "talk/trace.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <unistd.h>

#define SERVICE    "/temporal.api.workflowservice.v1.WorkflowService/"
#define OPERATOR   "/temporal.api.operatorservice.v1.OperatorService/"

/* How many requests are in memory with their answers at a time: the driver sends 64 at once, and a
 * history page may have megabytes. */
#define BATCH_MOST 1000

/* ---- one exchange, before and after ---- */

static const uint8_t *pack(struct tsk_call *call, const ProtobufCMessage *message, size_t *size)
{
	*size = message ? protobuf_c_message_get_packed_size(message) : 0;
	uint8_t *bytes = tsk_alloc(call, *size);

	if (message)
		protobuf_c_message_pack(message, bytes);
	return bytes;
}

/* Something that takes connections and is silent is no Temporal server: until the first answer has
 * come, one is awaited no longer than a connection. */
static int64_t answer_deadline(struct tsk_call *call, const struct exchange *exchange)
{
	int64_t connect = tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT);

	if (exchange->deadline)
		return exchange->deadline;
	return tsk_deadline(call,
			    call->client->answered || connect > ANSWER_MS ? ANSWER_MS : connect);
}

static bool is_silent(const struct tsk_call *call, const struct exchange *exchange)
{
	return !call->client->answered && !exchange->deadline &&
	       exchange->code == GRPC_DEADLINE_EXCEEDED;
}

void exchange_is_unanswered(struct tsk_call *call, struct exchange *exchange)
{
	exchange->status = TSK_UNAVAILABLE;
	exchange->hint = NULL;
	exchange->problem = tsk_format(call,
				       "no answer from '%s': what listens there is no Temporal "
				       "server, or one that is too busy to answer",
				       tsk_setting(call, TSK_SETTING_ADDRESS));
}

/* false: there is no time left to ask. */
static bool prepare_exchange(struct tsk_call *call, struct exchange *exchange,
			     struct channel_request *request)
{
	exchange->until = answer_deadline(call, exchange);
	*request = (struct channel_request){
		.path = tsk_format(call, "%s%s", exchange->of_operator ? OPERATOR : SERVICE,
				   exchange->method),
		.timeout_ms = exchange->until - tsk_now_ms(),
		.repeatable = !exchange->not_idempotent,
	};
	request->body = pack(call, exchange->message, &request->body_size);
	if (exchange->again)
		request->again = pack(call, exchange->again, &request->again_size);
	exchange->asked = exchange->perhaps = false;
	exchange->answer = NULL;
	exchange->bytes = NULL;
	exchange->problem = exchange->hint = NULL;
	exchange->status = TSK_OK;
	if (request->timeout_ms > 0)
		return true;
	exchange->asked = true;
	exchange->code = GRPC_DEADLINE_EXCEEDED;
	refusal_explain(call, exchange, NULL, NULL, 0);
	return false;
}

static void finish_exchange(struct tsk_call *call, struct exchange *exchange,
			    struct channel_request *request)
{
	exchange->asked = true;
	exchange->code = request->code;
	exchange->unreachable = request->unreachable;
	exchange->lost = request->lost;
	exchange->unsafe = request->unsafe;
	exchange->unsendable = request->unsendable;
	exchange->perhaps = request->perhaps;
	/* At the deadline the server may drop the request without a word. */
	if (exchange->lost && tsk_now_ms() >= exchange->until) {
		exchange->lost = false;
		exchange->code = GRPC_DEADLINE_EXCEEDED;
	}
	call->client->answered |= !request->unreachable && !request->lost &&
				  exchange->code != GRPC_DEADLINE_EXCEEDED &&
				  exchange->code != GRPC_UNAVAILABLE;
	if (request->unreachable || request->lost || request->tries > 1)
		call->client->disturbed_ms = tsk_now_ms();
	if (exchange->code != GRPC_OK) {
		refusal_explain(call, exchange, request->message, request->details,
				request->details_size);
		if (is_silent(call, exchange))
			exchange_is_unanswered(call, exchange);
		return;
	}
	if (exchange->as_it_is) {
		exchange->bytes = request->answer;
		exchange->size = request->answer_size;
		request->answer = NULL;
	}
	if (!exchange->answers)
		return;
	exchange->answer =
		wire_unpack(call, exchange->answers, request->answer, request->answer_size);
	if (!exchange->answer) {
		exchange->status = TSK_UNAVAILABLE;
		exchange->problem = tsk_format(call, "cannot read the server's answer to '%s'",
					       exchange->method);
	}
}

/* What this machine shows of a server that gives no answer says more than its silence. here: looked
 * for once for all that were sent together. */
static void blame_process(struct tsk_call *call, struct exchange *exchange,
			  const struct tsk_server_here **here)
{
	const bool silent = is_silent(call, exchange);

	if (exchange->status != TSK_UNAVAILABLE && exchange->status != TSK_TIMEOUT)
		return;
	if (!*here)
		*here = tsk_server_here(call);
	if (!(*here)->trouble)
		return;
	exchange->status = TSK_UNAVAILABLE;
	exchange->hint = (*here)->remedy;
	exchange->problem = silent ? tsk_format(call, "no answer from '%s': its process %s",
						call->client->address, (*here)->trouble)
				   : tsk_format(call, "%s; its process %s", exchange->problem,
						(*here)->trouble);
}

static void trace_exchange(struct tsk_call *call, const struct exchange *exchange,
			   const struct channel_request *request)
{
	const char *id = exchange->workflow_id ? exchange->workflow_id : "";
	const char *run = exchange->run_id ? exchange->run_id : "";

	trace_line(call, TRACE_RPC, "%s%s%s%s%s: %s, %u %s, %lld ms, %zu bytes out, %zu in",
		   exchange->method, *id ? " " : "", *id ? tsk_quote(call, id) : "",
		   *run ? " " : "", run,
		   !request->done ? "not awaited" : grpc_code_name(request->code), request->tries,
		   request->tries == 1 ? "try" : "tries", (long long)request->took_ms,
		   request->body_size, request->answer_size);
}

/* ---- running ---- */

struct wakers {
	struct pollfd *descriptors;
	size_t count;
	bool ready;
};

static enum tsk_status run_exchanges(struct tsk_call *call, struct exchange *exchanges,
				     size_t count, struct wakers *wakers)
{
	struct client *client = client_of(call);
	struct channel_request *requests, **sent;
	enum channel_end end = CHANNEL_DONE;
	size_t sent_count = 0;

	if (!client)
		return tsk_error(call);
	requests = tsk_alloc(call, count * sizeof(*requests));
	sent = tsk_alloc(call, count * sizeof(*sent));
	for (size_t i = 0; i < count; i++) {
		if (prepare_exchange(call, &exchanges[i], &requests[i]))
			sent[sent_count++] = &requests[i];
	}
	int64_t begun = tsk_now_ms();
	const struct tsk_server_here *here = NULL;
	if (sent_count)
		end = client->driver->run(client->channel, sent, sent_count, interrupt_descriptor(),
					  wakers->descriptors, wakers->count);
	client->sent += (int64_t)sent_count;
	wakers->ready = end == CHANNEL_READY;
	for (size_t i = 0; i < count; i++) {
		if (requests[i].done)
			finish_exchange(call, &exchanges[i], &requests[i]);
		else
			exchanges[i].perhaps = requests[i].tries > 0;
		blame_process(call, &exchanges[i], &here);
		if (exchanges[i].asked)
			question_keep(call, &exchanges[i]);
		if (trace_wants(TRACE_RPC))
			trace_exchange(call, &exchanges[i], &requests[i]);
		channel_request_release(&requests[i]);
	}
	if (count)
		tsk_progress(call, "%zu x %s: %lld ms", sent_count, exchanges[0].method,
			     (long long)(tsk_now_ms() - begun));
	if (end == CHANNEL_INTERRUPTED && !tsk_interrupted(call))
		tsk_fail(call, TSK_INTERRUPTED, "interrupted");
	return end == CHANNEL_INTERRUPTED ? TSK_INTERRUPTED : TSK_OK;
}

enum tsk_status exchange_all(struct tsk_call *call, struct exchange *exchanges, size_t count)
{
	for (size_t done = 0; done < count; done += BATCH_MOST) {
		size_t part = count - done < BATCH_MOST ? count - done : BATCH_MOST;
		struct wakers nobody = { .descriptors = NULL };
		enum tsk_status status = run_exchanges(call, exchanges + done, part, &nobody);

		if (status)
			return status;
	}
	return TSK_OK;
}

enum tsk_status exchange_one(struct tsk_call *call, struct exchange *exchange)
{
	enum tsk_status status = exchange_all(call, exchange, 1);

	return status ? status : exchange_fail(call, exchange);
}

/* The server answers a long poll after 20 s at the latest; the rest is for a slow line. */
#define LONG_POLL_MS     25000

/* More descriptors than a command has reason to wait for. */
#define DESCRIPTORS_MOST 64

/* A descriptor that gets readable at the deadline; -1: with the error recorded. */
static int deadline_timer(struct tsk_call *call, int64_t deadline)
{
	struct itimerspec when = { .it_value = { .tv_sec = deadline / 1000,
						 .tv_nsec = deadline % 1000 * 1000000 + 1 } };
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (timer < 0) {
		tsk_fail(call, TSK_INTERNAL, "cannot make a timer: %s", strerror(errno));
		return -1;
	}
	/* Without a deadline it is never set, and never readable. */
	if (deadline != TSK_NO_DEADLINE)
		timerfd_settime(timer, TFD_TIMER_ABSTIME, &when, NULL);
	return timer;
}

/* The deadline is kept here and not told to the server: told of a near one, it answers at once that
 * nothing happened, and asking again until the time is up would be a busy loop. */
enum tsk_status exchange_until(struct tsk_call *call, struct exchange *exchange, int64_t deadline,
			       struct pollfd *descriptors, size_t descriptor_count, bool *ready)
{
	struct pollfd all[DESCRIPTORS_MOST + 1];
	struct wakers wakers = { .descriptors = all, .count = descriptor_count + 1 };
	enum tsk_status status;

	if (ready)
		*ready = false;
	if (descriptor_count > DESCRIPTORS_MOST)
		return tsk_fail(call, TSK_INTERNAL, "cannot wait for %zu descriptors",
				descriptor_count);
	if (deadline > call->deadline)
		deadline = call->deadline;
	if (tsk_now_ms() >= deadline)
		return TSK_TIMEOUT;
	exchange->deadline = tsk_now_ms() + LONG_POLL_MS;
	all[0] = (struct pollfd){ .fd = deadline_timer(call, deadline), .events = POLLIN };
	if (all[0].fd < 0)
		return TSK_INTERNAL;
	if (descriptor_count)
		memcpy(all + 1, descriptors, descriptor_count * sizeof(*all));
	status = run_exchanges(call, exchange, 1, &wakers);
	for (size_t i = 0; i < descriptor_count; i++)
		descriptors[i].revents = all[i + 1].revents;
	if (ready)
		*ready = wakers.ready && !all[0].revents;
	if (!status && wakers.ready && all[0].revents)
		status = TSK_TIMEOUT;
	close(all[0].fd);
	return status;
}

enum tsk_status exchange_fail(struct tsk_call *call, const struct exchange *exchange)
{
	if (exchange->status == TSK_OK)
		return TSK_OK;
	tsk_fail(call, exchange->status, "%s", exchange->problem);
	if (exchange->hint)
		tsk_hint(call, "%s", exchange->hint);
	return exchange->status;
}

/* ---- building messages ---- */

Pb__WorkflowExecution *execution_to_wire(struct tsk_call *call, const char *workflow_id,
					 const char *run_id)
{
	Pb__WorkflowExecution *execution = tsk_alloc(call, sizeof(*execution));

	pb__workflow_execution__init(execution);
	execution->workflow_id = wire_text(workflow_id);
	execution->run_id = wire_text(run_id);
	return execution;
}

const char *new_request_id(struct tsk_call *call)
{
	uint8_t bytes[16];

	/* Never short: the kernel gives up to 256 bytes whole. Without it (a kernel before 3.17)
	 * the clock must do. */
	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes)) {
		int64_t now = tsk_wall_ns();

		memcpy(bytes, &now, sizeof(now));
		memcpy(bytes + sizeof(now), &call, sizeof(call));
	}
	bytes[6] = (bytes[6] & 0x0f) | 0x40; /* version 4: random */
	bytes[8] = (bytes[8] & 0x3f) | 0x80;
	return tsk_format(call,
			  "%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x",
			  bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6],
			  bytes[7], bytes[8], bytes[9], bytes[10], bytes[11], bytes[12], bytes[13],
			  bytes[14], bytes[15]);
}
