/* What is known of things beside their public structs, which cannot grow within an ABI: a table,
 * and in the struct's padding the place in it. */
#include "call.h"

#include <stdlib.h>

/* Not from the arena, which would give it back at a rewind while older entries still count. */
unsigned call_beside_add(struct tsk_call *call, const void *what)
{
	if (call->beside_count == call->beside_room) {
		size_t room = call->beside_room ? 2 * call->beside_room : 64;
		const void **grown = realloc(call->beside, room * sizeof(*grown));

		if (!grown)
			out_of_memory();
		call->beside = grown;
		call->beside_room = room;
	}
	call->beside[call->beside_count++] = what;
	return (unsigned)call->beside_count;
}

const void *call_beside(const struct tsk_call *call, unsigned number)
{
	return number && number <= call->beside_count ? call->beside[number - 1] : NULL;
}

void call_beside_rewind(struct tsk_call *call, struct tsk_mark mark)
{
	/* What was added later lies later. */
	while (call->beside_count &&
	       arena_is_newer(&call->arena, mark, call->beside[call->beside_count - 1]))
		call->beside_count--;
}

void call_beside_release(struct tsk_call *call)
{
	free(call->beside);
	call->beside = NULL;
	call->beside_count = call->beside_room = 0;
}
