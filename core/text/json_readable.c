/* JSON for people to read: characters as themselves where they were escaped. */
#include "utf8.h"

#include <temporal-skill/timeline.h>

#include <stdlib.h>
#include <string.h>

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
