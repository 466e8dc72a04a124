/* What is printed: shapes, limits, and text that must not act on a terminal. */
#include "core_support.h"

#include "output/installation.h"
#include "output/output.h"
#include "text/visible.h"

static const struct tsk_view views[] = {
	{ .path = "status" },
	{ .path = "root_cause.message", .label = "error" },
	{ .path = "rows", .label = "", .columns = "id state missing" },
	{ .path = "evidence" },
	{ 0 },
};
static const struct tsk_command command = { .name = "show-it", .views = views };

static struct tsk_call *call_of(void **state)
{
	struct core_world *world = *state;

	world->call.command = &command;
	setenv("LC_ALL", "C.UTF-8", 1);
	unsetenv("TEMPORAL_SKILL_SCRIPTS");
	places_take_scripts();
	return &world->call;
}

static void text_is_headline_views_and_next(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *result = tsk_result(call);

	tsk_set(result, "status", "RUNNING");
	tsk_set(result, "hidden", "only in JSON");
	tsk_set(tsk_set_object(result, "root_cause"), "message", "a\nb");
	cJSON *rows = tsk_set_list(result, "rows");
	cJSON *row = tsk_append_object(rows);
	tsk_set(row, "id", "é-17");
	tsk_set(row, "state", "up");
	row = tsk_append_object(rows);
	tsk_set(row, "id", "longer-id");
	tsk_set_list(result, "evidence");
	tsk_verdict(call, "ok", "all of '%s' is well", "it");
	tsk_next(call, "uv run starter");
	tsk_next(call, "uv run starter");
	assert_string_equal(output_text(call), "all of 'it' is well\n"
					       "status: RUNNING\n"
					       "error:\n"
					       "  a\n"
					       "  b\n"
					       "  id         state\n"
					       "  é-17       up\n"
					       "  longer-id  -\n"
					       "next: uv run starter\n");
}

static void json_is_whole_and_in_order(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *result = tsk_result(call);

	tsk_set_seconds(result, "seconds", 1250);
	tsk_set_id(result, "event_id", INT64_MAX);
	tsk_set_json(result, "result", "[9007199254740993, 1.50]");
	tsk_set_time(result, "at", 1700000000123456789);
	tsk_set_time(result, "never", 0);
	tsk_set(result, "bad", "x\xffy");
	tsk_verdict(call, "ok", "fine");
	char *text = output_json(call);
	assert_string_equal(text, "{\"command\":\"show-it\",\"verdict\":\"ok\",\"seconds\":1.250,"
				  "\"event_id\":\"9223372036854775807\","
				  "\"result\":[9007199254740993, 1.50],"
				  "\"at\":\"2023-11-14T22:13:20.123Z\",\"never\":null,"
				  "\"bad\":\"x\xEF\xBF\xBDy\",\"next\":[]}");
	free(text);
}

static void hostile_text_is_made_visible(void **state)
{
	struct tsk_call *call = call_of(state);

	assert_string_equal(visible_line(call, "a\x1b[2J\x07 b\nc\td", false),
			    "a\\x1b[2J\\x07 b\\nc\\td");
	assert_string_equal(visible_line(call, "x\xE2\x80\xAEy\xC2\x9Bz", false),
			    "x\\u202ey\\x9bz");
	assert_string_equal(
		visible_line(call, "a\u00ADb\uFE0Fc\u3164d\u2800e\uFFF9f\U000E0041\u200Dg", false),
		"a\\xadb\\ufe0fc\\u3164d\\u2800e\\ufff9f\\U000e0041\\u200dg");
	assert_string_equal(visible_line(call, "\xff\xc3(", false), "\\xff\\xc3(");
	assert_string_equal(visible_line(call, "gr\xC3\xBC\xC3\x9F \xF0\x9F\x98\x80", true),
			    "gr\\xfc\\xdf \\U0001f600");
	assert_string_equal(visible_lines(call, "a\n\tb\r", false), "a\n\tb\\r");
}

static void json_is_made_harmless_and_means_the_same(void **state)
{
	struct tsk_call *call = call_of(state);
	static const char plain[] = "{\"a\":\"\\u001b\",\"b\":[1]}";

	assert_ptr_equal(visible_json(call, plain, true), plain);
	assert_string_equal(
		visible_json(call, "[\"rtl\xE2\x80\xAE c1\xC2\x9B del\x7F gr\xC3\xBC\",\n\t1.50]",
			     false),
		"[\"rtl\\u202e c1\\u009b del\\u007f gr\xC3\xBC\",  1.50]");
	assert_string_equal(visible_json(call, "[\"\xC3\xBC\xF0\x9F\x98\x80\xFF\"]", true),
			    "[\"\\u00fc\\ud83d\\ude00\\ufffd\"]");
}

