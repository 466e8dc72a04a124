/* kill-all-workers: every worker that this tool knows of is stopped; the server too, if asked. */
#include "worker.h"

#include <string.h>

/* To end for each worker. */
#define GRACE_MS 5000

/* Another call that starts or stops one project's worker is done within this time. */
#define LOCK_MS  60000

struct kill_all_options {
	const char *project;
	bool include_server;
};

#define AT(field) .at = offsetof(struct kill_all_options, field)
static const struct tsk_option options[] = {
	{ .name = "project",
	  .type = TSK_STRING,
	  AT(project),
	  .argument = "NAME",
	  .help = "only the workers of projects of this name" },
	{ .name = "include-server",
	  .type = TSK_FLAG,
	  AT(include_server),
	  .help = "stop the dev server too, if ensure-server started it" },
	{ 0 },
};

static bool is_wanted(const struct kill_all_options *given, const struct worker *worker)
{
	return !given->project || strcmp(given->project, worker->project) == 0;
}

/* ---- workers ---- */

struct totals {
	size_t workers, processes, killed, failed, left;
	const char *undo_stop;
};

static enum tsk_status stop_locked(struct tsk_call *call, const struct worker *worker,
				   struct stop_report *report)
{
	const struct worker_list one = { .items = (struct worker *)(uintptr_t)worker, .count = 1 };
	const char *lock = project_lock_name(call, worker->directory);

	if (tsk_lock(call, lock, tsk_deadline(call, LOCK_MS)))
		return tsk_error(call);
	enum tsk_status status = stop_workers(call, &one, GRACE_MS, report);
	tsk_unlock(call, lock);
	return status;
}

static enum tsk_status stop_project(struct tsk_call *call, const struct worker *worker, cJSON *rows,
				    struct totals *totals)
{
	struct stop_report report = { .count = 0 };

	/* One that cannot be stopped is one that failed; the others are stopped all the same. */
	if (stop_locked(call, worker, &report)) {
		if (tsk_error(call) == TSK_INTERRUPTED)
			return TSK_INTERRUPTED;
		report.failed = 1;
		report.problem = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
	}
	/* The record of one that had ended already is only cleared away. */
	if (!report.count && !report.failed && !report.left)
		return TSK_OK;
	cJSON *row = tsk_append_object(rows);
	tsk_set(row, "project", worker->project);
	if (*worker->name)
		tsk_set(row, "name", worker->name);
	tsk_set(row, "project_dir", worker->directory);
	say_pids(row, "stopped", report.pids, report.count);
	tsk_set_number(row, "killed", (int64_t)report.killed);
	if (report.undone)
		report.problem =
			tsk_format(call, "%s: stop it there: %s", report.undone, report.undo_stop);
	tsk_set(row, "problem", report.problem ? report.problem : report.left);
	totals->left += report.left != NULL;
	report.failed += report.undone != NULL;
	totals->undo_stop = report.undone ? report.undo_stop : totals->undo_stop;
	totals->workers += report.failed == 0 && !report.left;
	totals->processes += report.count;
	totals->killed += report.killed;
	totals->failed += report.failed;
	return TSK_OK;
}

/* ---- the server: another plugin's business ---- */

/* Returns what the headline says of it. */
static const char *stop_server(struct tsk_call *call, struct totals *totals)
{
	static const char *const no_words[] = { NULL };
	const char *error;
	cJSON *answer;
	enum tsk_status status = tsk_ask_command(call, "stop-server", no_words, &answer, &error);
	const char *verdict =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(answer, "verdict"));

	cJSON_AddItemToObject(tsk_result(call), "server",
			      answer ? cJSON_Duplicate(answer, true) : cJSON_CreateNull());
	totals->failed += status != TSK_OK;
	if (status == TSK_OK)
		return verdict && !strcmp(verdict, "nothing_running") ? "; no server ran"
								      : "; stopped the server";
	if (status == TSK_NEGATIVE)
		return "; the server was left alone: ensure-server did not start it";
	return tsk_format(call, "; the server: %s", error ? error : "not stopped");
}

static enum tsk_status kill_all_workers(struct tsk_call *call, const void *given)
{
	const struct kill_all_options *o = given;
	struct own_workers own;
	const struct worker_query query = { .what = FIND_PROJECT | FIND_TRACKED, .own = &own };
	struct worker_list workers;
	struct totals totals = { .workers = 0 };
	const char *server = "";

	if (own_workers(call, NULL, &own) || find_workers(call, &query, &workers))
		return tsk_error(call);
	cJSON *rows = tsk_set_list(tsk_result(call), "workers");
	for (size_t i = 0; i < workers.count; i++)
		if (is_wanted(o, &workers.items[i]) &&
		    stop_project(call, &workers.items[i], rows, &totals))
			return tsk_error(call);
	struct stop_report orphans = { .count = 0 };
	if (!o->project && stop_orphans(call, NULL, GRACE_MS, &orphans)) {
		if (tsk_error(call) == TSK_INTERRUPTED)
			return TSK_INTERRUPTED;
		orphans.failed++;
		tsk_warn(call, "%s", tsk_error_message(call));
		tsk_forget_error(call);
	}
	totals.failed += orphans.failed;
	totals.processes += orphans.count;
	size_t left = totals.failed;
	if (o->include_server)
		server = stop_server(call, &totals);
	const char *workers_text =
		left ? tsk_format(call, "%zu of %zu workers could not be stopped", left,
				  left + totals.workers)
		: totals.workers
			? tsk_format(call, "stopped %zu worker%s (%zu processes)", totals.workers,
				     totals.workers == 1 ? "" : "s", totals.processes)
		: orphans.orphans ? "no workers run"
		: o->project
			? tsk_format(call, "no worker of '%s' runs: nothing to stop", o->project)
			: "no workers run: nothing to stop";
	if (orphans.orphans)
		workers_text = tsk_format(call, "%s; stopped what killed calls had left: %s",
					  workers_text, orphans.orphans);
	if (totals.left)
		workers_text = tsk_format(call, "%s; %zu run elsewhere, to be stopped there",
					  workers_text, totals.left);
	if (totals.undo_stop)
		tsk_next(call, "%s", totals.undo_stop);
	tsk_verdict(call,
		    totals.failed                       ? "failed"
		    : totals.workers || orphans.orphans ? "stopped"
		    : totals.left                       ? "left_alone"
							: "nothing_running",
		    "%s%s", workers_text, server);
	return totals.failed || totals.left ? TSK_NEGATIVE : TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "workers",
	  .label = "",
	  .columns = "project name project_dir stopped killed problem" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill kill-all-workers",
					"temporal-skill kill-all-workers --include-server", NULL };

const struct tsk_command kill_all_workers_command = {
	.name = "kill-all-workers",
	.summary = "stop all workers that this tool knows of, of every project",
	.details = "Of other projects, those that ensure-worker started; of this one, all. With "
		   "--include-server the dev server is stopped, too, if ensure-server started it "
		   "(else exit 1, and it is named).",
	.examples = examples,
	.needs = TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct kill_all_options),
	.views = views,
	.rows = "workers",
	.run = kill_all_workers,
};
