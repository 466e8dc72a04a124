/* The classifier on activities: several at once, retries, and those that nobody works on. */
#include "diagnosis_support.h"

#define MISSING                                                                                    \
	"Activity function print_label for workflow order-17 is not registered on this worker, "   \
	"available activities: charge, print_labels"

static struct story *story_with_good_task(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	return story;
}

static struct tsk_pending_activity *retrying(struct story *story, const char *type,
					     const struct tsk_failure *why, int attempt)
{
	struct tsk_pending_activity *activity =
		pending(story, type, TSK_ACTIVITY_SCHEDULED, attempt);

	activity->last_failure = why;
	activity->next_attempt_at = NOW + 8 * SECOND;
	activity->last_completed_at = NOW - 2 * SECOND;
	return activity;
}

/* ---- one activity ---- */

static void retry_tells_its_last_failure(void **state)
{
	struct story *story = story_with_good_task(state);
	struct tsk_failure *outer = failure(story, "ValueError", "card declined");

	outer->cause = failure(story, "KeyError", "'customer'");
	retrying(story, "charge", outer, 6)->maximum_attempts = 10;
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "KeyError", "'customer'");
	assert_int_equal(story->diagnosis.attempts, 6);
	assert_true(story->diagnosis.next_attempt_at == NOW + 8 * SECOND);
	assert_true(story->diagnosis.stalled);
	assert_evidence(story, "attempt 6 of 10");
	assert_string_equal(
		story->diagnosis.headline,
		"'order-17' cannot move: activity 'charge' fails with KeyError: 'customer' "
		"(attempt 6)");
}

static void message_may_begin_with_blank_lines(void **state)
{
	struct story *story = story_with_good_task(state);

	retrying(story, "charge", failure(story, "ShellError", "\n \r\n\tno space left\non /var"),
		 2);
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "ShellError", "\n \r\n\tno space left\non /var");
	assert_non_null(
		strstr(story->diagnosis.headline, "fails with ShellError: no space left ("));

	/* Without any other text there is none to show. */
	story = story_with_good_task(state);
	retrying(story, "charge", failure(story, "ShellError", " \n"), 2);
	assert_verdict(story, "activity_retrying");
	assert_non_null(strstr(story->diagnosis.headline, "fails with ShellError ("));
}

static void timeouts_are_named_in_full(void **state)
{
	static const char *const types[] = { "TIMEOUT_TYPE_START_TO_CLOSE",
					     "TIMEOUT_TYPE_HEARTBEAT" };

	for (size_t i = 0; i < 2; i++) {
		struct story *story = story_with_good_task(state);

		pending(story, "slow", TSK_ACTIVITY_STARTED, 3)->last_failure =
			timeout(story, types[i]);
		assert_verdict(story, "activity_retrying");
		assert_string_equal(story->diagnosis.root_cause.type, types[i]);
		assert_recovery(story, i ? "activity.heartbeat()" : "start_to_close_timeout");
	}
}

static void missing_activity_names_what_is_there(void **state)
{
	struct story *story = story_with_good_task(state);

	retrying(story, "print_label", failure(story, "NotFoundError", MISSING), 3);
	assert_verdict(story, "missing_activity");
	assert_string_equal(story->diagnosis.root_cause.type, "NotFoundError");
	assert_recovery(story,
			"add print_label to the list activities=[...] of the Worker on 'orders'");
	assert_recovery(story, "if print_labels was meant");
}

static void missing_activity_is_known_at_the_first_attempt(void **state)
{
	struct story *story = story_with_good_task(state);

	retrying(story, "print_label", failure(story, "NotFoundError", MISSING), 1);
	assert_verdict(story, "missing_activity");
}

static void not_found_of_the_users_own_is_a_retry(void **state)
{
	struct story *story = story_with_good_task(state);

	retrying(story, "find", failure(story, "NotFoundError", "customer 7 is not registered"), 3);
	assert_verdict(story, "activity_retrying");
}

static void first_attempt_at_work_is_healthy(void **state)
{
	struct story *story = story_with_good_task(state);

	worker(story, 100, 500);
	polls(story, 100, 1);
	pending(story, "slow", TSK_ACTIVITY_STARTED, 1)->last_heartbeat_at = NOW - SECOND;
	assert_verdict(story, "activity_in_progress");
	assert_false(story->diagnosis.stalled);
	assert_cause(story, "", "");
	assert_evidence(story, "last heartbeat");
}

static void paused_activity_says_how_to_go_on(void **state)
{
	struct story *story = story_with_good_task(state);
	struct tsk_pending_activity *activity =
		retrying(story, "charge", failure(story, "KeyError", "'customer'"), 5);

	activity->paused = true;
	activity->state = TSK_ACTIVITY_PAUSED;
	assert_verdict(story, "activity_paused");
	assert_false(story->diagnosis.stalled);
	assert_cause(story, "KeyError", "'customer'");
	assert_next(story, "temporal activity unpause --workflow-id order-17 --activity-id 1");
}

