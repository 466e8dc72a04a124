/* The rows of the server's words, as far as the API's descriptors do not tell; those are held
 * against them by test_server_words.py. */
#include "core_support.h"
#include "diagnosis/server_words.h"

static void who_can_mend_it_is_told_how(void **state)
{
	const struct server_words *table;
	size_t count = 0;

	(void)state;
	for (size_t number = 0; (table = server_words_table(number)); number++)
		for (size_t i = 0; i < table->count; i++, count++) {
			const struct server_word *row = &table->rows[i];

			assert_ptr_equal(server_word(row->name), row);
			assert_true(*row->means);
			if ((row->mender == MENDER_NOBODY) != (row->advice == NULL))
				fail_msg("%s", row->name);
			if (row->verdict != NO_VERDICT)
				assert_string_not_equal(
					tsk_verdict_name((enum tsk_verdict)row->verdict),
					"unknown");
		}
	assert_true(count > 200);
	assert_null(server_word("RETRY_STATE_OF_NOBODY"));
	assert_string_equal(server_means("RETRY_STATE_OF_NOBODY"), "RETRY_STATE_OF_NOBODY");
}

static void reason_of_the_server_is_known(void **state)
{
	struct core_world *world = *state;

	assert_string_equal(server_ending(&world->call, "Transaction size exceeds limit.")->type,
			    "TransactionSizeExceedsLimit");
	assert_string_equal(server_ending(&world->call, "RequestTooLarge")->type,
			    "WORKFLOW_TASK_FAILED_CAUSE_REQUEST_TOO_LARGE");
	assert_null(server_ending(&world->call, "by parent close policy"));
	assert_null(server_ending(&world->call, "ForceCloseCommand"));
	assert_null(server_ending(&world->call, ""));
}

/* What is beside an event is found until what it lies in is given back. */
static void rewind_forgets_what_it_gives_back_alone(void **state)
{
	struct core_world *world = *state;
	struct tsk_call *call = &world->call;
	const char *before = tsk_copy(call, "before");
	unsigned first = call_beside_add(call, before), second;
	struct tsk_mark mark = tsk_mark(call);

	second = call_beside_add(call, tsk_copy(call, "after"));
	assert_string_equal(call_beside(call, second), "after");
	tsk_rewind(call, mark);
	assert_ptr_equal(call_beside(call, first), before);
	assert_null(call_beside(call, second));
	assert_null(call_beside(call, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(who_can_mend_it_is_told_how),
		core_test(reason_of_the_server_is_known),
		core_test(rewind_forgets_what_it_gives_back_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
