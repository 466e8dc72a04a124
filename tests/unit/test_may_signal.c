/* Who may be signalled: what shows it, and that a number alone never does. */
#include "process_support.h"

#include <sched.h>

/* A process that is nobody's: its parent has gone, and it has no mark of ours. */
static struct tsk_process make_stranger(struct line_pipe *pipe)
{
	struct tsk_process stranger;
	int pid;

	pid_t between = fork();
	if (between == 0) {
		pid_t child = fork();
		if (child == 0) {
			setsid();
			write_int(pipe, getpid());
			for (;;)
				pause();
		}
		_exit(0);
	}
	assert_true(read_int(pipe, &pid));
	waitpid(between, NULL, 0);
	assert_true(tsk_process_identify(pid, &stranger));
	return stranger;
}

static void end_stranger(const struct tsk_process *stranger)
{
	kill(stranger->pid, SIGKILL);
	wait_ended(stranger);
}

static void test_nobody_without_ground(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe pipe = make_pipe();
	struct tsk_process stranger = make_stranger(&pipe);
	struct tsk_stopped stopped;
	const struct tsk_claim claims[] = {
		{ .command = NULL },
		{ .command = "it runs worker.py" },
		/* Right command, no connection there. */
		{ .command = "it runs worker.py", .address = "127.0.0.1:9" },
		{ .variable = "NO_SUCH_MARK", .value = "x" },
	};

	assert_int_equal(tsk_may_signal(&fixture->call, &stranger, NULL).ground, TSK_GROUND_NONE);
	for (size_t i = 0; i < sizeof(claims) / sizeof(*claims); i++) {
		struct tsk_warrant warrant = tsk_may_signal(&fixture->call, &stranger, &claims[i]);
		assert_int_equal(warrant.ground, TSK_GROUND_NONE);
		assert_true(*warrant.evidence);
		assert_int_equal(
			tsk_stop_claimed(&fixture->call, &stranger, &claims[i], 0, &stopped),
			TSK_DENIED);
		tsk_forget_error(&fixture->call);
	}
	assert_false(tsk_process_signal(&stranger, SIGTERM));
	assert_true(tsk_process_runs(&stranger));
	end_stranger(&stranger);
	close_pipe(&pipe);
}

static void test_record_is_ground(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe pipe = make_pipe();
	struct tsk_process stranger = make_stranger(&pipe);
	struct tsk_record record = { .kind = "worker", .name = "app", .scope = "/app" };

	record.process = stranger;
	record.process.start_ticks++;
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	assert_int_equal(tsk_may_signal(&fixture->call, &stranger, NULL).ground, TSK_GROUND_NONE);
	record.process = stranger;
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	assert_int_equal(tsk_may_signal(&fixture->call, &stranger, NULL).ground, TSK_GROUND_RECORD);
	end_stranger(&stranger);
	close_pipe(&pipe);
}

/* The same numbers in another namespace are another process. */
static void test_record_of_elsewhere(void **state)
{
	struct fixture *fixture = *state;
	struct line_pipe pipe = make_pipe();
	struct tsk_process stranger = make_stranger(&pipe);
	struct tsk_record record = { .kind = "worker", .name = "app", .scope = "/app" };
	struct tsk_process elsewhere = stranger;

	elsewhere.pid_namespace = stranger.pid_namespace + 1;
	assert_false(tsk_process_is_here(&elsewhere));
	assert_int_equal(tsk_may_signal(&fixture->call, &elsewhere, NULL).ground, TSK_GROUND_NONE);
	record.process = elsewhere;
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	assert_int_equal(tsk_may_signal(&fixture->call, &stranger, NULL).ground, TSK_GROUND_NONE);
	end_stranger(&stranger);
	close_pipe(&pipe);
}

