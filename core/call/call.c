/* One call: its memory, its error, its clock and its ears. */
#include "call.h"

#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void call_init(struct tsk_call *call, const struct settings *settings, struct registry *registry)
{
	memset(call, 0, sizeof(*call));
	arena_init(&call->arena);
	arena_init(&call->kept);
	call->settings = settings;
	call->registry = registry;
	call->deadline = TSK_NO_DEADLINE;
	call->result = cJSON_CreateObject();
	call->next = cJSON_CreateArray();
}

void call_release(struct tsk_call *call)
{
	for (struct call_ending *ending = call->endings; ending; ending = ending->next)
		ending->end(ending->what);
	cJSON_Delete(call->result);
	cJSON_Delete(call->next);
	call_beside_release(call);
	arena_release(&call->arena);
	arena_release(&call->kept);
	memset(call, 0, sizeof(*call));
}

static void swap_arenas(struct tsk_call *call)
{
	struct arena other = call->arena;

	call->arena = call->kept;
	call->kept = other;
}

void call_keep(struct tsk_call *call)
{
	swap_arenas(call);
}

void call_keep_end(struct tsk_call *call)
{
	swap_arenas(call);
}

void call_at_end(struct tsk_call *call, void (*end)(void *what), void *what)
{
	struct call_ending *ending = call->endings;

	/* Who asks for days drops what it was given, and takes as much again. */
	while (ending && (ending->what || ending->end != end))
		ending = ending->next;
	if (ending) {
		ending->what = what;
		return;
	}
	ending = arena_take(&call->kept, sizeof(*ending));
	*ending = (struct call_ending){ .end = end, .what = what, .next = call->endings };
	call->endings = ending;
}

/* ---- memory ---- */

void *tsk_alloc(struct tsk_call *call, size_t size)
{
	return arena_take(&call->arena, size);
}

char *tsk_copy(struct tsk_call *call, const char *text)
{
	return text ? tsk_copy_bytes(call, text, strlen(text)) : NULL;
}

char *tsk_copy_bytes(struct tsk_call *call, const void *bytes, size_t size)
{
	char *copy = tsk_alloc(call, size + 1);

	if (size)
		memcpy(copy, bytes, size);
	return copy;
}

char *tsk_vformat(struct tsk_call *call, const char *format, va_list arguments)
{
	va_list again;
	va_copy(again, arguments);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	if (length < 0)
		return tsk_copy(call, format);
	char *text = tsk_alloc(call, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, arguments);
	return text;
}

char *tsk_format(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = tsk_vformat(call, format, arguments);
	va_end(arguments);
	return text;
}

struct tsk_mark tsk_mark(struct tsk_call *call)
{
	return arena_mark(&call->arena);
}

void tsk_rewind(struct tsk_call *call, struct tsk_mark mark)
{
	/* An error recorded since would point into what is given back: it is carried over. */
	char *message = call->error.message ? strdup(call->error.message) : NULL;
	char *hint = call->error.hint ? strdup(call->error.hint) : NULL;

	call_beside_rewind(call, mark);
	arena_rewind(&call->arena, mark);
	call->told = NULL;
	call->error.message = tsk_copy(call, message);
	call->error.hint = tsk_copy(call, hint);
	free(message);
	free(hint);
}

/* ---- errors ---- */

enum tsk_status tsk_fail(struct tsk_call *call, enum tsk_status status, const char *format, ...)
{
	va_list arguments;

	if (call->error.status != TSK_OK)
		return call->error.status;
	va_start(arguments, format);
	call->error.message = tsk_vformat(call, format, arguments);
	va_end(arguments);
	call->error.status = status;
	return status;
}

void tsk_hint(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	if (call->error.hint)
		return;
	va_start(arguments, format);
	call->error.hint = tsk_vformat(call, format, arguments);
	va_end(arguments);
}

enum tsk_status tsk_error(const struct tsk_call *call)
{
	return call->error.status;
}

const char *tsk_error_message(const struct tsk_call *call)
{
	return call->error.message;
}

const char *tsk_error_hint(const struct tsk_call *call)
{
	return call->error.hint;
}

void tsk_forget_error(struct tsk_call *call)
{
	call->error = (struct call_error){ .status = TSK_OK };
}

const char *tsk_status_name(enum tsk_status status)
{
	switch (status) {
	case TSK_OK: return "ok";
	case TSK_NEGATIVE: return "negative";
	case TSK_USAGE: return "usage";
	case TSK_NOT_FOUND: return "not_found";
	case TSK_UNAVAILABLE: return "unavailable";
	case TSK_TIMEOUT: return "timeout";
	case TSK_STALLED: return "stalled";
	case TSK_DENIED: return "denied";
	case TSK_INTERRUPTED: return "interrupted";
	case TSK_INTERNAL: break;
	}
	return "internal";
}

/* ---- time and waiting ---- */

int64_t tsk_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t tsk_wall_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t tsk_deadline(const struct tsk_call *call, int64_t timeout_ms)
{
	int64_t now = tsk_now_ms();
	int64_t own = timeout_ms > TSK_NO_DEADLINE - now ? TSK_NO_DEADLINE : now + timeout_ms;

	return own < call->deadline ? own : call->deadline;
}

void tsk_limit(struct tsk_call *call, int64_t deadline)
{
	if (deadline < call->deadline)
		call->deadline = deadline;
}

bool tsk_interrupted(struct tsk_call *call)
{
	if (!interrupt_signal())
		return false;
	tsk_fail(call, TSK_INTERRUPTED, "interrupted by SIG%s", sigabbrev_np(interrupt_signal()));
	return true;
}

void tsk_begin_cleanup(struct tsk_call *call)
{
	/* Cleaning up is owed even when the time of the command is over. */
	call->deadline = TSK_NO_DEADLINE;
	interrupt_forget();
}

/* More descriptors than a command has reason to wait for. */
#define WAIT_MOST 64

enum tsk_status tsk_wait(struct tsk_call *call, struct pollfd *descriptors, size_t count,
			 int64_t deadline)
{
	struct pollfd all[WAIT_MOST + 2];
	enum tsk_status status = TSK_OK;

	if (count > WAIT_MOST)
		return tsk_fail(call, TSK_INTERNAL, "cannot wait for %zu descriptors", count);
	if (count)
		memcpy(all, descriptors, count * sizeof(*all));
	all[count] = (struct pollfd){ .fd = interrupt_descriptor(), .events = POLLIN };
	/* Its error alone: the end of the reader, who may have been `head -1`. */
	all[count + 1] = (struct pollfd){ .fd = call->emits ? STDOUT_FILENO : -1 };
	for (;;) {
		int64_t left = deadline - tsk_now_ms();
		int wait = deadline == TSK_NO_DEADLINE || left > 60000 ? 60000
			   : left < 0                                  ? 0
								       : (int)left;
		int ready = poll(all, count + 2, wait);

		if (ready > 0 && all[count + 1].revents) {
			call->emits = false;
			interrupt_simulate(SIGPIPE);
		}
		if (tsk_interrupted(call))
			return TSK_INTERRUPTED;
		if (ready < 0 && errno != EINTR)
			return tsk_fail(call, TSK_INTERNAL, "cannot wait: %s", strerror(errno));
		if (ready > 0)
			break;
		if (ready == 0 && left <= wait) {
			status = TSK_TIMEOUT;
			break;
		}
	}
	for (size_t i = 0; i < count; i++)
		descriptors[i].revents = all[i].revents;
	return status;
}
