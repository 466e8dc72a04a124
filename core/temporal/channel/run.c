/* A run of requests: the loop that sends them, listens to the descriptors and takes the answers. */
#include "channel.h"

#include <stdlib.h>
#include <string.h>

/* How often a lost answer is asked for again: connections die seldom, and a server that loses three
 * in a row is ill. */
#define LOSSES_LARGEST   3

/* How often a request that the server turned down for the moment is sent again, and the pauses
 * before: 100, 200, 400, 800, 1000, 1000 ms. Together 3.5 s, in which a server gets over the
 * restart of a part or a burst of requests. */
#define REFUSALS_LARGEST 6
#define PAUSE_FIRST_MS   100
#define PAUSE_LARGEST_MS 1000

/* Requests in a row that could not even be sent, on connections that answered nothing, before all
 * are given up. */
#define UNSENT_LARGEST   (3 * WINDOW)

/* libcurl knows better when to look again, as a rule; but a wake-up that it has missed costs no
 * more. */
#define WAIT_LARGEST_MS  1000

struct run {
	struct channel *channel;
	struct task *tasks;
	struct task *first, *last; /* waiting to be sent */
	size_t undone;
	int64_t pause_until;
	int64_t heard_ms; /* when the last answer came */
	int unsent;

	struct listening listening;
};

/* ---- the queue ---- */

static void put_last(struct run *run, struct task *task)
{
	task->next = NULL;
	if (run->last)
		run->last->next = task;
	else
		run->first = task;
	run->last = task;
}

static void put_first(struct run *run, struct task *task)
{
	task->next = run->first;
	run->first = task;
	if (!run->last)
		run->last = task;
}

static struct task *take_first(struct run *run)
{
	struct task *task = run->first;

	run->first = task->next;
	if (!run->first)
		run->last = NULL;
	return task;
}

static void settle_task(struct run *run, struct task *task)
{
	task->request->done = true;
	if (task->begun_ms)
		task->request->took_ms = channel_now_ms() - task->begun_ms;
	run->undone--;
}

/* Everything that still waits ends as this one did. */
static void give_up(struct run *run, const struct channel_request *like)
{
	while (run->first) {
		struct task *task = take_first(run);
		task->request->code = like->code;
		task->request->message = like->message ? strdup(like->message) : NULL;
		task->request->unreachable = like->unreachable;
		settle_task(run, task);
	}
}

/* ---- after an answer ---- */

static void forget_result(struct channel_request *request)
{
	free(request->message);
	free(request->details);
	free(request->answer);
	request->message = NULL;
	request->details = NULL;
	request->details_size = 0;
	request->answer = NULL;
	request->answer_size = 0;
	request->code = GRPC_UNKNOWN;
	request->unreachable = request->lost = false;
}

static int64_t pause_after(int times)
{
	int64_t pause = PAUSE_FIRST_MS;

	while (--times > 0 && pause < PAUSE_LARGEST_MS)
		pause *= 2;
	return pause < PAUSE_LARGEST_MS ? pause : PAUSE_LARGEST_MS;
}

/* Sends it once more after a pause, in which nothing new is sent: a busy server is not helped by
 * the next request. */
static bool again_after(struct run *run, struct task *task, int64_t pause)
{
	int64_t now = channel_now_ms();

	if (!task->request->repeatable || now + pause >= task->deadline)
		return false;
	if (now + pause > run->pause_until)
		run->pause_until = now + pause;
	forget_result(task->request);
	put_last(run, task);
	return true;
}

static bool again_after_loss(struct run *run, struct task *task)
{
	if (task->losses >= LOSSES_LARGEST)
		return false;
	task->losses++;
	/* The first time at once: most often only the connection had come of age. */
	return again_after(run, task, task->losses > 1 ? pause_after(task->losses - 1) : 0);
}

static bool again_after_refusal(struct run *run, struct task *task)
{
	if (task->refusals >= REFUSALS_LARGEST)
		return false;
	task->refusals++;
	return again_after(run, task, pause_after(task->refusals));
}

