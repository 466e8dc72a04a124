/* Memory that is handed out piece by piece and given back all at once. */
#include "arena.h"

#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct arena_block {
	struct arena_block *older;
	size_t used, size;
	alignas(max_align_t) unsigned char bytes[];
};

/* One describe answer with its strings fits into a block; larger pieces get a block of their own.
 */
#define BLOCK_SIZE ((size_t)64 << 10)

/* Under AddressSanitizer only what was handed out may be touched, and pieces do not adjoin. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define ADDRESS_SANITIZER
#endif

#ifdef ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#define GAP                 ((size_t)16)
#define forbid(bytes, size) ASAN_POISON_MEMORY_REGION(bytes, size)
#define allow(bytes, size)  ASAN_UNPOISON_MEMORY_REGION(bytes, size)
#else
#define GAP                 ((size_t)0)
#define forbid(bytes, size) ((void)0)
#define allow(bytes, size)  ((void)0)
#endif

void arena_init(struct arena *arena)
{
	arena->block = NULL;
}

static void drop_block(struct arena *arena)
{
	struct arena_block *block = arena->block;

	arena->block = block->older;
	free(block);
}

void arena_release(struct arena *arena)
{
	while (arena->block)
		drop_block(arena);
}

void out_of_memory(void)
{
	fputs("error: out of memory\n", stderr);
	_exit(TSK_INTERNAL);
}

static void add_block(struct arena *arena, size_t size)
{
	struct arena_block *block = calloc(1, sizeof(*block) + size);

	if (!block)
		out_of_memory();
	block->size = size;
	block->older = arena->block;
	arena->block = block;
	forbid(block->bytes, size);
}

void *arena_take(struct arena *arena, size_t size)
{
	const size_t step = alignof(max_align_t);

	if (size > ARENA_LARGEST)
		out_of_memory();
	size_t room = (size ? (size + step - 1) / step * step : step) + GAP;
	if (!arena->block || arena->block->size - arena->block->used < room)
		add_block(arena, room > BLOCK_SIZE ? room : BLOCK_SIZE);
	void *piece = arena->block->bytes + arena->block->used;
	arena->block->used += room;
	allow(piece, size);
	return piece;
}

struct tsk_mark arena_mark(const struct arena *arena)
{
	struct tsk_mark mark = { arena->block, arena->block ? arena->block->used : 0 };

	return mark;
}

bool arena_is_newer(const struct arena *arena, struct tsk_mark mark, const void *piece)
{
	const uintptr_t at = (uintptr_t)piece;

	for (const struct arena_block *block = arena->block; block; block = block->older) {
		const uintptr_t begin = (uintptr_t)block->bytes;
		const bool last = block == mark.block;

		if (at >= begin && at < begin + block->used)
			return !last || at >= begin + mark.used;
		if (last)
			break;
	}
	return false;
}

void arena_rewind(struct arena *arena, struct tsk_mark mark)
{
	while (arena->block && arena->block != mark.block)
		drop_block(arena);
	if (!arena->block)
		return;
	allow(arena->block->bytes + mark.used, arena->block->used - mark.used);
	memset(arena->block->bytes + mark.used, 0, arena->block->used - mark.used);
	forbid(arena->block->bytes + mark.used, arena->block->used - mark.used);
	arena->block->used = mark.used;
}
