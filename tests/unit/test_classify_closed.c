/* The classifier on workflows that are over. */
#include "diagnosis_support.h"

static struct tsk_event *end(struct story *story, enum tsk_workflow_status status, int type)
{
	tell_good_task(story);
	story->workflow.status = status;
	story->workflow.closed_at = NOW - SECOND;
	return tell(story, type);
}

static void failure_chain_decides_how_it_failed(void **state)
{
	struct tsk_failure *root, *chain;

	for (int i = 0; i < 7; i++) {
		static const char *const verdicts[] = { "workflow_failed",  "activity_failed",
							"activity_timeout", "activity_timeout",
							"child_failed",     "missing_activity",
							"activity_failed" };
		static const char *const types[] = {
			"OrderError", "KeyError", "TIMEOUT_TYPE_START_TO_CLOSE",
			"KeyError",   "KeyError", "NotFoundError",
			"KeyError"
		};
		struct story *story = story_of(state);

		root = failure(story, "KeyError", "'customer'");
		switch (i) {
		case 0: chain = failure(story, "OrderError", "invalid"); break;
		case 1: chain = wrap(story, TSK_FAILURE_ACTIVITY, root); break;
		case 2:
			chain = wrap(story, TSK_FAILURE_ACTIVITY,
				     timeout(story, "TIMEOUT_TYPE_START_TO_CLOSE"));
			break;
		case 3: {
			struct tsk_failure *over = timeout(story, "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE");

			over->cause = root;
			chain = wrap(story, TSK_FAILURE_ACTIVITY, over);
			break;
		}
		case 4:
			chain = wrap(story, TSK_FAILURE_CHILD_WORKFLOW,
				     wrap(story, TSK_FAILURE_ACTIVITY, root));
			break;
		case 5:
			root->type = "NotFoundError";
			root->message =
				"Activity function x for workflow y is not registered on this "
				"worker, available activities: z";
			chain = wrap(story, TSK_FAILURE_ACTIVITY, root);
			chain->activity_type = "x";
			break;
		default:
			/* The workflow raised an error of its own from the activity's. */
			chain = failure(story, "OrderError", "invalid");
			chain->cause = wrap(story, TSK_FAILURE_ACTIVITY, root);
			break;
		}
		end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = chain;
		assert_verdict(story, verdicts[i]);
		assert_string_equal(story->diagnosis.root_cause.type, types[i]);
		assert_false(story->diagnosis.stalled);
		assert_next(story, "temporal-skill run-starter");
	}
}

static void attempts_of_the_failed_activity_are_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event;

	tell_good_task(story);
	tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);
	event = tell(story, TSK_EVENT_ACTIVITY_STARTED);
	event->attempt = 3;
	event->scheduled_event_id = 5;
	tell(story, TSK_EVENT_ACTIVITY_FAILED)->scheduled_event_id = 5;
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure =
		wrap(story, TSK_FAILURE_ACTIVITY, failure(story, "KeyError", "'x'"));
	assert_verdict(story, "activity_failed");
	assert_int_equal(story->diagnosis.attempts, 3);
}

static void every_link_of_a_chain_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *activity =
		wrap(story, TSK_FAILURE_ACTIVITY, failure(story, "KeyError", "'x'"));
	struct tsk_failure *inner = wrap(story, TSK_FAILURE_CHILD_WORKFLOW, activity);
	struct tsk_failure *outer = wrap(story, TSK_FAILURE_CHILD_WORKFLOW, inner);

	outer->workflow_id = "batch-1";
	outer->workflow_type = "Batch";
	inner->workflow_id = "order-17";
	inner->workflow_type = "Order";
	activity->activity_type = "charge";
	activity->retry_state = "RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED";
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = outer;
	assert_verdict(story, "child_failed");
	assert_evidence(story, "child 'batch-1' (Batch) failed");
	assert_evidence(story, "in it, child 'order-17' (Order) failed");
	assert_evidence(story, "in it, activity 'charge' failed: "
			       "RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED");
}

static void nexus_operation_that_failed_is_named(void **state)
{
	static const char *const advice[] = {
		"correct the handler of Nexus operation 'charge': NoCard: no such card",
		"no worker handled the Nexus operation in time: see that one with its service "
		"polls the endpoint's task queue: temporal operator nexus endpoint get --name "
		"payments",
	};

	for (size_t i = 0; i < 2; i++) {
		struct story *story = story_of(state);
		struct tsk_failure *nexus =
			wrap(story, TSK_FAILURE_NEXUS,
			     i ? timeout(story, "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE")
			       : failure(story, "NoCard", "no such card"));

		nexus->endpoint = "payments";
		nexus->service = "Pay";
		nexus->operation = "charge";
		end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = nexus;
		assert_verdict(story, "workflow_failed");
		assert_evidence(story, "Nexus operation 'charge' of service 'Pay' at endpoint "
				       "'payments' failed");
		assert_recovery(story, advice[i]);
	}
}

