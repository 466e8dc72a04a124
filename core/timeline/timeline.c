/* From events to bars and marks: each event opens, moves on or closes a bar, or leaves a mark. */
#include "timeline.h"

#include <string.h>

struct build {
	struct tsk_call *call;
	const struct tsk_history *history;
	struct tsk_timeline_bar *bars;
	struct tsk_timeline_mark *marks;
	size_t bar_count, mark_count;
	size_t *bar_of; /* by place in the history: 1 + the bar that the event there opened */
};

/* Ids have no gaps, so that a place follows from them; that they are those of a server that keeps
 * to that is checked. */
size_t event_place(const struct tsk_history *history, int64_t id)
{
	if (!history->count || id < history->events[0].id)
		return history->count;
	uint64_t place = (uint64_t)id - (uint64_t)history->events[0].id;
	return place < history->count && history->events[place].id == id ? (size_t)place
									 : history->count;
}

/* The bar that the event with this id opened. */
static struct tsk_timeline_bar *opened_by(const struct build *build, int64_t id)
{
	const struct tsk_history *history = build->history;
	size_t place = event_place(history, id);

	if (place == history->count || !build->bar_of[place])
		return NULL;
	return &build->bars[build->bar_of[place] - 1];
}

static void add_mark(struct build *build, const struct tsk_event *event, enum tsk_mark_kind kind,
		     const char *name)
{
	build->marks[build->mark_count++] = (struct tsk_timeline_mark){
		.kind = kind, .name = name, .at = event->at, .event = event->id
	};
}

static void open_bar(struct build *build, const struct tsk_event *event, enum tsk_bar_kind kind,
		     const char *name, const char *id)
{
	build->bar_of[event - build->history->events] = build->bar_count + 1;
	build->bars[build->bar_count++] = (struct tsk_timeline_bar){
		.kind = kind,
		.name = name,
		.id = id,
		.word = kind == TSK_BAR_TIMER ? "running" : "waiting for a worker",
		.scheduled_at = event->at,
		.first_event = event->id,
		.last_event = event->id,
	};
}

static void start_bar(struct build *build, const struct tsk_event *event, int64_t opened)
{
	struct tsk_timeline_bar *bar = opened_by(build, opened);

	if (!bar)
		return;
	bar->started_at = event->at;
	bar->last_event = event->id;
	bar->word = "running";
	if (event->attempt > 0)
		bar->attempts = event->attempt;
	/* Of an attempt before this one. */
	if (event->failure)
		bar->failure = event->failure;
}

static void close_bar(struct build *build, const struct tsk_event *event, int64_t opened,
		      enum tsk_bar_state state, const char *word)
{
	struct tsk_timeline_bar *bar = opened_by(build, opened);

	/* What it closes lies before the events that were read: the event itself is all there is.
	 */
	if (!bar) {
		add_mark(build, event, TSK_MARK_OTHER, event->type_name);
		return;
	}
	bar->ended_at = event->at;
	bar->last_event = event->id;
	bar->state = state;
	bar->word = word;
	if (event->failure || state == TSK_BAR_DONE)
		bar->failure = event->failure;
}

