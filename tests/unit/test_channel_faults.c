/* The channel driver against a server that misbehaves on purpose. */
#include "channel_servers.h"

#include "temporal/channel/channel.h"

#define FAULT(name) "/fault/" name

static struct server faults;

static struct channel_request ask(const char *path, const char *body)
{
	return (struct channel_request){ .path = path,
					 .body = (const uint8_t *)body,
					 .body_size = strlen(body),
					 .timeout_ms = 20000,
					 .repeatable = true };
}

static void assert_answer(const struct channel_request *request, const char *expected)
{
	assert_ok(request);
	assert_int_equal(request->answer_size, strlen(expected));
	assert_memory_equal(request->answer, expected, strlen(expected));
}

static void assert_failed(const struct channel_request *request, enum grpc_code code,
			  const char *part_of_message)
{
	assert_true(request->done);
	assert_null(request->answer);
	assert_non_null(request->message);
	if (!strstr(request->message, part_of_message))
		fail_msg("'%s' is not in '%s'", part_of_message, request->message);
	assert_int_equal(request->code, code);
}

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

/* ---- repeating ---- */

static int counted(struct channel *channel, const char *path)
{
	struct channel_request request = ask(path, "");
	char text[16] = "";

	run_one(channel, &request);
	assert_ok(&request);
	assert_true(request.answer_size < sizeof(text));
	memcpy(text, request.answer, request.answer_size);
	channel_request_release(&request);
	return atoi(text);
}

/* Several counters are asked twice, as asking counts, too. */
static int sent(struct channel *channel, const char *fault, const char *counter, bool repeatable)
{
	int before = counted(channel, counter);
	struct channel_request request = ask(fault, "x");

	request.repeatable = repeatable;
	run_one(channel, &request);
	assert_int_equal(request.code, GRPC_UNAVAILABLE);
	channel_request_release(&request);
	return counted(channel, counter) - before - 1;
}

static void repeats(void **state)
{
	struct channel *channel = open_channel(faults.address);

	(void)state;
	assert_int_equal(sent(channel, FAULT("no-status"), FAULT("how-many-no-status"), true), 4);
	assert_int_equal(sent(channel, FAULT("no-status"), FAULT("how-many-no-status"), false), 1);
	assert_int_equal(sent(channel, FAULT("close"), FAULT("how-many-close"), false), 1);
	assert_int_equal(sent(channel, FAULT("unavailable"), FAULT("how-many-unavailable"), false),
			 1);
	assert_int_equal(sent(channel, FAULT("unavailable"), FAULT("how-many-unavailable"), true),
			 7);
	temporal_skill_channel.close(channel);
}

static void lost_status_is_asked_for_on_a_fresh_connection(void **state)
{
	struct channel *channel = open_channel(faults.address);
	int before = counted(channel, FAULT("connection"));
	int after = counted(channel, FAULT("no-status-once"));

	(void)state;
	assert_true(after > before);
	temporal_skill_channel.close(channel);
}

static void lost_long_poll_is_asked_anew_without_waiting(void **state)
{
	struct channel *channel = open_channel(faults.address);
	struct channel_request request = ask(FAULT("again"), "wait");

	(void)state;
	request.again = (const uint8_t *)"at once";
	request.again_size = strlen("at once");
	run_one(channel, &request);
	assert_answer(&request, "at once");
	channel_request_release(&request);
	temporal_skill_channel.close(channel);
}

/* libcurl before 8.0 loses the status here, later ones do not: never success without it, and no
 * hang. */
static void connection_of_age(void **state)
{
	struct channel *channel = open_channel(faults.address);

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct channel_request request = ask(FAULT("goaway"), "hello");
		run_one(channel, &request);
		if (request.code == GRPC_OK)
			assert_answer(&request, "hello");
		else
			assert_true(request.lost);
		channel_request_release(&request);
	}
	assert_true(counted(channel, FAULT("connection")) > 0);
	temporal_skill_channel.close(channel);
}