static void test_record_of_elsewhere_stays(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_record record = { .kind = "worker", .name = "app", .scope = "/app" };
	size_t count = 0;

	/* Another host: another boot and another name; nothing here tells whether it runs. */
	assert_true(tsk_process_identify(getpid(), &record.process));
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	const struct tsk_record *ours = tsk_record_read(&fixture->call, "worker", "app", "/app");
	assert_non_null(ours);
	char *text = strdup(tsk_file_read(&fixture->call, ours->path, 65536, NULL));
	char *boot = strstr(text, record.process.boot_id), *host = strstr(text, "\"host\":");
	assert_non_null(boot);
	assert_non_null(host);
	boot[0] = boot[0] == '0' ? '1' : '0';
	host = strchr(host + strlen("\"host\":"), '"') + 1;
	host[0] = host[0] == 'q' ? 'x' : 'q';
	assert_int_equal(tsk_file_write(&fixture->call, ours->path, text, strlen(text)), TSK_OK);
	const struct tsk_record *there = tsk_record_read(&fixture->call, "worker", "app", "/app");
	assert_int_equal(tsk_record_whereabouts(&fixture->call, there), TSK_ELSEWHERE);
	/* Ours goes beside it, and comes first; the other one is as it was. */
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	assert_string_equal(tsk_file_read(&fixture->call, there->path, 65536, NULL), text);
	ours = tsk_record_read(&fixture->call, "worker", "app", "/app");
	assert_string_not_equal(ours->path, there->path);
	assert_int_equal(tsk_record_whereabouts(&fixture->call, ours), TSK_RUNS);
	tsk_record_list(&fixture->call, "worker", &count);
	assert_int_equal(count, 2);
	assert_int_equal(tsk_record_remove(&fixture->call, ours), TSK_OK);
	assert_string_equal(tsk_file_read(&fixture->call, there->path, 65536, NULL), text);
	free(text);
}

static void test_mark_is_ground_for_the_root_alone(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sh", "-c",
				"sleep 1000 & echo $! >\"$0\"; echo ready >\"$READY\"; wait",
				in_directory(fixture, "child"), NULL };
	struct line_pipe pipe = make_pipe();
	struct tsk_process process, child;
	struct tsk_stopped stopped;
	int pid;

	/* Started by a process that is gone: no child of ours. */
	pid_t starter = fork();
	if (starter == 0) {
		process = start_ready(fixture, words);
		write_int(&pipe, process.pid);
		_exit(0);
	}
	assert_true(read_int(&pipe, &pid));
	waitpid(starter, NULL, 0);
	assert_true(tsk_process_identify(pid, &process));
	const struct tsk_origin *origin = tsk_process_origin(&fixture->call, pid);
	assert_non_null(origin);
	assert_true(origin->is_root);
	assert_false(origin->attended);
	assert_int_equal(tsk_may_signal(&fixture->call, &process, NULL).ground, TSK_GROUND_MARK);
	int inner = atoi(tsk_file_read(&fixture->call, words[3], 100, NULL));
	assert_true(tsk_process_identify(inner, &child));
	assert_false(tsk_process_origin(&fixture->call, inner)->is_root);
	assert_int_equal(tsk_may_signal(&fixture->call, &child, NULL).ground, TSK_GROUND_NONE);
	assert_int_equal(tsk_stop_claimed(&fixture->call, &process, NULL, LONG_MS, &stopped),
			 TSK_OK);
	close_pipe(&pipe);
}

static void sleep_in_namespace(struct line_pipe *pipe, const void *what)
{
	(void)what;
	if (unshare(CLONE_NEWPID)) {
		write_int(pipe, getpid());
		write_int(pipe, 0);
		_exit(0);
	}
	pid_t inner = fork();
	if (inner == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			pause();
	}
	write_int(pipe, getpid());
	write_int(pipe, inner);
	for (;;)
		pause();
}

/* We see those of a container below us, with a number of ours; they are not ours to signal. */
static void test_process_of_a_namespace_below(void **state)
{
	struct fixture *fixture = *state;
	struct child child = fork_child(sleep_in_namespace, NULL);
	struct tsk_process inner;
	int pid;

	assert_true(read_int(&child.pipe, &pid));
	if (!pid) {
		end_child(&child);
		skip(); /* no leave to make a PID namespace */
	}
	assert_true(tsk_process_identify(pid, &inner));
	assert_int_equal(tsk_process_inner_pid(pid), 1);
	assert_true(tsk_process_namespace(pid) != tsk_process_namespace(getpid()));
	const struct tsk_record record = {
		.kind = "worker", .name = "app", .scope = "/app", .process = inner
	};
	assert_int_equal(tsk_record_write(&fixture->call, &record), TSK_OK);
	assert_int_equal(tsk_may_signal(&fixture->call, &inner, NULL).ground, TSK_GROUND_NONE);
	kill(pid, SIGKILL);
	end_child(&child);
}

