/* The classifier on workflows that completed and left undone what they had begun. */
#include "call/call.h"
#include "diagnosis_support.h"

static struct tsk_event *tell_activity(struct story *story, const char *type)
{
	struct tsk_event *event = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);

	event->activity_id = tsk_format(story->call, "%lld", (long long)event->id);
	event->activity_type = type;
	return event;
}

static struct tsk_event *tell_child(struct story *story, const char *id, const char *policy)
{
	struct tsk_event *event = tell(story, TSK_EVENT_CHILD_INITIATED);
	struct tsk_event_more *more = tsk_alloc(story->call, sizeof(*more));

	event->workflow_id = id;
	*more = (struct tsk_event_more){
		.continued_run_id = "", .initiator = "", .cron = "", .parent_close_policy = policy
	};
	event->more = call_beside_add(story->call, more);
	return event;
}

static void complete(struct story *story)
{
	tell(story, TSK_EVENT_COMPLETED);
	story->workflow.status = TSK_WORKFLOW_COMPLETED;
	story->workflow.closed_at = NOW - SECOND;
	story->symptoms.result_json = "\"done\"";
}

static void activity_that_was_not_awaited_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_activity(story, "charge");
	complete(story);
	assert_verdict(story, "left_undone");
	assert_true(story->diagnosis.attention);
	assert_false(story->diagnosis.stalled);
	assert_string_equal(story->diagnosis.headline,
			    "'order-17' completed before activity 'charge' was done (event 5)");
	assert_evidence(story, "event 5: activity 'charge' was started");
	assert_recovery(story, "await activity 'charge' before run() returns");
}

static void what_was_done_or_given_up_is_no_trouble(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *first, *second, *child;

	tell_good_task(story);
	first = tell_activity(story, "charge");
	second = tell_activity(story, "remind");
	child = tell_child(story, "parcel-1", "PARENT_CLOSE_POLICY_TERMINATE");
	tell(story, TSK_EVENT_ACTIVITY_COMPLETED)->scheduled_event_id = first->id;
	tell(story, TSK_EVENT_ACTIVITY_CANCEL_REQUESTED)->scheduled_event_id = second->id;
	tell(story, TSK_EVENT_CHILD_COMPLETED)->initiated_event_id = child->id;
	complete(story);
	assert_verdict(story, "ok");
	assert_false(story->diagnosis.attention);
}

static void tell_started_child(struct story *story, const char *id, const char *policy)
{
	int64_t initiated = tell_child(story, id, policy)->id;

	tell(story, TSK_EVENT_CHILD_STARTED)->initiated_event_id = initiated;
}

/* The server starts no child of a parent that has ended, whatever the policy. */
static void child_that_was_not_started_yet_never_is(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_child(story, "letter-1", "PARENT_CLOSE_POLICY_ABANDON");
	complete(story);
	assert_verdict(story, "left_undone");
	assert_evidence(story, "event 5: child 'letter-1' was asked for");
	assert_evidence(story, "the server had not started it yet, and never does");
	assert_recovery(story, "await workflow.start_child_workflow(...)");
}

static void child_ends_with_its_parent_unless_it_is_abandoned(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_started_child(story, "letter-1", "PARENT_CLOSE_POLICY_ABANDON");
	complete(story);
	assert_verdict(story, "ok");
	assert_evidence(story, "event 5: child 'letter-1' goes on by itself");

	story->count--;
	tell_started_child(story, "letter-2", "PARENT_CLOSE_POLICY_TERMINATE");
	complete(story);
	assert_verdict(story, "left_undone");
	assert_evidence(story, "event 7: child 'letter-2' was started");
	assert_evidence(story, "its parent_close_policy TERMINATE ended it");
	assert_recovery(story, "await child 'letter-2'");
}

static void open_timer_is_told_and_no_trouble(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_TIMER_STARTED)->timer_ms = 3600000;
	complete(story);
	assert_verdict(story, "ok");
	assert_evidence(story, "event 5: a timer of 1 h 0 min ran when it completed");
}

static void update_that_was_cut_off_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *update;

	tell_good_task(story);
	update = tell(story, TSK_EVENT_UPDATE_ACCEPTED);
	update->update_name = "pay";
	update->update_id = "u1";
	complete(story);
	assert_verdict(story, "left_undone");
	assert_evidence(story, "event 5: update 'pay'");
	assert_recovery(story, "all_handlers_finished");
}

static void passed_over_failure_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *scheduled, *failed;

	tell_good_task(story);
	scheduled = tell_activity(story, "send");
	failed = tell(story, TSK_EVENT_ACTIVITY_FAILED);
	failed->scheduled_event_id = scheduled->id;
	failed->failure = failure(story, "MailboxFull", "of bob");
	complete(story);
	assert_verdict(story, "ok");
	assert_evidence(story, "event 6: activity 'send' failed with MailboxFull: of bob; the "
			       "workflow went on");
}

#define WARNING                                                                                    \
	"[TMPRL1102] Workflow finished while signal handlers are still running. The following "    \
	"signals were unfinished (and warnings were not disabled for their handler): "             \
	"[{\"name\": \"pay\", \"count\": 1}]\n"

static void handler_that_the_log_calls_unfinished_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "pay";
	tell_good_task(story);
	complete(story);
	story->symptoms.worker_log_tail = "[TMPRL1102] of something else\n" WARNING;
	assert_verdict(story, "left_undone");
	assert_evidence(story, "event 5: signal 'pay' came in its last task");

	/* It may have been another run; a signal that came earlier than that says nothing. */
	story->count--;
	tell_good_task(story);
	complete(story);
	assert_verdict(story, "ok");
	story->told[4].signal_name = "remark";
	assert_verdict(story, "ok");
}

static void what_was_never_awaited_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	complete(story);
	story->symptoms.worker_log_tail =
		"/shop/orders.py:18: RuntimeWarning: coroutine 'execute_activity' was never "
		"awaited\n  workflow.execute_activity(charge)\n";
	assert_verdict(story, "ok");
	assert_evidence(story, "'execute_activity' (orders.py:18)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(activity_that_was_not_awaited_is_told),
		core_test(what_was_done_or_given_up_is_no_trouble),
		core_test(child_ends_with_its_parent_unless_it_is_abandoned),
		core_test(child_that_was_not_started_yet_never_is),
		core_test(open_timer_is_told_and_no_trouble),
		core_test(update_that_was_cut_off_is_told),
		core_test(passed_over_failure_is_told),
		core_test(what_was_never_awaited_is_told),
		core_test(handler_that_the_log_calls_unfinished_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
