/* The texts of gRPC over HTTP/2, decoded. */
#include "temporal/channel/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void codes(void **state)
{
	(void)state;
	assert_int_equal(status_code("0", 1), GRPC_OK);
	assert_int_equal(status_code("5", 1), GRPC_NOT_FOUND);
	assert_int_equal(status_code("16", 2), GRPC_UNAUTHENTICATED);
	assert_int_equal(status_code("17", 2), GRPC_UNKNOWN);
	assert_int_equal(status_code("", 0), GRPC_UNKNOWN);
	assert_int_equal(status_code("-1", 2), GRPC_UNKNOWN);
	assert_int_equal(status_code("0x", 2), GRPC_UNKNOWN);
	assert_int_equal(status_code("4294967296", 10), GRPC_UNKNOWN);
}

static void codes_of_http(void **state)
{
	(void)state;
	assert_int_equal(status_of_http(401), GRPC_UNAUTHENTICATED);
	assert_int_equal(status_of_http(403), GRPC_PERMISSION_DENIED);
	assert_int_equal(status_of_http(404), GRPC_UNIMPLEMENTED);
	assert_int_equal(status_of_http(429), GRPC_UNAVAILABLE);
	assert_int_equal(status_of_http(502), GRPC_UNAVAILABLE);
	assert_int_equal(status_of_http(503), GRPC_UNAVAILABLE);
	assert_int_equal(status_of_http(504), GRPC_UNAVAILABLE);
	assert_int_equal(status_of_http(200), GRPC_UNKNOWN);
	assert_int_equal(status_of_http(418), GRPC_UNKNOWN);
}

static void message_is(const char *encoded, const char *decoded)
{
	char *message = status_message(encoded, strlen(encoded));

	assert_string_equal(message, decoded);
	free(message);
}

static void messages(void **state)
{
	(void)state;
	message_is("", "");
	message_is("plain text", "plain text");
	message_is("%C3%A4pfel%20%e2%82%ac", "\xc3\xa4pfel \xe2\x82\xac");
	message_is("100%25", "100%");
	message_is("%zz %4 %", "%zz %4 %");
	message_is("50% off", "50% off");
	message_is("a%00b", "a?b");
}

static void details_are(const char *encoded, const char *decoded)
{
	uint8_t *bytes = NULL;
	size_t count = 0;

	assert_true(status_details(encoded, strlen(encoded), &bytes, &count));
	assert_int_equal(count, strlen(decoded));
	assert_memory_equal(bytes, decoded, count);
	free(bytes);
}

static void details(void **state)
{
	uint8_t *bytes = NULL;
	size_t count = 0;

	(void)state;
	details_are("YQ==", "a");
	details_are("YQ", "a");
	details_are("YWI=", "ab");
	details_are("YWI", "ab");
	details_are("YWJj", "abc");
	details_are("YWJjZA", "abcd");
	details_are("Pz8/Pj4+", "?"
				"?"
				"?>>>");
	assert_false(status_details("", 0, &bytes, &count));
	assert_false(status_details("Y", 1, &bytes, &count));
	assert_false(status_details("YWJj!A==", 8, &bytes, &count));
	assert_null(bytes);
}

static void encoded_is(const char *bytes, const char *expected)
{
	char *text = status_encode(bytes, strlen(bytes));

	assert_string_equal(text, expected);
	free(text);
}

static void encoding(void **state)
{
	(void)state;
	encoded_is("", "");
	encoded_is("a", "YQ");
	encoded_is("ab", "YWI");
	encoded_is("abc", "YWJj");
	encoded_is("abcd", "YWJjZA");
	encoded_is("\xff\xfe\xfd", "//79");
}

static void timeout_is(int64_t milliseconds, const char *expected)
{
	char text[STATUS_TIMEOUT_SIZE];

	status_timeout(milliseconds, text);
	assert_string_equal(text, expected);
}

static void timeouts(void **state)
{
	(void)state;
	timeout_is(5000, "5000m");
	timeout_is(-3, "1m");
	timeout_is(0, "1m");
	timeout_is(99999999, "99999999m");
	timeout_is(100000000, "100000S");
	timeout_is(INT64_MAX, "99999999S");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes),    cmocka_unit_test(codes_of_http),
		cmocka_unit_test(messages), cmocka_unit_test(details),
		cmocka_unit_test(encoding), cmocka_unit_test(timeouts),
	};

	return cmocka_run_group_tests_name("channel status", tests, NULL, NULL);
}