/* Which event closes what, how, and in which member it names what it closes. */
static const struct closing {
	int type;
	enum tsk_bar_state state;
	const char *word;
	size_t at;
} closings[] = {
#define BY(member) offsetof(struct tsk_event, member)
	{ TSK_EVENT_TASK_COMPLETED, TSK_BAR_DONE, "completed", BY(scheduled_event_id) },
	{ TSK_EVENT_TASK_TIMED_OUT, TSK_BAR_TIMED_OUT, "timed out", BY(scheduled_event_id) },
	{ TSK_EVENT_TASK_FAILED, TSK_BAR_FAILED, "failed", BY(scheduled_event_id) },
	{ TSK_EVENT_ACTIVITY_COMPLETED, TSK_BAR_DONE, "completed", BY(scheduled_event_id) },
	{ TSK_EVENT_ACTIVITY_FAILED, TSK_BAR_FAILED, "failed", BY(scheduled_event_id) },
	{ TSK_EVENT_ACTIVITY_TIMED_OUT, TSK_BAR_TIMED_OUT, "timed out", BY(scheduled_event_id) },
	{ TSK_EVENT_ACTIVITY_CANCELED, TSK_BAR_CANCELED, "canceled", BY(scheduled_event_id) },
	{ TSK_EVENT_TIMER_FIRED, TSK_BAR_DONE, "fired", BY(started_event_id) },
	{ TSK_EVENT_TIMER_CANCELED, TSK_BAR_CANCELED, "canceled", BY(started_event_id) },
	{ TSK_EVENT_CHILD_INITIATE_FAILED, TSK_BAR_FAILED, "not started", BY(initiated_event_id) },
	{ TSK_EVENT_CHILD_COMPLETED, TSK_BAR_DONE, "completed", BY(initiated_event_id) },
	{ TSK_EVENT_CHILD_FAILED, TSK_BAR_FAILED, "failed", BY(initiated_event_id) },
	{ TSK_EVENT_CHILD_CANCELED, TSK_BAR_CANCELED, "canceled", BY(initiated_event_id) },
	{ TSK_EVENT_CHILD_TIMED_OUT, TSK_BAR_TIMED_OUT, "timed out", BY(initiated_event_id) },
	{ TSK_EVENT_CHILD_TERMINATED, TSK_BAR_FAILED, "terminated", BY(initiated_event_id) },
	{ TSK_EVENT_UPDATE_COMPLETED, TSK_BAR_DONE, "completed", BY(initiated_event_id) },
#undef BY
};

static bool closes(struct build *build, const struct tsk_event *event)
{
	for (size_t i = 0; i < sizeof(closings) / sizeof(*closings); i++) {
		const struct closing *closing = &closings[i];
		if (closing->type != event->type)
			continue;
		bool failed = event->type == TSK_EVENT_UPDATE_COMPLETED && event->failure;
		close_bar(build, event, *(const int64_t *)((const char *)event + closing->at),
			  failed ? TSK_BAR_FAILED : closing->state,
			  failed ? "failed" : closing->word);
		return true;
	}
	return false;
}

static void take_event(struct build *build, const struct tsk_event *event)
{
	switch (event->type) {
	case TSK_EVENT_TASK_SCHEDULED:
		open_bar(build, event, TSK_BAR_TASK, "workflow task", "");
		break;
	case TSK_EVENT_ACTIVITY_SCHEDULED:
		open_bar(build, event, TSK_BAR_ACTIVITY, event->activity_type, event->activity_id);
		break;
	case TSK_EVENT_TIMER_STARTED:
		open_bar(build, event, TSK_BAR_TIMER,
			 tsk_duration_text(build->call, event->timer_ms), event->timer_id);
		break;
	case TSK_EVENT_CHILD_INITIATED:
		open_bar(build, event, TSK_BAR_CHILD, event->workflow_type, event->workflow_id);
		break;
	case TSK_EVENT_UPDATE_ACCEPTED:
		open_bar(build, event, TSK_BAR_UPDATE, event->update_name, event->update_id);
		start_bar(build, event, event->id);
		break;
	case TSK_EVENT_TASK_STARTED:
	case TSK_EVENT_ACTIVITY_STARTED: start_bar(build, event, event->scheduled_event_id); break;
	case TSK_EVENT_CHILD_STARTED: start_bar(build, event, event->initiated_event_id); break;
	case TSK_EVENT_SIGNALED: add_mark(build, event, TSK_MARK_SIGNAL, event->signal_name); break;
	case TSK_EVENT_CANCEL_REQUESTED:
		add_mark(build, event, TSK_MARK_CANCEL, "cancel requested");
		break;
	case TSK_EVENT_MARKER_RECORDED:
		add_mark(build, event, TSK_MARK_OTHER, marker_name(build->call, event));
		break;
	case TSK_EVENT_STARTED:
	case TSK_EVENT_COMPLETED:
	case TSK_EVENT_FAILED:
	case TSK_EVENT_TIMED_OUT:
	case TSK_EVENT_CANCELED:
	case TSK_EVENT_TERMINATED:
	case TSK_EVENT_CONTINUED_AS_NEW:
		/* The ends of the axis. */
		break;
	default:
		if (!closes(build, event))
			add_mark(build, event, TSK_MARK_OTHER, event->type_name);
		break;
	}
}

