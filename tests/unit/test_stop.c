/* Stopping: that all of a family is gone, by the gentlest means that do, and nobody else. */
#include "process_support.h"

#define READY "echo ready >\"$READY\"; "

static struct tsk_process start_script(struct fixture *fixture, const char *script)
{
	const char *words[] = { "sh", "-c", script, NULL };

	return start_ready(fixture, words);
}

static struct tsk_stopped stop(struct fixture *fixture, const struct tsk_process *process,
			       int64_t grace)
{
	struct tsk_stopped stopped;
	size_t left;

	if (tsk_stop_claimed(&fixture->call, process, NULL, grace, &stopped))
		fail_msg("%s", tsk_error_message(&fixture->call));
	for (size_t i = 0; i < stopped.count; i++)
		assert_null(tsk_process_look(&fixture->call, stopped.pids[i]));
	assert_int_equal(stopped.pids[stopped.count], 0);
	tsk_process_tree(&fixture->call, process, &left);
	assert_int_equal(left, 0);
	return stopped;
}

static void test_stop_politely(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process =
		start_script(fixture, "trap 'echo asked once; exit 0' TERM; " READY
				      "while :; do sleep 0.1 & wait $!; done");
	struct tsk_stopped stopped = stop(fixture, &process, LONG_MS);

	assert_true(stopped.count >= 1);
	assert_int_equal(stopped.pids[0], process.pid);
	assert_false(stopped.leader_killed);
	assert_string_equal(tsk_file_read(&fixture->call, in_directory(fixture, "log"), 1000, NULL),
			    "asked once\n");
	stopped = stop(fixture, &process, LONG_MS);
	assert_int_equal(stopped.count, 0);
}

/* As uv does: waits for its child, and hands the signal on. */
static void test_stop_wrapper(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process = start_script(
		fixture, "mkfifo \"$READY.child\"; "
			 "sh -c 'trap \"echo child asked; exit 0\" TERM; echo >\"$READY.child\"; "
			 "while :; do sleep 0.1; done' & child=$!; "
			 "trap 'kill -TERM $child; wait $child; exit 0' TERM; "
			 "read -r line <\"$READY.child\"; " READY "wait $child; wait $child");
	struct tsk_stopped stopped = stop(fixture, &process, LONG_MS);

	assert_int_equal(stopped.killed, 0);
	assert_true(stopped.count >= 2);
	/* Once: the leader handed it on, and nobody else gave it a second one. */
	assert_string_equal(tsk_file_read(&fixture->call, in_directory(fixture, "log"), 1000, NULL),
			    "child asked\n");
}

static void test_stop_the_deaf(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process =
		start_script(fixture, "trap '' TERM; sleep 1000 & " READY "wait");
	struct tsk_stopped stopped = stop(fixture, &process, 200);

	assert_true(stopped.leader_killed);
	assert_int_equal(stopped.count, 2);
	assert_int_equal(stopped.killed, 2);
}

static void test_stop_leader_that_leaves_its_child(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process = start_script(fixture, "sleep 1000 & " READY "wait");
	struct tsk_stopped stopped = stop(fixture, &process, 200);

	assert_false(stopped.leader_killed);
	assert_int_equal(stopped.count, 2);
	assert_int_equal(stopped.killed, 0);
}

/* While there is a leader it is for it to pass the word on; the others may get it from it already.
 * What it leaves behind is asked later, once. */
static void test_stop_asks_the_leader_first(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process =
		start_script(fixture, "trap 'echo asked; exit 0' TERM; "
				      "(sh -c 'trap \"echo asked too\" TERM; " READY
				      "while :; do sleep 0.05; done' &); "
				      "while :; do sleep 0.05; done");
	struct tsk_stopped stopped = stop(fixture, &process, 500);

	assert_true(stopped.killed >= 1);
	assert_false(stopped.leader_killed);
	assert_string_equal(tsk_file_read(&fixture->call, in_directory(fixture, "log"), 1000, NULL),
			    "asked\nasked too\n");
}

static void test_stop_child_in_other_session(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process =
		start_script(fixture, "setsid sh -c '" READY "sleep 1000; exit' & wait; exit");
	struct tsk_stopped stopped = stop(fixture, &process, 100);

	/* The shell, the one in its own session, and its sleep if it got so far. */
	assert_true(stopped.count >= 2);
}

