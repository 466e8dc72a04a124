/* How the channel driver says that it does not reach a server: refusals, silence, bad settings. */
#include "channel_tls_servers.h"

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused_at_once),
		cmocka_unit_test(unknown_host),
		cmocka_unit_test(bad_settings),
		cmocka_unit_test(connect_timeout),
		cmocka_unit_test(handshake_timeout),
		cmocka_unit_test(interrupted_while_connecting),
		cmocka_unit_test(no_proxy_for_loopback),
	};

	return cmocka_run_group_tests_name("channel connect", tests, start_tls_servers,
					   stop_tls_servers);
}
