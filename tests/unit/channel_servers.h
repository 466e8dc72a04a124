/* Servers for the tests of the channel driver: started on a free port, stopped by the test that
 * started them. */
#ifndef TEST_CHANNEL_SERVERS_H
#define TEST_CHANNEL_SERVERS_H

#include "temporal/driver.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

extern char **environ;

/* How long a server may take to come up on a busy machine. */
#define SERVER_START_MS 60000

struct server {
	pid_t pid;
	int input; /* held open while it shall run; -1: none */
	char address[64];
};

static inline int64_t test_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static inline int free_port(void)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(any);
	int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(descriptor >= 0);
	assert_int_equal(bind(descriptor, (struct sockaddr *)&any, size), 0);
	assert_int_equal(getsockname(descriptor, (struct sockaddr *)&any, &size), 0);
	close(descriptor);
	return ntohs(any.sin_port);
}

/* Starts words with in and out as its standard input and output; -1: /dev/null, for out with what
 * it says of errors. */
static inline pid_t start_program(const char *const *words, int in, int out)
{
	posix_spawn_file_actions_t actions;
	/* POSIX leaves the words alone; its type only says otherwise. */
	char *const *argv = (char *const *)(uintptr_t)words;
	pid_t pid = -1;

	posix_spawn_file_actions_init(&actions);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&actions, in, 0);
	else
		posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&actions, out, 1);
	else
		posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
	if (out < 0)
		posix_spawn_file_actions_adddup2(&actions, 1, 2);
	int failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	if (failed)
		fail_msg("cannot start '%s': %s", words[0], strerror(failed));
	return pid;
}

/* Runs words to their end; returns the exit status. */
static inline int run_program(const char *const *words)
{
	int status = 0;

	assert_true(waitpid(start_program(words, -1, -1), &status, 0) > 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static inline void stop_server(struct server *server)
{
	if (server->input >= 0)
		close(server->input);
	else if (server->pid > 0)
		kill(server->pid, SIGTERM);
	if (server->pid > 0)
		waitpid(server->pid, NULL, 0);
	server->pid = 0;
	server->input = -1;
}

/* The fault server of tests/faults with the given options; tests run in the top folder of the
 * sources. */
static inline void start_fault_server(struct server *server, const char *const *options)
{
	const char *words[16] = { "python3", "tests/faults/fault_server.py" };
	int input[2], output[2];
	char line[32] = "";

	for (size_t i = 0; options && options[i]; i++)
		words[2 + i] = options[i];
	assert_int_equal(pipe2(input, O_CLOEXEC), 0);
	assert_int_equal(pipe2(output, O_CLOEXEC), 0);
	server->pid = start_program(words, input[0], output[1]);
	server->input = input[1];
	close(input[0]);
	close(output[1]);
	struct pollfd said = { .fd = output[0], .events = POLLIN };
	assert_int_equal(poll(&said, 1, SERVER_START_MS), 1);
	assert_true(read(output[0], line, sizeof(line) - 1) > 0);
	close(output[0]);
	snprintf(server->address, sizeof(server->address), "127.0.0.1:%d", atoi(line));
}

/* ---- requests ---- */

static inline struct channel *open_channel(const char *address)
{
	struct channel_settings settings = { .address = address,
					     .namespace_ = "default",
					     .user_agent = "channel-test/1",
					     .connect_timeout_ms = 5000 };
	struct channel *channel = temporal_skill_channel.open(&settings);

	assert_non_null(channel);
	return channel;
}

static inline enum channel_end run_one(struct channel *channel, struct channel_request *request)
{
	return temporal_skill_channel.run(channel, &request, 1, -1, NULL, 0);
}

/* count requests like this one, all at once. */
static inline struct channel_request *run_many(struct channel *channel,
					       const struct channel_request *like, size_t count)
{
	struct channel_request *all = calloc(count, sizeof(*all));
	struct channel_request **each = calloc(count, sizeof(struct channel_request *));

	assert_non_null(all);
	assert_non_null(each);
	for (size_t i = 0; i < count; i++) {
		all[i] = *like;
		each[i] = &all[i];
	}
	assert_int_equal(temporal_skill_channel.run(channel, each, count, -1, NULL, 0),
			 CHANNEL_DONE);
	free(each);
	return all;
}

static inline void release_many(struct channel_request *all, size_t count)
{
	for (size_t i = 0; i < count; i++)
		channel_request_release(&all[i]);
	free(all);
}

static inline void assert_ok(const struct channel_request *request)
{
	assert_true(request->done);
	if (request->code != GRPC_OK)
		fail_msg("code %d: %s", (int)request->code,
			 request->message ? request->message : "(no message)");
	assert_non_null(request->answer);
}

#endif
