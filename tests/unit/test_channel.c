/* The channel driver against real Temporal servers; the messages are encoded by hand. */
#include "channel_servers.h"

#include <sys/syscall.h>
#include <sys/timerfd.h>

#define METHOD(name) "/temporal.api.workflowservice.v1.WorkflowService/" name

/* The second one tells its connections to go after 2 s, so that many die in the course of a test;
 * its long polls take 3 s, so that the status of each comes when the connection has been told. */
static struct server usual = { .input = -1 }, hasty = { .input = -1 };

/* ---- messages ---- */

struct message {
	uint8_t bytes[512];
	size_t size;
};

static void put_bytes(struct message *message, int field, const void *bytes, size_t size)
{
	assert_true(size < 128 && message->size + size + 2 <= sizeof(message->bytes));
	message->bytes[message->size++] = (uint8_t)(field << 3 | 2);
	message->bytes[message->size++] = (uint8_t)size;
	memcpy(message->bytes + message->size, bytes, size);
	message->size += size;
}

static void put(struct message *message, int field, const char *text)
{
	put_bytes(message, field, text, strlen(text));
}

static void put_number(struct message *message, int field, uint8_t number)
{
	message->bytes[message->size++] = (uint8_t)(field << 3);
	message->bytes[message->size++] = number;
}

/* A message whose first field is text: WorkflowType, TaskQueue, WorkflowExecution. */
static void put_named(struct message *message, int field, const char *text)
{
	struct message inner = { .size = 0 };

	put(&inner, 1, text);
	put_bytes(message, field, inner.bytes, inner.size);
}

static struct message in_namespace(const char *name)
{
	struct message message = { .size = 0 };

	put(&message, 1, name);
	return message;
}

static struct message of_workflow(const char *id)
{
	struct message message = in_namespace("default");

	put_named(&message, 2, id);
	return message;
}

/* GetWorkflowExecutionHistory: waits for the close event. */
static struct message close_of(const char *id)
{
	struct message message = of_workflow(id);

	put_number(&message, 5, 1);
	put_number(&message, 6, 2);
	return message;
}

static struct channel_request ask(const char *path, const struct message *message)
{
	return (struct channel_request){ .path = path,
					 .body = message->bytes,
					 .body_size = message->size,
					 .timeout_ms = 20000,
					 .repeatable = true };
}

static void start_workflow(struct channel *channel, const char *id)
{
	struct message message = in_namespace("default");

	put(&message, 2, id);
	put_named(&message, 3, "NobodyRunsThis");
	put_named(&message, 4, "nobody-polls-this");
	put(&message, 9, "channel-test");
	put(&message, 10, id);
	struct channel_request request = ask(METHOD("StartWorkflowExecution"), &message);
	run_one(channel, &request);
	assert_ok(&request);
	channel_request_release(&request);
}

static bool contains(const uint8_t *bytes, size_t size, const char *text)
{
	return bytes && memmem(bytes, size, text, strlen(text));
}

static void assert_describes(struct channel *channel, const char *id, size_t count)
{
	struct message message = of_workflow(id);
	struct channel_request like = ask(METHOD("DescribeWorkflowExecution"), &message);
	struct channel_request *all = run_many(channel, &like, count);

	for (size_t i = 0; i < count; i++) {
		assert_ok(&all[i]);
		assert_true(contains(all[i].answer, all[i].answer_size, "NobodyRunsThis"));
	}
	release_many(all, count);
}

/* ---- the usual server ---- */

static void answers_one(void **state)
{
	struct message nothing = { .size = 0 };
	struct channel *channel = open_channel(usual.address);

	(void)state;
	for (int i = 0; i < 5; i++) {
		struct channel_request request = ask(METHOD("GetSystemInfo"), &nothing);
		assert_int_equal(run_one(channel, &request), CHANNEL_DONE);
		assert_ok(&request);
		assert_true(request.answer_size > 0);
		channel_request_release(&request);
	}
	temporal_skill_channel.close(channel);
}

static void answers_many(void **state)
{
	struct channel *channel = open_channel(usual.address);

	(void)state;
	start_workflow(channel, "many");
	assert_describes(channel, "many", 1500);
	assert_describes(channel, "many", 1500);
	temporal_skill_channel.close(channel);
}

