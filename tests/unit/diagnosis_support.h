/* Hand-built symptoms for tests of the classifier: a workflow's story is told event by event,
 * oldest first, and then judged. */
#ifndef DIAGNOSIS_SUPPORT_H
#define DIAGNOSIS_SUPPORT_H

#include "core_support.h"

#include <temporal-skill/diagnosis.h>

#include <stdio.h>
#include <unistd.h>

#define SECOND       ((int64_t)1000000000)
#define NOW          (1800000000 * SECOND)

/* More than any story here needs. */
#define EVENTS_MOST  64
#define MEMBERS_MOST 8

struct story {
	struct tsk_call *call;
	struct tsk_workflow workflow;
	struct tsk_event told[EVENTS_MOST], newest[EVENTS_MOST];
	size_t count;
	struct tsk_pending_activity activities[MEMBERS_MOST];
	struct tsk_pending_child children[MEMBERS_MOST];
	struct tsk_poller workflow_pollers[MEMBERS_MOST], activity_pollers[MEMBERS_MOST];
	struct tsk_symptom_worker workers[MEMBERS_MOST];
	struct tsk_symptoms symptoms;
	struct tsk_diagnosis diagnosis;
};

/* A running workflow that was started a minute ago. */
static inline struct story *story_of(void **state)
{
	struct core_world *world = *state;
	struct story *story = tsk_alloc(&world->call, sizeof(*story));

	core_with_starter(world);
	story->call = &world->call;
	story->workflow = (struct tsk_workflow){ .workflow_id = "order-17",
						 .run_id = "run",
						 .type = "Order",
						 .task_queue = "orders",
						 .status = TSK_WORKFLOW_RUNNING,
						 .started_at = NOW - 60 * SECOND,
						 .execution_at = NOW - 60 * SECOND,
						 .cron = "" };
	story->symptoms.now = NOW;
	return story;
}

/* The next event, a second after the one before, the first one a minute ago. */
static inline struct tsk_event *tell(struct story *story, int type)
{
	struct tsk_event *event = &story->told[story->count++];

	assert_true(story->count <= EVENTS_MOST);
	*event = (struct tsk_event){ .id = (int64_t)story->count,
				     .type = type,
				     .at = NOW - (60 - (int64_t)story->count) * SECOND };
	return event;
}

static inline const char *identity(struct story *story, int pid)
{
	char host[256] = "";

	gethostname(host, sizeof(host) - 1);
	return tsk_format(story->call, "%d@%s", pid, host);
}

/* Its first task, completed. */
static inline void tell_good_task(struct story *story)
{
	if (!story->count)
		tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	tell(story, TSK_EVENT_TASK_COMPLETED)->identity = identity(story, 100);
}

