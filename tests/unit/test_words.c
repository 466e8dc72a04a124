/* Quoting, splitting, and the nearest word. */
#include "core_support.h"
#include "text/visible.h"

#include <stdio.h>

static void comes_back(struct core_world *world, const char *shell, const char *word)
{
	const char *line = tsk_format(&world->call, "printf %%s %s", tsk_quote(&world->call, word));
	char back[64] = "";

	assert_int_equal(setenv("LINE", line, 1), 0);
	FILE *pipe = popen(tsk_format(&world->call, "%s -c \"$LINE\"", shell), "r");
	size_t size = fread(back, 1, sizeof(back) - 1, pipe);
	assert_int_equal(pclose(pipe), 0);
	back[size] = '\0';
	assert_string_equal(back, word);
}

static void quoted_words_come_back_from_a_shell(void **state)
{
	static const char *const words[] = { "plain",     "two words", "it's",     "'",     "",
					     "$HOME `x`", "a\\b",      "-leading", "\"q\"", "*?[",
					     "~user",     "a=b",       "#c" };

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		comes_back(*state, "sh", words[i]);
		comes_back(*state, "bash", words[i]);
	}
}

/* What is printed of them is one line of harmless characters, and still the same word. */
static void words_that_cannot_be_printed_come_back(void **state)
{
	struct core_world *world = *state;
	static const char *const words[] = { "n\nl",
					     "tab\tit's a\\n",
					     "esc\x1b[2Jabc",
					     "-n\n%d%%\\101 `id` $(id) \"!!\"",
					     "--help\n",
					     "ends\n\n",
					     "\n",
					     "vs\uFE0F filler\u3164 \u2800",
					     "c1\302\2331m",
					     "rtl\u202Ecba",
					     "bad\3770" };
	static const char *const locales[] = { "C.UTF-8", "C" };

	for (size_t l = 0; l < 2; l++) {
		assert_int_equal(setenv("LC_ALL", locales[l], 1), 0);
		for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
			const char *quoted = tsk_quote(&world->call, words[i]);
			assert_string_equal(visible_line(&world->call, quoted, l), quoted);
			comes_back(world, "sh", words[i]);
			comes_back(world, "bash", words[i]);
		}
		comes_back(world, "sh", "grüße");
	}
	assert_string_equal(tsk_quote(&world->call, "grüße"),
			    "\"$(printf 'gr\\303\\274\\303\\237e')\"");
	assert_int_equal(unsetenv("LC_ALL"), 0);
}

static void safe_words_stay_bare(void **state)
{
	struct core_world *world = *state;

	assert_string_equal(tsk_quote(&world->call, "order-17_a.b:c/d,e@f+g%h"),
			    "order-17_a.b:c/d,e@f+g%h");
}

static void check_split(struct core_world *world, const char *text, const char *joined)
{
	struct tsk_strings words = { .count = 0 };
	const char *got = "";

	assert_int_equal(tsk_split_words(&world->call, "command", text, &words), TSK_OK);
	for (size_t i = 0; i < words.count; i++)
		got = tsk_format(&world->call, "%s<%s>", got, words.items[i]);
	assert_string_equal(got, joined);
	assert_null(words.items[words.count]);
}

static void words_are_split_as_a_shell_does(void **state)
{
	check_split(*state, "uv run worker", "<uv><run><worker>");
	check_split(*state, "  a\t b\n", "<a><b>");
	check_split(*state, "a 'b c' \"d e\"", "<a><b c><d e>");
	check_split(*state, "a\\ b 'it'\\''s'", "<a b><it's>");
	check_split(*state, "\"a\\\"b\\n\"", "<a\"b\\n>");
	check_split(*state, "x '' \"\"", "<x><><>");
	check_split(*state, "$HOME;ls|wc", "<$HOME;ls|wc>");
}

static void an_open_quote_or_no_word_is_refused(void **state)
{
	struct core_world *world = *state;
	struct tsk_strings words;

	assert_int_equal(tsk_split_words(&world->call, "command", "a 'b", &words), TSK_USAGE);
	assert_string_equal(tsk_error_message(&world->call),
			    "bad command 'a 'b': a quote is not closed");
	tsk_forget_error(&world->call);
	assert_int_equal(tsk_split_words(&world->call, "command", "  ", &words), TSK_USAGE);
}

static void the_nearest_word_is_found(void **state)
{
	static const char *const names[] = { "workflow-id", "run-id", "status", "timeout", NULL };

	(void)state;
	assert_string_equal(tsk_nearest("workflow-di", names), "workflow-id");
	assert_string_equal(tsk_nearest("worfklow-id", names), "workflow-id");
	assert_string_equal(tsk_nearest("statsu", names), "status");
	assert_string_equal(tsk_nearest("work", names), "workflow-id");
	assert_string_equal(tsk_nearest("time-out", names), "timeout");
	assert_null(tsk_nearest("banana", names));
	assert_null(tsk_nearest("x", names));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(quoted_words_come_back_from_a_shell),
		core_test(words_that_cannot_be_printed_come_back),
		core_test(safe_words_stay_bare),
		core_test(words_are_split_as_a_shell_does),
		core_test(an_open_quote_or_no_word_is_refused),
		core_test(the_nearest_word_is_found),
	};

	return cmocka_run_group_tests_name("words", tests, NULL, NULL);
}
