/* The events of a timeline as a table, which is all of it where no script runs, and the facts of
 * its run above it. */
#include "timeline.h"

#include <string.h>

/* A longer table is cut into parts that open one by one: laying out thousands of rows takes
 * seconds on a phone. */
#define PART_EVENTS   250

/* More events than these make a page of many megabytes; those in the middle are left out. */
#define MOST_EVENTS   5000

/* A result is shown to be recognized; one that is longer belongs into a file. */
#define RESULT_LIMIT  4000
#define MESSAGE_LIMIT 2000
#define STACK_LIMIT   8000

static bool is_trouble(int type)
{
	static const int types[] = {
		TSK_EVENT_FAILED,
		TSK_EVENT_TIMED_OUT,
		TSK_EVENT_TERMINATED,
		TSK_EVENT_TASK_FAILED,
		TSK_EVENT_TASK_TIMED_OUT,
		TSK_EVENT_ACTIVITY_FAILED,
		TSK_EVENT_CHILD_FAILED,
		TSK_EVENT_ACTIVITY_TIMED_OUT,
		TSK_EVENT_CHILD_TIMED_OUT,
		TSK_EVENT_CHILD_TERMINATED,
		TSK_EVENT_CHILD_INITIATE_FAILED,
		TSK_EVENT_UPDATE_REJECTED,
	};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (types[i] == type)
			return true;
	return false;
}

/* An activity's later events name only the event that scheduled it. */
static const char *event_detail(struct tsk_call *call, const struct tsk_timeline *timeline,
				const struct tsk_event *event)
{
	const struct tsk_history *history = timeline->history;
	size_t place = event_place(history, event->scheduled_event_id);
	const char *text = tsk_event_text(call, event);

	if (event->type <= TSK_EVENT_ACTIVITY_SCHEDULED ||
	    event->type > TSK_EVENT_ACTIVITY_CANCELED || place == history->count)
		return text;
	const char *name = history->events[place].activity_type;
	return *text && *name ? tsk_format(call, "%s %s", name, text) : *name ? name : text;
}

static void put_event(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline,
		      const struct tsk_event *event)
{
	bool bad = is_trouble(event->type) ||
		   (event->type == TSK_EVENT_MARKER_RECORDED && event->failure);

	tsk_text_format(page, "<tr id=\"%s-e%lld\"%s><td>%lld</td><td>+%.3f s</td><td>", id,
			(long long)event->id, bad ? " class=\"bad\"" : "", (long long)event->id,
			(double)(event->at - timeline->began) / 1e9);
	tsk_html_text(page, event->type_name);
	tsk_text_add(page, "</td><td>");
	tsk_html_text(page, event_detail(page->call, timeline, event));
	tsk_text_add(page, "</td></tr>\n");
}

static void put_table(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline,
		      size_t from, size_t to)
{
	tsk_text_add(page, "<table class=\"events\"><thead><tr><th scope=\"col\">id</th>"
			   "<th scope=\"col\">after</th><th scope=\"col\">event</th>"
			   "<th scope=\"col\">detail</th></tr></thead><tbody>\n");
	for (size_t i = from; i < to; i++)
		put_event(page, id, timeline, &timeline->history->events[i]);
	tsk_text_add(page, "</tbody></table>\n");
}

void html_events(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline)
{
	const struct tsk_history *history = timeline->history;
	size_t count = history->count, skip_from = count, skip_to = count;

	if (count > MOST_EVENTS) {
		skip_from = MOST_EVENTS / 2;
		skip_to = count - MOST_EVENTS / 2;
	}
	tsk_text_format(page, "<details class=\"all\"><summary>%zu event%s</summary>\n", count,
			count == 1 ? "" : "s");
	for (size_t from = 0; from < count;) {
		size_t end = from < skip_from ? skip_from : count;
		size_t to = end - from > PART_EVENTS ? from + PART_EVENTS : end;
		if (count > PART_EVENTS)
			tsk_text_format(page, "<details><summary>events %lld to %lld</summary>\n",
					(long long)history->events[from].id,
					(long long)history->events[to - 1].id);
		put_table(page, id, timeline, from, to);
		if (count > PART_EVENTS)
			tsk_text_add(page, "</details>\n");
		from = to;
		if (from == skip_from && skip_to > skip_from) {
			tsk_text_format(page, "<p>%zu events are left out here.</p>\n",
					skip_to - skip_from);
			from = skip_to;
		}
	}
	tsk_text_add(page, "</details>\n");
}

