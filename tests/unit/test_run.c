/* Starting and running programs: what they find, how they end, what they said. */
#include "process_support.h"

#include "call/interrupt.h"
#include "process/apart.h"

/* ---- what a started program finds ---- */

static const char *run_output(struct fixture *fixture, const struct tsk_launch *spawn)
{
	struct tsk_ran ran;

	if (tsk_launch_and_wait(&fixture->call, spawn, tsk_now_ms() + LONG_MS, 65536, &ran))
		fail_msg("%s", tsk_error_message(&fixture->call));
	assert_int_equal(ran.signal, 0);
	assert_int_equal(ran.code, 0);
	assert_false(ran.timed_out);
	return ran.output;
}

static void test_started_program_is_apart(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sh", "-c",
				"ls -l /proc/self/fd; grep -E 'Sig(Ign|Blk)' /proc/self/status; "
				"cut -d ' ' -f 6 /proc/$$/stat; echo $$; "
				"echo \"$PYTHONUNBUFFERED\"",
				NULL };
	const struct tsk_launch spawn = { .words = words };
	sigset_t all, before;
	int kept = open("/dev/null", O_RDONLY); /* without O_CLOEXEC */

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	signal(SIGINT, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	signal(SIGCHLD, SIG_IGN);
	const char *output = run_output(fixture, &spawn);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	sigprocmask(SIG_SETMASK, &before, NULL);
	close(kept);
	assert_non_null(strstr(output, "SigBlk:\t0000000000000000"));
	/* 32 and 33 are the C library's own; it takes them back when it needs them. */
	unsigned long long ignored;
	assert_int_equal(sscanf(strstr(output, "SigIgn:"), "SigIgn: %llx", &ignored), 1);
	assert_int_equal(ignored & ~(3ULL << 31), 0);
	assert_non_null(strstr(output, " 0 -> /dev/null\n"));
	assert_non_null(strstr(output, " 1 -> pipe:"));
	assert_non_null(strstr(output, " 2 -> pipe:"));
	assert_null(strstr(output, " 4 -> ")); /* 3 is the directory that ls reads */
	int session, pid, unbuffered;
	assert_int_equal(
		sscanf(strrchr(output, '\t') + 1, "%*s %d %d %d", &session, &pid, &unbuffered), 3);
	assert_int_equal(session, pid);
	assert_int_equal(unbuffered, 1);
}

static void test_environment_and_directory(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *bin = in_directory(fixture, "own bin");
	const char *words[] = { "own-tool", "$HOME; `x`", "", "*", NULL };
	const char *environment[] = { tsk_format(call, "PATH=%s:%s", bin, getenv("PATH")),
				      "HOME",
				      "ADDED=1=2",
				      "PYTHONUNBUFFERED=",
				      "ADDED=3",
				      NULL };
	const struct tsk_launch spawn = { .words = words,
					  .directory = fixture->directory,
					  .environment = environment };

	assert_int_equal(mkdir(bin, 0700), 0);
	write_file(fixture, "own bin/own-tool",
		   "#!/bin/sh\npwd\necho "
		   "\"${HOME-none},$ADDED,${PYTHONUNBUFFERED-none},$#,$1,$2,$3\"\n",
		   0700);
	assert_string_equal(run_output(fixture, &spawn),
			    tsk_format(call, "%s\nnone,3,,3,$HOME; `x`,,*\n", fixture->directory));
	/* Seen from the new directory, not from ours. */
	words[0] = "./own bin/own-tool";
	assert_non_null(strstr(run_output(fixture, &spawn), "none,3,,3,"));
}

static void test_log(void **state)
{
	struct fixture *fixture = *state;
	const char *log = in_directory(fixture, "the log");
	const char *words[] = { "sh", "-c", "echo out; echo err >&2", NULL };
	const struct tsk_launch spawn = { .words = words, .log = log };
	struct tsk_process process;
	struct stat about;
	int code, signal;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_OK);
		wait_ended(&process);
		assert_true(tsk_process_ended(&process, &code, &signal));
		assert_int_equal(code, 0);
	}
	assert_string_equal(tsk_file_read(&fixture->call, log, 1000, NULL), "out\nerr\nout\nerr\n");
	assert_int_equal(stat(log, &about), 0);
	assert_int_equal(about.st_mode & 07777, 0600);

	assert_int_equal(rename(log, in_directory(fixture, "elsewhere")), 0);
	assert_int_equal(symlink("elsewhere", log), 0);
	assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_DENIED);
	assert_string_equal(
		tsk_file_read(&fixture->call, in_directory(fixture, "elsewhere"), 1000, NULL),
		"out\nerr\nout\nerr\n");
}

/* ---- what cannot be started ---- */

static void check_refused(struct fixture *fixture, const struct tsk_launch *spawn,
			  enum tsk_status status, const char *message)
{
	struct tsk_process process;

