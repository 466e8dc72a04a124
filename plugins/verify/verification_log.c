/* The worker's log of one run, held against what the plan expects. */
#include "verification.h"

#include <temporal-skill/diagnosis.h>
#include <temporal-skill/process.h>

#include <string.h>

/* A log line that matters is not longer; a run's part of a log is not, either. */
#define LOG_LIMIT ((size_t)4 << 20)

/* The first that nobody declared, NULL: none. */
static const char *unexpected_error(const struct plan_run *plan, const struct tsk_strings *errors)
{
	for (size_t i = 0; i < errors->count; i++) {
		size_t at = 0;
		while (at < plan->expect_log_error_count &&
		       !expect_match(plan->expect_log_errors[at], errors->items[i]))
			at++;
		if (at == plan->expect_log_error_count)
			return errors->items[i];
	}
	return NULL;
}

/* Without what the SDK adds to it, a dictionary of ids before the text. */
static const char *brief(struct tsk_call *call, const char *error)
{
	const char *begin = strstr(error, " ({'"), *end = begin ? strstr(begin, "})") : NULL;

	return tsk_shorten(
		call,
		end ? tsk_format(call, "%.*s%s", (int)(begin - error), error, end + strlen("})"))
		    : error,
		300);
}

static bool check_one(struct verification *verification, const struct plan_run *plan,
		      const struct worker_log *worker_log)
{
	struct tsk_call *call = verification->call;
	struct tsk_strings errors = { .count = 0 };
	int64_t began = tsk_now_ms();
	const char *log = worker_log->path;
	const char *text = tsk_file_tail(call, log, SIZE_MAX, LOG_LIMIT, worker_log->began);

	if (!text || plan->expect_status != TSK_WORKFLOW_COMPLETED)
		return true;
	tsk_log_errors(call, text, &errors);
	const char *first = unexpected_error(plan, &errors);
	if (!first)
		return true;
	return verification_step(verification, tsk_format(call, "%s: worker log", plan->name),
				 false, began, TSK_NEGATIVE, "%s, the first%s: %s (%s)",
				 tsk_count_text(call, (int64_t)errors.count, "error"),
				 plan->expect_log_error_count ? " that was not expected" : "",
				 brief(call, first), log);
}

/* Errors in a worker's log are expected from a run that is declared to fail, and from no other. */
bool verification_log(struct verification *verification, const struct plan_run *plan)
{
	bool ok = true;

	for (size_t i = 0; i < verification->log_count; i++)
		ok &= check_one(verification, plan, &verification->logs[i]);
	return ok;
}
