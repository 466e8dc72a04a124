/* Text that others wrote, made safe to look at. */
#include "visible.h"

#include "call/arena.h"
#include "utf8.h"

#include <temporal-skill/timeline.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The longest form of one byte or character: \U0010ffff. */
#define LONGEST_FORM   10

/* Of one character in JSON: two surrogates. */
#define LONGEST_ESCAPE 12

static uint32_t character_at(const uint8_t *at, size_t length)
{
	static const uint8_t first_mask[] = { 0, 0x7F, 0x1F, 0x0F, 0x07 };
	uint32_t character = at[0] & first_mask[length];

	for (size_t i = 1; i < length; i++)
		character = character << 6 | (at[i] & 0x3F);
	return character;
}

/* C0, DEL and C1 drive terminals; the others turn the direction of text or hide, so that it reads
 * as something else. */
static bool is_unsafe(uint32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x061C || (c >= 0x200B && c <= 0x200F) ||
	       (c >= 0x2028 && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF ||
	       (c >= 0xE0000 && c <= 0xE007F);
}

static size_t shown_length(const uint8_t *at, size_t left, bool ascii)
{
	size_t length = utf8_length(at, left);
	uint32_t c = length ? character_at(at, length) : 0;

	return !is_unsafe(c) && (c < 0x80 || !ascii) ? length : 0;
}

size_t visible_length(const char *at, bool ascii)
{
	return shown_length((const uint8_t *)at, strnlen(at, 4), ascii);
}

static char *put_form(char *to, uint32_t c)
{
	if (c == '\n' || c == '\t' || c == '\r')
		return to + snprintf(to, LONGEST_FORM + 1, "\\%c",
				     c == '\n'   ? 'n'
				     : c == '\t' ? 't'
						 : 'r');
	if (c < 0x100)
		return to + snprintf(to, LONGEST_FORM + 1, "\\x%02x", (unsigned)c);
	return to +
	       snprintf(to, LONGEST_FORM + 1, c < 0x10000 ? "\\u%04x" : "\\U%08x", (unsigned)c);
}

static const char *visible(struct tsk_call *call, const char *text, bool ascii, bool lines)
{
	size_t left = strlen(text);
	const uint8_t *at = (const uint8_t *)text;
	char *shown = tsk_alloc(call, left * LONGEST_FORM + 1), *to = shown;

	while (left) {
		size_t length = utf8_length(at, left);
		uint32_t c = length ? character_at(at, length) : *at;
		if (shown_length(at, left, ascii) || (lines && (c == '\n' || c == '\t')))
			to = mempcpy(to, at, length);
		else
			to = put_form(to, c);
		at += length ? length : 1;
		left -= length ? length : 1;
	}
	return shown;
}

const char *visible_line(struct tsk_call *call, const char *text, bool ascii)
{
	return visible(call, text, ascii, false);
}

const char *visible_lines(struct tsk_call *call, const char *text, bool ascii)
{
	return visible(call, text, ascii, true);
}

static char *put_json_escape(char *to, uint32_t c)
{
	if (c >= 0x10000) {
		to += sprintf(to, "\\u%04x", 0xD800 + (unsigned)((c - 0x10000) >> 10));
		c = 0xDC00 + (c & 0x3FF);
	}
	return to + sprintf(to, "\\u%04x", (unsigned)c);
}

/* Big answers are mostly harmless: how many characters are not is counted first. */
const char *visible_json(struct tsk_call *call, const char *json, bool ascii)
{
	size_t size = strlen(json), escapes = 0, length;

	for (size_t i = 0; i < size; i += length ? length : 1) {
		length = shown_length((const uint8_t *)json + i, size - i, ascii);
		escapes += !length;
	}
	if (!escapes)
		return json;
	char *safe = tsk_alloc(call, size + escapes * LONGEST_ESCAPE + 1), *to = safe;
	for (size_t i = 0; i < size; i += length ? length : 1) {
		const uint8_t *at = (const uint8_t *)json + i;
		length = utf8_length(at, size - i);
		if (shown_length(at, size - i, ascii))
			to = mempcpy(to, at, length);
		else if (strchr("\t\n\r", *at))
			*to++ = ' ';
		else
			to = put_json_escape(to, length ? character_at(at, length)
							: UTF8_REPLACEMENT_CHARACTER);
	}
	return safe;
}

char *visible_utf8(const char *text)
{
	size_t left = strlen(text);
	const uint8_t *at = (const uint8_t *)text;
	char *clean = malloc(left * UTF8_REPLACEMENT_SIZE + 1), *to = clean;

	if (!clean)
		out_of_memory();
	while (left) {
		size_t length = utf8_length(at, left);
		to = length ? mempcpy(to, at, length)
			    : mempcpy(to, UTF8_REPLACEMENT, UTF8_REPLACEMENT_SIZE);
		at += length ? length : 1;
		left -= length ? length : 1;
	}
	*to = '\0';
	return clean;
}

bool visible_ascii_only(void)
{
	static const char *const names[] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		const char *value = getenv(names[i]);
		if (value && *value)
			return !strcasestr(value, "utf-8") && !strcasestr(value, "utf8");
	}
	return true;
}

const char *tsk_visible(struct tsk_call *call, const char *text)
{
	return visible_lines(call, text, false);
}
