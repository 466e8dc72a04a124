/* Reading checked JSON in place. */
#include "json_scan.h"

#include "utf8.h"

#include <stdint.h>
#include <string.h>

static void skip_space(struct json_cursor *cursor)
{
	while (cursor->at < cursor->end && strchr(" \t\n\r", *cursor->at) && *cursor->at)
		cursor->at++;
}

char json_kind(struct json_cursor *cursor)
{
	skip_space(cursor);
	return cursor->at < cursor->end ? *cursor->at : 0;
}

void json_enter(struct json_cursor *cursor)
{
	if (json_kind(cursor))
		cursor->at++;
}

/* Past the comma before a further member or item; false, and past the closing bracket, where there
 * is none. */
static bool next(struct json_cursor *cursor, char closing)
{
	char kind = json_kind(cursor);

	if (kind == ',') {
		cursor->at++;
		kind = json_kind(cursor);
	}
	if (kind == closing)
		cursor->at++;
	return kind && kind != closing;
}

/* Over a string; the cursor stands on its opening quote. */
static void skip_string(struct json_cursor *cursor, struct json_piece *piece)
{
	const char *begin = ++cursor->at;

	while (cursor->at < cursor->end && *cursor->at != '"')
		cursor->at += *cursor->at == '\\' && cursor->end - cursor->at > 1 ? 2 : 1;
	piece->text = begin;
	piece->size = (size_t)(cursor->at - begin);
	if (cursor->at < cursor->end)
		cursor->at++;
}

bool json_next_member(struct json_cursor *cursor, struct json_piece *key)
{
	if (!next(cursor, '}') || *cursor->at != '"')
		return false;
	skip_string(cursor, key);
	if (json_kind(cursor) == ':')
		cursor->at++;
	return json_kind(cursor) != 0;
}

bool json_next_item(struct json_cursor *cursor)
{
	return next(cursor, ']');
}

void json_skip(struct json_cursor *cursor, struct json_piece *piece)
{
	struct json_piece inner;
	char kind = json_kind(cursor);
	const char *begin = cursor->at;

	if (!piece)
		piece = &inner;
	*piece = (struct json_piece){ begin, 0 };
	if (kind == '"') {
		skip_string(cursor, piece);
		return;
	}
	if (kind == '{' || kind == '[') {
		/* Brackets match, as the text was checked: counting them is enough. */
		size_t depth = 0;
		do {
			if (*cursor->at == '"') {
				skip_string(cursor, &inner);
				continue;
			}
			if (*cursor->at == '{' || *cursor->at == '[')
				depth++;
			if (*cursor->at == '}' || *cursor->at == ']')
				depth--;
			cursor->at++;
		} while (depth > 0 && cursor->at < cursor->end);
	} else {
		while (cursor->at < cursor->end && *cursor->at &&
		       !strchr(",]} \t\n\r", *cursor->at))
			cursor->at++;
	}
	piece->size = (size_t)(cursor->at - begin);
}

static bool read_hex(const char *at, const char *end, uint32_t *value)
{
	*value = 0;
	if (end - at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		const char *digits = "0123456789abcdef";
		char lower = (char)(at[i] >= 'A' && at[i] <= 'F' ? at[i] + ('a' - 'A') : at[i]);
		const char *digit = lower ? strchr(digits, lower) : NULL;

		if (!digit)
			return false;
		*value = *value << 4 | (uint32_t)(digit - digits);
	}
	return true;
}

/* The character of the escape that begins at *at (the backslash), and moves past it. */
static uint32_t read_escape(const char **at, const char *end)
{
	static const char letters[] = "bfnrt", meanings[] = "\b\f\n\r\t";
	uint32_t character, low;
	char letter = end - *at > 1 ? (*at)[1] : 0;
	const char *found = letter ? strchr(letters, letter) : NULL;

	*at += end - *at > 1 ? 2 : 1;
	if (found)
		return (uint32_t)meanings[found - letters];
	if (letter != 'u')
		return (uint8_t)letter;
	if (!read_hex(*at, end, &character))
		return 0;
	*at += 4;
	if (character < 0xD800 || character > 0xDBFF || end - *at < 6 || (*at)[0] != '\\' ||
	    (*at)[1] != 'u' || !read_hex(*at + 2, end, &low) || low < 0xDC00 || low > 0xDFFF)
		return character;
	*at += 6;
	return 0x10000 + ((character - 0xD800) << 10) + (low - 0xDC00);
}

size_t json_unescape(struct json_piece piece, char *to, size_t room, bool *whole)
{
	const char *at = piece.text, *end = piece.text + piece.size;
	size_t used = 0;
	bool fits = true;

	while (at < end && fits) {
		char character[4];
		size_t length;

		if (*at == '\\') {
			uint32_t value = read_escape(&at, end);
			length = utf8_put(character, value ? value : 0xFFFD);
		} else {
			length = utf8_length((const uint8_t *)at, (size_t)(end - at));
			memcpy(character, at, length ? length : 1);
			at += length ? length : 1;
			if (!length || !character[0])
				length = utf8_put(character, 0xFFFD);
		}
		fits = used + length < room;
		if (fits) {
			memcpy(to + used, character, length);
			used += length;
		}
	}
	to[used] = '\0';
	if (whole)
		*whole = fits;
	return used;
}
