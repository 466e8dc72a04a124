/* A text that grows in the call's memory, for pages and other files that are made piece by piece.
 */
#include <temporal-skill/timeline.h>

#include <stdio.h>
#include <string.h>

/* Grown by doubling, so that what is left behind is never more than what is used. */
#define FIRST_ROOM ((size_t)16 << 10)

/* Room for size further bytes and a NUL. */
static char *reserve(struct tsk_text *text, size_t size)
{
	if (text->size + size + 1 > text->room) {
		size_t room = text->room ? text->room * 2 : FIRST_ROOM;
		while (room < text->size + size + 1)
			room *= 2;
		char *grown = tsk_alloc(text->call, room);
		if (text->size)
			memcpy(grown, text->bytes, text->size);
		text->bytes = grown;
		text->room = room;
	}
	return text->bytes + text->size;
}

void tsk_text_add(struct tsk_text *text, const char *more)
{
	size_t size = strlen(more);

	memcpy(reserve(text, size), more, size + 1);
	text->size += size;
}

void tsk_text_format(struct tsk_text *text, const char *format, ...)
{
	va_list arguments, again;

	va_start(arguments, format);
	va_copy(again, arguments);
	int size = vsnprintf(NULL, 0, format, arguments);
	if (size > 0) {
		vsnprintf(reserve(text, (size_t)size), (size_t)size + 1, format, again);
		text->size += (size_t)size;
	}
	va_end(again);
	va_end(arguments);
}
