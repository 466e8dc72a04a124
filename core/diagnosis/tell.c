/* Telling: headline, evidence, advice and next commands of what was decided. */
#include "tell.h"
#include "advice.h"

#include <stdarg.h>
#include <string.h>

/* What fits on a line beside the rest of a headline. */
#define ONE_LINE_BYTES 200

/* ---- lines ---- */

static void add_line(struct tsk_lines *lines, const char *format, va_list arguments)
{
	const char *line = tsk_vformat(lines->call, format, arguments);

	if (!tsk_lines_hold(lines, line))
		tsk_lines_push(lines, line);
}

void tell_line(const struct reading *reading, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_line(&reading->telling->evidence, format, arguments);
	va_end(arguments);
}

void suggest_line(const struct reading *reading, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	add_line(&reading->telling->next, format, arguments);
	va_end(arguments);
}

/* ---- words ---- */

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

/* ---- the whole ---- */

const char *pause_text(const struct reading *reading, const struct tsk_pause *pause)
{
	struct tsk_call *call = reading->call;

	if (!pause->at)
		return "";
	return tsk_format(call, ", %s%s%s%s%s%s%s", when(reading, pause->at),
			  *or_empty(pause->identity) ? " by " : "", or_empty(pause->identity),
			  *or_empty(pause->rule) ? " by rule " : "", or_empty(pause->rule),
			  *or_empty(pause->reason) ? ", reason: " : "",
			  one_line(call, pause->reason));
}

static void tell_paused(const struct reading *reading)
{
	struct tsk_pause pause = tsk_workflow_more(reading->call, reading->workflow)->pause;
	const struct tsk_event *event = reading->event;

	if (!pause.at && event)
		pause = (struct tsk_pause){ .at = event->at,
					    .identity = or_empty(event->identity),
					    .reason = or_empty(event->reason),
					    .rule = "" };
	tell_line(reading, "%sstatus PAUSED%s: the server holds its tasks back",
		  event ? tsk_format(reading->call, "event %lld: ", (long long)event->id) : "",
		  pause_text(reading, &pause));
}

static void tell_theme(const struct reading *reading)
{
	if (reading->unread) {
		tell_unclear(reading);
		return;
	}
	switch (reading->theme) {
	case THEME_CLOSED: tell_closed(reading); break;
	case THEME_PAUSED: tell_paused(reading); break;
	case THEME_START_DELAY: tell_start_delay(reading); break;
	case THEME_TASK: tell_task(reading); break;
	case THEME_ACTIVITY: tell_activity(reading); break;
	case THEME_LOCAL_ACTIVITY: tell_local_activity(reading); break;
	case THEME_TASK_AT_WORK: tell_task_at_work(reading); break;
	case THEME_CANCEL_REQUEST: tell_cancel_request(reading); break;
	case THEME_WAITING: tell_waiting(reading); break;
	}
	if (is_open(reading->workflow) && reading->theme != THEME_CANCEL_REQUEST)
		tell_cancelled(reading);
	tell_runs(reading);
	tell_growth(reading);
	tell_sources(reading);
	tell_other_error(reading);
	tell_own_error(reading);
}

void tell(struct reading *reading)
{
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	struct telling telling = {
		/* An id that begins with a dash would be read as a flag of its own. */
		.which = tsk_format(reading->call, "%s%s",
				    *reading->id == '-' ? "--workflow-id=" : "-w ",
				    tsk_quote(reading->call, reading->id)),
		.evidence = { .call = reading->call },
		.recovery = { .call = reading->call },
		.next = { .call = reading->call },
	};

	reading->telling = &telling;
	telling.headline = headline(reading);
	diagnosis->headline = tsk_format(reading->call, "'%s' %s", reading->id, telling.headline);
	tell_theme(reading);
	tell_unanswered(reading);
	advise(reading);
	diagnosis->evidence = tsk_lines_take(&telling.evidence);
	diagnosis->recovery = tsk_lines_take(&telling.recovery);
	diagnosis->next = tsk_lines_take(&telling.next);
	told_keep(reading);
	reading->telling = NULL;
}
