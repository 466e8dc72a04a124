/* The texts of gRPC over HTTP/2, decoded: status, message, details, timeout. Pure functions.
 *
 * Ownership: what is returned through char * or uint8_t ** is malloc'ed and the caller's; NULL also
 * when memory ran out.
 */
#ifndef CHANNEL_STATUS_H
#define CHANNEL_STATUS_H

#include "temporal/driver.h"

/* The number in a grpc-status header; GRPC_UNKNOWN for anything that is no code. */
enum grpc_code status_code(const char *text, size_t size);

/* What an HTTP status means when no grpc-status came with it. */
enum grpc_code status_of_http(long http_status);

/* Undoes the percent-encoding of grpc-message. Malformed sequences stay as they are, encoded NULs
 * become '?'. */
char *status_message(const char *text, size_t size);

/* Undoes base64, padded or not. false: it is none. */
bool status_details(const char *text, size_t size, uint8_t **bytes, size_t *count);

/* Base64 without padding, for metadata whose keys end in -bin. */
char *status_encode(const char *bytes, size_t size);

/* A grpc-timeout of at least 1 ms: at most eight digits and a unit. */
#define STATUS_TIMEOUT_SIZE 16
void status_timeout(int64_t milliseconds, char text[STATUS_TIMEOUT_SIZE]);

#endif
