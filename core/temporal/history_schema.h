/* What the messages of a history are: a table of everything that can be reached from
 * temporal.api.history.v1.History, with the names that it has in JSON. History itself is the first.
 *
 * temporal.proto has what this program reads; this has all there is, so that nothing gets lost on
 * the way through.
 */
#ifndef CORE_TEMPORAL_HISTORY_SCHEMA_H
#define CORE_TEMPORAL_HISTORY_SCHEMA_H

#include <stddef.h>
#include <stdint.h>

enum schema_kind {
	DOUBLE,
	FLOAT,
	INT32,
	INT64,
	UINT32,
	UINT64,
	BOOL,
	ENUM,
	STRING,
	BYTES,
	MESSAGE,
	TIMESTAMP, /* google.protobuf.Timestamp */
	DURATION   /* google.protobuf.Duration */
};

enum schema_flag {
	REPEATED = 1,
	MAP = 2, /* its message is an entry: "key", a string, and "value" */
	TOLD = 4 /* also where it is its default */
};

struct schema_field {
	const char *name;
	uint16_t number;
	uint8_t kind, flags;
	uint8_t one_of; /* 0: none; of those with the same number the last one told counts */
	uint16_t of;    /* its message or enum */
};

struct schema_message {
	const char *name;                  /* without its package */
	const struct schema_field *fields; /* by number */
	uint16_t count;
};

struct schema_value {
	const char *name;
	int32_t number;
};

struct schema_enum {
	const struct schema_value *values; /* by number */
	uint16_t count;
};

#define SCHEMA_FIELDS_MOST 128

extern const struct schema_message history_messages[];
extern const struct schema_enum history_enums[];

#endif
