/* Opening a foreign object with our streams and signals kept. */
#include "guarded_dlopen.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

static const int our_signals[] = { SIGHUP, SIGINT, SIGTERM, SIGPIPE, SIGCHLD };
#define SIGNALS (sizeof(our_signals) / sizeof(*our_signals))

/* Standard output, kept while it is standard error; -1 where there is none. */
static int divert_output(void)
{
	int kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

	fflush(stdout);
	if (kept >= 0)
		dup2(STDERR_FILENO, STDOUT_FILENO);
	return kept;
}

static void restore_output(int kept)
{
	fflush(stdout);
	if (kept < 0)
		return;
	dup2(kept, STDOUT_FILENO);
	close(kept);
}

void *guard_open(const char *path)
{
	struct sigaction actions[SIGNALS];
	int output = divert_output();

	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(our_signals[i], NULL, &actions[i]);
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	for (size_t i = 0; i < SIGNALS; i++)
		sigaction(our_signals[i], &actions[i], NULL);
	restore_output(output);
	return object;
}
