/* Programs with pipes: started and attended to by one who has others to attend to as well. */
#include "internal.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

static void close_pipe(const int ends[2])
{
	for (int i = 0; i < 2; i++)
		if (ends[i] >= 0)
			close(ends[i]);
}

/* Only the end that we read from must not block: the program knows pipes as they usually are. */
static enum tsk_status make_pipe(struct tsk_call *call, int ends[2])
{
	if (pipe2(ends, O_CLOEXEC))
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot make a pipe: %s", strerror(errno));
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	return TSK_OK;
}

enum tsk_status tsk_launch_piped(struct tsk_call *call, const struct tsk_launch *spawn, int input,
				 struct tsk_piped *piped)
{
	int output[2] = { -1, -1 }, errors[2] = { -1, -1 };
	struct tsk_stopped stopped;

	*piped = (struct tsk_piped){ .pidfd = -1, .output = -1, .errors = -1 };
	enum tsk_status status = make_pipe(call, output);
	if (!status)
		status = make_pipe(call, errors);
	const struct start_streams streams = { input, output[1], errors[1] };
	if (!status)
		status = start_program(call, spawn, &streams, &piped->process);
	if (status)
		goto out;
	piped->pidfd =
		system_pidfd(piped->process.pid); /* our child, not reaped: the number is its */
	if (piped->pidfd < 0) {
		status = tsk_fail(call, TSK_UNAVAILABLE, "cannot watch process %d: %s",
				  piped->process.pid, strerror(errno));
		tsk_stop_claimed(call, &piped->process, NULL, 0, &stopped);
		goto out;
	}
	piped->output = output[0];
	piped->errors = errors[0];
	output[0] = errors[0] = -1;
out:
	close_pipe(output);
	close_pipe(errors);
	return status;
}

bool tsk_process_signal(const struct tsk_process *process, int signal)
{
	int pidfd = tsk_process_open(process);
	struct system_process now;
	bool sent = pidfd >= 0 && system_process(process->pid, &now) && now.parent == getpid() &&
		    system_signal(pidfd, signal);

	if (pidfd >= 0)
		close(pidfd);
	return sent;
}
