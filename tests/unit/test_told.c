/* What a diagnosis tells, in its parts. */
#include "diagnosis_support.h"

static struct story *failing_task(void **state)
{
	struct story *story = story_of(state);

	tell_failed_task(story, UNHANDLED, failure(story, "KeyError", "'customer'"), 3);
	assert_verdict(story, "workflow_task_failure");
	return story;
}

static void parts_make_the_lines(void **state)
{
	struct story *story = failing_task(state);
	const struct tsk_told *told = tsk_diagnosis_told(story->call, &story->diagnosis);

	assert_string_equal(tsk_format(story->call, "'order-17' %s", told->headline),
			    story->diagnosis.headline);
	assert_string_equal(told->advice[0].text, "correct the workflow code");
	assert_string_equal(told->advice[0].about, "KeyError: 'customer'");
	assert_string_equal(told->advice[0].command, "");
	assert_int_equal(told->advice_count, story->diagnosis.recovery.count);
	for (size_t i = 0; i < told->advice_count; i++)
		assert_string_equal(tsk_advice_text(story->call, &told->advice[i]),
				    story->diagnosis.recovery.items[i]);
}

static void command_stands_apart_and_is_told_as_it_must_be_typed(void **state)
{
	struct core_world *world = *state;
	struct story *story = story_of(state);
	const struct tsk_told *told;

	tell_failed_task(story, "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR",
			 failure(story, "_NondeterminismError", "[TMPRL1100] no"), 3);
	assert_verdict(story, "nondeterminism");
	told = tsk_diagnosis_told(story->call, &story->diagnosis);
	assert_string_equal(told->advice[3].command,
			    "temporal-skill reset-workflow -w order-17 --first");
	assert_recovery(story, "differs: temporal-skill reset-workflow -w order-17 --first");
	/* The connection of this call goes along. */
	world->settings.flags = " --address localhost:7";
	assert_non_null(strstr(tsk_advice_text(story->call, &told->advice[3]),
			       "reset-workflow --address localhost:7 -w order-17 --first"));
}

static void copy_has_its_parts_and_an_altered_one_its_lines(void **state)
{
	struct story *story = failing_task(state);
	struct tsk_diagnosis copy = story->diagnosis, other = story->diagnosis;
	const char *own[] = { "ask Bob: he knows", NULL };
	const struct tsk_told *told;

	assert_ptr_equal(tsk_diagnosis_told(story->call, &copy),
			 tsk_diagnosis_told(story->call, &story->diagnosis));
	other.recovery = (struct tsk_strings){ own, 1 };
	told = tsk_diagnosis_told(story->call, &other);
	assert_null(told->headline);
	assert_int_equal(told->advice_count, 1);
	assert_string_equal(tsk_advice_text(story->call, &told->advice[0]), own[0]);
	/* Each has its own. */
	judge(story);
	assert_ptr_not_equal(tsk_diagnosis_told(story->call, &copy),
			     tsk_diagnosis_told(story->call, &story->diagnosis));
}

static void parts_are_gone_after_a_rewind_and_the_lines_stay(void **state)
{
	struct story *story = failing_task(state);
	struct tsk_mark mark = tsk_mark(story->call);
	const struct tsk_told *told;

	judge(story_of(state));
	tsk_rewind(story->call, mark);
	told = tsk_diagnosis_told(story->call, &story->diagnosis);
	assert_null(told->headline);
	assert_int_equal(told->advice_count, story->diagnosis.recovery.count);
	assert_string_equal(told->advice[0].text, story->diagnosis.recovery.items[0]);
}

/* Plugins that were compiled before know this layout. */
static void layout_of_a_diagnosis_stands(void **state)
{
	(void)state;
	assert_int_equal(offsetof(struct tsk_diagnosis, attempts), 8);
	assert_int_equal(offsetof(struct tsk_diagnosis, next_attempt_at), 16);
	assert_int_equal(offsetof(struct tsk_diagnosis, root_cause), 24);
	assert_int_equal(sizeof(struct tsk_diagnosis), 152);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(parts_make_the_lines),
		core_test(command_stands_apart_and_is_told_as_it_must_be_typed),
		core_test(copy_has_its_parts_and_an_altered_one_its_lines),
		core_test(parts_are_gone_after_a_rewind_and_the_lines_stay),
		core_test(layout_of_a_diagnosis_stands),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