static void retry_that_is_far_away_can_be_hastened(void **state)
{
	struct story *story = story_with_good_task(state);
	struct tsk_pending_activity *activity =
		retrying(story, "charge", failure(story, "KeyError", "'customer'"), 2);

	judge(story);
	assert_false(lines_say(&story->diagnosis.next, "activity reset"));
	activity->next_attempt_at = NOW + 3600 * SECOND;
	judge(story);
	assert_next(story, "temporal activity reset --workflow-id order-17 --activity-id 1");
}

/* ---- several ---- */

static void the_worst_of_several_decides(void **state)
{
	struct story *story = story_with_good_task(state);

	worker(story, 100, 500);
	polls(story, 100, 1);
	pending(story, "slow", TSK_ACTIVITY_STARTED, 1);
	retrying(story, "charge", failure(story, "KeyError", "'customer'"), 9);
	retrying(story, "print_label", failure(story, "NotFoundError", MISSING), 2);
	pending(story, "held", TSK_ACTIVITY_PAUSED, 1)->paused = true;
	assert_verdict(story, "missing_activity");
	assert_int_equal(story->diagnosis.attempts, 2);
	assert_evidence(story, "3 more pending activities, 1 of them in trouble");
}

static void retry_is_worse_than_a_missing_worker(void **state)
{
	struct story *story = story_with_good_task(state);

	pollers_known(story);
	pending(story, "quick", TSK_ACTIVITY_SCHEDULED, 1);
	retrying(story, "charge", failure(story, "KeyError", "'customer'"), 2);
	assert_verdict(story, "activity_retrying");
}

/* ---- no worker ---- */

static void activity_without_poller_has_no_worker(void **state)
{
	struct story *story = story_with_good_task(state);
	struct tsk_pending_activity *activity = pending(story, "ship", TSK_ACTIVITY_SCHEDULED, 1);

	activity->task_queue = "shipping";
	story->symptoms.activity_task_queue = "shipping";
	pollers_known(story);
	assert_verdict(story, "no_activity_worker");
	assert_true(story->diagnosis.stalled);
	assert_non_null(strstr(story->diagnosis.headline, "'shipping'"));
	assert_recovery(story, "the activity is sent to 'shipping', the workflow runs on 'orders'");
	assert_next(story, "temporal-skill ensure-worker --task-queue shipping");
}

static void pollers_of_another_queue_say_nothing(void **state)
{
	struct story *story = story_with_good_task(state);

	pending(story, "ship", TSK_ACTIVITY_SCHEDULED, 1)->task_queue = "shipping";
	story->symptoms.activity_task_queue = "orders";
	pollers_known(story);
	assert_verdict(story, "activity_in_progress");
}

static void worker_without_activities_is_told(void **state)
{
	struct story *story = story_with_good_task(state);

	worker(story, 100, 500);
	polls(story, 100, 1);
	story->symptoms.activity_poller_count = 0;
	pending(story, "quick", TSK_ACTIVITY_SCHEDULED, 1);
	assert_verdict(story, "no_activity_worker");
	assert_recovery(story, "takes workflows only");
}

static void waiting_for_a_slot_is_healthy(void **state)
{
	struct story *story = story_with_good_task(state);

	polls(story, 100, 1);
	pending(story, "quick", TSK_ACTIVITY_SCHEDULED, 1);
	assert_verdict(story, "activity_in_progress");
	assert_false(story->diagnosis.stalled);
}

static void retry_that_is_not_due_needs_no_worker_yet(void **state)
{
	struct story *story = story_with_good_task(state);

	pollers_known(story);
	pending(story, "quick", TSK_ACTIVITY_SCHEDULED, 1)->next_attempt_at = NOW + 60 * SECOND;
	assert_verdict(story, "activity_in_progress");
}

static void activity_whose_worker_is_gone_is_stalled_without_another(void **state)
{
	struct story *story = story_with_good_task(state);
	struct tsk_event *event = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);

	event->activity_id = "1";
	event->start_to_close_ms = 30000;
	worker(story, 100, -1);
	pollers_known(story);
	pending(story, "slow", TSK_ACTIVITY_STARTED, 1);
	assert_verdict(story, "activity_in_progress");
	assert_true(story->diagnosis.stalled);
	assert_true(story->diagnosis.next_attempt_at == NOW + 20 * SECOND);
	/* Another worker gets it when it times out. */
	worker(story, 200, 500);
	polls(story, 200, 1);
	judge(story);
	assert_false(story->diagnosis.stalled);
	assert_non_null(strstr(story->diagnosis.headline, "whose worker is gone"));
	assert_recovery(story, "nobody works on it");
}

static void broken_task_goes_before_activities(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	retrying(story, "charge", failure(story, "ValueError", "declined"), 6);
	assert_verdict(story, "workflow_task_failure");
}

/* ---- after a fix ---- */

static void worker_started_since_recovers(void **state)
{
	struct story *story = story_with_good_task(state);

	retrying(story, "charge", failure(story, "KeyError", "'customer'"), 6);
	worker(story, 100, -1);
	worker(story, 200, 1);
	polls(story, 200, 0);
	assert_verdict(story, "activity_retrying");
	assert_true(story->diagnosis.recovering);
	assert_false(story->diagnosis.stalled);
	/* It was there before the failure. */
	story->workers[1].started_at = NOW - 3 * SECOND;
	judge(story);
	assert_false(story->diagnosis.recovering);
}

