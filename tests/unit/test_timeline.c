/* Timelines: bars, marks and rows from events; pages in which text of others stays text. */
#include "core_support.h"

#include <temporal-skill/timeline.h>

#include <stdio.h>

#define SECOND ((int64_t)1000000000)
#define BEGAN  (1800000000 * SECOND)

/* More than the largest story here. */
#define MOST   4000

struct story {
	struct tsk_call *call;
	struct tsk_workflow workflow;
	struct tsk_event events[MOST];
	struct tsk_history history;
	const struct tsk_timeline *timeline;
};

static struct story *story_of(void **state)
{
	struct core_world *world = *state;
	struct story *story = tsk_alloc(&world->call, sizeof(*story));

	story->call = &world->call;
	story->workflow = (struct tsk_workflow){ .workflow_id = "order-17",
						 .run_id = "run",
						 .type = "Order",
						 .task_queue = "orders",
						 .status = TSK_WORKFLOW_COMPLETED,
						 .parent_workflow_id = "",
						 .started_at = BEGAN };
	return story;
}

/* The next event, so many milliseconds after the start. Every text is there, as the client
 * promises.
 */
static struct tsk_event *tell(struct story *story, int type, int64_t ms)
{
	struct tsk_event *event = &story->events[story->history.count++];

	assert_true(story->history.count <= MOST);
	*event = (struct tsk_event){
		.id = (int64_t)story->history.count,
		.at = BEGAN + ms * 1000000,
		.type = type,
		.type_name = tsk_event_type_name(type),
		.identity = "",
		.request_id = "",
		.task_queue = "",
		.workflow_id = "",
		.run_id = "",
		.workflow_type = "",
		.new_run_id = "",
		.first_run_id = "",
		.parent_workflow_id = "",
		.activity_id = "",
		.activity_type = "",
		.timer_id = "",
		.signal_name = "",
		.update_name = "",
		.update_id = "",
		.reason = "",
		.cause = "",
		.timeout_type = "",
		.retry_state = "",
		.binary_checksum = "",
	};
	return event;
}

static int64_t tell_activity(struct story *story, const char *type, int64_t ms)
{
	struct tsk_event *event = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED, ms);

	event->activity_type = type;
	event->activity_id = "1";
	return event->id;
}

static struct tsk_event *tell_of(struct story *story, int type, int64_t scheduled, int64_t ms)
{
	struct tsk_event *event = tell(story, type, ms);

	event->scheduled_event_id = scheduled;
	return event;
}

static const struct tsk_failure *failure(struct tsk_call *call, const char *type,
					 const char *message)
{
	struct tsk_failure *made = tsk_alloc(call, sizeof(*made));

	*made = (struct tsk_failure){ .kind = TSK_FAILURE_APPLICATION,
				      .message = message,
				      .type = type,
				      .source = "PythonSDK",
				      .stack_trace = "",
				      .timeout_type = "",
				      .retry_state = "",
				      .activity_type = "",
				      .activity_id = "",
				      .workflow_type = "",
				      .workflow_id = "",
				      .run_id = "",
				      .identity = "" };
	return made;
}

static const struct tsk_timeline *build(struct story *story, int64_t now_ms)
{
	story->history.events = story->events;
	story->timeline = tsk_timeline(story->call, &story->workflow, &story->history,
				       BEGAN + now_ms * 1000000);
	return story->timeline;
}

static const char *page_of(struct story *story)
{
	struct tsk_text page = { .call = story->call };

	tsk_html_begin(&page, story->workflow.workflow_id);
	tsk_html_timeline(&page, "w1", story->timeline, "");
	tsk_html_end(&page);
	assert_int_equal(page.size, strlen(page.bytes));
	return page.bytes;
}

static size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		count++;
	return count;
}

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

/* ---- pages ---- */

static const char hostile[] = "</script><script>alert('x')</script>\"><img src=x onerror=alert(1)>"
			      "<!-- ' & \x1b[31m \xE2\x80\xAE \x01";

static void text_of_others_stays_text(void **state)
{
	struct story *story = story_of(state);
	struct tsk_payload payload = { .encoding = "json/plain",
				       .data = (const uint8_t *)"\"</script><b>\"",
				       .size = strlen("\"</script><b>\"") };

	story->workflow.workflow_id = story->workflow.type = story->workflow.run_id = hostile;
	story->workflow.task_queue = story->workflow.parent_workflow_id = hostile;
	tell(story, TSK_EVENT_STARTED, 0);
	int64_t id = tell_activity(story, hostile, 1);
	tell_of(story, TSK_EVENT_ACTIVITY_FAILED, id, 2)->failure =
		failure(story->call, hostile, hostile);
	tell(story, TSK_EVENT_SIGNALED, 3)->signal_name = hostile;
	/* So many that they are drawn as paths, with their texts as JSON. */
	for (int i = 0; i < 100; i++)
		tell(story, TSK_EVENT_SIGNALED, 4)->signal_name = hostile;
	struct tsk_event *close = tell(story, TSK_EVENT_COMPLETED, 5);
	close->result = (struct tsk_payloads){ .items = &payload, .count = 1 };
	build(story, 0);
	const char *page = page_of(story);
	assert_null(strstr(page, "<img"));
	assert_null(strstr(page, "<script>alert"));
	assert_null(strstr(page, "<b>\""));
	assert_null(strstr(page, "<!-- "));
	assert_null(strchr(page, '\x1b'));
	assert_null(strchr(page, '\x01'));
	assert_null(strstr(page, "\xE2\x80\xAE"));
	assert_non_null(strstr(page, "\\x1b[31m"));
	/* Its own, and nobody else's: the data of each drawn row, and the one that runs. */
	assert_int_equal(count_of(page, "<script"), count_of(page, "</script>"));
	assert_int_equal(count_of(page, "<script>"), 1);
	assert_int_equal(count_of(page, "<script type=\"application/json\">"), 1);
	assert_int_equal(count_of(page, "\\u003cimg"), 101);
}

