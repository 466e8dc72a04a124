/* Stopping a process with all its family.
 *
 * What is guaranteed.
 * - Only the very process that is named by PID, start time, boot and PID namespace is signalled,
 * and its family, and only where tsk_may_signal grants it. For each of them a pidfd is opened first
 * and its identity is checked then; the signal goes through the pidfd. A number that was reused in
 * between is left alone: its start time differs.
 * - The family is: the process, its descendants, and those of the session that it leads, also when
 * they are no longer its descendants. If the leader has ended before we came, the members of its
 * session are known by the mark that tsk_start put into their environment (START_MARK); those
 * without it are left alone.
 * - SIGTERM goes to the leader alone, once: a wrapper such as uv hands it on, and Python aborts
 * when it gets it twice. Had the leader ended before we came, those without a parent get it; and if
 * it ends and leaves them running, they get it at half of the grace.
 * SIGKILL goes to what is left after the grace, parents first, so that none starts its children
 * anew; then all processes are looked through again, until nobody of the family is left or KILL_MS
 * are over.
 * - We never signal ourselves or those that we run in: TSK_DENIED, and nothing was signalled.
 * - A stop that was begun is carried through: an interruption only shortens the grace.
 *
 * What would break it.
 * - All process numbers going round within one look at /proc (milliseconds): a stranger could then
 * appear as a child.
 * - A descendant that left session and family (setsid and a second fork) before we looked: it is
 * not found. One that does so while we look is found as long as its parent was still there.
 * - A kernel without pidfd (before 5.3): nothing is signalled, and the error says so.
 * - A process in an uninterruptible wait outlives SIGKILL: TSK_TIMEOUT, and it is named.
 */
#include "internal.h"

#include "call/interrupt.h"
#include "talk/trace.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

/* Looked after at a time, each with a descriptor (1024 is the usual limit of a process); more come
 * in their turn. */
#define MEMBERS_MOST     ((size_t)256)

/* For all that got SIGKILL to be gone; only a process that waits for a broken disk takes longer. */
#define KILL_MS          10000

/* Between two looks for those that were born since the last one, which must not wait for the
 * slowest to die. */
#define KILL_ROUND_MS    1000

/* What is left of the grace after SIGINT or SIGTERM came to us: whoever sent it may send SIGKILL
 * next. */
#define HURRIED_GRACE_MS 2000

struct member {
	struct tsk_process id;
	int parent;
	const char *name;
	int pidfd;
	bool gone, killed;
};

struct stopping {
	struct tsk_call *call;
	const struct tsk_process *root;
	bool session_is_its;
	bool refused;      /* somebody could not be signalled */
	bool hurried;      /* an interruption has shortened the grace */
	int64_t grace_end; /* on the clock of tsk_now_ms */
	struct member *members;
	size_t count;
	int *pids; /* of those that are gone */
	size_t pid_count, pid_room;
	struct tsk_stopped *stopped;
};

/* ---- the family ---- */

static bool is_known(const struct stopping *stopping, const struct tsk_process *process)
{
	for (size_t i = 0; i < stopping->count; i++)
		if (same_process(&stopping->members[i].id, process))
			return true;
	return false;
}

static void note_gone(struct stopping *stopping, int pid)
{
	stopping->pids = tsk_grow(stopping->call, stopping->pids, stopping->pid_count,
				  &stopping->pid_room, sizeof(*stopping->pids));
	stopping->pids[stopping->pid_count++] = pid;
}

/* Opens one that was found; no room or no descriptor: it comes in a later turn. */
static enum tsk_status add_member(struct stopping *stopping, const struct system_process *found)
{
	if (stopping->count == MEMBERS_MOST)
		return TSK_OK;
	int pidfd = tsk_process_open(&found->id);
	if (pidfd < 0) {
		int error = errno;
		if (!tsk_process_runs(&found->id))
			note_gone(stopping, found->id.pid);
		else if (!stopping->count || (error != EMFILE && error != ENFILE))
			return tsk_fail(stopping->call, TSK_UNAVAILABLE,
					"cannot stop process %d (%s): pidfd_open: %s",
					found->id.pid, found->name, strerror(error));
		return TSK_OK;
	}
	stopping->members[stopping->count++] = (struct member){
		.id = found->id,
		.parent = found->parent,
		.name = tsk_copy(stopping->call, found->name),
		.pidfd = pidfd,
	};
	return TSK_OK;
}

/* Looks through all processes for those of the family that are not known yet. */
static enum tsk_status gather(struct stopping *stopping)
{
	struct tsk_call *call = stopping->call;
	struct tsk_process *known = tsk_alloc(call, (stopping->count + 1) * sizeof(*known));
	struct family_search search = {
		.root = stopping->root,
		.members = known,
		.member_count = stopping->count,
		.session_is_its = stopping->session_is_its,
	};
	const struct system_process *at;
	enum tsk_status status = TSK_OK;

