/* The starter of a run, and the end of one that waits for the workflow meanwhile. */
#include "verification_run.h"

#include <temporal-skill/sources.h>

#include <string.h>
#include <unistd.h>

/* As run-starter has it. */
#define OUTPUT_LINES 200
#define OUTPUT_LIMIT ((size_t)64 << 10)
#define GRACE_MS     2000

const char *run_step_name(const struct run *run, const char *what)
{
	return tsk_format(run->call, "%s: %s", run->plan->name, what);
}

/* Queries are answered of a workflow that has ended, too; a message wants an open one. */
static bool has_messages(const struct plan_run *plan)
{
	for (size_t i = 0; i < plan->step_count; i++)
		if (strcmp(plan->steps[i].kind, "query") != 0)
			return true;
	return false;
}

static const char *const *starter_words(struct run *run)
{
	struct tsk_strings starter = { .count = 0 };
	const char *text = run->plan->starter ? run->plan->starter : tsk_starter_command(run->call);
	size_t count = 0;

	if (tsk_split_words(run->call, "starter", text, &starter))
		return NULL;
	const char **words = tsk_alloc(run->call, (starter.count + 7) * sizeof(*words));
	words[count++] = "--timeout";
	words[count++] = run->plan->timeout;
	if (has_messages(run->plan))
		words[count++] = "--leave-waiting";
	words[count++] = "--";
	for (size_t i = 0; i < starter.count; i++)
		words[count++] = starter.items[i];
	return words;
}

/* A run that is to fail: the starter command answers no, or that its workflow cannot move, and that
 * may be what was wanted. How it ends is looked at next. */
static bool starter_is_fine(const struct run *run, enum tsk_status status, const cJSON *workflow)
{
	if (status == TSK_OK)
		return true;
	return workflow && (status == TSK_NEGATIVE || status == TSK_STALLED) &&
	       run->plan->expect_status != TSK_WORKFLOW_COMPLETED;
}

/* The workflow that did not go well: the one with a problem. */
static const cJSON *bad_workflow(const cJSON *result)
{
	const cJSON *workflows = cJSON_GetObjectItemCaseSensitive(result, "workflows");

	for (const cJSON *row = workflows ? workflows->child : NULL; row; row = row->next)
		if (*member_text(row, "problem"))
			return row;
	return NULL;
}

static const char *too_long(const struct run *run)
{
	const char *typed = run->plan->timeout;
	const bool bare = !typed[strspn(typed, "0123456789.")];

	return tsk_format(run->call, "it was still running after %s%s and was stopped", typed,
			  bare ? " s" : "");
}

/* What is seen of a workflow that waits by design names what it takes, too. */
static const char *all_seen(struct run *run, const cJSON *diagnosis, const char *error)
{
	const cJSON *evidence = cJSON_GetObjectItemCaseSensitive(diagnosis, "evidence");
	struct tsk_text text = { .call = run->call };

	if (*member_text(cJSON_GetObjectItemCaseSensitive(diagnosis, "root_cause"), "type"))
		return verification_reason(run->call, diagnosis, error);
	tsk_text_add(&text, member_text(diagnosis, "verdict"));
	for (const cJSON *line = evidence ? evidence->child : NULL; line; line = line->next)
		if (cJSON_IsString(line))
			tsk_text_format(&text, ", %s", line->valuestring);
	return tsk_text_value(&text);
}

/* "; 'ID' waiting_signal, evidence": why a starter waited for its workflow in vain. */
static const char *why_open(struct run *run, const cJSON *result)
{
	const cJSON *workflows = cJSON_GetObjectItemCaseSensitive(result, "workflows");
	const cJSON *row = workflows ? workflows->child : NULL;
	const cJSON *diagnosis = NULL;
	const char *error = "";

	while (row && strcmp(member_text(row, "status"), "RUNNING") != 0)
		row = row->next;
	if (!row)
		return "";
	const char *words[] = { "--workflow-id", member_text(row, "workflow_id"), "--run-id",
				member_text(row, "run_id"), NULL };
	if (verification_command(run->verification, "diagnose", words, &diagnosis, &error) ||
	    strcmp(member_text(diagnosis, "status"), "RUNNING") != 0)
		return "";
	return tsk_format(run->call, "; '%s' is RUNNING: %s", member_text(row, "workflow_id"),
			  all_seen(run, diagnosis, error));
}

static const char *starter_problem(struct run *run, const cJSON *result, const char *error)
{
	struct tsk_call *call = run->call;
	const char *verdict = member_text(result, "verdict");
	const cJSON *workflow = bad_workflow(result);
	const cJSON *code = cJSON_GetObjectItemCaseSensitive(result, "exit_status");

	if (!result)
		return error;
	if (!strcmp(verdict, "timeout"))
		return tsk_format(call, "%s%s", too_long(run), why_open(run, result));
	if (workflow)
		return tsk_format(call, "'%s' %s: %s", member_text(workflow, "workflow_id"),
				  member_text(workflow, "status"),
				  member_text(workflow, "problem"));
	if (cJSON_GetObjectItemCaseSensitive(result, "evidence"))
		return tsk_format(call, "'%s' cannot move: %s", member_text(result, "workflow_id"),
				  verification_reason(run->call, result, error));
	return tsk_format(call, "it exited with %d and started no workflow%s%s",
			  code ? code->valueint : 0, *member_text(result, "cause") ? ": " : "",
			  member_text(result, "cause"));
}

static void note_output(struct run *run, const char *log, const char *output)
{
	receipt_add_log(&run->verification->receipt,
			tsk_format(run->call, "output of the starter of '%s'", run->plan->name),
			log, output);
}

