/* Protobuf messages read field by field, for what is looked through and not unpacked.
 *
 * Invariants: a reader never goes past its end, whatever the bytes are. Nothing is copied.
 */
#ifndef CORE_TEMPORAL_WIRE_READER_H
#define CORE_TEMPORAL_WIRE_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct wire_reader {
	const uint8_t *at, *end;
};

/* How a field's value is written. */
enum wire_kind { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_BYTES = 2, WIRE_FIXED32 = 5 };

struct wire_field {
	uint32_t number;
	enum wire_kind kind;
	uint64_t value; /* WIRE_BYTES: 0 */
	const uint8_t *bytes;
	size_t size;
};

static inline bool wire_varint(struct wire_reader *reader, uint64_t *value)
{
	*value = 0;
	for (unsigned shift = 0; shift < 64 && reader->at < reader->end; shift += 7) {
		uint8_t byte = *reader->at++;

		*value |= (uint64_t)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return true;
	}
	return false;
}

static inline bool wire_skip(struct wire_reader *reader, uint64_t size)
{
	if (size > (uint64_t)(reader->end - reader->at))
		return false;
	reader->at += size;
	return true;
}

static inline bool wire_fixed(struct wire_reader *reader, unsigned size, uint64_t *value)
{
	if (!wire_skip(reader, size))
		return false;
	*value = 0;
	for (unsigned i = 0; i < size; i++)
		*value |= (uint64_t)reader->at[(int)i - (int)size] << (8 * i);
	return true;
}

/* The next field; false: it is damaged (a group, which proto3 has not, among that). Not to be asked
 * at the end. */
static inline bool wire_next(struct wire_reader *reader, struct wire_field *field)
{
	uint64_t tag, size;

	if (!wire_varint(reader, &tag) || tag >> 3 == 0 || tag >> 3 > UINT32_MAX >> 3)
		return false;
	*field = (struct wire_field){ .number = (uint32_t)(tag >> 3),
				      .kind = (enum wire_kind)(tag & 7) };
	switch (tag & 7) {
	case WIRE_VARINT: return wire_varint(reader, &field->value);
	case WIRE_FIXED64: return wire_fixed(reader, 8, &field->value);
	case WIRE_FIXED32: return wire_fixed(reader, 4, &field->value);
	case WIRE_BYTES:
		if (!wire_varint(reader, &size) || !wire_skip(reader, size))
			return false;
		field->size = (size_t)size;
		field->bytes = reader->at - size;
		return true;
	default: return false;
	}
}

#endif
