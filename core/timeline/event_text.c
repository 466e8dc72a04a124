/* What one event is about: in a few words, and as a row of a result. */
#include "timeline.h"

#include <string.h>

/* Enough to recognize a value; the whole of it is in JSON output. */
#define VALUE_LIMIT   120
#define MESSAGE_LIMIT 200

static const char *values_text(struct tsk_call *call, const struct tsk_payloads *values)
{
	if (!values->count)
		return "";
	return tsk_shorten(call, tsk_json_readable(call, tsk_payloads_json(call, values)),
			   VALUE_LIMIT);
}

const char *marker_name(struct tsk_call *call, const struct tsk_event *event)
{
	if (*event->activity_type)
		return tsk_format(call, "local activity %s", event->activity_type);
	if (*event->reason)
		return tsk_format(call, "patch %s", event->reason);
	return *event->cause ? event->cause : event->type_name;
}

/* What the event is about: the thing it names. */
static const char *subject(struct tsk_call *call, const struct tsk_event *event)
{
	if (event->type == TSK_EVENT_MARKER_RECORDED)
		return marker_name(call, event);
	if (*event->activity_type)
		return event->activity_type;
	if (*event->signal_name)
		return event->signal_name;
	if (*event->update_name)
		return event->update_name;
	if (event->timer_ms)
		return tsk_format(call, "%s for %s", event->timer_id,
				  tsk_duration_text(call, event->timer_ms));
	if (*event->timer_id)
		return event->timer_id;
	if (*event->workflow_id)
		return tsk_format(call, "%s '%s'", event->workflow_type, event->workflow_id);
	return event->workflow_type;
}

const char *tsk_event_text(struct tsk_call *call, const struct tsk_event *event)
{
	struct tsk_text text = { .call = call };

	tsk_text_add(&text, subject(call, event));
	if (event->input.count)
		tsk_text_format(&text, "(%s)", values_text(call, &event->input));
	if (event->result.count)
		tsk_text_join(&text, ", ", "-> %s", values_text(call, &event->result));
	if (event->failure)
		tsk_text_join(&text, ", ", "%s",
			      tsk_failure_text(call, event->failure, MESSAGE_LIMIT));
	else if (*event->timeout_type)
		tsk_text_join(&text, ", ", "%s", event->timeout_type);
	if (event->attempt > 1)
		tsk_text_join(&text, ", ", "attempt %d", event->attempt);
	if (event->type == TSK_EVENT_TASK_FAILED && *event->cause)
		tsk_text_join(&text, ", ", "%s", event->cause);
	if (event->type != TSK_EVENT_MARKER_RECORDED && *event->reason)
		tsk_text_join(&text, ", ", "%s", event->reason);
	if (*event->new_run_id)
		tsk_text_join(&text, ", ", "new run %s", event->new_run_id);
	if (*event->identity &&
	    (event->type == TSK_EVENT_STARTED || event->type == TSK_EVENT_TERMINATED ||
	     event->type == TSK_EVENT_SIGNALED || event->type == TSK_EVENT_CANCEL_REQUESTED))
		tsk_text_join(&text, ", ", "by %s", event->identity);
	return tsk_text_value(&text);
}

void tsk_event_say(struct tsk_call *call, cJSON *list, const struct tsk_event *event, int64_t began)
{
	cJSON *row = tsk_append_object(list);

	tsk_set_id(row, "id", event->id);
	tsk_set_time(row, "at", event->at);
	tsk_set_format(row, "after", "+%.3f s", (double)(event->at - began) / 1e9);
	tsk_set(row, "type", event->type_name);
	tsk_set(row, "detail", tsk_event_text(call, event));
	if (event->input.count)
		tsk_set_json(row, "input", tsk_payloads_json(call, &event->input));
	if (event->result.count)
		tsk_set_json(row, "result", tsk_payloads_json(call, &event->result));
	if (event->failure) {
		const struct tsk_failure *root = tsk_failure_root(event->failure);
		cJSON *cause = tsk_set_object(row, "root_cause");
		tsk_set(cause, "type", tsk_failure_type(root));
		tsk_set(cause, "message", root->message);
		tsk_set(cause, "location", tsk_failure_location(call, root));
	}
}
