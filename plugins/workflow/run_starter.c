/* run-starter: run a starter with a deadline, then judge by the workflows that this very process
 * started.
 *
 * A starter's exit status is not the truth: SDK 1.35 on Python 3.11 crashed at exit after a good
 * run in 2 of 20 runs. */
#include "starter_process.h"

#include <temporal-skill/sources.h>

#include <string.h>
#include <unistd.h>

struct starter_options {
	int64_t timeout;
	const char *expect;
	bool leave_waiting;
	struct tsk_strings command;
};

#define AT(field) .at = offsetof(struct starter_options, field)
static const struct tsk_option options[] = {
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long it may run",
	  .fallback = "100" },
	{ .name = "expect",
	  .type = TSK_STRING,
	  AT(expect),
	  .argument = "TEXT",
	  .help = "text that its output must contain" },
	{ .name = "leave-waiting",
	  .type = TSK_FLAG,
	  AT(leave_waiting),
	  .help = "return, and leave it running, once its workflow waits for a message" },
	{ .name = "command",
	  .type = TSK_REST,
	  AT(command),
	  .argument = "COMMAND ARG",
	  .positional = true,
	  .help = "the starter (default: starter_cmd of the settings, 'uv run starter')" },
	{ 0 },
};

#define OUTPUT_LINES 200
#define OUTPUT_LIMIT ((size_t)64 << 10)
/* For children of a starter that has ended, which are often about to end, too. */
#define LAST_MS      200
/* What text output shows of it: a result or an error stands at the end. */
#define LAST_LINES   15
#define LAST_LIMIT   ((size_t)1500)

struct starting {
	struct tsk_call *call;
	const struct starter_options *options;
	struct starter starter;
	int64_t began;
	const char *output; /* its end */
	bool as_expected;
};

/* ---- saying ---- */

static void say_workflows(struct starting *starting, struct started_judgement *judgement)
{
	struct tsk_call *call = starting->call;
	cJSON *list = tsk_set_list(tsk_result(call), "workflows");

	for (size_t i = 0; i < starting->starter.started.count; i++) {
		const struct tsk_workflow *workflow = starting->starter.started.workflows[i];
		struct outcome outcome;
		cJSON *row = tsk_append_object(list);
		if (read_outcome(call, workflow->workflow_id, workflow->run_id, NULL, &outcome))
			return;
		say_workflow(call, row, outcome.workflow);
		say_outcome(row, &outcome);
		if (outcome.suspicious)
			tsk_set(row, "problem", outcome.suspicious);
		else if (*outcome_reason(call, &outcome))
			tsk_set(row, "problem", outcome_reason(call, &outcome));
		count_outcome(judgement, &outcome);
	}
}

static bool is_text(const struct tsk_call *call)
{
	return strcmp(tsk_setting(call, TSK_SETTING_OUTPUT), "text") == 0;
}

static const char *output_end(struct tsk_call *call, const char *log)
{
	bool full = tsk_setting_is_true(call, TSK_SETTING_FULL);
	const char *text = tsk_file_tail(call, log, full ? OUTPUT_LINES : LAST_LINES,
					 full ? OUTPUT_LIMIT : LAST_LIMIT, 0);

	return text ? text : "";
}

/* As text: the only workflow's result; of several, a line each. */
static void say_outcomes(struct starting *starting)
{
	struct tsk_call *call = starting->call;
	const cJSON *rows = cJSON_GetObjectItemCaseSensitive(tsk_result(call), "workflows");
	cJSON *lines = tsk_set_list(tsk_result(call), "outcomes");

	for (const cJSON *row = rows->child; row; row = row->next) {
		const cJSON *id = cJSON_GetObjectItemCaseSensitive(row, "workflow_id");
		const cJSON *status = cJSON_GetObjectItemCaseSensitive(row, "status");
		const cJSON *result = cJSON_GetObjectItemCaseSensitive(row, "result");
		const cJSON *problem = cJSON_GetObjectItemCaseSensitive(row, "problem");
		if (starting->starter.started.count == 1 && result)
			tsk_set_json(tsk_result(call), "result", result->valuestring);
		if (starting->starter.started.count == 1)
			continue;
		tsk_append_format(lines, "'%s' %s%s%s%s%s", id->valuestring, status->valuestring,
				  result ? " " : "",
				  result ? tsk_shorten(call, result->valuestring, 160) : "",
				  problem ? ": " : "", problem ? problem->valuestring : "");
	}
}

