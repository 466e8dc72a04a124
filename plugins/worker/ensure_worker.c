/* ensure-worker: one fresh worker of this project, with the code as it is now, and none besides. */
#include "start_worker.h"

#include <temporal-skill/diagnosis.h>

#include <string.h>

/* To end for those that are replaced. */
#define GRACE_MS 5000

struct ensure_options {
	const char *task_queue;
	int64_t timeout;
	const char *worker_cmd;
	struct tsk_lifetime lifetime;
};

#define AT(field) .at = offsetof(struct ensure_options, field)
static const struct tsk_option options[] = {
	{ .name = "task-queue",
	  .letter = 't',
	  .type = TSK_STRING,
	  AT(task_queue),
	  .argument = "NAME",
	  .help = "the queue that it must poll (default: found out)" },
	{ .name = "timeout",
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long it may take until it polls",
	  .fallback = "60" },
	{ .name = "worker-cmd",
	  .type = TSK_STRING,
	  AT(worker_cmd),
	  .argument = "COMMAND",
	  .help = "the command that starts it (default: as the settings say)" },
	TSK_LIFETIME_OPTIONS(struct ensure_options),
	{ 0 },
};

/* ---- what is said ---- */

static void say_common(struct tsk_call *call, const struct started_worker *started,
		       const struct proof *proof, const struct stop_report *stopped, int64_t began)
{
	cJSON *result = tsk_result(call);
	struct tsk_strings queues = split_queues(call, proof->task_queues);

	tsk_set(result, "project", project_name(call));
	tsk_set_number(result, "pid", started->process.pid);
	if (proof->worker_pid)
		tsk_set_number(result, "worker_pid", proof->worker_pid);
	cJSON *list = tsk_set_list(result, "task_queues");
	for (size_t i = 0; i < queues.count; i++)
		tsk_append(list, queues.items[i]);
	tsk_set(result, "evidence", proof->evidence);
	tsk_set_seconds(result, "seconds", tsk_now_ms() - began);
	say_pids(result, "stopped", stopped->pids, stopped->count);
	tsk_set(result, "log", started->log);
	if (tsk_lifetime_text(call, started->lifetime))
		tsk_set(result, "ends", tsk_lifetime_text(call, started->lifetime));
	if (stopped->left)
		tsk_set(result, "left_alone", stopped->left);
	if (stopped->supervised)
		tsk_set(result, "supervised", stopped->supervised);
}

/* source: of what is worker and starter in one, and still runs; NULL. */
static enum tsk_status say_ready(struct tsk_call *call, const struct proof *proof,
				 const char *source, int64_t began)
{
	const char *queues = *proof->task_queues
				     ? tsk_format(call, "polls '%s'", proof->task_queues)
				     : "is connected";

	const char *ends = tsk_ends_with_call(call);

	if (source)
		tsk_set_format(tsk_result(call), "warning",
			       "%s runs its workflow itself, and nothing in it stays: it ends when "
			       "that is over%s%s",
			       source, proof->others ? "; " : "",
			       proof->others ? proof->others : "");
	else if (proof->others)
		tsk_set(tsk_result(call), "warning", proof->others);
	tsk_verdict(call, ends ? "ends_with_call" : "ready", "worker of '%s' %s after %s%s",
		    project_name(call), queues, tsk_duration_text(call, tsk_now_ms() - began),
		    ends ? "; it ends with this call" : "");
	if (ends)
		tsk_set_format(tsk_result(call), "ends_with_call",
			       "%s: the next call finds no worker. Start it outside of the "
			       "sandbox, or do all in one call: temporal-skill run -- COMMAND",
			       ends);
	else if (tsk_command_is_known(call, TSK_SETTING_STARTER_CMD))
		tsk_next(call, "temporal-skill run-starter");
	tsk_next(call, "temporal-skill kill-worker");
	return TSK_OK;
}

/* The same command once more, which starts the same worker. */
static void say_again(struct tsk_call *call, const struct ensure_options *given,
		      const char *task_queue)
{
	tsk_next(call, "temporal-skill ensure-worker%s%s%s%s", task_queue ? " --task-queue " : "",
		 task_queue ? tsk_quote(call, task_queue) : "",
		 given->worker_cmd ? " --worker-cmd " : "",
		 given->worker_cmd ? tsk_quote(call, given->worker_cmd) : "");
}

static enum tsk_status say_wrong_queue(struct tsk_call *call, const struct ensure_options *given,
				       const struct proof *proof, const char *wanted)
{
	tsk_verdict(call, "wrong_queue", "worker of '%s' polls '%s', and not '%s'",
		    project_name(call), proof->wrong_queue, wanted);
	say_again(call, given, proof->wrong_queue);
	tsk_next(call, "temporal-skill kill-worker");
	return TSK_NEGATIVE;
}

