/* The classifier on workflows that wait by design. */
#include "diagnosis_support.h"

/* ---- waiting ---- */

static const char *const signal_names[] = { "approve", "remark", NULL };

static struct tsk_handlers handlers_of(void)
{
	return (struct tsk_handlers){ .signals = { .items = signal_names, .count = 2 } };
}

static void nothing_pending_waits_for_a_signal(void **state)
{
	struct story *story = story_of(state);
	struct tsk_handlers handlers = handlers_of();

	tell_good_task(story);
	story->symptoms.handlers = &handlers;
	assert_verdict(story, "waiting_signal");
	assert_evidence(story, "signals approve, remark");
	assert_next(story, "temporal-skill interact -w order-17 --signal-name approve");
}

static void mistyped_signal_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_handlers handlers = handlers_of();

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "aprove";
	tell_good_task(story);
	story->symptoms.handlers = &handlers;
	assert_verdict(story, "waiting_signal");
	assert_evidence(story, "signal 'aprove' came");
	assert_evidence(story, "did the sender mean 'approve'?");
}

static void known_signal_and_dynamic_handler_are_fine(void **state)
{
	static const char *const dynamic[] = { "*", NULL };
	struct story *story = story_of(state);
	struct tsk_handlers handlers = handlers_of();

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "remark";
	tell_good_task(story);
	story->symptoms.handlers = &handlers;
	judge(story);
	for (size_t i = 0; i < story->diagnosis.evidence.count; i++)
		assert_null(strstr(story->diagnosis.evidence.items[i], "no handler"));
	story->told[4].signal_name = "anything";
	handlers.signals = (struct tsk_strings){ .items = dynamic, .count = 1 };
	judge(story);
	for (size_t i = 0; i < story->diagnosis.evidence.count; i++)
		assert_null(strstr(story->diagnosis.evidence.items[i], "no handler"));
}

static struct tsk_event *tell_timer(struct story *story, const char *id, int64_t seconds)
{
	struct tsk_event *timer = tell(story, TSK_EVENT_TIMER_STARTED);

	timer->timer_id = id;
	timer->timer_ms = seconds * 1000;
	return timer;
}

static void open_timer_is_waited_for(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_timer(story, "1", 3600);
	assert_verdict(story, "waiting_timer");
	assert_true(story->diagnosis.next_attempt_at == NOW + (3600 - 55) * SECOND);
}

static void fired_and_canceled_timers_are_past(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_timer(story, "1", 1);
	tell_timer(story, "2", 3600);
	tell(story, TSK_EVENT_TIMER_FIRED)->timer_id = "1";
	tell_good_task(story);
	tell(story, TSK_EVENT_TIMER_CANCELED)->timer_id = "2";
	assert_verdict(story, "waiting_signal");
}

static void earliest_of_several_timers_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_timer(story, "1", 7200);
	tell_timer(story, "2", 600);
	assert_verdict(story, "waiting_timer");
	assert_evidence(story, "timer of 10 min");
	assert_evidence(story, "2 timers are open");
}

static void timer_at_the_start_of_a_long_history_is_found(void **state)
{
	struct tsk_event first[2] = { { .id = 1, .type = TSK_EVENT_STARTED },
				      { .id = 5,
					.type = TSK_EVENT_TIMER_STARTED,
					.timer_id = "1",
					.timer_ms = 7200000,
					.at = NOW - 50 * SECOND } };
	struct story *story = story_of(state);

	tell_good_task(story);
	for (size_t i = 0; i < story->count; i++)
		story->told[i].id += 3000;
	story->symptoms.newest.more = true;
	story->symptoms.oldest = (struct tsk_history){ .events = first, .count = 2, .more = true };
	assert_verdict(story, "waiting_timer");
	/* It fired since. */
	tell(story, TSK_EVENT_TIMER_FIRED)->started_event_id = 5;
	assert_verdict(story, "waiting_signal");
}

