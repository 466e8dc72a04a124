/* What monitor-worker-health finds out about a worker: from its process, the server's view of it,
 * its log and its code. */
#include "guess_queues.h"
#include "health.h"
#include "lost_queues.h"
#include "passports.h"

#include <temporal-skill/diagnosis.h>

#include <string.h>
#include <sys/stat.h>

/* The server's part of the answer must come soon. */
#define ASK_MS    5000

/* Of the log, looked through for errors and causes. */
#define LOG_LINES 20000
#define LOG_SIZE  ((size_t)1 << 20)

static void ask_whether_it_polls(struct tsk_call *call, struct health *health,
				 struct queue_answers *answers)
{
	struct tsk_strings queues = split_queues(call, health->task_queues);
	bool unknown = !queues.count;

	for (size_t i = 0; i < queues.count && health->polling < 1; i++) {
		health->polling = queue_polled_by(call, queue_ask(call, answers, queues.items[i]),
						  health->worker);
		unknown |= health->polling < 0;
	}
	if (health->polling < 1 && unknown)
		health->polling = -1;
}

/* One that was started by hand may poll any queue: those that the server confirms are its own. */
static void look_for_queues(struct tsk_call *call, struct health *health,
			    struct queue_answers *answers)
{
	struct guesses guesses = { .call = call, .log = health->worker->log };

	guesses_renew(&guesses, health->worker->tree);
	for (size_t i = 0; i < guesses.count; i++) {
		const struct queue_pollers *answer = queue_ask(call, answers, guesses.items[i]);
		if (!answer->known || !queue_poller_of(call, answer, health->worker->tree))
			continue;
		health->task_queues = join_queue(call, health->task_queues, guesses.items[i]);
		health->polling = 1;
	}
}

/* All of its Workers are of another namespace, as they say themselves: nobody needs to be asked. */
static bool is_elsewhere(struct tsk_call *call, struct health *health)
{
	const struct tsk_passport *passport = &health->worker->passport;

	for (size_t i = 0; i < passport->count; i++)
		if (passport_is_our_namespace(call, &passport->workers[i]))
			return false;
	if (!passport->count)
		return false;
	const char *text = passport_elsewhere_text(call, health->worker, passport->workers);
	if (passport_is_our_address(call, passport->workers))
		health->other_namespace = text;
	else
		health->other_server = text;
	health->polling = 0;
	return true;
}

/* Where it polls, if not here. */
static void look_elsewhere(struct tsk_call *call, struct health *health)
{
	const struct tsk_passport *passport = &health->worker->passport;

	for (size_t i = 0; i < passport->count; i++)
		if (!passport_is_our_address(call, &passport->workers[i])) {
			health->other_server = passport_elsewhere_text(call, health->worker,
								       &passport->workers[i]);
			return;
		}
	health->other_server = other_server_text(call, health->worker);
	if (!health->other_server && !passport->count)
		health->other_namespace =
			other_namespace_text(call, health->worker, health->task_queues);
}

static void look_at_server(struct tsk_call *call, struct health *health,
			   struct queue_answers *answers, const char *queue)
{
	const struct tsk_worker *workers = NULL;
	size_t count = 0;

	health->task_queues = health->worker->task_queues;
	if (!*health->task_queues)
		health->task_queues = queue;
	if (is_elsewhere(call, health))
		return;
	if (tsk_list_workers(call, &workers, &count) == TSK_OK)
		for (size_t i = 0; i < count; i++) {
			if (!tree_find(health->worker, tsk_identity_pid(workers[i].identity)) ||
			    workers[i].heartbeat_at < health->worker->started_at)
				continue;
			health->slots = &workers[i];
			health->task_queues =
				join_queue(call, health->task_queues, workers[i].task_queue);
		}
	ask_whether_it_polls(call, health, answers);
	if (!*health->task_queues)
		look_for_queues(call, health, answers);
	if (health->polling < 1)
		look_elsewhere(call, health);
	if (health->polling < 0)
		health->connected = tsk_process_connected(call, health->worker->tree,
							  tsk_setting(call, TSK_SETTING_ADDRESS));
}

