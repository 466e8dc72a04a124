/* Workflows that wait by design: for their start, a timer, a child, a signal; and those that were
 * asked to cancel and go on. */
#include "classifier.h"

#include <string.h>

/* ---- start delay ---- */

static const struct tsk_event *first_event(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_history *oldest = &reading->symptoms->oldest;

	if (newest->count && newest->events[newest->count - 1].type == TSK_EVENT_STARTED)
		return &newest->events[newest->count - 1];
	return oldest->count ? &oldest->events[0] : NULL;
}

static bool had_task(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_TASK_SCHEDULED)
			return true;
	return false;
}

bool read_start_delay(struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_event *started = first_event(reading);
	const char *why = "start delay or cron";

	if (workflow->pending_task.present || workflow->execution_at <= reading->symptoms->now)
		return false;
	/* A signal may have come meanwhile; a first task makes the delay history. */
	if (had_task(&reading->symptoms->newest) ||
	    (!reading->symptoms->newest.count && workflow->history_length > 1))
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_START_DELAYED;
	reading->diagnosis->next_attempt_at = workflow->execution_at;
	take_cause(reading, "", "");
	if (started && started->attempt > 1) {
		why = tsk_format(reading->call, "retry of the workflow, attempt %d",
				 started->attempt);
		reading->diagnosis->attempts = started->attempt;
		if (started->failure)
			take_failure(reading, started->failure, "");
	} else if (*or_empty(workflow->cron)) {
		why = tsk_format(reading->call, "cron '%s'", workflow->cron);
	}
	lines_add(&reading->evidence, "first task due %s, %s (%s)",
		  tsk_time_text(reading->call, workflow->execution_at),
		  when(reading, workflow->execution_at), why);
	return true;
}

/* ---- paused as a whole ---- */

/* No verdict of its own: the server calls this experimental. Nothing is done until someone unpauses
 * it, whatever else may be wrong. */
bool read_paused(struct reading *reading)
{
	if (reading->workflow->status != TSK_WORKFLOW_PAUSED)
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_IN_PROGRESS;
	lines_add(&reading->evidence, "status PAUSED: the server holds its tasks back");
	return true;
}

/* ---- cancellation ---- */

/* The newest request to cancel; *acted tells whether a workflow task was completed since. */
static const struct tsk_event *cancel_event(const struct tsk_history *newest, bool *acted)
{
	*acted = false;
	for (size_t i = 0; i < newest->count; i++) {
		if (newest->events[i].type == TSK_EVENT_TASK_COMPLETED)
			*acted = true;
		if (newest->events[i].type == TSK_EVENT_CANCEL_REQUESTED)
			return &newest->events[i];
	}
	return NULL;
}

bool read_cancel_request(struct reading *reading)
{
	bool acted;
	const struct tsk_event *event = cancel_event(&reading->symptoms->newest, &acted);

	if (!event && !reading->workflow->cancel_requested)
		return false;
	/* Without history, the server's mark and no task to act on it must do. */
	if (!reading->symptoms->newest.count)
		acted = !reading->workflow->pending_task.present;
	if (!acted)
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_CANCEL_REQUESTED;
	take_cause(reading, "", "");
	if (event)
		lines_add(&reading->evidence,
			  "event %lld: cancellation requested %s%s%s; a workflow task was "
			  "completed since, and it goes on",
			  (long long)event->id, when(reading, event->at),
			  *or_empty(event->reason) ? ", reason " : "", or_empty(event->reason));
	else
		lines_add(&reading->evidence,
			  "cancellation was requested; workflow tasks were completed since");
	for (size_t i = 0; i < reading->workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity =
			&reading->workflow->pending_activities[i];

		lines_add(&reading->evidence, "it waits for activity '%s'%s",
			  or_empty(activity->type),
			  activity->state == TSK_ACTIVITY_CANCEL_REQUESTED
				  ? ", which learns of the cancellation with its next heartbeat"
				  : "");
	}
	return true;
}

/* ---- timers ---- */

bool timer_is_open(const struct tsk_history *newest, size_t at)
{
	const struct tsk_event *timer = &newest->events[at];

	for (size_t i = 0; i < at; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_TIMER_FIRED && event->type != TSK_EVENT_TIMER_CANCELED)
			continue;
		if (event->started_event_id == timer->id ||
		    (*or_empty(event->timer_id) &&
		     strcmp(event->timer_id, or_empty(timer->timer_id)) == 0))
			return false;
	}
	return true;
}