static void details_of_a_failure_are_told(void **state)
{
	static const struct tsk_payload code = { .encoding = "json/plain",
						 .data = (const uint8_t *)"{\"code\":7}",
						 .size = 10 };
	static const struct tsk_payload beat = { .encoding = "json/plain",
						 .data = (const uint8_t *)"41",
						 .size = 2 };
	struct story *story = story_of(state);
	struct tsk_failure *late = timeout(story, "TIMEOUT_TYPE_HEARTBEAT");
	struct tsk_failure *own = failure(story, "OrderFailed", "order failed");

	late->details = (struct tsk_payloads){ &beat, 1 };
	own->details = (struct tsk_payloads){ &code, 1 };
	own->cause = wrap(story, TSK_FAILURE_ACTIVITY, late);
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = own;
	assert_verdict(story, "activity_timeout");
	assert_evidence(story, "details of OrderFailed: {\"code\":7}");
	assert_evidence(story, "its last heartbeat said: 41");
}

static void timeout_after_other_failures_tells_both(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *late = timeout(story, "TIMEOUT_TYPE_START_TO_CLOSE");

	late->cause = failure(story, "ConnectionError", "db down");
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure =
		wrap(story, TSK_FAILURE_ACTIVITY, late);
	assert_verdict(story, "activity_timeout");
	assert_cause(story, "ConnectionError", "db down");
	assert_recovery(story, "its last attempt took longer than its start_to_close_timeout");
	assert_recovery(story, "the one before failed with ConnectionError: db down");

	story = story_of(state);
	late->timeout_type = "TIMEOUT_TYPE_SCHEDULE_TO_CLOSE";
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure =
		wrap(story, TSK_FAILURE_ACTIVITY, late);
	assert_verdict(story, "activity_timeout");
	assert_recovery(story, "its attempts failed with ConnectionError: db down until");
}

static void closed_workflow_with_a_pending_task_is_closed(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 5);
	tell(story, TSK_EVENT_TERMINATED)->reason = "gave up";
	story->workflow.status = TSK_WORKFLOW_TERMINATED;
	assert_verdict(story, "terminated");
	assert_false(story->diagnosis.stalled);
	assert_cause(story, "TerminatedFailure", "gave up");
}

static void timeout_without_a_begin_is_a_missing_worker(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TIMED_OUT);
	task_scheduled(story, 1, 30);
	story->workflow.status = TSK_WORKFLOW_TIMED_OUT;
	assert_verdict(story, "workflow_timed_out");
	assert_non_null(
		strstr(story->diagnosis.headline, "no worker took its first task from 'orders'"));
	assert_next(story, "temporal-skill ensure-worker --task-queue orders");
}

static void timeout_tells_what_it_was_doing(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	tell(story, TSK_EVENT_TIMED_OUT);
	story->workflow.status = TSK_WORKFLOW_TIMED_OUT;
	assert_verdict(story, "workflow_timed_out");
	assert_cause(story, "KeyError", "'customer'");

	story = story_of(state);
	pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 4)->last_failure =
		failure(story, "ValueError", "declined");
	story->workflow.execution_timeout = 4000;
	end(story, TSK_WORKFLOW_TIMED_OUT, TSK_EVENT_TIMED_OUT);
	assert_verdict(story, "workflow_timed_out");
	assert_cause(story, "ValueError", "declined");

	story = story_of(state);
	story->workflow.execution_timeout = 4000;
	end(story, TSK_WORKFLOW_TIMED_OUT, TSK_EVENT_TIMED_OUT);
	assert_verdict(story, "workflow_timed_out");
	assert_string_equal(story->diagnosis.root_cause.type, "TIMEOUT_TYPE_START_TO_CLOSE");
	assert_evidence(story, "it waited for a signal");
}