/* ---- what only a describe knows: attempts leave no events while they go on ---- */

static void take_pending_activity(struct build *build, const struct tsk_pending_activity *pending)
{
	for (size_t i = build->bar_count; i > 0; i--) {
		struct tsk_timeline_bar *bar = &build->bars[i - 1];
		if (bar->kind != TSK_BAR_ACTIVITY || bar->ended_at ||
		    strcmp(bar->id, pending->id) != 0)
			continue;
		bar->attempts = pending->attempt;
		bar->started_at = pending->last_started_at;
		bar->failure = pending->last_failure;
		bar->word = pending->paused                          ? "paused"
			    : pending->state == TSK_ACTIVITY_STARTED ? "running"
			    : pending->attempt > 1                   ? "retrying"
								     : "waiting for a worker";
		return;
	}
}

static void take_pending(struct build *build, const struct tsk_workflow *workflow)
{
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		take_pending_activity(build, &workflow->pending_activities[i]);
	if (!workflow->pending_task.present)
		return;
	for (size_t i = build->bar_count; i > 0; i--) {
		struct tsk_timeline_bar *bar = &build->bars[i - 1];
		if (bar->kind != TSK_BAR_TASK)
			continue;
		if (!bar->ended_at && workflow->pending_task.attempt > bar->attempts)
			bar->attempts = workflow->pending_task.attempt;
		return;
	}
}

/* The end of the run was the end of all that was under way in it. */
static void cut_off(struct build *build)
{
	for (size_t i = 0; i < build->bar_count; i++)
		if (!build->bars[i].ended_at)
			build->bars[i].word = "not ended";
}

/* ---- the whole ---- */

/* A run in which nothing takes time still has an axis. */
#define SHORTEST_NS 1000000

static void set_axis(struct tsk_timeline *timeline, int64_t now)
{
	const struct tsk_workflow *workflow = timeline->workflow;
	const struct tsk_history *history = timeline->history;

	timeline->open =
		workflow->status == TSK_WORKFLOW_RUNNING || workflow->status == TSK_WORKFLOW_PAUSED;
	timeline->began = history->count ? history->events[0].at : workflow->started_at;
	timeline->ended = history->count ? history->events[history->count - 1].at : 0;
	if (timeline->open && !history->more && now > timeline->ended)
		timeline->ended = now;
	if (timeline->ended < timeline->began + SHORTEST_NS)
		timeline->ended = timeline->began + SHORTEST_NS;
}

const struct tsk_timeline *tsk_timeline(struct tsk_call *call, const struct tsk_workflow *workflow,
					const struct tsk_history *history, int64_t now)
{
	struct tsk_timeline *timeline = tsk_alloc(call, sizeof(*timeline));
	/* An event opens one bar or leaves one mark at most. */
	struct build build = {
		.call = call,
		.history = history,
		.bars = tsk_alloc(call, (history->count + 1) * sizeof(*build.bars)),
		.marks = tsk_alloc(call, (history->count + 1) * sizeof(*build.marks)),
		.bar_of = tsk_alloc(call, (history->count + 1) * sizeof(*build.bar_of)),
	};

	for (size_t i = 0; i < history->count; i++)
		take_event(&build, &history->events[i]);
	*timeline = (struct tsk_timeline){ .workflow = workflow, .history = history };
	set_axis(timeline, now);
	if (timeline->open)
		take_pending(&build, workflow);
	else if (!history->more)
		cut_off(&build);
	timeline->bar_count = build.bar_count;
	timeline->mark_count = build.mark_count;
	lay_out_rows(call, timeline, build.bars, build.marks);
	timeline->bars = build.bars;
	timeline->marks = build.marks;
	return timeline;
}