static void child_is_waited_for_and_its_trouble_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_workflow child = { .workflow_id = "order-17/child" };
	static const char *const advice[] = { "correct it", NULL };
	struct tsk_diagnosis its = { .verdict = TSK_VERDICT_WORKFLOW_TASK_FAILURE,
				     .stalled = true,
				     .headline = "'order-17/child' cannot move: KeyError",
				     .root_cause = { .type = "KeyError", .message = "'x'" },
				     .recovery = { .items = advice, .count = 1 } };

	tell_good_task(story);
	story->children[0] =
		(struct tsk_pending_child){ .workflow_id = "order-17/child", .type = "Child" };
	story->workflow.pending_children = story->children;
	story->workflow.pending_child_count = 1;
	assert_verdict(story, "waiting_child");
	assert_next(story, "temporal-skill diagnose -w order-17/child");
	story->symptoms.child = &its;
	story->symptoms.child_workflow = &child;
	assert_verdict(story, "waiting_child");
	assert_false(story->diagnosis.stalled);
	assert_ptr_equal(story->diagnosis.child, &its);
	assert_string_equal(story->diagnosis.root_cause.type, "KeyError");
	assert_non_null(strstr(story->diagnosis.headline, "cannot move"));
	assert_recovery(story, "child: correct it");
}

static void grandchild_in_trouble_is_the_root(void **state)
{
	struct story *story = story_of(state);
	struct story *middle = story_of(state);
	const char *advice[] = { "correct it" };
	struct tsk_diagnosis grandchild = { .verdict = TSK_VERDICT_ACTIVITY_RETRYING,
					    .stalled = true,
					    .headline = "'order-17/child/1' cannot move: KeyError",
					    .root_cause = { .type = "KeyError",
							    .message = "'customer'" },
					    .recovery = { advice, 1 } };

	tell_good_task(middle);
	middle->workflow.workflow_id = "order-17/child";
	middle->children[0] =
		(struct tsk_pending_child){ .workflow_id = "order-17/child/1", .type = "Child" };
	middle->workflow.pending_children = middle->children;
	middle->workflow.pending_child_count = 1;
	middle->symptoms.child = &grandchild;
	assert_verdict(middle, "waiting_child");
	assert_recovery(middle, "child: correct it");
	tell_good_task(story);
	story->children[0] =
		(struct tsk_pending_child){ .workflow_id = "order-17/child", .type = "Child" };
	story->workflow.pending_children = story->children;
	story->workflow.pending_child_count = 1;
	story->symptoms.child = &middle->diagnosis;
	story->symptoms.child_workflow = &middle->workflow;
	assert_verdict(story, "waiting_child");
	assert_cause(story, "KeyError", "'customer'");
	assert_non_null(strstr(story->diagnosis.headline,
			       ""
			       "waits for its child: 'order-17/child' waits for its child: "));
	assert_true(story->diagnosis.next_attempt_at == 0);
	/* Said once, however deep. */
	assert_recovery(story, "child: correct it");
	assert_null(strstr(story->diagnosis.recovery.items[2], "child: child: "));
	assert_false(story->diagnosis.stalled);
	/* A timer may end the waiting. */
	tell(story, TSK_EVENT_TIMER_STARTED)->timer_ms = 3600000;
	assert_verdict(story, "waiting_child");
	assert_evidence(story, "timer of 1 h 0 min fires");
	assert_true(story->diagnosis.next_attempt_at > NOW);
}

static void children_not_looked_at_are_counted(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	for (size_t i = 0; i < 4; i++)
		story->children[i] = (struct tsk_pending_child){
			.workflow_id = tsk_format(story->call, "child-%zu", i), .type = "Child"
		};
	story->workflow.pending_children = story->children;
	story->workflow.pending_child_count = 4;
	assert_verdict(story, "waiting_child");
	assert_next(story, "find-stalled-workflows --query");
}

