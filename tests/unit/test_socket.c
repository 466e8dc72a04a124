/* Who is connected and who listens, over IPv4 and IPv6. */
#include "process_support.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

struct address {
	const char *host;
	int family;
};

static socklen_t fill_address(const struct address *address, int port, struct sockaddr_storage *to)
{
	struct sockaddr_in *four = (void *)to;
	struct sockaddr_in6 *six = (void *)to;

	memset(to, 0, sizeof(*to));
	to->ss_family = (sa_family_t)address->family;
	if (address->family == AF_INET) {
		four->sin_port = htons((uint16_t)port);
		assert_int_equal(inet_pton(AF_INET, address->host, &four->sin_addr), 1);
		return sizeof(*four);
	}
	six->sin6_port = htons((uint16_t)port);
	assert_int_equal(inet_pton(AF_INET6, address->host, &six->sin6_addr), 1);
	return sizeof(*six);
}

/* A listening socket on a free port; -1 where the machine lacks the address family. */
static int listen_on(const struct address *address, int *port)
{
	struct sockaddr_storage at;
	socklen_t size = fill_address(address, 0, &at);
	int listener = socket(address->family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (listener < 0 || bind(listener, (struct sockaddr *)&at, size) || listen(listener, 8)) {
		close(listener);
		return -1;
	}
	size = sizeof(at);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&at, &size), 0);
	*port = ntohs(
		((struct sockaddr_in *)(void *)&at)->sin_port); /* at the same place in both */
	return listener;
}

struct target {
	struct address address;
	int port;
};

static void connect_and_wait(struct line_pipe *pipe, const void *what)
{
	const struct target *target = what;
	struct sockaddr_storage at;
	socklen_t size = fill_address(&target->address, target->port, &at);
	int connection = socket(target->address.family, SOCK_STREAM, 0);

	if (connect(connection, (struct sockaddr *)&at, size))
		_exit(98);
	wait_for_end(pipe, NULL);
}

static bool connected(struct fixture *fixture, const struct tsk_process *process, const char *host,
		      int port)
{
	return tsk_process_connected(&fixture->call,
				     tsk_process_tree(&fixture->call, process, NULL),
				     tsk_format(&fixture->call, "%s:%d", host, port));
}

static void check_connected(struct fixture *fixture, const struct address *address,
			    const char *const *names)
{
	struct target target = { .address = *address };
	int listener = listen_on(address, &target.port);

	if (listener < 0) {
		print_message("%s is not to be had here\n", address->host);
		return;
	}
	struct child idle = fork_child(wait_for_end, NULL);
	struct child child = fork_child(connect_and_wait, &target);
	/* Taken, else the table shows it without a process on our side. */
	int accepted = accept4(listener, NULL, NULL, SOCK_CLOEXEC);

	for (; *names; names++)
		if (!connected(fixture, &child.id, *names, target.port))
			fail_msg("no connection to %s:%d seen", *names, target.port);
	assert_false(connected(fixture, &child.id, names[-1], target.port + 1));
	assert_false(connected(fixture, &child.id, "192.0.2.1", target.port));
	assert_false(connected(fixture, &child.id, "no.such.host.invalid", target.port));
	assert_false(connected(fixture, &idle.id, names[-1], target.port));
	close(accepted);
	close(listener);
	end_child(&child);
	end_child(&idle);
}

static void test_connected(void **state)
{
	static const struct address four = { "127.0.0.1", AF_INET }, six = { "::1", AF_INET6 };
	static const char *const four_names[] = { "127.0.0.1", "localhost", "0.0.0.0",
						  "[::ffff:127.0.0.1]", NULL };
	static const char *const six_names[] = { "[::1]", "[::]", NULL };

	check_connected(*state, &four, four_names);
	check_connected(*state, &six, six_names);
}

/* An IPv6 socket that speaks to an IPv4 server, as Rust's and Go's libraries open them. */
static void test_connected_through_mapped_address(void **state)
{
	static const struct address four = { "127.0.0.1", AF_INET };
	struct target target = { .address = { "::ffff:127.0.0.1", AF_INET6 } };
	int listener = listen_on(&four, &target.port);

	if (access("/proc/net/tcp6", R_OK))
		skip();
	struct child child = fork_child(connect_and_wait, &target);
	assert_true(connected(*state, &child.id, "127.0.0.1", target.port));
	close(listener);
	end_child(&child);
}

static void listen_and_wait(struct line_pipe *pipe, const void *what)
{
	int port;

	if (listen_on(what, &port) < 0)
		_exit(97);
	write_int(pipe, getpid());
	write_int(pipe, port);
	for (;;)
		pause();
}

static void check_holder(struct fixture *fixture, const struct address *address)
{
	struct child child = fork_child(listen_and_wait, address);
	bool taken = false;
	int port;

	assert_true(read_int(&child.pipe, &port));
	const struct tsk_process_info *holder = tsk_port_holder(&fixture->call, port, &taken);
	assert_true(taken);
	assert_non_null(holder);
	assert_int_equal(holder->id.pid, child.id.pid);
	end_child(&child);
	assert_null(tsk_port_holder(&fixture->call, port, &taken));
	assert_false(taken);
}

static void test_port_holder(void **state)
{
	static const struct address four = { "127.0.0.1", AF_INET }, any = { "0.0.0.0", AF_INET },
				    six = { "::1", AF_INET6 };
	int port, listener = listen_on(&six, &port);

	check_holder(*state, &four);
	check_holder(*state, &any);
	if (listener < 0)
		return;
	close(listener);
	check_holder(*state, &six);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_connected),
		FIXTURE_TEST(test_connected_through_mapped_address),
		FIXTURE_TEST(test_port_holder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
