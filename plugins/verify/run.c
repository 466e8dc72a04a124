/* run: server, worker and build for the length of one command, in one call that leaves nothing. */
#include "verification.h"

#include <temporal-skill/process.h>

#include <string.h>

/* For a build, where nothing else is said. */
#define BUILD_MS   600000

/* What text output shows of the command: a result or an error stands at the end. */
#define LAST_LINES 15
#define LAST_LIMIT ((size_t)1500)

struct run_options {
	int64_t timeout;
	const char *expect, *build;
	bool no_worker;
	struct tsk_strings command;
};

#define AT(field) .at = offsetof(struct run_options, field)
static const struct tsk_option options[] = {
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long the command may run",
	  .fallback = "100" },
	{ .name = "expect",
	  .type = TSK_STRING,
	  AT(expect),
	  .argument = "TEXT",
	  .help = "text that its output must contain" },
	{ .name = "build",
	  .type = TSK_STRING,
	  AT(build),
	  .argument = "COMMAND",
	  .help = "run first; it must exit with 0" },
	{ .name = "no-worker",
	  .type = TSK_FLAG,
	  AT(no_worker),
	  .help = "the command is worker and starter in one" },
	{ .name = "command",
	  .type = TSK_REST,
	  AT(command),
	  .argument = "COMMAND ARG",
	  .positional = true,
	  .help = "what to run (default: starter_cmd of the settings, 'uv run starter')" },
	{ 0 },
};

struct one_run {
	struct verification verification;
	const struct run_options *options;
	bool no_worker, had_worker;
	const char *other_pollers; /* of the worker's queues, in words; "" */
	const cJSON *answer;       /* of run-starter; NULL: not that far */
	enum tsk_status status;
	const char *error;
	cJSON *step; /* that it is */
};

/* ---- the parts ---- */

static void build(struct one_run *run)
{
	struct tsk_strings words = { .count = 0 };

	if (!run->options->build)
		return;
	if (!tsk_split_words(run->verification.call, "--build", run->options->build, &words)) {
		verification_program(&run->verification, "build", words.items, BUILD_MS);
		return;
	}
	verification_step(&run->verification, "build", false, tsk_now_ms(), TSK_USAGE, "%s",
			  tsk_error_message(run->verification.call));
	tsk_forget_error(run->verification.call);
}

/* Of two runs at once the one would stop what the other uses: who may have to start it waits until
 * no other run has it, and holds it for as long as it has started it. */
static bool hold(struct one_run *run, const char *what)
{
	struct tsk_call *call = run->verification.call;
	int64_t began = tsk_now_ms();

	if (!tsk_lock(call, what, tsk_deadline(call, run->options->timeout)))
		return true;
	run->verification.interrupted |= tsk_error(call) == TSK_INTERRUPTED;
	verification_step(&run->verification, "turn", false, began, tsk_error(call),
			  "another run is at work: %s", tsk_error_message(call));
	tsk_forget_error(call);
	return false;
}

static void provide_server(struct one_run *run)
{
	struct tsk_call *call = run->verification.call;
	const char *lock = tsk_format(call, "run-%s", tsk_setting(call, TSK_SETTING_ADDRESS));

	if (!hold(run, lock))
		return;
	verification_server(&run->verification);
	if (!run->verification.server_started)
		tsk_unlock(call, lock);
}

/* One that is well stays as it is; one that is not is replaced, and the new one stays in its place.
 */
