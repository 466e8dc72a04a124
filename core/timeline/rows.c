/* Rows and lanes: what is drawn on which line.
 *
 * A run with few bars reads best as a waterfall, each bar on a row of its own in the order of their
 * start. With many, all of one name share a row; those that overlap lie in lanes. */
#include "timeline.h"

#include <string.h>

/* More rows than these fill more than two screens: then bars of one name go together. */
#define WATERFALL_BARS 40

/* Rows of distinct names (signals whose names are made up, say); what comes after shares the last.
 */
#define MOST_ROWS      80

/* Lanes get thinner the more there are; beyond these they would be thinner than a pixel. */
#define MOST_LANES     64

struct rows {
	struct tsk_call *call;
	struct tsk_timeline_row *items;
	size_t count;
	bool waterfall;
	int64_t (*busy_until)[MOST_LANES]; /* by row and lane */
};

static struct tsk_timeline_row *find_row(struct rows *rows, bool of_marks, int kind,
					 const char *name)
{
	for (size_t i = 0; i < rows->count; i++) {
		struct tsk_timeline_row *row = &rows->items[i];
		if (row->of_marks == of_marks && row->kind == kind && !strcmp(row->label, name))
			return row;
	}
	return NULL;
}

static struct tsk_timeline_row *new_row(struct rows *rows, bool of_marks, int kind,
					const char *label)
{
	/* One of each sort is kept for all that comes after the last row. */
	if (rows->count >= MOST_ROWS) {
		struct tsk_timeline_row *rest = find_row(rows, of_marks, kind, "others");
		if (rest)
			return rest;
		label = "others";
	}
	struct tsk_timeline_row *row = &rows->items[rows->count++];
	*row = (struct tsk_timeline_row){
		.of_marks = of_marks, .kind = kind, .label = label, .lanes = 1
	};
	return row;
}

/* Timers have a length and no name. */
static const char *label_of(struct rows *rows, const struct tsk_timeline_bar *bar, bool alone)
{
	if (bar->kind != TSK_BAR_TIMER)
		return bar->name;
	return alone ? tsk_format(rows->call, "timer of %s", bar->name) : "timers";
}

static size_t free_lane(struct rows *rows, struct tsk_timeline_row *row,
			const struct tsk_timeline_bar *bar)
{
	int64_t *busy_until = rows->busy_until[row - rows->items];
	size_t soonest = 0;

	for (size_t i = 0; i < row->lanes; i++) {
		if (busy_until[i] <= bar->scheduled_at)
			return i;
		if (busy_until[i] < busy_until[soonest])
			soonest = i;
	}
	return row->lanes < MOST_LANES ? row->lanes++ : soonest;
}

static void place_bar(struct rows *rows, const struct tsk_timeline *timeline,
		      struct tsk_timeline_bar *bar)
{
	bool alone = rows->waterfall && bar->kind != TSK_BAR_TASK;
	const char *name = label_of(rows, bar, alone);
	struct tsk_timeline_row *row = alone ? NULL : find_row(rows, false, (int)bar->kind, name);

	if (!row)
		row = new_row(rows, false, (int)bar->kind, name);
	bar->row = (size_t)(row - rows->items);
	bar->lane = free_lane(rows, row, bar);
	rows->busy_until[bar->row][bar->lane] = bar_end(timeline, bar);
	row->bar = row->count++ ? NULL : bar;
	row->troubles += bar->state == TSK_BAR_FAILED || bar->state == TSK_BAR_TIMED_OUT;
}

static void place_mark(struct rows *rows, struct tsk_timeline_mark *mark)
{
	struct tsk_timeline_row *row = find_row(rows, true, (int)mark->kind, mark->name);

	if (!row)
		row = new_row(rows, true, (int)mark->kind, mark->name);
	mark->row = (size_t)(row - rows->items);
	row->count++;
}

int64_t bar_end(const struct tsk_timeline *timeline, const struct tsk_timeline_bar *bar)
{
	return bar->ended_at ? bar->ended_at : timeline->ended;
}

void lay_out_rows(struct tsk_call *call, struct tsk_timeline *timeline,
		  struct tsk_timeline_bar *bars, struct tsk_timeline_mark *marks)
{
	/* Past the limit each sort of bar and mark may have its row for the others. */
	const size_t room = MOST_ROWS + TSK_BAR_KINDS_ + TSK_MARK_OTHER + 1;
	struct rows rows = {
		.call = call,
		.items = tsk_alloc(call, room * sizeof(*rows.items)),
		.busy_until = tsk_alloc(call, room * sizeof(*rows.busy_until)),
	};
	size_t shown = 0, mark = 0;

	for (size_t i = 0; i < timeline->bar_count; i++)
		shown += bars[i].kind != TSK_BAR_TASK;
	rows.waterfall = shown <= WATERFALL_BARS;
	for (size_t i = 0; i < timeline->bar_count; i++)
		if (bars[i].kind == TSK_BAR_TASK)
			place_bar(&rows, timeline, &bars[i]);
	for (size_t i = 0; i < timeline->bar_count; i++) {
		if (bars[i].kind == TSK_BAR_TASK)
			continue;
		while (mark < timeline->mark_count && marks[mark].event < bars[i].first_event)
			place_mark(&rows, &marks[mark++]);
		place_bar(&rows, timeline, &bars[i]);
	}
	while (mark < timeline->mark_count)
		place_mark(&rows, &marks[mark++]);
	timeline->rows = rows.items;
	timeline->row_count = rows.count;
}
