/* verify-project: one command that proves that an app works, live, end to end, and leaves nothing
 * behind. */
#include "verification.h"
#include "versions.h"

#include <string.h>

struct verify_options {
	const char *directory;
	bool keep_going;
	struct tsk_strings receipts;
};

static const struct tsk_option options[] = {
	{ .name = "dir",
	  .type = TSK_STRING,
	  .at = offsetof(struct verify_options, directory),
	  .argument = "DIR",
	  .help = "the project (default: --project-dir)",
	  .positional = true,
	  .global = "project-dir" },
	{ .name = "keep-going",
	  .type = TSK_FLAG,
	  .at = offsetof(struct verify_options, keep_going),
	  .help = "go on after a step that failed" },
	{ .name = "receipt",
	  .type = TSK_LIST,
	  .at = offsetof(struct verify_options, receipts),
	  .argument = "FILE",
	  .help = "also write what was done and seen; .json, .md (for a pull request) or .html" },
	{ 0 },
};

/* ---- all ---- */

static void verify(struct verification *verification)
{
	const struct plan *plan = &verification->plan;

	verification_mark(verification);
	verification_server(verification);
	if (verification_goes_on(verification))
		verification_workflows(verification);
	for (size_t i = 0; i < plan->check_count && verification_goes_on(verification); i++)
		verification_check(verification, i);
	if (verification_goes_on(verification) && !verification_without_worker(verification))
		verification_worker(verification);
	if (verification->worker_ready && verification_goes_on(verification))
		verification_alone(verification);
	for (size_t i = 0; i < plan->run_count && verification_goes_on(verification); i++)
		verification_run(verification, &plan->runs[i]);
	verification_alone_again(verification);
	verification_end(verification);
}

static enum tsk_status conclude_verification(struct verification *verification, int64_t began)
{
	struct tsk_call *call = verification->call;
	struct receipt *receipt = &verification->receipt;
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_NAME);
	const char *time = tsk_duration_text(call, tsk_now_ms() - began);
	int steps = cJSON_GetArraySize(verification->steps);

	receipt->verdict = verification->failed || verification->interrupted ? "failed" : "passed";
	if (verification->interrupted) {
		receipt->headline =
			tsk_format(call, "interrupted after %s%s%s%s; what was started is stopped",
				   time, verification->first_failed ? " at the step '" : "",
				   verification->first_failed ? verification->first_failed : "",
				   verification->first_failed ? "'" : "");
		return TSK_INTERRUPTED;
	}
	if (!verification->failed) {
		receipt->headline =
			tsk_format(call, "passed: '%s', %d steps in %s", project, steps, time);
		return TSK_OK;
	}
	receipt->headline =
		tsk_format(call, "failed: '%s' at the step '%s': %s", project,
			   verification->first_failed, verification->first_failed_detail);
	/* What could not be reached or started is told apart from what answered no. */
	return verification->first_failed_status == TSK_UNAVAILABLE ? TSK_UNAVAILABLE
								    : TSK_NEGATIVE;
}

/* A receipt that was asked for and is not there is no small thing: then it has not passed. */
static enum tsk_status write_receipts(struct verification *verification, enum tsk_status status)
{
	struct tsk_call *call = verification->call;
	struct receipt *receipt = &verification->receipt;
	cJSON *written = tsk_set_list(tsk_result(call), "receipts");

	receipt->result = tsk_result(call);
	if (receipt_write(receipt, written) == TSK_OK)
		return status;
	tsk_note(call, "%s", tsk_error_message(call));
	if (status != TSK_OK) {
		tsk_forget_error(call);
		return status;
	}
	receipt->verdict = "failed";
	receipt->headline = tsk_format(call, "failed: no receipt: %s", tsk_error_message(call));
	tsk_forget_error(call);
	/* The others said that it had passed. */
	cJSON_DeleteItemFromObjectCaseSensitive(tsk_result(call), "receipts");
	if (receipt_write(receipt, tsk_set_list(tsk_result(call), "receipts")))
		tsk_forget_error(call);
	return TSK_NEGATIVE;
}

static enum tsk_status verify_project(struct tsk_call *call, const void *given)
{
	const struct verify_options *o = given;
	struct verification *verification = tsk_alloc(call, sizeof(*verification));
	struct receipt *receipt = &verification->receipt;
	int64_t began = tsk_now_ms();

	verification->call = call;
	verification->keep_going = o->keep_going;
	*receipt = (struct receipt){ .call = call, .files = o->receipts, .began = tsk_wall_ns() };
	if (receipt_check(call, &o->receipts) || plan_read(call, &verification->plan))
		return tsk_error(call);
	tsk_set(tsk_result(call), "project", tsk_setting(call, TSK_SETTING_PROJECT_NAME));
	tsk_set(tsk_result(call), "project_dir", tsk_setting(call, TSK_SETTING_PROJECT_DIR));
	verification->steps = tsk_set_list(tsk_result(call), "steps");
	verification->workflows = tsk_set_list(tsk_result(call), "workflows");
	verification->other_pollers = tsk_set_list(tsk_result(call), "other_pollers");
	verify(verification);
	say_versions(call, tsk_set_object(tsk_result(call), "versions"),
		     verification->server_version);
	tsk_set_seconds(tsk_result(call), "seconds", tsk_now_ms() - began);
	enum tsk_status status = conclude_verification(verification, began);
	if (o->receipts.count)
		status = write_receipts(verification, status);
	tsk_verdict(call, receipt->verdict, "%s", receipt->headline);
	if (verification->not_alone)
		tsk_next(call, "temporal-skill list-workers");
	else if (verification->failed && !strcmp(verification->first_failed, "check_workflows"))
		tsk_next(call, "temporal-skill check-workflows");
	else if (verification->failed && verification->log_count)
		tsk_next(call, "temporal-skill show-worker-log --errors");
	return status;
}

static const struct tsk_view views[] = {
	{ .path = "steps", .label = "", .columns = "name ok seconds detail" },
	{ .path = "warning" },
	{ .path = "versions" },
	{ .path = "receipts" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill verify-project",
	"temporal-skill verify-project ./greeting --keep-going -o json",
	"temporal-skill verify-project --receipt receipt.html --receipt receipt.md",
	NULL,
};

const struct tsk_command verify_project_command = {
	.name = "verify-project",
	.summary =
		"prove that a project works: server, worker, starter, result, messages, clean stop",
	.details = "What is run and expected stands in temporal-skill.ini, sections [verify] and "
		   "[run NAME]; without\nany, the starter runs once and its workflow must "
		   "complete. Where the project keeps no\nworker (worker_cmd = none, or a program "
		   "that is worker and starter in one), none is started. What it started is "
		   "stopped in the end,\nalso after a failure or "
		   "SIGINT; receipts are written then, too.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER | TSK_NEEDS_PROJECT | TSK_CHANGES,
	.options = options,
	.options_size = sizeof(struct verify_options),
	.views = views,
	.rows = "steps",
	.run = verify_project,
};
