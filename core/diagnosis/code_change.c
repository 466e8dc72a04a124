/* Whether the code was changed while a workflow ran, or does something else by itself. */
#include "code_change.h"

#include "who_polls.h"

#include <stdlib.h>
#include <string.h>

/* ---- what the message says ---- */

/* "… of scheduled event 'price' does not match … of activity command 'charge'": what stands in
 * quotes after a mark; "": nothing. */
static const char *quoted_after(const struct reading *reading, const char *mark)
{
	const char *at = strstr(reading->diagnosis->root_cause.message, mark);
	const char *open = at ? strchr(at, '\'') : NULL;
	const char *close = open ? strchr(open + 1, '\'') : NULL;

	return close ? tsk_copy_bytes(reading->call, open + 1, (size_t)(close - open - 1)) : "";
}

static bool has_scheduled(const struct tsk_history *newest, const char *type)
{
	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if ((event->type == TSK_EVENT_ACTIVITY_SCHEDULED &&
		     strcmp(or_empty(event->activity_type), type) == 0) ||
		    (event->type == TSK_EVENT_CHILD_INITIATED &&
		     strcmp(or_empty(event->workflow_type), type) == 0))
			return true;
	}
	return false;
}

/* ---- who did it before ---- */

/* Who did the newest task that was right, where that is who fails now, and has not been started
 * since. */
static const char *same_process(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *good = newest_of_type(newest, TSK_EVENT_TASK_COMPLETED);
	const char *who = good ? or_empty(good->identity) : "";
	const struct tsk_symptom_worker *worker = worker_of(reading, who);

	return good && worker && strcmp(who, reading->failed_by) == 0 &&
			       worker->started_at < good->at
		       ? who
		       : NULL;
}

static const char *other_process(const struct reading *reading)
{
	const struct tsk_event *good =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_TASK_COMPLETED);
	const char *who = good ? or_empty(good->identity) : "";

	return *who && *reading->failed_by && strcmp(who, reading->failed_by) != 0 ? who : NULL;
}

/* "Activity machine does not handle this event: HistoryEvent(id: 5, TimerStarted)" */
static void read_kinds(const struct reading *reading, struct code_change *change)
{
	static const struct {
		const char *machine, *what;
	} kinds[] = { { "Activity machine", "an activity" },
		      { "Timer machine", "a timer" },
		      { "ChildWorkflow machine", "a child workflow" },
		      { "LocalActivity machine", "a local activity" },
		      { "SignalExternal machine", "a signal to another workflow" },
		      { "CancelExternal machine", "a cancellation of another workflow" },
		      { "CompleteWorkflow machine", "its end" },
		      { "ContinueAsNewWorkflow machine", "continue-as-new" } };
	static const char mark[] = "HistoryEvent(id: ";
	const char *message = reading->diagnosis->root_cause.message;
	const char *at = strstr(message, mark);

	if (!at)
		return;
	if (strstr(message, "No command scheduled for event"))
		change->instead = "nothing";
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strstr(message, kinds[i].machine))
			change->instead = kinds[i].what;
	change->event =
		event_of_id(&reading->symptoms->newest, strtoll(at + strlen(mark), NULL, 10));
}

struct code_change code_change_of(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	struct code_change change = { .sources_known = more->sources_known,
				      .found = quoted_after(reading, "scheduled event "),
				      .wanted = quoted_after(reading, "command ") };

	if (more->changed_sources.count)
		change.source = more->changed_sources.items[0];
	change.same_process = same_process(reading);
	change.other_process = other_process(reading);
	read_kinds(reading, &change);
	change.other_order = *change.wanted && *change.found &&
			     strcmp(change.wanted, change.found) != 0 &&
			     has_scheduled(&reading->symptoms->newest, change.wanted);
	return change;
}

/* ---- looking ---- */

static const struct tsk_event *nondeterministic_task(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_TASK_FAILED &&
		    is_nondeterminism(newest->events[i].failure, newest->events[i].cause))
			return &newest->events[i];
	return NULL;
}

/* Where the sources of the worker are that failed it; NULL: not known. */
static const char *directory_of(const struct tsk_symptoms *symptoms, const char *identity)
{
	int pid = tsk_identity_pid(or_empty(identity));

	for (size_t i = 0; pid > 0 && i < symptoms->worker_count; i++)
		if (symptoms->workers[i].pid == pid && *or_empty(symptoms->workers[i].project_dir))
			return symptoms->workers[i].project_dir;
	return NULL;
}

void note_changed_sources(struct tsk_call *call, struct tsk_symptoms *symptoms)
{
	struct tsk_symptoms_more more = *tsk_symptoms_more(call, symptoms);
	const struct tsk_event *task = nondeterministic_task(&symptoms->newest);
	const char *directory = task ? directory_of(symptoms, task->identity) : NULL;

	if (!directory || more.sources_known || !is_open(symptoms->workflow))
		return;
	more.sources_known = true;
	tsk_stale_files(call, directory, symptoms->workflow->started_at, &more.changed_sources);
	tsk_symptoms_set_more(call, symptoms, &more);
}
