/* Evidence of messages: which a workflow takes, which came and were of no use, which it is still
 * at.
 */
#include "tell.h"
#include "who_polls.h"

#include <string.h>

/* As many of a kind are shown. */
#define SHOWN           3

/* How many updates a workflow may be at by default; the server refuses one more. */
#define UPDATES_AT_ONCE 10

/* ---- handlers ---- */

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
}

/* ---- signals ---- */

static void tell_unknown_signal(const struct reading *reading, const struct tsk_event *event)
{
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	const char *near = handlers->signals.count
				   ? tsk_nearest(event->signal_name, handlers->signals.items)
				   : NULL;

	tell_line(reading, "event %lld: signal '%s' came %s, but no handler has that name%s%s%s",
		  (long long)event->id, or_empty(event->signal_name), when(reading, event->at),
		  near ? "; did the sender mean '" : "", or_empty(near), near ? "'?" : "");
}

static void tell_useless(const struct reading *reading, const struct tsk_event *event)
{
	const bool initialised =
		tsk_symptoms_more(reading->call, reading->symptoms)->init_at.count > 0;

	tell_line(reading, "event %lld: %s came %s%s%s, and nothing was done since",
		  (long long)event->id, begun_text(reading, event), when(reading, event->at),
		  came_with_start(event) ? " with the start of this run (signal-with-start)" : "",
		  came_before_run(reading, event) && !initialised
			  ? ", before run() began: what its handler had set run() may have set back"
			  : "");
}

static void tell_signals(const struct reading *reading)
{
	const struct tsk_strings *unfinished =
		&tsk_symptoms_more(reading->call, reading->symptoms)->unfinished_signals;
	const struct tsk_handlers *handlers = reading->symptoms->handlers;
	const struct tsk_history *newest = &reading->symptoms->newest;
	size_t told = 0;

	for (size_t i = 0; handlers && i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type != TSK_EVENT_SIGNALED)
			continue;
		if (!lists_handler(&handlers->signals, or_empty(event->signal_name)))
			tell_unknown_signal(reading, event);
		else if (had_no_effect(reading, event) && told++ < SHOWN)
			tell_useless(reading, event);
	}
	if (told > SHOWN)
		tell_line(reading, "%zu more signals came after which nothing was done",
			  told - SHOWN);
	for (size_t i = 0; i < unfinished->count && i < SHOWN; i++)
		tell_line(reading, "a handler has begun and not ended: signal %s",
			  unfinished->items[i]);
	tell_dropped_signals(reading);
	if (reading->early && reading->early->type == TSK_EVENT_UPDATE_ACCEPTED)
		tell_useless(reading, reading->early);
}

/* ---- updates ---- */

static const struct tsk_event *accepted_of(const struct reading *reading,
					   const struct tsk_event *completed)
{
	return event_of_id(&reading->symptoms->newest, completed->initiated_event_id);
}

static const char *update_failure(const struct reading *reading, const struct tsk_event *completed)
{
	const struct tsk_failure *root = tsk_failure_root(completed->failure);
	const char *location = or_empty(tsk_failure_location(reading->call, root));

	return tsk_format(reading->call, "%s%s%s%s%s%s", tsk_failure_type(root),
			  *or_empty(root->message) ? ": " : "",
			  one_line(reading->call, root->message), *location ? " (" : "", location,
			  *location ? ")" : "");
}

void tell_failed_updates(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	size_t told = 0;

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];
		const struct tsk_event *accepted;

		if (event->type == TSK_EVENT_UPDATE_REJECTED)
			tell_line(reading, "event %lld: update '%s' was rejected %s",
				  (long long)event->id, or_empty(event->update_name),
				  when(reading, event->at));
		if (event->type != TSK_EVENT_UPDATE_COMPLETED || !event->failure || told++ >= SHOWN)
			continue;
		accepted = accepted_of(reading, event);
		tell_line(reading,
			  "event %lld: update%s%s%s failed %s with %s: its caller got that, and "
			  "nothing comes of it",
			  (long long)event->id, accepted ? " '" : "",
			  accepted ? or_empty(accepted->update_name) : "", accepted ? "'" : "",
			  when(reading, event->at), update_failure(reading, event));
	}
	if (told > SHOWN)
		tell_line(reading, "%zu more updates failed", told - SHOWN);
}

static bool is_open_update(const struct tsk_history *newest, size_t at, const char *name)
{
	return newest->events[at].type == TSK_EVENT_UPDATE_ACCEPTED &&
	       is_begun_and_open(newest, at) &&
	       (!name || strcmp(or_empty(newest->events[at].update_name), name) == 0);
}

/* Those of one name; newest: the newest of them. */
static void tell_open_updates_of(const struct reading *reading, size_t newest_at)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *last = &newest->events[newest_at], *first = last;
	const char *name = or_empty(last->update_name);
	size_t count = 0;

	for (size_t i = newest_at; i < newest->count; i++)
		if (is_open_update(newest, i, name)) {
			first = &newest->events[i];
			count++;
		}
	if (count == 1)
		tell_line(reading,
			  "event %lld: update '%s' was accepted %s and is not done: its "
			  "handler waits",
			  (long long)first->id, name, when(reading, first->at));
	else
		tell_line(reading,
			  "events %lld to %lld: %zu updates '%s' were accepted, the first %s, and "
			  "are not done: their handlers wait",
			  (long long)first->id, (long long)last->id, count, name,
			  when(reading, first->at));
}

/* Updates that were accepted and have not been answered: one line a name. */
static void tell_open_updates(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	size_t all = 0;

	for (size_t i = 0; i < newest->count; i++) {
		bool told = false;

		if (!is_open_update(newest, i, NULL))
			continue;
		all++;
		for (size_t j = 0; j < i && !told; j++)
			told = is_open_update(newest, j, or_empty(newest->events[i].update_name));
		if (!told)
			tell_open_updates_of(reading, i);
	}
	if (all >= UPDATES_AT_ONCE)
		tell_line(reading,
			  "%zu updates are open: the server takes no more than %d at once "
			  "(history.maxInFlightUpdates) and refuses the next",
			  all, UPDATES_AT_ONCE);
}

void tell_messages(const struct reading *reading)
{
	tell_handlers(reading);
	tell_signals(reading);
	tell_failed_updates(reading);
	tell_open_updates(reading);
	tell_background_failure(reading);
	tell_passed_over(reading);
	if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_IN_VAIN)
		tell_never_awaited(reading);
}
