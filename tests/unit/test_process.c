/* Looking at processes: who they are, who descends from whom; and looking for programs. */
#include "process_support.h"

#include <pthread.h>

/* ---- identity ---- */

static void test_identify(void **state)
{
	struct tsk_process us, again;
	(void)state;

	assert_true(tsk_process_identify(getpid(), &us));
	assert_int_equal(us.pid, getpid());
	assert_true(us.start_ticks > 0);
	assert_true(strlen(us.boot_id) > 0);
	assert_true(tsk_process_identify(getpid(), &again));
	assert_memory_equal(&us, &again, sizeof(us));
	assert_true(tsk_process_runs(&us));
	assert_false(tsk_process_identify(0, &us));
	assert_false(tsk_process_identify(-1, &us));
	assert_false(tsk_process_identify(INT32_MAX, &us));
}

/* A number that was reused looks like this: same PID, other start. */
static void test_reused_number(void **state)
{
	struct child child = fork_child(wait_for_end, NULL);
	struct tsk_process other = child.id;
	(void)state;

	other.start_ticks--;
	assert_false(tsk_process_runs(&other));
	assert_int_equal(tsk_process_open(&other), -1);
	other = child.id;
	other.boot_id[0] = other.boot_id[0] == 'a' ? 'b' : 'a';
	assert_false(tsk_process_runs(&other));
	assert_int_equal(tsk_process_open(&other), -1);
	end_child(&child);
}

static void test_zombie_does_not_run(void **state)
{
	struct fixture *fixture = *state;
	struct child child = fork_child(wait_for_end, NULL);
	int pidfd = tsk_process_open(&child.id);
	size_t count;

	assert_true(pidfd >= 0);
	assert_int_equal(fcntl(pidfd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
	kill(child.id.pid, SIGKILL);
	assert_true(wait_readable(pidfd));
	/* Not reaped yet: it has a number, and a row in /proc. */
	assert_int_equal(kill(child.id.pid, 0), 0);
	assert_false(tsk_process_runs(&child.id));
	assert_int_equal(tsk_process_open(&child.id), -1);
	assert_null(tsk_process_look(&fixture->call, child.id.pid));
	for (const struct tsk_process_info *at = tsk_process_list(&fixture->call, &count);
	     at->id.pid; at++)
		assert_int_not_equal(at->id.pid, child.id.pid);
	close(pidfd);
	end_child(&child);
}

static void *wait_on(void *nothing)
{
	while (pause() < 0)
		;
	return nothing;
}

static void leave_to_another_thread(struct line_pipe *pipe, const void *what)
{
	pthread_t thread;

	(void)what;
	assert_int_equal(pthread_create(&thread, NULL, wait_on, NULL), 0);
	write_int(pipe, getpid());
	pthread_exit(NULL);
}

static bool is_zombie(int pid)
{
	char path[32], text[256] = "";

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	FILE *file = fopen(path, "re");
	assert_non_null(file);
	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	return strstr(text, ") Z ") != NULL;
}

/* Whose first thread has ended is shown as a zombie, and works on. */
static void test_first_thread_ends_before_the_process(void **state)
{
	struct child child = fork_child(leave_to_another_thread, NULL);
	int code, signal;
	(void)state;

	while (!is_zombie(child.id.pid))
		sched_yield();
	assert_true(tsk_process_runs(&child.id));
	assert_false(tsk_process_ended(&child.id, &code, &signal));
	int pidfd = tsk_process_open(&child.id);
	assert_true(pidfd >= 0);
	kill(child.id.pid, SIGKILL);
	assert_true(wait_readable(pidfd));
	assert_false(tsk_process_runs(&child.id));
	close(pidfd);
	end_child(&child);
}

static void *tell_number(void *pipe)
{
	write_int(pipe, (int)gettid());
	return wait_on(NULL);
}

static void have_a_thread(struct line_pipe *pipe, const void *what)
{
	pthread_t thread;

	(void)what;
	write_int(pipe, getpid());
	assert_int_equal(pthread_create(&thread, NULL, tell_number, pipe), 0);
	wait_on(NULL);
}

static void test_thread_is_no_process(void **state)
{
	struct fixture *fixture = *state;
	struct child child = fork_child(have_a_thread, NULL);
	struct tsk_process thread;
	int number;

	assert_true(read_int(&child.pipe, &number));
	assert_int_not_equal(number, child.id.pid);
	assert_false(tsk_process_identify(number, &thread));
	assert_null(tsk_process_look(&fixture->call, number));
	end_child(&child);
}

/* ---- looking ---- */

static void test_look(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sh",     "-c", "echo >\"$READY\"; read -r line <\"$1\"",
				"a name", "",   NULL };
	const char *fifo = in_directory(fixture, "wait");
	char program[256];

	words[4] = fifo;
	assert_int_equal(mkfifo(fifo, 0600), 0);
	int64_t before = tsk_wall_ns();
	struct tsk_process started = start_ready(fixture, words);
	const struct tsk_process_info *info = tsk_process_look(&fixture->call, started.pid);

	assert_non_null(info);
	assert_memory_equal(&info->id, &started, sizeof(started));
	assert_int_equal(info->parent, getpid());
	assert_int_equal(info->session, started.pid);
	assert_int_equal(info->group, started.pid);
	assert_int_equal(info->owner, geteuid());
	assert_string_equal(info->name, "sh");
	assert_int_equal(info->words.count, 5);
	assert_string_equal(info->words.items[3], "a name");
	assert_string_equal(info->words.items[4], fifo);
	assert_null(info->words.items[5]);
	/* Start times have the grain of a clock tick. */
	assert_true(info->started_at > before - 1000000000 &&
		    info->started_at < tsk_wall_ns() + 1000000000);
	assert_string_equal(info->directory, getcwd(program, sizeof(program)));
	assert_int_equal(*info->program, '/');
	struct tsk_stopped stopped;
	assert_int_equal(tsk_stop_claimed(&fixture->call, &started, NULL, LONG_MS, &stopped),
			 TSK_OK);
}

static void test_names_with_parentheses(void **state)
{
	static const char *const names[] = { ") Z 1 1 1 (", "a) (b", "((", " ", "x\ny)" };
	struct fixture *fixture = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct child child = fork_child(wait_for_end, names[i]);
		const struct tsk_process_info *info =
			tsk_process_look(&fixture->call, child.id.pid);

		assert_non_null(info);
		assert_string_equal(info->name, names[i]);
		assert_int_equal(info->parent, getpid());
		assert_int_equal(info->session, getsid(0));
		end_child(&child);
	}
}

