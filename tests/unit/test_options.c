/* Command lines: every type, every mistake. */
#include "core_support.h"

#include "command_line/options.h"

struct filled {
	bool force;
	const char *id, *name, *mode, *input;
	int64_t count, wait;
	struct tsk_strings tags, rest;
};

#define AT(field) .at = offsetof(struct filled, field)
static const char *const modes[] = { "fast", "slow", NULL };
static const struct tsk_option options[] = {
	{ .name = "force", .letter = 'f', .type = TSK_FLAG, AT(force), .help = "h" },
	{ .name = "workflow-id",
	  .letter = 'w',
	  .type = TSK_STRING,
	  AT(id),
	  .argument = "ID",
	  .help = "h" },
	{ .name = "count",
	  .type = TSK_INTEGER,
	  AT(count),
	  .argument = "N",
	  .help = "h",
	  .minimum = 1,
	  .maximum = 10,
	  .fallback = "3" },
	{ .name = "wait",
	  .type = TSK_DURATION,
	  AT(wait),
	  .argument = "S",
	  .help = "h",
	  .fallback = "1.5" },
	{ .name = "mode",
	  .type = TSK_CHOICE,
	  AT(mode),
	  .argument = "M",
	  .help = "h",
	  .choices = modes },
	{ .name = "input",
	  .letter = 'i',
	  .type = TSK_JSON,
	  AT(input),
	  .argument = "JSON",
	  .help = "h" },
	{ .name = "tag", .type = TSK_LIST, AT(tags), .argument = "T", .help = "h" },
	{ .name = "name",
	  .type = TSK_STRING,
	  AT(name),
	  .argument = "NAME",
	  .help = "h",
	  .positional = true },
	{ .name = "rest",
	  .type = TSK_REST,
	  AT(rest),
	  .argument = "ARG",
	  .help = "h",
	  .positional = true },
	{ 0 },
};
static const struct tsk_command command = { .name = "do-it",
					    .options = options,
					    .options_size = sizeof(struct filled) };

static enum tsk_status parse(struct core_world *world, struct filled *filled,
			     const char *const *words)
{
	struct command_line line = { .command = "do-it" };
	size_t count = 0;

	while (words[count])
		count++;
	memset(filled, 0, sizeof(*filled));
	tsk_forget_error(&world->call);
	return options_parse(&world->call, &world->settings, &command, words, count, filled, &line);
}

#define WORDS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void every_type_is_filled(void **state)
{
	struct core_world *world = *state;
	struct filled filled;

	assert_int_equal(parse(world, &filled,
			       WORDS("--force", "-w", "order 17", "--count=7", "--wait", "250ms",
				     "--mode", "slow", "-i{\"a\": 1}", "--tag", "x", "--tag=y",
				     "me", "uv", "run", "--flag")),
			 TSK_OK);
	assert_true(filled.force);
	assert_string_equal(filled.id, "order 17");
	assert_int_equal(filled.count, 7);
	assert_int_equal(filled.wait, 250);
	assert_string_equal(filled.mode, "slow");
	assert_string_equal(filled.input, "{\"a\": 1}");
	assert_int_equal(filled.tags.count, 2);
	assert_string_equal(filled.tags.items[1], "y");
	assert_string_equal(filled.name, "me");
	assert_int_equal(filled.rest.count, 3);
	assert_string_equal(filled.rest.items[2], "--flag");
}

static void words_of_a_list_have_flags_between_them(void **state)
{
	static const struct tsk_option of_a_list[] = {
		{ .name = "force", .type = TSK_FLAG, AT(force), .help = "h" },
		{ .name = "path",
		  .type = TSK_LIST,
		  AT(tags),
		  .argument = "PATH",
		  .help = "h",
		  .positional = true },
		{ 0 },
	};
	static const struct tsk_command takes_many = { .name = "do-it",
						       .options = of_a_list,
						       .options_size = sizeof(struct filled) };
	struct core_world *world = *state;
	struct command_line line = { .command = "do-it" };
	struct filled filled = { .count = 0 };

	assert_int_equal(options_parse(&world->call, &world->settings, &takes_many,
				       WORDS("a", "--force", "b", "--", "--force"), 5, &filled,
				       &line),
			 TSK_OK);
	assert_true(filled.force);
	assert_int_equal(filled.tags.count, 3);
	assert_string_equal(filled.tags.items[0], "a");
	assert_string_equal(filled.tags.items[1], "b");
	assert_string_equal(filled.tags.items[2], "--force");
}

static void absent_ones_get_their_fallback(void **state)
{
	struct core_world *world = *state;
	struct filled filled;

	assert_int_equal(parse(world, &filled, WORDS("--", "n")), TSK_OK);
	assert_int_equal(filled.count, 3);
	assert_int_equal(filled.wait, 1500);
	assert_null(filled.id);
	assert_false(filled.force);
}

