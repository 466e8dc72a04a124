/* The codec server: an HTTP service of the user's that decodes (decrypts, unpacks) payloads which
 * only the application can read. Its protocol is the one of the Temporal CLI and web UI: POST
 * ENDPOINT/decode.
 *
 * Invariants: never fails a call. Where the server cannot be asked or answers nonsense, that is
 * noted once, and it is not asked again in that call.
 */
#ifndef CORE_TEMPORAL_CODEC_H
#define CORE_TEMPORAL_CODEC_H

#include <temporal-skill/payload.h>

/* Whether one is set and has not failed in this call. */
bool codec_is_there(struct tsk_call *call);

/* Replaces the payloads by their decoded forms, all in one request; false: they are as they were.
 */
bool codec_decode(struct tsk_call *call, struct tsk_payload *payloads, size_t count);

#endif