static void say_process(struct starting *starting)
{
	struct tsk_call *call = starting->call;
	cJSON *result = tsk_result(call);
	struct tsk_root_cause cause = { .type = "", .message = "" };

	if (!starting->starter.left)
		tsk_set_number(result, "exit_status", starting->starter.code);
	tsk_set_seconds(result, "seconds", tsk_now_ms() - starting->began);
	tsk_set(result, "output", starting->output);
	if (is_text(call))
		tsk_set(result, "output_end", output_end(call, starting->starter.log));
	tsk_set(result, "log", starting->starter.log);
	if (starting->starter.code && tsk_log_cause(call, starting->output, &cause))
		tsk_set_format(result, "cause", "%s%s%s", cause.type, *cause.type ? ": " : "",
			       cause.message);
	if (starting->options->expect)
		tsk_set_bool(result, "expected_text_found", starting->as_expected);
}

static bool still_runs(struct tsk_call *call, const struct tsk_process *process, int64_t until)
{
	struct pollfd end = { .fd = tsk_process_open(process), .events = POLLIN };
	enum tsk_status status = TSK_OK;

	if (end.fd < 0)
		return false;
	status = tsk_wait(call, &end, 1, until);
	close(end.fd);
	return status == TSK_TIMEOUT;
}

/* It may have been meant, so that they are told and not stopped. */
static void say_left_processes(struct starting *starting)
{
	struct tsk_call *call = starting->call;
	const struct tsk_process_info *process =
		tsk_process_tree(call, &starting->starter.process, NULL);
	const int64_t until = tsk_now_ms() + LAST_MS;
	cJSON *pids = NULL;
	struct tsk_text text = { .call = call };

	for (; process->id.pid; process++) {
		if (!still_runs(call, &process->id, until))
			continue;
		if (!pids)
			pids = tsk_set_list(tsk_result(call), "left_processes");
		cJSON_AddItemToArray(pids, cJSON_CreateNumber(process->id.pid));
		tsk_text_join(&text, ", ", "'%s' (pid %d)", process->name, process->id.pid);
	}
	if (pids)
		tsk_note(call, "the starter has ended and left running what it started: %s",
			 tsk_text_value(&text));
}

static enum tsk_status say_unfinished(struct starting *starting, enum tsk_status status,
				      const struct started_judgement *judgement)
{
	struct tsk_call *call = starting->call;

	if (status == TSK_STALLED) {
		tsk_diagnosis_say(call, starting->starter.stalled, &starting->starter.diagnosis);
		return status;
	}
	tsk_verdict(call, "timeout",
		    "the starter was still running after %s and was stopped; it had %s%s%s",
		    tsk_duration_text(call, starting->options->timeout),
		    what_it_did(call, &starting->starter.started),
		    starting->starter.started.count ? ": " : "", judgement_text(call, judgement));
	for (size_t i = 0; i < starting->starter.started.count && i < 3; i++)
		tsk_next(call, "temporal-skill diagnose -w %s",
			 tsk_quote(call, starting->starter.started.workflows[i]->workflow_id));
	return status;
}

/* What it prints and how it ends is for whoever sends the message to see. */
static enum tsk_status say_left(struct starting *starting,
				const struct started_judgement *judgement)
{
	struct tsk_call *call = starting->call;
	const struct tsk_workflow *first = starting->starter.started.workflows[0];

	tsk_verdict(call, "waiting",
		    "the starter %s: %s; it waits for '%s', which waits for a message",
		    what_it_did(call, &starting->starter.started), judgement_text(call, judgement),
		    first->workflow_id);
	tsk_set_number(tsk_result(call), "pid", starting->starter.process.pid);
	tsk_next(call, "temporal-skill interact -w %s", tsk_quote(call, first->workflow_id));
	return TSK_OK;
}