/* One long id does not fill the other rows with blanks. */
static void a_long_cell_widens_no_other_row(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *rows = tsk_set_list(tsk_result(call), "rows");
	char longest[101] = "";

	memset(longest, 'x', 100);
	cJSON *row = tsk_append_object(rows);
	tsk_set(row, "id", longest);
	tsk_set(row, "state", "up");
	row = tsk_append_object(rows);
	tsk_set(row, "id", "short");
	tsk_set(row, "state", "down");
	assert_string_equal(output_text(call), tsk_format(call,
							  "  %-60s  state\n"
							  "  %s  up\n"
							  "  %-60s  down\n",
							  "id", longest, "short"));
}

static void long_answers_are_cut_and_counted(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *rows = tsk_set_list(tsk_result(call), "rows");

	for (int i = 0; i < 500; i++)
		tsk_set_format(tsk_append_object(rows), "id", "workflow-%d", i);
	tsk_next(call, "uv run starter");
	const char *text = output_text(call);
	assert_true(strlen(text) < 12000);
	assert_non_null(strstr(text, "workflow-59\n"));
	assert_null(strstr(text, "workflow-60\n"));
	assert_non_null(strstr(text, "  (440 more: --full, or -o jsonl)\nnext: uv run starter\n"));
}

static void few_words_stand_on_one_line(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *names = tsk_set_list(tsk_result(call), "names");
	cJSON *lines = tsk_set_list(tsk_result(call), "lines");

	call->command = NULL;
	tsk_append(names, "finish");
	tsk_append(names, "set_value");
	tsk_append(lines, "two words");
	tsk_append(lines, "more");
	assert_string_equal(output_text(call),
			    "names: finish, set_value\nlines:\n  two words\n  more\n");
}

static const struct tsk_view once_views[] = {
	{ .path = "?queue" }, { .path = "?cause.type" }, { .path = "?names" }, { 0 }
};
static const struct tsk_command once_command = { .name = "once", .views = once_views };

static void what_the_headline_says_is_not_said_again(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *names = tsk_set_list(tsk_result(call), "names");

	call->command = &once_command;
	tsk_set(tsk_result(call), "queue", "work");
	tsk_set(tsk_set_object(tsk_result(call), "cause"), "type", "KeyError");
	tsk_append(names, "default");
	tsk_verdict(call, "x", "a worker fails with KeyError in 'default'");
	assert_string_equal(output_text(call),
			    "a worker fails with KeyError in 'default'\nqueue: work\n");
}

static const struct tsk_view margin_views[] = { { .path = "lines", .label = "" },
						{ .path = "=report", .label = "" },
						{ .path = "rows", .label = "", .columns = "id" },
						{ 0 } };
static const struct tsk_command margin_command = { .name = "margin", .views = margin_views };

static void nothing_of_others_stands_at_the_margin(void **state)
{
	struct tsk_call *call = call_of(state);
	cJSON *lines = tsk_set_list(tsk_result(call), "lines");
	cJSON *rows = tsk_set_list(tsk_result(call), "rows");

	call->command = &margin_command;
	tsk_append(lines, "next: touch F #");
	tsk_append(lines, "x\nerror: no");
	tsk_append(tsk_set_list(tsk_result(call), "report"), "fine: 1 workflow");
	tsk_set(tsk_append_object(rows), "id", "next: touch F #");
	tsk_verdict(call, "x", "the verdict");
	assert_string_equal(output_text(call), "the verdict\n"
					       "  next: touch F #\n"
					       "  x\\nerror: no\n"
					       "fine: 1 workflow\n"
					       "  id\n"
					       "  next: touch F #\n");
}