static bool was_ended_later(const struct tsk_history *newest, const struct tsk_event *timer)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if ((event->type == TSK_EVENT_TIMER_FIRED ||
		     event->type == TSK_EVENT_TIMER_CANCELED) &&
		    event->started_event_id == timer->id)
			return true;
	}
	return false;
}

/* An open timer among the first events, where the newest do not reach back to them. */
static bool old_timer_is_open(const struct reading *reading, size_t at)
{
	const struct tsk_history *oldest = &reading->symptoms->oldest;
	const struct tsk_event *timer = &oldest->events[at];

	for (size_t i = at + 1; i < oldest->count; i++)
		if ((oldest->events[i].type == TSK_EVENT_TIMER_FIRED ||
		     oldest->events[i].type == TSK_EVENT_TIMER_CANCELED) &&
		    oldest->events[i].started_event_id == timer->id)
			return false;
	return !was_ended_later(&reading->symptoms->newest, timer);
}

static int64_t due_at(const struct tsk_event *timer)
{
	return timer->at + timer->timer_ms * 1000000;
}

/* The open timer that fires first; *count: how many are open. */
static const struct tsk_event *open_timer(const struct reading *reading, size_t *count)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_history *oldest = &reading->symptoms->oldest;
	const struct tsk_event *first = NULL;

	*count = 0;
	for (size_t i = 0; i < newest->count + oldest->count; i++) {
		bool old = i >= newest->count;
		size_t at = old ? i - newest->count : i;
		const struct tsk_event *event = old ? &oldest->events[at] : &newest->events[at];

		if (event->type != TSK_EVENT_TIMER_STARTED ||
		    !(old ? old_timer_is_open(reading, at) : timer_is_open(newest, at)))
			continue;
		(*count)++;
		if (!first || due_at(event) < due_at(first))
			first = event;
	}
	return first;
}

static void tell_timer(struct reading *reading, const struct tsk_event *timer, size_t count)
{
	lines_add(&reading->evidence, "event %lld: timer of %s %s %s, %s", (long long)timer->id,
		  tsk_duration_text(reading->call, timer->timer_ms),
		  due_at(timer) > reading->symptoms->now ? "fires" : "was due",
		  tsk_time_text(reading->call, due_at(timer)), when(reading, due_at(timer)));
	if (count > 1)
		lines_add(&reading->evidence, "%zu timers are open", count);
	reading->diagnosis->next_attempt_at = due_at(timer);
}

static bool read_timer(struct reading *reading)
{
	size_t count;
	const struct tsk_event *timer = open_timer(reading, &count);

	if (!timer)
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_WAITING_TIMER;
	tell_timer(reading, timer, count);
	return true;
}

/* ---- children ---- */

const struct tsk_diagnosis *stuck_below(const struct tsk_diagnosis *diagnosis)
{
	while (diagnosis && !diagnosis->stalled && !diagnosis->recovering)
		diagnosis = diagnosis->child;
	return diagnosis;
}

static bool read_child(struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_diagnosis *child = reading->symptoms->child;
	const struct tsk_diagnosis *stuck = stuck_below(child);
	size_t count;
	const struct tsk_event *timer = open_timer(reading, &count);

	if (!workflow->pending_child_count)
		return false;
	reading->diagnosis->verdict = TSK_VERDICT_WAITING_CHILD;
	reading->diagnosis->child = child;
	for (size_t i = 0; i < workflow->pending_child_count && i < 3; i++)
		lines_add(&reading->evidence, "child '%s' (%s) runs",
			  or_empty(workflow->pending_children[i].workflow_id),
			  or_empty(workflow->pending_children[i].type));
	if (workflow->pending_child_count > 3)
		lines_add(&reading->evidence, "%zu children run", workflow->pending_child_count);
	if (timer)
		tell_timer(reading, timer, count);
	if (!child)
		return true;
	lines_add(&reading->evidence, "child: %s: %s", tsk_verdict_name(child->verdict),
		  child->headline);
	if (stuck) {
		reading->diagnosis->root_cause = stuck->root_cause;
		reading->diagnosis->failure = stuck->failure;
	}
	return true;
}

/* ---- Nexus operations ---- */

