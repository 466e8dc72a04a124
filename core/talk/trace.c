/* The trace: lines on what is done inside, to stderr or a file. */
#include "trace.h"

#include "text/visible.h"

#include <temporal-skill/process.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const names[] = { "rpc", "diagnosis", "process", "plugins" };

#define PART_COUNT (sizeof(names) / sizeof(*names))

/* Of the program and not of a call: plugins are loaded, and commands run within commands, before
 * and beside the call that the flag came with. */
static struct {
	unsigned parts;
	int descriptor;
	int64_t began_ms;
} trace = { .descriptor = -1 };

/* The part of that name; 0: none. */
static unsigned part_named(const char *name, size_t length)
{
	if (length == strlen("all") && !strncmp(name, "all", length))
		return (1U << PART_COUNT) - 1;
	for (size_t i = 0; i < PART_COUNT; i++)
		if (length == strlen(names[i]) && !strncmp(name, names[i], length))
			return 1U << i;
	return 0;
}

/* Appended to, so that the calls of one session make one trace. A device or FIFO is refused: it may
 * block. */
static enum tsk_status open_file(struct tsk_call *call, const char *path, const char *origin)
{
	struct stat status;
	int descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK, 0600);

	if (descriptor < 0)
		return tsk_fail(
			call,
			errno == ENXIO || errno == EISDIR ? TSK_USAGE
							  : tsk_path_status(errno, TSK_USAGE),
			"cannot write the trace to '%s' (%s): %s", path, origin, strerror(errno));
	if (fstat(descriptor, &status) || !S_ISREG(status.st_mode)) {
		close(descriptor);
		return tsk_fail(call, TSK_USAGE,
				"cannot write the trace to '%s' (%s): it is no regular file", path,
				origin);
	}
	if (trace.descriptor >= 0)
		close(trace.descriptor);
	trace.descriptor = descriptor;
	return TSK_OK;
}

enum tsk_status trace_begin(struct tsk_call *call, const char *value, const char *origin)
{
	const char *colon = strchr(value, ':');
	const char *end = colon ? colon : value + strlen(value), *at = value;
	unsigned parts = 0;

	if (!*value)
		return TSK_OK;
	for (bool more = true; more;) {
		const char *comma = memchr(at, ',', (size_t)(end - at));
		size_t length = (size_t)((comma ? comma : end) - at);
		unsigned part = part_named(at, length);

		if (!part)
			return tsk_fail(call, TSK_USAGE,
					"bad trace '%s' (%s): expected rpc, diagnosis, process, "
					"plugins or all, ',' between them, and :FILE behind",
					value, origin);
		parts |= part;
		more = comma != NULL;
		at += length + 1;
	}
	if (colon && open_file(call, colon + 1, origin))
		return tsk_error(call);
	trace.parts = parts;
	if (!trace.began_ms)
		trace.began_ms = tsk_now_ms();
	return TSK_OK;
}

bool trace_wants(enum trace_part part)
{
	return (trace.parts & part) != 0;
}

void trace_line(struct tsk_call *call, enum trace_part part, const char *format, ...)
{
	struct tsk_mark mark;
	va_list arguments;
	size_t name = 0;

	if (!trace_wants(part))
		return;
	while (name + 1 < PART_COUNT && 1U << name != (unsigned)part)
		name++;
	mark = tsk_mark(call);
	va_start(arguments, format);
	const char *text =
		visible_line(call, tsk_vformat(call, format, arguments), visible_ascii_only());
	va_end(arguments);
	const char *line = tsk_format(call, "trace %s %lld %s\n", names[name],
				      (long long)(tsk_now_ms() - trace.began_ms), text);
	/* A trace that cannot be written is no reason to fail what it tells of. */
	if (write(trace.descriptor >= 0 ? trace.descriptor : STDERR_FILENO, line, strlen(line)) < 0)
		trace.parts = 0;
	tsk_rewind(call, mark);
}