static void time_was_up_at_the_workflow_task(void **state)
{
	struct story *story = story_of(state);

	/* It was in work; the server fails it for the end. */
	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED);
	tell(story, TSK_EVENT_TASK_FAILED)->cause =
		"WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND";
	tell(story, TSK_EVENT_TIMED_OUT);
	story->workflow.status = TSK_WORKFLOW_TIMED_OUT;
	assert_verdict(story, "workflow_timed_out");
	assert_evidence(story, "event 3 WorkflowTaskStarted");
	story->children[0] = (struct tsk_pending_child){ .workflow_id = "order-17/pay" };
	story->workflow.pending_children = story->children;
	story->workflow.pending_child_count = 1;
	assert_verdict(story, "workflow_timed_out");
	assert_evidence(story, "event 3 WorkflowTaskStarted");
	assert_evidence(story, "it waited for child 'order-17/pay'");

	/* Its worker was gone when the next one came up. */
	story = story_of(state);
	tell_good_task(story);
	tell(story, TSK_EVENT_TIMER_FIRED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TIMED_OUT)->at += 9 * SECOND;
	story->workflow.status = TSK_WORKFLOW_TIMED_OUT;
	assert_verdict(story, "workflow_timed_out");
	assert_cause(story, "TIMEOUT_TYPE_START_TO_CLOSE",
		     "no worker took its workflow task from 'orders'");
	assert_next(story, "temporal-skill ensure-worker --task-queue orders");
}

static void time_was_up_before_the_activity_was_taken(void **state)
{
	struct story *story = story_of(state);

	pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 1)->task_queue = "payments";
	end(story, TSK_WORKFLOW_TIMED_OUT, TSK_EVENT_TIMED_OUT);
	assert_verdict(story, "workflow_timed_out");
	assert_cause(story, "TIMEOUT_TYPE_START_TO_CLOSE",
		     "no worker had taken activity 'charge' from 'payments'");
	assert_recovery(story, "it was sent to 'payments', the workflow runs on 'orders'");
}

static void queue_of_an_activity_that_nobody_took_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event;

	tell_good_task(story);
	event = tell(story, TSK_EVENT_ACTIVITY_SCHEDULED);
	event->task_queue = "payments";
	tell(story, TSK_EVENT_ACTIVITY_TIMED_OUT)->scheduled_event_id = event->id;
	tell_good_task(story);
	tell(story, TSK_EVENT_FAILED)->failure =
		wrap(story, TSK_FAILURE_ACTIVITY, timeout(story, "TIMEOUT_TYPE_SCHEDULE_TO_START"));
	story->workflow.status = TSK_WORKFLOW_FAILED;
	assert_verdict(story, "activity_timeout");
	assert_evidence(story, "its task queue was 'payments'");
	assert_recovery(story, "temporal-skill ensure-worker --task-queue payments");
}

static void headline_names_what_failed(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *link =
		wrap(story, TSK_FAILURE_ACTIVITY, failure(story, "KeyError", "'x'"));

	link->activity_type = "charge";
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = link;
	assert_verdict(story, "activity_failed");
	assert_string_equal(story->diagnosis.headline,
			    "'order-17' failed: activity 'charge' failed with KeyError: 'x'");
	link->kind = TSK_FAILURE_CHILD_WORKFLOW;
	link->workflow_id = "order-17/pay";
	assert_verdict(story, "child_failed");
	assert_string_equal(story->diagnosis.headline,
			    "'order-17' failed: child 'order-17/pay' failed with KeyError: 'x'");
}

static void failure_without_a_name_gets_the_servers(void **state)
{
	struct story *story = story_of(state);
	struct tsk_failure *nameless =
		failure(story, "", "[TMPRL1100] Nondeterminism error: Activity machine does not …");
	struct tsk_event *event;

	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = nameless;
	assert_verdict(story, "workflow_failed");
	assert_string_equal(story->diagnosis.root_cause.type,
			    "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR");
	assert_recovery(story, "workflow_failure_exception_types");

	story = story_of(state);
	tell_good_task(story);
	event = tell(story, TSK_EVENT_CHILD_INITIATE_FAILED);
	event->workflow_id = "order-17/pay";
	event->cause = "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS";
	nameless = failure(story, "", "Workflow execution already started");
	nameless->kind = TSK_FAILURE_UNKNOWN;
	tell_good_task(story);
	tell(story, TSK_EVENT_FAILED)->failure = nameless;
	story->workflow.status = TSK_WORKFLOW_FAILED;
	assert_verdict(story, "workflow_failed");
	assert_cause(story, "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS",
		     "child 'order-17/pay' was not started: Workflow execution already started");
	assert_evidence(story, "child 'order-17/pay'");
	assert_recovery(story, "another id");

	/* Beneath what the workflow made of it as well, but not where a child failed with it. */
	struct tsk_failure *own = failure(story, "OrderError", "cannot pay");
	own->cause = nameless;
	nameless->outer = own;
	story->told[story->count - 1].failure = own;
	assert_verdict(story, "workflow_failed");
	assert_string_equal(story->diagnosis.root_cause.type,
			    "START_CHILD_WORKFLOW_EXECUTION_FAILED_CAUSE_WORKFLOW_ALREADY_EXISTS");
	own->kind = TSK_FAILURE_CHILD_WORKFLOW;
	assert_verdict(story, "child_failed");
	assert_string_equal(story->diagnosis.root_cause.type, "Failure");
}

