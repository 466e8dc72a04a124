/* What plugins that were compiled with 0.1.0 call: the same with less to say. */
#include "internal.h"

static struct tsk_launch launch_of(const struct tsk_spawn *spawn)
{
	return (struct tsk_launch){ .words = spawn->words,
				    .directory = spawn->directory,
				    .environment = spawn->environment,
				    .log = spawn->log };
}

enum tsk_status tsk_start(struct tsk_call *call, const struct tsk_spawn *spawn,
			  struct tsk_process *process)
{
	const struct tsk_launch launch = launch_of(spawn);

	return tsk_launch(call, &launch, process);
}

enum tsk_status tsk_run_program(struct tsk_call *call, const struct tsk_spawn *spawn,
				int64_t deadline, size_t limit, struct tsk_ran *ran)
{
	const struct tsk_launch launch = launch_of(spawn);

	return tsk_launch_and_wait(call, &launch, deadline, limit, ran);
}

enum tsk_status tsk_start_piped(struct tsk_call *call, const struct tsk_spawn *spawn, int input,
				struct tsk_piped *piped)
{
	const struct tsk_launch launch = launch_of(spawn);

	return tsk_launch_piped(call, &launch, input, piped);
}

enum tsk_status tsk_stop_tree(struct tsk_call *call, const struct tsk_process *root,
			      int64_t grace_ms, struct tsk_stopped *stopped)
{
	return tsk_stop_claimed(call, root, NULL, grace_ms, stopped);
}
