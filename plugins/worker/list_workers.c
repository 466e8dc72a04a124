/* list-workers: which workers there are, whether the server sees them poll, and whether their code
 * is still the code that lies in the project. */
#include "passports.h"

#include <temporal-skill/diagnosis.h>

#include <string.h>

/* A list must come soon, with the server's view or without. */
#define ASK_MS 2000

struct list_options {
	bool all;
};

#define AT(field) .at = offsetof(struct list_options, field)
static const struct tsk_option options[] = {
	{ .name = "all",
	  .type = TSK_FLAG,
	  AT(all),
	  .help = "also workers of other projects that this tool did not start" },
	{ 0 },
};

/* ---- one row ---- */

static const char *state_of(const struct worker *worker)
{
	if (worker->elsewhere)
		return "elsewhere";
	if (!worker->count)
		return "dead";
	return worker->main->state == 'T' ? "stopped" : "running";
}

/* Whether the server sees it poll: -1 where that is not known. */
static int polls(struct tsk_call *call, struct worker *worker, struct queue_answers *answers)
{
	struct tsk_strings queues = split_queues(call, worker->task_queues);
	bool unknown = !queues.count;

	if (!worker->count || !answers)
		return worker->count ? -1 : 0;
	for (size_t i = 0; i < queues.count; i++) {
		int polls =
			queue_polled_by(call, queue_ask(call, answers, queues.items[i]), worker);
		if (polls > 0)
			return 1;
		unknown |= polls < 0;
	}
	return unknown ? -1 : 0;
}

static void set_known_bool(cJSON *row, const char *key, int value)
{
	if (value < 0)
		tsk_set(row, key, NULL);
	else
		tsk_set_bool(row, key, value != 0);
}

static void say_tree(cJSON *row, const struct worker *worker)
{
	cJSON *pids = tsk_set_list(row, "pids");

	for (size_t i = 0; i < worker->count; i++)
		cJSON_AddItemToArray(pids, cJSON_CreateNumber(worker->tree[i].id.pid));
}

static void say_texts(cJSON *row, const char *key, const struct tsk_strings *texts)
{
	cJSON *list = tsk_set_list(row, key);

	for (size_t i = 0; i < texts->count; i++)
		tsk_append(list, texts->items[i]);
}

/* What follows from the rows, for headline and next commands. */
struct summary {
	size_t running, dead, stale, silent, untracked, here, elsewhere, alike;
	bool doubled;               /* two of one name run, or one of none beside them */
	struct tsk_strings missing; /* of the project's several, those that do not run */
	int64_t since;              /* the newest start of this project's workers here; 0: none */
};

static void say_worker(struct tsk_call *call, cJSON *rows, struct worker *worker,
		       struct queue_answers *answers, struct summary *summary)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	bool here = is_of_this_project(call, worker);
	/* The workers of another server are none of this server's business. */
	bool asked = !*worker->address || tsk_address_same(worker->address, address);
	int polling = polls(call, worker, asked ? answers : NULL);
	struct tsk_strings stale = { .count = 0 };
	struct tsk_strings queues = split_queues(call, worker->task_queues);
	cJSON *row = tsk_append_object(rows);

	if (worker->count && *worker->directory)
		tsk_stale_files(call, worker->directory, worker->started_at, &stale);
	tsk_set(row, "project", worker->project);
	if (*worker->name)
		tsk_set(row, "name", worker->name);
	tsk_set(row, "project_dir", worker->directory);
	tsk_set_number(row, "pid", worker_pid(worker));
	say_tree(row, worker);
	tsk_set(row, "state", state_of(worker));
	tsk_set_time(row, "started_at", worker->started_at);
	if (worker->count)
		tsk_set_number(row, "uptime", (tsk_wall_ns() - worker->started_at) / 1000000000);
	say_texts(row, "task_queues", &queues);
	set_known_bool(row, "polling", polling);
	if (passport_brief(call, &worker->passport))
		tsk_set(row, "registers", passport_brief(call, &worker->passport));
	tsk_set_bool(row, "tracked", worker->record != NULL);
	tsk_set(row, "found_by", worker->how);
	if (worker->elsewhere)
		tsk_set(row, "elsewhere", worker->elsewhere);
	tsk_set_bool(row, "may_stop", worker->may_stop);
	tsk_set(row, "evidence", worker->evidence);
	struct supervisor supervisor;
	if (find_supervisor(call, worker, &supervisor) && supervisor.is_known) {
		tsk_set(row, "supervisor", supervisor.name);
		tsk_set(row, "stop_there", supervisor.stop);
	}
	say_texts(row, "stale_files", &stale);
	tsk_set(row, "log", *worker->log ? worker->log : NULL);
	tsk_set(row, "address", *worker->address ? worker->address : NULL);

	summary->running += worker->count > 0;
	summary->dead += !worker->count && !worker->elsewhere;
	summary->elsewhere += worker->elsewhere != NULL;
	summary->alike += strcmp(worker->how, "alike") == 0;
	if (here && worker->count && worker->started_at > summary->since)
		summary->since = worker->started_at;
	summary->here += here && worker->count > 0;
	summary->stale += here && stale.count > 0;
	summary->silent += here && worker->count > 0 && polling == 0;
	summary->untracked += worker->count && !worker->record;
}

