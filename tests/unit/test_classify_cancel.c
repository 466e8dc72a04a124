/* The classifier on workflows that were asked to cancel and go on. */
#include "diagnosis_support.h"

static void ignored_cancellation_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	story->workflow.cancel_requested = true;
	tell(story, TSK_EVENT_CANCEL_REQUESTED)->reason = "enough";
	/* Nobody had the chance to act on it yet. */
	task_scheduled(story, 1, 1);
	assert_verdict(story, "in_progress");
	story->workflow.pending_task.present = false;
	tell_good_task(story);
	assert_verdict(story, "cancel_requested");
	assert_false(story->diagnosis.stalled);
	assert_evidence(story, "enough");
	assert_next(story, "temporal-skill terminate-workflow -w order-17");
}

static void failing_task_goes_before_cancellation(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	tell(story, TSK_EVENT_CANCEL_REQUESTED);
	story->workflow.cancel_requested = true;
	assert_verdict(story, "workflow_task_failure");
}

static struct tsk_event *tell_activity(struct story *story, const char *type, const char *id)
{
	struct tsk_event *event = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);

	event->activity_id = id;
	event->activity_type = type;
	event->start_to_close_ms = 7200000;
	return event;
}

static struct tsk_event *tell_request(struct story *story)
{
	struct tsk_event *request = tell(story, TSK_EVENT_CANCEL_REQUESTED);

	story->workflow.cancel_requested = true;
	tell_good_task(story);
	return request;
}

static void evidence_never_says(struct story *story, const char *text)
{
	for (size_t i = 0; i < story->diagnosis.evidence.count; i++)
		assert_null(strstr(story->diagnosis.evidence.items[i], text));
}

/* An activity that was asked to cancel, with that request the newest event. */
static struct tsk_pending_activity *asked_activity(struct story *story)
{
	struct tsk_event *scheduled;

	tell_good_task(story);
	scheduled = tell_activity(story, "train", "1");
	tell_request(story);
	tell(story, TSK_EVENT_ACTIVITY_CANCEL_REQUESTED)->scheduled_event_id = scheduled->id;
	return pending(story, "train", TSK_ACTIVITY_CANCEL_REQUESTED, 1);
}

static void activity_without_heartbeats_never_hears_of_it(void **state)
{
	struct story *story = story_of(state);

	asked_activity(story);
	assert_verdict(story, "cancel_requested");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "it never hears of the cancellation");
	evidence_never_says(story, "next heartbeat");
	assert_recovery(story, "let activity 'train' call activity.heartbeat()");
}

static void activity_that_heartbeats_learns_of_it(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = asked_activity(story);

	activity->last_heartbeat_at = story->told[4].at;
	assert_verdict(story, "cancel_requested");
	assert_false(story->diagnosis.attention);
	assert_evidence(story, "with its next heartbeat");

	/* One with a heartbeat_timeout will. */
	activity->last_heartbeat_at = 0;
	story->told[4].heartbeat_ms = 5000;
	judge(story);
	assert_evidence(story, "with its next heartbeat");
}

static void activity_that_was_told_does_not_heed_it(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = asked_activity(story);

	activity->last_heartbeat_at = NOW - SECOND;
	assert_verdict(story, "cancel_requested");
	assert_true(story->diagnosis.attention);
	assert_evidence(story, "was told of the cancellation with that: it swallows it");
	assert_recovery(story, "activity 'train' catches asyncio.CancelledError");
}

static void what_is_begun_again_goes_on_as_before(void **state)
{
	struct story *story = story_of(state);

	asked_activity(story);
	tell_activity(story, "train", "2");
	pending(story, "train", TSK_ACTIVITY_STARTED, 1)->id = "2";
	assert_verdict(story, "cancel_requested");
	assert_true(story->diagnosis.attention);
	assert_string_equal(story->diagnosis.headline,
			    "'order-17' was asked to cancel, and goes on as before: it began "
			    "activity 'train' again");
	assert_recovery(story, "is_cancelled_exception");
}

static void timer_that_is_started_again_goes_on_as_before(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *timer;

	tell_good_task(story);
	timer = tell(story, TSK_EVENT_TIMER_STARTED);
	timer->timer_ms = 5000;
	tell_request(story);
	tell(story, TSK_EVENT_TIMER_CANCELED)->started_event_id = timer->id;
	tell(story, TSK_EVENT_TIMER_STARTED)->timer_ms = 5000;
	assert_verdict(story, "cancel_requested");
	assert_evidence(story, "event 11: a timer of 5.0 s was begun");
	assert_evidence(story, "it goes on as before");
}

static void cleanup_is_no_trouble(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_request(story)->at = NOW - SECOND;
	tell_activity(story, "release", "1");
	pending(story, "release", TSK_ACTIVITY_STARTED, 1);
	assert_verdict(story, "cancel_requested");
	assert_false(story->diagnosis.attention);
	assert_evidence(story, "activity 'release' was begun");
	assert_recovery(story, "it cleans up, or swallowed the cancellation");
}

static void cleanup_that_fails_says_both(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity;

	tell_good_task(story);
	tell_request(story);
	tell_activity(story, "release", "1");
	activity = pending(story, "release", TSK_ACTIVITY_SCHEDULED, 3);
	activity->last_failure = failure(story, "VaultLocked", "by another");
	activity->next_attempt_at = NOW + SECOND;
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "VaultLocked", "by another");
	assert_non_null(strstr(story->diagnosis.headline, "its cleanup after it was asked"));
	assert_evidence(story, "event 5: cancellation requested");
	assert_next(story, "--status CANCELED,COMPLETED");
}

static void child_is_waited_for(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_request(story);
	story->children[0] = (struct tsk_pending_child){ "parcel-1", "run-2", "Parcel" };
	story->workflow.pending_children = story->children;
	story->workflow.pending_child_count = 1;
	assert_verdict(story, "cancel_requested");
	assert_evidence(story, "it waits for child 'parcel-1' (Parcel)");
	assert_next(story, "temporal-skill diagnose -w parcel-1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(ignored_cancellation_is_told),
		core_test(failing_task_goes_before_cancellation),
		core_test(activity_without_heartbeats_never_hears_of_it),
		core_test(activity_that_heartbeats_learns_of_it),
		core_test(activity_that_was_told_does_not_heed_it),
		core_test(what_is_begun_again_goes_on_as_before),
		core_test(timer_that_is_started_again_goes_on_as_before),
		core_test(cleanup_is_no_trouble),
		core_test(cleanup_that_fails_says_both),
		core_test(child_is_waited_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