static enum tsk_status no_workflow(struct starting *starting)
{
	struct tsk_call *call = starting->call;
	const cJSON *cause = cJSON_GetObjectItemCaseSensitive(tsk_result(call), "cause");

	if (starting->starter.code)
		tsk_verdict(
			call, "failed", "the starter exited with %d and started no workflow%s%s",
			starting->starter.code, cause ? ": " : "", cause ? cause->valuestring : "");
	else
		tsk_verdict(call, "no_workflow",
			    "the starter exited with 0, but started no workflow in namespace '%s' "
			    "of '%s'",
			    tsk_setting(call, TSK_SETTING_NAMESPACE),
			    tsk_setting(call, TSK_SETTING_ADDRESS));
	return starting->starter.code && starter_check_server(call) ? TSK_UNAVAILABLE
								    : TSK_NEGATIVE;
}

static void note_exit(struct tsk_call *call, int code)
{
	const bool crashed = starter_crashed_at_exit(code);

	if (!code)
		return;
	if (crashed)
		tsk_set_bool(tsk_result(call), "crashed_at_exit", true);
	tsk_note(call, "the starter exited with %d; its workflows are fine%s", code,
		 crashed ? " (with a Python before 3.14 the SDK may crash as the process ends)"
			 : "");
}

static enum tsk_status say_verdict(struct starting *starting,
				   const struct started_judgement *judgement)
{
	struct tsk_call *call = starting->call;
	const struct tsk_workflow *first = starting->starter.started.workflows[0];
	const char *id = tsk_quote(call, first->workflow_id);
	const char *expect = starting->options->expect;
	const char *what = what_it_did(call, &starting->starter.started);

	if (judgement->bad) {
		tsk_verdict(call, "failed", "the starter %s: %s", what,
			    judgement_text(call, judgement));
		/* Of several, a later one may have the same id. */
		tsk_next(call, "temporal-skill analyze-workflow-error -w %s%s%s",
			 tsk_quote(call, judgement->first_bad),
			 starting->starter.started.count > 1 ? " -r " : "",
			 starting->starter.started.count > 1 ? judgement->first_bad_run : "");
		return TSK_NEGATIVE;
	}
	if (!starting->as_expected) {
		tsk_verdict(call, "unexpected_output",
			    "the starter %s (%s), but did not print '%s'", what,
			    judgement_text(call, judgement), expect);
		return TSK_NEGATIVE;
	}
	note_exit(call, starting->starter.code);
	tsk_verdict(call, judgement->open ? "running" : "ok", "the starter %s: %s", what,
		    judgement_text(call, judgement));
	if (judgement->open)
		tsk_next(call, "temporal-skill wait-for-workflow-status -w %s", id);
	return TSK_OK;
}

/* The server has not been back before the time was over: what is known is older. */
static enum tsk_status say_unjudged(struct starting *starting, bool ended)
{
	struct tsk_call *call = starting->call;
	const struct tsk_absence *absence = &starting->starter.absence;
	cJSON *list = tsk_set_list(tsk_result(call), "workflows");

	for (size_t i = 0; i < starting->starter.started.count; i++)
		say_workflow(call, tsk_append_object(list), starting->starter.started.workflows[i]);
	tsk_set_time(tsk_result(call), "unanswered_since", absence->since);
	tsk_verdict(call, "timeout", "the starter %s; when the server last answered it had %s; %s",
		    ended ? tsk_format(call, "exited with %d", starting->starter.code)
			  : tsk_format(call, "was still running after %s and was stopped",
				       tsk_duration_text(call, starting->options->timeout)),
		    what_it_did(call, &starting->starter.started), tsk_absence_text(call, absence));
	tsk_next(call, "temporal-skill show-server");
	return TSK_TIMEOUT;
}

/* What it started, whether that can move, and how it ended; the error of a request is returned. */
static enum tsk_status look_at_all(struct starting *starting, struct started_judgement *judgement,
				   enum tsk_status *status)
{
	struct tsk_call *call = starting->call;
	const struct started *started = &starting->starter.started;