static void note_started(struct run *run, const cJSON *result, const cJSON *workflow)
{
	struct receipt *receipt = &run->verification->receipt;

	for (; workflow; workflow = workflow->next) {
		cJSON *row = cJSON_Duplicate(workflow, true);
		cJSON_AddItemToArray(run->verification->workflows, row);
		receipt_add_workflow(receipt, row, run->plan->name);
	}
	if (!run->starter.pid)
		note_output(run, member_text(result, "log"), member_text(result, "output"));
}

/* One that was left running, as it waits for the workflow that waits for the plan's messages. */
static void note_left(struct run *run, const cJSON *result)
{
	const cJSON *pid = cJSON_GetObjectItemCaseSensitive(result, "pid");

	if (!pid || !tsk_process_identify(pid->valueint, &run->starter))
		return;
	run->starter_log = member_text(result, "log");
}

/* ", printed 'TEXT'", "" where none was expected. */
static const char *printed_text(const struct run *run)
{
	return run->plan->expect_output
		       ? tsk_format(run->call, ", printed '%s'", run->plan->expect_output)
		       : "";
}

static bool check_output(struct run *run, const char *name, int64_t began, const char *log,
			 const char *output, const char *as)
{
	const char *expected = run->plan->expect_output;

	if (expected && !tsk_file_contains(run->call, log, expected))
		return verification_step(run->verification, name, false, began, TSK_NEGATIVE,
					 "it did not print '%s' but: %s", expected,
					 tsk_shorten(run->call, output, 400));
	return verification_step(run->verification, name, true, began, TSK_OK, "%s%s", as,
				 printed_text(run));
}

/* "started 'ID'", or that it was there before. */
static const char *did_text(const struct run *run, const cJSON *result)
{
	const char *shown = member_text(result, "attached_because");

	return *shown ? tsk_format(run->call,
				   "started nothing new; '%s' (run %s) was there before: %s",
				   run->workflow_id, run->run_id, shown)
		      : tsk_format(run->call, "started '%s'", run->workflow_id);
}

bool run_starter(struct run *run)
{
	const char *name = run_step_name(run, "starter");
	int64_t began = tsk_now_ms();
	const char *const *words = starter_words(run);
	const cJSON *result = NULL;
	const char *error = tsk_error_message(run->call);
	enum tsk_status status = TSK_USAGE;

	run->verification->starter_began = tsk_wall_ns();
	run->verification->starter_name = run->plan->name;
	if (words)
		status = verification_command(run->verification, "run-starter", words, &result,
					      &error);
	if (result)
		run->verification->starter_began = 0;
	const cJSON *workflows = cJSON_GetObjectItemCaseSensitive(result, "workflows");
	const cJSON *workflow = workflows ? workflows->child : NULL;
	note_left(run, result);
	note_started(run, result, workflow);
	run->workflows = workflows;
	run->workflow_id = workflow ? member_text(workflow, "workflow_id") : NULL;
	run->run_id = workflow ? member_text(workflow, "run_id") : NULL;
	if (!starter_is_fine(run, status, workflow)) {
		/* What a workflow says of itself is said better than by the starter. */
		const char *output = bad_workflow(result) ? "" : member_text(result, "output");
		return verification_step(
			run->verification, name, false, began, status, "%s%s%s%s",
			starter_problem(run, result, error), worker_death(run->verification),
			*output ? "; it printed: " : "", tsk_shorten(run->call, output, 400));
	}
	if (run->starter.pid)
		return verification_step(run->verification, name, true, began, TSK_OK,
					 "%s, and waits for it", did_text(run, result));
	return check_output(run, name, began, member_text(result, "log"),
			    member_text(result, "output"), did_text(run, result));
}

/* ---- one that was left running ---- */

static const char *left_output(struct run *run)
{
	const char *text =
		tsk_file_tail(run->call, run->starter_log, OUTPUT_LINES, OUTPUT_LIMIT, 0);

	return text ? text : "";
}

void run_stop_starter(struct run *run)
{
	struct tsk_stopped stopped;
	int code, signal;

	if (!run->starter.pid)
		return;
	if (tsk_stop_claimed(run->call, &run->starter, NULL, GRACE_MS, &stopped))
		tsk_forget_error(run->call);
	tsk_process_ended(&run->starter, &code, &signal);
	note_output(run, run->starter_log, left_output(run));
	run->starter.pid = 0;
}

bool run_await_starter(struct run *run)
{
	const char *name = run_step_name(run, "starter end");
	int64_t began = tsk_now_ms(), whole = 0;
	enum tsk_status status = TSK_OK;
	int code = 0, signal = 0;

	if (!run->starter.pid)
		return true;
	tsk_parse_duration(run->plan->timeout, &whole);
	struct pollfd end = { .fd = tsk_process_open(&run->starter), .events = POLLIN };
	if (end.fd >= 0) {
		status = tsk_wait(run->call, &end, 1, tsk_deadline(run->call, whole));
		close(end.fd);
	}
	if (status == TSK_INTERRUPTED)
		run->verification->interrupted = true;
	bool ended = tsk_process_ended(&run->starter, &code, &signal);
	run_stop_starter(run);
	const char *output = left_output(run);
	if (!ended)
		return verification_step(
			run->verification, name, false, began, status ? status : TSK_TIMEOUT,
			"%s%s%s", status == TSK_INTERRUPTED ? "interrupted" : too_long(run),
			*output ? "; it printed: " : "", tsk_shorten(run->call, output, 400));
	return check_output(run, name, began, run->starter_log, output,
			    tsk_format(run->call, "exit status %d", code));
}
