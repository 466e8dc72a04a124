/* The classifier on workers: tasks that nobody picks up, and workflows that recover after a fix. */
#include "diagnosis_support.h"

/* ---- nobody picks it up ---- */

static void task_without_poller_has_no_worker(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	tell(story, TSK_EVENT_TASK_SCHEDULED);
	task_scheduled(story, 1, 30);
	pollers_known(story);
	assert_verdict(story, "no_workflow_worker");
	assert_true(story->diagnosis.stalled);
	assert_int_equal(story->diagnosis.attempts, 0);
	assert_non_null(strstr(story->diagnosis.headline, "'orders'"));
	assert_next(story, "temporal-skill ensure-worker --task-queue orders");
}

static void remembered_pollers_of_the_dead_do_not_count(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	worker(story, 100, -1);
	polls(story, 100, 4);
	assert_verdict(story, "no_workflow_worker");
	assert_evidence(story, "is gone");
}

static void poller_silent_for_too_long_does_not_count(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	polls(story, 100, 80);
	assert_verdict(story, "no_workflow_worker");
}

static void poller_of_a_reused_pid_does_not_count(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	worker(story, 100, 10)->of_this_project = false;
	polls(story, 100, 30);
	assert_verdict(story, "no_workflow_worker");
}

static void worker_that_stopped_polling_is_not_called_gone(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	worker(story, 100, 500);
	polls(story, 100, 80);
	assert_verdict(story, "no_workflow_worker");
	assert_evidence(story, "runs, and has stopped polling");
	assert_recovery(story, "and its process goes on");
}

static void stopped_worker_does_not_count(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	worker(story, 100, 500)->stopped = true;
	polls(story, 100, 40);
	assert_verdict(story, "no_workflow_worker");
	assert_evidence(story, "SIGSTOP");
}

static void quiet_poller_within_a_minute_counts(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 1);
	worker(story, 100, 500);
	polls(story, 100, 60);
	assert_verdict(story, "in_progress");
}

static void unasked_pollers_are_not_missing(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	assert_verdict(story, "in_progress");
}

static void both_queue_names_are_told(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	worker(story, 100, 500)->task_queues = "ordres";
	pollers_known(story);
	assert_verdict(story, "no_workflow_worker");
	assert_recovery(story, "the task is on 'orders', the worker polls 'ordres'");
}

static void other_queue_of_the_project_is_told(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	pollers_known(story);
	story->symptoms.other_queue = "ordres";
	story->symptoms.other_poller = "100@desk";
	assert_verdict(story, "no_workflow_worker");
	assert_evidence(story, "worker 100@desk polls 'ordres'");
	assert_recovery(story, "the task is on 'orders', the worker polls 'ordres'");
}

static void pinned_workflow_needs_its_version(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	task_scheduled(story, 1, 30);
	worker(story, 100, 20);
	polls(story, 100, 1);
	story->workflow_pollers[0].version = "shop:2";
	story->workflow_pollers[0].current_version = "shop:2";
	assert_verdict(story, "in_progress");
	assert_evidence(story, "does not take it");
	story->workflow.pinned_version = "shop:1";
	assert_verdict(story, "no_workflow_worker");
	assert_true(story->diagnosis.stalled);
	assert_evidence(story, "pinned to worker version 'shop:1'; 'orders' is polled by");
	assert_next(story, "--versioning-override-behavior auto_upgrade");
	story->workflow_pollers[0].version = "shop:1";
	assert_verdict(story, "in_progress");
}

static void new_workflow_needs_the_current_version(void **state)
{
	struct story *story = story_of(state);
	struct tsk_poller *poller = &story->workflow_pollers[0];

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 30);
	worker(story, 100, 20);
	polls(story, 100, 1);
	poller->version = "shop:2";
	assert_verdict(story, "no_workflow_worker");
	assert_true(story->diagnosis.stalled);
	assert_evidence(story,
			"no worker version is set as the current one; 'orders' is polled by");
	assert_next(story, "temporal worker deployment set-current-version --deployment-name shop "
			   "--build-id 2 --yes");
	poller->current_version = "shop:1";
	assert_verdict(story, "no_workflow_worker");
	assert_evidence(story, "worker version 'shop:1' is the current one");
	assert_recovery(story, "start a worker of version 'shop:1'");
	poller->ramping_version = "shop:2";
	assert_verdict(story, "in_progress");
	poller->version = "";
	assert_verdict(story, "no_workflow_worker");
	assert_evidence(story, "which is not versioned");
}

