/* Text that others sent, made valid UTF-8. */
#include "valid_utf8.h"
#include "utf8.h"

#include <string.h>

/* The length of the valid beginning. */
static size_t good_length(const char *text, size_t size)
{
	size_t at = 0;

	while (at < size) {
		size_t length = utf8_length((const uint8_t *)text + at, size - at);

		if (!length)
			break;
		at += length;
	}
	return at;
}

const char *text_valid_utf8(struct tsk_call *call, const char *text)
{
	size_t size = text ? strlen(text) : 0, at = 0, used = 0;

	if (!size)
		return "";
	if (good_length(text, size) == size)
		return text;
	/* At worst every byte becomes a replacement character. */
	char *fixed = tsk_alloc(call, size * UTF8_REPLACEMENT_SIZE + 1);
	while (at < size) {
		size_t length = good_length(text + at, size - at);

		memcpy(fixed + used, text + at, length);
		used += length;
		at += length;
		if (at < size) {
			used += utf8_put(fixed + used, 0xFFFD);
			at++;
		}
	}
	return fixed;
}
