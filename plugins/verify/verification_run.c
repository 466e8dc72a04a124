/* One [run]: the messages to the workflow of its starter, how it ended, its history, and the
 * worker's log meanwhile. */
#include "verification_run.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <string.h>

/* ---- messages ---- */

static bool run_step(struct run *run, const struct plan_step *step)
{
	const char *command = tsk_format(run->call, "%s-workflow", step->kind);
	const char *words[] = { "--workflow-id",
				run->workflow_id,
				"--name",
				step->name,
				step->input ? "--input" : NULL,
				step->input,
				NULL };
	const char *name =
		run_step_name(run, tsk_format(run->call, "%s %s", step->kind, step->name));
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "";
	enum tsk_status status =
		verification_command(run->verification, command, words, &result, &error);

	if (status != TSK_OK)
		return verification_step(run->verification, name, false, began, status, "%s%s",
					 verification_reason(run->call, result, error),
					 worker_death(run->verification));
	cJSON *answer = cJSON_GetObjectItemCaseSensitive(result, "answer");
	char *printed = answer ? cJSON_PrintUnformatted(answer) : NULL;
	const char *text = tsk_copy(run->call, printed ? printed : "null");
	cJSON_free(printed);
	if (step->expect && !expect_equal(run->call, step->expect, text))
		return verification_step(run->verification, name, false, began, TSK_NEGATIVE,
					 "answered %s, expected %s",
					 tsk_shorten(run->call, text, 400), step->expect);
	if (!strcmp(step->kind, "signal"))
		return verification_step(run->verification, name, true, began, TSK_OK, "sent%s%s",
					 step->input ? " " : "", step->input ? step->input : "");
	return verification_step(run->verification, name, true, began, TSK_OK, "answered %s",
				 tsk_shorten(run->call, text, 400));
}

/* ---- the end ---- */

/* An activity that goes on failing is no reason to give up before the time that the run was given:
 * it may be meant to be tried often. Where the time passes, what was seen first says why. */
static enum tsk_status wait_for_status(struct run *run, const char *wanted, const cJSON **result,
				       const char **error)
{
	const int64_t began = tsk_now_ms();
	int64_t whole = 0;
	const char *words[] = { "--workflow-id", run->workflow_id,   "--status", wanted,
				"--timeout",     run->plan->timeout, NULL,       NULL };
	const cJSON *later = NULL;
	const char *why = "";
	enum tsk_status status = verification_command(run->verification, "wait-for-workflow-status",
						      words, result, error);

	if (status != TSK_STALLED || strcmp(member_text(*result, "verdict"), "activity_retrying"))
		return status;
	tsk_parse_duration(run->plan->timeout, &whole);
	int64_t left = whole - (tsk_now_ms() - began);
	words[5] = tsk_format(run->call, "%lldms", (long long)(left > 0 ? left : 0));
	words[6] = "--no-stall-check";
	status = verification_command(run->verification, "wait-for-workflow-status", words, &later,
				      &why);
	if (status != TSK_TIMEOUT || !*result)
		*result = later;
	if (status != TSK_TIMEOUT)
		*error = why;
	return status;
}

static bool check_status(struct run *run)
{
	const char *wanted = tsk_workflow_status_name(run->plan->expect_status);
	const char *name = run_step_name(run, "status");
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "";
	enum tsk_status status = wait_for_status(run, wanted, &result, &error);
	const cJSON *cause = cJSON_GetObjectItemCaseSensitive(result, "root_cause");

	if (status != TSK_OK)
		return verification_step(
			run->verification, name, false, began, status, "%s, expected %s: %s%s",
			*member_text(result, "status") ? member_text(result, "status") : "unknown",
			wanted, verification_reason(run->call, result, error),
			worker_death(run->verification));
	if (run->plan->expect_failure_type &&
	    strcmp(member_text(cause, "type"), run->plan->expect_failure_type) != 0)
		return verification_step(run->verification, name, false, began, TSK_NEGATIVE,
					 "%s with '%s', expected '%s'", wanted,
					 member_text(cause, "type"),
					 run->plan->expect_failure_type);
	return verification_step(run->verification, name, true, began, TSK_OK, "%s%s%s", wanted,
				 cause ? " with " : "", cause ? member_text(cause, "type") : "");
}

