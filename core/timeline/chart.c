/* The chart: rows of bars and marks over a time axis.
 *
 * A row with few bars has an element for each, which can be focused and leads to its event. A row
 * with many is drawn as one path for each state, however many there are, so that thousands stay
 * quick; what there is to say of them stands beside it as JSON, for the script that shows it. */
#include "chart.h"

#include <stdlib.h>
#include <string.h>

/* A row with more bars is drawn as paths. */
#define MOST_ELEMENTS 60
/* In a timeline with more bars than these in all, rows with more than these few are. */
#define MANY_BARS     400
#define FEW_ELEMENTS  12

double chart_place(const struct chart *chart, int64_t at)
{
	const struct tsk_timeline *timeline = chart->timeline;
	double part = (double)(at - timeline->began) / (double)(timeline->ended - timeline->began);

	return WIDTH * (part < 0 ? 0 : part > 1 ? 1 : part);
}

struct span chart_span(const struct chart *chart, const struct tsk_timeline_bar *bar)
{
	double left = chart_place(chart, bar->scheduled_at);
	double right = chart_place(chart, bar_end(chart->timeline, bar));
	struct span span = { .left = left, .width = right - left };

	if (span.width < NARROWEST) {
		span.width = NARROWEST;
		if (span.left > WIDTH - NARROWEST)
			span.left = WIDTH - NARROWEST;
	} else if (bar->started_at > bar->scheduled_at) {
		span.wait = chart_place(chart, bar->started_at) - left;
	} else if (!bar->started_at && !bar->ended_at && bar->kind != TSK_BAR_TIMER) {
		span.wait = span.width;
	}
	return span;
}

static bool is_packed(const struct chart *chart, const struct tsk_timeline_row *row)
{
	size_t all = chart->timeline->bar_count + chart->timeline->mark_count;

	return (!row->of_marks && row->kind == TSK_BAR_TASK) ||
	       row->count > (all > MANY_BARS ? FEW_ELEMENTS : MOST_ELEMENTS);
}

/* ---- the axis ---- */

/* Milliseconds between ticks: what people count in. */
static const double steps[] = {
	0.1,   0.2,   0.5,   1,     2,      5,     10,    20,     50,    100,   200,    500,   1e3,
	2e3,   5e3,   10e3,  15e3,  30e3,   60e3,  120e3, 300e3,  600e3, 900e3, 18e5,   36e5,  72e5,
	108e5, 216e5, 432e5, 864e5, 1728e5, 432e6, 864e6, 1728e6, 432e7, 864e7, 1728e7, 432e8,
};

/* Ticks closer than this many in all would run into each other on a phone. */
#define MOST_TICKS 5

static const char *tick_text(struct tsk_call *call, double ms)
{
	if (ms < 1)
		return tsk_format(call, "%.1f ms", ms);
	if (ms < 1e3)
		return tsk_format(call, "%.0f ms", ms);
	if (ms < 60e3)
		return tsk_format(call, "%g s", ms / 1e3);
	if (ms < 36e5)
		return tsk_format(call, "%g min", ms / 60e3);
	return ms < 864e5 ? tsk_format(call, "%g h", ms / 36e5)
			  : tsk_format(call, "%g d", ms / 864e5);
}

static void put_axis(struct chart *chart, double span_ms)
{
	struct tsk_text *page = chart->page;
	const size_t count = sizeof(steps) / sizeof(*steps);
	size_t chosen = 0;

	while (chosen + 1 < count && span_ms / steps[chosen] > MOST_TICKS)
		chosen++;
	tsk_text_add(page,
		     "<div class=\"corner\"></div><div class=\"ticks\" aria-hidden=\"true\">");
	/* Ten centuries from now the last step is too small, too. */
	for (int i = 0; i <= MOST_TICKS && i * steps[chosen] <= span_ms; i++)
		tsk_text_format(page, "<i style=\"left:%.3f%%\"><b>%s</b></i>",
				100 * i * steps[chosen] / span_ms,
				i ? tick_text(chart->call, i * steps[chosen]) : "0");
	tsk_text_add(page, "</div>\n<div class=\"grid\" aria-hidden=\"true\">");
	for (int i = 0; i <= MOST_TICKS && i * steps[chosen] <= span_ms; i++)
		tsk_text_format(page, "<i style=\"left:%.3f%%\"></i>",
				100 * i * steps[chosen] / span_ms);
	tsk_text_add(page, "</div>\n");
}

/* ---- a row of elements ---- */

