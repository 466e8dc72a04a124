/* watch-project: the development loop. Whenever a file changes, a fresh worker, the starter
 * once more, and what changed in the outcome. */
#include "watch.h"

#include "watch_outcome.h"

#include <stdio.h>
#include <string.h>

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

/* ---- saying ---- */

cJSON *watch_event(const char *name)
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

static enum tsk_status ensure_worker(struct watch *watch)
{
	static const char *const no_words[] = { NULL };
	struct tsk_call *call = watch->call;
	enum tsk_status status;
	const char *error;
	cJSON *result = run_inner(watch, "ensure-worker", no_words, &status, &error);
	const cJSON *several = cJSON_GetObjectItemCaseSensitive(result, "workers");

	watch->workers.count = 0;
	const int count = cJSON_GetArraySize(several);
	watch->had_workers = count > 1 ? (size_t)count : 1;
	if (status == TSK_INTERRUPTED) {
		tsk_drop_result(watch->call, result);
		return status;
	}
	/* Of several the others stay. */
	if (status == TSK_OK || several)
		watch_workers(result, &watch->workers);
	if (*watch_text(result, "will_break")) {
		const char *breaks = watch_text(result, "will_break");
		cJSON *rehearsed = watch_event("rehearsal");
		tsk_set(rehearsed, "will_break", breaks);
		tsk_emit(call, rehearsed, tsk_format(call, "rehearsal: %s", breaks));
	}
	cJSON *said = watch_event("worker");
	const char *verdict =
		*watch_text(result, "verdict") ? watch_text(result, "verdict") : "failed";
	const char *cause = *watch_text(result, "cause") ? watch_text(result, "cause") : error;
	tsk_set(said, "verdict", verdict);
	if (status == TSK_OK) {
		/* Of several the headline tells what each polls. */
		const char *evidence = watch_text(result, several ? "headline" : "evidence");
		tsk_set(said, "evidence", evidence);
		tsk_emit(call, said, tsk_format(call, "worker %s: %s", verdict, evidence));
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
	cJSON *said = watch_event("outcome");
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
	enum tsk_status status =
		watch_without_worker(watch->call, !watch->rounds) ? TSK_OK : ensure_worker(watch);

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

/* ---- the whole ---- */

static enum tsk_status go_round(struct watch *watch)
{
	enum tsk_status status = one_round(watch);

	while (status == TSK_OK &&
	       (!watch->options->rounds || watch->rounds < watch->options->rounds)) {
		status = watch_wait(watch);
		if (status != TSK_OK)
			break;
		if (watch->files->changed_count)
			watch_say_change(watch);
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

static const char *what_is_stopped(const struct watch *watch, bool in_vain)
{
	const bool several = watch->had_workers > 1;

	if (!watch->had_workers)
		return watch->server_started ? "; the server is stopped" : "";
	return tsk_format(watch->call, "; the %s%s %s", several ? "workers" : "worker",
			  watch->server_started && !in_vain ? " and the server" : "",
			  in_vain                            ? "could not be stopped"
			  : several || watch->server_started ? "are stopped"
							     : "is stopped");
}

static enum tsk_status watch_project(struct tsk_call *call, const void *given)
{
	const char *directory = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct watch *watch = tsk_alloc(call, sizeof(*watch));

	watch->call = call;
	watch->options = given;
	watch->files = tsk_alloc(call, sizeof(*watch->files));
	struct watch_list *list = tsk_alloc(call, sizeof(*list));
	if (watch_list_read(call, list))
		return tsk_error(call);
	/* From before the first start on, so that no change is missed. */
	if (watch_files(call, directory, list, watch->files))
		return tsk_error(call);
	watch_list_note_idle(call, list);
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
		    "ran '%s' %lld times, its outcome changed %lld times%s",
		    tsk_setting(call, TSK_SETTING_PROJECT_NAME), (long long)watch->rounds,
		    (long long)watch->changes, what_is_stopped(watch, cleaned != TSK_OK));
	return cleaned ? cleaned : status;
}

static const struct tsk_view views[] = { { .path = "outcome" }, { 0 } };

static const char *const examples[] = { "temporal-skill watch-project",
					"temporal-skill watch-project ./greeting -o jsonl", NULL };

const struct tsk_command watch_project_command = {
	.name = "watch-project",
	.summary = "restart the worker and run the starter whenever a source file changes",
	.details = "Watched are the sources, pyproject.toml, .env and what [watch] files of "
		   "temporal-skill.ini names. Prints a line for each change, each fresh worker, "
		   "and what changed in the outcome: status, result or error of the workflows "
		   "that the starter started. A round that the server was away in is made again "
		   "when it is back. Ends on SIGINT (exit 130), on --rounds or on "
		   "--command-timeout (exit 5), and stops the worker, and the server if it "
		   "started that.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES | TSK_DESTROYS,
	.options = options,
	.options_size = sizeof(struct watch_options),
	.views = views,
	.run = watch_project,
};
