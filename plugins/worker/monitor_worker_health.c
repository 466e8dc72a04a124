/* monitor-worker-health: one verdict about this project's worker, or about each of several, from
 * its process, the server's view of it, its log and its code. */
#include "health.h"
#include "passports.h"

#include <temporal-skill/sources.h>

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* With --watch: how often the server is asked anew; the end of the process is seen at once. */
#define WATCH_MS     2000

/* Of a project's workers, by name; settings have half as many. */
#define NAMES_MOST   64

/* The first question of a watch. */
#define ASK_MS       5000

/* Error lines that are shown. */
#define ERRORS_SHOWN 3

struct monitor_options {
	const char *name;
	bool watch;
};

#define AT(field) .at = offsetof(struct monitor_options, field)
static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "of several workers this one alone: its [worker NAME]",
	  .positional = true },
	{ .name = "watch",
	  .type = TSK_FLAG,
	  AT(watch),
	  .help = "go on, and print a line whenever the verdict changes" },
	{ 0 },
};

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

static void say_health(struct tsk_call *call, cJSON *result, const struct health *health)
{
	const struct worker *worker = health->worker;
	struct tsk_strings queues = split_queues(call, health->task_queues);

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
	if (worker && passport_brief(call, &worker->passport))
		tsk_set(result, "registers", passport_brief(call, &worker->passport));
	if (health->warnings.count) {
		const struct tsk_strings warnings = tsk_lines_take(&health->warnings);
		say_texts(result, "warnings", &warnings, warnings.count);
	}
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

static void say_only(struct tsk_call *call, cJSON *result, const struct health *health)
{
	tsk_set(result, "project", project_name(call));
	if (*health->name)
		tsk_set(result, "name", health->name);
	tsk_set_number(result, "workers", (int64_t)health->running);
	say_health(call, result, health);
}

static void say_next(struct tsk_call *call, const struct health *health)
{
	const char *name = *health->name ? tsk_format(call, " %s", health->name) : "";
	struct tsk_no_worker none;

	suggest_stops(call, &health->others);
	if (is_healthy(health))
		return;
	if (!health->server_answers)
		tsk_next(call, "temporal-skill ensure-server");
	if (health->errors.count && !health->stale.count)
		tsk_next(call, "temporal-skill show-worker-log%s --errors", name);
	if (health->has_no_section)
		tsk_next(call, "temporal-skill kill-worker%s", name);
	else if (strcmp(health->verdict, "failing") == 0 || strcmp(health->verdict, "errors") == 0)
		tsk_next(call, "temporal-skill find-stalled-workflows");
	else if (strcmp(health->verdict, "starting") != 0)
		tsk_next(call, "temporal-skill %s%s",
			 tsk_keeps_no_worker(call, &none) ? "run-starter" : "ensure-worker", name);
}

/* ---- which of them ---- */

/* What is judged: all as one (count 1, name NULL), or one after the other by name. */
struct patients {
	const char *names[NAMES_MOST];
	size_t count;
};

/* Those of the settings, and whoever runs besides. */
static void list_patients(const struct examination *all, const char *given,
			  struct patients *patients)
{
	*patients = (struct patients){ .names = { given }, .count = 1 };
	if (given || !all->own.named)
		return;
	for (patients->count = 0; patients->count < all->own.count; patients->count++)
		patients->names[patients->count] = all->own.items[patients->count].name;
	for (size_t i = 0; i < all->workers.count && patients->count < NAMES_MOST; i++) {
		const struct worker *worker = &all->workers.items[i];
		size_t at = 0;
		while (at < patients->count && strcmp(patients->names[at], worker->name) != 0)
			at++;
		if (worker->count && at == patients->count)
			patients->names[patients->count++] = worker->name;
	}
}

static enum tsk_status examine(struct tsk_call *call, const char *given, struct examination *all,
			       struct patients *patients)
{
	if (examine_all(call, all) || (given && check_name(call, &all->own, &all->workers, given)))
		return tsk_error(call);
	list_patients(all, given, patients);
	return TSK_OK;
}

/* ---- watching ---- */

static enum tsk_status wait_for_change(struct tsk_call *call, const struct worker_list *workers,
				       int64_t deadline)
{
	const int64_t again = tsk_now_ms() + WATCH_MS;
	struct pollfd ends[NAMES_MOST];
	size_t count = 0;

	for (size_t i = 0; i < workers->count && count < NAMES_MOST; i++)
		if (workers->items[i].count)
			ends[count++] = (struct pollfd){ .fd = tsk_process_open(
								 &workers->items[i].tree[0].id),
							 .events = POLLIN };
	enum tsk_status status = tsk_wait(call, ends, count, again < deadline ? again : deadline);

	for (size_t i = 0; i < count; i++)
		if (ends[i].fd >= 0)
			close(ends[i].fd);
	return status == TSK_TIMEOUT ? TSK_OK : status;
}

/* The verdict that was told last of each name; they outlive a look's memory. */
struct told_last {
	struct {
		char name[64], verdict[64];
	} rows[NAMES_MOST];
	size_t count;
};

static bool is_news(struct told_last *last, const struct health *health)
{
	size_t at = 0;

	while (at < last->count && strcmp(last->rows[at].name, health->name) != 0)
		at++;
	if (at == last->count && at < NAMES_MOST) {
		snprintf(last->rows[at].name, sizeof(last->rows[at].name), "%s", health->name);
		last->count++;
	}
	if (at == NAMES_MOST || strcmp(last->rows[at].verdict, health->verdict) == 0)
		return at == NAMES_MOST;
	snprintf(last->rows[at].verdict, sizeof(last->rows[at].verdict), "%s", health->verdict);
	return true;
}

static void emit_news(struct tsk_call *call, const struct health *health)
{
	cJSON *row = cJSON_CreateObject();

	tsk_set_time(row, "at", tsk_wall_ns());
	tsk_set(row, "verdict", health->verdict);
	tsk_set(row, "headline", health->headline);
	say_only(call, row, health);
	tsk_emit(call, row,
		 tsk_format(call, "%s %s: %s", tsk_time_text(call, tsk_wall_ns()), health->verdict,
			    health->headline));
}

static enum tsk_status look_once(struct tsk_call *call, const char *given, struct told_last *last,
				 struct examination *all, bool *healthy)
{
	struct patients patients = { .count = 0 };
	struct health health;

	if (examine(call, given, all, &patients))
		return tsk_error(call);
	*healthy = true;
	for (size_t i = 0; i < patients.count; i++) {
		if (examine_one(call, all, patients.names[i], &health))
			return tsk_error(call);
		*healthy &= is_healthy(&health);
		if (is_news(last, &health))
			emit_news(call, &health);
	}
	return TSK_OK;
}

static enum tsk_status watch_health(struct tsk_call *call, const char *given)
{
	const int64_t deadline = tsk_deadline(call, TSK_NO_DEADLINE);
	struct told_last *last = tsk_alloc(call, sizeof(*last));
	struct tsk_server server;
	struct examination all;
	bool healthy = false;

	/* The first question opens the connection, which must outlive the rewinding below. */
	if (tsk_server_ask(call, ASK_MS, &server))
		tsk_forget_error(call);
	do {
		struct tsk_mark mark = tsk_mark(call);
		enum tsk_status status = look_once(call, given, last, &all, &healthy);
		if (!status)
			status = wait_for_change(call, &all.workers, deadline);
		else
			return status;
		tsk_rewind(call, mark);
		if (status)
			return status;
	} while (tsk_now_ms() < deadline);
	return healthy ? TSK_OK : TSK_NEGATIVE;
}

/* ---- once ---- */

static enum tsk_status tell_one(struct tsk_call *call, const struct examination *all,
				const char *name)
{
	struct health health;

	if (examine_one(call, all, name, &health))
		return tsk_error(call);
	say_only(call, tsk_result(call), &health);
	tsk_verdict(call, health.verdict, "%s", health.headline);
	say_next(call, &health);
	return is_healthy(&health) ? TSK_OK : TSK_NEGATIVE;
}

struct summary {
	struct tsk_text sick, well;
	size_t sick_count, running;
	const char *worst;
};

static void tell_row(struct tsk_call *call, cJSON *rows, const struct health *health,
		     struct summary *summary)
{
	cJSON *row = tsk_append_object(rows);

	tsk_set(row, "name", health->name);
	tsk_set(row, "verdict", health->verdict);
	tsk_set(row, "headline", health->headline);
	say_health(call, row, health);
	summary->running += health->running;
	if (health_rank(health->verdict) < health_rank(summary->worst))
		summary->worst = health->verdict;
	if (is_healthy(health))
		tsk_text_join(&summary->well, ", ", "'%s' (pid %d)", health->name,
			      worker_pid(health->worker));
	else
		tsk_text_join(&summary->sick, "; ", "%s", health->headline);
	summary->sick_count += !is_healthy(health);
	say_next(call, health);
}

static enum tsk_status tell_each(struct tsk_call *call, const struct examination *all,
				 const struct patients *patients)
{
	cJSON *result = tsk_result(call), *rows = cJSON_CreateArray();
	struct summary summary = { .sick = { .call = call },
				   .well = { .call = call },
				   .worst = "healthy" };
	struct health health;

	tsk_set(result, "project", project_name(call));
	tsk_set_number(result, "workers", 0);
	cJSON_AddItemToObject(result, "health", rows);
	for (size_t i = 0; i < patients->count; i++) {
		if (examine_one(call, all, patients->names[i], &health))
			return tsk_error(call);
		tell_row(call, rows, &health, &summary);
	}
	cJSON_SetNumberValue(cJSON_GetObjectItemCaseSensitive(result, "workers"),
			     (double)summary.running);
	const char *well = tsk_text_value(&summary.well);
	if (summary.sick_count)
		tsk_verdict(call, summary.worst, "%zu of %s of '%s' not healthy: %s%s%s",
			    summary.sick_count,
			    tsk_count_text(call, (int64_t)patients->count, "worker"),
			    project_name(call), tsk_text_value(&summary.sick),
			    *well ? "; healthy: " : "", well);
	else
		tsk_verdict(call, "healthy", "%s of '%s' healthy: %s",
			    tsk_count_text(call, (int64_t)patients->count, "worker"),
			    project_name(call), well);
	return summary.sick_count ? TSK_NEGATIVE : TSK_OK;
}

static enum tsk_status monitor_worker_health(struct tsk_call *call, const void *given)
{
	const struct monitor_options *o = given;
	struct examination all;
	struct patients patients = { .count = 0 };

	if (o->watch)
		return watch_health(call, o->name);
	if (examine(call, o->name, &all, &patients))
		return tsk_error(call);
	return all.own.named && !o->name ? tell_each(call, &all, &patients)
					 : tell_one(call, &all, patients.names[0]);
}

static const struct tsk_view views[] = {
	{ .path = "health",
	  .label = "",
	  .columns = "name verdict pid task_queues registers warnings last_error stale_files log" },
	{ .path = "?task_queues" },
	{ .path = "registers" },
	{ .path = "warnings" },
	{ .path = "last_error" },
	{ .path = "?stale_files" },
	{ .path = "log" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill monitor-worker-health",
	"temporal-skill monitor-worker-health --watch --command-timeout 60",
	"temporal-skill monitor-worker-health mail",
	NULL,
};

const struct tsk_command monitor_worker_health_command = {
	.name = "monitor-worker-health",
	.summary = "say whether this project's worker is healthy, and why not",
	.details =
		"Exit 0 when healthy, 1 otherwise. Looks at its process, whether the server "
		"sees it poll, workflows whose tasks fail, errors in its log since it started, "
		"and sources that changed since. Of a project with [worker NAME] sections each is "
		"judged; the verdict is the worst.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct monitor_options),
	.views = views,
	.run = monitor_worker_health,
};