static void stream_that_the_server_refused(void **state)
{
	struct channel *channel = open_channel(faults.address);
	struct channel_request request = ask(FAULT("refused-once"), "hello");

	(void)state;
	assert_true(counted(channel, FAULT("connection")) > 0);
	run_one(channel, &request);
	assert_answer(&request, "hello");
	channel_request_release(&request);
	temporal_skill_channel.close(channel);
}

/* Found out before anything was sent: so even what may not be repeated goes out on the next one. */
static void connection_closed_while_idle(void **state)
{
	struct channel *channel = open_channel(faults.address);
	struct channel *other = open_channel(faults.address);
	struct channel_request request = ask(FAULT("echo"), "good morning");
	char number[16];

	(void)state;
	snprintf(number, sizeof(number), "%d", counted(channel, FAULT("connection")));
	struct channel_request closing = ask(FAULT("close-other"), number);
	run_one(other, &closing);
	assert_answer(&closing, "closed");
	channel_request_release(&closing);
	request.repeatable = false;
	run_one(channel, &request);
	/* Newer ones look at a connection's health only after a second of rest; then it counts as
	 * sent. */
	if (curl_version_info(CURLVERSION_NOW)->version_num < 0x080000 || !request.lost)
		assert_answer(&request, "good morning");
	channel_request_release(&request);
	temporal_skill_channel.close(other);
	temporal_skill_channel.close(channel);
}

/* ---- connections ---- */

static void one_connection_for_many(void **state)
{
	const size_t count = 500;
	struct channel *channel = open_channel(faults.address);
	struct channel_request like = ask(FAULT("connection"), "");
	int before = counted(channel, FAULT("connection"));
	struct channel_request *all = run_many(channel, &like, count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_ok(&all[i]);
		char text[16] = "";
		memcpy(text, all[i].answer, all[i].answer_size);
		assert_int_equal(atoi(text), before);
	}
	release_many(all, count);
	assert_int_equal(counted(channel, FAULT("connection")), before);
	temporal_skill_channel.close(channel);
}

static void old_connection_is_left(void **state)
{
	struct channel *channel = open_channel(faults.address);
	int first = counted(channel, FAULT("connection"));

	(void)state;
	assert_int_equal(counted(channel, FAULT("connection")), first);
	channel->age_limit_ms = 0;
	assert_true(counted(channel, FAULT("connection")) > first);
	temporal_skill_channel.close(channel);
}

/* Also in the middle of a run. */
static void old_connection_is_left_under_way(void **state)
{
	const size_t count = 300;
	struct channel *channel = open_channel(faults.address);
	struct channel_request like = ask(FAULT("echo"), "hello");

	(void)state;
	channel->age_limit_ms = 1;
	struct channel_request *all = run_many(channel, &like, count);
	for (size_t i = 0; i < count; i++)
		assert_answer(&all[i], "hello");
	release_many(all, count);
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

static int start(void **state)
{
	(void)state;
	start_fault_server(&faults, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stop_server(&faults);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(large_answers),
		cmocka_unit_test(headers),
		cmocka_unit_test(errors),
		cmocka_unit_test(details),
		cmocka_unit_test(repeats),
		cmocka_unit_test(lost_status_is_asked_for_on_a_fresh_connection),
		cmocka_unit_test(lost_long_poll_is_asked_anew_without_waiting),
		cmocka_unit_test(connection_of_age),
		cmocka_unit_test(stream_that_the_server_refused),
		cmocka_unit_test(connection_closed_while_idle),
		cmocka_unit_test(one_connection_for_many),
		cmocka_unit_test(old_connection_is_left),
		cmocka_unit_test(old_connection_is_left_under_way),
		cmocka_unit_test(silence_ends_at_the_deadline),
		cmocka_unit_test(descriptor_ends_a_run),
	};

	return cmocka_run_group_tests_name("channel faults", tests, start, stop);
}
