/* The classifier on what only the worker's log tells. */
#include "diagnosis_support.h"

static const char traceback[] = "Traceback (most recent call last):\n"
				"  File \"/shop/orders.py\", line 12, in run\n"
				"    raise KeyError(name)\n"
				"KeyError: 'customer'\n";

static void log_says(struct story *story, const char *record, const char *text)
{
	story->symptoms.worker_log_tail =
		tsk_format(story->call, "INFO:worker:polls\n%s\n%s", record, text);
}

/* A first attempt that timed out, as when the machine was busy, and later ones that nobody told of.
 */
static struct story *timed_out(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event;

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	event = tell(story, TSK_EVENT_TASK_TIMED_OUT);
	event->timeout_type = "TIMEOUT_TYPE_START_TO_CLOSE";
	task_scheduled(story, 7, 5);
	story->workflow.pending_task.started = true;
	story->workflow.pending_task.started_at = NOW - 5 * SECOND;
	return story;
}

#define FAILED "WARNING:sdk:Failed activation on workflow Order with ID order-17 and run ID run"

static void failure_after_a_timeout_is_told(void **state)
{
	struct story *story = timed_out(state);

	assert_verdict(story, "workflow_task_timeout");
	log_says(story, FAILED, traceback);
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "KeyError", "'customer'");
	assert_string_equal(story->diagnosis.root_cause.location, "orders.py:12 in run");
	assert_int_equal(story->diagnosis.attempts, 7);
	log_says(story, FAILED,
		 "Traceback (most recent call last):\n"
		 "  File \"/shop/orders.py\", line 12, in run\n"
		 "    random.random()\n"
		 "sandbox.RestrictedWorkflowAccessError: Cannot access random.random from inside a "
		 "workflow.\n");
	assert_verdict(story, "sandbox_violation");
	assert_non_null(strstr(story->diagnosis.recovery.items[0], "must not use random.random"));
}

static void failure_of_another_run_says_nothing(void **state)
{
	struct story *story = timed_out(state);

	log_says(story,
		 "WARNING:sdk:Failed activation on workflow Order with ID order-17 and run ID old",
		 traceback);
	assert_verdict(story, "workflow_task_timeout");
}

static void exit_from_workflow_code_is_told(void **state)
{
	struct story *story = timed_out(state);

	log_says(story,
		 "future: <Task finished name='run (workflow: Order, id: order-17, run: run)' "
		 "coro=<run() done> exception=SystemExit(3)>",
		 "Traceback (most recent call last):\n"
		 "  File \"/shop/orders.py\", line 9, in run\n"
		 "    raise SystemExit(3)\n"
		 "SystemExit: 3\n");
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "SystemExit", "3");
}

/* ---- workers that ensure-worker did not start ---- */

static void output_of_another_worker_tells_as_well(void **state)
{
	struct story *story = timed_out(state);

	worker(story, 300, 90)->log_tail = "nothing of this run";
	worker(story, 200, 50)->log_tail = tsk_format(story->call, "%s\n%s", FAILED, traceback);
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "KeyError", "'customer'");
}

/* What was written of the run before it went on is no cause of what happens now. */
static void overcome_failure_in_a_log_is_past(void **state)
{
	struct story *story = story_of(state);
	struct tsk_event *event;

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 2);
	tell_good_task(story);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	event = tell(story, TSK_EVENT_TASK_TIMED_OUT);
	event->timeout_type = "TIMEOUT_TYPE_START_TO_CLOSE";
	task_scheduled(story, 3, 5);
	log_says(story, FAILED, traceback);
	assert_verdict(story, "workflow_task_timeout");
}

/* ---- what the server has not whole ---- */