static void a_value_may_begin_with_a_dash(void **state)
{
	struct core_world *world = *state;
	struct filled filled;

	assert_int_equal(parse(world, &filled, WORDS("-w", "-lead")), TSK_OK);
	assert_string_equal(filled.id, "-lead");
	assert_int_equal(parse(world, &filled, WORDS("--workflow-id=--count")), TSK_OK);
	assert_string_equal(filled.id, "--count");
}

static void check_refused(struct core_world *world, const char *const *words, const char *message)
{
	struct filled filled;

	assert_int_equal(parse(world, &filled, words), TSK_USAGE);
	assert_string_equal(tsk_error_message(&world->call), message);
}

static void mistakes_are_named(void **state)
{
	struct core_world *world = *state;

	check_refused(world, WORDS("--cuont", "3"),
		      "unknown flag '--cuont'; did you mean '--count'?");
	check_refused(world, WORDS("-z"), "unknown flag '-z'");
	check_refused(world, WORDS("-w"), "missing value of '-w'");
	check_refused(world, WORDS("--workflow-id", "--count", "3"),
		      "missing value of '--workflow-id'");
	check_refused(world, WORDS("--count", "x"), "bad number 'x' of '--count'");
	check_refused(world, WORDS("--count", "11"), "'11' of '--count' is out of range: 1 to 10");
	check_refused(world, WORDS("--wait", "5 apples"),
		      "bad duration '5 apples' of '--wait': expected " TSK_DURATION_FORMS);
	check_refused(world, WORDS("--mode", "medium"),
		      "bad value 'medium' of '--mode': expected fast or slow");
	check_refused(world, WORDS("--force=maybe"),
		      "bad value 'maybe' of '--force': expected true or false");
	check_refused(world, WORDS("-i", "{\"a\":}"),
		      "bad JSON in '{\"a\":}' of '-i': line 1, column 6, at '}'");
}

/* As a shell passes a variable that is not set. */
static void empty_values_are_refused(void **state)
{
	struct core_world *world = *state;
	struct filled filled;

	check_refused(world, WORDS("-w", ""), "empty value of '-w'");
	check_refused(world, WORDS("--workflow-id="), "empty value of '--workflow-id'");
	check_refused(world, WORDS("--namespace", ""), "empty value of '--namespace'");
	check_refused(world, WORDS("--project-dir="), "empty value of '--project-dir'");
	assert_int_equal(parse(world, &filled, WORDS("--tls-server-name", "", "")), TSK_OK);
	assert_string_equal(filled.name, "");
}

static void global_flags_go_to_the_settings(void **state)
{
	struct core_world *world = *state;
	struct filled filled;

	assert_int_equal(
		parse(world, &filled, WORDS("--address", "h:1", "-n", "ns 1", "-o", "json")),
		TSK_OK);
	assert_string_equal(tsk_setting(&world->call, TSK_SETTING_ADDRESS), "h:1");
	assert_string_equal(tsk_setting_origin(&world->call, TSK_SETTING_NAMESPACE),
			    "flag --namespace");
	/* Where it happens goes with the next commands; how it looks does not. */
	assert_string_equal(world->settings.flags, " --address h:1 --namespace 'ns 1'");
	check_refused(world, WORDS("-o", "xml"),
		      "bad value 'xml' (flag --output): expected text, json or jsonl");
	check_refused(world, WORDS("--address", "h:99999"),
		      "bad address 'h:99999' (flag --address): expected HOST:PORT");
}

static void secrets_do_not_go_into_next_commands(void **state)
{
	struct core_world *world = *state;
	struct filled filled;

	assert_int_equal(parse(world, &filled, WORDS("--api-key", "sesame")), TSK_OK);
	assert_string_equal(world->settings.flags, "");
}

static void durations_are_read_in_every_unit(void **state)
{
	static const struct {
		const char *text;
		int64_t ms;
	} rows[] = { { "0", 0 },          { "30", 30000 },    { "1.5", 1500 },   { "500ms", 500 },
		     { "10s", 10000 },    { "2m", 120000 },   { "1h", 3600000 }, { "1m30s", 90000 },
		     { ".25", 250 },      { "1d", 86400000 }, { "-1", -1 },      { "", -1 },
		     { "5x", -1 },        { "nan", -1 },      { "0x10", -1 },    { "1e999", -1 },
		     { "99999999h", -1 }, { "10 s", -1 } };
	struct core_world *world = *state;
	struct filled filled;

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		enum tsk_status status = parse(world, &filled, WORDS("--wait", rows[i].text));
		assert_int_equal(status, rows[i].ms < 0 ? TSK_USAGE : TSK_OK);
		if (rows[i].ms >= 0)
			assert_int_equal(filled.wait, rows[i].ms);
	}
}

/* ---- only looked at ---- */

static void check_words(struct core_world *world, struct tsk_word *words, size_t count)
{
	assert_int_equal(tsk_check_words(&world->call, &command, words, count).count, 0);
	assert_int_equal(tsk_error(&world->call), TSK_OK);
}