	assert_int_equal(tsk_launch(&fixture->call, spawn, &process), status);
	assert_string_equal(tsk_error_message(&fixture->call), message);
	tsk_forget_error(&fixture->call);
	/* Nobody is left of the attempt. */
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

static void test_cannot_run(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *script = write_file(fixture, "moved", "#!/no/such/python -u\n", 0700);
	const char *data = write_file(fixture, "data", "hello\n", 0700);
	const char *closed = write_file(fixture, "closed", "#!/bin/sh\n", 0600);
	const char *words[] = { "no-such-program", NULL };
	struct tsk_launch spawn = { .words = words };

	check_refused(fixture, &spawn, TSK_UNAVAILABLE,
		      "cannot run 'no-such-program': it is not in PATH");
	words[0] = "./none";
	check_refused(fixture, &spawn, TSK_UNAVAILABLE,
		      "cannot run './none': No such file or directory");
	words[0] = closed;
	check_refused(fixture, &spawn, TSK_UNAVAILABLE,
		      tsk_format(call, "cannot run '%s': it is not an executable file", closed));
	words[0] = "true";
	spawn.directory = "/no/such/place";
	check_refused(fixture, &spawn, TSK_NOT_FOUND,
		      "cannot enter the directory '/no/such/place': No such file or directory");
	spawn.directory = NULL;
	spawn.log = "/no/such/log";
	check_refused(fixture, &spawn, TSK_NOT_FOUND,
		      "cannot open the log '/no/such/log': No such file or directory");
	spawn.log = NULL;
	words[0] = script;
	check_refused(fixture, &spawn, TSK_UNAVAILABLE,
		      tsk_format(call,
				 "cannot run '%s': its interpreter '/no/such/python' is missing",
				 script));
	words[0] = data;
	check_refused(fixture, &spawn, TSK_UNAVAILABLE,
		      tsk_format(call, "cannot run '%s': Exec format error", data));
}

/* ---- how they end ---- */

static void check_end(struct fixture *fixture, const char *script, int code, int signal)
{
	const char *words[] = { "sh", "-c", script, NULL };
	const struct tsk_launch spawn = { .words = words };
	struct tsk_process process;
	int got_code = -1, got_signal = -1;

	assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_OK);
	wait_ended(&process);
	assert_true(tsk_process_ended(&process, &got_code, &got_signal));
	assert_int_equal(got_code, code);
	assert_int_equal(got_signal, signal);
	/* Reaped: no longer there to be asked. */
	assert_false(tsk_process_ended(&process, &got_code, &got_signal));
	assert_int_equal(kill(process.pid, 0), -1);
}

static void test_ends(void **state)
{
	check_end(*state, "exit 0", 0, 0);
	check_end(*state, "exit 3", 3, 0);
	check_end(*state, "kill -KILL $$", 128 + SIGKILL, SIGKILL);
	check_end(*state, "kill -TERM $$", 128 + SIGTERM, SIGTERM);
}

static void test_not_ended(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sleep", "1000", NULL };
	const struct tsk_launch spawn = { .words = words };
	struct tsk_process process, us;
	struct tsk_stopped stopped;
	int code, signal;

	assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_OK);
	assert_false(tsk_process_ended(&process, &code, &signal));
	assert_true(tsk_process_identify(getpid(), &us));
	assert_false(tsk_process_ended(&us, &code, &signal)); /* not our child */
	assert_int_equal(tsk_stop_claimed(&fixture->call, &process, NULL, LONG_MS, &stopped),
			 TSK_OK);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* reaped */
}

/* ---- running to the end ---- */

static void run(struct fixture *fixture, const char *script, int64_t timeout_ms, size_t limit,
		struct tsk_ran *ran)
{
	const char *words[] = { "sh", "-c", script, NULL };
	const struct tsk_launch spawn = { .words = words };

	if (tsk_launch_and_wait(&fixture->call, &spawn, tsk_now_ms() + timeout_ms, limit, ran))
		fail_msg("%s", tsk_error_message(&fixture->call));
	assert_int_equal(strlen(ran->output), ran->output_size);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* reaped */
}

static void test_run(void **state)
{
	struct tsk_ran ran;

	run(*state, "echo a; echo b >&2; echo c; exit 4", LONG_MS, 1000, &ran);
	assert_string_equal(ran.output, "a\nb\nc\n");
	assert_int_equal(ran.output_total, 6);
	assert_int_equal(ran.code, 4);
	assert_int_equal(ran.signal, 0);
	assert_false(ran.timed_out);
	assert_false(ran.left_children);
	run(*state, "exit 0", LONG_MS, 1000, &ran);
	assert_string_equal(ran.output, "");
	run(*state, "echo a; kill -SEGV $$", LONG_MS, 1000, &ran);
	assert_int_equal(ran.signal, SIGSEGV);
	assert_int_equal(ran.code, 128 + SIGSEGV);
	assert_string_equal(ran.output, "a\n");
}

static void test_run_keeps_the_end(void **state)
{
	struct tsk_ran ran;

	run(*state, "seq 1 200000", LONG_MS, 14, &ran);
	assert_string_equal(ran.output, "199999\n200000\n");
	assert_int_equal(ran.output_total, 1288895);
	run(*state, "seq 1 200000", LONG_MS, 100000, &ran);
	assert_int_equal(ran.output_size, 100000);
	assert_string_equal(ran.output + 100000 - 14, "199999\n200000\n");
	run(*state, "echo abc", LONG_MS, 0, &ran);
	assert_string_equal(ran.output, "");
	assert_int_equal(ran.output_total, 4);
}

