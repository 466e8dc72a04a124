/* Pages of timelines, in which text of others stays text. */
#include "timeline_support.h"

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

static void json_is_read_by_people(void **state)
{
	struct tsk_call *call = story_of(state)->call;

	assert_string_equal(tsk_json_readable(call, "\"\\u05e9 \\u00e9 \\ud834\\udd1e\""),
			    "\"\xD7\xA9 \xC3\xA9 \xF0\x9D\x84\x9E\"");
	/* It stays JSON: quotes, control characters, halves, and a backslash that is one. */
	const char *kept = "\"\\u0022 \\u0000 \\ud834 \\udd1e \\\\u05e9 \\u05\"";
	assert_string_equal(tsk_json_readable(call, kept), kept);
	assert_string_equal(tsk_json_readable(call, "\\"), "\\");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(text_of_others_stays_text),
		core_test(data_of_a_drawn_row_is_json),
		core_test(links_lead_to_the_web_alone),
		core_test(thousands_of_events_are_few_elements),
		core_test(a_page_loads_nothing_and_names_its_script),
		core_test(json_is_read_by_people),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