/* A record is there before the program runs: one that cannot be written starts nothing. */
static void test_start_and_record_are_one_step(void **state)
{
	struct fixture *fixture = *state;
	const char *ran = in_directory(fixture, "ran");
	const char *words[] = { "touch", ran, NULL };
	const struct tsk_record record = { .kind = "worker", .name = "app", .scope = "/app" };
	const struct tsk_launch spawn = { .words = words, .record = &record };
	const char *pid_directory = tsk_setting(&fixture->call, TSK_SETTING_PID_DIR);
	struct tsk_process process;
	int code, signal;

	assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_OK);
	const struct tsk_record *written = tsk_record_read(&fixture->call, "worker", "app", "/app");
	assert_non_null(written);
	assert_int_equal(written->process.pid, process.pid);
	assert_true(written->process.start_ticks == process.start_ticks);
	wait_ended(&process);
	assert_true(tsk_process_ended(&process, &code, &signal));
	assert_int_equal(unlink(ran), 0);
	assert_int_equal(unlink(written->path), 0);

	assert_int_equal(chmod(pid_directory, 0777), 0);
	assert_int_equal(tsk_launch(&fixture->call, &spawn, &process), TSK_DENIED);
	assert_false(exists(ran));
	tsk_forget_error(&fixture->call);
	assert_int_equal(chmod(pid_directory, 0700), 0);

	/* One that cannot be run leaves none. */
	const char *nothing[] = { in_directory(fixture, "no-interpreter"), NULL };
	write_file(fixture, "no-interpreter", "#!/no/such/thing\n", 0755);
	const struct tsk_launch broken = { .words = nothing, .record = &record };
	assert_int_equal(tsk_launch(&fixture->call, &broken, &process), TSK_UNAVAILABLE);
	assert_null(tsk_record_read(&fixture->call, "worker", "app", "/app"));
}

static void run_in_foreground(struct fixture *fixture, struct line_pipe *pipe, const char *script)
{
	const char *words[] = { "sh", "-c", script, NULL };
	const char *ready = in_directory(fixture, "ready");
	const char *environment[] = { tsk_format(&fixture->call, "READY=%s", ready), NULL };
	const struct tsk_launch spawn = { .words = words, .environment = environment };
	struct tsk_ran ran;

	write_int(pipe, getpid());
	tsk_launch_and_wait(&fixture->call, &spawn, TSK_NO_DEADLINE, 100, &ran);
	_exit(0);
}

/* The whole tree ends with us, however we end. */
static void test_foreground_ends_with_us(void **state)
{
	struct fixture *fixture = *state;
	const char *ready = in_directory(fixture, "ready");
	struct line_pipe pipe = make_pipe();
	struct tsk_process leader, child;
	char line[100] = "";
	int pid;

	unlink(ready);
	assert_int_equal(mkfifo(ready, 0600), 0);
	int fifo = open(ready, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	pid_t tool = fork();
	if (tool == 0)
		run_in_foreground(fixture, &pipe,
				  "sleep 1000 & echo $$ $! >\"$READY\"; wait; sleep 1000");
	assert_true(read_int(&pipe, &pid));
	assert_true(wait_readable(fifo));
	assert_true(read(fifo, line, sizeof(line) - 1) > 0);
	close(fifo);
	char *rest;
	assert_true(tsk_process_identify((int)strtol(line, &rest, 10), &leader));
	assert_true(tsk_process_identify((int)strtol(rest, NULL, 10), &child));
	kill(tool, SIGKILL);
	waitpid(tool, NULL, 0);
	wait_ended(&leader);
	wait_ended(&child);
	close_pipe(&pipe);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_nobody_without_ground),
		FIXTURE_TEST(test_record_is_ground),
		FIXTURE_TEST(test_record_of_elsewhere),
		FIXTURE_TEST(test_record_of_elsewhere_stays),
		FIXTURE_TEST(test_mark_is_ground_for_the_root_alone),
		FIXTURE_TEST(test_process_of_a_namespace_below),
		FIXTURE_TEST(test_start_and_record_are_one_step),
		FIXTURE_TEST(test_foreground_ends_with_us),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
