/* Deciding whether a workflow waits for what can come: whether anything is left that could end its
 * wait, and what of that which came was of no use. */
#include "classifier.h"
#include "worker_log.h"

#include <string.h>

/* How many updates a workflow may be at by default; the server refuses one more. */
#define UPDATES_AT_ONCE 10

bool lists_handler(const struct tsk_strings *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		/* A dynamic handler takes every one. */
		if (strcmp(names->items[i], "*") == 0 || strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

/* ---- signals that came ---- */

/* Whether an event is something that the workflow's code did, beside taking a message. */
static bool is_deed(int type)
{
	switch (type) {
	case TSK_EVENT_ACTIVITY_SCHEDULED:
	case TSK_EVENT_ACTIVITY_CANCEL_REQUESTED:
	case TSK_EVENT_TIMER_STARTED:
	case TSK_EVENT_TIMER_CANCELED:
	case TSK_EVENT_CANCEL_EXTERNAL_INITIATED:
	case TSK_EVENT_MARKER_RECORDED:
	case TSK_EVENT_CHILD_INITIATED:
	case TSK_EVENT_SIGNAL_EXTERNAL_INITIATED: return true;
	default: return false;
	}
}

bool had_no_effect(const struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	bool handled = event->type == TSK_EVENT_UPDATE_ACCEPTED;

	for (size_t i = 0; i < newest->count && newest->events[i].id > event->id; i++) {
		if (is_deed(newest->events[i].type))
			return false;
		handled |= newest->events[i].type == TSK_EVENT_TASK_COMPLETED;
	}
	return handled;
}

bool came_with_start(const struct tsk_event *event)
{
	return event->type == TSK_EVENT_SIGNALED && event->id == 2;
}

bool signal_had_no_effect(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_handlers *handlers = reading->symptoms->handlers;

	for (size_t i = 0; handlers && i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_SIGNALED &&
		    lists_handler(&handlers->signals, or_empty(newest->events[i].signal_name)))
			return had_no_effect(reading, &newest->events[i]);
	return false;
}

bool came_before_run(const struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	int waits_for = TSK_EVENT_TASK_STARTED;
	size_t before = 0;

	if (newest->more || !newest->count)
		return false;
	/* An update is written behind the task that took it, a signal before it. */
	if (event->type == TSK_EVENT_UPDATE_ACCEPTED)
		waits_for = TSK_EVENT_TASK_COMPLETED;
	for (size_t i = 0; i < newest->count; i++)
		before += newest->events[i].id < event->id && newest->events[i].type == waits_for;
	return before == (event->type == TSK_EVENT_UPDATE_ACCEPTED ? 1 : 0);
}

/* Whether a known message came, of which nothing came. */
static bool is_message(const struct tsk_handlers *handlers, const struct tsk_event *event)
{
	if (event->type == TSK_EVENT_SIGNALED)
		return lists_handler(&handlers->signals, or_empty(event->signal_name));
	return event->type == TSK_EVENT_UPDATE_ACCEPTED;
}

/* The only message that it could wait for came before run() began, and nothing was done since. One
 * that takes others as well may wait for these. */
static const struct tsk_event *early_message(const struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *early = NULL;

	if (!handlers || handlers->signals.count + handlers->updates.count != 1)
		return NULL;
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_UPDATE_COMPLETED && event->failure)
			return NULL;
		if (!is_message(handlers, event))
			continue;
		if (!came_before_run(reading, event) || !had_no_effect(reading, event))
			return NULL;
		early = event;
	}
	return early;
}

/* ---- what could end the wait ---- */

static bool is_whole(const struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	/* It was started, had one task, and did nothing: a survey does not ask for that. */
	if (!symptoms->newest.count)
		return reading->workflow->history_length > 0 &&
		       reading->workflow->history_length <= FIRST_EVENTS;
	return !symptoms->newest.more ||
	       (int64_t)(symptoms->newest.count + symptoms->oldest.count) >=
		       reading->workflow->history_length;
}