/* ---- all ---- */

/* What show-server says, whatever it is. */
static void say_server(struct tsk_call *call, bool answers)
{
	static const char *const no_words[] = { NULL };
	cJSON *server = tsk_set_object(tsk_result(call), "server");
	const char *error;
	cJSON *shown;

	tsk_set(server, "address", tsk_setting(call, TSK_SETTING_ADDRESS));
	tsk_set_bool(server, "reachable", answers);
	if (!answers || tsk_ask_command(call, "show-server", no_words, &shown, &error))
		return;
	static const char *const keys[] = { "server_version", "ours", "pid" };
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(shown, keys[i]);
		if (item)
			cJSON_AddItemToObject(server, keys[i], item);
	}
}

static void conclude_list(struct tsk_call *call, const struct summary *summary, bool reachable,
			  const char *others)
{
	const char *server = reachable ? "" : ", and the server does not answer";

	if (!summary->running && !summary->dead && !summary->elsewhere)
		tsk_verdict(call, "none", "no workers run%s%s", server, others);
	else
		tsk_verdict(
			call, "ok", "%zu worker%s running%s%s%s%s%s%s%s%s", summary->running,
			summary->running == 1 ? "" : "s",
			summary->dead ? tsk_format(call, ", %zu dead", summary->dead) : "",
			summary->stale ? tsk_format(call, ", %zu with old code", summary->stale)
				       : "",
			summary->silent ? tsk_format(call, ", %zu not polling", summary->silent)
					: "",
			summary->untracked ? tsk_format(call, ", %zu untracked", summary->untracked)
					   : "",
			summary->alike
				? tsk_format(call, ", %zu only like this project's", summary->alike)
				: "",
			summary->elsewhere ? tsk_format(call, ", %zu elsewhere", summary->elsewhere)
					   : "",
			server, others);
	if (!reachable)
		tsk_next(call, "temporal-skill ensure-server");
	if (!summary->here || summary->stale || summary->silent || summary->doubled)
		tsk_next(call, "temporal-skill ensure-worker");
	else
		for (size_t i = 0; i < summary->missing.count; i++)
			tsk_next(call, "temporal-skill ensure-worker %s",
				 summary->missing.items[i]);
	if (summary->here)
		tsk_next(call, "temporal-skill kill-worker");
}

static bool runs_here(struct tsk_call *call, const struct worker *worker)
{
	return worker->count && is_of_this_project(call, worker);
}

/* Each of the names is to run once. */
static void compare_with_settings(struct tsk_call *call, const struct own_workers *own,
				  const struct worker_list *workers, struct summary *summary)
{
	struct tsk_lines missing = { .call = call };
	size_t placed = 0;

	for (size_t i = 0; i < own->count; i++) {
		size_t running = 0;
		for (size_t k = 0; k < workers->count; k++)
			running += runs_here(call, &workers->items[k]) &&
				   (!own->named ||
				    !strcmp(workers->items[k].name, own->items[i].name));
		if (!running && own->named)
			tsk_lines_push(&missing, own->items[i].name);
		summary->doubled |= running > 1;
		placed += running;
	}
	summary->doubled |= placed < summary->here;
	summary->missing = tsk_lines_take(&missing);
	cJSON *list = own->named ? tsk_set_list(tsk_result(call), "missing") : NULL;
	for (size_t i = 0; i < missing.count; i++)
		tsk_append(list, missing.items[i]);
}

