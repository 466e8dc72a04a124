/* Why there is no further attempt, in words and with the numbers of the policy that says so. */
#include "tell.h"

#include "server_words.h"

#include <string.h>

/* What a policy waits after that attempt; 0: not known. */
static int64_t interval_after(const struct tsk_retry_policy *retry, int attempt)
{
	double interval = (double)retry->initial_interval_ms;

	if (attempt < 1 || interval <= 0)
		return 0;
	for (int i = 1; i < attempt && retry->backoff_coefficient > 1 && interval < 1e15; i++)
		interval *= retry->backoff_coefficient;
	if (retry->maximum_interval_ms > 0 && interval > (double)retry->maximum_interval_ms)
		interval = (double)retry->maximum_interval_ms;
	return (int64_t)interval;
}

int64_t delay_of_its_own(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct tsk_retry_policy *now =
		&tsk_pending_activity_more(reading->call, reading->workflow, activity)->retry;
	const struct tsk_event *scheduled = scheduled_event(reading, activity);
	const struct tsk_failure *failure = activity->last_failure;
	int64_t by_policy = interval_after(now, activity->attempt - 1);
	int64_t waits = (activity->next_attempt_at - activity->last_completed_at) / 1000000;

	if (!by_policy && scheduled)
		by_policy = interval_after(&tsk_event_more(reading->call, scheduled)->retry,
					   activity->attempt - 1);
	/* A time-out has no delay of its own, and the time of its end is not told. */
	if (!by_policy || !activity->last_completed_at || !failure ||
	    failure->kind == TSK_FAILURE_TIMEOUT)
		return 0;
	return waits > by_policy + by_policy / 2 + 1000 ? waits : 0;
}

/* The deadline that left no room: the activity's own, or the run's. */
static const char *deadline_text(const struct reading *reading, const struct tsk_event *scheduled)
{
	const struct tsk_workflow *workflow = reading->workflow;
	int64_t run = workflow->run_timeout, execution = workflow->execution_timeout;

	if (scheduled && scheduled->schedule_to_close_ms > 0 &&
	    (run <= 0 || scheduled->schedule_to_close_ms < run))
		return tsk_format(
			reading->call, "its schedule_to_close_timeout of %s",
			tsk_duration_text(reading->call, scheduled->schedule_to_close_ms));
	if (run > 0 && (execution <= 0 || run <= execution))
		return tsk_format(reading->call, "the workflow's run_timeout of %s",
				  tsk_duration_text(reading->call, run));
	if (execution > 0)
		return tsk_format(reading->call, "the workflow's execution_timeout of %s",
				  tsk_duration_text(reading->call, execution));
	return "its deadline";
}

static const char *timeout_text(const struct reading *reading, const struct tsk_event *scheduled,
				int attempts)
{
	const struct tsk_event_more *more = tsk_event_more(reading->call, scheduled);
	int64_t interval = interval_after(&more->retry, attempts);

	return tsk_format(reading->call, "the next one%s would come after %s",
			  interval ? tsk_format(reading->call, ", %s later,",
						tsk_duration_text(reading->call, interval))
				   : "",
			  deadline_text(reading, scheduled));
}

static bool is_listed(const struct tsk_strings *types, const char *type)
{
	for (size_t i = 0; i < types->count; i++)
		if (strcmp(types->items[i], type) == 0)
			return true;
	return false;
}

static const char *not_retryable_text(const struct reading *reading,
				      const struct tsk_failure *failure,
				      const struct tsk_event *scheduled)
{
	const struct tsk_event_more *more = tsk_event_more(reading->call, scheduled);

	if (failure && failure->non_retryable)
		return "it was raised with non_retryable=True";
	if (failure && is_listed(&more->retry.non_retryable_types, or_empty(failure->type)))
		return tsk_format(reading->call, "'%s' is in its non_retryable_error_types",
				  failure->type);
	return server_means("RETRY_STATE_NON_RETRYABLE_FAILURE");
}

static const char *why(const struct reading *reading, const char *state, int attempts,
		       const struct tsk_failure *failure, const struct tsk_event *scheduled)
{
	int most = scheduled ? scheduled->maximum_attempts : 0;

	if (strcmp(state, "RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED") == 0 && most)
		return tsk_format(reading->call, "maximum_attempts is %d", most);
	if (strcmp(state, "RETRY_STATE_TIMEOUT") == 0)
		return timeout_text(reading, scheduled, attempts);
	if (strcmp(state, "RETRY_STATE_NON_RETRYABLE_FAILURE") == 0)
		return not_retryable_text(reading, failure, scheduled);
	return server_means(state);
}

const char *retries_text(const struct reading *reading, const char *state, int attempts,
			 const struct tsk_failure *failure, const struct tsk_event *scheduled)
{
	if (!*state)
		return "";
	return tsk_format(reading->call, "%s (%s)", state,
			  why(reading, state, attempts, failure, scheduled));
}