static inline struct tsk_failure *failure(struct story *story, const char *type,
					  const char *message)
{
	struct tsk_failure *made = tsk_alloc(story->call, sizeof(*made));

	*made = (struct tsk_failure){ .kind = TSK_FAILURE_APPLICATION,
				      .type = type,
				      .message = message,
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

static inline struct tsk_failure *timeout(struct story *story, const char *type)
{
	struct tsk_failure *made = failure(story, "", "activity timeout");

	made->kind = TSK_FAILURE_TIMEOUT;
	made->timeout_type = type;
	return made;
}

static inline struct tsk_failure *wrap(struct story *story, enum tsk_failure_kind kind,
				       struct tsk_failure *cause)
{
	struct tsk_failure *made = failure(story, "", "wrapped");

	made->kind = kind;
	made->cause = cause;
	cause->outer = made;
	return made;
}

#define UNHANDLED "WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE"

/* A task that fails, with the pending task at that attempt, the attempt just tried and timing out.
 */
static inline void tell_failed_task(struct story *story, const char *cause,
				    const struct tsk_failure *why, int attempt)
{
	struct tsk_event *event;

	if (!story->count)
		tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	event = tell(story, TSK_EVENT_TASK_FAILED);
	event->identity = identity(story, 100);
	event->cause = cause;
	event->failure = why;
	story->workflow.pending_task = (struct tsk_pending_workflow_task){
		.present = true,
		.started = true,
		.attempt = attempt,
		.scheduled_at = NOW - 5 * SECOND,
		.original_scheduled_at = NOW - 50 * SECOND,
		.started_at = NOW - 5 * SECOND,
	};
}

static inline void task_scheduled(struct story *story, int attempt, int64_t seconds_ago)
{
	story->workflow.pending_task = (struct tsk_pending_workflow_task){
		.present = true,
		.attempt = attempt,
		.scheduled_at = NOW - seconds_ago * SECOND,
		.original_scheduled_at = NOW - seconds_ago * SECOND,
	};
}

static inline struct tsk_pending_activity *pending(struct story *story, const char *type,
						   enum tsk_pending_activity_state state,
						   int attempt)
{
	struct tsk_pending_activity *activity =
		&story->activities[story->workflow.pending_activity_count++];

	*activity = (struct tsk_pending_activity){
		.id = tsk_format(story->call, "%zu", story->workflow.pending_activity_count),
		.type = type,
		.task_queue = "orders",
		.state = state,
		.attempt = attempt,
		.scheduled_at = NOW - 10 * SECOND,
		.last_worker_identity = identity(story, 100)
	};
	if (state == TSK_ACTIVITY_STARTED)
		activity->last_started_at = NOW - 10 * SECOND;
	story->workflow.pending_activities = story->activities;
	return activity;
}

/* A process of this host. */
static inline struct tsk_symptom_worker *worker(struct story *story, int pid, int64_t up_seconds)
{
	struct tsk_symptom_worker *row = &story->workers[story->symptoms.worker_count++];

	*row = (struct tsk_symptom_worker){ .pid = pid,
					    .alive = up_seconds >= 0,
					    .project = "shop",
					    .project_dir = "/shop",
					    .task_queues = "",
					    .started_at = NOW - up_seconds * SECOND,
					    .of_this_project = true,
					    .connected = true };
	if (up_seconds < 0)
		row->started_at = NOW - 1000 * SECOND;
	story->symptoms.workers = story->workers;
	return row;
}

/* The server was asked who polls, and nobody does, unless polls() says so. */
static inline void pollers_known(struct story *story)
{
	story->symptoms.workflow_pollers = story->workflow_pollers;
	story->symptoms.activity_pollers = story->activity_pollers;
	story->symptoms.workflow_pollers_known = story->symptoms.activity_pollers_known = true;
	if (!story->symptoms.activity_task_queue)
		story->symptoms.activity_task_queue = "orders";
}

static inline void polls(struct story *story, int pid, int64_t seconds_ago)
{
	struct tsk_poller poller = { .identity = identity(story, pid),
				     .last_access_at = NOW - seconds_ago * SECOND };

	pollers_known(story);
	story->workflow_pollers[story->symptoms.workflow_poller_count++] = poller;
	story->activity_pollers[story->symptoms.activity_poller_count++] = poller;
}

static inline enum tsk_verdict judge(struct story *story)
{
	for (size_t i = 0; i < story->count; i++)
		story->newest[i] = story->told[story->count - 1 - i];
	story->symptoms.newest.events = story->newest;
	story->symptoms.newest.count = story->count;
	story->symptoms.workflow = &story->workflow;
	story->workflow.history_length = (int64_t)story->count;
	tsk_classify(story->call, &story->symptoms, &story->diagnosis);
	return story->diagnosis.verdict;
}

#define assert_verdict(story, name) assert_string_equal(tsk_verdict_name(judge(story)), name)

static inline bool lines_say(const struct tsk_strings *lines, const char *text)
{
	for (size_t i = 0; i < lines->count; i++)
		if (strstr(lines->items[i], text))
			return true;
	for (size_t i = 0; i < lines->count; i++)
		print_message("  %s\n", lines->items[i]);
	return false;
}

#define assert_evidence(story, text) assert_true(lines_say(&(story)->diagnosis.evidence, text))
#define assert_recovery(story, text) assert_true(lines_say(&(story)->diagnosis.recovery, text))
#define assert_next(story, text)     assert_true(lines_say(&(story)->diagnosis.next, text))
#define assert_cause(story, its_type, its_message)                                                 \
	do {                                                                                       \
		assert_string_equal((story)->diagnosis.root_cause.type, its_type);                 \
		assert_string_equal((story)->diagnosis.root_cause.message, its_message);           \
	} while (0)

#endif
