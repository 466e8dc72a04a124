/* What Python's faulthandler wrote when the process crashed: a stack of each thread, innermost
 * frame first. */
#include "last_words.h"

#include <temporal-skill/failure.h>

#include <string.h>

/* As many frames are read; faulthandler itself writes no more than a hundred. */
#define FRAMES_MOST 100

static bool is_frame(const char *line)
{
	return strncmp(line, "  File \"", strlen("  File \"")) == 0 && strstr(line, "\", line ");
}

/* As a traceback has it: `File "a.py", line 3, in f`. */
static const char *as_in_traceback(struct tsk_call *call, const char *line)
{
	const char *number = strstr(line, "\", line "), *in = number;

	for (const char *more = number; more; more = strstr(more + 1, " in "))
		in = more;
	return in == number ? line : tsk_format(call, "%.*s,%s", (int)(in - line), line, in);
}

/* The first line of the stack of the thread that crashed; 0: there is none. */
static size_t stack_begins(const struct log_lines *lines, size_t at)
{
	for (size_t i = at + 1; i < lines->count; i++)
		if (strncmp(lines->items[i], "Current thread ", strlen("Current thread ")) == 0)
			return i + 1;
	return 0;
}

const char *crash_place(struct tsk_call *call, const struct log_lines *lines, size_t at)
{
	size_t begin = stack_begins(lines, at), end = begin;
	struct tsk_text text = { .call = call };

	while (begin && end < lines->count && end - begin < FRAMES_MOST &&
	       is_frame(lines->items[end]))
		end++;
	for (size_t i = end; i > begin; i--)
		tsk_text_format(&text, "%s\n", as_in_traceback(call, lines->items[i - 1]));
	const struct tsk_failure crash = { .stack_trace = tsk_text_value(&text) };
	return tsk_failure_location(call, &crash);
}
