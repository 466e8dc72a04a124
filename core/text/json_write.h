/* Bytes and texts as they are written inside JSON: base64 and quoted strings. */
#ifndef CORE_TEXT_JSON_WRITE_H
#define CORE_TEXT_JSON_WRITE_H

#include <temporal-skill/call.h>

/* Base64 of RFC 4648 with padding. */
char *base64_encode(struct tsk_call *call, const void *bytes, size_t size);
/* The same written to a place with room for four letters for each three bytes begun, without a NUL;
 * returns how many. */
size_t base64_put(char *to, const void *bytes, size_t size);

/* The bytes of a base64 text, in the alphabet of RFC 4648 or the one for URLs, with or without
 * padding; NULL where it is neither. */
uint8_t *base64_decode(struct tsk_call *call, const char *text, size_t length, size_t *size);

/* Valid UTF-8 as a JSON string, quotes included. */
char *json_quote(struct tsk_call *call, const char *text);

#endif