/* What the passports show of each, and of two together. */
static void say_warnings(struct tsk_call *call, const struct worker_list *workers)
{
	struct tsk_lines lines = { .call = call };

	for (size_t i = 0; i < workers->count; i++) {
		const struct worker *worker = &workers->items[i];
		if (!is_of_this_project(call, worker))
			continue;
		passport_findings(call, &worker->passport, &lines);
		for (size_t k = i + 1; k < workers->count; k++)
			passport_differences(call, &worker->passport, &workers->items[k].passport,
					     &lines);
	}
	const struct tsk_strings warnings = tsk_lines_take(&lines);
	if (warnings.count)
		say_texts(tsk_result(call), "warnings", &warnings);
}

/* Who polls this project's queues and is none of the rows; as what the headline ends with. */
static const char *look_for_others(struct tsk_call *call, struct queue_answers *answers,
				   const struct worker_list *workers, const struct summary *summary,
				   struct other_pollers *others)
{
	*others = find_other_pollers(call, answers, project_queues(call, workers), workers,
				     summary->since);
	const char *text = other_pollers_text(call, others);
	say_other_pollers(tsk_result(call), others);
	return text ? tsk_format(call, "; %s", text) : "";
}

static enum tsk_status list_workers(struct tsk_call *call, const void *given)
{
	const struct list_options *o = given;
	struct queue_answers answers = { .count = 0 };
	struct own_workers own;
	struct worker_query query = {
		.what = FIND_PROJECT | FIND_TRACKED | FIND_RIVALS | FIND_ALIKE, .own = &own
	};
	struct worker_list workers;
	struct summary summary = { .running = 0 };
	struct tsk_server server;

	if (own_workers(call, NULL, &own))
		return tsk_error(call);
	bool reachable = tsk_server_ask(call, ASK_MS, &server) == TSK_OK;
	if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	tsk_forget_error(call);
	if (o->all)
		query.what |= FIND_OTHERS;
	if (reachable)
		query.answers = &answers;
	if (find_workers(call, &query, &workers))
		return tsk_error(call);
	cJSON *rows = tsk_set_list(tsk_result(call), "workers");
	for (size_t i = 0; i < workers.count; i++)
		say_worker(call, rows, &workers.items[i], query.answers, &summary);
	say_warnings(call, &workers);
	say_server(call, reachable);
	compare_with_settings(call, &own, &workers, &summary);
	struct other_pollers polling = { .count = 0 };
	const char *others =
		reachable ? look_for_others(call, &answers, &workers, &summary, &polling) : "";
	if (summary.missing.count)
		others = tsk_format(call, "; of '%s' not running: %s%s", project_name(call),
				    tsk_join(call, &summary.missing, ", "), others);
	conclude_list(call, &summary, reachable, others);
	suggest_stops(call, &polling);
	return tsk_error(call);
}

static const struct tsk_view views[] = {
	{ .path = "workers",
	  .label = "",
	  .columns = "project name pid state uptime task_queues polling registers tracked "
		     "stale_files project_dir" },
	{ .path = "warnings" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill list-workers",
					"temporal-skill list-workers --all -o json", NULL };

const struct tsk_command list_workers_command = {
	.name = "list-workers",
	.summary = "list workers: process, task queues, whether they poll, stale code",
	.details =
		"stale_files: sources that changed after the worker started, so that it runs old "
		"code. polling is what the server says; it is missing where the server or the "
		"queue is not known. Shown are this project's workers, those that ensure-worker "
		"started for other projects, and whoever polls this project's task queues.",
	.examples = examples,
	.needs = TSK_ASKS_SERVER,
	.options = options,
	.options_size = sizeof(struct list_options),
	.views = views,
	.rows = "workers",
	.run = list_workers,
};
