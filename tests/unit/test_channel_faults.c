/* The channel driver against a server that misbehaves on purpose: its answers, and its silence. */
#include "fault_support.h"

/* ---- answers that are in order ---- */

static void answers(void **state)
{
	static const char *const paths[] = { FAULT("echo"), FAULT("pieces"), FAULT("interim"),
					     FAULT("close-once"), FAULT("exhausted-twice") };
	struct channel *channel = open_channel(faults.address);

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct channel_request request = ask(paths[i], "how are you");
		assert_int_equal(run_one(channel, &request), CHANNEL_DONE);
		if (request.code != GRPC_OK)
			print_error("%s:\n", paths[i]);
		assert_answer(&request, "how are you");
		channel_request_release(&request);
	}
	struct channel_request empty = ask(FAULT("echo"), "");
	run_one(channel, &empty);
	assert_answer(&empty, "");
	channel_request_release(&empty);
	temporal_skill_channel.close(channel);
}

/* Also several at once, whose pieces come mixed; libcurl 7.88 forgets to go on with what it has
 * read already. */
static void large_answers(void **state)
{
	static const char *const sizes[] = { "1", "16384", "40000", "60000", "100000", "3000000" };
	const size_t count = 8;
	struct channel *channel = open_channel(faults.address);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct channel_request like = ask(FAULT("large"), sizes[i]);
		struct channel_request *all = run_many(channel, &like, count);
		for (size_t k = 0; k < count; k++) {
			assert_ok(&all[k]);
			assert_int_equal(all[k].answer_size, atoi(sizes[i]));
			for (size_t at = 0; at < all[k].answer_size; at++) {
				if (all[k].answer[at] != at % 251)
					fail_msg("wrong byte at %zu", at);
			}
		}
		release_many(all, count);
	}
	temporal_skill_channel.close(channel);
}

static void assert_header(const struct channel_request *request, const char *line)
{
	char *text = strndup((const char *)request->answer, request->answer_size);

	assert_non_null(text);
	if (!strstr(text, line))
		fail_msg("no '%s' in:\n%s", line, text);
	free(text);
}

static void headers(void **state)
{
	struct channel *channel = open_channel(faults.address);
	struct channel_request request = ask(FAULT("headers"), "");

	(void)state;
	request.timeout_ms = 86400000;
	run_one(channel, &request);
	assert_ok(&request);
	assert_header(&request, "content-type: application/grpc+proto\n");
	assert_header(&request, "te: trailers\n");
	assert_header(&request, "grpc-timeout: 86400000m\n");
	assert_header(&request, "user-agent: channel-test/1\n");
	assert_header(&request, "temporal-namespace: default\n");
	char *text = strndup((const char *)request.answer, request.answer_size);
	assert_null(strstr(text, "accept:"));
	assert_null(strstr(text, "expect:"));
	assert_null(strstr(text, "authorization:"));
	free(text);
	channel_request_release(&request);
	temporal_skill_channel.close(channel);
}

/* ---- errors ---- */

static const struct {
	const char *path;
	enum grpc_code code;
	const char *message;
	bool lost, unreachable;
} refused[] = {
	{ FAULT("trailers-only"), GRPC_NOT_FOUND, "no such \xc3\xa4pfel % %zz", false, false },
	{ FAULT("late-error"), GRPC_FAILED_PRECONDITION, "not now", false, false },
	{ FAULT("odd-status"), GRPC_UNKNOWN, "odd", false, false },
	{ FAULT("no-status"), GRPC_UNAVAILABLE, "came without its status", true, false },
	{ FAULT("reset"), GRPC_UNAVAILABLE, "lost the connection to '127.0.0.1:", true, false },
	{ FAULT("close"), GRPC_UNAVAILABLE, "lost the connection to '127.0.0.1:", true, false },
	{ FAULT("unavailable"), GRPC_UNAVAILABLE, "later", false, false },
	{ FAULT("cut-off"), GRPC_UNAVAILABLE, "was cut off", true, false },
	{ FAULT("empty"), GRPC_UNAVAILABLE, "was cut off", true, false },
	{ FAULT("too-long"), GRPC_RESOURCE_EXHAUSTED, "has 4294967295 bytes", false, false },
	{ FAULT("compressed"), GRPC_INTERNAL, "is compressed", false, false },
	{ FAULT("surplus"), GRPC_INTERNAL, "more than one message", false, false },
	{ FAULT("page"), GRPC_UNAVAILABLE, "not in gRPC", false, true },
	{ FAULT("http-401"), GRPC_UNAUTHENTICATED, "HTTP status 401", false, false },
	{ FAULT("http-403"), GRPC_PERMISSION_DENIED, "HTTP status 403", false, false },
	{ FAULT("http-503"), GRPC_UNAVAILABLE, "HTTP status 503", false, false },
};

