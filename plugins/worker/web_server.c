/* A worker inside a web application: it polls as soon as the application has begun, and the server
 * takes its port only then. Where that is taken, all of it ends a moment after it polled. */
#include "start_worker.h"

#include <string.h>
#include <unistd.h>

/* How long a server may need for its port; one that listens on no TCP port at all (a socket in the
 * file system) costs this. */
#define LISTENS_MS 3000

/* There is no event for somebody else's socket. */
#define LOOK_MS    20

static const char *const servers[] = { "uvicorn", "hypercorn", "daphne", "granian",
				       "fastapi", "flask",     NULL };

static bool serves_web(const struct tsk_process_info *tree)
{
	for (; tree->id.pid; tree++)
		for (size_t i = 0; servers[i]; i++)
			if (strcmp(program_name(tree), servers[i]) == 0)
				return true;
	return false;
}

/* Until it listens, has ended, or takes too long for that. */
static enum tsk_status await_port(struct tsk_call *call, const struct ensuring *ensuring,
				  struct awaited *one)
{
	struct attempt *attempt = one->whose;
	struct started_worker *started = &attempt->started;
	const int64_t latest = tsk_now_ms() + LISTENS_MS;
	const int64_t until = latest < ensuring->deadline ? latest : ensuring->deadline;
	struct pollfd end = { .fd = tsk_process_open(&started->process), .events = POLLIN };
	enum tsk_status status = TSK_TIMEOUT;

	while (end.fd >= 0 && status == TSK_TIMEOUT && tsk_now_ms() < until) {
		struct tsk_mark mark = tsk_mark(call);
		const struct tsk_process_info *tree =
			tsk_process_tree(call, &started->process, NULL);
		const bool done = !serves_web(tree) || tsk_process_listens(call, tree, 0);
		tsk_rewind(call, mark);
		if (done)
			break;
		status = tsk_wait(call, &end, 1, tsk_now_ms() + LOOK_MS);
	}
	if (end.fd >= 0)
		close(end.fd);
	if (end.fd < 0 || status == TSK_OK) {
		started->ended =
			tsk_process_ended(&started->process, &started->code, &started->signal);
		one->outcome = started->ended ? WAIT_DIED : one->outcome;
		one->settled_at = tsk_now_ms();
	}
	return status == TSK_INTERRUPTED ? status : TSK_OK;
}

enum tsk_status await_their_ports(struct tsk_call *call, struct ensuring *ensuring)
{
	for (size_t i = 0; i < ensuring->awaited_count; i++) {
		struct awaited *one = &ensuring->awaited[i];
		const struct attempt *attempt = one->whose;
		const struct tsk_process_info *tree =
			tsk_process_tree(call, &attempt->started.process, NULL);
		/* It may have ended already, since it was seen to poll. */
		if (one->outcome == WAIT_READY && (!tree->id.pid || serves_web(tree)) &&
		    await_port(call, ensuring, one))
			return TSK_INTERRUPTED;
	}
	return TSK_OK;
}
