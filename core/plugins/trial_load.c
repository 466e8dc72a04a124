/* Trying a foreign plugin out in a child first. */
#include "trial_load.h"

#include <temporal-skill/process.h>

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* Constructors that take longer than this hang, for all that an agent cares. */
#define LOAD_MS       5000
#define MESSAGE_LIMIT 1000

/* What the child says where all went well; so that what says nothing was ended by the plugin. */
#define FINE          "+"

/* The child's end: it loads, looks and unloads, tells how that went, and is gone without running
 * anything of ours at exit. What the plugin prints then is printed when it is loaded in earnest. */
static void load_and_tell(const char *path, probe_look *look, void *with, int to)
{
	const struct rlimit none = { 0, 0 };
	int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* What it starts is found by its group. */
	setpgid(0, 0);
	dup2(nowhere, STDOUT_FILENO);
	dup2(nowhere, STDERR_FILENO);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	void *object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	const char *problem = object ? look(with, object) : dlerror();
	const char *said = problem ? problem : FINE;
	if (object)
		dlclose(object);
	if (write(to, said, strnlen(said, MESSAGE_LIMIT)) < 0)
		_exit(2);
	_exit(problem ? 1 : 0);
}

/* Whether it had started anything, which is ended. For a child that is not reaped yet: till then
 * the number of its group is given to nobody else. */
static bool end_group(struct tsk_call *call, pid_t child)
{
	bool started = false;

	for (const struct tsk_process_info *at = tsk_process_list(call, NULL); at->id.pid; at++)
		started |= at->group == child && at->id.pid != child;
	kill(-child, SIGKILL);
	return started;
}

static const char *verdict_of(struct tsk_call *call, pid_t child, int from)
{
	char message[MESSAGE_LIMIT + 1];
	int descriptor = pidfd_open(child, 0);
	struct pollfd end = { .fd = descriptor, .events = POLLIN };
	bool ended = descriptor < 0 || poll(&end, 1, LOAD_MS) > 0;
	siginfo_t about;
	int status = 0;

	if (!ended)
		kill(child, SIGKILL);
	while (waitid(P_PID, (id_t)child, &about, WEXITED | WNOWAIT) < 0 && errno == EINTR)
		continue;
	bool started = end_group(call, child);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		continue;
	if (descriptor >= 0)
		close(descriptor);
	ssize_t size = read(from, message, MESSAGE_LIMIT);
	if (!ended)
		return "loading it does not end";
	if (WIFSIGNALED(status))
		return tsk_format(call, "loading it crashes (SIG%s)",
				  sigabbrev_np(WTERMSIG(status)));
	if (started)
		return "loading it starts a process";
	/* exit() in a constructor: it would be our end as well. */
	if (size <= 0)
		return "loading it ends the program";
	return WEXITSTATUS(status) ? tsk_copy_bytes(call, message, (size_t)size) : NULL;
}

const char *probe_object(struct tsk_call *call, const char *path, probe_look *look, void *with)
{
	int ends[2];

	/* Its words do not wait for a reader: they fit into the pipe. Nor do we wait for them: what
	 * it started may hold the other end. */
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK))
		return tsk_format(call, "it cannot be tried: %s", strerror(errno));
	pid_t child = fork();
	if (child == 0)
		load_and_tell(path, look, with, ends[1]);
	close(ends[1]);
	const char *problem = child < 0
				      ? tsk_format(call, "it cannot be tried: %s", strerror(errno))
				      : verdict_of(call, child, ends[0]);
	close(ends[0]);
	return problem;
}
