/* rehearse-change: the runs that are open, replayed against the code as it is on disk now. */
#include "rehearsal.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/sources.h>

#include <string.h>
#include <unistd.h>

struct rehearse_options {
	const char *name;
	const char *workflow_id, *run_id, *query;
	struct tsk_strings histories;
	int64_t limit, timeout;
	bool all, closed, quick, if_changed;
	const char *worker_cmd;
};

#define AT(field) .at = offsetof(struct rehearse_options, field)
static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "of several workers this one alone: its [worker NAME]",
	  .positional = true },
	TSK_WORKFLOW_ID_OPTION(struct rehearse_options, false,
			       "this workflow alone, open or closed"),
	TSK_RUN_ID_OPTION(struct rehearse_options),
	{ .name = "query",
	  .type = TSK_STRING,
	  AT(query),
	  .argument = "QUERY",
	  .help = "those that a visibility query finds (default: the open ones of its queues)" },
	{ .name = "history",
	  .type = TSK_LIST,
	  AT(histories),
	  .argument = "PATH",
	  .help = "exported histories, a file or a folder; no server is needed" },
	{ .name = "limit",
	  .type = TSK_INTEGER,
	  AT(limit),
	  .argument = "N",
	  .minimum = 1,
	  .maximum = 1000000,
	  .help = "at most this many: those that are stuck, then of each type the newest, the "
		  "oldest and some between",
	  .fallback = "200" },
	{ .name = "all", .type = TSK_FLAG, AT(all), .help = "no limit" },
	{ .name = "closed",
	  .type = TSK_FLAG,
	  AT(closed),
	  .help = "also those of its queues that have ended" },
	{ .name = "timeout",
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long it may take in all",
	  .fallback = "120" },
	{ .name = "quick",
	  .type = TSK_FLAG,
	  AT(quick),
	  .help = "do not look for what would mend it" },
	{ .name = "if-changed",
	  .type = TSK_FLAG,
	  AT(if_changed),
	  .help = "only where a source differs from what the worker was started with" },
	{ .name = "worker-cmd",
	  .type = TSK_STRING,
	  AT(worker_cmd),
	  .argument = "COMMAND",
	  .help = "the command that starts the worker (default: as the settings say)" },
	{ 0 },
};

/* ---- a program that makes no worker ---- */

#define LOG_LINES 400
#define LOG_LIMIT ((size_t)64 << 10)

static const char *last_words(struct tsk_call *call, const char *log)
{
	struct tsk_root_cause cause = { .message = "" };
	const char *text = tsk_file_tail(call, log, LOG_LINES, LOG_LIMIT, -1);

	tsk_forget_error(call);
	if (text && tsk_log_cause(call, text, &cause))
		return cause.summary && *cause.summary ? cause.summary : cause.message;
	const char *words = text ? tsk_log_last_words(call, text) : NULL;
	return words ? tsk_format(call, "its last words: %s", tsk_quote(call, words)) : "";
}

#define CANNOT_ASK                                                                                 \
	"running Python's sitecustomize, by which it is asked: it is in another language, "        \
	"frozen, "                                                                                 \
	"or started with -I or -E"

/* Nothing was asked for: the error, with what is known of why. */
static enum tsk_status tell_no_worker(struct tsk_call *call, const struct stage *stage)
{
	const struct program *program = &stage->programs[0];
	const char *words = stage->refused ? stage->refused : last_words(call, stage->log);
	const char *comma = *words ? ": " : "";

