/* Growing lists of lines. */
#include "lines.h"

#include <stdarg.h>
#include <string.h>

void lines_init(struct lines *lines, struct tsk_call *call)
{
	*lines = (struct lines){ .call = call };
}

bool lines_hold(const struct lines *lines, const char *line)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strcmp(lines->items[i], line) == 0)
			return true;
	return false;
}

void lines_add(struct lines *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *line = tsk_vformat(lines->call, format, arguments);
	va_end(arguments);
	if (!lines_hold(lines, line))
		lines_push(lines, line);
}

void lines_push(struct lines *lines, const char *line)
{
	if (lines->count + 2 > lines->room) {
		size_t room = lines->room ? 2 * lines->room : 8;
		const char **wider = tsk_alloc(lines->call, room * sizeof(*wider));

		if (lines->count)
			memcpy(wider, lines->items, lines->count * sizeof(*wider));
		lines->items = wider;
		lines->room = room;
	}
	lines->items[lines->count++] = line;
	lines->items[lines->count] = NULL;
}

struct tsk_strings lines_take(const struct lines *lines)
{
	return (struct tsk_strings){ .items = lines->items, .count = lines->count };
}
