#include "probe.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Constructors that take longer than this hang, for all that an agent cares. */
#define LOAD_MS       5000
#define MESSAGE_LIMIT 1000

/* The child's end: it loads, tells what the loader said, and is gone without running anything of
 * ours at exit. */
static void load_and_tell(const char *path, int to)
{
	const struct rlimit none = { 0, 0 };
	const char *problem;

	setrlimit(RLIMIT_CORE, &none);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	if (dlopen(path, RTLD_NOW | RTLD_LOCAL))
		_exit(0);
	problem = dlerror();
	if (problem && write(to, problem, strnlen(problem, MESSAGE_LIMIT)) < 0)
		_exit(2);
	_exit(1);
}

static const char *verdict_of(struct tsk_call *call, pid_t child, int from)
{
	char message[MESSAGE_LIMIT + 1];
	int descriptor = pidfd_open(child, 0);
	struct pollfd end = { .fd = descriptor, .events = POLLIN };
	bool ended = descriptor < 0 || poll(&end, 1, LOAD_MS) > 0;
	const char *problem = NULL;
	int status = 0;

	if (!ended)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (descriptor >= 0)
		close(descriptor);
	ssize_t size = read(from, message, MESSAGE_LIMIT);
	if (!ended)
		problem = "loading it does not end";
	else if (WIFSIGNALED(status))
		problem = tsk_format(call, "loading it crashes (SIG%s)",
				     sigabbrev_np(WTERMSIG(status)));
	else if (WEXITSTATUS(status))
		problem = size > 0 ? tsk_copy_bytes(call, message, (size_t)size)
				   : "it cannot be loaded";
	return problem;
}

const char *probe_object(struct tsk_call *call, const char *path)
{
	int ends[2];

	/* Its words do not wait for a reader: they fit into the pipe. */
	if (pipe2(ends, O_CLOEXEC))
		return tsk_format(call, "it cannot be tried: %s", strerror(errno));
	pid_t child = fork();
	if (child == 0)
		load_and_tell(path, ends[1]);
	close(ends[1]);
	const char *problem = child < 0
				      ? tsk_format(call, "it cannot be tried: %s", strerror(errno))
				      : verdict_of(call, child, ends[0]);
	close(ends[0]);
	return problem;
}
