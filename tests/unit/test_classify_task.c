/* The classifier on workflow tasks: which ones are broken, which only look so. */
#include "diagnosis_support.h"

/* ---- what kind of failure ---- */

struct failed_case {
	const char *cause, *type, *message;
	const char *verdict, *root_type;
};

static const struct failed_case failed_cases[] = {
	{ UNHANDLED, "KeyError", "'customer'", "workflow_task_failure", "KeyError" },
	{ UNHANDLED, "_DeadlockError",
	  "[TMPRL1101] Potential deadlock detected: workflow didn't yield", "workflow_task_failure",
	  "_DeadlockError" },
	{ UNHANDLED, "NotFoundError",
	  "Workflow class Order is not registered on this worker, available workflows: Orders",
	  "missing_workflow", "NotFoundError" },
	{ UNHANDLED, "NotFoundError", "no such customer", "workflow_task_failure",
	  "NotFoundError" },
	{ UNHANDLED, "RestrictedWorkflowAccessError",
	  "Cannot access random.random from inside a workflow.", "sandbox_violation",
	  "RestrictedWorkflowAccessError" },
	{ UNHANDLED, "",
	  "[TMPRL1100] Nondeterminism error: Timer machine does not handle this event",
	  "nondeterminism", UNHANDLED },
	{ "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR", "",
	  "[TMPRL1100] Nondeterminism error", "nondeterminism",
	  "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR" },
	{ "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR", "", "Encoded failure",
	  "nondeterminism", "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR" },
	{ "WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES", "",
	  "BadSearchAttributes: no mapping defined for search attribute Colour",
	  "workflow_task_failure", "WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES" },
	{ UNHANDLED, "ValueError", "", "workflow_task_failure", "ValueError" },
	{ UNHANDLED, "ValueError",
	  "Activity function charge is not registered on this worker, available activities: pay",
	  "missing_activity", "ValueError" },
};

static void each_failure_has_its_verdict(void **state)
{
	for (size_t i = 0; i < sizeof(failed_cases) / sizeof(*failed_cases); i++) {
		const struct failed_case *its = &failed_cases[i];
		struct story *story = story_of(state);

		tell_failed_task(story, its->cause, failure(story, its->type, its->message), 7);
		assert_verdict(story, its->verdict);
		assert_cause(story, its->root_type, its->message);
		assert_true(story->diagnosis.stalled);
		assert_false(story->diagnosis.recovering);
		assert_int_equal(story->diagnosis.attempts, 7);
	}
}

static void deepest_cause_is_the_root(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *outer = failure(story, "ValueError", "bad order");

	outer->cause = failure(story, "KeyError", "'customer'");
	tell_failed_task(story, UNHANDLED, outer, 2);
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "KeyError", "'customer'");
	assert_ptr_equal(story->diagnosis.failure, outer);
}

static void wrapped_sandbox_violation_is_found(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *outer = failure(story, "RuntimeError", "cannot roll the dice");

	outer->cause = failure(
		story, "RestrictedWorkflowAccessError",
		"Cannot access random.random from inside a workflow. If this is code from …");
	tell_failed_task(story, UNHANDLED, outer, 2);
	assert_verdict(story, "sandbox_violation");
	assert_recovery(story, "workflow.random()");
}

static void encoded_not_found_of_a_task_is_a_missing_workflow(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *why = failure(story, "NotFoundError", "Encoded failure");

	why->encoded = true;
	tell_failed_task(story, UNHANDLED, why, 2);
	assert_verdict(story, "missing_workflow");
	assert_evidence(story, "codec server");
}

static void nondeterminism_names_the_task_to_go_back_to(void **state)
{
	struct story *story = story_of(state);

	/* Events 1 to 4, a timer, and again: 7 is the next completed task. */
	tell_good_task(story);
	tell(story, TSK_EVENT_TIMER_STARTED);
	tell_good_task(story);
	tell_failed_task(story, "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
			 failure(story, "",
				 "[TMPRL1100] Nondeterminism error: Activity machine does not "
				 "handle this event: HistoryEvent(id: 5, TimerStarted)"),
			 2);
	assert_verdict(story, "nondeterminism");
	assert_recovery(story, "reset-workflow -w order-17 --event-id 4");
	assert_next(story, "temporal-skill terminate-workflow -w order-17");
	assert_next(story, "temporal-skill run-starter");
}

static void headline_names_id_error_and_attempt(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 7);
	judge(story);
	assert_string_equal(
		story->diagnosis.headline,
		"'order-17' cannot move: its workflow task fails with KeyError: 'customer' "
		"(attempt 7)");
	assert_next(story, "temporal-skill ensure-worker");
	assert_next(story,
		    "temporal-skill wait-for-workflow-status -w order-17 --status COMPLETED");
}

static void similar_name_is_offered(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED,
			 failure(story, "NotFoundError",
				 "Workflow class Order is not registered on this worker, available "
				 "workflows: Orders, Zebra"),
			 2);
	judge(story);
	assert_recovery(story, "add Order to the list workflows=[...] of the Worker on 'orders'");
	assert_recovery(story, "there now: Orders, Zebra");
	assert_recovery(story, "if Orders was meant");
}

/* ---- what must not be reported ---- */

static void overcome_failure_is_no_alarm(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 2);
	story->workflow.pending_task.present = false;
	tell_good_task(story);
	assert_verdict(story, "waiting_signal");
	assert_false(story->diagnosis.stalled);
	assert_cause(story, "", "");
}

static void overcome_failure_with_a_task_at_work_is_no_alarm(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 1);
	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	assert_verdict(story, "in_progress");
}

