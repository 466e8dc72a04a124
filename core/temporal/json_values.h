/* Single values of a protobuf message as proto3 JSON has them.
 *
 * Invariants: whatever the bytes are, what is written is JSON. What JSON cannot say (a time beyond
 * the year 9999) is refused, with nothing written.
 */
#ifndef CORE_TEMPORAL_JSON_VALUES_H
#define CORE_TEMPORAL_JSON_VALUES_H

#include "wire_reader.h"

#include <temporal-skill/text.h>

/* In quotes. false: it was not all UTF-8, and U+FFFD stands for what was not. */
bool json_put_text(struct tsk_text *text, const uint8_t *bytes, size_t size);
/* Base64, in quotes. */
void json_put_base64(struct tsk_text *text, const uint8_t *bytes, size_t size);
/* The shortest digits that mean the same; "NaN", "Infinity". bits: as on the wire. */
void json_put_double(struct tsk_text *text, uint64_t bits);
void json_put_float(struct tsk_text *text, uint32_t bits);

/* google.protobuf.Timestamp and Duration taken apart. false: damaged. */
struct json_moment {
	int64_t seconds;
	int32_t nanos;
	int64_t unknown; /* fields that are neither */
};
bool json_read_moment(const uint8_t *bytes, size_t size, struct json_moment *moment);
/* "2024-01-01T00:00:00.123Z", "0.500s". false: out of the range that they have. */
bool json_put_timestamp(struct tsk_text *text, const struct json_moment *moment);
bool json_put_duration(struct tsk_text *text, const struct json_moment *moment);

#endif
