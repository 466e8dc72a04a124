/* What the parts of the classifier share: growing lists of lines, and words for times and causes.
 */
#include "classifier.h"

#include <stdarg.h>
#include <string.h>

/* ---- lines ---- */

void lines_init(struct lines *lines, struct tsk_call *call)
{
	*lines = (struct lines){ .call = call };
}

bool lines_hold(const struct lines *lines, const char *line)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strcmp(lines->items[i], line) == 0)
			return true;
	return false;
}

void lines_add(struct lines *lines, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *line = tsk_vformat(lines->call, format, arguments);
	va_end(arguments);
	if (!lines_hold(lines, line))
		lines_push(lines, line);
}

void lines_push(struct lines *lines, const char *line)
{
	if (lines->count + 2 > lines->room) {
		size_t room = lines->room ? 2 * lines->room : 8;
		const char **wider = tsk_alloc(lines->call, room * sizeof(*wider));

		if (lines->count)
			memcpy(wider, lines->items, lines->count * sizeof(*wider));
		lines->items = wider;
		lines->room = room;
	}
	lines->items[lines->count++] = line;
	lines->items[lines->count] = NULL;
}

struct tsk_strings lines_take(const struct lines *lines)
{
	return (struct tsk_strings){ .items = lines->items, .count = lines->count };
}

/* ---- words ---- */

/* What fits on a line beside the rest of a headline. */
#define ONE_LINE_BYTES 200

const char *said(const char *text)
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
	const char *line = said(text) + strspn(said(text), " \t\r\n");

	return tsk_shorten(call, tsk_copy_bytes(call, line, strcspn(line, "\r\n")), ONE_LINE_BYTES);
}

const char *first_sentence(struct tsk_call *call, const char *text)
{
	const char *end = strstr(said(text), ". ");

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
