/* kill-worker: no worker of this project runs, or not that of one name, however it was started. */
#include "worker.h"

#include <string.h>

/* Another call that starts or stops this project's worker is done within this time. */
#define LOCK_MS 60000

/* The server is asked for workers that only it knows, if it answers this soon: it may well be gone.
 */
#define ASK_MS  1000

struct kill_options {
	const char *name;
	int64_t grace;
};

#define AT(field) .at = offsetof(struct kill_options, field)
static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "of several workers this one alone: its [worker NAME]",
	  .positional = true },
	{ .name = "grace",
	  .type = TSK_DURATION,
	  AT(grace),
	  .argument = "SECONDS",
	  .help = "time to end by itself before it is killed",
	  .fallback = GRACE },
	{ 0 },
};

/* " 12", or "s 12, 13". */
static const char *pids_text(struct tsk_call *call, const struct stop_report *report)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < report->count; i++)
		tsk_text_format(&text, "%s%d",
				i                    ? ", "
				: report->count == 1 ? " "
						     : "s ",
				(int)report->pids[i]);
	return tsk_text_value(&text);
}

/* The names of those that run and will be stopped. */
static struct tsk_strings names_at_work(struct tsk_call *call, const struct worker_list *workers)
{
	struct tsk_lines names = { .call = call };

	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].count && workers->items[i].may_stop &&
		    *workers->items[i].name)
			tsk_lines_add(&names, "%s", workers->items[i].name);
	return tsk_lines_take(&names);
}

/* "worker of 'app'", "worker 'mail' of 'app'", "workers 'mail', 'parent' of 'app'". */
static const char *title(struct tsk_call *call, const char *name, const struct tsk_strings *stopped)
{
	struct tsk_text names = { .call = call };

	if (name || stopped->count < 2)
		return worker_title(call, name ? name : stopped->count ? *stopped->items : "");
	for (size_t i = 0; i < stopped->count; i++)
		tsk_text_join(&names, ", ", "'%s'", stopped->items[i]);
	return tsk_format(call, "workers %s of '%s'", tsk_text_value(&names), project_name(call));
}

static enum tsk_status say_stopped(struct tsk_call *call, const char *which,
				   const struct stop_report *report)
{
	cJSON *result = tsk_result(call);
	const char *name = project_name(call);

	say_pids(result, "stopped", report->pids, report->count);
	tsk_set_number(result, "killed", (int64_t)report->killed);
	if (report->failed) {
		tsk_verdict(call, "failed", "%zu worker%s of '%s' could not be stopped: %s",
			    report->failed, report->failed == 1 ? "" : "s", name, report->problem);
		return TSK_NEGATIVE;
	}
	if (report->left) {
		tsk_set(result, "left_alone", report->left);
		if (report->left_stop)
			tsk_next(call, "%s", report->left_stop);
	}
	if (report->supervised)
		tsk_set(result, "supervised", report->supervised);
	if (report->orphans)
		tsk_set_format(result, "orphans", "their call was killed: %s", report->orphans);
	if (report->undone) {
		tsk_set(result, "undone", report->undone);
		tsk_verdict(call, "comes_back", "the %s was stopped (PID%s), and %s: stop it there",
			    which, pids_text(call, report), report->undone);
		tsk_next(call, "%s", report->undo_stop);
		return TSK_NEGATIVE;
	}
	if (!report->count && report->left) {
		tsk_verdict(call, "left_alone", "nothing was stopped of '%s': %s", name,
			    report->left);
		return TSK_NEGATIVE;
	}
	if (!report->count)
		tsk_verdict(call, "nothing_running", "no %s runs: nothing to stop", which);
	else if (report->killed)
		tsk_verdict(call, "stopped",
			    "stopped the %s: %zu processes, of which %zu had to be killed", which,
			    report->count, report->killed);
	else
		tsk_verdict(call, "stopped", "stopped the %s: PID%s", which,
			    pids_text(call, report));
	return TSK_OK;
}

static void say_names(struct tsk_call *call, const struct tsk_strings *names)
{
	cJSON *list = tsk_set_list(tsk_result(call), "names");

	for (size_t i = 0; i < names->count; i++)
		tsk_append(list, names->items[i]);
}

static enum tsk_status kill_worker(struct tsk_call *call, const void *given)
{
	const struct kill_options *o = given;
	struct queue_answers answers = { .count = 0 };
	struct own_workers own;
	struct worker_query query = { .what = FIND_PROJECT | FIND_ALIKE, .own = &own };
	struct worker_list workers;
	struct stop_report report;
	struct tsk_server server;

	tsk_set(tsk_result(call), "project", project_name(call));
	if (own_workers(call, NULL, &own))
		return tsk_error(call);
	if (tsk_server_ask(call, ASK_MS, &server) == TSK_OK)
		query.answers = &answers;
	else if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	tsk_forget_error(call);
	if (tsk_lock(call, project_lock_name(call, project_directory(call)),
		     tsk_deadline(call, LOCK_MS)) ||
	    find_to_stop(call, &query, &workers))
		return tsk_error(call);
	if (o->name && check_name(call, &own, &workers, o->name))
		return tsk_error(call);
	if (o->name)
		workers = workers_named(call, &workers, o->name);
	const struct tsk_strings names = names_at_work(call, &workers);
	if (query.answers)
		tell_at_work(call, &workers);
	if (stop_workers(call, &workers, o->grace, &report) ||
	    (!o->name && stop_orphans(call, project_directory(call), o->grace, &report)))
		return tsk_error(call);
	if (names.count || o->name)
		say_names(call, &names);
	return say_stopped(call, title(call, o->name, &names), &report);
}

static const struct tsk_view views[] = {
	{ .path = "?stopped" },
	{ .path = "left_alone", .label = "left alone" },
	{ .path = "supervised" },
	{ .path = "orphans" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill kill-worker",
					"temporal-skill kill-worker --grace 30",
					"temporal-skill kill-worker mail", NULL };

const struct tsk_command kill_worker_command = {
	.name = "kill-worker",
	.summary = "stop this project's workers with all their children",
	.details = "Also those started by hand, where they are shown to be this project's and "
		   "connected to the server. What is only like them, or runs in another "
		   "container or PID namespace, is named and left alone. One that its supervisor "
		   "starts anew is told with what "
		   "stops it there (exit 1). Where none runs, that is fine (exit 0).",
	.examples = examples,
	.needs = TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct kill_options),
	.views = views,
	.run = kill_worker,
};