static void put_bar(struct chart *chart, const struct tsk_timeline_row *row,
		    const struct tsk_timeline_bar *bar)
{
	struct tsk_text *page = chart->page;
	struct span span = chart_span(chart, bar);

	tsk_text_format(page,
			"<a class=\"bar %s%s\" href=\"#%s-e%lld\" "
			"style=\"left:%.3f%%;width:%.3f%%",
			bar_state_name(bar->state), bar->attempts > 1 ? " retried" : "", chart->id,
			(long long)bar->first_event, span.left / 10, span.width / 10);
	if (row->lanes > 1)
		tsk_text_format(page, ";top:%zupx", 9 + bar->lane * 16);
	tsk_text_add(page, "\" aria-label=\"");
	tsk_html_text(page, bar_text(chart->call, chart->timeline, bar));
	tsk_text_format(page, "\"><i style=\"width:%.2f%%\"></i></a>",
			span.width > 0 ? 100 * (span.width - span.wait) / span.width : 100);
}

static void put_mark(struct chart *chart, const struct tsk_timeline_mark *mark)
{
	struct tsk_text *page = chart->page;

	tsk_text_format(page,
			"<a class=\"mark\" href=\"#%s-e%lld\" style=\"left:%.3f%%\" aria-label=\"",
			chart->id, (long long)mark->event, chart_place(chart, mark->at) / 10);
	tsk_html_text(page, mark_text(chart->call, chart->timeline, mark));
	tsk_text_add(page, "\"></a>");
}

static void put_elements(struct chart *chart, const struct tsk_timeline_row *row, size_t from)
{
	tsk_text_add(chart->page, "<div class=\"track\"");
	if (row->lanes > 1)
		tsk_text_format(chart->page, " style=\"height:%zupx\"", 14 + row->lanes * 16);
	tsk_text_add(chart->page, ">");
	for (size_t i = from; i < from + row->count; i++)
		if (row->of_marks)
			put_mark(chart, chart->marks[i]);
		else
			put_bar(chart, row, chart->bars[i]);
	tsk_text_add(chart->page, "</div>");
}

/* ---- rows ---- */

static const char *line_joined(struct tsk_call *call, const char *text, const char *more)
{
	if (!*more)
		return text;
	return *text ? tsk_format(call, "%s, %s", text, more) : more;
}

/* What the label does not say: what sort of thing it is, where it is not an activity as most are,
 * and how it went: "child, 1.2 s, failed", "signal, 3 times", "500 times, 3 failed". */
static const char *row_note(struct chart *chart, const struct tsk_timeline_row *row)
{
	struct tsk_call *call = chart->call;
	const struct tsk_timeline_bar *bar = row->bar;
	const char *text = row->of_marks ? (row->kind == TSK_MARK_SIGNAL ? "signal" : "")
					 : (row->kind == TSK_BAR_CHILD    ? "child"
					    : row->kind == TSK_BAR_UPDATE ? "update"
									  : "");

	if (row->count > 1)
		text = line_joined(call, text, tsk_format(call, "%zu times", row->count));
	if (row->count > 1 && row->troubles)
		text = line_joined(call, text, tsk_format(call, "%zu failed", row->troubles));
	if (row->of_marks || row->count > 1)
		return text;
	int64_t length = bar_end(chart->timeline, bar) - bar->scheduled_at;
	text = line_joined(call, text, tsk_duration_text(call, length / 1000000));
	if (bar->attempts > 1)
		text = line_joined(call, text, tsk_format(call, "%d attempts", bar->attempts));
	return bar->state == TSK_BAR_DONE ? text : line_joined(call, text, bar->word);
}

static void put_row(struct chart *chart, const struct tsk_timeline_row *row, size_t from)
{
	struct tsk_text *page = chart->page;

	tsk_text_format(page, "<div class=\"row %s%s\"><div class=\"label\"><span title=\"",
			row_class(row), row->troubles ? " troubled" : "");
	tsk_html_text(page, row->label);
	tsk_text_add(page, "\">");
	tsk_html_text(page, row->label);
	tsk_text_add(page, "</span> <small>");
	tsk_html_text(page, row_note(chart, row));
	tsk_text_add(page, "</small></div>");
	if (is_packed(chart, row))
		chart_paths(chart, row, from);
	else
		put_elements(chart, row, from);
	tsk_text_add(page, "</div>\n");
}

static int by_row_of_bar(const void *left, const void *right)
{
	const struct tsk_timeline_bar *a = *(const struct tsk_timeline_bar *const *)left;
	const struct tsk_timeline_bar *b = *(const struct tsk_timeline_bar *const *)right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->first_event > b->first_event) - (a->first_event < b->first_event);
}

