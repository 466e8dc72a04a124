/* The inside of tsk_looks_like_error: a walk over the JSON that collects findings.
 *
 * A finding is firm (the result says itself that it failed) or soft (it mentions an error); a soft
 * one does not stand against an object that says that it succeeded.
 */
#ifndef CORE_SUSPICION_SUSPICION_H
#define CORE_SUSPICION_SUSPICION_H

#include "key_words.h"
#include "text/json_scan.h"

#include <temporal-skill/payload.h>
#include <temporal-skill/text.h>

/* Results wrap results ({"result":{"data":{"status":…}}}); what lies deeper is data. */
#define LEVELS      6

/* Of a string: as much as decides what it is. */
#define STRING_ROOM 512

/* Where a value is: a list from the inside out, on the stack of the walk. */
struct place {
	const struct place *around;
	const char *key; /* NULL: an item */
	size_t index;
};

struct finding {
	const char *why; /* NULL: none */
	bool firm;
};

struct walk {
	struct tsk_call *call;
	int level;
	bool quiet;  /* a firm finding of the list around is there already: reasons need no text */
	bool nested; /* inside a string that is JSON itself */
};

/* A value, read once. */
struct value {
	char kind;
	struct json_piece piece;
	char text[STRING_ROOM]; /* of a string */
	double number;
	bool whole; /* text is all of it */
};

/* ---- json_value.c ---- */

/* Reads the value under the cursor and moves past it. */
void value_read(struct json_cursor *cursor, struct value *value);

bool value_is_true(const struct value *value);
bool value_is_false(const struct value *value);
bool value_is_http_error(const struct value *value);

/* Whether an error member's value, the next one of the cursor, tells of an error. Numbers alone do
 * not: {"error":0.02} is a distance. */
bool value_tells_error(struct json_cursor cursor, int level);

/* The finding that this value is wrong, with the reason in words. */
struct finding value_found(struct walk *walk, const struct place *place, const struct value *value,
			   bool firm);

/* The first of several findings stays. */
void finding_set_first(struct finding *first, struct finding finding);

/* ---- python_repr.c ---- */

/* The JSON of what str() or repr() wrote of a Python value; NULL: it is none that JSON has. */
const char *json_of_python(struct tsk_call *call, const char *text, size_t size, size_t *json_size);

/* ---- object.c, suspicion.c: each moves past what it judges ---- */

struct finding judge_object(struct walk *walk, struct json_cursor *cursor,
			    const struct place *around);
struct finding judge_value(struct walk *walk, struct json_cursor *cursor, const struct place *place,
			   enum key_sense sense);

#endif