static void child_that_was_ended_tells_why(void **state)
{
	struct story *story = story_of(state);
	struct tsk_diagnosis child = {
		.verdict = TSK_VERDICT_WORKFLOW_TIMED_OUT,
		.headline = "'order-17/pay' timed out: KeyError: 'x'",
		.root_cause = { .type = "KeyError",
				.message = "'x'",
				.location = "pay.py:7 in run",
				.stack_trace = "",
				.summary = "",
				.remedy = "" },
		.recovery = { .items = (const char *const[]){ "correct that" }, .count = 1 },
	};
	struct tsk_failure *why = timeout(story, "TIMEOUT_TYPE_START_TO_CLOSE");
	struct tsk_failure *link = wrap(story, TSK_FAILURE_CHILD_WORKFLOW, why);

	link->workflow_id = "order-17/pay";
	end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED)->failure = link;
	assert_verdict(story, "child_failed");
	assert_cause(story, "TIMEOUT_TYPE_START_TO_CLOSE", "activity timeout");
	story->symptoms.child = &child;
	assert_verdict(story, "child_failed");
	assert_cause(story, "KeyError", "'x'");
	assert_string_equal(story->diagnosis.root_cause.location, "pay.py:7 in run");
	assert_evidence(story, "child: workflow_timed_out: 'order-17/pay' timed out");
	assert_recovery(story, "child: correct that");

	/* Of one that just took too long, the chain has it all; without a worker, it has not. */
	child.root_cause.type = "TIMEOUT_TYPE_START_TO_CLOSE";
	child.root_cause.message = "workflow did not end within its timeout of 1 s";
	child.cause_kind = TSK_CAUSE_TIMEOUT;
	assert_verdict(story, "child_failed");
	assert_cause(story, "TIMEOUT_TYPE_START_TO_CLOSE", "activity timeout");
	child.root_cause.message = "no worker took its first task from 'pay'";
	child.cause_kind = TSK_CAUSE_NO_WORKER;
	assert_verdict(story, "child_failed");
	assert_cause(story, "TIMEOUT_TYPE_START_TO_CLOSE",
		     "no worker took its first task from 'pay'");

	/* Of one that was terminated, by whom. */
	child = (struct tsk_diagnosis){
		.verdict = TSK_VERDICT_TERMINATED,
		.headline = "'order-17/pay' was terminated: too late",
		.root_cause = { .type = "TerminatedFailure",
				.message = "too late",
				.location = "",
				.stack_trace = "",
				.summary = "",
				.remedy = "" },
		.evidence = { .items = (const char *const[]){ "terminated by ann" }, .count = 1 },
	};
	why->kind = TSK_FAILURE_TERMINATED;
	why->timeout_type = "";
	why->message = "Terminated";
	assert_verdict(story, "child_failed");
	assert_cause(story, "TerminatedFailure", "Terminated");
	assert_evidence(story, "child: terminated by ann");
	assert_recovery(story, "find out by whom");

	/* A parent whose time was up while it waited: its own time stays the cause. */
	story = story_of(state);
	story->children[0] = (struct tsk_pending_child){ .workflow_id = "order-17/pay" };
	story->workflow.pending_children = story->children;
	story->workflow.pending_child_count = 1;
	story->symptoms.child = &child;
	end(story, TSK_WORKFLOW_TIMED_OUT, TSK_EVENT_TIMED_OUT);
	assert_verdict(story, "workflow_timed_out");
	assert_string_equal(story->diagnosis.root_cause.type, "TIMEOUT_TYPE_START_TO_CLOSE");
	assert_evidence(story, "child: terminated by ann");
}

static void trouble_before_the_end_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 5);
	tell(story, TSK_EVENT_TERMINATED)->identity = "ann@desk";
	story->workflow.status = TSK_WORKFLOW_TERMINATED;
	assert_verdict(story, "terminated");
	assert_evidence(story, "before that, its workflow task failed with KeyError: 'customer'");
}

