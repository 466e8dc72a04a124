/* How the channel driver reaches a server, or says why not: TLS, refusals, silence, other
 * protocols; and plain posts. */
#include "channel_servers.h"

#include "temporal/channel/channel.h"

/* Certificates are made for the run: a server's for the name faults.test, a client's, each its own
 * authority. */
static char folder[] = "/tmp/channel-test-XXXXXX";
static char server_cert[64], server_key[64], client_cert[64], client_key[64];

static struct server plain, tls, mutual, no_alpn, http1, mute;

static struct channel_settings settings_for(const struct server *server)
{
	return (struct channel_settings){ .address = server->address,
					  .namespace_ = "default",
					  .user_agent = "channel-test/1",
					  .connect_timeout_ms = 2000 };
}

static struct channel_settings tls_settings(const struct server *server)
{
	struct channel_settings settings = settings_for(server);

	settings.tls = true;
	settings.tls_ca = server_cert;
	settings.tls_server_name = "faults.test";
	return settings;
}

/* Asks /fault/headers, whose answer are the request's headers. */
static struct channel_request ask_headers(const struct channel_settings *settings)
{
	struct channel *channel = temporal_skill_channel.open(settings);
	struct channel_request request = { .path = "/fault/headers",
					   .timeout_ms = 10000,
					   .repeatable = true };

	assert_non_null(channel);
	assert_int_equal(run_one(channel, &request), CHANNEL_DONE);
	temporal_skill_channel.close(channel);
	return request;
}

static bool has_header(const struct channel_request *request, const char *line)
{
	assert_ok(request);
	return memmem(request->answer, request->answer_size, line, strlen(line)) != NULL;
}

static void assert_message(struct channel_request *request, enum grpc_code code, bool unreachable,
			   const char *part)
{
	assert_true(request->done);
	assert_non_null(request->message);
	if (!strstr(request->message, part))
		fail_msg("'%s' is not in '%s'", part, request->message);
	assert_int_equal(request->code, code);
	assert_int_equal(request->unreachable, unreachable);
	channel_request_release(request);
}

/* ---- TLS ---- */

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

/* ---- nobody there ---- */

static void refused_at_once(void **state)
{
	const size_t count = 200;
	char address[32];

	(void)state;
	snprintf(address, sizeof(address), "127.0.0.1:%d", free_port());
	struct channel *channel = open_channel(address);
	struct channel_request like = { .path = "/fault/echo", .timeout_ms = 10000 };
	struct channel_request *all = run_many(channel, &like, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(all[i].code, GRPC_UNAVAILABLE);
		assert_true(all[i].unreachable);
		assert_non_null(strstr(all[i].message, address));
		assert_non_null(strstr(all[i].message, "connection refused"));
	}
	release_many(all, count);
	temporal_skill_channel.close(channel);
}

static void unknown_host(void **state)
{
	const struct server nowhere = { .address = "nowhere.invalid:7233" };
	struct channel_settings settings = settings_for(&nowhere);
	struct channel_request request = ask_headers(&settings);

	(void)state;
	assert_message(&request, GRPC_UNAVAILABLE, true,
		       "cannot connect to 'nowhere.invalid:7233': could not resolve host");
}

static void bad_settings(void **state)
{
	static const char *const addresses[] = {
		"",      "localhost", "localhost:",     "localhost:x", "a b:7233",
		":7233", "a/b:7233",  "user@host:7233", "h:123456"
	};
	struct server server;

	(void)state;
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		snprintf(server.address, sizeof(server.address), "%s", addresses[i]);
		struct channel_settings settings = settings_for(&server);
		struct channel_request request = ask_headers(&settings);
		assert_message(&request, GRPC_INVALID_ARGUMENT, false, "is not HOST:PORT");
	}
	struct channel_settings settings = settings_for(&plain);
	settings.namespace_ = "a\r\nx: y";
	struct channel_request request = ask_headers(&settings);
	assert_message(&request, GRPC_INVALID_ARGUMENT, false, "control characters");
}

/* The listener accepts nothing and its queue is full: the kernel drops what else asks. */
static void connect_timeout(void **state)
{
	enum { WAITING = 4 };
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(any);
	int waiting[WAITING], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct server full;

	(void)state;
	assert_int_equal(bind(listener, (struct sockaddr *)&any, size), 0);
	assert_int_equal(listen(listener, 0), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&any, &size), 0);
	for (int i = 0; i < WAITING; i++) {
		waiting[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
		(void)connect(waiting[i], (struct sockaddr *)&any, size);
	}
	snprintf(full.address, sizeof(full.address), "127.0.0.1:%d", ntohs(any.sin_port));
	struct channel_settings settings = settings_for(&full);
	settings.connect_timeout_ms = 200;
	struct channel_request request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "no answer within ");
	for (int i = 0; i < WAITING; i++)
		close(waiting[i]);
	close(listener);
}

