/* A process that ends with another one, or after a time, also when our call is long over: a process
 * of ours apart from us waits for either, and stops it with its tree. */
#include "apart.h"
#include "internal.h"

#include "talk/trace.h"

#include <temporal-skill/result.h>
#include <temporal-skill/text.h>

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* For the process to end by itself, as the commands that stop have it. */
#define GRACE_MS 5000

/* What ps shows of who waits. */
#define NAME     "tsk-keeper"

struct charge {
	struct tsk_process process;
	const char *kind; /* of its record, or NULL */
	int ends[2];      /* pidfds: its own; that of the process that it ends with, or -1 */
	int64_t deadline; /* INT64_MAX: none */
};

static void forget_record(struct tsk_call *call, const struct charge *charge)
{
	const struct tsk_record *record = tsk_record_list(call, charge->kind, NULL);

	for (; record && record->kind; record++)
		if (same_process(&record->process, &charge->process))
			tsk_record_remove(call, record);
}

/* poll takes a time of an int. */
static int wait_ms(int64_t deadline)
{
	int64_t left = deadline == INT64_MAX ? -1 : deadline - tsk_now_ms();

	return left < -1 ? 0 : left > INT32_MAX ? INT32_MAX : (int)left;
}

_Noreturn static void keep(struct tsk_call *call, const struct charge *charge)
{
	struct pollfd ends[] = { { .fd = charge->ends[0], .events = POLLIN },
				 { .fd = charge->ends[1], .events = POLLIN } };
	struct tsk_stopped stopped;
	int ready;

	stand_apart(NAME, charge->ends, 2);
	/* A folder that somebody wants to unmount. */
	if (chdir("/"))
		_exit(1);
	do
		ready = poll(ends, 2, wait_ms(charge->deadline));
	while ((ready < 0 && errno == EINTR) || (ready == 0 && tsk_now_ms() < charge->deadline));
	if (ends[0].revents)
		_exit(0);
	stop_guarded(call, &charge->process, GRACE_MS, &stopped);
	if (charge->kind)
		forget_record(call, charge);
	_exit(0);
}

/* Nobody's child, so that no call has to wait for it. */
static int fork_keeper(struct tsk_call *call, const struct charge *charge)
{
	int status = 0;
	pid_t child = fork();

	if (child < 0)
		return errno;
	if (child == 0) {
		pid_t keeper = fork();
		if (keeper == 0)
			keep(call, charge);
		_exit(keeper < 0 ? errno : 0);
	}
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return errno;
	return WIFEXITED(status) ? WEXITSTATUS(status) : EAGAIN;
}

static enum tsk_status find_parent(struct tsk_call *call, const struct tsk_lifetime *lifetime,
				   struct tsk_process *parent)
{
	if (tsk_process_identify((int)lifetime->parent_pid, parent))
		return TSK_OK;
	return tsk_fail(call, TSK_NOT_FOUND, "no process %d runs, with which it could end",
			(int)lifetime->parent_pid);
}

enum tsk_status tsk_lifetime_check(struct tsk_call *call, const struct tsk_lifetime *lifetime)
{
	struct tsk_process parent;

	return lifetime->parent_pid ? find_parent(call, lifetime, &parent) : TSK_OK;
}

enum tsk_status tsk_lifetime_bind(struct tsk_call *call, const struct tsk_process *process,
				  const char *kind, const struct tsk_lifetime *lifetime)
{
	struct charge charge = { .process = *process,
				 .kind = kind,
				 .ends = { -1, -1 },
				 .deadline = lifetime->ttl_ms ? tsk_now_ms() + lifetime->ttl_ms
							      : INT64_MAX };
	struct tsk_process parent;
	int error = 0;

	if (!lifetime->ttl_ms && !lifetime->parent_pid)
		return TSK_OK;
	if (lifetime->parent_pid && find_parent(call, lifetime, &parent))
		return tsk_error(call);
	charge.ends[0] = tsk_process_open(process);
	if (lifetime->parent_pid)
		charge.ends[1] = tsk_process_open(&parent);
	if (charge.ends[0] < 0 || (lifetime->parent_pid && charge.ends[1] < 0))
		error = ESRCH;
	else
		error = fork_keeper(call, &charge);
	for (size_t i = 0; i < 2; i++)
		if (charge.ends[i] >= 0)
			close(charge.ends[i]);
	if (error)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot have process %d end in time: %s",
				process->pid, strerror(error));
	trace_line(call, TRACE_PROCESS, "bound %d: %s", process->pid,
		   tsk_lifetime_text(call, lifetime));
	return TSK_OK;
}

const char *tsk_lifetime_text(struct tsk_call *call, const struct tsk_lifetime *lifetime)
{
	const struct tsk_process_info *parent =
		lifetime->parent_pid ? tsk_process_look(call, (int)lifetime->parent_pid) : NULL;
	struct tsk_text text = { .call = call };

	if (lifetime->parent_pid)
		tsk_text_format(&text, "with '%s' (pid %d)", parent ? parent->name : "",
				(int)lifetime->parent_pid);
	if (lifetime->ttl_ms)
		tsk_text_join(&text, ", or ", "after %s",
			      tsk_duration_text(call, lifetime->ttl_ms));
	return *tsk_text_value(&text) ? tsk_text_value(&text) : NULL;
}