/* ---- facts and outcome ---- */

static void put_fact(struct tsk_text *page, const char *name, const char *value)
{
	if (!value || !*value)
		return;
	tsk_text_format(page, "<div><dt>%s</dt><dd>", name);
	tsk_html_text(page, value);
	tsk_text_add(page, "</dd></div>\n");
}

static void put_facts(struct tsk_text *page, const struct tsk_timeline *timeline)
{
	const struct tsk_workflow *workflow = timeline->workflow;
	struct tsk_call *call = page->call;

	tsk_text_add(page, "<dl class=\"facts\">\n");
	put_fact(page, "run", workflow->run_id);
	put_fact(page, "task queue", workflow->task_queue);
	put_fact(page, "started", tsk_time_text(call, timeline->began));
	put_fact(page, timeline->open ? "open for" : "took",
		 tsk_duration_text(call, (timeline->ended - timeline->began) / 1000000));
	const char *parent = workflow->parent_workflow_id;
	put_fact(page, "parent", parent);
	tsk_text_add(page, "</dl>\n");
}

static void put_failure(struct tsk_text *page, const struct tsk_failure *failure)
{
	const struct tsk_failure *root = tsk_failure_root(failure);
	const char *location = tsk_failure_location(page->call, root);

	tsk_text_add(page, "<div class=\"outcome bad\"><p><b>");
	tsk_html_text(page, tsk_failure_type(root));
	tsk_text_add(page, "</b> ");
	tsk_html_text(page, tsk_shorten(page->call, root->message, MESSAGE_LIMIT));
	if (*location) {
		tsk_text_add(page, " <span class=\"where\">at ");
		tsk_html_text(page, location);
		tsk_text_add(page, "</span>");
	}
	tsk_text_add(page, "</p>\n");
	if (*root->stack_trace) {
		tsk_text_add(page, "<details><summary>stack trace</summary>\n");
		tsk_html_block(page, tsk_shorten(page->call, root->stack_trace, STACK_LIMIT));
		tsk_text_add(page, "</details>\n");
	}
	tsk_text_add(page, "</div>\n");
}

static void put_outcome(struct tsk_text *page, const struct tsk_timeline *timeline)
{
	const struct tsk_history *history = timeline->history;

	if (timeline->open || history->more || !history->count)
		return;
	const struct tsk_event *close = &history->events[history->count - 1];
	if (close->failure) {
		put_failure(page, close->failure);
	} else if (close->result.count) {
		tsk_text_add(page, "<div class=\"outcome\"><p>result</p>\n");
		tsk_html_block(page,
			       tsk_shorten(page->call,
					   tsk_json_readable(
						   page->call,
						   tsk_payloads_json(page->call, &close->result)),
					   RESULT_LIMIT));
		tsk_text_add(page, "</div>\n");
	} else if (*close->reason) {
		tsk_text_add(page, "<div class=\"outcome\"><p>reason: ");
		tsk_html_text(page, tsk_shorten(page->call, close->reason, MESSAGE_LIMIT));
		tsk_text_add(page, "</p></div>\n");
	}
}

void tsk_html_timeline(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline,
		       const char *link)
{
	const struct tsk_workflow *workflow = timeline->workflow;

	tsk_text_format(page, "<section class=\"workflow\" id=\"%s\">\n<h3>", id);
	tsk_html_text(page, workflow->workflow_id);
	tsk_text_add(page, "</h3>\n<p class=\"sub\">");
	tsk_html_status(page, tsk_workflow_status_name(workflow->status));
	tsk_text_add(page, " ");
	tsk_html_text(page, workflow->type);
	if (*link) {
		tsk_text_add(page, " <span class=\"link\">");
		tsk_html_link(page, link, "open in the web UI");
		tsk_text_add(page, "</span>");
	}
	tsk_text_add(page, "</p>\n");
	put_facts(page, timeline);
	put_outcome(page, timeline);
	if (timeline->history->count)
		html_chart(page, id, timeline);
	html_events(page, id, timeline);
	tsk_text_add(page, "</section>\n");
}
