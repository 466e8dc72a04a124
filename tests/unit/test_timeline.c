/* Timelines: bars, marks and rows from events. */
#include "timeline_support.h"

/* ---- bars ---- */

static void an_activity_is_scheduled_started_and_closed(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED, 0);
	int64_t id = tell_activity(story, "charge", 100);
	struct tsk_event *started = tell_of(story, TSK_EVENT_ACTIVITY_STARTED, id, 2100);
	started->attempt = 3;
	started->failure = failure(story->call, "Offline", "busy");
	tell_of(story, TSK_EVENT_ACTIVITY_COMPLETED, id, 2500);
	const struct tsk_timeline *timeline = build(story, 9999);
	assert_int_equal(timeline->bar_count, 1);
	assert_int_equal(timeline->mark_count, 0);
	const struct tsk_timeline_bar *bar = timeline->bars;
	assert_int_equal(bar->kind, TSK_BAR_ACTIVITY);
	assert_int_equal(bar->state, TSK_BAR_DONE);
	assert_string_equal(bar->name, "charge");
	assert_int_equal(bar->scheduled_at - BEGAN, 100 * 1000000);
	assert_int_equal(bar->started_at - BEGAN, (int64_t)2100 * 1000000);
	assert_int_equal(bar->ended_at - BEGAN, (int64_t)2500 * 1000000);
	assert_int_equal(bar->attempts, 3);
	assert_int_equal(bar->first_event, 2);
	assert_int_equal(bar->last_event, 4);
	/* It is well in the end: what an attempt before failed with is past. */
	assert_null(bar->failure);
	/* The run has closed: its last event is the end of the axis, whatever the time is now. */
	assert_int_equal(timeline->ended - BEGAN, (int64_t)2500 * 1000000);
}

static void each_end_has_its_state_and_word(void **state)
{
	static const struct {
		int type;
		enum tsk_bar_state state;
		const char *word;
	} ends[] = {
		{ TSK_EVENT_ACTIVITY_COMPLETED, TSK_BAR_DONE, "completed" },
		{ TSK_EVENT_ACTIVITY_FAILED, TSK_BAR_FAILED, "failed" },
		{ TSK_EVENT_ACTIVITY_TIMED_OUT, TSK_BAR_TIMED_OUT, "timed out" },
		{ TSK_EVENT_ACTIVITY_CANCELED, TSK_BAR_CANCELED, "canceled" },
	};
	struct story *story = story_of(state);

	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
		tell_of(story, ends[i].type, tell_activity(story, "work", (int64_t)i * 10),
			(int64_t)i * 10 + 5);
	const struct tsk_timeline *timeline = build(story, 0);
	assert_int_equal(timeline->bar_count, 4);
	for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++) {
		assert_int_equal(timeline->bars[i].state, ends[i].state);
		assert_string_equal(timeline->bars[i].word, ends[i].word);
		assert_int_equal(timeline->rows[timeline->bars[i].row].troubles,
				 ends[i].state == TSK_BAR_FAILED ||
					 ends[i].state == TSK_BAR_TIMED_OUT);
	}
}

static void what_the_end_of_a_run_cuts_off_has_not_ended(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED, 0);
	tell_activity(story, "charge", 100);
	tell(story, TSK_EVENT_TIMER_STARTED, 100)->timer_ms = 30000;
	tell(story, TSK_EVENT_CANCELED, 300);
	const struct tsk_timeline *timeline = build(story, 9999);
	for (size_t i = 0; i < timeline->bar_count; i++) {
		assert_int_equal(timeline->bars[i].state, TSK_BAR_OPEN);
		assert_string_equal(timeline->bars[i].word, "not ended");
	}
	const char *page = page_of(story);
	assert_non_null(strstr(page, "+0.100 s to the end: 200 ms"));
	assert_null(strstr(page, "waiting for a worker"));
}

static void markers_are_named_by_what_they_stand_for(void **state)
{
	struct story *story = story_of(state);

	struct tsk_event *event = tell(story, TSK_EVENT_MARKER_RECORDED, 0);
	event->cause = "core_local_activity";
	event->activity_type = "charge";
	event = tell(story, TSK_EVENT_MARKER_RECORDED, 10);
	event->cause = "core_patch";
	event->reason = "v2";
	tell(story, TSK_EVENT_MARKER_RECORDED, 20)->cause = "SideEffect";
	tell(story, TSK_EVENT_MARKER_RECORDED, 30);
	const struct tsk_timeline *timeline = build(story, 0);
	static const char *const names[] = { "local activity charge", "patch v2", "SideEffect",
					     "MarkerRecorded" };
	assert_int_equal(timeline->row_count, 4);
	for (size_t i = 0; i < 4; i++) {
		assert_string_equal(timeline->rows[i].label, names[i]);
		assert_string_equal(tsk_event_text(story->call, &story->events[i]), names[i]);
	}
}

