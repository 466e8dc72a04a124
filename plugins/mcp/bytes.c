/* Growing buffers. */
#include "bytes.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Room to begin with: most messages and answers fit. */
#define FIRST_ROOM   ((size_t)4 << 10)

/* Emptied buffers larger than this are given back, so that one large message is not paid for ever.
 */
#define KEPT_ROOM    ((size_t)256 << 10)

/* As much as a Linux pipe holds. */
#define READ_AT_ONCE ((size_t)64 << 10)

enum tsk_status bytes_add(struct tsk_call *call, struct bytes *bytes, const void *more, size_t size)
{
	if (bytes->room - bytes->size < size) {
		size_t room = bytes->room ? bytes->room : FIRST_ROOM;
		while (room - bytes->size < size)
			room *= 2;
		char *grown = realloc(bytes->data, room);
		if (!grown)
			return tsk_fail(call, TSK_INTERNAL, "out of memory for %zu bytes", room);
		bytes->data = grown;
		bytes->room = room;
	}
	if (size)
		memcpy(bytes->data + bytes->size, more, size);
	bytes->size += size;
	return TSK_OK;
}

void bytes_drop(struct bytes *bytes, size_t size)
{
	bytes->size -= size;
	if (bytes->size)
		memmove(bytes->data, bytes->data + size, bytes->size);
	else if (bytes->room > KEPT_ROOM)
		bytes_release(bytes);
}

void bytes_release(struct bytes *bytes)
{
	free(bytes->data);
	*bytes = (struct bytes){ 0 };
}

enum bytes_read bytes_read(struct tsk_call *call, struct bytes *bytes, int descriptor)
{
	char block[READ_AT_ONCE];
	ssize_t got = read(descriptor, block, sizeof(block));

	if (got < 0 && (errno == EAGAIN || errno == EINTR))
		return BYTES_NONE;
	if (got <= 0 || bytes_add(call, bytes, block, (size_t)got))
		return BYTES_END;
	return BYTES_MORE;
}
