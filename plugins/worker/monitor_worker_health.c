/* monitor-worker-health: one verdict about this project's worker, from its process, the server's
 * view of it, its log and its code. */
#include "guess_queues.h"
#include "health.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/sources.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The server's part of the answer must come soon. */
#define ASK_MS       5000

/* With --watch: how often the server is asked anew; the end of the process is seen at once. */
#define WATCH_MS     2000

/* Of the log, looked through for errors and causes. */
#define LOG_LINES    20000
#define LOG_SIZE     ((size_t)1 << 20)

/* Error lines that are shown. */
#define ERRORS_SHOWN 3

struct monitor_options {
	bool watch;
};

#define AT(field) .at = offsetof(struct monitor_options, field)
static const struct tsk_option options[] = {
	{ .name = "watch",
	  .type = TSK_FLAG,
	  AT(watch),
	  .help = "go on, and print a line whenever the verdict changes" },
	{ 0 },
};

/* ---- looking ---- */

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

static void look_at_server(struct tsk_call *call, struct health *health,
			   struct queue_answers *answers)
{
	const struct tsk_worker *workers = NULL;
	size_t count = 0;

	health->task_queues = health->worker->task_queues;
	if (!*health->task_queues)
		health->task_queues = tsk_setting(call, TSK_SETTING_TASK_QUEUE);
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
	if (health->polling < 1) {
		health->other_server = other_server_text(call, health->worker);
		if (!health->other_server)
			health->other_namespace =
				other_namespace_text(call, health->worker, health->task_queues);
	}
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

static void look_at_log(struct tsk_call *call, struct health *health)
{
	const char *text = *health->worker->log ? tsk_file_tail(call, health->worker->log,
								LOG_LINES, LOG_SIZE, -1)
						: NULL;
	struct tsk_root_cause cause;

	if (!text)
		return;
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

static void look_for_others(struct tsk_call *call, struct health *health,
			    const struct worker_list *workers, struct queue_answers *answers)
{
	const struct worker *worker = health->worker;

	health->others = find_other_pollers(call, answers, project_queues(call, workers), workers,
					    worker && worker->count ? worker->started_at : 0);
}

static enum tsk_status examine(struct tsk_call *call, struct health *health)
{
	struct queue_answers *answers = tsk_alloc(call, sizeof(*answers));
	struct tsk_strings command;
	struct worker_query query = { .what = FIND_PROJECT, .command = &command };
	struct worker_list workers;

	*health = (struct health){
		.verdict = "", .polling = -1, .failing_workflows = -1, .task_queues = ""
	};
	if (worker_command(call, NULL, &command))
		return tsk_error(call);
	health->server_answers = tsk_server_ask(call, ASK_MS, &health->server) == TSK_OK;
	if (tsk_error(call) == TSK_INTERRUPTED)
		return TSK_INTERRUPTED;
	tsk_forget_error(call);
	if (health->server_answers)
		query.answers = answers;
	if (find_workers(call, &query, &workers))
		return tsk_error(call);
	choose_worker(health, &workers);
	if (health->server_answers)
		look_for_others(call, health, &workers, answers);
	if (health->worker) {
		look_at_log(call, health);
		if (health->server_answers && health->worker->count) {
			look_at_server(call, health, answers);
			count_failing(call, health);
		}
		if (health->worker->count)
			tsk_stale_files(call, health->worker->directory, health->worker->started_at,
					&health->stale);
	}
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

/* ---- saying ---- */

static bool is_healthy(const struct health *health)
{
	return strcmp(health->verdict, "healthy") == 0;
}

static void say_texts(cJSON *result, const char *key, const struct tsk_strings *texts, size_t most)
{
	cJSON *list = tsk_set_list(result, key);

	for (size_t i = texts->count > most ? texts->count - most : 0; i < texts->count; i++)
		tsk_append(list, texts->items[i]);
}

static void say_slots(cJSON *result, const struct tsk_worker *worker)
{
	if (!worker) {
		tsk_set(result, "slots", NULL);
		return;
	}
	cJSON *slots = tsk_set_object(result, "slots");
	tsk_set_number(slots, "workflow_used", worker->workflow_slots_used);
	tsk_set_number(slots, "workflow_free", worker->workflow_slots_free);
	tsk_set_number(slots, "activity_used", worker->activity_slots_used);
	tsk_set_number(slots, "activity_free", worker->activity_slots_free);
	tsk_set_number(slots, "workflow_pollers", worker->workflow_pollers);
	tsk_set_number(slots, "activity_pollers", worker->activity_pollers);
	tsk_set_time(slots, "as_of", worker->heartbeat_at);
}

static void say_worker(struct tsk_call *call, cJSON *result, const struct health *health)
{
	const struct worker *worker = health->worker;
	struct tsk_strings queues = split_queues(call, health->task_queues);

	tsk_set(result, "project", project_name(call));
	tsk_set_number(result, "workers", (int64_t)health->running);
	if (worker) {
		tsk_set_number(result, "pid", worker_pid(worker));
		tsk_set_time(result, "started_at", worker->started_at);
		tsk_set_bool(result, "tracked", worker->record != NULL);
	}
	say_texts(result, "task_queues", &queues, queues.count);
	if (health->polling < 0)
		tsk_set(result, "polling", NULL);
	else
		tsk_set_bool(result, "polling", health->polling != 0);
	say_slots(result, health->slots);
	if (health->failing_workflows >= 0)
		tsk_set_number(result, "failing_workflows", health->failing_workflows);
	tsk_set_number(result, "log_errors", (int64_t)health->errors.count);
	say_texts(result, "last_errors", &health->errors, ERRORS_SHOWN);
	if (health->errors.count)
		tsk_set(result, "last_error",
			brief_line(call, health->errors.items[health->errors.count - 1]));
	say_texts(result, "stale_files", &health->stale, health->stale.count);
	say_other_pollers(result, &health->others);
	tsk_set(result, "log", worker && *worker->log ? worker->log : NULL);
}

static void say_next(struct tsk_call *call, const struct health *health)
{
	struct tsk_no_worker none;

	if (is_healthy(health))
		return;
	if (!health->server_answers)
		tsk_next(call, "temporal-skill ensure-server");
	if (health->errors.count && !health->stale.count)
		tsk_next(call, "temporal-skill show-worker-log --errors");
	if (strcmp(health->verdict, "failing") == 0 || strcmp(health->verdict, "errors") == 0)
		tsk_next(call, "temporal-skill find-stalled-workflows");
	else if (strcmp(health->verdict, "starting") != 0)
		tsk_next(call, tsk_keeps_no_worker(call, &none) ? "temporal-skill run-starter"
								: "temporal-skill ensure-worker");
}

/* ---- watching ---- */

static enum tsk_status wait_for_change(struct tsk_call *call, const struct health *health,
				       int64_t deadline)
{
	const int64_t again = tsk_now_ms() + WATCH_MS;
	bool lives = health->worker && health->worker->count;
	struct pollfd end = { .fd = lives ? tsk_process_open(&health->worker->tree[0].id) : -1,
			      .events = POLLIN };
	enum tsk_status status = tsk_wait(call, &end, 1, again < deadline ? again : deadline);

	if (end.fd >= 0)
		close(end.fd);
	return status == TSK_TIMEOUT ? TSK_OK : status;
}

static enum tsk_status watch_health(struct tsk_call *call)
{
	const int64_t deadline = tsk_deadline(call, TSK_NO_DEADLINE);
	char last[64] = "";
	struct tsk_server server;
	struct health health;
	bool healthy = false;

	/* The first question opens the connection, which must outlive the rewinding below. */
	if (tsk_server_ask(call, ASK_MS, &server))
		tsk_forget_error(call);
	do {
		struct tsk_mark mark = tsk_mark(call);
		if (examine(call, &health))
			return tsk_error(call);
		healthy = is_healthy(&health);
		if (strcmp(last, health.verdict) != 0) {
			cJSON *row = cJSON_CreateObject();
			tsk_set_time(row, "at", tsk_wall_ns());
			tsk_set(row, "verdict", health.verdict);
			tsk_set(row, "headline", health.headline);
			say_worker(call, row, &health);
			tsk_emit(call, row,
				 tsk_format(call, "%s %s: %s", tsk_time_text(call, tsk_wall_ns()),
					    health.verdict, health.headline));
			snprintf(last, sizeof(last), "%s", health.verdict);
		}
		enum tsk_status status = wait_for_change(call, &health, deadline);
		tsk_rewind(call, mark);
		if (status)
			return status;
	} while (tsk_now_ms() < deadline);
	return healthy ? TSK_OK : TSK_NEGATIVE;
}

/* ---- the whole ---- */

static enum tsk_status monitor_worker_health(struct tsk_call *call, const void *given)
{
	const struct monitor_options *o = given;
	struct health health;

	if (o->watch)
		return watch_health(call);
	if (examine(call, &health))
		return tsk_error(call);
	say_worker(call, tsk_result(call), &health);
	tsk_verdict(call, health.verdict, "%s", health.headline);
	say_next(call, &health);
	return is_healthy(&health) ? TSK_OK : TSK_NEGATIVE;
}

static const struct tsk_view views[] = {
	{ .path = "?task_queues" },
	{ .path = "last_error" },
	{ .path = "?stale_files" },
	{ .path = "log" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill monitor-worker-health",
					"temporal-skill monitor-worker-health --watch "
					"--command-timeout 60",
					NULL };

const struct tsk_command monitor_worker_health_command = {
	.name = "monitor-worker-health",
	.summary = "say whether this project's worker is healthy, and why not",
	.details = "Exit 0 when healthy, 1 otherwise. Looks at its process, whether the server "
		   "sees it poll, workflows whose tasks fail, errors in its log since it started, "
		   "and sources that changed since.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct monitor_options),
	.views = views,
	.run = monitor_worker_health,
};
