/* What runs in our foreground ends with us, even if we are killed: a process apart from us holds
 * one end of a pipe, whose other end is ours alone, and stops the program with its tree when that
 * closes without a word.
 *
 * PR_SET_PDEATHSIG would not do: it reaches the program and not its children, is lost where the
 * program changes its user, and comes when the thread that forked ends, not the process. */
#include "apart.h"
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* For the program to end by itself, after us. */
#define GRACE_MS    2000

/* As many as one program has in its foreground at a time: calls of the MCP server, mostly. One more
 * is started without a guard. */
#define GUARDS_MOST 64

/* What ps shows of a guard. */
#define NAME        "tsk-guard"

struct guard {
	struct tsk_process root;
	pid_t pid;
	int pipe;
};

/* Of this process, as its children are; several calls may run in it at once. */
static struct guard guards[GUARDS_MOST];
static size_t guard_count;

_Noreturn static void stand_guard(struct tsk_call *call, const struct tsk_process *root, int pipe)
{
	struct tsk_stopped stopped;
	ssize_t got;
	char word;

	const int kept[] = { pipe };
	stand_apart(NAME, kept, 1);
	do
		got = read(pipe, &word, 1);
	while (got < 0 && errno == EINTR);
	if (got == 0)
		stop_guarded(call, root, GRACE_MS, &stopped);
	_exit(0);
}

/* Who ends by itself may leave a program running on purpose. */
static void end_all(void)
{
	while (guard_count)
		guard_end(&guards[0].root);
}

void guard_begin(struct tsk_call *call, const struct tsk_process *root)
{
	static bool ends_with_us;
	int ends[2];

	if (!ends_with_us)
		ends_with_us = atexit(end_all) == 0;

	if (guard_count == GUARDS_MOST || pipe2(ends, O_CLOEXEC))
		return;
	pid_t pid = fork();
	if (pid == 0)
		stand_guard(call, root, ends[0]);
	close(ends[0]);
	if (pid < 0) {
		close(ends[1]);
		return;
	}
	guards[guard_count++] = (struct guard){ .root = *root, .pid = pid, .pipe = ends[1] };
}

void guard_end(const struct tsk_process *root)
{
	for (size_t i = 0; i < guard_count; i++) {
		const struct guard guard = guards[i];

		if (!same_process(&guard.root, root))
			continue;
		guards[i] = guards[--guard_count];
		/* A guard that was killed takes no word; SIGPIPE is ignored. */
		if (write(guard.pipe, "d", 1) != 1)
			errno = 0;
		close(guard.pipe);
		while (waitpid(guard.pid, NULL, 0) < 0 && errno == EINTR)
			;
		return;
	}
}