	tsk_hint(call, "the program's output: %s", stage->log);
	if (stage->ignores_us)
		return tsk_fail(call, TSK_NEGATIVE,
				"cannot rehearse: '%s' connects to the server without " CANNOT_ASK
				"; it was stopped before it could poll",
				program->command);
	if (stage->held_back && !stage->workers)
		return tsk_fail(call, TSK_NEGATIVE,
				"cannot rehearse: '%s' sends %s before it makes a worker, which a "
				"rehearsal does not do",
				program->command, stage->held_back);
	if (!stage->begun && !stage->timed_out)
		return tsk_fail(call, TSK_NEGATIVE,
				"cannot rehearse: '%s' ended (exit %d) without " CANNOT_ASK "%s%s",
				program->command, program->code, comma, words);
	if (stage->timed_out)
		return tsk_fail(call, TSK_TIMEOUT,
				"cannot rehearse: '%s' made no worker in time, and was stopped%s%s",
				program->command, comma, words);
	if (stage->workers)
		return tsk_fail(call, TSK_NEGATIVE,
				"cannot rehearse: '%s' made a worker and did not run it%s%s",
				program->command, comma, words);
	return tsk_fail(call, TSK_NEGATIVE,
			"cannot rehearse: '%s' ended (exit %d) and made no worker that could be "
			"asked%s%s",
			program->command, program->code, comma, words);
}

/* ---- the whole ---- */

/* Those whose queue has a worker, and whose type none registers. */
static void mark_unregistered(struct chosen *chosen, const struct stage *stage)
{
	for (size_t i = 0; i < chosen->count; i++) {
		struct rehearsed *run = &chosen->items[i];
		if (run->handed || run->problem || stage->timed_out ||
		    (!tsk_lines_hold(&stage->queues, run->task_queue) && !run->by_type_only) ||
		    tsk_lines_hold(&stage->types, run->type))
			continue;
		run->now = (struct replay){ .fate = FATE_BREAKS,
					    .reason = "unregistered",
					    .message = "",
					    .error = "",
					    .expected = "",
					    .got = "",
					    .place = "",
					    .digest = "" };
	}
}

/* Tries what would mend it: the code that the runs that break have known. */
static enum tsk_status compare(struct chosen *chosen, const struct stage *stage,
			       const struct earlier *earlier)
{
	const struct staging staging = {
		.sources = earlier->folders,
		.offline = chosen->asked->histories.count > 0,
		.of_then = true,
	};
	struct stage again = *stage;

	tsk_progress(chosen->call, "trying the sources that the worker was started with");
	return put_on_stage(chosen, &staging, &again);
}

/* A worker that was started with the change has no other sources than those on disk. */
static enum tsk_status compare_before(struct chosen *chosen, const struct stage *stage,
				      struct judgement *judgement, const char **varies)
{
	const struct earlier before = look_before(chosen->call, stage);

	if (before.changed.count) {
		if (compare(chosen, stage, &before))
			return tsk_error(chosen->call);
		judge(chosen, judgement);
		judgement->of_worker_before = true;
		for (size_t i = 0; i < judgement->count; i++)
			if (judgement->items[i].mended_by_patch)
				return TSK_OK;
	}
	if (name_what_varies(chosen, stage, varies))
		return tsk_error(chosen->call);
	judge(chosen, judgement);
	judgement->nothing_varies = !*varies;
	return TSK_OK;
}

static bool any_nondeterminism(const struct judgement *judgement)
{
	for (size_t i = 0; i < judgement->count; i++)
		if (!strcmp(judgement->items[i].first->now.reason, "nondeterminism"))
			return true;
	return false;
}

static enum tsk_status tell_unchanged(struct tsk_call *call)
{
	tsk_verdict(call, "unchanged", "no source was changed since the worker was started");
	return TSK_OK;
}

static enum tsk_status rehearse(struct chosen *chosen, const struct rehearse_options *o)
{
	struct tsk_call *call = chosen->call;
	struct stage stage = { .count = 0 };
	const struct staging staging = { .offline = chosen->asked->histories.count > 0 };
	struct judgement judgement;
	const char *varies = NULL;