/* The leader is gone, and was reaped, before we come; what it left is in its session without a
 * parent. */
static void test_stop_after_leader(void **state)
{
	struct fixture *fixture = *state;
	int code, signal;
	struct tsk_process process =
		start_script(fixture, "sh -c 'trap \"echo asked; exit 0\" TERM; " READY
				      "while :; do sleep 0.1; done' & exit 0");

	wait_ended(&process);
	assert_true(tsk_process_ended(&process, &code, &signal));
	struct tsk_stopped stopped = stop(fixture, &process, LONG_MS);
	assert_true(stopped.count >= 1);
	assert_int_equal(stopped.killed, 0);
	assert_string_equal(tsk_file_read(&fixture->call, in_directory(fixture, "log"), 1000, NULL),
			    "asked\n");
}

/* A session of that number that we did not start, or not then: its members have no mark of it. */
static void test_stop_leaves_strangers_alone(void **state)
{
	struct fixture *fixture = *state;
	int code, signal;
	struct tsk_process process =
		start_script(fixture, "env -u TEMPORAL_SKILL_STARTED sh -c '" READY
				      "echo $$; exec sleep 1000' & exit 0");
	struct tsk_process stranger;

	wait_ended(&process);
	assert_true(tsk_process_ended(&process, &code, &signal));
	const char *log = tsk_file_read(&fixture->call, in_directory(fixture, "log"), 1000, NULL);
	for (int64_t until = tsk_now_ms() + LONG_MS; !*log && tsk_now_ms() < until;)
		log = tsk_file_read(&fixture->call, in_directory(fixture, "log"), 1000, NULL);
	assert_true(tsk_process_identify(atoi(log), &stranger));
	struct tsk_stopped stopped = stop(fixture, &process, 0);
	assert_int_equal(stopped.count, 0);
	assert_true(tsk_process_runs(&stranger));
	/* It has the mark of a start, and is not what was started. */
	assert_int_equal(tsk_stop_claimed(&fixture->call, &stranger, NULL, 0, &stopped),
			 TSK_DENIED);
	tsk_forget_error(&fixture->call);
	assert_true(tsk_process_runs(&stranger));
	kill(stranger.pid, SIGKILL);
	wait_ended(&stranger);

	/* The same with the mark of another start. */
	process = start_script(fixture, "sh -c 'echo $$ >\"$0\"; " READY
					"exec sleep 1000' /dev/stdout & exit 0");
	wait_ended(&process);
	assert_true(tsk_process_ended(&process, &code, &signal));
	struct tsk_process earlier = process, later = process;
	earlier.start_ticks = earlier.start_ticks > 100 ? earlier.start_ticks - 100 : 0;
	later.start_ticks += 100000;
	assert_int_equal(stop(fixture, &earlier, 0).count, 0);
	assert_int_equal(stop(fixture, &later, 0).count, 0);
	assert_int_equal(stop(fixture, &process, LONG_MS).count, 1);
}

static void test_stop_reused_number(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process = start_script(fixture, READY "sleep 1000; exit 0");
	struct tsk_process other = process;
	struct tsk_stopped stopped;

	other.start_ticks -= 7;
	assert_int_equal(tsk_stop_claimed(&fixture->call, &other, NULL, 0, &stopped), TSK_OK);
	assert_int_equal(stopped.count, 0);
	assert_true(tsk_process_runs(&process));
	other = (struct tsk_process){ .pid = 0 };
	assert_int_equal(tsk_stop_claimed(&fixture->call, &other, NULL, 0, &stopped), TSK_OK);
	assert_int_equal(stopped.count, 0);
	stop(fixture, &process, 100);
}

/* Not our child: it was started by a process that is gone. */
static void test_stop_child_of_another(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe pipe = make_pipe();
	struct tsk_process process;
	int pid;

	pid_t starter = fork();
	if (starter == 0) {
		process = start_script(fixture, "sleep 1000 & " READY "wait");
		write_int(&pipe, process.pid);
		_exit(0);
	}
	assert_true(read_int(&pipe, &pid));
	waitpid(starter, NULL, 0);
	assert_true(tsk_process_identify(pid, &process));
	assert_int_equal(stop(fixture, &process, 100).count, 2);
	close_pipe(&pipe);
}