static void nexus_operation_is_waited_for(void **state)
{
	struct story *story = story_of(state);
	struct tsk_pending_nexus operation = { .endpoint = "payments",
					       .service = "Payments",
					       .operation = "charge",
					       .attempt = 4,
					       .next_attempt_at = NOW + 9 * SECOND };

	tell_good_task(story);
	story->workflow.pending_nexus = &operation;
	story->workflow.pending_nexus_count = 1;
	assert_verdict(story, "waiting_signal");
	assert_recovery(story, "under way");
	operation.last_failure = failure(story, "UPSTREAM_TIMEOUT", "upstream timeout");
	assert_verdict(story, "nexus_retrying");
	assert_true(story->diagnosis.stalled);
	assert_cause(story, "UPSTREAM_TIMEOUT", "upstream timeout");
	assert_non_null(strstr(story->diagnosis.headline, "Nexus operation 'charge'"));
	assert_evidence(story, "at endpoint 'payments', attempt 4");
	assert_recovery(story, "nexus endpoint get --name payments");
}

static void delayed_start_is_healthy(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	story->workflow.execution_at = NOW + 3600 * SECOND;
	pollers_known(story);
	assert_verdict(story, "start_delayed");
	assert_false(story->diagnosis.stalled);
	assert_true(story->diagnosis.next_attempt_at == NOW + 3600 * SECOND);
}

/* A run that continued as new within a second is held back, and may begin a little late. */
static void due_start_is_no_wait_in_vain(void **state)
{
	static const struct tsk_handlers none = { .workflow_type = "Order" };
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	story->workflow.execution_at = NOW - SECOND;
	pollers_known(story);
	worker(story, 100, 20);
	polls(story, 100, 1);
	story->symptoms.handlers = &none;
	assert_verdict(story, "start_delayed");
	assert_false(story->diagnosis.stalled);
	story->workflow.execution_at = NOW - 3600 * SECOND;
	assert_verdict(story, "waiting_in_vain");
}

static void retry_of_the_workflow_tells_why_it_failed_before(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *started = tell(story, TSK_EVENT_STARTED);

	started->attempt = 2;
	started->failure = failure(story, "Overloaded", "try again later");
	story->workflow.execution_at = NOW + 60 * SECOND;
	assert_verdict(story, "start_delayed");
	assert_cause(story, "Overloaded", "try again later");
	assert_evidence(story, "attempt 2");
}

static void without_a_worker_nothing_comes_of_it(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	pollers_known(story);
	assert_verdict(story, "waiting_signal");
	assert_evidence(story, "no worker polls 'orders' now");
	assert_string_equal(story->diagnosis.next.items[0], "temporal-skill ensure-worker");
	tell(story, TSK_EVENT_TIMER_STARTED)->timer_ms = 3600000;
	assert_verdict(story, "waiting_timer");
	assert_string_equal(story->diagnosis.next.items[0], "temporal-skill ensure-worker");
	worker(story, 100, 20);
	polls(story, 100, 1);
	assert_verdict(story, "waiting_timer");
	assert_recovery(story, "wait: nothing is wrong");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(nothing_pending_waits_for_a_signal),
		core_test(mistyped_signal_is_told),
		core_test(known_signal_and_dynamic_handler_are_fine),
		core_test(open_timer_is_waited_for),
		core_test(fired_and_canceled_timers_are_past),
		core_test(earliest_of_several_timers_is_told),
		core_test(timer_at_the_start_of_a_long_history_is_found),
		core_test(child_is_waited_for_and_its_trouble_told),
		core_test(grandchild_in_trouble_is_the_root),
		core_test(children_not_looked_at_are_counted),
		core_test(nexus_operation_is_waited_for),
		core_test(delayed_start_is_healthy),
		core_test(due_start_is_no_wait_in_vain),
		core_test(retry_of_the_workflow_tells_why_it_failed_before),
		core_test(without_a_worker_nothing_comes_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