static void errors(void **state)
{
	struct channel *channel = open_channel(faults.address);

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		/* A good one before, so that the connection is an old one for the bad one. */
		struct channel_request good = ask(FAULT("echo"), "good");
		struct channel_request request = ask(refused[i].path, "x");
		run_one(channel, &good);
		assert_answer(&good, "good");
		request.repeatable = false;
		run_one(channel, &request);
		assert_failed(&request, refused[i].code, refused[i].message);
		assert_int_equal(request.lost, refused[i].lost);
		assert_int_equal(request.unreachable, refused[i].unreachable);
		channel_request_release(&request);
		channel_request_release(&good);
	}
	temporal_skill_channel.close(channel);
}

static void details(void **state)
{
	struct channel *channel = open_channel(faults.address);
	struct channel_request request = ask(FAULT("trailers-only"), "");

	(void)state;
	run_one(channel, &request);
	assert_failed(&request, GRPC_NOT_FOUND, "no such");
	assert_int_equal(request.details_size, 8);
	assert_memory_equal(request.details, "\x08\x05\x12\x07gone", 8);
	channel_request_release(&request);
	temporal_skill_channel.close(channel);
}

/* ---- silence ---- */

static void silence_ends_at_the_deadline(void **state)
{
	const size_t count = 200;
	struct channel *channel = open_channel(faults.address);
	struct channel_request like = ask(FAULT("silent"), "");
	int before = counted(channel, FAULT("how-many-silent"));

	(void)state;
	like.timeout_ms = 300;
	struct channel_request *all = run_many(channel, &like, count);
	for (size_t i = 0; i < count; i++)
		assert_failed(&all[i], GRPC_DEADLINE_EXCEEDED, "within 300 ms");
	release_many(all, count);
	/* After a window full of silence no more are sent. */
	assert_int_equal(counted(channel, FAULT("how-many-silent")) - before - 1, WINDOW);
	temporal_skill_channel.close(channel);
}

static void descriptor_ends_a_run(void **state)
{
	struct channel *channel = open_channel(faults.address);
	struct channel_request request = ask(FAULT("silent"), "");
	struct channel_request *one = &request;
	int pipe_ends[2];

	(void)state;
	request.timeout_ms = 60000;
	assert_int_equal(pipe2(pipe_ends, O_CLOEXEC), 0);
	/* A hang-up counts as ready: that is how a pipe's other side tells that it has died. */
	close(pipe_ends[1]);
	struct pollfd watched[] = { { .fd = -1, .events = POLLIN },
				    { .fd = pipe_ends[0], .events = POLLIN } };
	assert_int_equal(temporal_skill_channel.run(channel, &one, 1, -1, watched, 2),
			 CHANNEL_READY);
	assert_false(request.done);
	assert_int_equal(watched[0].revents, 0);
	assert_true(watched[1].revents & POLLHUP);
	assert_int_equal(temporal_skill_channel.run(channel, &one, 1, pipe_ends[0], NULL, 0),
			 CHANNEL_INTERRUPTED);
	assert_false(request.done);
	close(pipe_ends[0]);
	assert_true(counted(channel, FAULT("connection")) > 0);
	temporal_skill_channel.close(channel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(large_answers),
		cmocka_unit_test(headers),
		cmocka_unit_test(errors),
		cmocka_unit_test(details),
		cmocka_unit_test(silence_ends_at_the_deadline),
		cmocka_unit_test(descriptor_ends_a_run),
	};

	return cmocka_run_group_tests_name("channel faults", tests, start_faults, stop_faults);
}
