/* Evidence and advice on code that does not fit its history: it was changed, or it does something
 * else at each run. */
#include "advice.h"
#include "code_change.h"

#include <stdlib.h>
#include <string.h>

/* The completed task whose commands the code does not repeat: the SDK names the event at which it
 * noticed, "HistoryEvent(id: 5, TimerStarted)". 0: not known. */
static long long last_good_task(const struct reading *reading)
{
	static const char mark[] = "HistoryEvent(id: ";
	const struct tsk_history *newest = &reading->symptoms->newest;
	const char *at = strstr(reading->diagnosis->root_cause.message, mark);
	long long noticed = at ? strtoll(at + strlen(mark), NULL, 10) : 0;

	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_TASK_COMPLETED &&
		    newest->events[i].id < noticed)
			return newest->events[i].id;
	return 0;
}

/* "Non-deprecated patch marker encountered for change fee, but there is no corresponding …": the
 * patch that the history has and the code has not. NULL: it is about something else. */
static const char *lost_patch(const struct reading *reading)
{
	static const char mark[] = "patch marker encountered for change ";
	const char *at = strstr(reading->diagnosis->root_cause.message, mark);
	const char *name = at ? at + strlen(mark) : NULL;
	const char *end = name ? strstr(name, ", but there is no") : NULL;

	return end ? tsk_copy_bytes(reading->call, name, (size_t)(end - name)) : NULL;
}

/* ---- evidence ---- */

static bool begins_work(const struct tsk_event *event)
{
	return event->type == TSK_EVENT_ACTIVITY_SCHEDULED ||
	       event->type == TSK_EVENT_CHILD_INITIATED;
}

/* "TimerStarted of 1.0 s", "ActivityTaskScheduled (activity 'charge')" */
static const char *event_text(const struct reading *reading, const struct tsk_event *event)
{
	const char *name = or_empty(tsk_event_type_name(event->type));

	if (event->timer_ms)
		return tsk_format(reading->call, "%s of %s", name,
				  tsk_duration_text(reading->call, event->timer_ms));
	return begins_work(event)
		       ? tsk_format(reading->call, "%s (%s)", name, begun_text(reading, event))
		       : name;
}

static void tell_kinds(const struct reading *reading, const struct code_change *change)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *next = NULL;

	/* Newest first. */
	for (size_t i = 0; i < newest->count && newest->events[i].id > change->event->id; i++)
		if (begins_work(&newest->events[i]))
			next = &newest->events[i];
	tell_line(reading, "event %lld of its history is %s, where the code now does %s%s%s",
		  (long long)change->event->id, event_text(reading, change->event), change->instead,
		  next ? "; what the history has next: " : "",
		  next ? begun_text(reading, next) : "");
}

void tell_nondeterminism(const struct reading *reading)
{
	struct code_change change = code_change_of(reading);
	const char *found = change.found, *wanted = change.wanted;

	if (change.source)
		tell_line(reading, "%s changed since '%s' began", change.source, reading->id);
	if (change.same_process)
		tell_line(
			reading,
			"the same process %s did its earlier tasks: the code that it runs has not "
			"changed since",
			change.same_process);
	else if (!change.source && change.sources_known)
		tell_line(reading, "no source file of its worker changed since '%s' began",
			  reading->id);
	if (change.event && change.instead)
		tell_kinds(reading, &change);
	if (change.other_order)
		tell_line(reading,
			  "its history has '%s' where the code does '%s', which it has elsewhere: "
			  "skipped, or in another order",
			  found, wanted);
}

/* ---- advice ---- */

static void advise_changed(const struct reading *reading, const char *patch)
{
	if (patch)
		advise_line(reading,
			    "to keep this run: put workflow.patched(\"%s\"), or "
			    "workflow.deprecate_patch(\"%s\"), back where it was, then restart the "
			    "worker; it goes on by itself",
			    patch, patch);
	else
		advise_line(
			reading,
			"to keep this run: take the change back, or put it behind "
			"workflow.patched(\"ID\"), then restart the worker; it goes on by itself");
}