static void test_list(void **state)
{
	struct fixture *fixture = *state;
	struct child child = fork_child(wait_for_end, NULL);
	size_t count = 0, seen = 0, us = 0, it = 0;

	for (const struct tsk_process_info *at = tsk_process_list(&fixture->call, &count);
	     at->id.pid; at++, seen++) {
		us += at->id.pid == getpid();
		it += at->id.pid == child.id.pid;
		assert_int_not_equal(at->state, 'Z');
		assert_true(geteuid() == 0 || at->owner == geteuid());
	}
	assert_int_equal(us, 1);
	assert_int_equal(it, 1);
	assert_int_equal(seen, count);
	end_child(&child);
}

static void test_environment(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sh",
				"-c",
				"echo >\"$READY\"; read -r line <\"$1\"",
				"sh",
				in_directory(fixture, "wait"),
				NULL };
	struct tsk_stopped stopped;

	assert_int_equal(mkfifo(words[4], 0600), 0);
	setenv("UNIT_TEST", "a=b c", 1);
	setenv("UNIT_TEST_EMPTY", "", 1);
	struct tsk_process process = start_ready(fixture, words);
	unsetenv("UNIT_TEST");
	unsetenv("UNIT_TEST_EMPTY");
	assert_string_equal(tsk_process_environment(&fixture->call, process.pid, "UNIT_TEST"),
			    "a=b c");
	assert_string_equal(tsk_process_environment(&fixture->call, process.pid, "UNIT_TEST_EMPTY"),
			    "");
	assert_null(tsk_process_environment(&fixture->call, process.pid, "UNIT_TES"));
	assert_null(tsk_process_environment(&fixture->call, INT32_MAX, "PATH"));
	assert_int_equal(tsk_stop_claimed(&fixture->call, &process, NULL, LONG_MS, &stopped),
			 TSK_OK);
}

static void test_output(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = {
		"sh",
		"-c",
		"exec >/dev/null 2>\"$2\"; echo said >&2; echo >\"$READY\"; read -r line <\"$1\"",
		"sh",
		in_directory(fixture, "wait"),
		in_directory(fixture, "said"),
		NULL
	};
	struct tsk_stopped stopped;

	assert_int_equal(mkfifo(words[4], 0600), 0);
	struct tsk_process process = start_ready(fixture, words);
	const char *path = tsk_process_output(&fixture->call, process.pid);
	assert_non_null(path);
	assert_string_equal(tsk_file_tail(&fixture->call, path, 10, 100, 0), "said\n");
	assert_int_equal(tsk_stop_claimed(&fixture->call, &process, NULL, LONG_MS, &stopped),
			 TSK_OK);
	assert_null(tsk_process_output(&fixture->call, process.pid));
	/* What is no file has no end to read. */
	words[5] = "/dev/null";
	process = start_ready(fixture, words);
	assert_null(tsk_process_output(&fixture->call, process.pid));
	assert_int_equal(tsk_stop_claimed(&fixture->call, &process, NULL, LONG_MS, &stopped),
			 TSK_OK);
}

/* ---- trees ---- */

