/* Between two rounds of watch-project: waiting for a change, for the end of the worker, for a
 * server that is away. */
#include "watch.h"

#include "watch_outcome.h"

#include <temporal-skill/client.h>
#include <temporal-skill/diagnosis.h>

#include <unistd.h>

/* Somebody may write for longer than anyone wants to wait: a tree that is being checked out. */
#define SETTLE_MOST_MS 5000
/* Of a worker's log, where the reason of its death stands. */
#define LOG_LINES      400
#define LOG_LIMIT      ((size_t)256 << 10)

/* A launcher ends with its child at once; a reloader does not, and starts another. */
#define LAUNCHER_MS    1000

/* The end of the worker, as it is waited for. */
struct end {
	int pidfd;      /* of whom is waited for; -1: nobody any more */
	int64_t latest; /* for its root, once it has ended itself: until then; 0: it runs */
};

static void say_death(struct watch *watch, const char *after)
{
	struct tsk_call *call = watch->call;
	struct tsk_root_cause cause = { .message = "" };
	const char *text = tsk_file_tail(call, watch->log, LOG_LINES, LOG_LIMIT, -1);
	const char *why = "its log does not say why";
	cJSON *said = watch_event("worker_died");

	tsk_forget_error(call);
	if (text && tsk_log_cause(call, text, &cause))
		why = cause.summary && *cause.summary ? cause.summary : cause.message;
	tsk_set(said, "cause", why);
	tsk_set(said, "log", watch->log);
	tsk_emit(call, said,
		 tsk_format(call, "worker died: %s%s; waiting for a change", why, after));
}

void watch_say_change(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	cJSON *said = watch_event("change");
	cJSON *list = tsk_set_list(said, "files");
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < watch->files->changed_count; i++) {
		tsk_append(list, watch->files->changed[i]);
		tsk_text_join(&text, ", ", "%s", watch->files->changed[i]);
	}
	tsk_emit(call, said, tsk_format(call, "changed: %s", tsk_text_value(&text)));
	watch->files->changed_count = 0;
}

/* How often a server that was away is asked whether it is back. */
#define BACK_MS 1000

/* What it could not do then is done when it is back, without a change. */
static bool is_server_back(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	struct tsk_mark mark = tsk_mark(call);
	struct tsk_server server;
	bool back = tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT),
				   &server) == TSK_OK;

	if (!back && tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
	tsk_rewind(call, mark);
	if (back)
		tsk_emit(call, watch_event("server_back"), "server back");
	watch->server_away = !back;
	return back;
}

/* Until no change has come for the settling time. */
static enum tsk_status wait_until_settled(struct watch *watch)
{
	struct pollfd wait = { .fd = watch->files->descriptor, .events = POLLIN };
	const int64_t latest = tsk_now_ms() + SETTLE_MOST_MS;
	enum tsk_status status;

	do {
		int64_t until = tsk_now_ms() + watch->options->settle;
		status = tsk_wait(watch->call, &wait, 1, until < latest ? until : latest);
		watch_files_take(watch->files);
	} while (status == TSK_OK && tsk_now_ms() < latest);
	return status == TSK_INTERRUPTED ? status : TSK_OK;
}

static void wait_no_more(struct end *end)
{
	if (end->pidfd >= 0)
		close(end->pidfd);
	*end = (struct end){ .pidfd = -1 };
}

/* Its root goes on without it: a reloader, which has started it anew or has not. */
static void say_root_stays(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	size_t count = 0;
	const struct tsk_process_info *tree = tsk_process_tree(call, &watch->root, &count);

	if (count < 2) {
		say_death(watch, tsk_format(call, "; what started it (pid %d) runs still",
					    watch->root.pid));
		return;
	}
	cJSON *said = watch_event("worker");
	const char *evidence =
		tsk_format(call, "'%s' (pid %d), which started it, has started another", tree->name,
			   watch->root.pid);
	tsk_set(said, "verdict", "restarted");
	tsk_set(said, "evidence", evidence);
	tsk_emit(call, said, tsk_format(call, "worker restarted: %s", evidence));
}

/* Whom is waited for has ended. */
static void take_end(struct watch *watch, struct end *end)
{
	const bool root_runs = !end->latest && watch->root.pid != watch->worker.pid &&
			       tsk_process_runs(&watch->root);

	wait_no_more(end);
	if (root_runs) {
		end->pidfd = tsk_process_open(&watch->root);
		end->latest = tsk_now_ms() + LAUNCHER_MS;
	}
	if (end->pidfd < 0)
		say_death(watch, "");
}

static int64_t earlier(int64_t one, int64_t other)
{
	return one < other ? one : other;
}

/* One wait: for a file, the end of the worker, or a time. *back: the server is there again. */
static enum tsk_status wait_once(struct watch *watch, struct end *end, int64_t deadline, bool *back)
{
	struct pollfd waits[] = { { .fd = watch->files->descriptor, .events = POLLIN },
				  { .fd = end->pidfd, .events = POLLIN } };
	const int64_t ask = watch->server_away ? tsk_now_ms() + BACK_MS : TSK_NO_DEADLINE;
	const int64_t until =
		earlier(earlier(ask, deadline), end->latest ? end->latest : TSK_NO_DEADLINE);
	enum tsk_status status = tsk_wait(watch->call, waits, 2, until);

	if (status == TSK_OK && waits[1].fd >= 0 && waits[1].revents)
		take_end(watch, end);
	if (status != TSK_TIMEOUT || tsk_now_ms() >= deadline)
		return status;
	if (end->latest && tsk_now_ms() >= end->latest) {
		say_root_stays(watch);
		wait_no_more(end);
		return TSK_OK;
	}
	*back = is_server_back(watch);
	return tsk_error(watch->call);
}

enum tsk_status watch_wait(struct watch *watch)
{
	const int64_t deadline = tsk_deadline(watch->call, TSK_NO_DEADLINE);
	struct end end = { .pidfd = watch->worker_runs ? tsk_process_open(&watch->worker) : -1 };
	enum tsk_status status = TSK_OK;
	bool back = false;

	if (watch->worker_runs && end.pidfd < 0)
		take_end(watch, &end);
	while (status == TSK_OK && !back && !watch_files_take(watch->files) &&
	       !watch->files->changed_count)
		status = wait_once(watch, &end, deadline, &back);
	wait_no_more(&end);
	watch->worker_runs = false;
	return status == TSK_OK && !back ? wait_until_settled(watch) : status;
}
