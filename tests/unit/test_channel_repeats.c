/* What the channel driver asks again, and on which connection. */
#include "fault_support.h"

/* ---- repeating ---- */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(repeats),
		cmocka_unit_test(lost_status_is_asked_for_on_a_fresh_connection),
		cmocka_unit_test(lost_long_poll_is_asked_anew_without_waiting),
		cmocka_unit_test(connection_of_age),
		cmocka_unit_test(stream_that_the_server_refused),
		cmocka_unit_test(connection_closed_while_idle),
		cmocka_unit_test(one_connection_for_many),
		cmocka_unit_test(old_connection_is_left),
		cmocka_unit_test(old_connection_is_left_under_way),
	};

	return cmocka_run_group_tests_name("channel repeats", tests, start_faults, stop_faults);
}