static void members_of_a_group_are_told(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED,
			 failure(story, "ExceptionGroup",
				 "unhandled errors in a TaskGroup (1 sub-exception)"),
			 3);
	log_says(story, FAILED,
		 "  + Exception Group Traceback (most recent call last):\n"
		 "  |   File \"/shop/orders.py\", line 12, in run\n"
		 "  |     async with asyncio.TaskGroup() as group:\n"
		 "  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)\n"
		 "  +-+---------------- 1 ----------------\n"
		 "    | Traceback (most recent call last):\n"
		 "    |   File \"/shop/orders.py\", line 20, in pack\n"
		 "    |     return boxes[size]\n"
		 "    | KeyError: 'huge'\n"
		 "    +------------------------------------\n");
	assert_verdict(story, "workflow_task_failure");
	assert_string_equal(story->diagnosis.root_cause.type, "ExceptionGroup");
	assert_evidence(story, "KeyError: 'huge' (orders.py:20 in pack)");
}

static void place_of_a_failure_that_was_cut_is_told(void **state)
{
	struct story *story = story_of(state);

	story->workflow.run_id = "run";
	pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 3)->last_failure =
		failure(story, "KeyError", "'cust");
	log_says(story,
		 "WARNING:sdk:Completing activity as failed ({'attempt': 2, 'workflow_run_id': "
		 "'run'})",
		 traceback);
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "KeyError", "'cust");
	assert_string_equal(story->diagnosis.root_cause.location, "orders.py:12 in run");
}

static void task_that_died_in_the_background_is_told(void **state)
{
	static const char *const names[] = { "approve", NULL };
	struct tsk_handlers handlers = { .signals = { .items = names, .count = 1 } };
	struct story *story = story_of(state);

	tell_good_task(story);
	story->symptoms.handlers = &handlers;
	log_says(story,
		 "future: <Task finished name='Task-7 (workflow: Order, id: order-17, run: run)' "
		 "coro=<Order.watch() done> exception=KeyError('customer')>",
		 traceback);
	assert_verdict(story, "waiting_signal");
	assert_evidence(story, "does not await has ended with KeyError: 'customer' (orders.py:12");
}

/* ---- encoded failures ---- */

static struct tsk_failure *encoded(struct story *story, const char *type)
{
	struct tsk_failure *made = failure(story, type, "Encoded failure");

	made->encoded = true;
	return made;
}

static void encoded_text_is_taken_from_the_log(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, encoded(story, "KeyError"), 3);
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "KeyError", "Encoded failure");
	assert_evidence(story, "only a codec server");
	log_says(story, FAILED, traceback);
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "KeyError", "'customer'");
	assert_evidence(story, "from the worker's log");
}

static void encoded_missing_activity_is_told_by_the_log(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	pending(story, "charge", TSK_ACTIVITY_STARTED, 4)->last_failure =
		encoded(story, "NotFoundError");
	assert_verdict(story, "activity_retrying");
	log_says(
		story,
		"WARNING:sdk:Completing activity as failed ({'attempt': 3, 'workflow_run_id': "
		"'run'})",
		"Traceback (most recent call last):\n"
		"  File \"/sdk/_activity.py\", line 9, in start\n"
		"    raise ApplicationError(\n"
		"temporalio.exceptions.ApplicationError: NotFoundError: Activity function charge "
		"for workflow Order is not registered on this worker, available activities: pay\n");
	assert_verdict(story, "missing_activity");
	/* Another class in the log is another failure. */
	log_says(story,
		 "WARNING:sdk:Completing activity as failed ({'attempt': 2, 'workflow_run_id': "
		 "'run'})",
		 traceback);
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "NotFoundError", "Encoded failure");
}

static void encoded_text_of_another_worker_stands_beside(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, encoded(story, "KeyError"), 3);
	worker(story, 300, 90)->log_tail = tsk_format(story->call, "%s\n%s", FAILED, traceback);
	assert_verdict(story, "workflow_task_failure");
	assert_cause(story, "KeyError", "Encoded failure");
	assert_evidence(story,
			"by the worker's log it is KeyError: 'customer' (orders.py:12 in run)");
}

/* ---- signals ---- */

static void dropped_signal_is_told(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell(story, TSK_EVENT_SIGNALED)->signal_name = "approve";
	tell_good_task(story);
	story->symptoms.worker_log_tail =
		"ERROR:sdk:Failed deserializing signal input for approve on workflow Order with ID "
		"order-17 and run ID run, dropping the signal\n";
	assert_verdict(story, "waiting_signal");
	assert_evidence(story, "signal 'approve' came 55.0 s ago, and the worker dropped it");
	assert_string_equal(story->diagnosis.dropped_signal, "approve");
}

