/* Programs with pipes: what goes in, what comes out of which, how they end. */
#include "process_support.h"

#include <poll.h>
#include <sys/mman.h>

/* All that is in the pipe until its other end is closed. */
static const char *read_all(struct fixture *fixture, int pipe)
{
	char *text = tsk_alloc(&fixture->call, 4096);
	size_t size = 0;

	for (;;) {
		struct pollfd wait = { .fd = pipe, .events = POLLIN };
		assert_int_equal(tsk_wait(&fixture->call, &wait, 1, tsk_now_ms() + LONG_MS),
				 TSK_OK);
		ssize_t got = read(pipe, text + size, 4095 - size);
		if (got <= 0)
			return text;
		size += (size_t)got;
	}
}

static void finish(struct fixture *fixture, struct tsk_piped *piped, int code, int signal)
{
	struct pollfd wait = { .fd = piped->pidfd, .events = POLLIN };
	int its_code = -1, its_signal = -1;

	assert_int_equal(tsk_wait(&fixture->call, &wait, 1, tsk_now_ms() + LONG_MS), TSK_OK);
	assert_true(tsk_process_ended(&piped->process, &its_code, &its_signal));
	assert_int_equal(its_code, code);
	assert_int_equal(its_signal, signal);
	close(piped->pidfd);
	close(piped->output);
	close(piped->errors);
}

static void start(struct fixture *fixture, const char *script, int input, struct tsk_piped *piped)
{
	const char *words[] = { "sh", "-c", script, NULL };
	const struct tsk_launch spawn = { .words = words };

	if (tsk_launch_piped(&fixture->call, &spawn, input, piped))
		fail_msg("%s", tsk_error_message(&fixture->call));
}

static void test_output_and_errors_come_apart(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_piped piped;
	int input = memfd_create("input", MFD_CLOEXEC);

	assert_int_equal(write(input, "given", 5), 5);
	lseek(input, 0, SEEK_SET);
	start(fixture, "cat; echo oops >&2; exit 7", input, &piped);
	close(input);
	assert_string_equal(read_all(fixture, piped.output), "given");
	assert_string_equal(read_all(fixture, piped.errors), "oops\n");
	finish(fixture, &piped, 7, 0);
}

static void test_without_input_there_is_none(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_piped piped;

	start(fixture, "readlink /proc/self/fd/0; cat", -1, &piped);
	assert_string_equal(read_all(fixture, piped.output), "/dev/null\n");
	finish(fixture, &piped, 0, 0);
}

static void test_reading_does_not_block(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_piped piped;
	char byte;

	start(fixture, "exec tail -f /dev/null", -1, &piped);
	assert_int_equal(read(piped.output, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(fcntl(piped.output, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	assert_true(tsk_process_signal(&piped.process, SIGTERM));
	finish(fixture, &piped, 128 + SIGTERM, SIGTERM);
}

static void test_a_process_that_ended_is_not_signalled(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_piped piped;

	start(fixture, ":", -1, &piped);
	const struct tsk_process process = piped.process;
	finish(fixture, &piped, 0, 0);
	assert_false(tsk_process_signal(&process, SIGTERM));
}

static void test_a_program_that_is_not_there_leaves_nothing_open(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "no-such-program-at-all", NULL };
	const struct tsk_launch spawn = { .words = words };
	struct tsk_piped piped;

	assert_int_equal(tsk_launch_piped(&fixture->call, &spawn, -1, &piped), TSK_UNAVAILABLE);
	assert_non_null(strstr(tsk_error_message(&fixture->call), "no-such-program-at-all"));
	assert_int_equal(piped.pidfd, -1);
	assert_int_equal(open_descriptors_now(), fixture->descriptors);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_output_and_errors_come_apart),
		FIXTURE_TEST(test_without_input_there_is_none),
		FIXTURE_TEST(test_reading_does_not_block),
		FIXTURE_TEST(test_a_process_that_ended_is_not_signalled),
		cmocka_unit_test_setup_teardown(
			test_a_program_that_is_not_there_leaves_nothing_open, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