static void attempt_of_the_workflow_is_told(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event = tell(story, TSK_EVENT_STARTED);

	event->attempt = 3;
	event->maximum_attempts = 3;
	event = end(story, TSK_WORKFLOW_FAILED, TSK_EVENT_FAILED);
	event->failure = failure(story, "OrderError", "invalid");
	event->retry_state = "RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED";
	assert_verdict(story, "workflow_failed");
	assert_int_equal(story->diagnosis.attempts, 3);
	assert_evidence(story, "attempt 3 of 3: RETRY_STATE_MAXIMUM_ATTEMPTS_REACHED");
}

static void end_by_the_server_is_explained(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event = end(story, TSK_WORKFLOW_TERMINATED, TSK_EVENT_TERMINATED);

	event->identity = "history-resetter";
	event->reason = "go back";
	assert_verdict(story, "terminated");
	assert_recovery(story, "it was reset");
	assert_next(story, "temporal-skill diagnose -w order-17");

	event->identity = "history-service";
	event->reason = "by parent close policy";
	story->workflow.parent_workflow_id = "order";
	assert_verdict(story, "terminated");
	assert_recovery(story, "its parent 'order' ended");
	assert_next(story, "temporal-skill diagnose -w order");

	event->reason = "TerminateIfRunning WorkflowIdReusePolicy";
	assert_verdict(story, "terminated");
	assert_recovery(story, "a new run with its id");
	assert_next(story, "temporal-skill diagnose -w order-17");

	event->identity = "ann@desk";
	assert_verdict(story, "terminated");
	assert_recovery(story, "ann@desk (a person or a program, not the server) ended it");
}

static void cancellation_tells_who_asked(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *request;

	tell_good_task(story);
	request = tell(story, TSK_EVENT_CANCEL_REQUESTED);
	request->identity = "ann@desk";
	request->reason = "not wanted";
	end(story, TSK_WORKFLOW_CANCELED, TSK_EVENT_CANCELED);
	assert_verdict(story, "canceled");
	assert_evidence(story, "ann@desk");
	assert_string_equal(story->diagnosis.root_cause.message, "not wanted");
}

static void result_is_judged(void **state)
{
	struct story *story = story_of(state);

	story->symptoms.result_json =
		"{\"errors\":[],\"error\":null,\"message\":\"no error found\"}";
	end(story, TSK_WORKFLOW_COMPLETED, TSK_EVENT_COMPLETED);
	assert_verdict(story, "ok");
	story->symptoms.result_json = "{\"status\":\"error\",\"order\":7}";
	assert_verdict(story, "false_positive_result");
	assert_evidence(story, "status");
}

static void new_run_is_named(void **state)
{
	struct story *story = story_of(state);

	end(story, TSK_WORKFLOW_CONTINUED_AS_NEW, TSK_EVENT_CONTINUED_AS_NEW)->new_run_id =
		"next-run";
	assert_verdict(story, "continued_as_new");
	assert_evidence(story, "next-run");
}

static void local_activity_that_failed_is_known_by_its_marker(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event;

	story->workflow.status = TSK_WORKFLOW_FAILED;
	tell_good_task(story);
	event = tell(story, TSK_EVENT_MARKER_RECORDED);
	event->failure = failure(story, "ConnectionError", "bank is down");
	tell(story, TSK_EVENT_FAILED)->failure = failure(story, "Declined", "no card");
	assert_verdict(story, "workflow_failed");
	story->told[story->count - 1].failure = event->failure;
	assert_verdict(story, "workflow_failed");
	assert_cause(story, "ConnectionError", "bank is down");
	assert_evidence(story, "event 5: a local activity failed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(failure_chain_decides_how_it_failed),
		core_test(attempts_of_the_failed_activity_are_told),
		core_test(every_link_of_a_chain_is_told),
		core_test(nexus_operation_that_failed_is_named),
		core_test(details_of_a_failure_are_told),
		core_test(timeout_after_other_failures_tells_both),
		core_test(closed_workflow_with_a_pending_task_is_closed),
		core_test(timeout_without_a_begin_is_a_missing_worker),
		core_test(timeout_tells_what_it_was_doing),
		core_test(time_was_up_at_the_workflow_task),
		core_test(time_was_up_before_the_activity_was_taken),
		core_test(queue_of_an_activity_that_nobody_took_is_told),
		core_test(headline_names_what_failed),
		core_test(failure_without_a_name_gets_the_servers),
		core_test(child_that_was_ended_tells_why),
		core_test(trouble_before_the_end_is_told),
		core_test(attempt_of_the_workflow_is_told),
		core_test(end_by_the_server_is_explained),
		core_test(cancellation_tells_who_asked),
		core_test(result_is_judged),
		core_test(new_run_is_named),
		core_test(local_activity_that_failed_is_known_by_its_marker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
