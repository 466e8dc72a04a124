/* ensure-worker: one fresh worker of this project, or of each of its [worker NAME] sections, with
 * the code as it is now, and none besides. */
#include "start_worker.h"

#include <string.h>

struct ensure_options {
	const char *name;
	const char *task_queue;
	int64_t timeout;
	const char *worker_cmd;
	bool rehearse, no_rehearse;
	struct tsk_lifetime lifetime;
};

#define AT(field) .at = offsetof(struct ensure_options, field)
static const struct tsk_option options[] = {
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "of several workers this one alone: its [worker NAME]",
	  .positional = true },
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
	{ .name = "rehearse",
	  .type = TSK_FLAG,
	  AT(rehearse),
	  .help = "let the old worker stay where a running workflow breaks with changed sources" },
	{ .name = "no-rehearse",
	  .type = TSK_FLAG,
	  AT(no_rehearse),
	  .help = "do not replay running workflows first" },
	TSK_LIFETIME_OPTIONS(struct ensure_options),
	{ 0 },
};

/* ---- what is to be started ---- */

static void add_attempt(struct ensuring *ensuring, const struct own_worker *own)
{
	struct attempt *attempt = &ensuring->attempts[ensuring->count++];

	*attempt = (struct attempt){
		.started = { .own = own, .lifetime = ensuring->lifetime },
		.task_queue = ensuring->task_queue ? ensuring->task_queue : own->task_queue,
		.query = ensuring->query,
	};
	if (*own->name)
		attempt->query.name = own->name;
}

static bool polls(struct tsk_call *call, const struct own_worker *own, const char *queue)
{
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);
	const char *project, *queues = own->task_queue;

	tsk_forget_error(call);
	for (; !*own->task_queue && record && record->kind; record++)
		if (!strcmp(record->scope, project_directory(call)) &&
		    !strcmp(name_in_record(call, record, &project), own->name))
			queues = record->task_queues;
	return *queues && !strcmp(join_queue(call, queues, queue), queues);
}

/* Of several workers the one that polls that queue, as its section or its last run says. */
static enum tsk_status name_by_queue(struct tsk_call *call, const struct own_workers *own,
				     const char *queue, const char **name)
{
	struct tsk_lines found = { .call = call };

	for (size_t i = 0; i < own->count; i++)
		if (polls(call, &own->items[i], queue))
			tsk_lines_push(&found, own->items[i].name);
	if (found.count == 1) {
		*name = found.items[0];
		return TSK_OK;
	}
	tsk_hint(call, "temporal-skill ensure-worker");
	return tsk_fail(call, TSK_USAGE,
			"%s of the workers of '%s' is known to poll '%s': name one of %s",
			found.count ? "more than one" : "none", project_name(call), queue,
			found.count ? tsk_lines_text(&found, ", ") : own_names(call, own));
}

/* What is given for one worker goes with its name, where there are several. */
static enum tsk_status choose_name(struct tsk_call *call, const struct ensure_options *given,
				   const struct own_workers *own, const char **name)
{
	*name = given->name;
	if (given->name)
		return check_name(call, own, NULL, given->name);
	if (own->named && given->worker_cmd) {
		tsk_hint(call, "temporal-skill ensure-worker %s --worker-cmd COMMAND",
			 own->items[0].name);
		return tsk_fail(call, TSK_USAGE,
				"--worker-cmd is of one worker, and '%s' has several: %s",
				project_name(call), own_names(call, own));
	}
	if (own->named && given->task_queue)
		return name_by_queue(call, own, given->task_queue, name);
	return TSK_OK;
}

static enum tsk_status choose(struct tsk_call *call, const struct ensure_options *given,
			      struct ensuring *ensuring)
{
	const struct own_workers *own = &ensuring->own;

	if (choose_name(call, given, own, &ensuring->name))
		return tsk_error(call);
	ensuring->query = (struct worker_query){
		.what = FIND_PROJECT | FIND_ALIKE,
		.own = own,
		.name = ensuring->name,
		.task_queue = own->named || given->task_queue
				      ? given->task_queue
				      : tsk_setting(call, TSK_SETTING_TASK_QUEUE),
		.answers = tsk_alloc(call, sizeof(struct queue_answers)),
	};
	ensuring->attempts = tsk_alloc(call, own->count * sizeof(*ensuring->attempts));
	for (size_t i = 0; i < own->count; i++)
		if (!ensuring->name || !strcmp(own->items[i].name, ensuring->name))
			add_attempt(ensuring, &own->items[i]);
	return TSK_OK;
}

