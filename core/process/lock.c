/* Locks between programs: flock on PID_DIR/NAME.lock, which is never removed (a waiter would hold
 * the lock of a file that nobody else can find). The kernel lets go of a lock whose holder dies,
 * however it dies.
 */
#include "internal.h"

#include "call/call.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

/* A waiter is woken when the file is closed or its holder ends. Where neither can be watched (a
 * network file system, no inotify instance left), and in the moment between closing and unlocking,
 * it has to look again by itself. */
#define LOOK_AGAIN_MS 250

struct lock {
	const char *name;
	int descriptor;
	unsigned times; /* taken by this call */
	struct lock *next;
};

static struct lock *find_lock(struct tsk_call *call, const char *name)
{
	for (struct lock *lock = call->locks; lock; lock = lock->next)
		if (strcmp(lock->name, name) == 0)
			return lock;
	return NULL;
}

/* ---- who holds it: "PID START_TICKS PID_NAMESPACE" in the file, for the reader of a message and
 * for the pidfd to wait on ---- */

static void write_holder(int descriptor)
{
	struct tsk_process us;
	char text[80];

	if (!tsk_process_identify(getpid(), &us) || ftruncate(descriptor, 0))
		return;
	int length = snprintf(text, sizeof(text), "%d %" PRIu64 " %" PRIu64 "\n", us.pid,
			      us.start_ticks, (uint64_t)us.pid_namespace);
	if (pwrite(descriptor, text, (size_t)length, 0) != length) {
		/* A full disk: the lock holds, it only cannot tell by whom. */
		if (ftruncate(descriptor, 0))
			return;
	}
}

static bool read_holder(int descriptor, struct tsk_process *holder)
{
	char text[80];
	ssize_t length = pread(descriptor, text, sizeof(text) - 1, 0);
	uint64_t its = 0;

	memset(holder, 0, sizeof(*holder));
	if (length <= 0)
		return false;
	text[length] = '\0';
	snprintf(holder->boot_id, sizeof(holder->boot_id), "%s", system_boot_id());
	if (sscanf(text, "%d %" SCNu64 " %" SCNu64, &holder->pid, &holder->start_ticks, &its) < 2)
		return false;
	holder->pid_namespace = (uint32_t)its;
	return tsk_process_runs(holder);
}

static const char *holder_text(struct tsk_call *call, int descriptor)
{
	struct tsk_process holder;
	const struct tsk_process_info *info;
	const char *text;

	if (!read_holder(descriptor, &holder) || !(info = tsk_process_look(call, holder.pid)))
		return "another process holds it";
	text = info->name;
	for (size_t i = 0; i < info->words.count && i < 4; i++)
		text = i ? tsk_format(call, "%s %s", text, info->words.items[i])
			 : info->words.items[0];
	return tsk_format(call, "process %d holds it (%s)", holder.pid, text);
}

/* ---- taking ---- */

static enum tsk_status wait_for_holder(struct tsk_call *call, int descriptor, int watch,
				       int64_t deadline)
{
	struct tsk_process holder;
	int64_t again = tsk_now_ms() + LOOK_AGAIN_MS;
	char events[4096]; /* what they say does not matter, only that they came */
	int pidfd = read_holder(descriptor, &holder) ? tsk_process_open(&holder) : -1;
	struct pollfd waits[] = {
		{ .fd = watch, .events = POLLIN },
		{ .fd = pidfd, .events = POLLIN },
	};

	enum tsk_status status = tsk_wait(call, waits, 2, again < deadline ? again : deadline);
	while (watch >= 0 && read(watch, events, sizeof(events)) > 0)
		;
	if (pidfd >= 0)
		close(pidfd);
	return status == TSK_TIMEOUT && tsk_now_ms() < deadline ? TSK_OK : status;
}

static bool is_ours(int descriptor)
{
	struct tsk_process holder;

	return read_holder(descriptor, &holder) && holder.pid == getpid();
}

static enum tsk_status take_lock(struct tsk_call *call, const char *name, int descriptor, int watch,
				 int64_t deadline)
{
	while (flock(descriptor, LOCK_EX | LOCK_NB)) {
		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK)
			return tsk_fail(call, TSK_UNAVAILABLE, "cannot lock '%s': %s", name,
					strerror(errno));
		if (is_ours(descriptor))
			return tsk_fail(call, TSK_INTERNAL,
					"cannot lock '%s': this very program holds it already",
					name);
		enum tsk_status status = wait_for_holder(call, descriptor, watch, deadline);
		if (status == TSK_TIMEOUT)
			return tsk_fail(call, TSK_TIMEOUT, "cannot lock '%s' in time: %s", name,
					holder_text(call, descriptor));
		if (status)
			return status;
	}
	write_holder(descriptor);
	return TSK_OK;
}

/* Unlocked before it is closed, so that the waiter who sees it closed can have it. */
static void let_go(struct lock *lock)
{
	if (lock->descriptor < 0)
		return;
	if (ftruncate(lock->descriptor, 0)) {
		/* Then it names a holder that is gone, which a reader finds out. */
	}
	flock(lock->descriptor, LOCK_UN);
	close(lock->descriptor);
	lock->descriptor = -1;
	lock->times = 0;
}

static void end_lock(void *what)
{
	let_go(what);
}

static const char *lock_path(struct tsk_call *call, const char *name)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PID_DIR);
	const char *safe = name_plain(call, name);

	if (strcmp(safe, name) == 0)
		return tsk_format(call, "%s/%s.lock", directory, safe);
	return tsk_format(call, "%s/%s-%016" PRIx64 ".lock", directory, safe,
			  name_hash(name, NAME_HASH_START));
}

static enum tsk_status open_lock(struct tsk_call *call, const char *path, int *descriptor)
{
	struct stat about;

	*descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
	if (*descriptor < 0)
		return tsk_fail(call, file_status(errno), "cannot open '%s': %s", path,
				strerror(errno));
	if (fstat(*descriptor, &about) == 0 && S_ISREG(about.st_mode))
		return TSK_OK;
	close(*descriptor);
	return tsk_fail(call, TSK_DENIED, "cannot lock '%s': it is not a regular file", path);
}

enum tsk_status tsk_lock(struct tsk_call *call, const char *name, int64_t deadline)
{
	struct lock *lock = find_lock(call, name);
	const char *path = lock_path(call, name);
	int descriptor;

	if (lock && lock->times++)
		return TSK_OK;
	if (!lock) {
		call_keep(call);
		lock = tsk_alloc(call, sizeof(*lock));
		*lock = (struct lock){ .name = tsk_copy(call, name), .descriptor = -1 };
		call_keep_end(call);
		lock->next = call->locks;
		call->locks = lock;
		call_at_end(call, end_lock, lock);
	}
	lock->times = 0;
	if (tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)) ||
	    open_lock(call, path, &descriptor))
		return tsk_error(call);
	int watch = system_watch_closing(path);
	enum tsk_status status = take_lock(call, name, descriptor, watch, deadline);
	if (watch >= 0)
		close(watch);
	if (status) {
		close(descriptor);
		return status;
	}
	lock->descriptor = descriptor;
	lock->times = 1;
	return TSK_OK;
}

void tsk_unlock(struct tsk_call *call, const char *name)
{
	struct lock *lock = find_lock(call, name);

	if (lock && lock->times && --lock->times == 0)
		let_go(lock);
}