static bool check_result(struct run *run)
{
	const struct plan_run *plan = run->plan;
	const char *words[] = { "--workflow-id", run->workflow_id, NULL };
	const char *name = run_step_name(run, "result");
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "", *wanted = NULL;

	if (plan->expect_status != TSK_WORKFLOW_COMPLETED)
		return true;
	enum tsk_status status = verification_command(run->verification, "get-workflow-result",
						      words, &result, &error);
	cJSON *value = cJSON_GetObjectItemCaseSensitive(result, "result");
	char *printed = value ? cJSON_PrintUnformatted(value) : NULL;
	const char *text = tsk_copy(run->call, printed ? printed : "null");
	cJSON_free(printed);
	if (status != TSK_OK && !result)
		return verification_step(run->verification, name, false, began, status, "%s",
					 error);
	/* One that is not as it should be has no result, and its status was said. */
	if (strcmp(member_text(result, "status"), "COMPLETED") != 0)
		return true;
	if (plan->expect_result && !expect_equal(run->call, plan->expect_result, text))
		wanted = plan->expect_result;
	else if (plan->expect_result_subset &&
		 !expect_subset(run->call, plan->expect_result_subset, text))
		wanted = tsk_format(run->call, "it to contain %s", plan->expect_result_subset);
	else if (plan->expect_result_match && !expect_match(plan->expect_result_match, text))
		wanted = tsk_format(run->call, "a match of '%s'", plan->expect_result_match);
	if (wanted)
		return verification_step(run->verification, name, false, began, TSK_NEGATIVE,
					 "%s, expected %s", tsk_shorten(run->call, text, 400),
					 wanted);
	/* A result that was declared is no suspicion any more. */
	if (!plan->expect_result && !plan->expect_result_subset && !plan->expect_result_match &&
	    cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(result, "suspicious")))
		return verification_step(run->verification, name, false, began, TSK_NEGATIVE,
					 "%s looks like an error: %s",
					 tsk_shorten(run->call, text, 400),
					 member_text(result, "suspicious_because"));
	return verification_step(run->verification, name, true, began, TSK_OK, "%s",
				 tsk_shorten(run->call, text, 400));
}

static bool check_others(struct run *run)
{
	return verification_others(run->verification, run->plan, run->workflows);
}

static bool check_history(struct run *run)
{
	struct tsk_history history = { .count = 0 };
	int64_t began = tsk_now_ms();
	struct tsk_text missing = { .call = run->call };

	if (!run->plan->expect_event_count)
		return true;
	if (tsk_history_forward(run->call, run->workflow_id, "", 0, &history)) {
		const char *error = tsk_error_message(run->call);
		enum tsk_status status = tsk_error(run->call);
		tsk_forget_error(run->call);
		return verification_step(run->verification, run_step_name(run, "history"), false,
					 began, status, "%s", error);
	}
	for (size_t i = 0; i < run->plan->expect_event_count; i++) {
		size_t at = 0;
		while (at < history.count &&
		       strcmp(history.events[at].type_name, run->plan->expect_events[i]) != 0)
			at++;
		if (at == history.count)
			tsk_text_format(&missing, " %s", run->plan->expect_events[i]);
	}
	return verification_step(run->verification, run_step_name(run, "history"), !missing.size,
				 began, TSK_NEGATIVE,
				 missing.size ? "%zu events, but none is%s" : "%zu events%s",
				 history.count, tsk_text_value(&missing));
}

static bool check_worker_log(struct run *run)
{
	return verification_log(run->verification, run->plan);
}

static void run_all(struct run *run)
{
	struct verification *verification = run->verification;
	bool (*const checks[])(struct run *) = { check_status, check_result,  run_await_starter,
						 check_others, check_history, check_worker_log };

	if (!run_starter(run) || !run->workflow_id)
		return;
	for (size_t i = 0; i < run->plan->step_count; i++)
		if (verification_goes_on(verification))
			run_step(run, &run->plan->steps[i]);
	for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
		if (verification_goes_on(verification))
			checks[i](run);
}

void verification_run(struct verification *verification, const struct plan_run *plan)
{
	struct run run = { .verification = verification, .call = verification->call, .plan = plan };

	worker_logs_begin(verification);
	run_all(&run);
	run_stop_starter(&run);
	if (!verification->interrupted)
		receipt_collect(&verification->receipt);
}
