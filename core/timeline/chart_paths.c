/* Rows of a chart that are drawn as paths: one for each state of all its bars, and what there is to
 * say of them as JSON. */
#include "chart.h"

#include <string.h>

/* Pixels: a lane, what is around the lanes of a row, and all of a row at most. */
#define LANE_HEIGHT 10.0
#define ROW_PADDING 18.0
#define HIGHEST_ROW 200.0

struct drawing {
	double height, lane; /* pixels */
};

static void put_box(struct chart *chart, double left, double width, double top, double height)
{
	tsk_text_format(chart->page, "M%.1f %.1fh%.1fv%.1fh%.1fz", left, top, width, height,
			-width);
}

static void put_path(struct chart *chart, const struct tsk_timeline_row *row, size_t from,
		     const struct drawing *drawing, enum tsk_bar_state state, bool waits)
{
	bool any = false;

	for (size_t i = from; i < from + row->count; i++) {
		const struct tsk_timeline_bar *bar = chart->bars[i];
		struct span span = chart_span(chart, bar);
		double gap = drawing->lane > 4 ? 1 : 0;
		double top = ROW_PADDING / 2 + (double)bar->lane * drawing->lane + gap / 2;
		double left = waits ? span.left : span.left + span.wait;
		double width = waits ? span.wait : span.width - span.wait;
		if ((!waits && bar->state != state) || width <= 0)
			continue;
		if (!any)
			tsk_text_format(chart->page, "<path class=\"%s\" d=\"",
					waits ? "wait" : bar_state_name(state));
		any = true;
		put_box(chart, left, width, top, drawing->lane - gap);
	}
	if (any)
		tsk_text_add(chart->page, "\"/>");
}

static void put_mark_path(struct chart *chart, const struct tsk_timeline_row *row, size_t from)
{
	tsk_text_add(chart->page, "<path class=\"done\" d=\"");
	for (size_t i = from; i < from + row->count; i++)
		put_box(chart, chart_place(chart, chart->marks[i]->at) - NARROWEST / 2, NARROWEST,
			8, LANE_HEIGHT + 2);
	tsk_text_add(chart->page, "\"/>");
}

/* JSON inside a script element: no character may end the element, or the string. */
static void put_json_text(struct tsk_text *page, const char *text)
{
	tsk_text_add(page, "\"");
	while (*text) {
		size_t length = strcspn(text, "\"\\<>&\n\t");
		if (length)
			tsk_text_format(page, "%.*s", (int)length, text);
		text += length;
		if (!*text)
			break;
		tsk_text_format(page, "\\u%04x", (unsigned)(unsigned char)*text++);
	}
	tsk_text_add(page, "\"");
}

/* What the script needs of each: where it is, its first event, what to say. */
static void put_data(struct chart *chart, const struct tsk_timeline_row *row, size_t from,
		     const struct drawing *drawing)
{
	struct tsk_text *page = chart->page;

	tsk_text_add(page, "<script type=\"application/json\">[");
	for (size_t i = from; i < from + row->count; i++) {
		struct span span = { .width = NARROWEST };
		const char *said;
		size_t lane = 0;
		int64_t event;
		if (row->of_marks) {
			span.left = chart_place(chart, chart->marks[i]->at) - NARROWEST / 2;
			said = mark_text(chart->call, chart->timeline, chart->marks[i]);
			event = chart->marks[i]->event;
		} else {
			span = chart_span(chart, chart->bars[i]);
			said = bar_text(chart->call, chart->timeline, chart->bars[i]);
			lane = chart->bars[i]->lane;
			event = chart->bars[i]->first_event;
		}
		tsk_text_format(page, "%s[%.1f,%.1f,%.1f,%.1f,%lld,", i > from ? "," : "",
				span.left, span.width,
				ROW_PADDING / 2 + (double)lane * drawing->lane, drawing->lane,
				(long long)event);
		put_json_text(page, tsk_visible(chart->call, said));
		tsk_text_add(page, "]");
	}
	tsk_text_add(page, "]</script>");
}

void chart_paths(struct chart *chart, const struct tsk_timeline_row *row, size_t from)
{
	struct tsk_text *page = chart->page;
	double lanes = (double)row->lanes;
	struct drawing drawing = { .height = ROW_PADDING + lanes * LANE_HEIGHT };

	if (drawing.height > HIGHEST_ROW)
		drawing.height = HIGHEST_ROW;
	drawing.lane = (drawing.height - ROW_PADDING) / lanes;
	tsk_text_add(page,
		     "<div class=\"track packed\" tabindex=\"0\" role=\"group\" aria-label=\"");
	tsk_html_text(page, tsk_format(chart->call, "%s, %zu: arrow keys go through them",
				       row->label, row->count));
	tsk_text_format(page,
			"\" style=\"height:%.0fpx\"><svg viewBox=\"0 0 1000 %.0f\" "
			"preserveAspectRatio=\"none\" aria-hidden=\"true\">",
			drawing.height, drawing.height);
	if (row->of_marks)
		put_mark_path(chart, row, from);
	for (int state = 0; !row->of_marks && state < TSK_BAR_STATES_; state++)
		put_path(chart, row, from, &drawing, (enum tsk_bar_state)state, false);
	if (!row->of_marks)
		put_path(chart, row, from, &drawing, TSK_BAR_OPEN, true);
	tsk_text_add(page, "</svg>");
	put_data(chart, row, from, &drawing);
	tsk_text_add(page, "</div>");
}