static void harmless_causes_are_no_alarm(void **state)
{
	static const char *const causes[] = { "WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW",
					      "WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND",
					      "WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND" };

	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++) {
		struct story *story = story_of(state);

		tell_failed_task(story, causes[i], NULL, 1);
		assert_verdict(story, "in_progress");
		assert_false(story->diagnosis.stalled);
	}
}

static void failure_before_a_reset_is_another_story(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 1);
	tell(story, TSK_EVENT_TASK_FAILED)->cause = "WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW";
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	assert_verdict(story, "in_progress");
}

static void failure_after_a_reset_counts(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_TASK_FAILED)->cause = "WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW";
	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 2);
	assert_verdict(story, "workflow_task_failure");
}

static void sticky_timeout_is_no_crash(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_TIMED_OUT)->timeout_type = "TIMEOUT_TYPE_SCHEDULE_TO_START";
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	task_scheduled(story, 1, 1);
	worker(story, 200, 500);
	polls(story, 200, 5);
	assert_verdict(story, "in_progress");
}

/* ---- timeouts ---- */

static void tell_timed_out_task(struct story *story, int attempt)
{
	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	tell(story, TSK_EVENT_TASK_TIMED_OUT)->timeout_type = "TIMEOUT_TYPE_START_TO_CLOSE";
	task_scheduled(story, attempt, 5);
}

static void task_that_times_out_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_timed_out_task(story, 3);
	worker(story, 100, 500);
	polls(story, 100, 5);
	assert_verdict(story, "workflow_task_timeout");
	assert_string_equal(story->diagnosis.root_cause.type, "TIMEOUT_TYPE_START_TO_CLOSE");
	assert_true(story->diagnosis.stalled);
}

/* A worker tells of its first failure, and lets the next attempt time out. */
static void timeout_after_a_failure_is_the_same_failure(void **state)
{
	static const int holders[] = { 100, 200 };
	static const char *const verdicts[] = { "workflow_task_failure", "workflow_task_timeout" };

	for (size_t i = 0; i < 2; i++) {
		struct story *story = story_of(state);

		tell_good_task(story);
		tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 1);
		tell_timed_out_task(story, 2);
		story->told[story->count - 2].identity = identity(story, holders[i]);
		worker(story, holders[i], 500);
		polls(story, holders[i], 5);
		assert_verdict(story, verdicts[i]);
	}
}

static void crashed_worker_that_stays_dead_is_a_timeout(void **state)
{
	struct story *story = story_of(state);

	tell_timed_out_task(story, 2);
	pollers_known(story);
	assert_verdict(story, "workflow_task_timeout");
	assert_evidence(story, "no worker polls 'orders'");
	assert_recovery(story, "no worker is left");
}

static void worker_that_crashes_each_time_does_not_recover(void **state)
{
	struct story *story = story_of(state);

	tell_timed_out_task(story, 5);
	worker(story, 200, 1);
	polls(story, 200, 0);
	assert_verdict(story, "workflow_task_timeout");
	assert_false(story->diagnosis.recovering);
	story->workers[0].tracked = true;
	judge(story);
	assert_true(story->diagnosis.recovering);
}

static void task_whose_holder_is_gone_is_a_timeout_at_once(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	task_scheduled(story, 1, 3);
	story->workflow.pending_task.started = true;
	story->workflow.pending_task.started_at = NOW - 3 * SECOND;
	worker(story, 100, -1);
	pollers_known(story);
	assert_verdict(story, "workflow_task_timeout");
	assert_true(story->diagnosis.next_attempt_at == NOW + 7 * SECOND);
}

/* ---- without history ---- */

static void reported_problem_stands_in_for_history(void **state)
{
	static const char *const problems[] = {
		"category=WorkflowTaskFailed", "cause=WorkflowTaskFailedCauseNonDeterministicError",
		NULL
	};
	struct story *story = story_of(state);

	task_scheduled(story, 4, 5);
	story->workflow.reported_problems = (struct tsk_strings){ .items = problems, .count = 2 };
	assert_verdict(story, "nondeterminism");
	assert_string_equal(story->diagnosis.root_cause.type,
			    "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR");
}

static void second_attempt_alone_is_no_alarm(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	task_scheduled(story, 2, 1);
	assert_verdict(story, "in_progress");
}

static void odd_ids_are_quoted(void **state)
{
	struct story *story = story_of(state);

	story->workflow.workflow_id = "--order 17";
	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	judge(story);
	assert_next(story, "--workflow-id='--order 17' --status");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(each_failure_has_its_verdict),
		core_test(deepest_cause_is_the_root),
		core_test(wrapped_sandbox_violation_is_found),
		core_test(encoded_not_found_of_a_task_is_a_missing_workflow),
		core_test(nondeterminism_names_the_task_to_go_back_to),
		core_test(headline_names_id_error_and_attempt),
		core_test(similar_name_is_offered),
		core_test(overcome_failure_is_no_alarm),
		core_test(overcome_failure_with_a_task_at_work_is_no_alarm),
		core_test(harmless_causes_are_no_alarm),
		core_test(failure_before_a_reset_is_another_story),
		core_test(failure_after_a_reset_counts),
		core_test(sticky_timeout_is_no_crash),
		core_test(task_that_times_out_is_told),
		core_test(timeout_after_a_failure_is_the_same_failure),
		core_test(crashed_worker_that_stays_dead_is_a_timeout),
		core_test(worker_that_crashes_each_time_does_not_recover),
		core_test(task_whose_holder_is_gone_is_a_timeout_at_once),
		core_test(reported_problem_stands_in_for_history),
		core_test(second_attempt_alone_is_no_alarm),
		core_test(odd_ids_are_quoted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