static void data_of_a_drawn_row_is_json(void **state)
{
	static const char begin[] = "<script type=\"application/json\">";
	struct story *story = story_of(state);

	for (int i = 0; i < 100; i++)
		tell(story, TSK_EVENT_SIGNALED, i)->signal_name = "\"\\\n\t</script>&\x7f";
	build(story, 0);
	const char *data = strstr(page_of(story), begin);
	assert_non_null(data);
	data += strlen(begin);
	const char *text = tsk_copy_bytes(story->call, data, (size_t)(strstr(data, "<") - data));
	const cJSON *rows = tsk_parse(story->call, text);
	assert_int_equal(cJSON_GetArraySize(rows), 100);
	assert_int_equal(cJSON_GetArrayItem(cJSON_GetArrayItem(rows, 99), 4)->valueint, 100);
	assert_non_null(strstr(cJSON_GetArrayItem(rows->child, 5)->valuestring,
			       "signal \"\\\n\t</script>&\\x7f"));
}

static void links_lead_to_the_web_alone(void **state)
{
	struct story *story = story_of(state);
	struct tsk_text page = { .call = story->call };

	tsk_html_link(&page, "javascript:alert(1)", "one");
	tsk_html_link(&page, "data:text/html,x", "two");
	tsk_html_link(&page, " https://x", "three");
	assert_null(strstr(page.bytes, "href"));
	tsk_html_link(&page, "http://localhost:8233/a\"b", "four");
	assert_non_null(strstr(page.bytes, "href=\"http://localhost:8233/a&quot;b\">four</a>"));
}

static void thousands_of_events_are_few_elements(void **state)
{
	struct story *story = story_of(state);

	for (int i = 0; i < 1000; i++) {
		int64_t id = tell_activity(story, i % 3 ? "work" : "mail", i * 5);
		tell_of(story, TSK_EVENT_ACTIVITY_STARTED, id, i * 5 + 1);
		tell_of(story, i % 50 ? TSK_EVENT_ACTIVITY_COMPLETED : TSK_EVENT_ACTIVITY_FAILED,
			id, i * 5 + 20);
	}
	build(story, 0);
	const char *page = page_of(story);
	assert_int_equal(count_of(page, "<a class=\"bar"), 0);
	/* Of each of the two rows: what waits, what is done, what failed. */
	assert_int_equal(count_of(page, "<path class=\"failed\""), 2);
	assert_true(count_of(page, "<path") < 20);
	assert_true(strlen(page) < 2000000);
	/* All events are in the table, in parts. */
	assert_int_equal(count_of(page, "<tr id=\"w1-e"), 3000);
	assert_int_equal(count_of(page, "<summary>events "), 12);
}

static void a_page_loads_nothing_and_names_its_script(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED, 0);
	build(story, 0);
	const char *page = page_of(story);
	assert_non_null(strstr(page, "default-src 'none'"));
	assert_non_null(strstr(page, "script-src 'sha256-"));
	assert_null(strstr(page, "src=\""));
	assert_null(strstr(page, "url(http"));
	assert_null(strstr(page, "@import"));
}

static void a_long_text_grows(void **state)
{
	struct story *story = story_of(state);
	struct tsk_text text = { .call = story->call };

	for (int i = 0; i < 20000; i++)
		tsk_text_format(&text, "%05d ", i);
	assert_int_equal(text.size, 120000);
	assert_memory_equal(text.bytes + 119994, "19999 ", 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(an_activity_is_scheduled_started_and_closed),
		core_test(each_end_has_its_state_and_word),
		core_test(timers_children_updates_and_tasks_are_bars),
		core_test(what_is_neither_bar_nor_end_is_a_mark),
		core_test(ids_that_lead_nowhere_are_survived),
		core_test(an_open_run_goes_on_until_now),
		core_test(an_empty_history_has_an_axis),
		core_test(few_bars_are_a_waterfall_and_many_share_rows),
		core_test(bars_that_overlap_lie_in_lanes),
		core_test(names_without_end_end_in_others),
		core_test(text_of_others_stays_text),
		core_test(data_of_a_drawn_row_is_json),
		core_test(links_lead_to_the_web_alone),
		core_test(thousands_of_events_are_few_elements),
		core_test(a_page_loads_nothing_and_names_its_script),
		core_test(a_long_text_grows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