	*judgement = (struct started_judgement){ .bad = 0 };
	if (starter_find_workflows(call, &starting->starter, starting->output,
				   *status == TSK_OK && !starting->starter.left))
		return tsk_error(call);
	/* One that waited for its own was stopped as soon as that could not move. */
	if ((*status == TSK_OK || (*status == TSK_TIMEOUT && started->attached_is_guess)) &&
	    starter_settle(call, &starting->starter)) {
		if (tsk_error(call))
			return tsk_error(call);
		*status = TSK_STALLED;
	}
	say_workflows(starting, judgement);
	return tsk_error(call);
}

static enum tsk_status run_starter(struct tsk_call *call, const void *given)
{
	const struct starter_options *o = given;
	struct starting starting = { .call = call,
				     .options = o,
				     .began = tsk_now_ms(),
				     .starter = { .words = o->command,
						  .leave_waiting = o->leave_waiting } };
	struct started_judgement judgement = { .bad = 0 };
	struct tsk_server server;
	enum tsk_status status;

	if (!o->command.count && tsk_split_words(call, "starter_cmd", tsk_starter_command(call),
						 &starting.starter.words))
		return tsk_error(call);
	if (tsk_server_ask(call, tsk_setting_ms(call, TSK_SETTING_CONNECT_TIMEOUT), &server) ||
	    starter_check_server(call))
		return tsk_error(call);
	int64_t deadline = tsk_deadline(call, o->timeout);
	status = starter_run(call, &starting.starter, deadline);
	if (tsk_error(call))
		return tsk_error(call);
	starting.output = tsk_file_tail(call, starting.starter.log, OUTPUT_LINES, OUTPUT_LIMIT, 0);
	if (!starting.output)
		starting.output = "";
	starting.as_expected =
		!o->expect || tsk_file_contains(call, starting.starter.log, o->expect);
	say_process(&starting);
	if (status == TSK_OK && !starting.starter.left)
		say_left_processes(&starting);
	bool ended = status == TSK_OK;
	while (look_at_all(&starting, &judgement, &status)) {
		if (starter_server_is_gone(call, &starting.starter.absence))
			return tsk_error(call);
		enum tsk_status borne = tsk_ride_out(call, &starting.starter.absence, deadline);
		if (borne == TSK_TIMEOUT)
			return say_unjudged(&starting, ended);
		if (borne)
			return borne;
	}
	if (is_text(call))
		say_outcomes(&starting);
	/* What ended badly comes before what it left behind. */
	if (status == TSK_STALLED && ended && judgement.bad)
		status = TSK_OK;
	if (status != TSK_OK)
		return say_unfinished(&starting, status, &judgement);
	if (starting.starter.left)
		return say_left(&starting, &judgement);
	return starting.starter.started.count ? say_verdict(&starting, &judgement)
					      : no_workflow(&starting);
}

static const struct tsk_view views[] = {
	{ .path = "result" },
	{ .path = "=outcomes", .label = "" },
	{ .path = "started_by", .label = "started by" },
	{ .path = "attached_because", .label = "attached" },
	{ .path = "evidence" },
	{ .path = "recovery" },
	{ .path = "output_end", .label = "output" },
	{ .path = "pid" },
	{ .path = "log" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill run-starter --expect 'Hello, CodeAgent!' -- uv run starter CodeAgent",
	"temporal-skill run-starter --timeout 30",
	NULL,
};

const struct tsk_command run_starter_command = {
	.name = "run-starter",
	.summary = "run a starter, and tell what became of the workflows that it started",
	.details = "Exit 0: all that it started completed or is running well. 1: one failed, its "
		   "result looks like an\n"
		   "error, nothing was started or attached to, or the expected text is missing. 5: "
		   "it did not end "
		   "in time. 6: a workflow\n"
		   "that it started cannot move. A server that goes away meanwhile is waited for "
		   "until the time is over.\n"
		   "What still runs then is stopped; --leave-waiting leaves one whose workflow "
		   "waits for a message.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct starter_options),
	.views = views,
	.rows = "workflows",
	.run = run_starter,
};
