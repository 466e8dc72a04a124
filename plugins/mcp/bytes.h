/* Bytes that grow while they come in, and are given back before the program ends: a server runs for
 * days, and the call's arena gives nothing back. */
#ifndef PLUGINS_MCP_BYTES_H
#define PLUGINS_MCP_BYTES_H

#include <temporal-skill/call.h>

struct bytes {
	char *data;
	size_t size, room;
};

/* Appends; TSK_INTERNAL, with the error recorded, where memory runs out. */
enum tsk_status bytes_add(struct tsk_call *call, struct bytes *bytes, const void *more,
			  size_t size);

/* Takes the first size bytes away. */
void bytes_drop(struct bytes *bytes, size_t size);

void bytes_release(struct bytes *bytes);

/* What one read of a descriptor brought. */
enum bytes_read { BYTES_MORE, BYTES_NONE, BYTES_END };
enum bytes_read bytes_read(struct tsk_call *call, struct bytes *bytes, int descriptor);

#endif
