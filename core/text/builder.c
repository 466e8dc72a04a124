/* A text that grows in the call's memory, for pages and other files that are made piece by piece.
 */
#include "utf8.h"
#include "visible.h"

#include <temporal-skill/timeline.h>

#include <stdio.h>
#include <stdlib.h>
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

const char *tsk_visible(struct tsk_call *call, const char *text)
{
	return visible_lines(call, text, false);
}

/* ---- values to be read ---- */

/* What \\uXXXX at a place names; 0: it is no such thing. */
static uint32_t escaped(const char *at)
{
	char digits[5] = "";

	if (at[0] != '\\' || at[1] != 'u' ||
	    strspn(at + 2, "0123456789abcdefABCDEF") < sizeof(digits) - 1)
		return 0;
	memcpy(digits, at + 2, sizeof(digits) - 1);
	return (uint32_t)strtoul(digits, NULL, 16);
}

/* The Python SDK escapes all that is not ASCII. What is ASCII stays escaped, as do halves of
 * characters: the text is JSON still. */
const char *tsk_json_readable(struct tsk_call *call, const char *json)
{
	char *text = tsk_alloc(call, strlen(json) + 1), *to = text;

	while (*json) {
		uint32_t character = escaped(json), low = 0;
		size_t length = character ? 6 : json[0] == '\\' && json[1] ? 2 : 1;
		if (character >= 0xD800 && character < 0xDC00)
			low = escaped(json + length);
		if (low >= 0xDC00 && low < 0xE000) {
			character = 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
			length *= 2;
		}
		if (character >= 0x80 && !(character >= 0xD800 && character < 0xE000)) {
			to += utf8_put(to, character);
		} else {
			memcpy(to, json, length);
			to += length;
		}
		json += length;
	}
	*to = '\0';
	return text;
}
