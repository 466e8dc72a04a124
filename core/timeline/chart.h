/* A chart being made, among the files that make it. */
#ifndef CORE_TIMELINE_CHART_H
#define CORE_TIMELINE_CHART_H

#include "timeline.h"

/* The drawing is this wide in its own units; it is stretched to the width there is. */
#define WIDTH     1000.0
/* Narrower bars could not be seen, or pointed at. */
#define NARROWEST 2.5

struct chart {
	struct tsk_text *page;
	struct tsk_call *call;
	const char *id;
	const struct tsk_timeline *timeline;
	const struct tsk_timeline_bar **bars;   /* sorted by row */
	const struct tsk_timeline_mark **marks; /* likewise */
};

/* Where a bar lies, in units of WIDTH; wait: the part of its width before it started. */
struct span {
	double left, width, wait;
};

double chart_place(const struct chart *chart, int64_t at);
struct span chart_span(const struct chart *chart, const struct tsk_timeline_bar *bar);

/* The track of a row, drawn as paths; its bars or marks begin at from. */
void chart_paths(struct chart *chart, const struct tsk_timeline_row *row, size_t from);

#endif
