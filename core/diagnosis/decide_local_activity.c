/* Deciding on local activities: the server does not know them. A short one lives within a workflow
 * task that is renewed again and again; a retry that waits longer is a marker with the failure and
 * a timer. */
#include "classifier.h"
#include "worker_log.h"

#include <string.h>

/* The marker of a failed attempt whose open timer stands right behind it, or NULL. */
static const struct tsk_event *failed_marker(const struct tsk_history *newest)
{
	for (size_t i = 1; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];

		if (event->type == TSK_EVENT_MARKER_RECORDED && event->failure &&
		    newest->events[i - 1].type == TSK_EVENT_TIMER_STARTED &&
		    timer_is_open(newest, i - 1))
			return event;
	}
	return NULL;
}

size_t empty_tasks(const struct tsk_history *newest)
{
	size_t completed = 0;

	for (size_t i = 0; i < newest->count; i++) {
		int type = newest->events[i].type;

		if (type == TSK_EVENT_TASK_COMPLETED)
			completed++;
		else if (type != TSK_EVENT_TASK_SCHEDULED && type != TSK_EVENT_TASK_STARTED)
			break;
	}
	return completed;
}

/* Whether no activity, local or not, has left a trace yet: what the log then tells of one is the
 * local one that the workflow task waits for. */
static bool is_first_activity(const struct tsk_history *newest)
{
	for (size_t i = 0; i < newest->count; i++)
		if (newest->events[i].type == TSK_EVENT_ACTIVITY_SCHEDULED ||
		    newest->events[i].type == TSK_EVENT_MARKER_RECORDED)
			return false;
	return newest->count && !newest->more;
}

bool read_local_activity(struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	bool at_task = reading->workflow->pending_task.present;
	const struct tsk_event *marker = at_task ? NULL : failed_marker(newest);
	struct tsk_root_cause logged;
	int attempt = 0;

	reading->queue = or_empty(reading->workflow->task_queue);
	if (marker)
		take_failure(reading, marker->failure, "");
	else if (!at_task || (empty_tasks(newest) < 2 && !is_first_activity(newest)))
		return false;
	bool told = find_logged_failure(reading, &logged, &attempt) && (marker || attempt);
	if (!told && !marker)
		return false;
	reading->event = marker;
	reading->diagnosis->verdict = TSK_VERDICT_ACTIVITY_RETRYING;
	if (!marker)
		take_logged_cause(reading, &logged);
	if (told)
		reading->diagnosis->attempts = attempt;
	return true;
}
