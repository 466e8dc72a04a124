/* fork and exec with a gate between them: the child waits before exec until its parent has written
 * down who it is, and ends unseen if the parent does not live to say so. posix_spawn has no such
 * place. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FREE_DESCRIPTOR 3

/* ---- in the child: nothing but system calls, as other threads may hold any lock ---- */

/* A background job of a shell ignores SIGINT, and we ignore SIGPIPE; neither is for the program to
 * inherit. */
static void reset_signals(void)
{
	const struct sigaction action = { .sa_handler = SIG_DFL };
	sigset_t none;

	for (int signal = 1; signal < NSIG; signal++)
		sigaction(signal, &action, NULL); /* two of them refuse, and have it anyhow */
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
}

/* Zeros in front, as the text around it is made before the number is known. */
static void write_pid(char *digits)
{
	int pid = getpid();

	for (int i = SPAWN_PID_DIGITS; i > 0; pid /= 10)
		digits[--i] = (char)('0' + pid % 10);
}

static int wait_at_gate(int gate)
{
	char go;
	ssize_t got;

	do
		got = read(gate, &go, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 ? 0 : ECANCELED;
}

static int run_program(const struct spawn_plan *plan, int gate)
{
	if (plan->pid_digits)
		write_pid(plan->pid_digits);
	if (dup2(plan->input, STDIN_FILENO) < 0 || dup2(plan->output, STDOUT_FILENO) < 0 ||
	    dup2(plan->errors, STDERR_FILENO) < 0 ||
	    (plan->directory >= 0 && fchdir(plan->directory)))
		return errno;
	int error = wait_at_gate(gate);
	if (error)
		return error;
	if (close_range(FIRST_FREE_DESCRIPTOR, ~0U, CLOSE_RANGE_CLOEXEC))
		return errno;
	/* The words are not changed: exec copies them. */
	execve(plan->program, (char *const *)(uintptr_t)plan->words,
	       (char *const *)(uintptr_t)plan->environment);
	return errno;
}

/* ---- in the parent ---- */

static void close_end(int *end)
{
	if (*end >= 0)
		close(*end);
	*end = -1;
}

int spawn_begin(const struct spawn_plan *plan, struct spawned *spawned)
{
	int gate[2] = { -1, -1 }, report[2] = { -1, -1 };
	int error = 0;

	*spawned = (struct spawned){ .gate = -1, .report = -1 };
	if (pipe2(gate, O_CLOEXEC) || pipe2(report, O_CLOEXEC)) {
		error = errno;
		goto out;
	}
	spawned->pid = fork();
	if (spawned->pid < 0) {
		error = errno;
		goto out;
	}
	if (spawned->pid == 0) {
		close(gate[1]);
		setsid();
		reset_signals();
		error = run_program(plan, gate[0]);
		ssize_t told = write(report[1], &error, sizeof(error));
		_exit(told < 0 ? 126 : 127);
	}
	spawned->gate = gate[1];
	spawned->report = report[0];
	gate[1] = report[0] = -1;
out:
	for (int i = 0; i < 2; i++) {
		close_end(&gate[i]);
		close_end(&report[i]);
	}
	return error;
}

int spawn_end(struct spawned *spawned, bool go)
{
	int error = go ? 0 : ECANCELED;
	ssize_t got;

	if (go && write(spawned->gate, "g", 1) != 1)
		error = errno;
	close_end(&spawned->gate);
	/* It closes by exec, or tells why there is none. */
	int told = 0;
	do
		got = read(spawned->report, &told, sizeof(told));
	while (got < 0 && errno == EINTR);
	close_end(&spawned->report);
	if (got == (ssize_t)sizeof(told))
		error = told;
	if (error)
		while (waitpid(spawned->pid, NULL, 0) < 0 && errno == EINTR)
			;
	return error;
}