static enum tsk_status check_all(struct tsk_call *call, const struct ensure_options *given,
				 struct ensuring *ensuring)
{
	const struct given_command command = { .name = given->name ? given->name : "",
					       .command = given->worker_cmd };
	struct tsk_server server;

	if (tsk_lifetime_check(call, &given->lifetime) ||
	    check_keeps_worker(call, given->worker_cmd) ||
	    own_workers(call, &command, &ensuring->own) || choose(call, given, ensuring))
		return tsk_error(call);
	for (size_t i = 0; i < ensuring->count; i++)
		if (check_program(call, ensuring->attempts[i].started.own))
			return tsk_error(call);
	if (tsk_private_directory(call, tsk_setting(call, TSK_SETTING_PID_DIR)))
		return tsk_error(call);
	for (size_t i = 0; i < ensuring->count; i++) {
		struct started_worker *started = &ensuring->attempts[i].started;
		started->log = worker_log_path(call, started->own->name);
		if (!started->log)
			return tsk_error(call);
	}
	return tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server);
}

/* ---- the whole ---- */

static enum tsk_status ensure_worker(struct tsk_call *call, const void *given)
{
	const struct ensure_options *o = given;
	struct ensuring ensuring = {
		.task_queue = o->task_queue,
		.worker_cmd = o->worker_cmd,
		.timeout = o->timeout,
		.began = tsk_now_ms(),
		.lifetime = &o->lifetime,
		.rehearse = o->rehearse,
		.no_rehearse = o->no_rehearse,
	};

	/* All that can be refused is refused before anything is stopped. */
	if (check_all(call, o, &ensuring) ||
	    tsk_lock(call, project_lock_name(call, project_directory(call)),
		     tsk_deadline(call, o->timeout)) ||
	    rehearse_first(call, &ensuring))
		return tsk_error(call);
	ensuring.deadline = tsk_deadline(call, o->timeout);
	if (start_and_wait(call, &ensuring))
		return tsk_error(call);
	return ensuring.own.named && !ensuring.name ? tell_several(call, &ensuring)
						    : tell_only(call, &ensuring);
}

static const struct tsk_view views[] = {
	{ .path = "will_break", .label = "warning" },
	{ .path = "unrehearsed", .label = "warning" },
	{ .path = "workers", .label = "", .columns = "name verdict pid evidence warning log" },
	{ .path = "evidence" },
	{ .path = "warning" },
	{ .path = "ends_with_call", .label = "warning" },
	{ .path = "left_alone", .label = "left alone" },
	{ .path = "supervised" },
	{ .path = "remedy" },
	{ .path = "remedies" },
	{ .path = "stopped" },
	{ .path = "ends" },
	{ .path = "log" },
	{ .path = "log_tail" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill ensure-worker",
	"temporal-skill ensure-worker --task-queue orders --worker-cmd 'uv run python worker.py'",
	"temporal-skill ensure-worker mail",
	NULL,
};

const struct tsk_command ensure_worker_command = {
	.name = "ensure-worker",
	.summary = "stop every worker of this project and start a fresh one",
	.details =
		"Also those started by hand in its directory are stopped; then one is started, "
		"detached, and this returns when it is shown to poll. What shows it is told. "
		"One that dies ends it at once, with the cause (exit 1), and so does a program "
		"that runs its workflow itself and ends: that is a starter. One that is not ready "
		"in time is left running (exit 5). Of a project with [worker NAME] sections, one "
		"of each; the exit code is that of the worst, and the others stay. Where sources "
		"have "
		"changed since the old one was started, its running workflows are replayed first, "
		"for "
		"5 s at most, and those that break are told: see rehearse-change and [project] "
		"rehearse.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct ensure_options),
	.views = views,
	.run = ensure_worker,
};