static void timers_children_updates_and_tasks_are_bars(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event = tell(story, TSK_EVENT_TIMER_STARTED, 0);

	event->timer_id = "1";
	event->timer_ms = 30000;
	tell(story, TSK_EVENT_TIMER_CANCELED, 50)->started_event_id = 1;
	event = tell(story, TSK_EVENT_CHILD_INITIATED, 60);
	event->workflow_type = "Parcel";
	event->workflow_id = "parcel-1";
	tell(story, TSK_EVENT_CHILD_STARTED, 70)->initiated_event_id = 3;
	tell(story, TSK_EVENT_CHILD_TERMINATED, 80)->initiated_event_id = 3;
	event = tell(story, TSK_EVENT_UPDATE_ACCEPTED, 90);
	event->update_name = "change";
	event = tell(story, TSK_EVENT_UPDATE_COMPLETED, 95);
	event->initiated_event_id = 6;
	event->failure = failure(story->call, "Refused", "no");
	int64_t task = tell(story, TSK_EVENT_TASK_SCHEDULED, 96)->id;
	tell_of(story, TSK_EVENT_TASK_STARTED, task, 97);
	tell_of(story, TSK_EVENT_TASK_TIMED_OUT, task, 99);
	const struct tsk_timeline *timeline = build(story, 0);
	assert_int_equal(timeline->bar_count, 4);
	assert_int_equal(timeline->bars[0].kind, TSK_BAR_TIMER);
	assert_int_equal(timeline->bars[0].state, TSK_BAR_CANCELED);
	assert_string_equal(timeline->bars[0].name, "30.0 s");
	assert_int_equal(timeline->bars[1].kind, TSK_BAR_CHILD);
	assert_int_equal(timeline->bars[1].state, TSK_BAR_FAILED);
	assert_string_equal(timeline->bars[1].word, "terminated");
	assert_string_equal(timeline->bars[1].id, "parcel-1");
	assert_int_equal(timeline->bars[2].kind, TSK_BAR_UPDATE);
	assert_int_equal(timeline->bars[2].state, TSK_BAR_FAILED);
	assert_int_equal(timeline->bars[3].kind, TSK_BAR_TASK);
	assert_int_equal(timeline->bars[3].state, TSK_BAR_TIMED_OUT);
	/* Workflow tasks come first, whenever they began. */
	assert_int_equal(timeline->bars[3].row, 0);
}

static void what_is_neither_bar_nor_end_is_a_mark(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED, 0);
	tell(story, TSK_EVENT_SIGNALED, 10)->signal_name = "approve";
	tell(story, TSK_EVENT_CANCEL_REQUESTED, 20);
	tell(story, 25, 30); /* a marker */
	tell(story, 9999, 40);
	/* Of an activity that was scheduled before the first event there is. */
	tell_of(story, TSK_EVENT_ACTIVITY_COMPLETED, -7, 50);
	tell(story, TSK_EVENT_COMPLETED, 60);
	const struct tsk_timeline *timeline = build(story, 0);
	assert_int_equal(timeline->bar_count, 0);
	assert_int_equal(timeline->mark_count, 5);
	assert_int_equal(timeline->marks[0].kind, TSK_MARK_SIGNAL);
	assert_string_equal(timeline->marks[0].name, "approve");
	assert_int_equal(timeline->marks[1].kind, TSK_MARK_CANCEL);
	assert_int_equal(timeline->marks[2].kind, TSK_MARK_OTHER);
	assert_string_equal(timeline->marks[4].name, "ActivityTaskCompleted");
}

static void ids_that_lead_nowhere_are_survived(void **state)
{
	static const int64_t ids[] = { INT64_MIN, -1, 0, 1, 3, 4, INT64_MAX };
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED, 0);
	for (size_t i = 0; i < sizeof(ids) / sizeof(*ids); i++)
		tell_of(story, TSK_EVENT_ACTIVITY_STARTED, ids[i], 1);
	assert_int_equal(build(story, 0)->bar_count, 0);
	assert_non_null(page_of(story));
}