static void test_run_times_out(void **state)
{
	struct tsk_ran ran;

	/* Shows that it was asked first, and heard while it ends. */
	run(*state,
	    "trap 'echo asked; exit 5' TERM; echo began; while :; do sleep 1 & wait $!; done", 3000,
	    1000, &ran);
	assert_true(ran.timed_out);
	assert_string_equal(ran.output, "began\nasked\n");
	assert_int_equal(ran.code, 5);
	/* One that does not listen; and one that never stops talking. */
	run(*state, "trap '' TERM; echo began; sleep 1000; sleep 1000", 1500, 1000, &ran);
	assert_true(ran.timed_out);
	assert_int_equal(ran.signal, SIGKILL);
	assert_string_equal(ran.output, "began\n");
	assert_false(ran.left_children);
	run(*state, "yes", 1000, 100, &ran);
	assert_true(ran.timed_out);
	assert_int_equal(ran.output_size, 100);
	assert_int_equal(tsk_error(&((struct fixture *)*state)->call), TSK_OK);
}

static void test_run_leaves_children(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_ran ran;
	struct tsk_process left;
	struct tsk_stopped stopped;

	run(fixture, "sleep 1000 & echo $!", LONG_MS, 100, &ran);
	assert_true(ran.left_children);
	assert_false(ran.timed_out);
	assert_int_equal(ran.code, 0);
	assert_true(tsk_process_identify(atoi(ran.output), &left));
	/* Its session is known although its leader is gone. */
	assert_int_equal(tsk_stop_claimed(&fixture->call, &ran.process, NULL, LONG_MS, &stopped),
			 TSK_OK);
	assert_int_equal(stopped.count, 1);
	assert_int_equal(stopped.pids[0], left.pid);
	assert_int_equal(stopped.killed, 0);
	assert_false(tsk_process_runs(&left));
	/* One that does not hold the output is none of our business. */
	const char *fifo = in_directory(fixture, "fifo");
	run(fixture,
	    tsk_format(&fixture->call,
		       "mkfifo '%s'; (exec >/dev/null 2>&1; echo >'%s'; exec sleep 1000) & "
		       "read -r line <'%s'; echo a",
		       fifo, fifo, fifo),
	    LONG_MS, 100, &ran);
	assert_false(ran.left_children);
	assert_int_equal(tsk_stop_claimed(&fixture->call, &ran.process, NULL, LONG_MS, &stopped),
			 TSK_OK);
}

/* An interruption stays for the life of a process, so it is given to one of its own. */
static void test_run_is_interrupted(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sh", "-c", "echo $$ >pid; kill -TERM $PPID; exec sleep 1000",
				NULL };
	const struct tsk_launch spawn = { .words = words, .directory = fixture->directory };
	struct tsk_ran ran;
	int how;

	pid_t pid = fork();
	if (pid == 0) {
		interrupt_listen();
		enum tsk_status status =
			tsk_launch_and_wait(&fixture->call, &spawn, TSK_NO_DEADLINE, 100, &ran);
		_exit(status == TSK_INTERRUPTED && !ran.timed_out && ran.signal == SIGTERM &&
				      tsk_error(&fixture->call) == TSK_INTERRUPTED
			      ? 0
			      : 1);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_true(WIFEXITED(how));
	assert_int_equal(WEXITSTATUS(how), 0);
	const char *text = tsk_file_read(&fixture->call, in_directory(fixture, "pid"), 100, NULL);
	assert_int_equal(kill(atoi(text), 0), -1);
}

/* The guard is forked while it may come at any moment. */
static void test_who_stands_apart_takes_no_interruption(void **state)
{
	int how;

	(void)state;
	pid_t pid = fork();
	if (pid == 0) {
		interrupt_listen();
		raise(SIGINT);
		pid_t apart = fork();
		if (apart == 0) {
			stand_apart("tsk-test", NULL, 0);
			_exit(interrupt_signal());
		}
		struct pollfd wait = { .fd = interrupt_descriptor(), .events = POLLIN };
		bool parted = waitpid(apart, &how, 0) == apart && how == 0;
		_exit(parted && poll(&wait, 1, 0) == 1 && interrupt_signal() == SIGINT ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &how, 0), pid);
	assert_int_equal(how, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_started_program_is_apart),
		FIXTURE_TEST(test_environment_and_directory),
		FIXTURE_TEST(test_log),
		FIXTURE_TEST(test_cannot_run),
		FIXTURE_TEST(test_ends),
		FIXTURE_TEST(test_not_ended),
		FIXTURE_TEST(test_run),
		FIXTURE_TEST(test_run_keeps_the_end),
		FIXTURE_TEST(test_run_times_out),
		FIXTURE_TEST(test_run_leaves_children),
		FIXTURE_TEST(test_run_is_interrupted),
		FIXTURE_TEST(test_who_stands_apart_takes_no_interruption),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