static void reports_errors(void **state)
{
	struct channel *channel = open_channel(usual.address);
	struct message message = in_namespace("no-such-namespace");
	struct channel_request unknown = ask(METHOD("NoSuchMethod"), &message);
	struct channel_request missing = ask(METHOD("DescribeNamespace"), &message);

	(void)state;
	run_one(channel, &unknown);
	assert_int_equal(unknown.code, GRPC_UNIMPLEMENTED);
	assert_non_null(strstr(unknown.message, "NoSuchMethod"));
	assert_null(unknown.answer);
	channel_request_release(&unknown);
	run_one(channel, &missing);
	assert_int_equal(missing.code, GRPC_NOT_FOUND);
	assert_true(contains(missing.details, missing.details_size, "NamespaceNotFoundFailure"));
	channel_request_release(&missing);
	temporal_skill_channel.close(channel);
}

static void long_poll_is_interrupted(void **state)
{
	struct channel *channel = open_channel(usual.address);
	const struct itimerspec soon = { .it_value.tv_nsec = 200000000 };

	(void)state;
	start_workflow(channel, "interrupted");
	for (int i = 0; i < 4; i++) {
		struct message message = close_of("interrupted");
		struct channel_request request =
			ask(METHOD("GetWorkflowExecutionHistory"), &message);
		struct channel_request *one = &request;
		int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
		assert_int_equal(timerfd_settime(timer, 0, &soon, NULL), 0);
		struct pollfd watched = { .fd = timer, .events = POLLIN };
		bool as_signal = i % 2;
		assert_int_equal(temporal_skill_channel.run(channel, &one, 1,
							    as_signal ? timer : -1, &watched,
							    as_signal ? 0 : 1),
				 as_signal ? CHANNEL_INTERRUPTED : CHANNEL_READY);
		assert_false(request.done);
		close(timer);
		/* And the connection goes on. */
		assert_describes(channel, "interrupted", 3);
	}
	temporal_skill_channel.close(channel);
}

/* The termination overtakes the long poll on the same connection, and ends it. */
static void long_poll_hears_the_end(void **state)
{
	struct channel *channel = open_channel(usual.address);
	struct message wait = close_of("ended"), end = of_workflow("ended");

	(void)state;
	start_workflow(channel, "ended");
	put(&end, 3, "enough");
	struct channel_request waiting = ask(METHOD("GetWorkflowExecutionHistory"), &wait);
	struct channel_request ending = ask(METHOD("TerminateWorkflowExecution"), &end);
	struct channel_request *both[] = { &waiting, &ending };
	ending.repeatable = false;
	assert_int_equal(temporal_skill_channel.run(channel, both, 2, -1, NULL, 0), CHANNEL_DONE);
	assert_ok(&ending);
	assert_ok(&waiting);
	assert_true(contains(waiting.answer, waiting.answer_size, "enough"));
	channel_request_release(&waiting);
	channel_request_release(&ending);
	temporal_skill_channel.close(channel);
}

/* ---- the hasty server ---- */

static void connections_that_come_of_age(void **state)
{
	struct channel *channel = open_channel(hasty.address);
	/* Longer than a connection may live there, with its 10 %: one dies at least. */
	int64_t end = test_now_ms() + 4000;

	(void)state;
	start_workflow(channel, "many");
	while (test_now_ms() < end)
		assert_describes(channel, "many", 100);
	temporal_skill_channel.close(channel);
}

static void long_poll_outlives_its_connection(void **state)
{
	struct channel *channel = open_channel(hasty.address);
	/* In place of a lost one, the first event of all: asked for the close event, the server
	 * waits even where it is told not to. */
	struct message wait = close_of("open"), at_once = of_workflow("open");

	(void)state;
	start_workflow(channel, "open");
	put_number(&at_once, 3, 1);
	struct channel_request request = ask(METHOD("GetWorkflowExecutionHistory"), &wait);
	request.again = at_once.bytes;
	request.again_size = at_once.size;
	assert_int_equal(run_one(channel, &request), CHANNEL_DONE);
	assert_ok(&request);
	channel_request_release(&request);
	temporal_skill_channel.close(channel);
}

