/* Text and lists that grow: each is born with a limit, so that no answer of a server and no file
 * makes one that nobody can hold. What does not fit is left out and said: never silently.
 *
 *	struct tsk_text text = { .call = call };
 *	tsk_text_format(&text, "%zu files", count);
 *	tsk_text_join(&text, ", ", "%s", name);
 *	return tsk_text_value(&text);
 *
 * Everything is in the call's memory and borrowed from it.
 */
#ifndef TEMPORAL_SKILL_TEXT_H
#define TEMPORAL_SKILL_TEXT_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

/* ---- a text that grows ---- */

struct tsk_text {
	struct tsk_call *call; /* to be set; the rest 0 */
	char *bytes;           /* with a NUL after them; NULL while empty */
	size_t size, room;
};

/* The limit in bytes of a text that was not given another. */
#define TSK_TEXT_LIMIT ((size_t)255 << 20)

/* What stands at the end of a text that was cut, within its limit. */
#define TSK_TEXT_CUT   "... (cut)"

/* A text of at most limit bytes. */
struct tsk_text tsk_text_begin(struct tsk_call *call, size_t limit);

/* What does not fit is cut at a character, marked, and all that comes later is left out. */
void tsk_text_add(struct tsk_text *text, const char *more);
void tsk_text_add_bytes(struct tsk_text *text, const char *bytes, size_t size);
void tsk_text_format(struct tsk_text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The same, with separator before it unless text is empty. */
void tsk_text_join(struct tsk_text *text, const char *separator, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The text so far, "" while it is empty. Valid until more is added. */
const char *tsk_text_value(const struct tsk_text *text);
bool tsk_text_is_cut(const struct tsk_text *text);

/* ---- a list of lines that grows ---- */

/* How many lines a list takes that was not given another limit. */
#define TSK_LINES_LIMIT ((size_t)1 << 20)

struct tsk_lines {
	struct tsk_call *call; /* to be set */
	size_t limit;          /* to be set, or 0: TSK_LINES_LIMIT; the rest 0 */
	const char **items;    /* ends with NULL where there are any */
	size_t count, room;
	size_t left_out; /* what came when it was full */
};

/* A line made as by printf; one that is there already is dropped. */
void tsk_lines_add(struct tsk_lines *lines, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* As it is, repeats and all; borrowed. */
void tsk_lines_push(struct tsk_lines *lines, const char *line);
bool tsk_lines_hold(const struct tsk_lines *lines, const char *line);
/* Valid until more is added. */
struct tsk_strings tsk_lines_take(const struct tsk_lines *lines);
/* All of them with separator between, and " and 3 more" where some were left out. */
const char *tsk_lines_text(const struct tsk_lines *lines, const char *separator);

/* Strings in one text with separator between them, "" where there are none. */
const char *tsk_join(struct tsk_call *call, const struct tsk_strings *strings,
		     const char *separator);

/* ---- an array that grows ---- */

/* items with room for one more than count of size bytes each: itself, or a copy twice as large.
 * *room is 0 at first and counts items. What is beyond count is zeroed, and never ends up without
 * one zeroed item behind the new one. */
void *tsk_grow(struct tsk_call *call, void *items, size_t count, size_t *room, size_t size);

#pragma GCC visibility pop

#endif
