/* A codec server for one request: takes it, hands it to the test, gives the answer it was told. */
#ifndef TEST_CODEC_SERVER_H
#define TEST_CODEC_SERVER_H

#include "payload_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* Larger than any request of these tests. */
#define REQUEST_ROOM 65536

struct codec_server {
	pid_t pid;
	int port;
	int request; /* the read end of a pipe */
};

/* Everything up to the end of the body that Content-Length announces. */
static inline size_t take_request(int connection, char *text)
{
	size_t size = 0;

	for (;;) {
		ssize_t count = read(connection, text + size, REQUEST_ROOM - 1 - size);
		if (count <= 0)
			return size;
		size += (size_t)count;
		text[size] = '\0';
		const char *body = strstr(text, "\r\n\r\n");
		const char *length = strcasestr(text, "\r\nContent-Length:");
		if (body && length &&
		    size >= (size_t)(body + 4 - text) + strtoul(length + 17, NULL, 10))
			return size;
	}
}

static inline void serve_once(int listener, int out, const char *status, const char *answer)
{
	static char text[REQUEST_ROOM];
	int connection = accept(listener, NULL, NULL);
	size_t size = take_request(connection, text);

	dprintf(connection,
		"HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n"
		"Connection: close\r\n\r\n%s",
		status, strlen(answer), answer);
	close(connection);
	for (size_t at = 0; at < size;) {
		ssize_t count = write(out, text + at, size - at);
		if (count <= 0)
			break;
		at += (size_t)count;
	}
}

/* Starts one, and has the call use it. */
static inline struct codec_server start_codec(void **state, const char *status, const char *answer)
{
	struct sockaddr_in any = { .sin_family = AF_INET,
				   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(any);
	struct codec_server server;
	int ends[2], listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&any, length), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&any, &length), 0);
	assert_int_equal(pipe(ends), 0);
	server.port = ntohs(any.sin_port);
	server.pid = fork();
	if (server.pid == 0) {
		serve_once(listener, ends[1], status, answer);
		_exit(0);
	}
	assert_true(server.pid > 0);
	close(listener);
	close(ends[1]);
	server.request = ends[0];
	choose(state, TSK_SETTING_CODEC_ENDPOINT,
	       tsk_format(call_of(state), "http://127.0.0.1:%d", server.port));
	return server;
}

/* The request that it took. */
static inline const char *stop_codec(void **state, struct codec_server *server)
{
	char *text = tsk_alloc(call_of(state), REQUEST_ROOM);
	size_t size = 0;
	ssize_t count;

	while ((count = read(server->request, text + size, REQUEST_ROOM - 1 - size)) > 0)
		size += (size_t)count;
	close(server->request);
	assert_int_equal(waitpid(server->pid, NULL, 0), server->pid);
	return text;
}

#endif