/* ---- local activities ---- */

static void local_activity_of_the_first_task_is_told(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED)->identity = identity(story, 100);
	task_scheduled(story, 1, 4);
	story->workflow.pending_task.started = true;
	story->workflow.pending_task.started_at = NOW - 4 * SECOND;
	log_says(story,
		 "WARNING:sdk:Completing activity as failed ({'attempt': 3, 'workflow_run_id': "
		 "'run'})",
		 traceback);
	assert_verdict(story, "activity_retrying");
	assert_int_equal(story->diagnosis.attempts, 3);
	/* One that was overcome has left its marker. */
	tell(story, TSK_EVENT_MARKER_RECORDED);
	assert_verdict(story, "in_progress");
}

static void local_activity_in_a_living_task_is_told_by_the_log(void **state)
{
	struct story *story = story_of(state);

	for (int i = 0; i < 3; i++)
		tell_good_task(story);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	tell(story, TSK_EVENT_TASK_STARTED);
	task_scheduled(story, 1, 2);
	story->workflow.pending_task.started = true;
	assert_verdict(story, "in_progress");
	story->symptoms.worker_log_tail =
		"WARNING:temporalio.activity:Completing activity as failed ({'activity_id': '1', "
		"'activity_type': 'charge', 'attempt': 4, 'workflow_id': 'order-17', "
		"'workflow_run_id': 'run'})\n"
		"Traceback (most recent call last):\n"
		"  File \"/shop/activities.py\", line 18, in charge\n"
		"    d['customer']\n"
		"KeyError: 'customer'\n";
	assert_verdict(story, "activity_retrying");
	assert_cause(story, "KeyError", "'customer'");
	assert_int_equal(story->diagnosis.attempts, 4);
	/* Of another run. */
	story->workflow.run_id = "run-2";
	assert_verdict(story, "in_progress");
}

/* ---- a worker that is gone ---- */

static void tail_that_begins_in_a_chain_is_no_death(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	pollers_known(story);
	worker(story, 100, -1)->tracked = true;
	log_says(story, "\nThe above exception was the direct cause of the following exception:\n",
		 tsk_format(story->call, "%s1\n2\n3\n4\n5\n6\nINFO:worker:stopped\n", traceback));
	assert_verdict(story, "no_workflow_worker");
	assert_cause(story, "", "");
}

static void task_that_died_in_the_background_is_no_death(void **state)
{
	static const char record[] = "ERROR:asyncio:Task exception was never retrieved\n"
				     "future: <Task finished name='Task-7' coro=<watch() done>>";
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	pollers_known(story);
	worker(story, 100, -1)->tracked = true;
	log_says(story, record,
		 tsk_format(story->call, "%s1\n2\n3\n4\n5\n6\nINFO:worker:stopped\n", traceback));
	assert_verdict(story, "no_workflow_worker");
	assert_cause(story, "", "");
	log_says(story, record, traceback);
	assert_verdict(story, "no_workflow_worker");
	assert_cause(story, "KeyError", "'customer'");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(failure_after_a_timeout_is_told),
		core_test(failure_of_another_run_says_nothing),
		core_test(output_of_another_worker_tells_as_well),
		core_test(overcome_failure_in_a_log_is_past),
		core_test(members_of_a_group_are_told),
		core_test(place_of_a_failure_that_was_cut_is_told),
		core_test(task_that_died_in_the_background_is_told),
		core_test(exit_from_workflow_code_is_told),
		core_test(encoded_text_is_taken_from_the_log),
		core_test(encoded_text_of_another_worker_stands_beside),
		core_test(encoded_missing_activity_is_told_by_the_log),
		core_test(dropped_signal_is_told),
		core_test(local_activity_of_the_first_task_is_told),
		core_test(local_activity_in_a_living_task_is_told_by_the_log),
		core_test(tail_that_begins_in_a_chain_is_no_death),
		core_test(task_that_died_in_the_background_is_no_death),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
