/* Following a worker's log as it grows: through truncation, renaming and a new worker. */
#include "worker.h"

#include <temporal-skill/diagnosis.h>

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read at a time; a longer line comes in pieces. */
#define BLOCK_SIZE ((size_t)64 << 10)

/* Where the file cannot be watched. */
#define LOOK_MS    500

/* Another call that starts or stops this project's worker is done within this time. */
#define LOCK_MS    60000

struct follower {
	struct tsk_call *call;
	struct tsk_process worker; /* whose log it is */
	const char *name;          /* its name, of several; NULL */
	int file, watch, pidfd;
	char *pending; /* the beginning of a line whose end has not come yet */
	size_t pending_size;
	bool errors_only;
};

static void emit(struct follower *follower, const char *line)
{
	struct tsk_strings errors;
	cJSON *row;

	line = without_colors(follower->call, line);
	if (follower->errors_only && !tsk_log_errors(follower->call, line, &errors))
		return;
	row = cJSON_CreateObject();
	tsk_set(row, "line", line);
	/* Indented, as in a result: it is the worker's, and no line of ours. */
	tsk_emit(follower->call, row, tsk_format(follower->call, "  %s", line));
}

static void emit_lines(struct follower *follower, char *bytes, size_t size, bool all)
{
	char *end;

	while (size && (end = memchr(bytes, '\n', size))) {
		*end = '\0';
		emit(follower, bytes);
		size -= (size_t)(end + 1 - bytes);
		bytes = end + 1;
	}
	if (size && (all || size >= BLOCK_SIZE)) {
		emit(follower, tsk_copy_bytes(follower->call, bytes, size));
		size = 0;
	}
	memmove(follower->pending, bytes, size);
	follower->pending_size = size;
}

/* Somebody cut it off (": > LOG", logrotate's copytruncate): what is written now begins anew. */
static void begin_again_where_truncated(struct follower *follower)
{
	struct stat about;
	off_t at = lseek(follower->file, 0, SEEK_CUR);

	if (fstat(follower->file, &about) || at < 0 || about.st_size >= at)
		return;
	if (follower->pending_size)
		emit(follower,
		     tsk_copy_bytes(follower->call, follower->pending, follower->pending_size));
	follower->pending_size = 0;
	tsk_note(follower->call, "the log was truncated");
	lseek(follower->file, 0, SEEK_SET);
}

static void read_more(struct follower *follower, bool all)
{
	begin_again_where_truncated(follower);
	for (;;) {
		struct tsk_mark mark = tsk_mark(follower->call);
		char *at = follower->pending + follower->pending_size;
		ssize_t got = read(follower->file, at, BLOCK_SIZE);
		size_t size = follower->pending_size + (got > 0 ? (size_t)got : 0);
		if (got <= 0 && !all)
			return;
		emit_lines(follower, follower->pending, size, all && got <= 0);
		tsk_rewind(follower->call, mark);
		if (got <= 0)
			return;
	}
}

static enum tsk_status follow_until_end(struct follower *follower)
{
	const int64_t deadline = tsk_deadline(follower->call, TSK_NO_DEADLINE);
	struct pollfd waits[] = { { .fd = follower->watch, .events = POLLIN },
				  { .fd = follower->pidfd, .events = POLLIN } };
	enum tsk_status status = TSK_OK;

	while (status == TSK_OK || status == TSK_TIMEOUT) {
		int64_t now = tsk_now_ms();
		bool over = waits[1].revents || now >= deadline;
		read_more(follower, over);
		if (over)
			return now >= deadline ? TSK_TIMEOUT : TSK_OK;
		status = tsk_wait(follower->call, waits, 2,
				  deadline - now > LOOK_MS ? now + LOOK_MS : deadline);
		watch_log_clear(follower->watch);
	}
	return status;
}

static void close_all(const struct follower *follower)
{
	if (follower->file >= 0)
		close(follower->file);
	if (follower->watch >= 0)
		close(follower->watch);
	if (follower->pidfd >= 0)
		close(follower->pidfd);
}

/* path: of that worker's log. */
static enum tsk_status open_all(struct follower *follower, const struct worker *worker,
				const char *path)
{
	follower->file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	follower->watch = watch_log(path);
	follower->pidfd = tsk_process_open(&worker->tree[0].id);
	follower->worker = worker->id;
	if (follower->file < 0)
		return tsk_fail(follower->call, TSK_NOT_FOUND, "cannot open the log '%s'", path);
	return TSK_OK;
}

/* Whoever stopped that worker may be about to start the next one, and holds the project's lock
 * until it polls. false: there is none. */
static bool take_up_next(struct follower *follower)
{
	struct tsk_call *call = follower->call;
	const char *lock = project_lock_name(call, project_directory(call));
	struct own_workers own;
	const struct worker_query query = { .what = FIND_PROJECT,
					    .own = &own,
					    .name = follower->name };
	struct worker_list workers;

	if (tsk_lock(call, lock, tsk_deadline(call, LOCK_MS)))
		return false;
	tsk_unlock(call, lock);
	if (own_workers(call, NULL, &own) || find_workers(call, &query, &workers))
		return false;
	const struct worker *next = logging_worker(&workers);
	if (!next || !next->count || !*next->log || next->id.pid == follower->worker.pid)
		return false;
	tsk_note(call, "a new worker (pid %d) took its place: %s", worker_pid(next), next->log);
	close_all(follower);
	follower->pending_size = 0;
	return open_all(follower, next, next->log) == TSK_OK;
}

enum tsk_status follow_log(struct tsk_call *call, const struct worker *worker, const char *path,
			   size_t count, bool errors_only)
{
	struct follower follower = {
		.call = call,
		.pending = tsk_alloc(call, 2 * BLOCK_SIZE),
		.errors_only = errors_only,
		.name = *worker->name ? worker->name : NULL,
	};
	enum tsk_status status = open_all(&follower, worker, path);

	if (!status) {
		int64_t looked_at;
		struct tsk_strings lines = errors_only
						   ? log_error_lines(call, path, count, &looked_at)
						   : log_lines(call, path, count);
		/* What is written between the two readings is shown twice rather than not at all.
		 */
		lseek(follower.file, 0, SEEK_END);
		for (size_t i = 0; i < lines.count; i++)
			emit(&follower, lines.items[i]);
		do
			status = follow_until_end(&follower);
		while (!status && take_up_next(&follower));
	}
	close_all(&follower);
	if (status == TSK_TIMEOUT)
		return TSK_OK;
	return status ? status : tsk_error(call);
}
