/* Bytes and texts as they are written inside JSON. */
#include "json_write.h"

#include <stdio.h>
#include <string.h>

size_t base64_put(char *to, const void *bytes, size_t size)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const uint8_t *from = bytes;
	char *const begin = to;

	for (size_t at = 0; at < size; at += 3) {
		size_t left = size - at;
		uint32_t three = (uint32_t)from[at] << 16;

		three |= left > 1 ? (uint32_t)from[at + 1] << 8 : 0;
		three |= left > 2 ? (uint32_t)from[at + 2] : 0;
		*to++ = letters[three >> 18];
		*to++ = letters[three >> 12 & 63];
		*to++ = left > 1 ? letters[three >> 6 & 63] : '=';
		*to++ = left > 2 ? letters[three & 63] : '=';
	}
	return (size_t)(to - begin);
}

char *base64_encode(struct tsk_call *call, const void *bytes, size_t size)
{
	char *text = tsk_alloc(call, (size + 2) / 3 * 4 + 1);

	base64_put(text, bytes, size);
	return text;
}

/* The six bits of a letter, or -1. */
static int base64_value(char letter)
{
	if (letter >= 'A' && letter <= 'Z')
		return letter - 'A';
	if (letter >= 'a' && letter <= 'z')
		return letter - 'a' + 26;
	if (letter >= '0' && letter <= '9')
		return letter - '0' + 52;
	if (letter == '+' || letter == '-')
		return 62;
	return letter == '/' || letter == '_' ? 63 : -1;
}

uint8_t *base64_decode(struct tsk_call *call, const char *text, size_t length, size_t *size)
{
	uint32_t bits = 0;
	unsigned count = 0;
	size_t used = 0;

	for (int padding = 0; padding < 2 && length > 0 && text[length - 1] == '='; padding++)
		length--;
	uint8_t *bytes = tsk_alloc(call, length / 4 * 3 + 3);
	for (size_t at = 0; at < length; at++) {
		int value = base64_value(text[at]);

		if (value < 0)
			return NULL;
		bits = bits << 6 | (uint32_t)value;
		count += 6;
		if (count >= 8) {
			count -= 8;
			bytes[used++] = (uint8_t)(bits >> count);
		}
	}
	if (length % 4 == 1)
		return NULL;
	*size = used;
	return bytes;
}

char *json_quote(struct tsk_call *call, const char *text)
{
	/* At worst every byte becomes an escape of six. */
	char *quoted = tsk_alloc(call, strlen(text) * 6 + 3), *to = quoted;

	*to++ = '"';
	for (; *text; text++) {
		if (*text == '"' || *text == '\\')
			*to++ = '\\';
		if ((uint8_t)*text < 0x20)
			to += snprintf(to, 7, "\\u%04x", (unsigned)*text);
		else
			*to++ = *text;
	}
	*to = '"';
	return quoted;
}