static size_t place_of(const struct tsk_process_info *tree, int pid)
{
	size_t place = 0;

	while (tree[place].id.pid && tree[place].id.pid != pid)
		place++;
	return place;
}

/* A child, its child in a session of its own, and one that forked twice but stayed in the session.
 */
static void test_tree(void **state)
{
	struct fixture *fixture = *state;
	const char *words[] = { "sh", "-c",
				"setsid sh -c 'sleep 1000 & wait' & "
				"(sh -c 'sleep 1001 & echo >\"$READY\"' &) ; wait",
				NULL };
	struct tsk_process root = start_ready(fixture, words);
	const struct tsk_process_info *tree;
	struct tsk_stopped stopped;
	size_t count, sleeps;

	/* What stays: sh, setsid's sh, its sleep, the sleep that lost its parent. How soon setsid
	 * gets there, and how soon the shells between are gone, is up to them. */
	int64_t until = tsk_now_ms() + LONG_MS;
	do {
		tree = tsk_process_tree(&fixture->call, &root, &count);
		sleeps = 0;
		for (size_t i = 0; i < count; i++)
			sleeps += strcmp(tree[i].name, "sleep") == 0;
	} while ((count != 4 || sleeps != 2) && tsk_now_ms() < until);
	assert_int_equal(count, 4);
	assert_int_equal(tree[4].id.pid, 0);
	assert_int_equal(tree[0].id.pid, root.pid);
	size_t in_other_session = 0, without_parent = 0;
	for (size_t i = 1; i < count; i++) {
		size_t parent = place_of(tree, tree[i].parent);
		in_other_session += tree[i].session != root.pid;
		without_parent += parent == count;
		assert_true(parent < i || parent == count);
	}
	assert_int_equal(in_other_session, 2);
	assert_int_equal(without_parent, 1);

	/* Another process of that number has no family of ours. */
	struct tsk_process other = root;
	other.start_ticks -= 100;
	tree = tsk_process_tree(&fixture->call, &other, &count);
	assert_int_equal(count, 0);
	assert_int_equal(tree[0].id.pid, 0);

	assert_int_equal(tsk_stop_claimed(&fixture->call, &root, NULL, 0, &stopped), TSK_OK);
	assert_int_equal(stopped.count, 4);
	tsk_process_tree(&fixture->call, &root, &count);
	assert_int_equal(count, 0);
}

/* A process that does not lead its session has only its descendants. */
static void test_tree_without_session(void **state)
{
	struct fixture *fixture = *state;
	struct child one = fork_child(wait_for_end, NULL), other = fork_child(wait_for_end, NULL);
	size_t count;
	const struct tsk_process_info *tree = tsk_process_tree(&fixture->call, &one.id, &count);

	assert_int_equal(count, 1);
	assert_int_equal(tree[0].id.pid, one.id.pid);
	end_child(&one);
	end_child(&other);
}

/* ---- programs ---- */

static void test_find_program(void **state)
{
	struct fixture *fixture = *state;
	struct tsk_call *call = &fixture->call;
	const char *found = getenv("PATH");
	char *path = strdup(found != NULL ? found : "");

	assert_int_equal(mkdir(in_directory(fixture, "one"), 0700), 0);
	assert_int_equal(mkdir(in_directory(fixture, "two words"), 0700), 0);
	assert_int_equal(mkdir(in_directory(fixture, "one/tool"), 0700), 0);
	write_file(fixture, "one/other", "#!/bin/sh\n", 0600);
	const char *tool = write_file(fixture, "two words/tool", "#!/bin/sh\n", 0700);
	const char *other = write_file(fixture, "two words/other", "#!/bin/sh\n", 0700);
	setenv("PATH",
	       tsk_format(call, "/no/such:%s/one:%s/two words", fixture->directory,
			  fixture->directory),
	       1);

	assert_string_equal(tsk_find_program(call, "tool"), tool);   /* not the directory */
	assert_string_equal(tsk_find_program(call, "other"), other); /* not what cannot be run */
	assert_null(tsk_find_program(call, "none"));
	assert_null(tsk_find_program(call, ""));
	assert_string_equal(tsk_find_program(call, tool), tool);
	assert_null(tsk_find_program(call, in_directory(fixture, "one/tool")));
	unsetenv("PATH");
	assert_non_null(tsk_find_program(call, "sh"));
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(test_identify),
		FIXTURE_TEST(test_reused_number),
		FIXTURE_TEST(test_zombie_does_not_run),
		FIXTURE_TEST(test_first_thread_ends_before_the_process),
		FIXTURE_TEST(test_thread_is_no_process),
		FIXTURE_TEST(test_look),
		FIXTURE_TEST(test_names_with_parentheses),
		FIXTURE_TEST(test_list),
		FIXTURE_TEST(test_environment),
		FIXTURE_TEST(test_output),
		FIXTURE_TEST(test_tree),
		FIXTURE_TEST(test_tree_without_session),
		FIXTURE_TEST(test_find_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