	for (size_t i = 0; i < stopping->count; i++)
		known[i] = stopping->members[i].id;
	const struct system_process *family = family_find(call, &search, &(size_t){ 0 });
	for (at = family; at->id.pid; at++) {
		if (at->id.pid == getpid() || at->id.pid == 1)
			return tsk_fail(
				call, TSK_DENIED,
				"cannot stop process %d: this program is part of its family",
				stopping->root->pid);
		stopping->session_is_its |= at->session == stopping->root->pid;
	}
	for (at = family; at->id.pid && !status; at++)
		if (!is_known(stopping, &at->id))
			status = add_member(stopping, at);
	return status;
}

/* Takes those that are gone off the list. */
static void retire(struct stopping *stopping)
{
	size_t left = 0;

	for (size_t i = 0; i < stopping->count; i++) {
		struct member *member = &stopping->members[i];

		if (!member->gone) {
			stopping->members[left++] = *member;
			continue;
		}
		note_gone(stopping, member->id.pid);
		stopping->stopped->killed += member->killed;
		if (member->killed && same_process(&member->id, stopping->root))
			stopping->stopped->leader_killed = true;
		close(member->pidfd);
	}
	stopping->count = left;
}

static void hurry(struct stopping *stopping)
{
	const int64_t end = tsk_now_ms() + HURRIED_GRACE_MS;

	if (stopping->hurried)
		return;
	stopping->hurried = true;
	if (end < stopping->grace_end)
		stopping->grace_end = end;
}

/* Marks those that are ready; returns how many are not gone yet. */
static size_t count_left(struct stopping *stopping, struct pollfd *waits, int ready)
{
	size_t left = 0;

	for (size_t i = 0; i < stopping->count; i++) {
		if (ready > 0 && waits[i].fd >= 0 && waits[i].revents) {
			stopping->members[i].gone = true;
			waits[i].fd = -1;
		}
		left += !stopping->members[i].gone;
	}
	return left;
}

/* Waits until all on the list are gone, or *deadline (which may come nearer meanwhile) passes.
 * tsk_wait would end at once when interrupted. */
static void wait_until_gone(struct stopping *stopping, const int64_t *deadline)
{
	struct pollfd waits[MEMBERS_MOST + 1];
	struct pollfd *interruption = &waits[stopping->count];
	size_t left = stopping->count;

	for (size_t i = 0; i < stopping->count; i++)
		waits[i] = (struct pollfd){ .fd = stopping->members[i].pidfd, .events = POLLIN };
	*interruption = (struct pollfd){ .fd = stopping->hurried ? -1 : interrupt_descriptor(),
					 .events = POLLIN };
	for (bool again = left > 0; again; again = left && tsk_now_ms() < *deadline) {
		int64_t wait = *deadline - tsk_now_ms();

		wait = wait < 0 ? 0 : wait > 60000 ? 60000 : wait;
		left = count_left(stopping, waits, poll(waits, stopping->count + 1, (int)wait));
		if (interrupt_signal()) {
			hurry(stopping);
			interruption->fd = -1; /* it stays readable */
		}
	}
	retire(stopping);
}

/* ---- signals ---- */

static bool is_member(const struct stopping *stopping, int pid)
{
	for (size_t i = 0; i < stopping->count; i++)
		if (stopping->members[i].id.pid == pid)
			return true;
	return false;
}

static enum tsk_status ask_to_end(struct stopping *stopping, struct member *member)
{
	trace_line(stopping->call, TRACE_PROCESS, "SIGTERM to %d (%s)", member->id.pid,
		   member->name);
	if (system_signal(member->pidfd, SIGTERM)) {
		/* One that is stopped hears only when it goes on; to the others this is nothing. */
		system_signal(member->pidfd, SIGCONT);
		return TSK_OK;
	}
	if (errno == ESRCH)
		return TSK_OK;
	return tsk_fail(stopping->call, TSK_DENIED, "cannot stop process %d (%s): %s",
			member->id.pid, member->name, strerror(errno));
}

static enum tsk_status ask_family_to_end(struct stopping *stopping)
{
	enum tsk_status status = TSK_OK;

	for (size_t i = 0; i < stopping->count; i++)
		if (same_process(&stopping->members[i].id, stopping->root))
			return ask_to_end(stopping, &stopping->members[i]);
	for (size_t i = 0; i < stopping->count && !status; i++)
		if (!is_member(stopping, stopping->members[i].parent))
			status = ask_to_end(stopping, &stopping->members[i]);
	return status;
}