static int by_row_of_mark(const void *left, const void *right)
{
	const struct tsk_timeline_mark *a = *(const struct tsk_timeline_mark *const *)left;
	const struct tsk_timeline_mark *b = *(const struct tsk_timeline_mark *const *)right;

	if (a->row != b->row)
		return a->row < b->row ? -1 : 1;
	return (a->event > b->event) - (a->event < b->event);
}

static void sort(struct chart *chart)
{
	const struct tsk_timeline *timeline = chart->timeline;
	size_t bars = timeline->bar_count, marks = timeline->mark_count;

	chart->bars = tsk_alloc(chart->call, (bars + 1) * sizeof(*chart->bars));
	chart->marks = tsk_alloc(chart->call, (marks + 1) * sizeof(*chart->marks));
	for (size_t i = 0; i < bars; i++)
		chart->bars[i] = &timeline->bars[i];
	for (size_t i = 0; i < marks; i++)
		chart->marks[i] = &timeline->marks[i];
	qsort(chart->bars, bars, sizeof(*chart->bars), by_row_of_bar);
	qsort(chart->marks, marks, sizeof(*chart->marks), by_row_of_mark);
}

/* ---- the legend: what is there, no more ---- */

static void put_legend(struct chart *chart)
{
	static const struct {
		const char *class, *word;
	} words[] = {
		{ "task", "workflow task" },    { "activity", "activity" }, { "timer", "timer" },
		{ "child", "child workflow" },  { "update", "update" },     { "signal", "signal" },
		{ "cancel", "cancel request" }, { "other", "other event" },
	};
	static const struct {
		enum tsk_bar_state state;
		const char *word;
	} states[] = {
		{ TSK_BAR_OPEN, "not ended" },
		{ TSK_BAR_FAILED, "failed" },
		{ TSK_BAR_TIMED_OUT, "timed out" },
		{ TSK_BAR_CANCELED, "canceled" },
	};
	const struct tsk_timeline *timeline = chart->timeline;

	tsk_text_add(chart->page, "<ul class=\"legend\">");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		size_t row = 0;
		while (row < timeline->row_count &&
		       strcmp(row_class(&timeline->rows[row]), words[i].class) != 0)
			row++;
		if (row == timeline->row_count)
			continue;
		tsk_text_format(chart->page, "<li class=\"%s\"><i class=\"%s\"></i>%s</li>",
				words[i].class, timeline->rows[row].of_marks ? "mark" : "bar done",
				words[i].word);
	}
	for (size_t i = 0; i < sizeof(states) / sizeof(*states); i++) {
		size_t bar = 0;
		while (bar < timeline->bar_count && timeline->bars[bar].state != states[i].state)
			bar++;
		if (bar < timeline->bar_count)
			tsk_text_format(chart->page,
					"<li class=\"activity\"><i class=\"bar %s\"></i>%s</li>",
					bar_state_name(states[i].state), states[i].word);
	}
	bool waits = false, retried = false;
	for (size_t i = 0; i < timeline->bar_count; i++) {
		retried |= timeline->bars[i].attempts > 1;
		waits |= timeline->bars[i].attempts < 2 &&
			 chart_span(chart, &timeline->bars[i]).wait > NARROWEST;
	}
	if (waits)
		tsk_text_add(chart->page,
			     "<li class=\"activity\"><i class=\"bar\"></i>waiting</li>");
	if (retried)
		tsk_text_add(chart->page, "<li class=\"activity\"><i class=\"bar waits\"></i>"
					  "earlier attempts</li>");
	tsk_text_add(chart->page, "</ul>\n");
}

void html_chart(struct tsk_text *page, const char *id, const struct tsk_timeline *timeline)
{
	struct chart chart = { .page = page, .call = page->call, .id = id, .timeline = timeline };
	double span_ms = (double)(timeline->ended - timeline->began) / 1e6;
	size_t bar = 0, mark = 0;

	sort(&chart);
	tsk_text_format(page,
			"<figure class=\"timeline\" data-id=\"%s\" data-ms=\"%.3f\">\n"
			"<figcaption>",
			id, span_ms);
	put_legend(&chart);
	tsk_text_add(page, "</figcaption>\n<div class=\"chart\" role=\"region\" tabindex=\"0\" "
			   "aria-label=\"timeline\"><div class=\"inner\">\n");
	put_axis(&chart, span_ms);
	for (size_t i = 0; i < timeline->row_count; i++) {
		const struct tsk_timeline_row *row = &timeline->rows[i];
		size_t *from = row->of_marks ? &mark : &bar;
		put_row(&chart, row, *from);
		*from += row->count;
	}
	tsk_text_add(page, "</div></div>\n</figure>\n");
}
