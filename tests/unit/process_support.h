/* What the tests of core/process share: a call with directories of its own, and ways to have
 * processes. */
#ifndef TESTS_PROCESS_SUPPORT_H
#define TESTS_PROCESS_SUPPORT_H

#include "call/call.h"
#include "settings/values.h"

#include <temporal-skill/process.h>

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* For anything that must happen: far more than a busy machine takes, so that only a hang runs into
 * it. */
#define LONG_MS 60000

struct fixture {
	struct settings settings;
	struct tsk_call call;
	char directory[PATH_MAX]; /* its own, removed at the end */
	unsigned descriptors;     /* a bit for each that was open before, of the first 32 */
};

static inline unsigned open_descriptors_now(void)
{
	unsigned all = 0;

	for (int i = 0; i < 32; i++)
		all |= fcntl(i, F_GETFD) >= 0 ? 1U << i : 0;
	return all;
}

static inline int remove_entry(const char *path, const struct stat *about, int type,
			       struct FTW *walk)
{
	(void)about;
	(void)type;
	(void)walk;
	return remove(path);
}

static inline const char *in_directory(struct fixture *fixture, const char *name)
{
	return tsk_format(&fixture->call, "%s/%s", fixture->directory, name);
}

static inline void set(struct fixture *fixture, enum tsk_setting setting, const char *value)
{
	assert_int_equal(
		settings_set(&fixture->settings, &fixture->call, setting, value, "test", RANK_FLAG),
		TSK_OK);
}

static inline int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));
	/* Short, and without symbolic links: paths are compared. */
	char name[] = "/tmp/tsk-unit-XXXXXX";

	if (!fixture || !mkdtemp(name) || !realpath(name, fixture->directory))
		return -1;
	fixture->descriptors = open_descriptors_now();
	settings_init(&fixture->settings);
	call_init(&fixture->call, &fixture->settings, NULL);
	set(fixture, TSK_SETTING_PID_DIR, in_directory(fixture, "pids"));
	set(fixture, TSK_SETTING_LOG_DIR, in_directory(fixture, "logs"));
	set(fixture, TSK_SETTING_QUIET, "true");
	*state = fixture;
	return 0;
}

static inline int tear_down(void **state)
{
	struct fixture *fixture = *state;

	call_release(&fixture->call);
	settings_release(&fixture->settings);
	nftw(fixture->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	/* What a call opens, it closes. (A test that failed leaves things behind, and is told so
	 * anyway.) */
	int leaked = fixture->descriptors != open_descriptors_now();
	if (leaked)
		print_error("descriptors were left open: 0x%x before, 0x%x now\n",
			    fixture->descriptors, open_descriptors_now());
	free(fixture);
	return leaked;
}

#define FIXTURE_TEST(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

/* ---- waiting ---- */

static inline bool wait_readable(int descriptor)
{
	struct pollfd wait = { .fd = descriptor, .events = POLLIN };
	int ready;

	do
		ready = poll(&wait, 1, LONG_MS);
	while (ready < 0 && errno == EINTR);
	return ready > 0;
}

/* Until that very process has ended, whosever child it is. */
static inline void wait_ended(const struct tsk_process *process)
{
	int pidfd = tsk_process_open(process);

	if (pidfd < 0)
		return;
	assert_true(wait_readable(pidfd));
	close(pidfd);
}

/* ---- talk between a test and the processes that it made ---- */

struct line_pipe {
	int ends[2];
};

static inline struct line_pipe make_pipe(void)
{
	struct line_pipe made;

	assert_int_equal(pipe2(made.ends, O_CLOEXEC), 0);
	return made;
}

/* Reads numbers that others wrote as ints; false when all of them have gone. */
static inline bool read_int(struct line_pipe *from, int *number)
{
	assert_true(wait_readable(from->ends[0]));
	return read(from->ends[0], number, sizeof(*number)) == (ssize_t)sizeof(*number);
}

static inline void write_int(struct line_pipe *to, int number)
{
	if (write(to->ends[1], &number, sizeof(number)) != (ssize_t)sizeof(number))
		_exit(99);
}

static inline void close_pipe(struct line_pipe *made)
{
	close(made->ends[0]);
	close(made->ends[1]);
}

/* ---- children made by hand ---- */

struct child {
	struct tsk_process id;
	struct line_pipe pipe; /* what it writes */
};

/* Forks; the child runs body (which does not return) with the pipe, and is ready once it has
 * written its PID. */
static inline struct child fork_child(void (*body)(struct line_pipe *pipe, const void *what),
				      const void *what)
{
	struct child child = { .pipe = make_pipe() };
	pid_t pid = fork();
	int ready;

	assert_true(pid >= 0);
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		body(&child.pipe, what);
		_exit(0);
	}
	assert_true(read_int(&child.pipe, &ready));
	assert_int_equal(ready, pid);
	assert_true(tsk_process_identify(pid, &child.id));
	return child;
}

static inline void end_child(struct child *child)
{
	kill(child->id.pid, SIGKILL); /* ours and not reaped, so the number is still its own */
	waitpid(child->id.pid, NULL, 0);
	close_pipe(&child->pipe);
}

static inline void wait_for_end(struct line_pipe *pipe, const void *name)
{
	if (name)
		prctl(PR_SET_NAME, name);
	write_int(pipe, getpid());
	for (;;)
		pause();
}

/* ---- scripts ---- */

static inline const char *write_file(struct fixture *fixture, const char *name, const char *text,
				     mode_t mode)
{
	const char *path = in_directory(fixture, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static inline bool exists(const char *path)
{
	struct stat about;

	return lstat(path, &about) == 0;
}

static inline size_t count_files(const char *directory)
{
	size_t count = 0;
	struct dirent *entry;
	DIR *files = opendir(directory);

	while (files && (entry = readdir(files)))
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	if (files)
		closedir(files);
	return count;
}

/* Starts words and waits for the line that it prints when it is ready: into log, which tells
 * further lines, too. */
static inline struct tsk_process start_ready(struct fixture *fixture, const char *const *words)
{
	const char *ready = in_directory(fixture, "ready");
	struct tsk_process process;

	unlink(ready);
	assert_int_equal(mkfifo(ready, 0600), 0);
	const char *environment[] = { tsk_format(&fixture->call, "READY=%s", ready), NULL };
	const struct tsk_launch spawn = { .words = words,
					  .environment = environment,
					  .log = in_directory(fixture, "log") };
	int fifo = open(ready, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	assert_true(fifo >= 0);
	if (tsk_launch(&fixture->call, &spawn, &process))
		fail_msg("%s", tsk_error_message(&fixture->call));
	assert_true(wait_readable(fifo));
	close(fifo);
	unlink(ready);
	return process;
}

#endif
