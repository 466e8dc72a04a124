/* Locks between processes: one at a time, waiters are woken, the dead let go. */
#include "process_support.h"

#include "call/interrupt.h"

/* A child with a call of its own: tsk_call is of one process, and so is what it holds. */
static pid_t fork_with_call(struct fixture *fixture, struct tsk_call *call)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0)
		call_init(call, &fixture->settings, NULL);
	return pid;
}

static void check_exit(pid_t pid, int code)
{
	int how;

	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), code);
}

/* A child that takes the lock, says so, and keeps it until it is told to go, or killed. */
static pid_t fork_holder(struct fixture *fixture, const char *name, struct line_pipe *go)
{
	struct line_pipe ready = make_pipe();
	struct tsk_call call;
	int number;

	pid_t pid = fork_with_call(fixture, &call);
	if (pid == 0) {
		if (tsk_lock(&call, name, 0))
			_exit(90);
		write_int(&ready, 1);
		read_int(go, &number);
		tsk_unlock(&call, name);
		read_int(go, &number);
		_exit(0);
	}
	assert_true(read_int(&ready, &number));
	close_pipe(&ready);
	return pid;
}

static void test_lock_alone(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	struct stat about;

	/* Free: taken even when the deadline has passed. */
	assert_int_equal(tsk_lock(call, "name", 0), TSK_OK);
	assert_int_equal(tsk_lock(call, "name", 0), TSK_OK);
	assert_int_equal(tsk_lock(call, "other name", 0), TSK_OK);
	assert_int_equal(stat(in_directory(fixture, "pids/name.lock"), &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);
	tsk_unlock(call, "name");
	tsk_unlock(call, "name");
	tsk_unlock(call, "name"); /* once too often */
	tsk_unlock(call, "never taken");
	assert_int_equal(tsk_lock(call, "name", 0), TSK_OK);
}

static void test_timeout_names_the_holder(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe go = make_pipe();
	pid_t holder = fork_holder(fixture, "name", &go);

	assert_int_equal(tsk_lock(&fixture->call, "name", tsk_now_ms() + 300), TSK_TIMEOUT);
	const char *message = tsk_error_message(&fixture->call);
	if (!strstr(message,
		    tsk_format(&fixture->call, "'name' in time: process %d holds it (", holder)))
		fail_msg("%s", message);
	tsk_forget_error(&fixture->call);
	assert_int_equal(tsk_lock(&fixture->call, "another", 0), TSK_OK);
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	close_pipe(&go);
}

static void test_waits_for_unlock(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe go = make_pipe(), ready = make_pipe();
	pid_t holder = fork_holder(fixture, "name", &go);
	struct tsk_call call;
	int number;

	pid_t waiter = fork_with_call(fixture, &call);
	if (waiter == 0) {
		write_int(&ready, 1);
		_exit(tsk_lock(&call, "name", tsk_now_ms() + LONG_MS));
	}
	assert_true(read_int(&ready, &number));
	write_int(&go, 1);
	check_exit(waiter, TSK_OK);
	write_int(&go, 1);
	check_exit(holder, 0);
	close_pipe(&go);
	close_pipe(&ready);
}

static void test_killed_holder_lets_go(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe go = make_pipe(), ready = make_pipe();
	pid_t holder = fork_holder(fixture, "name", &go);
	struct tsk_call call;
	int number;

	pid_t waiter = fork_with_call(fixture, &call);
	if (waiter == 0) {
		write_int(&ready, 1);
		_exit(tsk_lock(&call, "name", tsk_now_ms() + LONG_MS));
	}
	assert_true(read_int(&ready, &number));
	kill(holder, SIGKILL);
	check_exit(waiter, TSK_OK);
	waitpid(holder, NULL, 0);
	assert_int_equal(tsk_lock(&fixture->call, "name", tsk_now_ms() + LONG_MS), TSK_OK);
	close_pipe(&go);
	close_pipe(&ready);
}

/* Each adds one to a number in a file, by reading and writing it, many times. */
static void test_race(void **state)
{
	enum { CHILDREN = 4, ROUNDS = 50 };
	struct fixture *fixture = *state;
	const char *path = write_file(fixture, "number", "0", 0600);
	pid_t pids[CHILDREN];
	struct tsk_call call;

	for (int i = 0; i < CHILDREN; i++) {
		pids[i] = fork_with_call(fixture, &call);
		if (pids[i])
			continue;
		for (int round = 0; round < ROUNDS; round++) {
			if (tsk_lock(&call, "name", tsk_now_ms() + LONG_MS))
				_exit(91);
			int number = atoi(tsk_file_read(&call, path, 100, NULL));
			const char *text = tsk_format(&call, "%d", number + 1);
			if (tsk_file_write(&call, path, text, strlen(text)))
				_exit(92);
			tsk_unlock(&call, "name");
		}
		_exit(0);
	}
	for (int i = 0; i < CHILDREN; i++)
		check_exit(pids[i], 0);
	assert_int_equal(atoi(tsk_file_read(&fixture->call, path, 100, NULL)), CHILDREN * ROUNDS);
}

static void test_end_of_call_lets_go(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call inner;

	call_init(&inner, &fixture->settings, NULL);
	assert_int_equal(tsk_lock(&inner, "name", 0), TSK_OK);
	/* Two calls of one program would wait for each other for ever. */
	assert_int_equal(tsk_lock(&fixture->call, "name", tsk_now_ms() + LONG_MS), TSK_INTERNAL);
	tsk_forget_error(&fixture->call);
	call_release(&inner);
	assert_int_equal(tsk_lock(&fixture->call, "name", 0), TSK_OK);
}

static void test_started_program_does_not_hold_it(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sleep", "1000", NULL };
	const struct tsk_launch spawn = { .words = words };
	struct tsk_process process;
	struct tsk_stopped stopped;
	struct tsk_call other;

	assert_int_equal(tsk_lock(&fixture->call, "name", 0), TSK_OK);
	assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_OK);
	tsk_unlock(&fixture->call, "name");
	call_init(&other, &fixture->settings, NULL);
	assert_int_equal(tsk_lock(&other, "name", 0), TSK_OK);
	call_release(&other);
	assert_int_equal(tsk_stop_claimed(&fixture->call, &process, NULL, LONG_MS, &stopped),
			 TSK_OK);
}