/* What may be another thing at each run. */
static const char *what_varies(const struct code_change *change)
{
	if (change->same_process)
		return "state outside the workflow's object (a variable, cache or class attribute "
		       "of a module), the clock, or random";
	if (change->other_order)
		return "the order of a set (sorted() keeps it), of a folder's files, or of what "
		       "ends first";
	return "the environment, the order of a set, the clock, random, or state of a module";
}

static void advise_varying(const struct reading *reading, const struct code_change *change)
{
	const struct tsk_strings *at =
		&tsk_symptoms_more(reading->call, reading->symptoms)->varies_at;

	advise_line(
		reading,
		"workflow code must do the same at each replay; look in it for what differs: %s; "
		"keep values in self, get others from activities, workflow.now(), "
		"workflow.random() or side inputs of the start",
		what_varies(change));
	if (at->count)
		advise_line(reading, "its sources use such at %s", places_text(reading, at));
}

/* Whether all that is known speaks for other code: the sources were looked through for what varies.
 */
static bool is_other_version(const struct reading *reading, const struct code_change *change)
{
	return change->sources_known && change->other_process && change->instead &&
	       !tsk_symptoms_more(reading->call, reading->symptoms)->varies_at.count;
}

void advise_nondeterminism(const struct reading *reading)
{
	long long good = last_good_task(reading);
	const char *patch = lost_patch(reading);
	struct code_change change = code_change_of(reading);
	const struct tsk_strings *replaying =
		&tsk_symptoms_more(reading->call, reading->symptoms)->replaying_at;
	const bool changed = patch || (change.source && !change.same_process);

	if (changed) {
		advise_line(reading,
			    "the code of '%s' was changed after it began, and does something else "
			    "now than its history says",
			    reading->id);
		advise_changed(reading, patch);
	} else if (replaying->count) {
		advise_line(
			reading,
			"take the question is_replaying() out of the workflow's code (%s): it is "
			"for logs only; with the same done each time, and the worker restarted, "
			"it goes on by itself",
			places_text(reading, replaying));
	} else if (is_other_version(reading, &change)) {
		advise_line(reading,
			    "nothing in the workflow's sources varies by itself, and another "
			    "process (%s) did its earlier tasks: the code that runs now is another "
			    "version, or does otherwise by a setting (command, environment, image)",
			    change.other_process);
		advise_changed(reading, NULL);
	} else if (change.same_process || change.sources_known) {
		advise_varying(reading, &change);
		advise_line(reading,
			    "correct that first and restart the worker: as it is, a reset or a new "
			    "run ends the same way");
		if (!change.same_process)
			advise_line(
				reading,
				"where another version of the code was deployed meanwhile: take "
				"the change back, or put it behind workflow.patched(\"ID\")");
	} else {
		advise_line(reading, "its code was changed after it began, or does not do the same "
				     "at each replay; which of the two is not known here");
		advise_changed(reading, NULL);
		advise_varying(reading, &change);
	}
	/* Where its sources are at hand, an edit can be tried on the history. */
	if (change.sources_known || patch)
		advise_command(reading,
			       tsk_format(reading->call, "temporal-skill rehearse-change %s",
					  reading->telling->which),
			       "shows whether an edit mends it before the worker is restarted, and "
			       "whether the earlier code fits");
	advise_command(
		reading,
		tsk_format(reading->call, "temporal-skill reset-workflow %s %s",
			   reading->telling->which,
			   good ? tsk_format(reading->call, "--event-id %lld", good) : "--first"),
		changed ? "to go on with the new code from where it differs"
			: "with code that does the same each time, to go on from where it differs");
	advise_line(reading, "else terminate it, restart the worker and start anew");
	suggest_line(reading, "temporal-skill terminate-workflow %s --reason nondeterminism",
		     reading->telling->which);
	suggest_restart(reading);
}
