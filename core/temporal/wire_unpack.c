/* Reading protobuf messages: the depth check, unpacking into the call's memory, times. */
#include "convert.h"

#include "call/call.h"
#include "wire_reader.h"

#include <string.h>

/* Deeper than any real answer (a failure chain of 64 links takes about 70), and shallow enough for
 * the stack: a level of protobuf-c's unpacking takes about 1 kB of it. */
#define DEPTH_MOST 500

/* ---- depth ---- */

static const ProtobufCFieldDescriptor *field_of(const ProtobufCMessageDescriptor *type,
						uint64_t tag)
{
	return tag >> 3 > UINT32_MAX
		       ? NULL
		       : protobuf_c_message_descriptor_get_field(type, (unsigned)(tag >> 3));
}

static const ProtobufCMessageDescriptor *message_type(const ProtobufCMessageDescriptor *type,
						      uint64_t tag)
{
	const ProtobufCFieldDescriptor *field = field_of(type, tag);

	return field && field->type == PROTOBUF_C_TYPE_MESSAGE ? field->descriptor : NULL;
}

bool wire_depth_ok(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size,
		   unsigned limit)
{
	struct wire_reader reader = { bytes, bytes + size };
	uint64_t tag, value;

	if (limit == 0)
		return false;
	while (reader.at < reader.end) {
		bool fine = wire_varint(&reader, &tag);

		if (!fine)
			return false;
		switch (tag & 7) {
		case 0: fine = wire_varint(&reader, &value); break;
		case 1: fine = wire_skip(&reader, 8); break;
		case 2: fine = wire_varint(&reader, &value) && wire_skip(&reader, value); break;
		case 5: fine = wire_skip(&reader, 4); break;
		default: fine = false; /* groups: proto3 has none */
		}
		if (!fine)
			return false;
		if ((tag & 7) != 2)
			continue;
		const ProtobufCMessageDescriptor *inner = message_type(type, tag);
		if (inner && !wire_depth_ok(inner, reader.at - value, value, limit - 1))
			return false;
	}
	return true;
}

/* ---- NUL ---- */

/* The character SUBSTITUTE, whose meaning that is, and which is as long: a text that ended at its
 * NUL would be another one, an id another workflow's. */
#define SUBSTITUTE 0x1a

static bool replace_nuls(uint8_t *text, size_t size)
{
	bool found = false;

	for (uint8_t *at = text; (at = memchr(at, 0, size - (size_t)(at - text))); found = true)
		*at = SUBSTITUTE;
	return found;
}

bool wire_replace_nuls(const ProtobufCMessageDescriptor *type, uint8_t *bytes, size_t size)
{
	struct wire_reader reader = { bytes, bytes + size };
	uint64_t tag, value;
	bool found = false;

	while (reader.at < reader.end && wire_varint(&reader, &tag)) {
		switch (tag & 7) {
		case 0: wire_varint(&reader, &value); continue;
		case 1: wire_skip(&reader, 8); continue;
		case 2: break;
		default: wire_skip(&reader, 4); continue;
		}
		if (!wire_varint(&reader, &value) || !wire_skip(&reader, value))
			break;
		const ProtobufCFieldDescriptor *field = field_of(type, tag);
		uint8_t *inner = bytes + (reader.at - value - bytes);
		if (field && field->type == PROTOBUF_C_TYPE_MESSAGE)
			found |= wire_replace_nuls(field->descriptor, inner, value);
		else if (field && field->type == PROTOBUF_C_TYPE_STRING)
			found |= replace_nuls(inner, value);
	}
	return found;
}

/* ---- unpacking ---- */

static void *allocate_piece(void *call, size_t size)
{
	return tsk_alloc(call, size);
}

static void free_nothing(void *call, void *piece)
{
	(void)call;
	(void)piece;
}

void *wire_unpack(struct tsk_call *call, const ProtobufCMessageDescriptor *type,
		  const uint8_t *bytes, size_t size)
{
	ProtobufCAllocator allocator = { .alloc = allocate_piece,
					 .free = free_nothing,
					 .allocator_data = call };

	if (size && !wire_depth_ok(type, bytes, size, DEPTH_MOST))
		return NULL;
	/* There seldom is a zero at all: values that are zero are not sent. */
	if (size && memchr(bytes, 0, size)) {
		uint8_t *own = (uint8_t *)tsk_copy_bytes(call, bytes, size);
		bool found = wire_replace_nuls(type, own, size);
		if (found && !call->nul_told)
			tsk_note(call, "the server sent a text with a NUL character, shown as "
				       "\\x1a: no command line can name it");
		call->nul_told |= found;
		bytes = own;
	}
	return protobuf_c_message_unpack(type, &allocator, size, size ? bytes : NULL);
}

/* ---- times ---- */

#define NANOSECONDS  INT64_C(1000000000)

/* Half of what fits: a time (until the year 2112) plus a duration (142 years) is still a time. */
#define SECONDS_MOST INT64_C(4500000000)

int64_t time_from_wire(const Pb__Timestamp *message)
{
	/* Before 1970: the server's "never" is the year 1. */
	if (!message || message->seconds < 0 || message->seconds >= SECONDS_MOST)
		return 0;
	return message->seconds * NANOSECONDS + message->nanos;
}

int64_t duration_from_wire(const Pb__Duration *message)
{
	if (!message || message->seconds < 0)
		return 0;
	if (message->seconds >= SECONDS_MOST)
		return SECONDS_MOST * 1000;
	return message->seconds * 1000 + message->nanos / 1000000;
}
