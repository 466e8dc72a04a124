/* Verdicts where a question was put and not answered: what hangs on it is not given, what describe
 * shows stands. */
#include "diagnosis_support.h"

static void deny(struct story *story, const struct tsk_symptoms_more *more)
{
	tsk_symptoms_set_more(story->call, &story->symptoms, more);
}

static void untaken_task_with_unread_pollers_is_unclear(void **state)
{
	struct story *story = story_of(state);

	story->workflow.pending_task =
		(struct tsk_pending_workflow_task){ .present = true, .attempt = 1 };
	deny(story, &(struct tsk_symptoms_more){ .no_workflow_pollers = "denied" });
	assert_verdict(story, "unclear");
	assert_false(story->diagnosis.stalled);
	assert_evidence(story, "who polls task queue 'orders' could not be read (denied)");
	assert_recovery(story, "DescribeTaskQueue");
	/* It is worked on, whoever polls. */
	story->workflow.pending_task.started = true;
	assert_verdict(story, "in_progress");
}

static void waiting_with_unread_history_is_unclear(void **state)
{
	struct story *story = story_of(state);

	deny(story, &(struct tsk_symptoms_more){ .no_history = "no answer in time" });
	assert_verdict(story, "unclear");
	assert_recovery(story, "ask again");
}

static void what_describe_shows_stands_without_the_history(void **state)
{
	struct story *story = story_of(state);

	story->workflow.pending_task =
		(struct tsk_pending_workflow_task){ .present = true, .attempt = 4 };
	deny(story, &(struct tsk_symptoms_more){ .no_history = "denied" });
	assert_verdict(story, "workflow_task_failure");
	assert_evidence(story, "its history could not be read (denied)");
	/* A second attempt happens to healthy ones, too. */
	story->workflow.pending_task.attempt = 2;
	assert_verdict(story, "unclear");
}

static void end_with_unread_history_has_no_cause(void **state)
{
	struct story *story = story_of(state);

	story->workflow.status = TSK_WORKFLOW_COMPLETED;
	deny(story, &(struct tsk_symptoms_more){ .no_history = "denied" });
	assert_verdict(story, "unclear");
	story->workflow.status = TSK_WORKFLOW_FAILED;
	assert_verdict(story, "workflow_failed");
	assert_string_equal(story->diagnosis.root_cause.type, "");
	assert_recovery(story, "anew");
	story->workflow.status = TSK_WORKFLOW_TIMED_OUT;
	assert_verdict(story, "workflow_timed_out");
	assert_string_equal(story->diagnosis.root_cause.type, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(untaken_task_with_unread_pollers_is_unclear),
		core_test(waiting_with_unread_history_is_unclear),
		core_test(what_describe_shows_stands_without_the_history),
		core_test(end_with_unread_history_has_no_cause),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
