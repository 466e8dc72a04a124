/* Whether two workflows are in trouble for the same cause. */
#include "diagnosis_support.h"

static const char *key(struct story *story, const char *id, const char *type, const char *message,
		       const char *location)
{
	struct tsk_workflow workflow = { .workflow_id = id };
	struct tsk_diagnosis diagnosis = {
		.root_cause = { .type = type, .message = message, .location = location },
		.headline = message
	};

	return tsk_cause_key(story->call, &workflow, &diagnosis);
}

static void ids_and_numbers_do_not_matter(void **state)
{
	struct story *story = story_of(state);

	assert_string_equal(key(story, "a-1", "ValueError", "order a-1 has 17 items", ""),
			    key(story, "b", "ValueError", "order b has 3 items", ""));
}

static void another_message_is_another_cause(void **state)
{
	struct story *story = story_of(state);

	assert_string_not_equal(
		key(story, "a", "NotFoundError", "Activity charge is not there", ""),
		key(story, "b", "NotFoundError", "Activity pay is not there", ""));
	assert_string_not_equal(key(story, "a", "ValueError", "bank is down", "a.py:3 in pay"),
				key(story, "b", "ValueError", "no card", "a.py:3 in pay"));
}

static void quoted_values_matter_only_where_the_place_is_not_known(void **state)
{
	struct story *story = story_of(state);

	assert_string_equal(key(story, "a", "KeyError", "'ada'", "a.py:3 in pay"),
			    key(story, "b", "KeyError", "'bob'", "a.py:3 in pay"));
	assert_string_not_equal(key(story, "a", "KeyError", "'ada'", "a.py:3 in pay"),
				key(story, "b", "KeyError", "'ada'", "a.py:9 in pay"));
	assert_string_not_equal(key(story, "a", "KeyError", "'ada'", ""),
				key(story, "b", "KeyError", "'bob'", ""));
	/* No cause but a missing worker: its queue is in the headline. */
	assert_string_not_equal(key(story, "a", "", "'a' cannot move: nobody polls 'x'", ""),
				key(story, "b", "", "'b' cannot move: nobody polls 'y'", ""));
	assert_string_equal(key(story, "a-7", "", "'a-7' cannot move: nobody polls 'x'", ""),
			    key(story, "b", "", "'b' cannot move: nobody polls 'x'", ""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(ids_and_numbers_do_not_matter),
		core_test(another_message_is_another_cause),
		core_test(quoted_values_matter_only_where_the_place_is_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