/* It polls, but the next attempt goes to another version. */
static void worker_of_another_version_is_no_repair(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	worker(story, 200, 2);
	polls(story, 200, 1);
	story->workflow_pollers[0].version = "shop:2";
	story->workflow_pollers[0].current_version = "shop:1";
	assert_verdict(story, "workflow_task_failure");
	assert_false(story->diagnosis.recovering);
	assert_recovery(story, "start a worker of version 'shop:1'");
	story->workflow_pollers[0].current_version = "shop:2";
	assert_verdict(story, "workflow_task_failure");
	assert_true(story->diagnosis.recovering);
}

static void worker_just_started_may_yet_come(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	worker(story, 100, 2)->task_queues = "invoices, orders";
	pollers_known(story);
	assert_verdict(story, "no_workflow_worker");
	assert_true(story->diagnosis.recovering);
	assert_false(story->diagnosis.stalled);
	/* It is up for long enough, and polls something else. */
	story->workers[0].started_at = NOW - 20 * SECOND;
	judge(story);
	assert_true(story->diagnosis.stalled);
}

/* Nothing says that it polls that queue and no other. */
static void worker_of_an_unknown_queue_is_no_repair(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	worker(story, 100, 2);
	pollers_known(story);
	assert_verdict(story, "no_workflow_worker");
	assert_true(story->diagnosis.stalled);
	assert_evidence(story, "whether it polls 'orders' is not known yet");

	story = story_of(state);
	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	worker(story, 200, 2);
	pollers_known(story);
	assert_verdict(story, "workflow_task_failure");
	assert_true(story->diagnosis.stalled);
	assert_evidence(story, "no worker polls 'orders'");
	polls(story, 200, 1);
	judge(story);
	assert_true(story->diagnosis.recovering);
}

static const char validation_log[] =
	"Traceback (most recent call last):\n"
	"  File \"/shop/helper.py\", line 2, in <module>\n"
	"    V = random.randint(1, 6)\n"
	"temporalio.worker.workflow_sandbox._restrictions.RestrictedWorkflowAccessError: Cannot "
	"access "
	"random.randint.__call__ from inside a workflow. If this is code from a module\n"
	"\n"
	"The above exception was the direct cause of the following exception:\n"
	"\n"
	"Traceback (most recent call last):\n"
	"  File \"/shop/worker.py\", line 12, in <module>\n"
	"    asyncio.run(main())\n"
	"RuntimeError: Failed validating workflow Order\n";

static void worker_that_died_validating_is_a_sandbox_violation(void **state)
{
	struct story *story = story_of(state);

	tell(story, TSK_EVENT_STARTED);
	task_scheduled(story, 1, 3);
	worker(story, 100, -1);
	pollers_known(story);
	story->symptoms.worker_log_tail = validation_log;
	/* kill-worker takes the record along: whatever its log says, it did not die. */
	assert_verdict(story, "no_workflow_worker");
	assert_cause(story, "", "");
	story->workers[0].tracked = true;
	assert_verdict(story, "sandbox_violation");
	assert_string_equal(story->diagnosis.root_cause.type, "RestrictedWorkflowAccessError");
	assert_true(story->diagnosis.stalled);
	/* The log of a worker for another queue says nothing about this one. */
	story->workers[0].task_queues = "mails";
	assert_verdict(story, "no_workflow_worker");
}

/* ---- after a fix ---- */

static void worker_started_since_recovers(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	worker(story, 200, 2);
	polls(story, 200, 1);
	assert_verdict(story, "workflow_task_failure");
	assert_true(story->diagnosis.recovering);
	assert_false(story->diagnosis.stalled);
	/* Ten seconds from the attempt that the old worker had. */
	assert_true(story->diagnosis.next_attempt_at == NOW + 5 * SECOND);
	assert_non_null(strstr(story->diagnosis.headline, "recovering"));
}

static void worker_from_before_does_not_recover(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	worker(story, 100, 500);
	polls(story, 100, 1);
	judge(story);
	assert_false(story->diagnosis.recovering);
}

static void old_worker_beside_the_new_one_spoils_it(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	worker(story, 100, 500);
	worker(story, 200, 2);
	polls(story, 100, 1);
	polls(story, 200, 1);
	judge(story);
	assert_false(story->diagnosis.recovering);
	assert_true(story->diagnosis.stalled);
	assert_evidence(story, "2 workers poll 'orders'");
}

static void attempt_of_the_new_worker_that_is_running_recovers(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	story->workflow.pending_task.started_at = story->workflow.pending_task.scheduled_at =
		NOW - SECOND;
	worker(story, 200, 3);
	polls(story, 200, 1);
	judge(story);
	assert_true(story->diagnosis.recovering);
	/* It has had its time, and nothing came of it. */
	story->workflow.pending_task.started_at = story->workflow.pending_task.scheduled_at =
		NOW - 3 * SECOND;
	story->workers[0].started_at = NOW - 5 * SECOND;
	judge(story);
	assert_false(story->diagnosis.recovering);
}