static void words_are_looked_at_one_by_one(void **state)
{
	struct core_world *world = *state;
	struct tsk_word words[] = {
		{ .text = "--cuont" }, { .text = "--count" }, { .text = "11" },
		{ .text = "-w" },      { .text = "-id" },     { .text = "--wait=1h30m" },
		{ .text = "-z" },      { .text = "name" },    { .text = "-o" },
		{ .text = "xml" },     { .text = "--" },      { .text = "-rest" },
	};

	check_words(world, words, 12);
	assert_string_equal(words[0].problem, "unknown flag '--cuont'; did you mean '--count'?");
	assert_string_equal(words[1].problem, "'11' of '--count' is out of range: 1 to 10");
	assert_int_equal(words[1].as, TSK_WORD_FLAG);
	assert_string_equal(words[1].option->name, "count");
	assert_int_equal(words[2].as, TSK_WORD_VALUE);
	assert_int_equal(words[4].as, TSK_WORD_VALUE);
	assert_null(words[4].problem);
	assert_null(words[5].problem);
	assert_string_equal(words[6].problem, "unknown flag '-z'");
	assert_int_equal(words[7].as, TSK_WORD_ARGUMENT);
	assert_string_equal(words[8].problem,
			    "bad value 'xml' (flag --output): expected text, json or jsonl");
	assert_null(words[8].option);
	assert_null(words[11].problem);
	assert_int_equal(words[11].as, TSK_WORD_ARGUMENT);
	/* The settings are as before. */
	assert_string_equal(tsk_setting(&world->call, TSK_SETTING_OUTPUT), "text");
}

static void what_is_missing_is_told(void **state)
{
	static const struct tsk_option needed[] = {
		{ .name = "id", .letter = 'i', .type = TSK_STRING, AT(id), .required = true },
		{ .name = "name",
		  .type = TSK_STRING,
		  AT(name),
		  .required = true,
		  .positional = true },
		{ 0 },
	};
	const struct tsk_command needy = { .name = "needy",
					   .options = needed,
					   .options_size = sizeof(struct filled) };
	struct core_world *world = *state;
	struct tsk_word words[] = { { .text = "n" } };

	struct tsk_strings missing = tsk_check_words(&world->call, &needy, words, 0);
	assert_int_equal(missing.count, 2);
	assert_string_equal(missing.items[0], "missing flag '--id'");
	assert_string_equal(missing.items[1], "missing argument 'name'");
	assert_int_equal(tsk_check_words(&world->call, &needy, words, 1).count, 1);
}

/* The five readers of durations disagreed on these. */
static void durations_are_the_same_everywhere(void **state)
{
	struct core_world *world = *state;
	static const char *const good[] = { "1h30m", "1d", "500ms", "1.5", "0", ".5s", "1e3" };
	static const char *const bad[] = { "inf",      "0x10", "+5", "-5",   "nan", "1h 30m",
					   "5 apples", "",     "h",  "1e99", "1w" };
	int64_t ms;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		struct tsk_word words[] = { { .text = "--wait" },
					    { .text = good[i] },
					    { .text = "n" } };
		check_words(world, words, 3);
		assert_null(words[0].problem);
		assert_true(tsk_parse_duration(good[i], &ms));
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct tsk_word words[] = { { .text = "--wait" },
					    { .text = bad[i] },
					    { .text = "n" } };
		check_words(world, words, 3);
		assert_non_null(words[0].problem);
		assert_false(tsk_parse_duration(bad[i], &ms));
	}
	assert_true(tsk_parse_duration("1h30m", &ms));
	assert_int_equal(ms, 5400000);
}

static void values_that_are_put_in_are_never_flags(void **state)
{
	struct core_world *world = *state;
	struct tsk_word words[] = {
		{ .text = "-w" },
		{ .text = "--count", .filled = true },
		{ .text = "--force", .filled = true },
		{ .text = "--count=${n}", .filled = true, .open = true },
		{ .text = "--input" },
		{ .text = "@/no/such/file" },
		{ .text = "--mode" },
		{ .text = "${mode}", .filled = true, .open = true },
		{ .text = "n" },
	};

	check_words(world, words, 9);
	assert_int_equal(words[1].as, TSK_WORD_VALUE);
	assert_string_equal(words[2].problem, "the value '--force' would be taken for a flag");
	for (size_t i = 0; i < 9; i++)
		if (i != 2 && words[i].problem)
			fail_msg("'%s': %s", words[i].text, words[i].problem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(every_type_is_filled),
		core_test(words_of_a_list_have_flags_between_them),
		core_test(absent_ones_get_their_fallback),
		core_test(a_value_may_begin_with_a_dash),
		core_test(mistakes_are_named),
		core_test(empty_values_are_refused),
		core_test(global_flags_go_to_the_settings),
		core_test(secrets_do_not_go_into_next_commands),
		core_test(durations_are_read_in_every_unit),
		core_test(words_are_looked_at_one_by_one),
		core_test(what_is_missing_is_told),
		core_test(durations_are_the_same_everywhere),
		core_test(values_that_are_put_in_are_never_flags),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