/* Running workflows on its queues whose workflow task fails, where the server marks them. */
static void count_failing(struct tsk_call *call, struct health *health)
{
	struct tsk_strings queues = split_queues(call, health->task_queues);
	struct tsk_text list = { .call = call };

	for (size_t i = 0; i < queues.count; i++)
		tsk_text_join(&list, ", ", "%s", tsk_query_literal(call, queues.items[i]));
	if (!list.size || !health->server.knows_reported_problems)
		return;
	if (tsk_count_workflows(call,
				tsk_format(call,
					   "ExecutionStatus = 'Running' AND TaskQueue IN (%s) AND "
					   "TemporalReportedProblems IS NOT NULL",
					   tsk_text_value(&list)),
				&health->failing_workflows, NULL))
		health->failing_workflows = -1;
}

/* A reloader ends the worker that it replaces so: no error of the one that runs. */
static void drop_farewells(struct tsk_strings *errors)
{
	const char **kept = (const char **)(uintptr_t)errors->items;
	size_t count = 0;

	for (size_t i = 0; i < errors->count; i++)
		if (strncmp(errors->items[i], "KeyboardInterrupt", strlen("KeyboardInterrupt")))
			kept[count++] = errors->items[i];
	errors->count = count;
}

/* Starts are told in hundredths of a second after boot, and a reloader says that it reloads right
 * before; an interpreter needs longer until it can write. */
#define START_SLACK_NS ((int64_t)50000000)

/* Whether nothing was written since the process that works was started: below a reloader it is not
 * the first one that writes to this log. */
