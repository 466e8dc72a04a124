/* Who starts a worker anew when it is stopped: a supervisor, a reloader, a loop in a shell. To stop
 * the worker alone is undone a moment later; it has to be stopped there. */
#include "worker.h"

#include <string.h>
#include <unistd.h>

/* How long one that comes back is waited for: supervisors wait a second or so before they start
 * one anew (supervisord backs off by whole seconds, systemd by 100 ms). Where the parent is no
 * known one, most often nobody comes, and the wait is what each stop costs. */
#define KNOWN_MS         3000
#define UNKNOWN_MS       500

/* There is no event for the birth of somebody else's child that a user may wait for (the kernel's
 * process connector wants CAP_NET_ADMIN): the parent's end is waited for, and in between its
 * children are looked at this often. */
#define LOOK_MS          50

#define TICK_NS          ((int64_t)10000000)

/* A call in a script in a make in a shell of an agent; more than any has. */
#define GENERATIONS_MOST 64

/* ---- who it is ---- */

/* One that somebody types into starts nothing anew by itself. */
static bool is_interactive(const struct tsk_process_info *shell)
{
	for (size_t i = 1; i < shell->words.count; i++)
		if (*shell->words.items[i] != '-' || strcmp(shell->words.items[i], "-c") == 0)
			return false;
	return true;
}

/* Who called us started nothing anew: it waits for our answer. */
static bool is_above_us(struct tsk_call *call, const struct tsk_process_info *process)
{
	int pid = getppid();

	for (int up = 0; up < GENERATIONS_MOST && pid > 1; up++) {
		const struct tsk_process_info *at = tsk_process_look(call, pid);
		if (pid == process->id.pid)
			return true;
		pid = at ? at->parent : 0;
	}
	return false;
}

bool find_supervisor(struct tsk_call *call, const struct worker *worker,
		     struct supervisor *supervisor)
{
	const struct tsk_process_info *parent =
		worker->count ? tsk_process_look(call, worker->tree[0].parent) : NULL;

	*supervisor = (struct supervisor){ .is_known = false };
	/* What we started ourselves has whoever takes orphans as its parent. */
	const struct tsk_origin *origin =
		parent ? tsk_process_origin(call, worker->tree[0].id.pid) : NULL;
	if (!parent || parent->id.pid == getpid() || is_above_us(call, parent) ||
	    (origin && origin->is_root))
		return false;
	const char *unit = unit_of(call, worker, parent);
	/* Orphans go to process 1, or to a reaper of their session: neither starts any anew. */
	if ((parent->id.pid == 1 || strcmp(parent->name, "systemd") == 0) && !unit)
		return false;
	enum restarter kind = restarter_kind(parent);
	*supervisor = (struct supervisor){
		.process = parent->id,
		.name = tsk_format(call, "%s (pid %d)", program_name(parent), parent->id.pid),
		.stop = stop_there(call, worker, parent, unit),
		.is_known = unit || (kind != RESTARTS_NOTHING &&
				     (kind != RESTARTS_IN_A_LOOP || !is_interactive(parent))),
		.words = worker->tree[0].words,
	};
	return true;
}

/* ---- whether it came back ---- */

static bool same_words(const struct tsk_strings *one, const struct tsk_strings *other)
{
	if (!one->count || one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->items[i], other->items[i]) != 0)
			return false;
	return true;
}

struct look {
	int returned; /* its PID */
	bool busy;    /* the parent has started something else since */
};

static struct look look_at_children(struct tsk_call *call, const struct supervisor *supervisor,
				    int64_t stop_began)
{
	const struct tsk_process_info *at = tsk_process_list(call, NULL);
	struct look look = { .returned = 0 };

	for (; at->id.pid && !look.returned; at++) {
		/* Starts are told in clock ticks, a hundredth of a second. */
		if (at->parent != supervisor->process.pid || at->started_at < stop_began - TICK_NS)
			continue;
		look.busy = true;
		if (same_words(&at->words, &supervisor->words))
			look.returned = at->id.pid;
	}
	return look;
}

int wait_for_return(struct tsk_call *call, const struct supervisor *supervisor, int64_t stop_began)
{
	const int64_t began = tsk_now_ms();
	int64_t deadline = began + (supervisor->is_known ? KNOWN_MS : UNKNOWN_MS);
	struct pollfd end = { .fd = tsk_process_open(&supervisor->process), .events = POLLIN };
	struct look look = { .returned = 0 };

	while (end.fd >= 0) {
		struct tsk_mark mark = tsk_mark(call);
		look = look_at_children(call, supervisor, stop_began);
		tsk_rewind(call, mark);
		/* A loop in a shell sleeps before it goes round. */
		if (look.busy)
			deadline = began + KNOWN_MS;
		if (look.returned || tsk_now_ms() >= deadline)
			break;
		/* Without a parent there is nobody to start it; an interruption ends the wait too.
		 */
		if (tsk_wait(call, &end, 1, tsk_now_ms() + LOOK_MS) != TSK_TIMEOUT)
			break;
	}
	if (end.fd >= 0)
		close(end.fd);
	return look.returned;
}
