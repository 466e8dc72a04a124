/* What verify-project is to do: read from the project's temporal-skill.ini, guessed where it says
 * nothing.
 *
 * [verify]        check = COMMAND          (any number; run before the worker starts)
 *                 check_timeout = DURATION (of each of them, default 300)
 *                 alone = yes|no           (yes: whoever else polls the worker's queues fails it;
 *                                           no: is only noted; default: a warning)
 * [run NAME]      starter = COMMAND        (default: starter_cmd of [project])
 *                 timeout = DURATION       (of the starter, and of the workflow after it)
 *                 expect_output = TEXT     (the starter prints it)
 *                 expect_status = STATUS   (default COMPLETED)
 *                 expect_result = JSON     (equal)
 *                 expect_result_subset = JSON, expect_result_match = REGEX
 *                 expect_failure_type = TYPE (root cause of a run that is to fail)
 *                 expect_event = EVENT     (any number; "ActivityTaskCompleted" is in the history)
 *                 expect_log_error = REGEX (any number; such errors in the worker's log are fine)
 *                 step = query NAME [JSON] [expect JSON]  (any number, in their order)
 *                 step = signal NAME [JSON]  (where there is one, the starter may wait for the
 *                                             workflow meanwhile)
 *                 step = update NAME [JSON] [expect JSON]
 */
#ifndef PROJECT_PLAN_H
#define PROJECT_PLAN_H

#include <temporal-skill/client.h>

#define PLAN_MOST_RUNS  100
#define PLAN_MOST_STEPS 100
#define PLAN_KEYS       11

struct plan_step {
	const char *kind; /* "query", "signal" or "update" */
	const char *name;
	const char *input;  /* JSON text, or NULL */
	const char *expect; /* JSON text, or NULL */
};

struct plan_run {
	const char *name;
	const char *starter; /* NULL: the settings' */
	const char *timeout; /* as typed */
	const char *expect_output;
	const char *status; /* as typed */
	enum tsk_workflow_status expect_status;
	const char *expect_result, *expect_result_subset, *expect_result_match;
	const char *expect_failure_type;
	const char *expect_events[PLAN_MOST_STEPS];
	size_t expect_event_count;
	const char *expect_log_errors[PLAN_MOST_STEPS];
	size_t expect_log_error_count;
	struct plan_step steps[PLAN_MOST_STEPS];
	size_t step_count;
	const struct tsk_ini_entry *given[PLAN_KEYS]; /* the lines of what may be said once */
};

/* What it comes to that somebody else polls the worker's queues. */
enum plan_alone { ALONE_UNSAID, ALONE_NO, ALONE_YES };

struct plan {
	struct tsk_strings checks[PLAN_MOST_STEPS]; /* their words */
	const char *check_texts[PLAN_MOST_STEPS];
	size_t check_count;
	int64_t check_ms; /* that each of them may take */
	enum plan_alone alone;
	struct plan_run *runs;
	size_t run_count;
};

/* TSK_USAGE, "FILE:LINE: …", on anything it does not understand. */
enum tsk_status plan_read(struct tsk_call *call, struct plan *plan);

#endif
