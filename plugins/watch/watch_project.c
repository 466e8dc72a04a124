/* watch-project: the development loop. Whenever a source file changes, a fresh worker, the starter
 * once more, and what changed in the outcome. */
#include "watch_files.h"
#include "watch_outcome.h"

#include <temporal-skill/client.h>
#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct watch_options {
	const char *directory;
	int64_t timeout, settle, rounds;
};

#define AT(field) .at = offsetof(struct watch_options, field)
static const struct tsk_option options[] = {
	{ .name = "dir",
	  .type = TSK_STRING,
	  AT(directory),
	  .argument = "DIR",
	  .help = "the project (default: --project-dir)",
	  .positional = true,
	  .global = "project-dir" },
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long the starter may run",
	  .fallback = "100" },
	{ .name = "settle",
	  .type = TSK_DURATION,
	  AT(settle),
	  .argument = "SECONDS",
	  .help = "after a change, wait until none has come for this time",
	  .fallback = "300ms" },
	{ .name = "rounds",
	  .type = TSK_INTEGER,
	  AT(rounds),
	  .argument = "N",
	  .minimum = 0,
	  .maximum = 1000000,
	  .help = "end after the starter was run this often (0: not before SIGINT)",
	  .fallback = "0" },
	{ 0 },
};

/* Somebody may write for longer than anyone wants to wait: a tree that is being checked out. */
#define SETTLE_MOST_MS 5000
/* Of a worker's log, where the reason of its death stands. */
#define LOG_LINES      400
#define LOG_LIMIT      ((size_t)256 << 10)
/* An outcome to be compared with the next one: what fits on a screen. */
#define OUTCOME_SIZE   4096

struct watch {
	struct tsk_call *call;
	const struct watch_options *options;
	struct watched_files *files;
	bool server_started;
	struct tsk_process worker;
	bool worker_runs;
	bool server_away; /* the last round came to nothing for that reason */
	int64_t rounds, changes;
	char outcome[OUTCOME_SIZE]; /* the last one, as text; outlives a round's memory */
	char log[OUTCOME_SIZE];     /* the path of the worker's log, likewise */
};

/* ---- saying ---- */

static cJSON *event(const char *name)
{
	cJSON *object = cJSON_CreateObject();

	tsk_set(object, "event", name);
	tsk_set_time(object, "at", tsk_wall_ns());
	return object;
}

/* ---- commands ---- */

/* Its result, to be dropped by the caller; NULL where it has none. *error: why not, in one line. */
static cJSON *run_inner(struct watch *watch, const char *name, const char *const *words,
			enum tsk_status *status, const char **error)
{
	cJSON *result;

	*status = tsk_ask_command(watch->call, name, words, &result, error);
	if (!*error)
		*error = *status ? tsk_copy(watch->call, watch_text(result, "headline")) : "";
	watch->server_away =
		*status == TSK_UNAVAILABLE ||
		(result && cJSON_GetObjectItemCaseSensitive(result, "unanswered_since"));
	return result;
}

static enum tsk_status ensure_server(struct watch *watch)
{
	static const char *const no_words[] = { NULL };
	enum tsk_status status;
	const char *error;
	cJSON *result = run_inner(watch, "ensure-server", no_words, &status, &error);

	/* One that did not get ready may be there all the same. */
	watch->server_started = !strcmp(watch_text(result, "verdict"), "started") ||
				!strcmp(watch_text(result, "verdict"), "not_ready");
	tsk_drop_result(watch->call, result);
	return status == TSK_OK || status == TSK_INTERRUPTED
		       ? status
		       : tsk_fail(watch->call, status, "%s", error);
}

static void remember_worker(struct watch *watch, const cJSON *result)
{
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(result, "worker_pid");

	if (!pid)
		pid = cJSON_GetObjectItemCaseSensitive(result, "pid");
	watch->worker_runs = pid && tsk_process_identify(pid->valueint, &watch->worker);
	snprintf(watch->log, sizeof(watch->log), "%s", watch_text(result, "log"));
}

static enum tsk_status ensure_worker(struct watch *watch)
{
	static const char *const no_words[] = { NULL };
	struct tsk_call *call = watch->call;
	enum tsk_status status;
	const char *error;
	cJSON *result = run_inner(watch, "ensure-worker", no_words, &status, &error);

