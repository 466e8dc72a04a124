/* How a process ended that is no child of ours: while its parent has not asked, the kernel keeps
 * its exit status. What is Linux's own here. */
#include "lost_queues.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* Fields of /proc/PID/stat, counted from the state, which follows the name. */
#define PARENT     1
#define STATUS     49

#define SMALL_FILE ((size_t)4 << 10)

/* Of one that has ended and that its parent has not asked after; -1: it is none such. */
static int field_of_ended(struct tsk_call *call, int pid, int field)
{
	const char *text =
		tsk_file_tail(call, tsk_format(call, "/proc/%d/stat", pid), 2, SMALL_FILE, 0);
	const char *at = text ? strrchr(text, ')') : NULL;

	if (!text)
		tsk_forget_error(call);
	if (!at || strncmp(at, ") Z ", 4) != 0)
		return -1;
	at += 2;
	for (int i = 0; i < field && at; i++) {
		at = strchr(at, ' ');
		at += at != NULL;
	}
	return at ? (int)strtol(at, NULL, 10) : -1;
}

int parent_of_ended(struct tsk_call *call, int pid)
{
	return field_of_ended(call, pid, PARENT);
}

const char *how_it_ended(struct tsk_call *call, int pid, int64_t since)
{
	const int status = field_of_ended(call, pid, STATUS);
	const char *memory =
		kernel_killed(call, since, pid) ? ", by the kernel, as memory ran out" : "";

	if (*memory || (status >= 0 && WIFSIGNALED(status))) {
		const int number = *memory ? SIGKILL : WTERMSIG(status);
		const char *name = sigabbrev_np(number);
		return name ? tsk_format(call, "killed by SIG%s%s", name, memory)
			    : tsk_format(call, "killed by signal %d", number);
	}
	return status >= 0 ? tsk_format(call, "exit status %d", WEXITSTATUS(status)) : "";
}