static void provide_worker(struct one_run *run)
{
	static const char *const no_words[] = { NULL };
	struct verification *verification = &run->verification;
	struct tsk_call *call = verification->call;
	const char *lock = tsk_format(call, "run-%s", tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	int64_t began = tsk_now_ms();
	const cJSON *health = NULL;
	const char *error;

	if (!hold(run, lock))
		return;
	enum tsk_status status = verification_command(verification, "monitor-worker-health",
						      no_words, &health, &error);

	if (verification->interrupted)
		return;
	run->had_worker = workers_any(health);
	if (status == TSK_OK && run->had_worker) {
		verification->worker_ready = true;
		worker_logs_take(verification, health);
		run->other_pollers = verification_other_pollers(call, health);
		verification_step(verification, "worker", true, began, TSK_OK, "runs: %s",
				  member_text(health, "headline"));
		tsk_unlock(call, lock);
		return;
	}
	verification->stays = run->had_worker;
	if (run->had_worker)
		verification_unmark();
	verification_worker(verification);
	run->other_pollers = verification_other_pollers(call, verification->worker_answer);
	if (!run->had_worker)
		return;
	verification->worker_started = false;
	verification_mark(verification);
	tsk_unlock(call, lock);
}

static void run_command_of(struct one_run *run)
{
	const struct run_options *o = run->options;
	struct tsk_call *call = run->verification.call;
	const char **words = tsk_alloc(call, (o->command.count + 6) * sizeof(*words));
	int64_t began = tsk_now_ms();
	size_t count = 0;

	words[count++] = "--timeout";
	words[count++] = tsk_format(call, "%lldms", (long long)o->timeout);
	if (o->expect) {
		words[count++] = "--expect";
		words[count++] = o->expect;
	}
	words[count++] = "--";
	for (size_t i = 0; i < o->command.count; i++)
		words[count++] = o->command.items[i];
	run->status = verification_command(&run->verification, "run-starter", words, &run->answer,
					   &run->error);
	tsk_progress(call, "%s the command: %s", run->status ? "FAILED" : "ok    ", run->error);
	cJSON *row = run->step = tsk_append_object(run->verification.steps);
	tsk_set(row, "name", "command");
	tsk_set_seconds(row, "seconds", tsk_now_ms() - began);
	tsk_set(row, "detail", run->error);
}

/* ---- what is said ---- */

/* All that run-starter said, as if it had been called. */
static void take_over(struct one_run *run)
{
	struct tsk_call *call = run->verification.call;
	static const char *const own[] = { "command", "verdict", "headline", "next" };

	for (const cJSON *member = run->answer ? run->answer->child : NULL; member;
	     member = member->next) {
		bool is_own = false;
		for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
			is_own |= strcmp(member->string, own[i]) == 0;
		if (is_own)
			continue;
		cJSON_DeleteItemFromObjectCaseSensitive(tsk_result(call), member->string);
		cJSON_AddItemToObject(tsk_result(call), member->string,
				      cJSON_Duplicate(member, true));
	}
	if (strcmp(tsk_setting(call, TSK_SETTING_OUTPUT), "text") == 0 &&
	    *member_text(run->answer, "log"))
		tsk_set(tsk_result(call), "output_end",
			tsk_file_tail(call, member_text(run->answer, "log"), LAST_LINES, LAST_LIMIT,
				      0));
}

/* Why the first of its workflows ended badly, while the server has it. */
static void analyze(struct one_run *run)
{
	struct tsk_call *call = run->verification.call;
	const cJSON *workflows = cJSON_GetObjectItemCaseSensitive(run->answer, "workflows");
	const cJSON *row = workflows ? workflows->child : NULL;
	const cJSON *analysis = NULL;
	const char *error;

	while (row && !*member_text(row, "problem"))
		row = row->next;
	if (run->status != TSK_NEGATIVE || !row)
		return;
	const char *words[] = { "--workflow-id", member_text(row, "workflow_id"), "--run-id",
				member_text(row, "run_id"), NULL };
	verification_command(&run->verification, "analyze-workflow-error", words, &analysis,
			     &error);
	static const char *const told[] = { "root_cause", "evidence", "recovery" };
	for (size_t i = 0; analysis && i < sizeof(told) / sizeof(*told); i++) {
		const cJSON *member = cJSON_GetObjectItemCaseSensitive(analysis, told[i]);
		if (member && !cJSON_GetObjectItemCaseSensitive(tsk_result(call), told[i]))
			cJSON_AddItemToObject(tsk_result(call), told[i],
					      cJSON_Duplicate(member, true));
	}
}

/* The server that was there has the workflows still. */
static void pass_next(struct one_run *run)
{
	const cJSON *next = cJSON_GetObjectItemCaseSensitive(run->answer, "next");

	for (const cJSON *line = next ? next->child : NULL; line; line = line->next)
		if (cJSON_IsString(line) && !run->verification.server_started)
			tsk_next(run->verification.call, "%s", line->valuestring);
}

static const char *provided(const struct one_run *run, bool server, bool worker)
{
	if (run->verification.interrupted || (!server && !worker))
		return "";
	const size_t workers = worker ? run->verification.log_count : 0;
	return tsk_format(
		run->verification.call, "; %s%s%s started for it, and %s again",
		server ? "a server" : "", server && worker ? " and " : "",
		!worker       ? ""
		: workers > 1 ? tsk_count_text(run->verification.call, (int64_t)workers, "worker")
			      : "a worker",
		server + worker + (workers > 1) > 1 ? "are stopped" : "is stopped");
}

static enum tsk_status conclude_command(struct one_run *run, const char *after)
{
	struct tsk_call *call = run->verification.call;
	const char *verdict = member_text(run->answer, "verdict");
	const cJSON *exit_status = cJSON_GetObjectItemCaseSensitive(run->answer, "exit_status");
	int code = exit_status ? exit_status->valueint : 0;
	const cJSON *found = cJSON_GetObjectItemCaseSensitive(run->answer, "expected_text_found");
	const bool crashed_at_exit =
		cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(run->answer, "crashed_at_exit"));

	if (cJSON_IsFalse(found) && run->status == TSK_NEGATIVE && !code) {
		tsk_verdict(call, "unexpected_output", "the command did not print '%s': %s%s",
			    run->options->expect, run->error, after);
		return TSK_NEGATIVE;
	}
	if (!strcmp(verdict, "no_workflow")) {
		tsk_verdict(call, "ok", "the command exited with 0 and started no workflow%s",
			    after);
		return TSK_OK;
	}
	if (run->status == TSK_OK && code && !crashed_at_exit) {
		tsk_verdict(call, "failed", "the command exited with %d: %s%s", code, run->error,
			    after);
		return TSK_NEGATIVE;
	}
	if (run->status == TSK_OK && run->verification.failed > (*run->verification.left != 0)) {
		tsk_verdict(call, "failed", "%s; but '%s': %s", run->error,
			    run->verification.first_failed, run->verification.first_failed_detail);
		return TSK_NEGATIVE;
	}
	if (!strcmp(verdict, "running") && run->verification.server_started)
		tsk_note(call, "what still ran ended with the server that was started for it");
	tsk_verdict(call, verdict, "%s%s", run->error, after);
	return run->status;
}

