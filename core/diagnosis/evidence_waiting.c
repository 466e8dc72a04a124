/* Evidence of workflows that wait by design. */
#include "server_words.h"

#include "tell.h"
#include "who_polls.h"

#include <string.h>

void tell_start_delay(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const char *why = "start delay or cron";

	if (reading->runs.kind == RUN_OF_CRON)
		why = tsk_format(reading->call, "cron '%s'",
				 tsk_event_more(reading->call, reading->runs.started)->cron);
	else if (reading->runs.kind == RUN_OF_CONTINUING)
		why = "continue-as-new";
	else if (reading->event)
		why = tsk_format(reading->call, "retry of the workflow, attempt %d",
				 reading->event->attempt);
	else if (*or_empty(workflow->cron))
		why = tsk_format(reading->call, "cron '%s'", workflow->cron);
	tell_line(reading, "first task due %s, %s (%s)",
		  tsk_time_text(reading->call, workflow->execution_at),
		  when(reading, workflow->execution_at), why);
}

/* ---- what it waits for ---- */

static void tell_timer(const struct reading *reading)
{
	const struct tsk_event *timer = reading->event;
	int64_t due;

	if (!timer)
		return;
	due = timer_due_at(timer);
	tell_line(reading, "event %lld: timer of %s %s %s, %s", (long long)timer->id,
		  tsk_duration_text(reading->call, timer->timer_ms),
		  due > reading->symptoms->now ? "fires" : "was due",
		  tsk_time_text(reading->call, due), when(reading, due));
	if (reading->open_timers > 1)
		tell_line(reading, "%zu timers are open", reading->open_timers);
}

static void tell_child(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_diagnosis *child = reading->diagnosis->child;

	for (size_t i = 0; i < workflow->pending_child_count && i < 3; i++)
		tell_line(reading, "child '%s' (%s) runs",
			  or_empty(workflow->pending_children[i].workflow_id),
			  or_empty(workflow->pending_children[i].type));
	if (workflow->pending_child_count > 3)
		tell_line(reading, "%zu children run", workflow->pending_child_count);
	tell_timer(reading);
	if (child)
		tell_line(reading, "child: %s: %s", tsk_verdict_name(child->verdict),
			  child->headline);
}

static void tell_nexus(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_workflow_more *its = tsk_workflow_more(reading->call, workflow);
	const struct tsk_pending_nexus_more *more =
		its->nexus_count == workflow->pending_nexus_count ? its->nexus : NULL;

	for (size_t i = 0; i < workflow->pending_nexus_count; i++) {
		const struct tsk_pending_nexus *operation = &workflow->pending_nexus[i];

		tell_line(reading, "Nexus operation '%s' of '%s' at endpoint '%s'%s%s%s%s",
			  or_empty(operation->operation), or_empty(operation->service),
			  or_empty(operation->endpoint),
			  operation->attempt > 1
				  ? tsk_format(reading->call, ", attempt %d", operation->attempt)
				  : "",
			  more && *or_empty(more[i].state) ? ": " : "",
			  more ? server_means(or_empty(more[i].state)) : "",
			  *or_empty(operation->blocked_reason)
				  ? tsk_format(reading->call, ": %s", operation->blocked_reason)
				  : "");
	}
}

static void tell_no_reason(const struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	tell_line(reading, "no task, activity, child or timer is pending");
	if (symptoms->newest.more)
		tell_line(reading, "%lld events; only the %zu newest and %zu oldest were read",
			  (long long)reading->workflow->history_length, symptoms->newest.count,
			  symptoms->oldest.count);
}

/* ---- messages ---- */

static bool is_listed(const struct tsk_strings *names, const char *name)
{
	for (size_t i = 0; i < names->count; i++)
		/* A dynamic handler takes every signal. */
		if (strcmp(names->items[i], "*") == 0 || strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

static void tell_unknown_signals(const struct reading *reading)
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
		tell_line(reading,
			  "event %lld: signal '%s' came %s, but no handler has that name%s%s%s",
			  (long long)event->id, or_empty(event->signal_name),
			  when(reading, event->at), near ? "; did the sender mean '" : "",
			  or_empty(near), near ? "'?" : "");
	}
}

static const char *names_joined(struct tsk_call *call, const struct tsk_strings *names)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < names->count; i++)
		tsk_text_join(&text, ", ", "%s", or_empty(names->items[i]));
	return text.size ? tsk_text_value(&text) : "none";
}

static void tell_handlers(const struct reading *reading)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (handlers)
		tell_line(reading, "handlers: signals %s; updates %s; queries %s",
			  names_joined(reading->call, &handlers->signals),
			  names_joined(reading->call, &handlers->updates),
			  names_joined(reading->call, &handlers->queries));
	if (presence.known && !presence.live)
		tell_line(reading, "no worker polls '%s' now: nothing happens until one does",
			  or_empty(reading->workflow->task_queue));
	tell_unknown_signals(reading);
	tell_dropped_signals(reading);
	/* A survey asks for no handlers, and shows no evidence. */
	if (handlers)
		tell_background_failure(reading);
}

static bool update_is_done(const struct tsk_history *newest, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (newest->events[i].type == TSK_EVENT_UPDATE_COMPLETED &&
		    strcmp(or_empty(newest->events[i].update_id),
			   or_empty(newest->events[at].update_id)) == 0)
			return true;
	return false;
}

static bool is_open_update(const struct tsk_history *newest, size_t at)
{
	return newest->events[at].type == TSK_EVENT_UPDATE_ACCEPTED && !update_is_done(newest, at);
}

/* Updates that were accepted and have not been answered: one line a name. */
static void tell_updates(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *last = &newest->events[i], *first = last;
		size_t count = 0;
		bool told = false;

		if (!is_open_update(newest, i))
			continue;
		for (size_t j = 0; j < newest->count; j++) {
			if (!is_open_update(newest, j) ||
			    strcmp(or_empty(newest->events[j].update_name),
				   or_empty(last->update_name)) != 0)
				continue;
			told |= j < i;
			first = &newest->events[j];
			count++;
		}
		if (told)
			continue;
		if (count == 1)
			tell_line(reading,
				  "event %lld: update '%s' was accepted %s and is not done",
				  (long long)first->id, or_empty(first->update_name),
				  when(reading, first->at));
		else
			tell_line(reading,
				  "events %lld to %lld: %zu updates '%s' were accepted, the first "
				  "%s, and are not done",
				  (long long)first->id, (long long)last->id, count,
				  or_empty(first->update_name), when(reading, first->at));
	}
}

void tell_waiting(const struct reading *reading)
{
	if (reading->workflow->pending_nexus_count)
		tell_nexus(reading);
	else if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_CHILD)
		tell_child(reading);
	else if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_TIMER)
		tell_timer(reading);
	else
		tell_no_reason(reading);
	tell_handlers(reading);
	tell_updates(reading);
}
