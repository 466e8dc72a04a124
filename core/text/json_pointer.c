/* Values taken out of a JSON text by JSON pointer (RFC 6901), digit for digit. */
#include "json_scan.h"

#include <temporal-skill/payload.h>

#include <string.h>

/* The next name of a pointer: ~1 is a slash, ~0 a tilde. */
static const char *next_token(struct tsk_call *call, const char **pointer)
{
	size_t length = strcspn(*pointer + 1, "/");
	char *token = tsk_copy_bytes(call, *pointer + 1, length), *to = token;

	*pointer += 1 + length;
	for (const char *from = token; *from; from++) {
		bool escaped = *from == '~' && (from[1] == '0' || from[1] == '1');
		*to++ = !escaped ? *from : from[1] == '0' ? '~' : '/';
		from += escaped;
	}
	*to = '\0';
	return token;
}

static const char *string_text(struct tsk_call *call, struct json_piece piece)
{
	char *text = tsk_alloc(call, piece.size + 1);

	json_unescape(piece, text, piece.size + 1, NULL);
	return text;
}

/* Of members with equal names the first counts, as in cJSON. */
static bool enter_member(struct tsk_call *call, struct json_cursor *cursor, const char *name)
{
	struct json_piece key;

	json_enter(cursor);
	while (json_next_member(cursor, &key)) {
		if (!strcmp(string_text(call, key), name))
			return true;
		json_skip(cursor, NULL);
	}
	return false;
}

static bool enter_item(struct json_cursor *cursor, const char *number)
{
	int64_t index;

	if ((number[0] == '0' && number[1]) || *number == '-' || !tsk_parse_integer(number, &index))
		return false;
	json_enter(cursor);
	for (; json_next_item(cursor); index--) {
		if (!index)
			return true;
		json_skip(cursor, NULL);
	}
	return false;
}

static bool find(struct tsk_call *call, struct json_cursor *cursor, const char *pointer)
{
	while (*pointer) {
		if (*pointer != '/')
			return false;
		const char *token = next_token(call, &pointer);
		char kind = json_kind(cursor);
		if (kind == '{' ? !enter_member(call, cursor, token)
				: kind != '[' || !enter_item(cursor, token))
			return false;
	}
	return json_kind(cursor) != 0;
}

const char *tsk_json_pointer(struct tsk_call *call, const char *json, const char *pointer)
{
	struct json_cursor cursor = { json, json + strlen(json) };

	if (!find(call, &cursor, pointer))
		return NULL;
	const char *begin = cursor.at;
	json_skip(&cursor, NULL);
	return tsk_copy_bytes(call, begin, (size_t)(cursor.at - begin));
}

const char *tsk_json_pointer_text(struct tsk_call *call, const char *json, const char *pointer)
{
	struct json_cursor cursor = { json, json + strlen(json) };
	struct json_piece piece;

	if (!find(call, &cursor, pointer) || json_kind(&cursor) == 'n')
		return NULL;
	bool is_string = json_kind(&cursor) == '"';
	json_skip(&cursor, &piece);
	return is_string ? string_text(call, piece) : tsk_copy_bytes(call, piece.text, piece.size);
}

/* ---- NUL ---- */

static bool has_escaped_nul(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at != '\\')
			continue;
		if (!strncmp(at, "\\u0000", strlen("\\u0000")))
			return true;
		at++;
	}
	return false;
}

bool tsk_json_has_nul(struct tsk_call *call, const char *json, const char *but)
{
	const char *end = json + strlen(json);
	struct json_cursor cursor = { json, end };
	struct json_piece key;

	if (!but || !find(call, &cursor, but))
		return has_escaped_nul(json, end);
	struct json_cursor members = cursor;
	const char *begin = cursor.at;
	json_skip(&cursor, NULL);
	if (has_escaped_nul(json, begin) || has_escaped_nul(cursor.at, end))
		return true;
	if (json_kind(&members) != '{')
		return false;
	for (json_enter(&members); json_next_member(&members, &key); json_skip(&members, NULL))
		if (has_escaped_nul(key.text, key.text + key.size))
			return true;
	return false;
}