/* Nothing of it was sent, so even a request that may not be repeated goes out again; but not for
 * ever. */
static void again_unsent(struct run *run, struct task *task)
{
	struct channel_request *request = task->request;
	struct channel *channel = run->channel;

	run->unsent = channel->connection_answers ? 0 : run->unsent + 1;
	if (run->unsent < UNSENT_LARGEST && channel_now_ms() < task->deadline) {
		put_first(run, task);
		return;
	}
	request->code = GRPC_UNAVAILABLE;
	request->message = channel_format("connections to '%s' end before a request can be sent",
					  channel->settings.address);
	settle_task(run, task);
	give_up(run, request);
}

/* A server that left everything unanswered that was sent since would leave the rest unanswered,
 * too. */
static void after_silence(struct run *run, const struct task *task, int64_t begun_ms)
{
	if (run->heard_ms < begun_ms)
		give_up(run, task->request);
}

static void finish_transfer(struct run *run, struct transfer *transfer, CURLcode result)
{
	struct channel *channel = run->channel;
	struct task *task = transfer->task;
	enum outcome outcome = transfer_outcome(transfer, result);
	int64_t begun_ms = transfer->begun_ms;
	bool faulty = transfer->fault != BODY_SOUND, read = transfer->read;

	transfer_end(transfer);
	channel->used_ms = channel_now_ms();
	if (outcome == OUTCOME_ANSWERED || outcome == OUTCOME_TURNED_DOWN) {
		run->heard_ms = channel->used_ms;
		channel->connection_answers++;
		run->unsent = 0;
	}
	if (faulty || (outcome != OUTCOME_ANSWERED && outcome != OUTCOME_TURNED_DOWN))
		channel->connection = CONNECTION_RETIRING;

	if (outcome == OUTCOME_LOST || outcome == OUTCOME_EXPIRED || outcome == OUTCOME_UNREACHED)
		task->request->perhaps |= read;
	switch (outcome) {
	case OUTCOME_NOT_SENT: again_unsent(run, task); return;
	case OUTCOME_LOST:
		if (again_after_loss(run, task))
			return;
		break;
	case OUTCOME_TURNED_DOWN:
		if (again_after_refusal(run, task))
			return;
		break;
	case OUTCOME_UNREACHED: give_up(run, task->request); break;
	case OUTCOME_EXPIRED: after_silence(run, task, begun_ms); break;
	case OUTCOME_ANSWERED: break;
	}
	settle_task(run, task);
}

static void take_answers(struct run *run)
{
	CURLMsg *message;
	int left;

	while (run->channel->multi &&
	       (message = curl_multi_info_read(run->channel->multi, &left))) {
		char *private = NULL;
		CURLcode result = message->data.result;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &private);
		finish_transfer(run, (struct transfer *)(void *)private, result);
	}
}

/* ---- sending ---- */

static void send_one(struct run *run)
{
	struct task *task = take_first(run);
	struct transfer *transfer = transfer_idle(run->channel);

	if (!task->deadline) {
		task->begun_ms = channel_now_ms();
		task->deadline = task->begun_ms + task->request->timeout_ms;
	}
	task->request->tries++;
	if (transfer && transfer_begin(transfer, task))
		return;
	if (!transfer) {
		task->request->code = GRPC_INTERNAL;
		task->request->message = channel_format("libcurl cannot be set up");
	}
	settle_task(run, task);
}

static void send_waiting(struct run *run)
{
	connection_look(run->channel);
	if (run->pause_until && channel_now_ms() < run->pause_until)
		return;
	run->pause_until = 0;
	while (run->first && connection_room(run->channel))
		send_one(run);
}

/* ---- waiting ---- */

