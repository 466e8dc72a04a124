/* Text, lists and arrays that grow up to a limit. */
#include "core_support.h"

#include <temporal-skill/text.h>

static void a_text_grows(void **state)
{
	struct core_world *world = *state;
	struct tsk_text text = { .call = &world->call };

	assert_string_equal(tsk_text_value(&text), "");
	assert_false(tsk_text_is_cut(&text));
	for (int i = 0; i < 20000; i++)
		tsk_text_format(&text, "%05d ", i);
	assert_int_equal(text.size, 120000);
	assert_memory_equal(text.bytes + 119994, "19999 ", 7);
	assert_false(tsk_text_is_cut(&text));
}

/* Longer at once than what stands ready for it. */
static void long_pieces_come_whole(void **state)
{
	struct core_world *world = *state;
	char piece[5000] = { 0 };
	struct tsk_text text = { .call = &world->call };

	memset(piece, 'x', sizeof(piece) - 1);
	tsk_text_format(&text, "<%s>", piece);
	tsk_text_add(&text, piece);
	tsk_text_add_bytes(&text, "a\0b", 3);
	assert_int_equal(text.size, 2 * 4999 + 2 + 3);
	assert_memory_equal(text.bytes + text.size - 4, "xa\0b", 5);
	assert_memory_equal(text.bytes + 4999, "x>x", 3);
}

static void separators_stand_between(void **state)
{
	struct core_world *world = *state;
	struct tsk_text text = { .call = &world->call };

	tsk_text_join(&text, ", ", "%s", "one");
	tsk_text_join(&text, ", ", "'%s'", "two");
	assert_string_equal(tsk_text_value(&text), "one, 'two'");
}

static void what_does_not_fit_is_cut_and_marked(void **state)
{
	struct core_world *world = *state;
	const size_t mark = strlen(TSK_TEXT_CUT);

	for (size_t limit = 0; limit < 40; limit++) {
		struct tsk_text text = tsk_text_begin(&world->call, limit);
		for (int i = 0; i < 10; i++)
			tsk_text_add(&text, "\u00fc\u20ac\U0001F600");
		assert_true(tsk_text_is_cut(&text));
		assert_true(text.size <= limit);
		if (limit < mark)
			continue;
		/* No character is cut, and no more is lost than one. */
		assert_string_equal(text.bytes + text.size - mark, TSK_TEXT_CUT);
		assert_true(limit - text.size < 4);
		assert_true(text.size == mark ||
			    !strncmp("\u00fc\u20ac\U0001F600\u00fc\u20ac\U0001F600"
				     "\u00fc\u20ac\U0001F600\u00fc\u20ac\U0001F600",
				     text.bytes, text.size - mark));
		size_t kept = text.size - mark;
		for (size_t at = 0; at < kept;)
			at += (unsigned char)text.bytes[at] < 0xE0   ? 2
			      : (unsigned char)text.bytes[at] < 0xF0 ? 3
								     : 4;
		/* What comes after a gap would read as if it belonged there. */
		tsk_text_add(&text, "x");
		assert_int_equal(text.size, kept + mark);
	}
}

static void what_fits_just_so_is_whole(void **state)
{
	struct core_world *world = *state;
	struct tsk_text text = tsk_text_begin(&world->call, 20);

	assert_string_equal(tsk_text_value(&text), "");
	tsk_text_add(&text, "1234567890");
	tsk_text_add(&text, "1234567890");
	assert_false(tsk_text_is_cut(&text));
	assert_int_equal(text.size, 20);
	tsk_text_add(&text, "");
	assert_false(tsk_text_is_cut(&text));
	tsk_text_add(&text, "1");
	assert_true(tsk_text_is_cut(&text));
	assert_string_equal(tsk_text_value(&text), "12345678901" TSK_TEXT_CUT);
}

static void a_list_drops_repeats_and_counts_what_is_left_out(void **state)
{
	struct core_world *world = *state;
	struct tsk_lines lines = { .call = &world->call, .limit = 2 };

	assert_string_equal(tsk_lines_text(&lines, ", "), "");
	tsk_lines_add(&lines, "line %d", 1);
	tsk_lines_add(&lines, "line %d", 1);
	tsk_lines_push(&lines, "line 1");
	assert_string_equal(tsk_lines_text(&lines, ", "), "line 1, line 1");
	tsk_lines_add(&lines, "line %d", 2);
	tsk_lines_push(&lines, "line 3");
	assert_int_equal(lines.left_out, 2);
	assert_string_equal(tsk_lines_text(&lines, "; "), "line 1; line 1 and 2 more");
	assert_null(tsk_lines_take(&lines).items[2]);
}

static void a_list_grows(void **state)
{
	struct core_world *world = *state;
	struct tsk_lines lines = { .call = &world->call };

	for (int i = 0; i < 1000; i++)
		tsk_lines_add(&lines, "%d", i);
	struct tsk_strings strings = tsk_lines_take(&lines);
	assert_int_equal(strings.count, 1000);
	assert_string_equal(strings.items[999], "999");
	assert_null(strings.items[1000]);
	assert_true(tsk_lines_hold(&lines, "17"));
	assert_false(tsk_lines_hold(&lines, "1000"));
}

static void an_array_ends_with_a_zeroed_item(void **state)
{
	struct core_world *world = *state;
	struct pair {
		int one, two;
	} *pairs = NULL;
	size_t room = 0;

	for (int i = 0; i < 100; i++) {
		pairs = tsk_grow(&world->call, pairs, (size_t)i, &room, sizeof(*pairs));
		pairs[i] = (struct pair){ i, i };
		assert_int_equal(pairs[i + 1].one, 0);
	}
	for (int i = 0; i < 100; i++)
		assert_int_equal(pairs[i].two, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(a_text_grows),
		core_test(long_pieces_come_whole),
		core_test(separators_stand_between),
		core_test(what_does_not_fit_is_cut_and_marked),
		core_test(what_fits_just_so_is_whole),
		core_test(a_list_drops_repeats_and_counts_what_is_left_out),
		core_test(a_list_grows),
		core_test(an_array_ends_with_a_zeroed_item),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
