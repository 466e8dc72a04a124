/* The values that a walk meets: reading them, and saying what is wrong with one. */
#include "suspicion.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

/* As much of a value as a reason needs to be believed. */
#define SHOWN_MOST 80

/* ---- reasons ---- */

static bool is_plain_key(const char *key)
{
	return *key &&
	       strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") ==
		       strlen(key);
}

static const char *path_of(struct tsk_call *call, const struct place *place)
{
	const char *before = place->around ? path_of(call, place->around) : "";

	if (!place->around)
		return before;
	if (!place->key)
		return tsk_format(call, "%s[%zu]", *before ? before : "item ", place->index);
	if (!is_plain_key(place->key))
		return tsk_format(call, "%s[\"%s\"]", before, place->key);
	return tsk_format(call, "%s%s%s", before, *before ? "." : "", place->key);
}

/* As much of the text as is shown, ending with a whole character. */
static int shown_length(const char *text, size_t size)
{
	size_t at = 0;

	while (at < size && at < SHOWN_MOST) {
		size_t length = utf8_length((const uint8_t *)text + at, size - at);

		at += length ? length : 1;
	}
	return (int)(at < size ? at : size);
}

static const char *reason(struct walk *walk, const struct place *place, const struct value *value)
{
	bool is_string = value->kind == '"';
	const char *text = is_string ? value->text : value->piece.text;
	size_t size = is_string ? strlen(value->text) : value->piece.size;
	const char *quote = is_string ? "\"" : "";

	if (walk->quiet)
		return "";
	const char *path = path_of(walk->call, place);
	int shown = shown_length(text, size);
	bool cut = (size_t)shown < size || (is_string && !value->whole);
	return tsk_format(walk->call, "%s is %s%.*s%s%s", *path ? path : "the result", quote, shown,
			  text, cut ? "..." : "", quote);
}

struct finding value_found(struct walk *walk, const struct place *place, const struct value *value,
			   bool firm)
{
	return (struct finding){ reason(walk, place, value), firm };
}

void finding_set_first(struct finding *first, struct finding finding)
{
	if (!first->why)
		*first = finding;
}

/* ---- values ---- */

void value_read(struct json_cursor *cursor, struct value *value)
{
	value->kind = json_kind(cursor);
	json_skip(cursor, &value->piece);
	value->text[0] = '\0';
	value->whole = true;
	value->number = 0;
	if (value->kind == '"') {
		json_unescape(value->piece, value->text, sizeof(value->text), &value->whole);
	} else if (value->kind == '-' || (value->kind >= '0' && value->kind <= '9')) {
		value->kind = '0';
		char digits[32] = "";
		if (value->piece.size < sizeof(digits))
			memcpy(digits, value->piece.text, value->piece.size);
		value->number = strtod(digits, NULL);
	}
}

bool value_is_true(const struct value *value)
{
	return value->kind == 't' || (value->kind == '"' && strcasecmp(value->text, "true") == 0);
}

bool value_is_false(const struct value *value)
{
	return value->kind == 'f' ||
	       (value->kind == '"' &&
		(strcasecmp(value->text, "false") == 0 || strcasecmp(value->text, "no") == 0));
}

bool value_is_http_error(const struct value *value)
{
	double code = value->kind == '"' ? strtod(value->text, NULL) : value->number;

	return code >= 400 && code < 600;
}

/* Whether an error member's value tells of an error. Numbers alone do not: {"error":0.02} is a
 * distance. */
bool value_tells_error(struct json_cursor cursor, int level)
{
	struct value value;
	struct json_piece key;
	char kind = json_kind(&cursor);

	if (kind == '[' || kind == '{') {
		if (level == LEVELS)
			return true;
		json_enter(&cursor);
		while (kind == '{' ? json_next_member(&cursor, &key) : json_next_item(&cursor)) {
			if (value_tells_error(cursor, level + 1))
				return true;
			json_skip(&cursor, NULL);
		}
		return false;
	}
	value_read(&cursor, &value);
	return value.kind == 't' || (value.kind == '"' && !text_is_nothing(value.text));
}
