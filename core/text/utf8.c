/* What is a character in UTF-8, and how to write one. */
#include "utf8.h"

#include <stdbool.h>
#include <string.h>

static bool is_continuation(uint8_t byte)
{
	return (byte & 0xC0) == 0x80;
}

size_t utf8_length(const uint8_t *at, size_t left)
{
	/* The second byte's range is what excludes overlong forms, surrogates and too large
	 * numbers. */
	uint8_t low = 0x80, high = 0xBF;
	size_t length;

	if (left == 0)
		return 0;
	if (at[0] < 0x80)
		return 1;
	if (at[0] >= 0xC2 && at[0] <= 0xDF) {
		length = 2;
	} else if (at[0] >= 0xE0 && at[0] <= 0xEF) {
		length = 3;
		low = at[0] == 0xE0 ? 0xA0 : 0x80;
		high = at[0] == 0xED ? 0x9F : 0xBF;
	} else if (at[0] >= 0xF0 && at[0] <= 0xF4) {
		length = 4;
		low = at[0] == 0xF0 ? 0x90 : 0x80;
		high = at[0] == 0xF4 ? 0x8F : 0xBF;
	} else {
		return 0;
	}
	if (left < length || at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (!is_continuation(at[i]))
			return 0;
	return length;
}

size_t utf8_put(char *to, uint32_t character)
{
	if (character > 0x10FFFF || (character >= 0xD800 && character <= 0xDFFF)) {
		memcpy(to, UTF8_REPLACEMENT, UTF8_REPLACEMENT_SIZE);
		return UTF8_REPLACEMENT_SIZE;
	}
	if (character < 0x80) {
		to[0] = (char)character;
		return 1;
	}
	if (character < 0x800) {
		to[0] = (char)(0xC0 | character >> 6);
		to[1] = (char)(0x80 | (character & 0x3F));
		return 2;
	}
	if (character < 0x10000) {
		to[0] = (char)(0xE0 | character >> 12);
		to[1] = (char)(0x80 | (character >> 6 & 0x3F));
		to[2] = (char)(0x80 | (character & 0x3F));
		return 3;
	}
	to[0] = (char)(0xF0 | character >> 18);
	to[1] = (char)(0x80 | (character >> 12 & 0x3F));
	to[2] = (char)(0x80 | (character >> 6 & 0x3F));
	to[3] = (char)(0x80 | (character & 0x3F));
	return 4;
}
