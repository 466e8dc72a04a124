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
		core_test(closed_workflow_with_a_pending_task_is_closed),
		core_test(timeout_without_a_begin_is_a_missing_worker),
		core_test(timeout_tells_what_it_was_doing),
		core_test(cancellation_tells_who_asked),
		core_test(result_is_judged),
		core_test(new_run_is_named),
		core_test(local_activity_that_failed_is_known_by_its_marker),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
