/* The channel driver over TLS, and the headers that it sends. */
#include "channel_tls_servers.h"

static void tls_with_server_name_and_key(void **state)
{
	struct channel_settings settings = tls_settings(&tls);

	(void)state;
	settings.api_key = "s3cret";
	struct channel_request request = ask_headers(&settings);
	assert_true(has_header(&request, "authorization: Bearer s3cret\n"));
	assert_true(has_header(&request, "temporal-namespace: default\n"));
	assert_true(has_header(&request, ":authority: faults.test:"));
	channel_request_release(&request);
}

static void api_key_is_not_sent_in_clear_text(void **state)
{
	struct channel_settings settings = settings_for(&plain);

	(void)state;
	settings.api_key = "s3cret";
	struct channel_request request = ask_headers(&settings);
	assert_false(has_header(&request, "s3cret"));
	channel_request_release(&request);
}

static void authority_and_metadata(void **state)
{
	struct channel_settings settings = settings_for(&plain);

	(void)state;
	settings.authority = "front.example";
	settings.metadata = "x-one=1\nTemporal-Namespace=other\nx-empty=\nx-two=a=b c\ny-bin=ab";
	struct channel_request request = ask_headers(&settings);
	assert_true(has_header(&request, ":authority: front.example\n"));
	assert_true(has_header(&request, "x-one: 1\n"));
	assert_true(has_header(&request, "x-two: a=b c\n"));
	assert_true(has_header(&request, "x-empty: \n"));
	assert_true(has_header(&request, "y-bin: YWI\n"));
	assert_true(has_header(&request, "temporal-namespace: other\n"));
	assert_false(has_header(&request, "temporal-namespace: default\n"));
	channel_request_release(&request);
}

static void unfit_metadata(void **state)
{
	static const char *const unfit[] = {
		"x", "=x", "a b=c", "te=x", "grpc-timeout=1m", "x=a\rb"
	};
	struct channel_settings settings = settings_for(&plain);

	(void)state;
	for (size_t i = 0; i < sizeof(unfit) / sizeof(unfit[0]); i++) {
		settings.metadata = unfit[i];
		struct channel_request request = ask_headers(&settings);
		assert_message(&request, GRPC_INVALID_ARGUMENT, false, "gRPC metadata");
	}
}

static void many_over_tls(void **state)
{
	const size_t count = 300;
	struct channel_settings settings = tls_settings(&tls);
	struct channel *channel = temporal_skill_channel.open(&settings);
	struct channel_request like = { .path = "/fault/connection", .timeout_ms = 10000 };
	struct channel_request *all = run_many(channel, &like, count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_ok(&all[i]);
		assert_int_equal(all[i].answer_size, all[0].answer_size);
		assert_memory_equal(all[i].answer, all[0].answer, all[0].answer_size);
	}
	release_many(all, count);
	temporal_skill_channel.close(channel);
}

static void wrong_name_and_authority(void **state)
{
	struct channel_settings settings = tls_settings(&tls);
	struct channel_request request;

	(void)state;
	settings.tls_server_name = NULL;
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "cannot connect to '127.0.0.1:");
	settings.tls_skip_host_check = true;
	request = ask_headers(&settings);
	assert_ok(&request);
	channel_request_release(&request);
	settings.tls_ca = client_cert;
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "certificate");
	settings.tls_ca = NULL;
	request = ask_headers(&settings);
	assert_ok(&request);
	channel_request_release(&request);
}

static void client_certificate(void **state)
{
	struct channel_settings settings = tls_settings(&mutual);
	struct channel_request request;

	(void)state;
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "certificate");
	settings.tls_cert = client_cert;
	settings.tls_key = client_key;
	request = ask_headers(&settings);
	assert_ok(&request);
	channel_request_release(&request);
	settings.tls_key = server_key;
	request = ask_headers(&settings);
	/* A key of another certificate; libcurl's versions class it differently. */
	assert_int_not_equal(request.code, GRPC_OK);
	assert_non_null(strstr(request.message, "key"));
	channel_request_release(&request);
	settings.tls_cert = "/nonexistent.pem";
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAUTHENTICATED, false, "/nonexistent.pem");
}

static char *read_file(const char *path)
{
	char *text = calloc(1, 8192);
	FILE *file = fopen(path, "re");

	assert_non_null(text);
	assert_non_null(file);
	assert_true(fread(text, 1, 8191, file) > 0);
	fclose(file);
	return text;
}

static void certificates_as_texts(void **state)
{
	struct channel_settings settings = settings_for(&mutual);
	char *ca = read_file(server_cert), *cert = read_file(client_cert);
	char *key = read_file(client_key);

	(void)state;
	settings.tls = true;
	settings.tls_server_name = "faults.test";
	settings.tls_ca_data = ca;
	settings.tls_cert_data = cert;
	settings.tls_key_data = key;
	struct channel_request request = ask_headers(&settings);
	assert_ok(&request);
	channel_request_release(&request);
	free(ca);
	free(cert);
	free(key);
}

static void mismatches(void **state)
{
	struct channel_settings settings = settings_for(&tls);
	struct channel_request request = ask_headers(&settings);

	(void)state;
	assert_message(&request, GRPC_UNAVAILABLE, true, "it may want TLS");
	settings = tls_settings(&plain);
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "or speak without TLS");
	settings = tls_settings(&no_alpn);
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "no gRPC at '127.0.0.1:");
	settings = settings_for(&http1);
	request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "be another kind of server");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tls_with_server_name_and_key),
		cmocka_unit_test(api_key_is_not_sent_in_clear_text),
		cmocka_unit_test(authority_and_metadata),
		cmocka_unit_test(unfit_metadata),
		cmocka_unit_test(many_over_tls),
		cmocka_unit_test(wrong_name_and_authority),
		cmocka_unit_test(client_certificate),
		cmocka_unit_test(certificates_as_texts),
		cmocka_unit_test(mismatches),
	};

	return cmocka_run_group_tests_name("channel tls", tests, start_tls_servers,
					   stop_tls_servers);
}