/* A signal to another workflow, or its cancellation, that the server has not answered yet. */
static bool has_open_request(const struct tsk_history *newest)
{
	size_t asked = 0, answered = 0;

	for (size_t i = 0; i < newest->count; i++)
		switch (newest->events[i].type) {
		case TSK_EVENT_CANCEL_EXTERNAL_INITIATED:
		case TSK_EVENT_SIGNAL_EXTERNAL_INITIATED: asked++; break;
		case TSK_EVENT_CANCEL_EXTERNAL_FAILED:
		case TSK_EVENT_CANCEL_EXTERNAL_DONE:
		case TSK_EVENT_SIGNAL_EXTERNAL_FAILED:
		case TSK_EVENT_SIGNAL_EXTERNAL_DONE: answered++; break;
		default: break;
		}
	return asked > answered;
}

bool update_hangs(const struct reading *reading, const char *name)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_UPDATE_ACCEPTED &&
		    is_begun_and_open(newest, i) &&
		    (strcmp(name, "*") == 0 ||
		     strcmp(or_empty(newest->events[i].update_name), name) == 0))
			return true;
	return false;
}

/* The first of the updates that are not done; *count: how many these are. */
static const struct tsk_event *open_updates(const struct tsk_history *newest, size_t *count)
{
	const struct tsk_event *first = NULL;

	*count = 0;
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_UPDATE_ACCEPTED &&
		    is_begun_and_open(newest, i)) {
			first = &newest->events[i];
			(*count)++;
		}
	return first;
}

/* Whether all that it takes is updates of which one each hangs in its handler already. */
static bool only_hanging_ones_are_left(const struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;

	if (!handlers || handlers->signals.count || !handlers->updates.count)
		return false;
	for (size_t i = 0; i < handlers->updates.count; i++)
		if (!update_hangs(reading, or_empty(handlers->updates.items[i])))
			return false;
	return true;
}

static bool is_failed_call(int type)
{
	return type == TSK_EVENT_ACTIVITY_FAILED || type == TSK_EVENT_ACTIVITY_TIMED_OUT ||
	       type == TSK_EVENT_CHILD_FAILED || type == TSK_EVENT_CHILD_TIMED_OUT;
}

/* The last that came before it fell silent failed: a task of its own that awaited it died of that,
 * as a rule, and Python says so only later. */
static void take_last_failure(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count && !is_deed(newest->events[i].type); i++) {
		if (!is_failed_call(newest->events[i].type))
			continue;
		reading->event = &newest->events[i];
		take_failure(reading, newest->events[i].failure, "");
		return;
	}
}

static void read_messages(struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	size_t open = 0;
	const struct tsk_event *update = open_updates(&reading->symptoms->newest, &open);

	if (only_hanging_ones_are_left(reading))
		reading->hanging = update;
	reading->early = reading->hanging ? NULL : early_message(reading);
	reading->diagnosis->attention |=
		reading->hanging || reading->early || open >= UPDATES_AT_ONCE;
	if (!handlers || handlers->signals.count || handlers->updates.count || open ||
	    !is_whole(reading) || has_open_request(&reading->symptoms->newest))
		return;
	reading->diagnosis->verdict = TSK_VERDICT_WAITING_IN_VAIN;
	if (!reading->background)
		take_last_failure(reading);
}

/* A task of its own that died did not do what the workflow may wait for. */
static void read_background(struct reading *reading)
{
	struct tsk_root_cause *logged = tsk_alloc(reading->call, sizeof(*logged));
	size_t at = 0;

	for (const char *log; !reading->background && (log = next_log(reading, &at));)
		if (log_background_failure(reading->call, log, reading->workflow, logged))
			reading->background = logged;
	if (!reading->background || *reading->diagnosis->root_cause.type)
		return;
	logged->remedy = "";
	take_logged_cause(reading, logged);
	reading->diagnosis->attention = true;
}

void read_in_vain(struct reading *reading)
{
	read_background(reading);
	if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_SIGNAL &&
	    !reading->workflow->pending_nexus_count)
		read_messages(reading);
}