/* Connected, but nobody shakes hands: that is not reached, either. */
static void handshake_timeout(void **state)
{
	struct channel_settings settings = tls_settings(&mute);

	(void)state;
	settings.connect_timeout_ms = 200;
	struct channel_request request = ask_headers(&settings);
	assert_message(&request, GRPC_UNAVAILABLE, true, "cannot connect to '127.0.0.1:");
}

/* What is connected to nobody can still be interrupted. */
static void interrupted_while_connecting(void **state)
{
	struct channel_settings settings = tls_settings(&mute);
	struct channel *channel = temporal_skill_channel.open(&settings);
	struct channel_request request = { .path = "/fault/echo", .timeout_ms = 60000 };
	struct channel_request *one = &request;
	int ends[2];

	(void)state;
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	struct pollfd watched = { .fd = ends[0], .events = POLLIN };
	assert_int_equal(write(ends[1], "x", 1), 1);
	assert_int_equal(temporal_skill_channel.run(channel, &one, 1, -1, &watched, 1),
			 CHANNEL_READY);
	assert_false(request.done);
	close(ends[0]);
	close(ends[1]);
	temporal_skill_channel.close(channel);
}

/* An address of this machine is never asked for through a proxy. */
static void no_proxy_for_loopback(void **state)
{
	struct channel_settings settings = settings_for(&plain);

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	struct channel_request request = ask_headers(&settings);
	unsetenv("http_proxy");
	assert_ok(&request);
	channel_request_release(&request);
}

/* ---- the servers ---- */

static void make_certificate(const char *name, const char *certificate, const char *key)
{
	char subject[64], alternative[64];

	snprintf(subject, sizeof(subject), "/CN=%s", name);
	snprintf(alternative, sizeof(alternative), "subjectAltName=DNS:%s", name);
	const char *const words[] = { "openssl",
				      "req",
				      "-x509",
				      "-newkey",
				      "ec",
				      "-pkeyopt",
				      "ec_paramgen_curve:prime256v1",
				      "-nodes",
				      "-days",
				      "2",
				      "-subj",
				      subject,
				      "-addext",
				      alternative,
				      "-keyout",
				      key,
				      "-out",
				      certificate,
				      NULL };
	assert_int_equal(run_program(words), 0);
}

static int start(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(server_cert, sizeof(server_cert), "%s/server.pem", folder);
	snprintf(server_key, sizeof(server_key), "%s/server.key", folder);
	snprintf(client_cert, sizeof(client_cert), "%s/client.pem", folder);
	snprintf(client_key, sizeof(client_key), "%s/client.key", folder);
	make_certificate("faults.test", server_cert, server_key);
	make_certificate("client.test", client_cert, client_key);

	const char *const with_tls[] = { "--certificate", server_cert, "--key", server_key, NULL };
	const char *const with_both[] = { "--certificate", server_cert, "--key", server_key,
					  "--client-ca",   client_cert, NULL };
	const char *const with_http1[] = { "--certificate", server_cert, "--key",
					   server_key,      "--alpn",    "http/1.1",
					   "--mode",        "http1",     NULL };
	start_fault_server(&plain, NULL);
	start_fault_server(&tls, with_tls);
	start_fault_server(&mutual, with_both);
	start_fault_server(&no_alpn, with_http1);
	start_fault_server(&http1, (const char *[]){ "--mode", "http1", NULL });
	start_fault_server(&mute, (const char *[]){ "--mode", "mute", NULL });
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stop_server(&plain);
	stop_server(&tls);
	stop_server(&mutual);
	stop_server(&no_alpn);
	stop_server(&http1);
	stop_server(&mute);
	unlink(server_cert);
	unlink(server_key);
	unlink(client_cert);
	unlink(client_key);
	rmdir(folder);
	return 0;
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
		cmocka_unit_test(refused_at_once),
		cmocka_unit_test(unknown_host),
		cmocka_unit_test(bad_settings),
		cmocka_unit_test(connect_timeout),
		cmocka_unit_test(handshake_timeout),
		cmocka_unit_test(interrupted_while_connecting),
		cmocka_unit_test(no_proxy_for_loopback),
	};

	return cmocka_run_group_tests_name("channel connect", tests, start, stop);
}
