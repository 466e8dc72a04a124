/* A list of lines that grows in the call's memory.
 *
 * Invariants: items are borrowed from the call, or from whoever pushed them, and end with NULL.
 */
#ifndef CORE_TEXT_LINES_H
#define CORE_TEXT_LINES_H

#include <temporal-skill/call.h>

struct lines {
	struct tsk_call *call;
	const char **items; /* ends with NULL where there are any */
	size_t count, room;
};

void lines_init(struct lines *lines, struct tsk_call *call);
/* Repeats are dropped. */
void lines_add(struct lines *lines, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* As it is, repeats and all; borrowed. */
void lines_push(struct lines *lines, const char *line);
bool lines_hold(const struct lines *lines, const char *line);
struct tsk_strings lines_take(const struct lines *lines);

#endif