static void timeout_without_a_time_recovers_by_who_held_it(void **state)
{
	struct story *story = story_with_good_task(state);
	struct tsk_pending_activity *activity =
		retrying(story, "slow", timeout(story, "TIMEOUT_TYPE_START_TO_CLOSE"), 2);

	activity->last_completed_at = 0;
	worker(story, 100, -1);
	worker(story, 200, 1);
	polls(story, 200, 0);
	judge(story);
	assert_true(story->diagnosis.recovering);
	activity->last_worker_identity = identity(story, 200);
	judge(story);
	assert_false(story->diagnosis.recovering);
}

static void activity_without_a_free_slot_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 1);
	worker(story, 100, 600);
	polls(story, 100, 1);
	assert_verdict(story, "activity_in_progress");
	assert_evidence(story, "waits on 'orders', scheduled 10.0 s ago");
	assert_evidence(story, "all its activity slots are taken");
	assert_recovery(story, "max_concurrent_activities");
	assert_false(story->diagnosis.stalled);
}

static void full_worker_does_not_poll(void **state)
{
	struct story *story = story_of(state);
	struct tsk_worker listed = { .identity = "100@elsewhere",
				     .task_queue = "orders",
				     .activity_slots_used = 1,
				     .heartbeat_at = NOW - 30 * SECOND };

	tell_good_task(story);
	pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 1);
	worker(story, 100, 600);
	polls(story, 100, 1);
	/* So long ago that it would have polled again by now. */
	story->activity_pollers[0].last_access_at = NOW - 80 * SECOND;
	assert_verdict(story, "activity_in_progress");
	assert_evidence(story, "no activity slot free");
	/* The server has forgotten that it ever polled, but has its heartbeat. */
	story->symptoms.activity_poller_count = 0;
	assert_verdict(story, "no_activity_worker");
	story->symptoms.listed = &listed;
	story->symptoms.listed_count = 1;
	assert_verdict(story, "activity_in_progress");
	assert_recovery(story, "max_concurrent_activities");
	listed.activity_slots_free = 1;
	assert_verdict(story, "no_activity_worker");
}

/* ---- local activities ---- */

static void local_activity_that_backs_off_is_a_retry(void **state)
{
	struct story *story = story_with_good_task(state);

	tell(story, 25)->failure = failure(story, "KeyError", "'customer'");
	tell(story, TSK_EVENT_TIMER_STARTED)->timer_id = "1";
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "KeyError", "'customer'");
}

static void local_activity_whose_timer_fired_is_past(void **state)
{
	struct story *story = story_with_good_task(state);

	tell(story, 25)->failure = failure(story, "KeyError", "'customer'");
	tell(story, TSK_EVENT_TIMER_STARTED)->timer_id = "1";
	tell(story, TSK_EVENT_TIMER_FIRED)->timer_id = "1";
	tell_good_task(story);
	assert_verdict(story, "waiting_signal");
}

/* Of two workers on a queue one has it, and works on it now. */
static void activity_that_found_its_worker_is_at_work(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_activity *activity = pending(story, "charge", TSK_ACTIVITY_STARTED, 2);

	activity->last_failure =
		failure(story, "NotFoundError",
			"Activity function charge for workflow order-17 is not registered on this "
			"worker, available activities: pay");
	assert_verdict(story, "activity_in_progress");
	assert_false(story->diagnosis.stalled);
	assert_evidence(story, "not registered");
	activity->last_started_at = NOW - SECOND;
	assert_verdict(story, "missing_activity");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(retry_tells_its_last_failure),
		core_test(message_may_begin_with_blank_lines),
		core_test(timeouts_are_named_in_full),
		core_test(missing_activity_names_what_is_there),
		core_test(missing_activity_is_known_at_the_first_attempt),
		core_test(not_found_of_the_users_own_is_a_retry),
		core_test(first_attempt_at_work_is_healthy),
		core_test(paused_activity_says_how_to_go_on),
		core_test(retry_that_is_far_away_can_be_hastened),
		core_test(the_worst_of_several_decides),
		core_test(retry_is_worse_than_a_missing_worker),
		core_test(activity_without_poller_has_no_worker),
		core_test(pollers_of_another_queue_say_nothing),
		core_test(worker_without_activities_is_told),
		core_test(waiting_for_a_slot_is_healthy),
		core_test(retry_that_is_not_due_needs_no_worker_yet),
		core_test(activity_whose_worker_is_gone_is_stalled_without_another),
		core_test(broken_task_goes_before_activities),
		core_test(worker_started_since_recovers),
		core_test(timeout_without_a_time_recovers_by_who_held_it),
		core_test(activity_without_a_free_slot_is_told),
		core_test(full_worker_does_not_poll),
		core_test(local_activity_that_backs_off_is_a_retry),
		core_test(local_activity_whose_timer_fired_is_past),
		core_test(activity_that_found_its_worker_is_at_work),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