static bool is_older(const struct worker *worker)
{
	struct stat about;

	return worker->count > 1 && worker->main && !stat(worker->log, &about) &&
	       (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec <
		       worker->main->started_at + START_SLACK_NS;
}

static bool has_reloader(const struct worker *worker)
{
	for (size_t i = 0; i < worker->count; i++)
		if (restarter_kind(&worker->tree[i]) == RESTARTS_AFTER_EDITS)
			return true;
	return false;
}

/* What was written after the last line in which a reloader says that it starts its program anew:
 * watchfiles, nodemon, uvicorn, hupper. */
static const char *since_reload(const char *text)
{
	static const char *const words[] = { " change detected", " changes detected",
					     "[nodemon] restarting", "detected changes in",
					     "; reloading" };
	const char *since = text;

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		for (const char *at = since; (at = strstr(at, words[i])); at++)
			since = at + strcspn(at, "\n");
	return since;
}

static void look_at_log(struct tsk_call *call, struct health *health)
{
	const char *text = *health->worker->log ? tsk_file_tail(call, health->worker->log,
								LOG_LINES, LOG_SIZE, -1)
						: NULL;
	struct tsk_root_cause cause;

	if (!text)
		return;
	if (is_older(health->worker))
		text = "";
	else if (has_reloader(health->worker))
		text = since_reload(text);
	tsk_log_errors(call, text, &health->errors);
	if (health->worker->count > 1)
		drop_farewells(&health->errors);
	if (!health->worker->count && tsk_log_cause(call, text, &cause))
		health->cause = cause.summary && *cause.summary ? cause.summary : cause.message;
}

static void choose_worker(struct health *health, const struct worker_list *workers)
{
	for (size_t i = 0; i < workers->count; i++) {
		const struct worker *worker = &workers->items[i];
		if (worker->elsewhere) {
			health->elsewhere = worker->elsewhere;
			continue;
		}
		health->running += worker->count > 0;
		if (!health->worker || (worker->count && !health->worker->count) ||
		    (worker->count && worker->started_at > health->worker->started_at))
			health->worker = worker;
	}
}

/* ---- its passport ---- */

/* A queue that it made a Worker for, and does not poll although it polls another one. */
static void find_unpolled(struct tsk_call *call, struct health *health,
			  struct queue_answers *answers)
{
	struct passport_queues queues;

	passport_queues(call, &health->worker->passport, &queues);
	for (size_t i = 0; health->polling > 0 && i < queues.count; i++) {
		const struct passport_queue *queue = &queues.items[i];
		if ((queue->wants[0] || queue->wants[1]) &&
		    !queue_polled_by(call, queue_ask(call, answers, queue->queue), health->worker))
			tsk_lines_add(&health->warnings,
				      "it made a Worker for '%s', and does not poll there",
				      queue->queue);
	}
}

static void look_at_passport(struct tsk_call *call, const struct examination *all,
			     struct health *health)
{
	const struct tsk_passport *passport = &health->worker->passport;

	if (health->server_answers)
		find_unpolled(call, health, all->answers);
	passport_findings(call, passport, &health->warnings);
	for (size_t i = 0; i < all->workers.count; i++)
		if (all->workers.items[i].id.pid != health->worker->id.pid)
			passport_differences(call, passport, &all->workers.items[i].passport,
					     &health->warnings);
	passport_limits(call, passport, &health->warnings);
}

/* ---- all ---- */

static void look_for_others(struct tsk_call *call, const struct examination *all,
			    struct health *health)
{
	const struct worker *worker = health->worker;
	const char *queues =
		all->own.named ? health->task_queues : project_queues(call, &all->workers);

	health->others = find_other_pollers(call, all->answers, queues, &all->workers,
					    worker && worker->count ? worker->started_at : 0);
}

/* What the settings say of its queue, where nothing else does. */
static const char *queue_of_settings(struct tsk_call *call, const struct examination *all,
				     const char *name)
{
	const struct own_worker *own = name ? own_worker(&all->own, name) : NULL;

	return !name ? tsk_setting(call, TSK_SETTING_TASK_QUEUE) : own ? own->task_queue : "";
}

enum tsk_status examine_all(struct tsk_call *call, struct examination *all)
{
	struct worker_query query = { .what = FIND_PROJECT, .own = &all->own };

	*all = (struct examination){ .answers = tsk_alloc(call, sizeof(*all->answers)) };
	if (own_workers(call, NULL, &all->own))
		return tsk_error(call);
	all->server_answers = tsk_server_ask(call, ASK_MS, &all->server) == TSK_OK;
	if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	tsk_forget_error(call);
	if (all->server_answers)
		query.answers = all->answers;
	return find_workers(call, &query, &all->workers);
}

enum tsk_status examine_one(struct tsk_call *call, const struct examination *all, const char *name,
			    struct health *health)
{
	const struct worker_list workers =
		name ? workers_named(call, &all->workers, name) : all->workers;

	*health = (struct health){
		.verdict = "",
		.name = name ? name : "",
		.polling = -1,
		.failing_workflows = -1,
		.task_queues = "",
		.server_answers = all->server_answers,
		.server = all->server,
		.has_no_section = name && !own_worker(&all->own, name),
		.warnings = { .call = call },
	};
	choose_worker(health, &workers);
	if (health->server_answers && !name)
		look_for_others(call, all, health);
	if (health->worker) {
		look_at_log(call, health);
		if (health->server_answers && health->worker->count) {
			look_at_server(call, health, all->answers,
				       queue_of_settings(call, all, name));
			count_failing(call, health);
			health->lost = lost_queue_text(call, health->worker, all->answers);
		}
		if (health->worker->count)
			look_at_passport(call, all, health);
		if (health->worker->count)
			tsk_stale_files(call, health->worker->directory, health->worker->started_at,
					&health->stale);
	}
	if (health->server_answers && name)
		look_for_others(call, all, health);
	if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	/* What the server would not tell is missing, not wrong. */
	tsk_forget_error(call);
	judge_health(call, health);
	const char *others = other_pollers_text(call, &health->others);
	if (others)
		health->headline = tsk_format(call, "%s; %s", health->headline, others);
	return TSK_OK;
}
