/* Between the wire and the public structs: payloads, failures, texts, times.
 *
 * Invariants: what comes back is borrowed from the call, or points into the message, which is
 * borrowed from the call as well; nothing is freed. NULL in gives the empty value, so that callers
 * need not look whether a member was sent.
 */
#ifndef CORE_TEMPORAL_CONVERT_H
#define CORE_TEMPORAL_CONVERT_H

#include "temporal.pb-c.h"
#include "text/valid_utf8.h"

#include <temporal-skill/failure.h>

/* ---- payload.c ---- */

/* NULL: an empty payload, encoding "". */
void payload_from_wire(struct tsk_call *call, const Pb__Payload *message,
		       struct tsk_payload *payload);
/* NULL: count 0. */
void payloads_from_wire(struct tsk_call *call, const Pb__Payloads *message,
			struct tsk_payloads *payloads);
/* One json/plain payload of that text, as the arguments of a request; NULL: NULL, no argument. */
Pb__Payloads *payloads_to_wire(struct tsk_call *call, const char *json);

/* ---- failure.c ---- */

/* NULL: NULL. */
const struct tsk_failure *failure_from_wire(struct tsk_call *call, const Pb__Failure *message);

/* ---- wire_unpack.c ---- */

/* Whether no message nests deeper than limit in these bytes of a message of that type. Only what
 * the type says to be a message is followed, so that the bytes of payloads are never mistaken for
 * nesting. protobuf-c unpacks recursively and without a limit of its own: ask before unpacking
 * anything that others wrote. */
bool wire_depth_ok(const ProtobufCMessageDescriptor *type, const uint8_t *bytes, size_t size,
		   unsigned limit);

/* Puts another character in place of each NUL in a text of such a message, which is well formed;
 * returns whether there was any. */
bool wire_replace_nuls(const ProtobufCMessageDescriptor *type, uint8_t *bytes, size_t size);

/* Unpacks into the call's memory (never to be freed); NULL: damaged, or nested too deeply. */
void *wire_unpack(struct tsk_call *call, const ProtobufCMessageDescriptor *type,
		  const uint8_t *bytes, size_t size);

/* Unix nanoseconds; 0: unset, or later than anyone plans. Such a time and a duration can be added
 * without overflow. */
int64_t time_from_wire(const Pb__Timestamp *message);
/* Milliseconds; 0: unset. Longer ones than a century are cut. */
int64_t duration_from_wire(const Pb__Duration *message);

/* ---- enum_names.c ---- */

/* The name of an enum's value, as upstream spells it ("TIMEOUT_TYPE_START_TO_CLOSE"); "" for 0
 * (unspecified), the number where the value is newer than this program. */
const char *enum_name(struct tsk_call *call, const ProtobufCEnumDescriptor *type, int value);

/* ---- client.c ---- */

/* A plain HTTP POST (for the codec server) through the channel driver. headers end with NULL, each
 * "Name: value". Returns the HTTP status with *answer in the call's memory (NUL-terminated), or 0
 * with *problem; records no error. */
long client_post(struct tsk_call *call, const char *url, const char *const *headers,
		 const void *body, size_t size, int64_t timeout_ms, const uint8_t **answer,
		 size_t *answer_size, const char **problem);

#endif
