/* Evidence from the workers' logs: what of a failure, a signal or a task only they tell. */
#include "advice.h"
#include "worker_log.h"

#include <string.h>

static bool is_group(const char *type)
{
	return strcmp(type, "ExceptionGroup") == 0 || strcmp(type, "BaseExceptionGroup") == 0;
}

static void tell_members(const struct reading *reading)
{
	struct tsk_strings members = { .count = 0 };
	size_t at = 0;

	for (const char *log; !members.count && (log = next_log(reading, &at));)
		log_group_members(reading->call, log, reading->workflow, &members);
	for (size_t i = 0; i < members.count; i++)
		tell_line(reading, "within it, by the worker's log: %s", members.items[i]);
}

void tell_logged_text(const struct reading *reading, const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;

	tell_encoding(reading);
	if (root && root->encoded)
		tell_line(reading,
			  "the failure's text is encoded: only a codec server can show it");
	else if (root && is_group(tsk_failure_type(root)))
		tell_members(reading);
	if (reading->log_share == LOG_DECODES)
		tell_line(reading, "its text here is from the worker's log");
	else if (reading->log_share == LOG_STANDS_BY)
		tell_line(reading, "by the worker's log it is %s", reading->logged->summary);
}

static bool was_dropped(const struct reading *reading, const struct tsk_event *event)
{
	const char *record =
		tsk_format(reading->call,
			   "Failed deserializing signal input for %s on workflow %s with ID %s and "
			   "run ID %s, dropping the signal",
			   or_empty(event->signal_name), or_empty(reading->workflow->type),
			   reading->id, or_empty(reading->workflow->run_id));
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		if (strstr(log, record))
			return true;
	return false;
}

void tell_dropped_signals(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_SIGNALED || !was_dropped(reading, event))
			continue;
		if (!reading->diagnosis->dropped_signal)
			reading->diagnosis->dropped_signal = or_empty(event->signal_name);
		tell_line(reading,
			  "event %lld: signal '%s' came %s, and the worker dropped it: what was "
			  "sent does not fit the handler's parameters (the worker's log)",
			  (long long)event->id, or_empty(event->signal_name),
			  when(reading, event->at));
	}
}

/* "3", "": a number or nothing says little. */
static bool says_little(const char *message)
{
	return message[strspn(message, "0123456789- ")] == '\0';
}

void tell_words_before(const struct reading *reading)
{
	const char *words = NULL;
	size_t at = 0;

	if (!says_little(reading->diagnosis->root_cause.message))
		return;
	for (const char *log; !words && (log = next_log(reading, &at));)
		words = log_words_before(reading->call, log, reading->workflow);
	if (words)
		tell_line(reading, "its worker wrote right before: %s (the worker's log)",
			  one_line(reading->call, words));
}

const struct tsk_root_cause *first_failure_by_log(const struct reading *reading, int *attempt)
{
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);
	const char *activity = reading->activity ? or_empty(reading->activity->type)
			       : link            ? or_empty(link->activity_type)
						 : "";
	const struct tsk_root_cause *last = &reading->diagnosis->root_cause;
	struct tsk_root_cause *first = tsk_alloc(reading->call, sizeof(*first));
	size_t at = 0;

	for (const char *log; *activity && (log = next_log(reading, &at));)
		if (log_first_failure(reading->call, log, reading->workflow, activity, first,
				      attempt))
			return strcmp(first->type, last->type) != 0 &&
					       strcmp(first->type, "CancelledError") != 0
				       ? first
				       : NULL;
	return NULL;
}

void tell_first_failure(const struct reading *reading)
{
	int attempt = 0;
	const struct tsk_root_cause *first = first_failure_by_log(reading, &attempt);

	if (first)
		tell_line(reading,
			  "attempt %d had failed of something else: %s (the worker's log); what it "
			  "had done before that may be why the next ones fail",
			  attempt, first->summary);
}

void tell_never_awaited(const struct reading *reading)
{
	struct tsk_lines lines = { .call = reading->call, .limit = 3 };
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		log_never_awaited(log, &lines);
	if (lines.count)
		tell_line(reading,
			  "the worker's log warns of what was called and never awaited, and so not "
			  "started: %s; of which workflow it does not say",
			  tsk_lines_text(&lines, ", "));
}

void tell_background_failure(const struct reading *reading)
{
	if (reading->background)
		tell_line(reading,
			  "a background task that its code started and does not await has ended "
			  "with %s (the worker's log)",
			  reading->background->summary);
}

/* Of what takes long, the last thing that it said may tell why. */
static void tell_own_line(const struct reading *reading)
{
	const char *line = NULL;
	size_t at = 0;

	for (const char *log; !line && (log = next_log(reading, &at));)
		line = log_own_line(reading->call, log, reading->workflow);
	if (line)
		tell_line(reading, "its own code logged last: %s (the worker's log)",
			  one_line(reading->call, line));
}

void tell_own_error(const struct reading *reading)
{
	const enum tsk_verdict verdict = reading->diagnosis->verdict;
	const char *error = NULL;
	size_t at = 0;

	if (verdict == TSK_VERDICT_ACTIVITY_IN_PROGRESS ||
	    verdict == TSK_VERDICT_ACTIVITY_TIMEOUT ||
	    (verdict == TSK_VERDICT_ACTIVITY_RETRYING && is_time_up(reading))) {
		tell_own_line(reading);
		return;
	}
	if (tsk_verdict_is_stalled(verdict) || reading->diagnosis->failure)
		return;
	for (const char *log; !error && (log = next_log(reading, &at));)
		error = log_own_error(reading->call, log, reading->workflow);
	if (error)
		tell_line(reading, "its own code logged an error: %s (the worker's log)",
			  one_line(reading->call, error));
}

size_t threads_by_log(const struct reading *reading)
{
	size_t at = 0, threads = 0;

	for (const char *log; !threads && (log = next_log(reading, &at));)
		threads = log_threads(log);
	return threads;
}

void tell_other_error(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (more->other_error)
		tell_line(reading,
			  "the worker's log has an error of no workflow by name, of which it may "
			  "come: %s%s%s",
			  more->other_error, more->other_remedy ? ": " : "",
			  or_empty(more->other_remedy));
}
