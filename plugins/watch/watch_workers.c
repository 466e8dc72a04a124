/* The workers of a project that is watched: which there are, and that one has died or was started
 * anew by its reloader. */
#include "watch_workers.h"

#include "watch.h"
#include "watch_outcome.h"

#include <temporal-skill/diagnosis.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Of a worker's log, where the reason of its death stands. */
#define LOG_LINES   400
#define LOG_LIMIT   ((size_t)256 << 10)

/* A launcher ends with its child at once; a reloader does not, and starts another. */
#define LAUNCHER_MS 1000

/* ---- which there are ---- */

static bool identify(const cJSON *row, const char *key, struct tsk_process *process)
{
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(row, key);

	return pid && tsk_process_identify(pid->valueint, process);
}

static bool is_told_as_ended(const cJSON *row)
{
	const char *verdict = watch_text(row, "verdict");

	return !strcmp(verdict, "died") || !strcmp(verdict, "ran_to_end");
}

static void add(const cJSON *row, struct watched_workers *workers)
{
	struct watched_worker *worker = &workers->items[workers->count];

	if (workers->count == WORKERS_MOST || is_told_as_ended(row))
		return;
	workers->count++;
	*worker = (struct watched_worker){ .end = -1 };
	const bool root = identify(row, "pid", &worker->root);
	worker->runs = identify(row, "worker_pid", &worker->process);
	if (!worker->runs && root) {
		worker->runs = true;
		worker->process = worker->root;
	}
	if (!root)
		worker->root = worker->process;
	snprintf(worker->name, sizeof(worker->name), "%s", watch_text(row, "name"));
	snprintf(worker->log, sizeof(worker->log), "%s", watch_text(row, "log"));
}

void watch_workers(const cJSON *result, struct watched_workers *workers)
{
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(result, "workers");

	workers->count = 0;
	for (const cJSON *row = rows ? rows->child : NULL; row; row = row->next)
		add(row, workers);
	if (!rows)
		add(result, workers);
}

/* ---- saying ---- */

static cJSON *event_of(const char *name, const struct watched_worker *worker)
{
	cJSON *said = watch_event(name);

	if (*worker->name)
		tsk_set(said, "name", worker->name);
	return said;
}

/* "worker", "worker 'mail'". */
static const char *title_of(struct tsk_call *call, const struct watched_worker *worker)
{
	return *worker->name ? tsk_format(call, "worker '%s'", worker->name) : "worker";
}

static void say_death(struct tsk_call *call, struct watched_worker *worker, const char *after)
{
	struct tsk_root_cause cause = { .message = "" };
	const char *text = tsk_file_tail(call, worker->log, LOG_LINES, LOG_LIMIT, -1);
	const char *why = "its log does not say why";
	cJSON *said = event_of("worker_died", worker);

	tsk_forget_error(call);
	if (text && tsk_log_cause(call, text, &cause))
		why = cause.summary && *cause.summary ? cause.summary : cause.message;
	tsk_set(said, "cause", why);
	tsk_set(said, "log", worker->log);
	tsk_emit(call, said,
		 tsk_format(call, "%s died: %s%s; waiting for a change", title_of(call, worker),
			    why, after));
	worker->runs = false;
}

/* Its root goes on without it: a reloader, which has started it anew or has not. */
static void say_root_stays(struct tsk_call *call, struct watched_worker *worker)
{
	size_t count = 0;
	const struct tsk_process_info *tree = tsk_process_tree(call, &worker->root, &count);

	if (count < 2) {
		say_death(call, worker,
			  tsk_format(call, "; what started it (pid %d) runs still",
				     worker->root.pid));
		return;
	}
	cJSON *said = event_of("worker", worker);
	const char *evidence =
		tsk_format(call, "'%s' (pid %d), which started it, has started another", tree->name,
			   worker->root.pid);
	tsk_set(said, "verdict", "restarted");
	tsk_set(said, "evidence", evidence);
	tsk_emit(call, said,
		 tsk_format(call, "%s restarted: %s", title_of(call, worker), evidence));
}

/* ---- waiting for their ends ---- */

static void wait_no_more(struct watched_worker *worker)
{
	if (worker->end >= 0)
		close(worker->end);
	worker->end = -1;
	worker->latest = 0;
}

/* Whom is waited for has ended. */
static void take_end(struct tsk_call *call, struct watched_worker *worker)
{
	const bool root_runs = !worker->latest && worker->root.pid != worker->process.pid &&
			       tsk_process_runs(&worker->root);

	wait_no_more(worker);
	if (root_runs) {
		worker->end = tsk_process_open(&worker->root);
		worker->latest = tsk_now_ms() + LAUNCHER_MS;
	}
	if (worker->end < 0) {
		worker->latest = 0;
		say_death(call, worker, "");
	}
}

void watch_workers_open(struct tsk_call *call, struct watched_workers *workers)
{
	for (size_t i = 0; i < workers->count; i++) {
		struct watched_worker *worker = &workers->items[i];
		worker->end = worker->runs ? tsk_process_open(&worker->process) : -1;
		if (worker->runs && worker->end < 0)
			take_end(call, worker);
	}
}

void watch_workers_wait(const struct watched_workers *workers, struct pollfd *ends)
{
	for (size_t i = 0; i < workers->count; i++)
		ends[i] = (struct pollfd){ .fd = workers->items[i].end, .events = POLLIN };
}

int64_t watch_workers_latest(const struct watched_workers *workers)
{
	int64_t latest = TSK_NO_DEADLINE;

	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].latest && workers->items[i].latest < latest)
			latest = workers->items[i].latest;
	return latest;
}

void watch_workers_look(struct tsk_call *call, struct watched_workers *workers,
			const struct pollfd *ends)
{
	for (size_t i = 0; i < workers->count; i++)
		if (ends[i].fd >= 0 && ends[i].revents)
			take_end(call, &workers->items[i]);
}

bool watch_workers_overdue(struct tsk_call *call, struct watched_workers *workers)
{
	bool any = false;

	for (size_t i = 0; i < workers->count; i++) {
		struct watched_worker *worker = &workers->items[i];
		if (!worker->latest || tsk_now_ms() < worker->latest)
			continue;
		say_root_stays(call, worker);
		wait_no_more(worker);
		any = true;
	}
	return any;
}

void watch_workers_close(struct watched_workers *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		wait_no_more(&workers->items[i]);
	workers->count = 0;
}