static enum tsk_status say_wrong_namespace(struct tsk_call *call, const struct proof *proof)
{
	tsk_verdict(call, "wrong_namespace", "worker of '%s' takes no tasks of here: %s",
		    project_name(call), proof->other_namespace);
	tsk_set(tsk_result(call), "evidence", proof->other_namespace);
	tsk_next(call, "temporal-skill kill-worker");
	return TSK_NEGATIVE;
}

static enum tsk_status say_timeout(struct tsk_call *call, const struct ensure_options *given)
{
	tsk_verdict(call, "not_ready", "worker of '%s' runs, and is not shown to poll",
		    project_name(call));
	tsk_next(call, "temporal-skill show-worker-log");
	tsk_next(call, "temporal-skill monitor-worker-health");
	return tsk_fail(call, TSK_TIMEOUT, "the worker did not get ready within %s",
			tsk_duration_text(call, given->timeout));
}

static enum tsk_status say_died(struct tsk_call *call, const struct ensure_options *given,
				const struct started_worker *started, const struct proof *proof,
				const char *source, int64_t lived)
{
	if (proof->below)
		tsk_set(tsk_result(call), "supervised", proof->below);
	if (!tell_end(call, started, source, lived)) {
		tell_death(call, started, lived);
		say_again(call, given, given->task_queue);
	}
	return TSK_NEGATIVE;
}

/* ---- the whole ---- */

/* A daemon forks twice; each of the processes in between may be seen and be gone a moment later. */
#define ADOPTIONS_MOST   5

/* A list of all processes is not of one moment: who forks and goes while it is read may be missing
 * along with its child. That happens once for each fork. */
#define EMPTY_LOOKS_MOST 3

/* The one of the list that lives on in place of the process that we started; NULL: none. */
static const struct worker *successor(const struct worker_list *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].count && workers->items[i].may_stop)
			return &workers->items[i];
	return NULL;
}

/* The one that it was bound in the place of has ended. */
static void bind_anew(struct tsk_call *call, const struct started_worker *started)
{
	if (!tsk_lifetime_bind(call, &started->process, "worker", started->lifetime))
		return;
	tsk_warn(call, "%s", tsk_error_message(call));
	tsk_forget_error(call);
}

/* A command that puts itself into the background ends well, and leaves our session; the mark shows
 * who goes on. */
static bool adopt_daemon(struct tsk_call *call, const struct worker_query *query,
			 struct started_worker *started)
{
	struct worker_list workers = { .count = 0 };
	const struct worker *found = NULL;

	if (!started->ended)
		started->ended =
			tsk_process_ended(&started->process, &started->code, &started->signal);
	int looks = started->code ? 1 : EMPTY_LOOKS_MOST;
	while (!found && looks-- > 0) {
		if (find_workers(call, query, &workers))
			return false;
		found = successor(&workers);
	}
	if (!found || found->record)
		return found != NULL;
	started->process = found->id;
	started->ended = false;
	bind_anew(call, started);
	return record_worker(call, started) == TSK_OK;
}

/* What was taken for the worker may have been a step on the way to the background, which ended
 * while its child was waited for: whoever goes on is named in its place, if it is one. */
static void follow_child(struct tsk_call *call, struct started_worker *started)
{
	size_t left, whole;
	const struct tsk_process_info *tree;

	if (tsk_process_runs(&started->process))
		return;
	tree = tsk_process_tree(call, &started->process, &whole);
	if (!whole)
		return;
	tsk_process_tree(call, &tree->id, &left);
	if (left != whole)
		return;
	started->process = tree->id;
	bind_anew(call, started);
}

/* The record of its start stands, and it runs: all that is missing is what it polls. */
static void note_unrecorded(struct tsk_call *call, const struct started_worker *started)
{
	const char *problem = tsk_copy(call, tsk_error_message(call));

	tsk_forget_error(call);
	tsk_set(tsk_result(call), "problem", problem);
	tsk_note(call, "%s; the worker (pid %d) runs, and its record is that of its start", problem,
		 started->process.pid);
}

/* What kept us from waiting for it did not stop it. */
static enum tsk_status say_broken(struct tsk_call *call, const struct started_worker *started)
{
	const char *problem = tsk_copy(call, tsk_error_message(call));
	enum tsk_status status = tsk_error(call);

	if (status == TSK_INTERRUPTED || started->ended)
		return status;
	tsk_forget_error(call);
	tsk_hint(call, "temporal-skill kill-worker");
	return tsk_fail(call, status,
			"%s; the worker that was started (pid %d) runs, its log is %s", problem,
			started->process.pid, started->log);
}

static enum wait_outcome wait_for_worker(struct tsk_call *call, const struct worker_query *query,
					 const char *known, int64_t deadline,
					 struct started_worker *started, struct proof *proof)
{
	struct startup startup = {
		.log = started->log,
		.task_queue = query->task_queue,
		.known = known,
		.started_at = started->started_at,
		.deadline = deadline,
	};
	enum wait_outcome outcome = WAIT_DIED;

