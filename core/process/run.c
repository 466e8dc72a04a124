/* Running a program to its end and catching what it says. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Linux's own limit for a pipe of an unprivileged user: room for what a program says while it is
 * being stopped, when nobody reads. It may get less. */
#define PIPE_SIZE     (1 << 20)

/* Read in one go, so that the deadline is looked at in between. */
#define BLOCK_SIZE    ((size_t)64 << 10)

/* As much output as is kept in memory, whatever limit was asked for. */
#define OUTPUT_MOST   ((size_t)64 << 20)

/* To end by itself after SIGTERM. */
#define GRACE_MS      2000

/* Children of a program that just ended are often about to end, too. */
#define LAST_WORDS_MS 100

/* The last limit bytes that came in: two windows long, and moved to the front when full. */
struct capture {
	int pipe;
	bool ended; /* nobody has it open for writing any more */
	char *bytes;
	size_t size, room, limit, total;
};

static void keep_tail(struct capture *capture)
{
	if (capture->size <= capture->limit)
		return;
	memmove(capture->bytes, capture->bytes + capture->size - capture->limit, capture->limit);
	capture->size = capture->limit;
}

/* Reads what is there, at most size bytes. */
static void catch_output(struct capture *capture, size_t size)
{
	while (size && !capture->ended) {
		if (capture->room - capture->size < BLOCK_SIZE)
			keep_tail(capture);
		ssize_t got = read(capture->pipe, capture->bytes + capture->size, BLOCK_SIZE);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return;
		if (got <= 0) {
			capture->ended = true;
			return;
		}
		capture->size += (size_t)got;
		capture->total += (size_t)got;
		size -= (size_t)got < size ? (size_t)got : size;
	}
}

/* Until the process has ended; TSK_TIMEOUT at the deadline. */
static enum tsk_status follow_process(struct tsk_call *call, struct capture *capture, int pidfd,
				      int64_t deadline)
{
	struct pollfd waits[] = {
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = capture->pipe, .events = POLLIN },
	};

	for (;;) {
		enum tsk_status status = tsk_wait(call, waits, 2, deadline);
		if (status)
			return status;
		if (waits[1].revents)
			catch_output(capture, BLOCK_SIZE);
		if (capture->ended)
			waits[1].fd = -1;
		if (waits[0].revents)
			return TSK_OK;
		/* One that talks without a pause keeps us from ever waiting. */
		if (tsk_now_ms() >= deadline)
			return TSK_TIMEOUT;
	}
}

/* What is in the pipe still; then those who hold it open get a moment. */
static enum tsk_status catch_last_words(struct tsk_call *call, struct capture *capture)
{
	const int64_t until = tsk_now_ms() + LAST_WORDS_MS;
	struct pollfd wait = { .fd = capture->pipe, .events = POLLIN };
	enum tsk_status status = TSK_OK;

	catch_output(capture, PIPE_SIZE);
	while (!capture->ended && !status && tsk_now_ms() < until) {
		status = tsk_wait(call, &wait, 1, until);
		if (!status)
			catch_output(capture, BLOCK_SIZE);
	}
	return status == TSK_TIMEOUT ? TSK_OK : status;
}

static enum tsk_status attend(struct tsk_call *call, struct capture *capture, int64_t deadline,
			      struct tsk_ran *ran)
{
	struct tsk_stopped stopped;
	int pidfd = system_pidfd(
		ran->process.pid); /* our child, so the number is its own until reaped */

	if (pidfd < 0)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot watch process %d: %s",
				ran->process.pid, strerror(errno));
	enum tsk_status status = follow_process(call, capture, pidfd, deadline);
	close(pidfd);
	if (status) {
		enum tsk_status stop = stop_family(call, &ran->process, NULL, GRACE_MS, &stopped);
		ran->timed_out = status == TSK_TIMEOUT;
		if (status == TSK_TIMEOUT)
			status = stop;
	}
	enum tsk_status last = catch_last_words(call, capture);
	return status ? status : last;
}

enum tsk_status tsk_launch_and_wait(struct tsk_call *call, const struct tsk_launch *spawn,
				    int64_t deadline, size_t limit, struct tsk_ran *ran)
{
	struct capture capture = { .limit = limit < OUTPUT_MOST ? limit : OUTPUT_MOST };
	const int64_t began = tsk_now_ms();
	int ends[2];

	*ran = (struct tsk_ran){ .output = "" };
	if (pipe2(ends, O_CLOEXEC))
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot make a pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	fcntl(ends[1], F_SETPIPE_SZ, PIPE_SIZE);
	const struct start_streams streams = { .input = -1, .output = ends[1], .errors = -1 };
	struct tsk_launch ours = *spawn;
	/* We wait for it: nobody does any more when we are gone. */
	ours.foreground = true;
	enum tsk_status status = start_program(call, &ours, &streams, &ran->process);
	close(ends[1]);
	if (!status) {
		capture.pipe = ends[0];
		capture.room = 2 * capture.limit + BLOCK_SIZE;
		capture.bytes = tsk_alloc(call, capture.room + 1);
		status = attend(call, &capture, deadline, ran);
		keep_tail(&capture);
		capture.bytes[capture.size] = '\0';
		ran->output = capture.bytes;
		ran->output_size = capture.size;
		ran->output_total = capture.total;
		ran->left_children = !capture.ended;
		if (!tsk_process_ended(&ran->process, &ran->code, &ran->signal))
			guard_end(&ran->process);
	}
	ran->milliseconds = tsk_now_ms() - began;
	close(ends[0]);
	return status;
}