static void new_worker_that_failed_itself_does_not_recover(void **state)
{
	struct story *story = story_of(state);

	/* The second attempt was begun at once, half a second ago, by the worker that failed. */
	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 2);
	story->told[story->count - 1].at = NOW - SECOND;
	story->workflow.pending_task.scheduled_at = story->workflow.pending_task.started_at =
		NOW - SECOND;
	worker(story, 100, 4);
	polls(story, 100, 1);
	judge(story);
	assert_false(story->diagnosis.recovering);
	assert_true(story->diagnosis.stalled);
}

static void worker_of_another_project_is_to_be_stopped(void **state)
{
	struct story *story = story_of(state);
	struct tsk_symptom_worker *other = worker(story, 100, 500);

	other->of_this_project = false;
	other->project_dir = "/other shop";
	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	polls(story, 100, 1);
	judge(story);
	/* Perhaps it is the right one, and only the folder is wrong. */
	for (size_t i = 0; i < story->diagnosis.recovery.count; i++)
		assert_null(strstr(story->diagnosis.recovery.items[i], "stop it"));
	/* This project's worker is on a queue of its own: the workflow is the other project's. */
	worker(story, 200, 500);
	judge(story);
	for (size_t i = 0; i < story->diagnosis.recovery.count; i++)
		assert_null(strstr(story->diagnosis.recovery.items[i], "stop it"));
	polls(story, 200, 1);
	judge(story);
	assert_recovery(story, "kill-worker --project-dir '/other shop'");
}

static void long_wait_offers_a_reset(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 9);
	story->told[story->count - 1].at = NOW - 300 * SECOND;
	worker(story, 200, 2);
	polls(story, 200, 1);
	judge(story);
	assert_true(story->diagnosis.recovering);
	/* 10 s and 5 s, doubled from attempt 4 to 9. */
	assert_true(story->diagnosis.next_attempt_at == NOW - 5 * SECOND + 170 * SECOND);
	assert_next(story, "temporal-skill reset-workflow -w order-17");
	/* Our own server does not wait so long. */
	story->symptoms.server_is_ours = true;
	judge(story);
	assert_true(story->diagnosis.next_attempt_at == NOW + 6 * SECOND);
	assert_false(lines_say(&story->diagnosis.next, "reset-workflow"));
}

static void fast_server_is_known_by_its_attempts(void **state)
{
	struct story *story = story_of(state);

	/* Fifty seconds cannot hold twelve attempts at the server's own gaps. */
	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 12);
	judge(story);
	assert_true(story->diagnosis.next_attempt_at == NOW + 6 * SECOND);
}

static void stale_code_is_told_first(void **state)
{
	static const char *const files[] = { "workflows.py", NULL };
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	worker(story, 100, 500)->stale_files = (struct tsk_strings){ .items = files, .count = 1 };
	polls(story, 100, 1);
	judge(story);
	assert_evidence(story, "runs old code: workflows.py");
	assert_non_null(strstr(story->diagnosis.recovery.items[0], "workflows.py"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(task_without_poller_has_no_worker),
		core_test(remembered_pollers_of_the_dead_do_not_count),
		core_test(poller_silent_for_too_long_does_not_count),
		core_test(poller_of_a_reused_pid_does_not_count),
		core_test(stopped_worker_does_not_count),
		core_test(worker_that_stopped_polling_is_not_called_gone),
		core_test(quiet_poller_within_a_minute_counts),
		core_test(unasked_pollers_are_not_missing),
		core_test(both_queue_names_are_told),
		core_test(other_queue_of_the_project_is_told),
		core_test(pinned_workflow_needs_its_version),
		core_test(new_workflow_needs_the_current_version),
		core_test(worker_of_another_version_is_no_repair),
		core_test(worker_just_started_may_yet_come),
		core_test(worker_of_an_unknown_queue_is_no_repair),
		core_test(worker_that_died_validating_is_a_sandbox_violation),
		core_test(worker_started_since_recovers),
		core_test(worker_from_before_does_not_recover),
		core_test(old_worker_beside_the_new_one_spoils_it),
		core_test(attempt_of_the_new_worker_that_is_running_recovers),
		core_test(new_worker_that_failed_itself_does_not_recover),
		core_test(worker_of_another_project_is_to_be_stopped),
		core_test(long_wait_offers_a_reset),
		core_test(fast_server_is_known_by_its_attempts),
		core_test(stale_code_is_told_first),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