/* No verdict of its own: it waits for a condition, and this is it. */
static bool read_nexus(struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;

	for (size_t i = 0; i < workflow->pending_nexus_count; i++) {
		const struct tsk_pending_nexus *operation = &workflow->pending_nexus[i];

		lines_add(&reading->evidence, "Nexus operation '%s' of '%s' at endpoint '%s'%s%s%s",
			  or_empty(operation->operation), or_empty(operation->service),
			  or_empty(operation->endpoint),
			  operation->attempt > 1
				  ? tsk_format(reading->call, ", attempt %d", operation->attempt)
				  : "",
			  *or_empty(operation->blocked_reason) ? ": " : "",
			  or_empty(operation->blocked_reason));
		if (!operation->last_failure || reading->diagnosis->failure)
			continue;
		take_failure(reading, operation->last_failure, "");
		reading->diagnosis->attempts = operation->attempt;
		reading->diagnosis->next_attempt_at = operation->next_attempt_at;
	}
	reading->diagnosis->verdict = TSK_VERDICT_WAITING_SIGNAL;
	return workflow->pending_nexus_count > 0;
}

/* ---- signals ---- */

static bool is_listed(const struct tsk_strings *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		/* A dynamic handler takes every signal. */
		if (strcmp(names->items[i], "*") == 0 || strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static void tell_unknown_signals(struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	const struct tsk_history *newest = &reading->symptoms->newest;

	if (!handlers)
		return;
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];
		const char *near;

		if (event->type != TSK_EVENT_SIGNALED ||
		    is_listed(&handlers->signals, or_empty(event->signal_name)))
			continue;
		near = handlers->signals.count
			       ? tsk_nearest(event->signal_name, handlers->signals.items)
			       : NULL;
		lines_add(&reading->evidence,
			  "event %lld: signal '%s' came %s, but no handler has that name%s%s%s",
			  (long long)event->id, or_empty(event->signal_name),
			  when(reading, event->at), near ? "; did the sender mean '" : "",
			  or_empty(near), near ? "'?" : "");
	}
}

static const char *names_joined(struct tsk_call *call, const struct tsk_strings *names)
{
	const char *text = "";

	for (size_t i = 0; i < names->count; i++)
		text = tsk_format(call, "%s%s%s", text, i ? ", " : "", or_empty(names->items[i]));
	return *text ? text : "none";
}

static void tell_handlers(struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (handlers)
		lines_add(&reading->evidence, "handlers: signals %s; updates %s; queries %s",
			  names_joined(reading->call, &handlers->signals),
			  names_joined(reading->call, &handlers->updates),
			  names_joined(reading->call, &handlers->queries));
	if (presence.known && !presence.live)
		lines_add(&reading->evidence,
			  "no worker polls '%s' now: nothing happens until one does",
			  or_empty(reading->workflow->task_queue));
	tell_unknown_signals(reading);
	tell_dropped_signals(reading);
	/* A survey asks for no handlers, and shows no evidence. */
	if (handlers)
		tell_background_failure(reading);
}

/* Updates that were accepted and have not been answered. */
static void tell_updates(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *accepted = &newest->events[i];
		bool completed = false;

		if (accepted->type != TSK_EVENT_UPDATE_ACCEPTED)
			continue;
		for (size_t j = 0; j < i && !completed; j++)
			completed = newest->events[j].type == TSK_EVENT_UPDATE_COMPLETED &&
				    strcmp(or_empty(newest->events[j].update_id),
					   or_empty(accepted->update_id)) == 0;
		if (!completed)
			lines_add(&reading->evidence,
				  "event %lld: update '%s' was accepted %s and is not done",
				  (long long)accepted->id, or_empty(accepted->update_name),
				  when(reading, accepted->at));
	}
}

bool read_waiting(struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	take_cause(reading, "", "");
	reading->queue = or_empty(reading->workflow->task_queue);
	if (!read_nexus(reading) && !read_child(reading) && !read_timer(reading)) {
		reading->diagnosis->verdict = TSK_VERDICT_WAITING_SIGNAL;
		lines_add(&reading->evidence, "no task, activity, child or timer is pending");
		if (symptoms->newest.more)
			lines_add(&reading->evidence,
				  "%lld events; only the %zu newest and %zu oldest were read",
				  (long long)reading->workflow->history_length,
				  symptoms->newest.count, symptoms->oldest.count);
	}
	tell_handlers(reading);
	tell_updates(reading);
	return true;
}