static void say_warning(const struct one_run *run)
{
	struct tsk_text text = { .call = run->verification.call };

	if (*run->other_pollers)
		tsk_text_add(&text, run->other_pollers);
	/* Whether a build or the command left it on purpose is not known here; nothing stays. */
	if (*run->verification.left)
		tsk_text_join(&text, "; ", "what build or command had left running was stopped: %s",
			      run->verification.left);
	if (text.size)
		tsk_set(tsk_result(text.call), "warning", tsk_text_value(&text));
}

static enum tsk_status conclude(struct one_run *run, bool server, bool worker)
{
	struct tsk_call *call = run->verification.call;

	say_warning(run);
	/* One that died at its start has been told. */
	const char *after = provided(run, server, worker && run->verification.worker_ready);

	if (run->verification.interrupted) {
		tsk_verdict(call, "interrupted", "interrupted; what was started is stopped");
		return TSK_INTERRUPTED;
	}
	if (run->answer)
		return conclude_command(run, after);
	if (run->status) {
		tsk_verdict(call, "failed", "the command did not run: %s%s", run->error, after);
		return run->status;
	}
	tsk_verdict(call, "failed", "the command did not run: %s: %s%s",
		    run->verification.first_failed, run->verification.first_failed_detail, after);
	return run->verification.first_failed_status;
}

/* ---- the whole ---- */

static enum tsk_status run_one(struct tsk_call *call, const void *given)
{
	struct one_run *run = tsk_alloc(call, sizeof(*run));
	struct verification *verification = &run->verification;
	cJSON *result = tsk_result(call);

	run->options = given;
	run->error = run->other_pollers = "";
	verification->call = call;
	verification->receipt = (struct receipt){ .call = call, .began = tsk_wall_ns() };
	verification->steps = tsk_set_list(result, "steps");
	verification->workflows = cJSON_CreateArray();
	verification_mark(verification);
	build(run);
	if (verification_goes_on(verification))
		provide_server(run);
	run->no_worker = run->options->no_worker || (verification_goes_on(verification) &&
						     verification_without_worker(verification));
	if (verification_goes_on(verification) && !run->no_worker)
		provide_worker(run);
	if (verification_goes_on(verification)) {
		run_command_of(run);
		take_over(run);
		analyze(run);
		pass_next(run);
	}
	const bool server = verification->server_started, worker = verification->worker_started;
	tsk_set(result, "server", server ? "started" : "running");
	tsk_set(result, "worker",
		run->no_worker        ? "none"
		: worker              ? "started"
		: !run->had_worker    ? "none"
		: verification->stays ? "replaced"
				      : "running");
	if (!run->answer && verification->log_count)
		tsk_next(call, "temporal-skill show-worker-log --errors");
	verification_end(verification);
	cJSON_Delete(verification->workflows);
	enum tsk_status status = conclude(run, server, worker);
	if (run->step)
		tsk_set_bool(run->step, "ok", status == TSK_OK);
	return status;
}

static const struct tsk_view views[] = {
	{ .path = "result" },
	{ .path = "warning" },
	{ .path = "evidence" },
	{ .path = "recovery" },
	{ .path = "output_end", .label = "output" },
	{ .path = "log" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill run -- uv run starter Ada",
	"temporal-skill run --build 'make' --timeout 10m -- uv run pytest",
	NULL,
};

const struct tsk_command run_command = {
	.name = "run",
	.summary = "run one command with server and worker, which are stopped again",
	.details =
		"What is missing of server and worker is started, the command runs as by "
		"run-starter, and what was\nstarted is stopped, also after SIGINT, and after "
		"SIGKILL of this program: for CI jobs, calls in a sandbox\nof their own, entry "
		"points of containers. Exit as run-starter's, but that a command that started no "
		"workflow\nmust only exit with 0, and that one that did must as well.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct run_options),
	.views = views,
	.rows = "workflows",
	.run = run_one,
};
