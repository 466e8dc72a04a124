/* What of a failure only a worker's log tells: the server hears of a task's first attempt alone,
 * of an encoded failure it has no text, of a group not its members, of a long one no place. */
#include "worker_log.h"

#include <string.h>

const char *next_log(const struct reading *reading, size_t *at)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	if (*at == 0 && symptoms->worker_log_tail) {
		*at = 1;
		return symptoms->worker_log_tail;
	}
	for (size_t i = *at ? *at - 1 : 0; i < symptoms->worker_count; i++)
		if (symptoms->workers[i].log_tail) {
			*at = i + 2;
			return symptoms->workers[i].log_tail;
		}
	return NULL;
}

bool find_logged_failure(struct reading *reading, struct tsk_root_cause *logged, int *attempt)
{
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		if (log_workflow_failure(reading->call, log, reading->workflow, logged, attempt)) {
			/* That is about workers that die of it. */
			logged->remedy = "";
			return true;
		}
	return false;
}

bool logs_unfinished_handler(const struct reading *reading, const char *signal)
{
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		if (log_unfinished_signal(reading->call, log, signal))
			return true;
	return false;
}

/* A failure that was overcome stands in the logs still. */
static bool has_overcome_failure(const struct tsk_history *newest)
{
	bool completed = false;

	for (size_t i = 0; i < newest->count; i++) {
		completed |= newest->events[i].type == TSK_EVENT_TASK_COMPLETED;
		if (completed && newest->events[i].type == TSK_EVENT_TASK_FAILED)
			return true;
	}
	return false;
}

bool read_logged_task(struct reading *reading)
{
	struct tsk_root_cause logged;
	struct tsk_failure failure = { .kind = TSK_FAILURE_APPLICATION };
	int attempt;

	if (has_overcome_failure(&reading->symptoms->newest) ||
	    !find_logged_failure(reading, &logged, &attempt) || attempt)
		return false;
	failure.type = logged.type;
	failure.message = logged.message;
	reading->diagnosis->verdict = task_verdict(&failure, reading->cause);
	take_logged_cause(reading, &logged);
	reading->log_share = LOG_TELLS;
	return true;
}

/* The server cuts a long failure of an activity, and then drops where it was raised, or the frames
 * of the user's code. */
static bool is_cut(const struct reading *reading, const struct tsk_failure *root)
{
	return root->kind == TSK_FAILURE_APPLICATION && *or_empty(root->message) &&
	       !*reading->diagnosis->root_cause.location;
}

static bool is_same_text(const char *logged, const char *told)
{
	size_t size = strlen(told);

	return size > 0 && strncmp(logged, told, size) == 0;
}

/* Somebody wanted it unreadable on the server: only what this project's worker wrote takes its
 * place, what others wrote stands beside it. */
static void take_encoded(struct reading *reading, const struct tsk_root_cause *logged)
{
	struct tsk_root_cause own;
	int attempt;
	bool is_own = log_workflow_failure(reading->call, reading->symptoms->worker_log_tail,
					   reading->workflow, &own, &attempt);

	reading->log_share = is_own ? LOG_DECODES : LOG_STANDS_BY;
	if (is_own)
		take_logged_cause(reading, logged);
}

bool take_unreported(struct reading *reading, int attempt)
{
	struct tsk_root_cause *logged = tsk_alloc(reading->call, sizeof(*logged));
	int its = 0;

	/* That the time was up is what its worker cancels it for. */
	if (!find_logged_failure(reading, logged, &its) || its != attempt ||
	    strcmp(logged->type, "CancelledError") == 0)
		return false;
	take_logged_cause(reading, logged);
	reading->unreported = true;
	return true;
}

void take_logged_text(struct reading *reading, const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;
	struct tsk_root_cause *logged;
	int attempt;

	if (!root || (!root->encoded && !is_cut(reading, root)))
		return;
	logged = tsk_alloc(reading->call, sizeof(*logged));
	if (!find_logged_failure(reading, logged, &attempt) ||
	    strcmp(logged->type, tsk_failure_type(root)) != 0)
		return;
	reading->logged = logged;
	if (root->encoded)
		take_encoded(reading, logged);
	else if (is_same_text(logged->message, root->message))
		reading->diagnosis->root_cause.location = logged->location;
}
