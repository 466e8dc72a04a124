/* The texts of gRPC over HTTP/2, decoded. */
#include "status.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum grpc_code status_code(const char *text, size_t size)
{
	unsigned code = 0;

	/* Codes have one or two digits; more cannot be one. */
	if (size == 0 || size > 2)
		return GRPC_UNKNOWN;
	for (size_t i = 0; i < size; i++) {
		if (text[i] < '0' || text[i] > '9')
			return GRPC_UNKNOWN;
		code = code * 10 + (unsigned)(text[i] - '0');
	}
	return code <= GRPC_UNAUTHENTICATED ? (enum grpc_code)code : GRPC_UNKNOWN;
}

enum grpc_code status_of_http(long http_status)
{
	switch (http_status) {
	case 400: return GRPC_INTERNAL;
	case 401: return GRPC_UNAUTHENTICATED;
	case 403: return GRPC_PERMISSION_DENIED;
	case 404: return GRPC_UNIMPLEMENTED;
	case 429:
	case 502:
	case 503:
	case 504: return GRPC_UNAVAILABLE;
	default: return GRPC_UNKNOWN;
	}
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

char *status_message(const char *text, size_t size)
{
	char *message = malloc(size + 1);
	size_t used = 0;

	if (!message)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		char c = text[i];
		if (c == '%' && size - i > 2 && hex_digit(text[i + 1]) >= 0 &&
		    hex_digit(text[i + 2]) >= 0) {
			c = (char)(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
			i += 2;
		}
		message[used++] = c ? c : '?';
	}
	message[used] = '\0';
	return message;
}

static int base64_digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return -1;
}

bool status_details(const char *text, size_t size, uint8_t **bytes, size_t *count)
{
	uint32_t bits = 0;
	unsigned held = 0;
	size_t used = 0;

	while (size > 0 && text[size - 1] == '=')
		size--;
	/* One digit alone holds less than a byte. */
	if (size == 0 || size % 4 == 1)
		return false;
	uint8_t *decoded = malloc(size / 4 * 3 + 3);
	if (!decoded)
		return false;
	for (size_t i = 0; i < size; i++) {
		int digit = base64_digit(text[i]);
		if (digit < 0) {
			free(decoded);
			return false;
		}
		bits = bits << 6 | (uint32_t)digit;
		held += 6;
		if (held >= 8) {
			held -= 8;
			decoded[used++] = (uint8_t)(bits >> held);
		}
	}
	*bytes = decoded;
	*count = used;
	return true;
}

char *status_encode(const char *bytes, size_t size)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *text = malloc(size / 3 * 4 + 5);
	uint32_t bits = 0;
	unsigned held = 0;
	size_t used = 0;

	if (!text)
		return NULL;
	for (size_t i = 0; i < size; i++) {
		bits = bits << 8 | (uint8_t)bytes[i];
		for (held += 8; held >= 6; held -= 6)
			text[used++] = digits[bits >> (held - 6) & 63];
	}
	if (held)
		text[used++] = digits[bits << (6 - held) & 63];
	text[used] = '\0';
	return text;
}

void status_timeout(int64_t milliseconds, char text[STATUS_TIMEOUT_SIZE])
{
	const int64_t eight_digits = 99999999;

	if (milliseconds < 1)
		milliseconds = 1;
	if (milliseconds <= eight_digits)
		snprintf(text, STATUS_TIMEOUT_SIZE, "%" PRId64 "m", milliseconds);
	else if (milliseconds / 1000 <= eight_digits)
		snprintf(text, STATUS_TIMEOUT_SIZE, "%" PRId64 "S", milliseconds / 1000);
	else
		snprintf(text, STATUS_TIMEOUT_SIZE, "%" PRId64 "S", eight_digits);
}