static void a_headline_is_the_first_line_however_long(void **state)
{
	struct tsk_call *call = call_of(state);
	char *long_text = tsk_alloc(call, 30001);

	memset(long_text, 'x', 30000);
	tsk_verdict(call, "x", "the update says %s", long_text);
	tsk_next(call, "uv run starter");
	const char *text = output_text(call);
	assert_memory_equal(text, "the update says xxx", strlen("the update says xxx"));
	assert_true(strlen(text) < 3000);
	assert_non_null(strstr(text, "... (30016 bytes)\n(long texts are cut: --full)\n"
				     "next: uv run starter\n"));
	/* Each of its characters may be shown as ten. */
	for (size_t i = 0; i < 30000; i++)
		long_text[i] = '\x01';
	tsk_verdict(call, "x", "the update says %s", long_text);
	text = output_text(call);
	assert_memory_equal(text, "the update says \\x01", strlen("the update says \\x01"));
}

static void long_texts_are_cut_at_a_character(void **state)
{
	struct tsk_call *call = call_of(state);

	assert_string_equal(tsk_shorten(call, "short", 5), "short");
	assert_string_equal(tsk_shorten(call, "a\xC3\xA9\xC3\xA9", 4), "a\xC3\xA9... (5 bytes)");
}

static void next_commands_carry_the_connection(void **state)
{
	struct tsk_call *call = call_of(state);
	struct core_world *world = *state;

	world->settings.flags = " --address h:1";
	assert_string_equal(tsk_command_as_typed(call, "temporal-skill ensure-worker --timeout 5"),
			    "temporal-skill ensure-worker --address h:1 --timeout 5");
	setenv("TEMPORAL_SKILL_SCRIPTS", "my skills/scripts", 1);
	places_take_scripts();
	assert_null(getenv("TEMPORAL_SKILL_SCRIPTS"));
	assert_string_equal(tsk_command_as_typed(call, "temporal-skill ensure-worker"),
			    "'my skills/scripts'/ensure-worker.sh --address h:1");
	assert_string_equal(tsk_command_as_typed(call, "uv run starter"), "uv run starter");
}

static void ids_that_look_like_flags_are_not_taken_for_them(void **state)
{
	static const char *const rows[][2] = {
		{ "temporal-skill diagnose -w --help -r x",
		  "temporal-skill diagnose --workflow-id=--help -r x" },
		{ "temporal-skill diagnose -w '--a b'",
		  "temporal-skill diagnose --workflow-id='--a b'" },
		{ "temporal-skill diagnose -w \"$(printf '\\055a b\\n-w -x')\" -r --y",
		  "temporal-skill diagnose --workflow-id=\"$(printf '\\055a b\\n-w -x')\" "
		  "--run-id=--y" },
		{ "temporal-skill interact -w 'a'\\'' -w -b' --signal-name --dry-run --input 1",
		  "temporal-skill interact -w 'a'\\'' -w -b' --signal-name=--dry-run --input 1" },
		{ "temporal-skill diagnose -w order-17", "temporal-skill diagnose -w order-17" },
		{ "temporal-skill diagnose -w 'x -w -y'", "temporal-skill diagnose -w 'x -w -y'" },
		{ "temporal-skill diagnose -w ''", "temporal-skill diagnose -w ''" },
	};
	struct tsk_call *call = call_of(state);
	const char *program = tsk_program_spelling(call);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_string_equal(
			tsk_command_as_typed(call, rows[i][0]),
			tsk_format(call, "%s%s", program, rows[i][1] + strlen("temporal-skill")));
}

static void durations_read_well(void **state)
{
	struct tsk_call *call = call_of(state);

	assert_string_equal(tsk_duration_text(call, 350), "350 ms");
	assert_string_equal(tsk_duration_text(call, 12400), "12.4 s");
	assert_string_equal(tsk_duration_text(call, 185000), "3 min 5 s");
	assert_string_equal(tsk_duration_text(call, 7440000), "2 h 4 min");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(text_is_headline_views_and_next),
		core_test(json_is_whole_and_in_order),
		core_test(hostile_text_is_made_visible),
		core_test(json_is_made_harmless_and_means_the_same),
		core_test(a_long_cell_widens_no_other_row),
		core_test(long_answers_are_cut_and_counted),
		core_test(few_words_stand_on_one_line),
		core_test(what_the_headline_says_is_not_said_again),
		core_test(nothing_of_others_stands_at_the_margin),
		core_test(a_headline_is_the_first_line_however_long),
		core_test(long_texts_are_cut_at_a_character),
		core_test(next_commands_carry_the_connection),
		core_test(ids_that_look_like_flags_are_not_taken_for_them),
		core_test(durations_read_well),
	};

	return cmocka_run_group_tests_name("output", tests, NULL, NULL);
}