static void test_odd_names(void **state)
{
	struct fixture *fixture = *state;
	const char *names[] = { "a/b", "a_b", "a b", "../x", "", "\xC3\xA4" };
	const char *link = in_directory(fixture, "pids/link.lock");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_int_equal(tsk_lock(&fixture->call, names[i], 0), TSK_OK);
	assert_false(exists(in_directory(fixture, "x.lock")));
	assert_int_equal(symlink(write_file(fixture, "target", "kept", 0600), link), 0);
	assert_int_equal(tsk_lock(&fixture->call, "link", 0), TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_string_equal(tsk_file_read(&fixture->call, in_directory(fixture, "target"), 9, NULL),
			    "kept");
	assert_int_equal(mkfifo(in_directory(fixture, "pids/fifo.lock"), 0600), 0);
	assert_int_equal(tsk_lock(&fixture->call, "fifo", 0), TSK_DENIED);
}

static void test_interrupted(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe go = make_pipe(), ready = make_pipe();
	pid_t holder = fork_holder(fixture, "name", &go);
	struct tsk_call call;
	int number;

	pid_t waiter = fork_with_call(fixture, &call);
	if (waiter == 0) {
		interrupt_listen();
		write_int(&ready, 1);
		_exit(tsk_lock(&call, "name", TSK_NO_DEADLINE));
	}
	assert_true(read_int(&ready, &number));
	kill(waiter, SIGTERM);
	check_exit(waiter, TSK_INTERRUPTED);
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	close_pipe(&go);
	close_pipe(&ready);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_lock_alone),
		FIXTURE_TEST(test_timeout_names_the_holder),
		FIXTURE_TEST(test_waits_for_unlock),
		FIXTURE_TEST(test_killed_holder_lets_go),
		FIXTURE_TEST(test_race),
		FIXTURE_TEST(test_end_of_call_lets_go),
		FIXTURE_TEST(test_started_program_does_not_hold_it),
		FIXTURE_TEST(test_odd_names),
		FIXTURE_TEST(test_interrupted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
