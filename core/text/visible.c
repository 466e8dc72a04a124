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

/* What acts on a terminal, turns the direction of text, cannot be seen, or looks like a plain blank
 * and is none: so that text reads as something else. The property Default_Ignorable_Code_Point of
 * Unicode (also where nothing is assigned yet), the other format controls, and separators and
 * blanks other than U+0020. In order. */
static const struct {
	uint32_t first, last;
} unsafe[] = {
	{ 0x00, 0x1F },       /* C0 */
	{ 0x7F, 0xA0 },       /* DEL, C1, no-break space */
	{ 0xAD, 0xAD },       /* soft hyphen */
	{ 0x34F, 0x34F },     /* combining grapheme joiner */
	{ 0x61C, 0x61C },     /* Arabic letter mark */
	{ 0x115F, 0x1160 },   /* Hangul fillers */
	{ 0x1680, 0x1680 },   /* Ogham space */
	{ 0x17B4, 0x17B5 },   /* Khmer inherent vowels */
	{ 0x180B, 0x180F },   /* Mongolian variation selectors and vowel separator */
	{ 0x2000, 0x200F },   /* blanks, of no width as well; directions */
	{ 0x2028, 0x202F },   /* separators, directions, narrow blank */
	{ 0x205F, 0x206F },   /* blank, joiners, invisible operators, directions */
	{ 0x2800, 0x2800 },   /* Braille pattern blank */
	{ 0x3000, 0x3000 },   /* ideographic space */
	{ 0x3164, 0x3164 },   /* Hangul filler */
	{ 0xFDD0, 0xFDEF },   /* no characters */
	{ 0xFE00, 0xFE0F },   /* variation selectors */
	{ 0xFEFF, 0xFEFF },   /* byte order mark */
	{ 0xFFA0, 0xFFA0 },   /* Hangul filler of half width */
	{ 0xFFF0, 0xFFFB },   /* interlinear annotation marks */
	{ 0xFFFE, 0xFFFF },   /* no characters */
	{ 0x13430, 0x1343F }, /* Egyptian format controls */
	{ 0x16FE4, 0x16FE4 }, /* Khitan filler */
	{ 0x1BCA0, 0x1BCA3 }, /* shorthand format controls */
	{ 0x1D159, 0x1D159 }, /* musical null notehead */
	{ 0x1D173, 0x1D17A }, /* musical beams, ties, slurs and phrases */
	{ 0xE0000, 0xE0FFF }, /* tags, variation selectors */
};

static bool is_unsafe(uint32_t c)
{
	size_t low = 0, high = sizeof(unsafe) / sizeof(*unsafe);

	if (c >= 0x20 && c < 0x7F)
		return false;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (c > unsafe[middle].last)
			low = middle + 1;
		else
			high = middle;
	}
	return low < sizeof(unsafe) / sizeof(*unsafe) && c >= unsafe[low].first;
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
		to += snprintf(to, sizeof("\\uXXXX"), "\\u%04x",
			       0xD800 + (unsigned)((c - 0x10000) >> 10));
		c = 0xDC00 + (c & 0x3FF);
	}
	return to + snprintf(to, sizeof("\\uXXXX"), "\\u%04x", (unsigned)c);
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