	if ((chooses_by_name(chosen->asked) && select_named(chosen)) ||
	    find_programs(call, o->name, o->worker_cmd, &stage))
		return tsk_error(call);
	for (size_t i = 0; i < stage.count; i++) {
		const char *why = why_not_python(call, &stage.programs[i]);
		if (why)
			return tsk_fail(
				call, TSK_NEGATIVE,
				"cannot rehearse: '%s' is no Python program of this machine: %s",
				stage.programs[i].command, why);
	}
	struct earlier earlier = look_for_earlier(call, &stage);
	if (put_on_stage(chosen, &staging, &stage))
		return tsk_error(call);
	if (!stage.asks)
		return tell_no_worker(call, &stage);
	mark_unregistered(chosen, &stage);
	judge(chosen, &judgement);
	if (!o->quick && any_nondeterminism(&judgement) && earlier.known) {
		if (!earlier.changed.count) {
			if (compare_before(chosen, &stage, &judgement, &varies))
				return tsk_error(call);
		} else {
			if (compare(chosen, &stage, &earlier))
				return tsk_error(call);
			judge(chosen, &judgement);
		}
	}
	return say_rehearsal(chosen, &stage, &judgement, &earlier, varies);
}

static enum tsk_status check(struct tsk_call *call, const struct rehearse_options *o)
{
	const int chosen = (o->workflow_id != NULL) + (o->query != NULL) +
			   (o->histories.count != 0) + (o->closed ? 1 : 0);
	struct tsk_no_worker none;

	if (chosen > 1)
		return tsk_fail(call, TSK_USAGE,
				"-w, --query, --history and --closed: one of them at a time");
	if (!o->worker_cmd && tsk_keeps_no_worker(call, &none)) {
		tsk_hint(call, "temporal-skill rehearse-change --worker-cmd COMMAND");
		return tsk_fail(call, TSK_USAGE, "this project keeps no worker: %s", none.why);
	}
	return TSK_OK;
}

/* Before anybody is asked: ensure-worker looks at each start. */
static bool is_as_started(struct tsk_call *call, const struct rehearse_options *o)
{
	struct stage stage = { .count = 0 };

	return !find_programs(call, o->name, o->worker_cmd, &stage) &&
	       !look_for_earlier(call, &stage).changed.count;
}

static enum tsk_status rehearse_change(struct tsk_call *call, const void *given)
{
	const struct rehearse_options *o = given;
	const struct asked asked = {
		.workflow_id = o->workflow_id,
		.run_id = o->run_id,
		.query = o->query,
		.histories = o->histories,
		.limit = o->all ? 0 : o->limit,
		.closed = o->closed,
		.deadline = tsk_deadline(call, o->timeout),
	};
	struct chosen chosen = { .call = call, .asked = &asked, .queues = { .call = call } };
	struct tsk_server server;
	int lock = -1;

	if (check(call, o))
		return tsk_error(call);
	if (o->if_changed && is_as_started(call, o))
		return tell_unchanged(call);
	if (tsk_error(call) ||
	    (!o->histories.count &&
	     tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server)) ||
	    tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)))
		return tsk_error(call);
	chosen.folder = tsk_temporary_folder(
		call, tsk_format(call, "%s/rehearsal", tsk_setting(call, TSK_SETTING_PID_DIR)),
		&lock);
	if (!chosen.folder)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot make a folder in '%s'",
				tsk_setting(call, TSK_SETTING_PID_DIR));
	const enum tsk_status status = rehearse(&chosen, o);
	tsk_temporary_drop(chosen.folder);
	close(lock);
	return status;
}

static const struct tsk_view views[] = {
	{ .path = "others", .label = "also" },
	{ .path = "remedies", .label = "mend" },
	{ .path = "repaired" },
	{ .path = "warning" },
	{ .path = "changed_files", .label = "changed" },
	{ .path = "log" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill rehearse-change",
	"temporal-skill rehearse-change -w order-17",
	"temporal-skill rehearse-change --history tests/histories",
	NULL,
};

const struct tsk_command rehearse_change_command = {
	.name = "rehearse-change",
	.summary = "replay the running workflows against the code as it is now",
	.details =
		"With the project's own SDK, apart from the worker that runs: nothing is polled or "
		"changed. Told is how many fit, which break, where and why, what mends it (tried "
		"with the code "
		"that the worker was started with), and whether those that are stuck get past that "
		"place. Exit 1 where one breaks. For workers in Python, SDK 1.7 or later.",
	.examples = examples,
	.needs = TSK_ASKS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct rehearse_options),
	.views = views,
	.rows = "breaks",
	.run = rehearse_change,
};
