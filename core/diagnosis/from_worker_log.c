/* What of a failure only a worker's log tells: the server hears of a task's first attempt alone,
 * of an encoded failure it has no text, of a group not its members, of a long one no place. */
#include "classifier.h"

#include <string.h>

/* The logs there are, this project's first. NULL: no more. */
static const char *next_log(const struct reading *reading, size_t *at)
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
	reading->diagnosis->root_cause = logged;
	lines_add(&reading->evidence, "the error is from the worker's log, not the server");
	return true;
}

static bool is_group(const char *type)
{
	return strcmp(type, "ExceptionGroup") == 0 || strcmp(type, "BaseExceptionGroup") == 0;
}

static void tell_members(struct reading *reading)
{
	struct tsk_strings members = { .count = 0 };
	size_t at = 0;

	for (const char *log; !members.count && (log = next_log(reading, &at));)
		log_group_members(reading->call, log, reading->workflow, &members);
	for (size_t i = 0; i < members.count; i++)
		lines_add(&reading->evidence, "within it, by the worker's log: %s",
			  members.items[i]);
}

/* The server cuts a long failure of an activity, and then drops where it was raised. */
static bool is_cut(const struct tsk_failure *root)
{
	return root->kind == TSK_FAILURE_APPLICATION && !*or_empty(root->stack_trace) &&
	       *or_empty(root->message);
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

	if (log_workflow_failure(reading->call, reading->symptoms->worker_log_tail,
				 reading->workflow, &own, &attempt)) {
		reading->diagnosis->root_cause = *logged;
		lines_add(&reading->evidence, "its text here is from the worker's log");
	} else {
		lines_add(&reading->evidence, "by the worker's log it is %s", logged->summary);
	}
}

const struct tsk_root_cause *take_logged_text(struct reading *reading,
					      const struct tsk_failure *failure)
{
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;
	struct tsk_root_cause *logged;
	int attempt;

	if (!root)
		return NULL;
	if (root->encoded)
		lines_add(&reading->evidence,
			  "the failure's text is encoded: only a codec server can show it");
	else if (is_group(tsk_failure_type(root)))
		tell_members(reading);
	if (!root->encoded && !is_cut(root))
		return NULL;
	logged = tsk_alloc(reading->call, sizeof(*logged));
	if (!find_logged_failure(reading, logged, &attempt) ||
	    strcmp(logged->type, tsk_failure_type(root)) != 0)
		return NULL;
	if (root->encoded)
		take_encoded(reading, logged);
	else if (is_same_text(logged->message, root->message))
		reading->diagnosis->root_cause.location = logged->location;
	return logged;
}

static bool was_dropped(const struct reading *reading, const struct tsk_event *event)
{
	const char *record = tsk_format(
		reading->call,
		"Failed deserializing signal input for %s on workflow %s with ID %s and run ID %s, "
		"dropping the signal",
		or_empty(event->signal_name), or_empty(reading->workflow->type), reading->id,
		or_empty(reading->workflow->run_id));
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		if (strstr(log, record))
			return true;
	return false;
}

void tell_dropped_signals(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_SIGNALED || !was_dropped(reading, event))
			continue;
		if (!reading->diagnosis->dropped_signal)
			reading->diagnosis->dropped_signal = or_empty(event->signal_name);
		lines_add(&reading->evidence,
			  "event %lld: signal '%s' came %s, and the worker dropped it: "
			  "what was sent does not fit the handler's parameters (the "
			  "worker's log)",
			  (long long)event->id, or_empty(event->signal_name),
			  when(reading, event->at));
	}
}

void tell_background_failure(struct reading *reading)
{
	struct tsk_root_cause logged;
	size_t at = 0;

	for (const char *log; (log = next_log(reading, &at));)
		if (log_background_failure(reading->call, log, reading->workflow, &logged)) {
			lines_add(&reading->evidence,
				  "a task that its code started and does not await has ended with "
				  "%s (the worker's log)",
				  logged.summary);
			return;
		}
}
