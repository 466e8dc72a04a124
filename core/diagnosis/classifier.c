/* What the parts of the classifier share: words for times, places and causes. */
#include "classifier.h"

#include <stdarg.h>
#include <string.h>

/* What fits on a line beside the rest of a headline. */
#define ONE_LINE_BYTES 200

const char *or_empty(const char *text)
{
	return text ? text : "";
}

bool is_open(const struct tsk_workflow *workflow)
{
	return workflow->status == TSK_WORKFLOW_RUNNING ||
	       workflow->status == TSK_WORKFLOW_PAUSED ||
	       workflow->status == TSK_WORKFLOW_UNSPECIFIED;
}

const char *one_line(struct tsk_call *call, const char *text)
{
	const char *line = or_empty(text) + strspn(or_empty(text), " \t\r\n");

	return tsk_shorten(call, tsk_copy_bytes(call, line, strcspn(line, "\r\n")), ONE_LINE_BYTES);
}

const char *first_sentence(struct tsk_call *call, const char *text)
{
	const char *end = strstr(or_empty(text), ". ");

	return one_line(call, end ? tsk_copy_bytes(call, text, (size_t)(end - text)) : text);
}

const char *when(const struct reading *reading, int64_t at)
{
	int64_t away = (at - reading->symptoms->now) / 1000000;

	/* Nobody plans by the millisecond: from a second on, whole ones. */
	if (away > 1000 || away < -1000)
		away -= away % 1000;
	if (away < 0)
		return tsk_format(reading->call, "%s ago", tsk_duration_text(reading->call, -away));
	return tsk_format(reading->call, "in %s", tsk_duration_text(reading->call, away));
}

const char *place_text(const struct reading *reading)
{
	const char *location = reading->diagnosis->root_cause.location;

	return *location ? tsk_format(reading->call, " (%s)", location) : "";
}

const char *cause_line(const struct reading *reading)
{
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;
	const char *message = one_line(reading->call, cause->message);

	if (!*message)
		return cause->type;
	return *cause->type ? tsk_format(reading->call, "%s: %s", cause->type, message) : message;
}
