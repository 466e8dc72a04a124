/* Payloads: the values that workflows take and give, as the server holds them.
 *
 * Invariants: borrowed from the call. data is not NUL-terminated. Source of the encodings:
 * temporal.api.common.v1.Payload and the SDKs' default data converter (json/plain, json/protobuf,
 * binary/null, binary/plain, binary/encrypted).
 */
#ifndef TEMPORAL_SKILL_PAYLOAD_H
#define TEMPORAL_SKILL_PAYLOAD_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

struct tsk_payload {
	const char *encoding;     /* metadata "encoding"; "" where it has none */
	const char *message_type; /* metadata "messageType" of json/protobuf, or NULL */
	const uint8_t *data;
	size_t size;
	const void *wire; /* the whole message, for the codec server; internal */
};

struct tsk_payloads {
	const struct tsk_payload *items;
	size_t count;
};

/* One payload as valid JSON text: json/plain and json/protobuf digit for digit, binary/null as
 * null, everything else as {"encoding":…,"size":…} (binary/plain with "base64" up to 1 kB). Bad
 * JSON in a json/plain (NaN) is treated likewise, with its "text" up to 1 kB. A codec server, when
 * set, is asked first for encodings that are not ours; its failure is noted, not an error. */
const char *tsk_payload_json(struct tsk_call *call, const struct tsk_payload *payload);

/* A list of payloads: none as null, one as itself, more as an array. */
const char *tsk_payloads_json(struct tsk_call *call, const struct tsk_payloads *payloads);

/* Why a result looks like an error although the workflow completed, or NULL. Judged by keys and
 * values of the JSON
 * ({"status":"error"}, {"success":false,…}, {"error":"…"}, "Error: …"), never by a substring:
 * {"errors":[],"error":null} is healthy. The text names the member: "status is \"error\"". */
const char *tsk_looks_like_error(struct tsk_call *call, const char *json);

/* Checks that text is one whole JSON value. true, or false with *offset, the byte where it goes
 * wrong. Nesting deeper than 512 is refused. */
bool tsk_json_check(const char *text, size_t size, size_t *offset);

/* The JSON text that a JSON pointer (RFC 6901) names in a checked JSON text, as it stands there;
 * NULL: there is none. Of members with equal names the first counts. */
const char *tsk_json_pointer(struct tsk_call *call, const char *json, const char *pointer);
/* The same as text: a string's own characters, everything else digit for digit; NULL also for null.
 */
const char *tsk_json_pointer_text(struct tsk_call *call, const char *json, const char *pointer);
/* Whether a name or a string in a checked JSON text has a NUL character, at which a C string would
 * end and thereby name something else. but: a JSON pointer to what may have some, the names of its
 * own members aside; NULL: nothing. */
bool tsk_json_has_nul(struct tsk_call *call, const char *json, const char *but);

#pragma GCC visibility pop

#endif
