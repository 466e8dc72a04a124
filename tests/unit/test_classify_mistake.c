/* Mistakes that their words give away: what the advice says of each. */
#include "diagnosis_support.h"

struct mistake_case {
	const char *type, *message, *recovery;
};

static const struct mistake_case mistake_cases[] = {
	{ "KeyError", "'Unknown payload encoding binary/zip'", "codec" },
	{ "TypeError", "Object of type coroutine is not JSON serializable", "await" },
	{ "TypeError", "Object of type set is not JSON serializable", "use a dataclass" },
	{ "RuntimeError", "Not in activity context", "workflow.execute_activity()" },
	{ "RuntimeError", "asyncio.run() cannot be called from a running event loop",
	  "in place of asyncio.run()" },
	{ "_NotInWorkflowEventLoopError", "Not in workflow event loop", "as an argument" },
	{ "ExceptionGroup", "unhandled errors in a TaskGroup (1 sub-exception)",
	  "show-worker-log --errors" },
};
#define MISTAKES (sizeof(mistake_cases) / sizeof(*mistake_cases))

/* What the SDK wraps around all that happens while it reads arguments. */
static struct tsk_failure *unread(struct story *story, struct tsk_failure *cause)
{
	struct tsk_failure *outer = failure(story, "RuntimeError", "Failed decoding arguments");

	outer->cause = cause;
	return outer;
}

static void workflow_task_tells_its_mistake(void **state)
{
	for (size_t i = 0; i < MISTAKES; i++) {
		struct story *story = story_of(state);

		tell_failed_task(story, UNHANDLED,
				 unread(story, failure(story, mistake_cases[i].type,
						       mistake_cases[i].message)),
				 2);
		assert_verdict(story, "workflow_task_failure");
		assert_recovery(story, mistake_cases[i].recovery);
	}
}

static void activity_tells_its_mistake(void **state)
{
	for (size_t i = 0; i < MISTAKES; i++) {
		struct story *story = story_of(state);

		pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 3)->last_failure =
			failure(story, mistake_cases[i].type, mistake_cases[i].message);
		assert_verdict(story, "activity_retrying");
		assert_recovery(story, mistake_cases[i].recovery);
	}
}

static const char *recovery_of_activity(struct story *story, const struct tsk_failure *why)
{
	pending(story, "charge", TSK_ACTIVITY_SCHEDULED, 3)->last_failure = why;
	assert_verdict(story, "activity_retrying");
	return story->diagnosis.recovery.items[0];
}

static void activity_that_cannot_be_called_is_no_bug_of_its_code(void **state)
{
	static const char text[] = "the arguments that the workflow passes do not fit";
	static const char frame[] =
		"  File \"/shop/activities.py\", line 9, in charge\n    pay()\n";
	struct story *story = story_of(state);
	struct tsk_failure *why = failure(story, "TypeError", "Cannot convert to dataclass");

	assert_non_null(strstr(recovery_of_activity(story, unread(story, why)), text));
	story = story_of(state);
	why = failure(story, "TypeError", "charge() missing 1 required positional argument: 'eur'");
	assert_non_null(strstr(recovery_of_activity(story, why), text));
	/* The same, raised by a call within it. */
	story = story_of(state);
	why = failure(story, "TypeError", "pay() missing 1 required positional argument: 'eur'");
	why->stack_trace = frame;
	assert_non_null(strstr(recovery_of_activity(story, why), "activities.py:9 in charge"));
}

static void lost_patch_is_named(void **state)
{
	struct story *story = story_of(state);

	tell_good_task(story);
	tell_failed_task(story, "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
			 failure(story, "",
				 "[TMPRL1100] Nondeterminism error: Non-deprecated patch marker "
				 "encountered for change new-fee, but there is no corresponding "
				 "change command!"),
			 2);
	assert_verdict(story, "nondeterminism");
	assert_recovery(story, "workflow.patched(\"new-fee\")");
	assert_recovery(story, "workflow.deprecate_patch(\"new-fee\")");
}

static void unknown_search_attribute_is_named(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, "WORKFLOW_TASK_FAILED_CAUSE_BAD_SEARCH_ATTRIBUTES",
			 failure(story, "",
				 "BadSearchAttributes: Namespace default has no mapping defined "
				 "for search attribute Colour"),
			 2);
	assert_verdict(story, "workflow_task_failure");
	assert_recovery(story, "register the search attribute");
	assert_recovery(story, "Colour");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(workflow_task_tells_its_mistake),
		core_test(activity_tells_its_mistake),
		core_test(activity_that_cannot_be_called_is_no_bug_of_its_code),
		core_test(lost_patch_is_named),
		core_test(unknown_search_attribute_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
