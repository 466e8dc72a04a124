/* The words of a timeline: what is said of a bar or mark when it is pointed at. */
#include "timeline.h"

#include <string.h>

/* Enough of a message to recognize it; the events table has more. */
#define MESSAGE_LIMIT 400

const char *bar_kind_name(enum tsk_bar_kind kind)
{
	static const char *const names[] = {
		[TSK_BAR_TASK] = "workflow task", [TSK_BAR_ACTIVITY] = "activity",
		[TSK_BAR_TIMER] = "timer",        [TSK_BAR_CHILD] = "child workflow",
		[TSK_BAR_UPDATE] = "update",
	};

	return names[kind];
}

/* Also the class of the bar in page.css. */
const char *bar_state_name(enum tsk_bar_state state)
{
	static const char *const names[] = {
		[TSK_BAR_OPEN] = "open",         [TSK_BAR_DONE] = "done",
		[TSK_BAR_FAILED] = "failed",     [TSK_BAR_TIMED_OUT] = "timedout",
		[TSK_BAR_CANCELED] = "canceled",
	};

	return names[state];
}

const char *row_class(const struct tsk_timeline_row *row)
{
	static const char *const bars[] = {
		[TSK_BAR_TASK] = "task",     [TSK_BAR_ACTIVITY] = "activity",
		[TSK_BAR_TIMER] = "timer",   [TSK_BAR_CHILD] = "child",
		[TSK_BAR_UPDATE] = "update",
	};
	static const char *const marks[] = {
		[TSK_MARK_SIGNAL] = "signal",
		[TSK_MARK_CANCEL] = "cancel",
		[TSK_MARK_OTHER] = "other",
	};

	return row->of_marks ? marks[row->kind] : bars[row->kind];
}

static const char *line(struct tsk_call *call, const char *text, const char *more)
{
	return tsk_format(call, "%s\n%s", text, more);
}

static const char *time_after_begin(struct tsk_call *call, const struct tsk_timeline *timeline,
				    int64_t at)
{
	return tsk_format(call, "+%.3f s", (double)(at - timeline->began) / 1e9);
}

static const char *length(struct tsk_call *call, int64_t from, int64_t to)
{
	return tsk_duration_text(call, (to - from) / 1000000);
}

/* "failed after 3 attempts", "retrying, attempt 4". */
static const char *outcome_text(struct tsk_call *call, const struct tsk_timeline_bar *bar)
{
	if (bar->attempts <= 1)
		return bar->word;
	return bar->ended_at ? tsk_format(call, "%s after %d attempts", bar->word, bar->attempts)
			     : tsk_format(call, "%s, attempt %d", bar->word, bar->attempts);
}

const char *bar_text(struct tsk_call *call, const struct tsk_timeline *timeline,
		     const struct tsk_timeline_bar *bar)
{
	int64_t end = bar_end(timeline, bar);
	const char *text = bar->kind == TSK_BAR_TASK
				   ? bar_kind_name(bar->kind)
				   : tsk_format(call, "%s %s", bar_kind_name(bar->kind), bar->name);

	/* An id that was made up tells nothing; a child's is its workflow id. */
	if (bar->kind == TSK_BAR_CHILD)
		text = line(call, text, bar->id);
	text = line(call, text, outcome_text(call, bar));
	text = line(call, text,
		    tsk_format(call, "%s to %s: %s",
			       time_after_begin(call, timeline, bar->scheduled_at),
			       bar->ended_at    ? time_after_begin(call, timeline, end)
			       : timeline->open ? "now"
						: "the end",
			       length(call, bar->scheduled_at, end)));
	if (bar->started_at > bar->scheduled_at && bar->kind != TSK_BAR_UPDATE)
		text = line(call, text,
			    tsk_format(call, "%s %s%s",
				       bar->attempts > 1 ? "last attempt started after"
							 : "started after",
				       length(call, bar->scheduled_at, bar->started_at),
				       bar->ended_at
					       ? tsk_format(call, ", took %s",
							    length(call, bar->started_at, end))
					       : ""));
	if (bar->failure)
		text = line(call, text,
			    tsk_format(call, "%s%s", bar->state == TSK_BAR_DONE ? "before: " : "",
				       tsk_failure_text(call, bar->failure, MESSAGE_LIMIT)));
	return line(call, text,
		    bar->first_event == bar->last_event
			    ? tsk_format(call, "event %lld", (long long)bar->first_event)
			    : tsk_format(call, "events %lld to %lld", (long long)bar->first_event,
					 (long long)bar->last_event));
}

const char *mark_text(struct tsk_call *call, const struct tsk_timeline *timeline,
		      const struct tsk_timeline_mark *mark)
{
	return tsk_format(call, "%s%s\n%s\nevent %lld",
			  mark->kind == TSK_MARK_SIGNAL ? "signal " : "", mark->name,
			  time_after_begin(call, timeline, mark->at), (long long)mark->event);
}