	watch->worker_runs = false;
	if (status == TSK_INTERRUPTED) {
		tsk_drop_result(watch->call, result);
		return status;
	}
	cJSON *said = event("worker");
	const char *verdict =
		*watch_text(result, "verdict") ? watch_text(result, "verdict") : "failed";
	const char *cause = *watch_text(result, "cause") ? watch_text(result, "cause") : error;
	tsk_set(said, "verdict", verdict);
	if (status == TSK_OK) {
		remember_worker(watch, result);
		tsk_set(said, "evidence", watch_text(result, "evidence"));
		tsk_emit(
			call, said,
			tsk_format(call, "worker %s: %s", verdict, watch_text(result, "evidence")));
	} else {
		tsk_set(said, "cause", cause);
		tsk_emit(call, said, tsk_format(call, "worker %s: %s", verdict, cause));
	}
	tsk_drop_result(watch->call, result);
	return status;
}

/* ---- the outcome ---- */

static void say_outcome(struct watch *watch, const cJSON *result, enum tsk_status status,
			const char *error)
{
	struct tsk_call *call = watch->call;
	const char *text = tsk_shorten(call, watch_outcome(call, result, error), OUTCOME_SIZE - 64);
	bool first = !*watch->outcome, same = !strcmp(text, watch->outcome);
	cJSON *said = event("outcome");
	cJSON *workflows = cJSON_GetObjectItemCaseSensitive(result, "workflows");

	tsk_set_bool(said, "ok", status == TSK_OK);
	if (first)
		tsk_set(said, "changed", NULL);
	else
		tsk_set_bool(said, "changed", !same);
	tsk_set(said, "verdict", result ? watch_text(result, "verdict") : "failed");
	tsk_set(said, "outcome", text);
	if (!first && !same)
		tsk_set(said, "before", watch->outcome);
	if (workflows)
		cJSON_AddItemToObject(said, "workflows", cJSON_Duplicate(workflows, true));
	watch->changes += !first && !same;
	tsk_emit(call, said,
		 first  ? tsk_format(call, "outcome: %s", text)
		 : same ? tsk_format(call, "outcome unchanged: %s", text)
			: tsk_format(call, "outcome changed: %s (was: %s)", text, watch->outcome));
	snprintf(watch->outcome, sizeof(watch->outcome), "%s", text);
}

static enum tsk_status run_starter(struct watch *watch)
{
	const char *words[] = {
		"--timeout", tsk_format(watch->call, "%lldms", (long long)watch->options->timeout),
		NULL
	};
	enum tsk_status status;
	const char *error;
	cJSON *result = run_inner(watch, "run-starter", words, &status, &error);

	if (status != TSK_INTERRUPTED)
		say_outcome(watch, result, status, error);
	tsk_drop_result(watch->call, result);
	watch->rounds++;
	return status;
}

/* What a round takes of memory is given back after it: there may be many. */
static enum tsk_status one_round(struct watch *watch)
{
	struct tsk_mark mark = tsk_mark(watch->call);
	enum tsk_status status = ensure_worker(watch);

	if (status == TSK_OK)
		status = run_starter(watch);
	else if (status != TSK_INTERRUPTED)
		watch->rounds++;
	tsk_rewind(watch->call, mark);
	/* What went wrong was said; the next change may mend it. */
	if (status == TSK_INTERRUPTED || tsk_interrupted(watch->call))
		return TSK_INTERRUPTED;
	tsk_forget_error(watch->call);
	return TSK_OK;
}

/* ---- waiting ---- */

static void say_death(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	struct tsk_root_cause cause = { .message = "" };
	const char *text = tsk_file_tail(call, watch->log, LOG_LINES, LOG_LIMIT, -1);
	const char *why = "its log does not say why";
	cJSON *said = event("worker_died");

	tsk_forget_error(call);
	if (text && tsk_log_cause(call, text, &cause))
		why = cause.summary && *cause.summary ? cause.summary : cause.message;
	tsk_set(said, "cause", why);
	tsk_set(said, "log", watch->log);
	tsk_emit(call, said, tsk_format(call, "worker died: %s; waiting for a change", why));
}

