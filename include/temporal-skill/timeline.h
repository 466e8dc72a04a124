/* Timelines: the events of a run as bars and marks over time, and HTML pages that show them.
 *
 * A timeline is made from a history and asks nobody: the same events always give the same bars. A
 * page is one self-contained file: it loads nothing, and all that others wrote (ids, messages,
 * payloads) stands in it as text. Everything is borrowed from the call; a timeline borrows the
 * workflow and the history that it was made from.
 *
 *	struct tsk_text page = { .call = call };
 *	tsk_html_begin(&page, "order-17");
 *	tsk_html_timeline(&page, "w1", timeline, "");
 *	tsk_html_end(&page);
 *	tsk_file_write(call, "order-17.html", page.bytes, page.size);
 */
#ifndef TEMPORAL_SKILL_TIMELINE_H
#define TEMPORAL_SKILL_TIMELINE_H

#include <temporal-skill/client.h>
#include <temporal-skill/result.h>

#pragma GCC visibility push(default)

/* ---- events in words ---- */

/* What matters of one event, in a few words. */
const char *tsk_event_text(struct tsk_call *call, const struct tsk_event *event);

/* One event as a row of a result: id, at, after (since began, Unix nanoseconds), type, detail,
 * input, result, root_cause. */
void tsk_event_say(struct tsk_call *call, cJSON *list, const struct tsk_event *event,
		   int64_t began);

/* ---- the timeline ---- */

enum tsk_bar_kind {
	TSK_BAR_TASK, /* workflow task */
	TSK_BAR_ACTIVITY,
	TSK_BAR_TIMER,
	TSK_BAR_CHILD,
	TSK_BAR_UPDATE, /* from accepted to completed */
	TSK_BAR_KINDS_
};

enum tsk_bar_state {
	TSK_BAR_OPEN,
	TSK_BAR_DONE,
	TSK_BAR_FAILED,
	TSK_BAR_TIMED_OUT,
	TSK_BAR_CANCELED,
	TSK_BAR_STATES_
};

struct tsk_timeline_bar {
	enum tsk_bar_kind kind;
	enum tsk_bar_state state;
	const char *name; /* type of an activity or child, name of an update, length of a timer */
	const char *id;   /* activity id, timer id, the child's workflow id, update id */
	const char *word; /* how it stands: "completed", "fired", "retrying" */
	int64_t scheduled_at;
	int64_t started_at; /* the last attempt's start; 0: not started, or not a thing that is */
	int64_t ended_at;   /* 0: open */
	int attempts;       /* 0 where it is not known */
	int64_t first_event, last_event; /* ids */
	const struct tsk_failure *failure;
	size_t row;  /* in rows of the timeline */
	size_t lane; /* in that row */
};

enum tsk_mark_kind {
	TSK_MARK_SIGNAL,
	TSK_MARK_CANCEL, /* the workflow was asked to cancel */
	TSK_MARK_OTHER   /* markers, search attributes, and what is not known here */
};

struct tsk_timeline_mark {
	enum tsk_mark_kind kind;
	const char *name; /* the signal's name, or the event's type */
	int64_t at;
	int64_t event;
	size_t row;
};

/* A line of the chart: one bar, or all of one name where there are many. */
struct tsk_timeline_row {
	bool of_marks;
	int kind; /* enum tsk_bar_kind, or enum tsk_mark_kind where of_marks */
	const char *label;
	size_t lanes;    /* at least 1: bars that overlap lie in lanes of their own */
	size_t count;    /* bars or marks in it */
	size_t troubles; /* of these, failed or timed out */
	const struct tsk_timeline_bar *bar; /* the bar, where it is the only one */
};

struct tsk_timeline {
	const struct tsk_workflow *workflow;
	const struct tsk_history *history;
	int64_t began, ended; /* of what is shown; ended is later than began */
	bool open;            /* the run is not closed */
	const struct tsk_timeline_bar *bars;
	size_t bar_count;
	const struct tsk_timeline_mark *marks;
	size_t mark_count;
	const struct tsk_timeline_row *rows; /* workflow tasks first, then by first appearance */
	size_t row_count;
};

/* history: oldest first. workflow: from a describe, which knows more of what is pending. now (Unix
 * nanoseconds) is where bars of an open run end. */
const struct tsk_timeline *tsk_timeline(struct tsk_call *call, const struct tsk_workflow *workflow,
					const struct tsk_history *history, int64_t now);

/* ---- text of others ---- */

/* text with control characters, terminal escapes and what turns or hides text made visible.
 * Newlines and tabs stay. */
const char *tsk_visible(struct tsk_call *call, const char *text);

/* JSON with its characters beyond ASCII as themselves, where they are escaped. */
const char *tsk_json_readable(struct tsk_call *call, const char *json);

/* ---- pages ---- */

void tsk_html_begin(struct tsk_text *page, const char *title);
void tsk_html_end(struct tsk_text *page);

/* Text of others: escaped for elements and for attributes in double quotes. */
void tsk_html_text(struct tsk_text *page, const char *text);

/* A link, or the text alone where url is no http or https. */
void tsk_html_link(struct tsk_text *page, const char *url, const char *text);

/* A block of text as it was printed (<pre>). */
void tsk_html_block(struct tsk_text *page, const char *text);

/* The status of a workflow as a badge. */
void tsk_html_status(struct tsk_text *page, const char *status);

/* Facts of a run, its result or failure, its chart and its events. id is unique in the page:
 * letters and digits. link: to the run in the web UI, or "" (tsk_workflow_link finds it while the
 * server is there). */
void tsk_html_timeline(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline,
		       const char *link);

#pragma GCC visibility pop

#endif
