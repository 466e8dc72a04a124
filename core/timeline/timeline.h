/* The parts of a timeline and its page, among themselves. */
#ifndef CORE_TIMELINE_TIMELINE_H
#define CORE_TIMELINE_TIMELINE_H

#include <temporal-skill/timeline.h>

/* Gives bars and marks their rows and lanes, and the timeline its rows. bar_count, mark_count and
 * the axis are set. */
void lay_out_rows(struct tsk_call *call, struct tsk_timeline *timeline,
		  struct tsk_timeline_bar *bars, struct tsk_timeline_mark *marks);

/* Where the event with this id is in the history; its count: not there. */
size_t event_place(const struct tsk_history *history, int64_t id);

/* When the bar ends on the axis: open ones end where the axis does. */
int64_t bar_end(const struct tsk_timeline *timeline, const struct tsk_timeline_bar *bar);

/* What there is to say of a bar or mark, several lines: shown when it is pointed at. */
const char *bar_text(struct tsk_call *call, const struct tsk_timeline *timeline,
		     const struct tsk_timeline_bar *bar);
const char *mark_text(struct tsk_call *call, const struct tsk_timeline *timeline,
		      const struct tsk_timeline_mark *mark);

/* What a marker stands for: "local activity charge", "patch v2", else its name. */
const char *marker_name(struct tsk_call *call, const struct tsk_event *event);

/* Words and CSS classes. */
const char *bar_kind_name(enum tsk_bar_kind kind);
const char *bar_state_name(enum tsk_bar_state state);
const char *row_class(const struct tsk_timeline_row *row);

/* The chart and the events of a timeline, as parts of its figure. */
void html_chart(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline);
void html_events(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline);

/* Style and script of every page: page.css and page.js, made into C by the Makefile. */
extern const char page_style[];
extern const char page_script[];

#endif