static void test_stop_frozen(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process = start_script(fixture, "trap 'exit 0' TERM; " READY
							   "kill -STOP $$; while :; do :; done");

	for (int64_t until = tsk_now_ms() + LONG_MS; tsk_now_ms() < until;) {
		const struct tsk_process_info *info = tsk_process_look(&fixture->call, process.pid);
		assert_non_null(info);
		if (info->state == 'T')
			break;
	}
	assert_int_equal(stop(fixture, &process, LONG_MS).killed, 0);
}

/* One that has new children all the time, and does not listen. */
static void test_stop_busy_family(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process =
		start_script(fixture, "trap '' TERM; (sleep 1000 &); (sleep 1000 &); " READY
				      "while :; do (sleep 1000 & sleep 0.02); done");
	struct tsk_stopped stopped = stop(fixture, &process, 300);

	assert_true(stopped.leader_killed);
	assert_true(stopped.count >= 3);
}

/* Many more than are looked after at a time. */
static void test_stop_large_family(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process = start_script(
		fixture,
		"trap '' TERM; i=0; while [ $i -lt 400 ]; do sleep 1000 & i=$((i+1)); done; " READY
		"wait");
	struct tsk_stopped stopped = stop(fixture, &process, 0);

	assert_int_equal(stopped.count, 401);
	assert_int_equal(stopped.killed, 401);
}

/* Ended children that nobody reaps do not count as left. */
static void test_stop_with_zombies(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "python3", "-c",
				"import os, signal\n"
				"for i in range(3):\n"
				"    pid = os.fork()\n"
				"    if pid == 0: os._exit(0)\n"
				"    os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)\n"
				"open(os.environ['READY'], 'w').write('x')\n"
				"signal.pause()\n",
				NULL };

	if (!tsk_find_program(&fixture->call, "python3"))
		skip();
	struct tsk_process process = start_ready(fixture, words);
	struct tsk_stopped stopped = stop(fixture, &process, LONG_MS);
	assert_int_equal(stopped.count, 1);
	assert_int_equal(stopped.killed, 0);
}

/* A leader that moved on: the one started was replaced by exec, which keeps its identity. */
static void test_stop_after_exec(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process process = start_script(fixture, READY "exec sleep 1000");

	assert_int_equal(stop(fixture, &process, LONG_MS).count, 1);
}

static void test_stop_ourselves_is_denied(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_process parent;
	struct tsk_stopped stopped;
	int how;

	assert_true(tsk_process_identify(getpid(), &parent));
	assert_int_equal(tsk_stop_claimed(&fixture->call, &parent, NULL, 0, &stopped), TSK_DENIED);
	pid_t pid = fork();
	if (pid == 0)
		_exit(tsk_stop_claimed(&fixture->call, &parent, NULL, 0, &stopped));
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), TSK_DENIED);
}

/* As another user, where we may become one. */
static void test_stop_of_another_user_is_denied(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_stopped stopped;
	int how;

	if (geteuid() != 0)
		skip();
	struct tsk_process process = start_script(fixture, READY "sleep 1000; exit");
	pid_t pid = fork();
	if (pid == 0) {
		if (setuid(65534))
			_exit(99);
		_exit(tsk_stop_claimed(&fixture->call, &process, NULL, 0, &stopped));
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(WEXITSTATUS(how), TSK_DENIED);
	assert_true(tsk_process_runs(&process));
	stop(fixture, &process, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_stop_politely),
		FIXTURE_TEST(test_stop_wrapper),
		FIXTURE_TEST(test_stop_the_deaf),
		FIXTURE_TEST(test_stop_leader_that_leaves_its_child),
		FIXTURE_TEST(test_stop_asks_the_leader_first),
		FIXTURE_TEST(test_stop_child_in_other_session),
		FIXTURE_TEST(test_stop_after_leader),
		FIXTURE_TEST(test_stop_leaves_strangers_alone),
		FIXTURE_TEST(test_stop_reused_number),
		FIXTURE_TEST(test_stop_child_of_another),
		FIXTURE_TEST(test_stop_frozen),
		FIXTURE_TEST(test_stop_busy_family),
		FIXTURE_TEST(test_stop_large_family),
		FIXTURE_TEST(test_stop_with_zombies),
		FIXTURE_TEST(test_stop_after_exec),
		FIXTURE_TEST(test_stop_ourselves_is_denied),
		FIXTURE_TEST(test_stop_of_another_user_is_denied),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