static void an_open_run_goes_on_until_now(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity pending = { .id = "1",
						.type = "charge",
						.state = TSK_ACTIVITY_SCHEDULED,
						.attempt = 4,
						.last_started_at = BEGAN + 3 * SECOND };

	story->workflow.status = TSK_WORKFLOW_RUNNING;
	story->workflow.pending_activities = &pending;
	story->workflow.pending_activity_count = 1;
	pending.last_failure = failure(story->call, "Offline", "busy");
	tell(story, TSK_EVENT_STARTED, 0);
	tell_activity(story, "charge", 100);
	const struct tsk_timeline *timeline = build(story, 10000);
	assert_true(timeline->open);
	assert_int_equal(timeline->ended - BEGAN, 10 * SECOND);
	const struct tsk_timeline_bar *bar = timeline->bars;
	assert_int_equal(bar->state, TSK_BAR_OPEN);
	assert_int_equal(bar->ended_at, 0);
	assert_string_equal(bar->word, "retrying");
	assert_int_equal(bar->attempts, 4);
	assert_non_null(strstr(page_of(story), "retrying, attempt 4\n"));
	assert_non_null(strstr(page_of(story), "Offline: busy"));
}

static void an_empty_history_has_an_axis(void **state)
{
	struct story *story = story_of(state);
	const struct tsk_timeline *timeline = build(story, 0);

	assert_true(timeline->ended > timeline->began);
	assert_non_null(strstr(page_of(story), "0 events"));
}

/* ---- rows ---- */

static void few_bars_are_a_waterfall_and_many_share_rows(void **state)
{
	struct story *story = story_of(state);

	for (int i = 0; i < 40; i++)
		tell_of(story, TSK_EVENT_ACTIVITY_COMPLETED, tell_activity(story, "work", i * 10),
			i * 10 + 5);
	assert_int_equal(build(story, 0)->row_count, 40);
	tell_of(story, TSK_EVENT_ACTIVITY_COMPLETED, tell_activity(story, "mail", 500), 600);
	const struct tsk_timeline *timeline = build(story, 0);
	assert_int_equal(timeline->row_count, 2);
	assert_string_equal(timeline->rows[0].label, "work");
	assert_int_equal(timeline->rows[0].count, 40);
	/* One after the other: a single lane. */
	assert_int_equal(timeline->rows[0].lanes, 1);
	assert_null(timeline->rows[0].bar);
	assert_ptr_equal(timeline->rows[1].bar, &timeline->bars[40]);
}

static void bars_that_overlap_lie_in_lanes(void **state)
{
	struct story *story = story_of(state);
	int64_t ids[50];

	for (int i = 0; i < 50; i++)
		ids[i] = tell_activity(story, "work", i % 2);
	for (int i = 0; i < 50; i++)
		tell_of(story, TSK_EVENT_ACTIVITY_COMPLETED, ids[i], 100);
	const struct tsk_timeline *timeline = build(story, 0);
	assert_int_equal(timeline->row_count, 1);
	assert_int_equal(timeline->rows[0].lanes, 50);
	for (size_t i = 0; i < 50; i++)
		assert_int_equal(timeline->bars[i].lane, i);
}

static void names_without_end_end_in_others(void **state)
{
	struct story *story = story_of(state);

	for (int i = 0; i < 500; i++) {
		tell(story, TSK_EVENT_SIGNALED, i)->signal_name =
			tsk_format(story->call, "signal-%d", i);
		tell_activity(story, tsk_format(story->call, "activity-%d", i), i);
	}
	const struct tsk_timeline *timeline = build(story, 0);
	assert_true(timeline->row_count <= 90);
	size_t others = 0, all = 0;
	for (size_t i = 0; i < timeline->row_count; i++) {
		others += !strcmp(timeline->rows[i].label, "others");
		all += timeline->rows[i].count;
	}
	assert_int_equal(others, 2);
	assert_int_equal(all, 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(an_activity_is_scheduled_started_and_closed),
		core_test(each_end_has_its_state_and_word),
		core_test(what_the_end_of_a_run_cuts_off_has_not_ended),
		core_test(markers_are_named_by_what_they_stand_for),
		core_test(timers_children_updates_and_tasks_are_bars),
		core_test(what_is_neither_bar_nor_end_is_a_mark),
		core_test(ids_that_lead_nowhere_are_survived),
		core_test(an_open_run_goes_on_until_now),
		core_test(an_empty_history_has_an_axis),
		core_test(few_bars_are_a_waterfall_and_many_share_rows),
		core_test(bars_that_overlap_lie_in_lanes),
		core_test(names_without_end_end_in_others),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