static void kill_all(struct stopping *stopping)
{
	for (size_t i = 0; i < stopping->count; i++) {
		struct member *member = &stopping->members[i];

		trace_line(stopping->call, TRACE_PROCESS, "SIGKILL to %d (%s)", member->id.pid,
			   member->name);
		if (system_signal(member->pidfd, SIGKILL))
			member->killed = true;
		else if (errno == EPERM)
			stopping->refused = true;
	}
}

/* ---- the whole ---- */

/* A leader that ends without handing SIGTERM on (a shell that waits) leaves its children unasked.
 * One that did hand it on is waited for: only what is still there at half of the grace, without its
 * leader, is asked itself. */
static enum tsk_status wait_for_orphans(struct stopping *stopping)
{
	const int64_t half = (tsk_now_ms() + stopping->grace_end) / 2;
	bool was_led = is_member(stopping, stopping->root->pid);

	wait_until_gone(stopping, &half);
	if (!stopping->count || !was_led || is_member(stopping, stopping->root->pid))
		return TSK_OK;
	return ask_family_to_end(stopping);
}

/* Those that show up while we wait belong to it: they get what is left of the grace. */
static enum tsk_status wait_for_end(struct stopping *stopping)
{
	enum tsk_status status = wait_for_orphans(stopping);

	if (status)
		return status;
	do {
		wait_until_gone(stopping, &stopping->grace_end);
		if (!stopping->count)
			status = gather(stopping);
	} while (stopping->count && !status && tsk_now_ms() < stopping->grace_end);
	return status;
}

static enum tsk_status kill_rest(struct stopping *stopping)
{
	const int64_t deadline = tsk_now_ms() + KILL_MS;
	enum tsk_status status = gather(stopping);

	while (!status && stopping->count && tsk_now_ms() < deadline) {
		kill_all(stopping);
		const int64_t again = tsk_now_ms() + KILL_ROUND_MS;
		wait_until_gone(stopping, &again);
		status = gather(stopping);
		if (stopping->refused)
			break;
	}
	if (status || !stopping->count)
		return status;
	const struct member *left = &stopping->members[0];
	if (stopping->refused)
		return tsk_fail(stopping->call, TSK_DENIED, "cannot stop process %d (%s): %s",
				left->id.pid, left->name, strerror(EPERM));
	return tsk_fail(stopping->call, TSK_TIMEOUT,
			"cannot stop process %d (%s): it outlives SIGKILL", left->id.pid,
			left->name);
}

static enum tsk_status stop_granted(struct tsk_call *call, const struct tsk_process *root,
				    int64_t grace_ms, struct tsk_stopped *stopped)
{
	struct stopping stopping = {
		.call = call,
		.root = root,
		.members = tsk_alloc(call, MEMBERS_MOST * sizeof(struct member)),
		.stopped = stopped,
		.grace_end = tsk_now_ms() + grace_ms,
	};

	enum tsk_status status = gather(&stopping);
	if (!status)
		status = ask_family_to_end(&stopping);
	if (!status)
		status = wait_for_end(&stopping);
	if (!status && stopping.count)
		status = kill_rest(&stopping);
	for (size_t i = 0; i < stopping.count; i++)
		close(stopping.members[i].pidfd);
	if (stopping.pid_count) {
		stopped->pids = stopping.pids;
		stopped->count = stopping.pid_count;
	}
	return status;
}

static const int nobody[] = { 0 };

enum tsk_status stop_family(struct tsk_call *call, const struct tsk_process *root,
			    const struct tsk_claim *claim, int64_t grace_ms,
			    struct tsk_stopped *stopped)
{
	const struct tsk_warrant warrant = tsk_may_signal(call, root, claim);

	*stopped = (struct tsk_stopped){ .pids = nobody };
	if (!warrant.ground)
		return tsk_fail(call, TSK_DENIED, "cannot stop process %d: %s", root->pid,
				warrant.evidence);
	return stop_granted(call, root, grace_ms, stopped);
}

enum tsk_status stop_guarded(struct tsk_call *call, const struct tsk_process *root,
			     int64_t grace_ms, struct tsk_stopped *stopped)
{
	*stopped = (struct tsk_stopped){ .pids = nobody };
	return stop_granted(call, root, grace_ms, stopped);
}

enum tsk_status tsk_stop_claimed(struct tsk_call *call, const struct tsk_process *root,
				 const struct tsk_claim *claim, int64_t grace_ms,
				 struct tsk_stopped *stopped)
{
	int code, signal;
	enum tsk_status status = stop_family(call, root, claim, grace_ms, stopped);

	/* Where it is our child, nobody else will take it off the process table while we run. */
	tsk_process_ended(root, &code, &signal);
	return status;
}
