/* A cursor over JSON text that tsk_json_check has passed: reads it in place, without a tree and
 * without copies, so that payloads of many megabytes are looked at in one pass.
 *
 * Invariants: the text was checked before; on text that was not, a cursor still never leaves it,
 * and what it yields is undefined. Strings are yielded as they stand between their quotes, escapes
 * included.
 */
#ifndef CORE_TEXT_JSON_SCAN_H
#define CORE_TEXT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

struct json_cursor {
	const char *at, *end;
};

/* A piece of the text. */
struct json_piece {
	const char *text;
	size_t size;
};

/* Moves to the next value and returns its first character ('{', '[', '"', 't', 'f', 'n', a digit or
 * '-'), 0 at the end of the text. */
char json_kind(struct json_cursor *cursor);

/* Steps into an object or array. */
void json_enter(struct json_cursor *cursor);

/* Moves to the next member of the object entered, past the comma and its key; false, and past the
 * brace, when there is none. */
bool json_next_member(struct json_cursor *cursor, struct json_piece *key);

/* Likewise to the next item of an array. */
bool json_next_item(struct json_cursor *cursor);

/* Steps over a value of any depth; piece (may be NULL) receives it, a string without its quotes. */
void json_skip(struct json_cursor *cursor, struct json_piece *piece);

/* The text of a string with its escapes resolved, as UTF-8 with a NUL at the end; cut before the
 * first character that does not fit into room (at least 1). A NUL in it becomes U+FFFD. Returns the
 * length written; *whole (may be NULL) tells whether all of it fitted. */
size_t json_unescape(struct json_piece piece, char *to, size_t room, bool *whole);

#endif