static void say_change(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	cJSON *said = event("change");
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
		tsk_emit(call, event("server_back"), "server back");
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

static enum tsk_status wait_for_change(struct watch *watch)
{
	struct pollfd waits[] = {
		{ .fd = watch->files->descriptor, .events = POLLIN },
		{ .fd = watch->worker_runs ? tsk_process_open(&watch->worker) : -1,
		  .events = POLLIN },
	};
	const int64_t deadline = tsk_deadline(watch->call, TSK_NO_DEADLINE);
	enum tsk_status status = TSK_OK;
	bool back = false;

	if (watch->worker_runs && waits[1].fd < 0)
		say_death(watch);
	while (status == TSK_OK && !back && !watch_files_take(watch->files) &&
	       !watch->files->changed_count) {
		int64_t ask = watch->server_away ? tsk_now_ms() + BACK_MS : TSK_NO_DEADLINE;
		status = tsk_wait(watch->call, waits, 2, ask < deadline ? ask : deadline);
		if (status == TSK_TIMEOUT && tsk_now_ms() < deadline) {
			back = is_server_back(watch);
			status = tsk_error(watch->call);
		}
		if (status == TSK_OK && waits[1].fd >= 0 && waits[1].revents) {
			say_death(watch);
			close(waits[1].fd);
			waits[1].fd = -1;
		}
	}
	if (waits[1].fd >= 0)
		close(waits[1].fd);
	watch->worker_runs = false;
	return status == TSK_OK && !back ? wait_until_settled(watch) : status;
}

/* ---- the whole ---- */

static enum tsk_status go_round(struct watch *watch)
{
	enum tsk_status status = one_round(watch);

	while (status == TSK_OK &&
	       (!watch->options->rounds || watch->rounds < watch->options->rounds)) {
		status = wait_for_change(watch);
		if (status != TSK_OK)
			break;
		if (watch->files->changed_count)
			say_change(watch);
		status = one_round(watch);
	}
	return status;
}

static enum tsk_status clean_up(struct watch *watch)
{
	static const char *const no_words[] = { NULL };
	const char *const names[] = { "kill-worker", watch->server_started ? "stop-server" : NULL };
	enum tsk_status worst = TSK_OK, status;
	const char *error;

	tsk_begin_cleanup(watch->call);
	tsk_forget_error(watch->call);
	for (size_t i = 0; i < 2; i++) {
		if (!names[i])
			continue;
		tsk_drop_result(watch->call, run_inner(watch, names[i], no_words, &status, &error));
		if (status != TSK_OK && worst == TSK_OK)
			worst = tsk_fail(watch->call, status, "%s: %s", names[i], error);
	}
	return worst;
}

static enum tsk_status watch_project(struct tsk_call *call, const void *given)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct watch *watch = tsk_alloc(call, sizeof(*watch));

	watch->call = call;
	watch->options = given;
	watch->files = tsk_alloc(call, sizeof(*watch->files));
	/* From before the first start on, so that no change is missed. */
	if (watch_files(call, directory, watch->files))
		return tsk_error(call);
	enum tsk_status status = ensure_server(watch);
	if (status == TSK_OK)
		status = go_round(watch);
	else if (status != TSK_INTERRUPTED && !watch->server_started)
		return watch_files_end(watch->files), status;
	enum tsk_status cleaned = clean_up(watch);
	watch_files_end(watch->files);

	tsk_set(tsk_result(call), "project_dir", directory);
	tsk_set_number(tsk_result(call), "rounds", watch->rounds);
	tsk_set_number(tsk_result(call), "changes", watch->changes);
	tsk_set(tsk_result(call), "outcome", *watch->outcome ? watch->outcome : NULL);
	tsk_verdict(call, cleaned ? "not_clean" : "stopped",
		    "ran '%s' %lld times, its outcome changed %lld times; the worker%s stopped",
		    tsk_setting(call, TSK_SETTING_PROJECT_NAME), (long long)watch->rounds,
		    (long long)watch->changes,
		    cleaned                 ? " could not be"
		    : watch->server_started ? " and the server are"
					    : " is");
	return cleaned ? cleaned : status;
}

static const struct tsk_view views[] = { { .path = "outcome" }, { 0 } };

static const char *const examples[] = { "temporal-skill watch-project",
					"temporal-skill watch-project ./greeting -o jsonl", NULL };

const struct tsk_command watch_project_command = {
	.name = "watch-project",
	.summary = "restart the worker and run the starter whenever a source file changes",
	.details = "Prints a line for each change, each fresh worker, and what changed in the "
		   "outcome: status, result\nor error of the workflows that the starter started. A "
		   "round that the server was "
		   "away in is made again\nwhen it is back. "
		   "Ends on SIGINT (exit 130), on --rounds or on\n--command-timeout (exit 5), and "
		   "stops the worker, and the server if it started that.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct watch_options),
	.views = views,
	.run = watch_project,
};