	for (int turn = 0; turn < ADOPTIONS_MOST && outcome == WAIT_DIED && !proof->below; turn++) {
		if (turn && !adopt_daemon(call, query, started))
			break;
		startup.process = started->process;
		outcome = wait_for_polling(call, &startup, proof);
	}
	return tsk_error(call) ? WAIT_BROKEN : outcome;
}

static enum tsk_status start_and_wait(struct tsk_call *call, const struct ensure_options *given,
				      const struct worker_query *query,
				      struct started_worker *started, int64_t began)
{
	const int64_t deadline = tsk_deadline(call, given->timeout);
	struct stop_report stopped = { .count = 0 };
	struct proof proof = { .below = NULL };
	const char *known;

	if (replace_workers(call, query, GRACE_MS, &stopped, &known) ||
	    start_worker(call, query->command, known, started))
		return tsk_error(call);
	const int64_t born = tsk_now_ms();
	enum wait_outcome outcome = wait_for_worker(call, query, known, deadline, started, &proof);
	if (outcome == WAIT_BROKEN)
		return say_broken(call, started);
	/* To poll is not all of one that then ends: its last word is waited for. */
	const char *source = one_program_source(call, query->command);
	if (outcome == WAIT_READY && source) {
		if (await_its_end(call, started, deadline))
			return say_broken(call, started);
		outcome = started->ended ? WAIT_DIED : outcome;
	}
	/* What the server confirms takes the place of what earlier runs polled. */
	if (outcome == WAIT_READY || outcome == WAIT_WRONG_QUEUE) {
		started->task_queues = proof.task_queues;
		follow_child(call, started);
		if (record_worker(call, started))
			note_unrecorded(call, started);
	}
	say_common(call, started, &proof, &stopped, began);
	switch (outcome) {
	case WAIT_READY: return say_ready(call, &proof, source, began);
	case WAIT_DIED: return say_died(call, given, started, &proof, source, tsk_now_ms() - born);
	case WAIT_WRONG_QUEUE: return say_wrong_queue(call, given, &proof, query->task_queue);
	case WAIT_WRONG_NAMESPACE: return say_wrong_namespace(call, &proof);
	case WAIT_TIMEOUT:
	case WAIT_BROKEN: break;
	}
	return say_timeout(call, given);
}

static enum tsk_status ensure_worker(struct tsk_call *call, const void *given)
{
	const struct ensure_options *o = given;
	const int64_t began = tsk_now_ms();
	struct started_worker started = { .log = NULL, .lifetime = &o->lifetime };
	struct queue_answers answers = { .count = 0 };
	struct tsk_strings command;
	struct worker_query query = {
		.what = FIND_PROJECT | FIND_ALIKE,
		.command = &command,
		.task_queue =
			o->task_queue ? o->task_queue : tsk_setting(call, TSK_SETTING_TASK_QUEUE),
		.answers = &answers,
	};
	struct tsk_server server;

	/* All that can be refused is refused before anything is stopped. */
	if (tsk_lifetime_check(call, &o->lifetime) || check_keeps_worker(call, o->worker_cmd) ||
	    worker_command(call, o->worker_cmd, &command) || check_program(call, &command) ||
	    tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)))
		return tsk_error(call);
	started.log = tsk_log_path(call, "worker", project_name(call), project_directory(call));
	if (!started.log ||
	    tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server) ||
	    tsk_lock(call, project_lock_name(call, project_directory(call)),
		     tsk_deadline(call, o->timeout)))
		return tsk_error(call);
	return start_and_wait(call, o, &query, &started, began);
}

static const struct tsk_view views[] = {
	{ .path = "evidence" },
	{ .path = "warning" },
	{ .path = "ends_with_call", .label = "warning" },
	{ .path = "left_alone", .label = "left alone" },
	{ .path = "supervised" },
	{ .path = "remedy" },
	{ .path = "stopped" },
	{ .path = "ends" },
	{ .path = "log" },
	{ .path = "log_tail" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill ensure-worker",
	"temporal-skill ensure-worker --task-queue orders --worker-cmd 'uv run python worker.py'",
	NULL,
};

const struct tsk_command ensure_worker_command = {
	.name = "ensure-worker",
	.summary = "stop every worker of this project and start a fresh one",
	.details = "Also those started by hand in its directory are stopped; then one is started, "
		   "detached, and this returns when it is shown to poll. What shows it is told. "
		   "One that dies ends it at once, with the cause (exit 1), and so does a "
		   "program that runs its workflow itself and ends: that is a starter. One that is "
		   "not ready "
		   "in time is left running (exit 5).",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct ensure_options),
	.views = views,
	.run = ensure_worker,
};
