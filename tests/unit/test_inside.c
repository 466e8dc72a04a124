/* One command that runs another: with its preparation, and its answer handed over. */
#include "core_support.h"

#include "command_line/invoke.h"

#define HOUR_MS 3600000

struct inner_options {
	const char *word;
};

static const struct tsk_option inner_options[] = {
	{ .name = "word",
	  .type = TSK_STRING,
	  .at = offsetof(struct inner_options, word),
	  .argument = "W",
	  .help = "h",
	  .required = true },
	{ 0 },
};

static enum tsk_status run_inner(struct tsk_call *call, const void *given)
{
	const struct inner_options *o = given;

	tsk_set(tsk_result(call), "word", o->word);
	tsk_set_number(tsk_result(call), "left", tsk_deadline(call, HOUR_MS) - tsk_now_ms());
	tsk_set_json(tsk_result(call), "exact", "12345678901234567890");
	if (!strcmp(o->word, "fail"))
		return tsk_fail(call, TSK_DENIED, "it cannot be");
	tsk_verdict(call, "done", "it is done");
	return TSK_OK;
}

static const struct tsk_command inner = {
	.name = "inner",
	.options = inner_options,
	.options_size = sizeof(struct inner_options),
	.run = run_inner,
};

static int setup(void **state)
{
	static struct registry_command commands[] = { { .command = &inner, .path = "" } };

	core_setup(state);
	struct core_world *world = *state;
	world->registry.commands = commands;
	world->registry.command_count = 1;
	world->registry.others_loaded = true;
	world->settings.loaded = true;
	return 0;
}

static enum tsk_status ask(void **state, const char *const *words, cJSON **result,
			   const char **error)
{
	return tsk_ask_command(&((struct core_world *)*state)->call, "inner", words, result, error);
}

static double left_of(const cJSON *result)
{
	return cJSON_GetNumberValue(cJSON_GetObjectItem(result, "left"));
}

static void the_answer_is_handed_over(void **state)
{
	static const char *const words[] = { "--word", "x", NULL };
	const char *error;
	cJSON *result;

	assert_int_equal(ask(state, words, &result, &error), TSK_OK);
	assert_null(error);
	char *printed = cJSON_PrintUnformatted(result);
	assert_non_null(
		strstr(printed, "{\"command\":\"inner\",\"verdict\":\"done\",\"word\":\"x\""));
	assert_non_null(strstr(printed, "\"exact\":12345678901234567890"));
	assert_non_null(strstr(printed, "\"headline\":\"it is done\",\"next\":[]}"));
	cJSON_free(printed);
	tsk_drop_result(&((struct core_world *)*state)->call, result);
}

static void a_failure_has_a_message_and_no_result(void **state)
{
	static const char *const words[] = { "--word", "fail", NULL };
	static const char *const none[] = { NULL };
	static const char *const help[] = { "--help", NULL };
	const char *error;
	cJSON *result;

	assert_int_equal(ask(state, words, &result, &error), TSK_DENIED);
	assert_null(result);
	assert_string_equal(error, "it cannot be");
	assert_int_equal(ask(state, none, &result, &error), TSK_USAGE);
	assert_string_equal(error, "missing flag '--word'");
	/* Its options would lack what is required. */
	assert_int_equal(ask(state, help, &result, &error), TSK_USAGE);
	assert_null(result);
}

static void the_words_own_limit_holds(void **state)
{
	static const char *const words[] = { "--word", "x", "--command-timeout", "2", NULL };
	static const char *const unlimited[] = { "--word", "x", NULL };
	struct core_world *world = *state;
	const char *error;
	cJSON *result;

	assert_int_equal(ask(state, words, &result, &error), TSK_OK);
	assert_true(left_of(result) <= 2000);
	assert_int_equal(ask(state, unlimited, &result, &error), TSK_OK);
	assert_true(left_of(result) > 2000);
	/* And never beyond the outer one. */
	world->call.deadline = tsk_now_ms() + 1000;
	assert_int_equal(ask(state, words, &result, &error), TSK_OK);
	assert_true(left_of(result) <= 1000);
}

/* What cleans up after the outer limit has passed is not held by it again. */
static void an_outer_limit_that_is_lifted_stays_so(void **state)
{
	static const char *const words[] = { "--word", "x", NULL };
	struct core_world *world = *state;
	const char *error;
	cJSON *result;

	assert_int_equal(settings_set(&world->settings, &world->call, TSK_SETTING_COMMAND_TIMEOUT,
				      "1", "flag", RANK_FLAG),
			 TSK_OK);
	assert_int_equal(ask(state, words, &result, &error), TSK_OK);
	assert_true(left_of(result) > 1000);
}

/* Plugins of 0.1.0 ask for the text. */
static void the_text_is_to_be_had(void **state)
{
	static const char *const words[] = { "--word", "x", NULL };
	struct core_world *world = *state;
	const char *result, *error;

	assert_int_equal(tsk_run_command(&world->call, "inner", words, &result, &error), TSK_OK);
	assert_non_null(strstr(result, "\"headline\":\"it is done\""));
	assert_int_equal(tsk_run_command(&world->call, "other", words, &result, &error),
			 TSK_NOT_FOUND);
	assert_null(result);
	assert_string_equal(error, "no command 'other'");
}

#define inside_test(function) cmocka_unit_test_setup_teardown(function, setup, core_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		inside_test(the_answer_is_handed_over),
		inside_test(a_failure_has_a_message_and_no_result),
		inside_test(the_words_own_limit_holds),
		inside_test(an_outer_limit_that_is_lifted_stays_so),
		inside_test(the_text_is_to_be_had),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
