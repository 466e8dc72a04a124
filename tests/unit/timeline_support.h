/* A story that a test tells event by event, and its timeline. */
#ifndef TEST_TIMELINE_SUPPORT_H
#define TEST_TIMELINE_SUPPORT_H

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

static inline struct story *story_of(void **state)
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
static inline struct tsk_event *tell(struct story *story, int type, int64_t ms)
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

static inline int64_t tell_activity(struct story *story, const char *type, int64_t ms)
{
	struct tsk_event *event = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED, ms);

	event->activity_type = type;
	event->activity_id = "1";
	return event->id;
}

static inline struct tsk_event *tell_of(struct story *story, int type, int64_t scheduled,
					int64_t ms)
{
	struct tsk_event *event = tell(story, type, ms);

	event->scheduled_event_id = scheduled;
	return event;
}

static inline const struct tsk_failure *failure(struct tsk_call *call, const char *type,
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

static inline const struct tsk_timeline *build(struct story *story, int64_t now_ms)
{
	story->history.events = story->events;
	story->timeline = tsk_timeline(story->call, &story->workflow, &story->history,
				       BEGAN + now_ms * 1000000);
	return story->timeline;
}

static inline const char *page_of(struct story *story)
{
	struct tsk_text page = { .call = story->call };

	tsk_html_begin(&page, story->workflow.workflow_id);
	tsk_html_timeline(&page, "w1", story->timeline, "");
	tsk_html_end(&page);
	assert_int_equal(page.size, strlen(page.bytes));
	return page.bytes;
}

static inline size_t count_of(const char *text, const char *part)
{
	size_t count = 0;

	for (text = strstr(text, part); text; text = strstr(text + 1, part))
		count++;
	return count;
}

#endif
