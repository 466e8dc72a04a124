/* What the environment of a process tells of who started it: the mark of tsk_start, which is there
 * from its first moment on and goes with it. */
#include "internal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* KIND:PID:CALLER_PID:CALLER_TICKS:SCOPE; false: it is none. */
static bool parse_mark(struct tsk_call *call, const char *mark, struct tsk_origin *origin, int *pid,
		       struct tsk_process *caller)
{
	const char *colon = strchr(mark, ':');
	int length = 0;

	if (!colon ||
	    sscanf(colon, ":%d:%d:%" SCNu64 ":%n", pid, &caller->pid, &caller->start_ticks,
		   &length) != 3 ||
	    !length)
		return false;
	origin->kind = tsk_copy_bytes(call, mark, (size_t)(colon - mark));
	origin->scope = tsk_copy(call, colon + length);
	return true;
}

const struct tsk_origin *tsk_process_origin(struct tsk_call *call, int pid)
{
	const char *mark = tsk_process_environment(call, pid, ORIGIN_MARK);
	struct tsk_origin *origin = tsk_alloc(call, sizeof(*origin));
	struct tsk_process process, caller = { 0 };
	int marked = 0;

	if (!mark || !tsk_process_identify(pid, &process) ||
	    !parse_mark(call, mark, origin, &marked, &caller))
		return NULL;
	memcpy(caller.boot_id, process.boot_id, sizeof(caller.boot_id));
	/* Its children inherit the mark; numbers are given anew, and then the times differ. */
	origin->is_root = marked == pid && has_mark_of(call, &process, &process);
	origin->attended = tsk_process_runs(&caller);
	origin->pid_directory = tsk_process_environment(call, pid, PID_DIR_MARK);
	if (!origin->pid_directory)
		origin->pid_directory = "";
	return origin;
}