static void server_dies_under_a_request(void **state)
{
	struct channel *channel = open_channel(hasty.address);
	struct message wait = close_of("open");
	struct channel_request request = ask(METHOD("GetWorkflowExecutionHistory"), &wait);
	struct channel_request *one = &request;
	const struct itimerspec soon = { .it_value.tv_nsec = 200000000 };
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);

	(void)state;
	/* On its way for sure, then cut; the server is gone before the next one is sent. */
	assert_int_equal(timerfd_settime(timer, 0, &soon, NULL), 0);
	struct pollfd watched = { .fd = timer, .events = POLLIN };
	assert_int_equal(temporal_skill_channel.run(channel, &one, 1, -1, &watched, 1),
			 CHANNEL_READY);
	close(timer);
	kill(hasty.pid, SIGKILL);
	waitpid(hasty.pid, NULL, 0);
	hasty.pid = 0;
	assert_int_equal(run_one(channel, &request), CHANNEL_DONE);
	assert_int_equal(request.code, GRPC_UNAVAILABLE);
	assert_true(request.unreachable);
	assert_non_null(strstr(request.message, "connection refused"));
	channel_request_release(&request);
	temporal_skill_channel.close(channel);
}

/* ---- the servers ---- */

static void start_temporal(struct server *server, const char *const *options)
{
	const char *cli = getenv("TEMPORAL_CLI");
	char port[16];
	const char *words[24] = { cli && *cli ? cli : "temporal",
				  "server",
				  "start-dev",
				  "--headless",
				  "--ip",
				  "127.0.0.1",
				  "--log-level",
				  "never",
				  "--port",
				  port };

	for (size_t i = 0; options && options[i]; i++)
		words[10 + i] = options[i];
	int number = free_port();
	snprintf(port, sizeof(port), "%d", number);
	snprintf(server->address, sizeof(server->address), "127.0.0.1:%d", number);
	server->input = -1;
	server->pid = start_program(words, -1, -1);
}

/* Until its namespace can be described. */
static void wait_for_temporal(struct server *server)
{
	int64_t end = test_now_ms() + SERVER_START_MS;
	struct message message = in_namespace("default");
	struct channel *channel = open_channel(server->address);
	struct pollfd dead = { .fd = (int)syscall(SYS_pidfd_open, server->pid, 0),
			       .events = POLLIN };
	enum grpc_code code;

	do {
		struct channel_request request = ask(METHOD("DescribeNamespace"), &message);
		run_one(channel, &request);
		code = request.code;
		channel_request_release(&request);
		/* A refusal comes at once: the next try is due in a moment, unless the server is
		 * dead. */
	} while (code != GRPC_OK && poll(&dead, 1, 20) == 0 && test_now_ms() < end);
	if (dead.fd >= 0)
		close(dead.fd);
	temporal_skill_channel.close(channel);
	if (code != GRPC_OK)
		fail_msg("no server at %s", server->address);
}

/* Also where a test or the set-up gives up in the middle. */
static void stop_all(void)
{
	stop_server(&usual);
	stop_server(&hasty);
}

static int start(void **state)
{
	(void)state;
	atexit(stop_all);
	start_temporal(&usual, NULL);
	start_temporal(&hasty,
		       (const char *[]){ "--dynamic-config-value",
					 "frontend.keepAliveMaxConnectionAge=\"2s\"",
					 "--dynamic-config-value",
					 "history.longPollExpirationInterval=\"3s\"", NULL });
	wait_for_temporal(&usual);
	wait_for_temporal(&hasty);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	stop_all();
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_one),
		cmocka_unit_test(answers_many),
		cmocka_unit_test(reports_errors),
		cmocka_unit_test(long_poll_is_interrupted),
		cmocka_unit_test(long_poll_hears_the_end),
		cmocka_unit_test(connections_that_come_of_age),
		cmocka_unit_test(long_poll_outlives_its_connection),
		cmocka_unit_test(server_dies_under_a_request),
	};

	return cmocka_run_group_tests_name("channel", tests, start, stop);
}