/* false: libcurl is beyond use. */
static bool wait_some(struct run *run)
{
	int64_t wait = WAIT_LARGEST_MS;

	/* Something may be sent at once: the first request just went out, or a retiring connection
	 * got free. */
	connection_look(run->channel);
	if (run->first && !run->pause_until && connection_room(run->channel))
		return true;
	/* libcurl 7.88 may hold more of an answer, taken off the socket already, without setting a
	 * timer for it: the socket would stay silent for ever. So it is left alone only when it has
	 * nothing more to give. */
	if (run->channel->received) {
		run->channel->received = false;
		return true;
	}
	if (run->pause_until)
		wait = run->pause_until - channel_now_ms();
	if (wait <= 0)
		return true;
	if (!connection_prepare(run->channel))
		return false;
	return curl_multi_poll(run->channel->multi, run->listening.watched,
			       run->listening.watched_count, (int)wait, NULL) == CURLM_OK;
}

static bool perform_requests(struct run *run)
{
	int running;

	if (!run->channel->multi)
		return true;
	connection_hold(run->channel, true);
	CURLMcode result = curl_multi_perform(run->channel->multi, &running);
	connection_hold(run->channel, false);
	return result == CURLM_OK;
}

static enum channel_end turn(struct run *run)
{
	while (run->undone) {
		enum channel_end end = listen_now(&run->listening);
		if (end != CHANNEL_DONE)
			return end;
		send_waiting(run);
		if (!perform_requests(run))
			break;
		take_answers(run);
		if (run->undone && !wait_some(run))
			break;
	}
	return CHANNEL_DONE;
}

/* ---- begin and end ---- */

static void fail_rest(struct channel_request *const *requests, size_t count, enum grpc_code code,
		      const char *problem)
{
	for (size_t i = 0; i < count; i++) {
		if (requests[i]->done)
			continue;
		requests[i]->code = code;
		requests[i]->message = strdup(problem);
		requests[i]->done = true;
	}
}

/* Streams that are left are reset; a connection still being made is dropped with them. */
static void abandon(struct run *run)
{
	struct channel *channel = run->channel;

	for (size_t i = 0; i < WINDOW && channel->transfers[i]; i++)
		transfer_end(channel->transfers[i]);
	if (channel->connection == CONNECTION_OPENING)
		channel->connection = CONNECTION_RETIRING;
	connection_look(channel);
}

static void reset(struct channel_request *request)
{
	request->done = request->perhaps = false;
	request->message = NULL;
	request->details = NULL;
	request->answer = NULL;
	forget_result(request);
}

enum channel_end channel_run(struct channel *channel, struct channel_request *const *requests,
			     size_t count, int interrupt_descriptor, struct pollfd *descriptors,
			     size_t descriptor_count)
{
	struct run run = {
		.channel = channel,
		.undone = count,
		.heard_ms = INT64_MIN,
		.listening = { .interrupt_descriptor = interrupt_descriptor,
			       .descriptors = descriptors,
			       .descriptor_count = descriptor_count },
	};
	enum channel_end end = CHANNEL_DONE;

	for (size_t i = 0; i < count; i++)
		reset(requests[i]);
	run.tasks = calloc(count ? count : 1, sizeof(*run.tasks));
	if (!run.tasks || !listen_prepare(&run.listening) || channel->no_memory) {
		fail_rest(requests, count, GRPC_INTERNAL, "out of memory here");
		goto out;
	}
	for (size_t i = 0; i < count; i++) {
		run.tasks[i].request = requests[i];
		put_last(&run, &run.tasks[i]);
	}
	if (channel->problem) {
		for (size_t i = 0; i < count; i++)
			requests[i]->unsendable = true;
		fail_rest(requests, count, GRPC_INVALID_ARGUMENT, channel->problem);
	} else {
		end = turn(&run);
		abandon(&run);
		if (end == CHANNEL_DONE)
			fail_rest(requests, count, GRPC_INTERNAL, "libcurl stopped working");
	}
out:
	free(run.listening.watched);
	free(run.tasks);
	return end;
}
