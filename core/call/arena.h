/* An arena: memory that is handed out piece by piece and given back all at once.
 *
 * Invariants: blocks come from malloc, zeroed; a request larger than the limit, or memory running
 * out, ends the program (status 70): no caller handles it. A mark is valid until the arena is
 * rewound to an earlier one.
 */
#ifndef CORE_CALL_ARENA_H
#define CORE_CALL_ARENA_H

#include <temporal-skill/call.h>

/* No single piece may be larger: the longest thing we read is a gRPC answer (128 MB). */
#define ARENA_LARGEST ((size_t)512 << 20)

struct arena_block;
struct arena {
	struct arena_block *block; /* newest first */
};

/* Says so and ends the program (status 70). */
__attribute__((noreturn)) void out_of_memory(void);

void arena_init(struct arena *arena);
void arena_release(struct arena *arena);
void *arena_take(struct arena *arena, size_t size);
struct tsk_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct tsk_mark mark);
/* Whether a rewind to that mark gives this piece back. */
bool arena_is_newer(const struct arena *arena, struct tsk_mark mark, const void *piece);

#endif
