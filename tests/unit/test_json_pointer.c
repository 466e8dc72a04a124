/* Parts of a JSON text, by JSON pointer: as they stand in it, and as text. */
#include "core_support.h"

#include <temporal-skill/payload.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void expect(struct core_world *world, const char *json, const char *pointer,
		   const char *wanted)
{
	size_t offset;

	assert_true(tsk_json_check(json, strlen(json), &offset));
	const char *found = tsk_json_pointer(&world->call, json, pointer);
	if (wanted)
		assert_string_equal(found, wanted);
	else
		assert_null(found);
}

static void test_values_are_taken_as_they_stand(void **state)
{
	struct core_world *world = *state;

	expect(world, "{\"id\":9007199254740993}", "/id", "9007199254740993");
	expect(world, "{ \"id\" : 1.10e+2 }", "/id", "1.10e+2");
	expect(world, "{\"a\":true,\"id\":null}", "/id", "null");
	expect(world, "{\"id\":\"a\\\"}b\"}", "/id", "\"a\\\"}b\"");
	expect(world, "{\"id\":[1, {\"x\":\"]\"}]}", "/id", "[1, {\"x\":\"]\"}]");
	expect(world, "{\"id\":{}}", "/id", "{}");
	expect(world, " {\"id\":[]} ", "/id", "[]");
}

static void test_members_are_found_at_their_level(void **state)
{
	struct core_world *world = *state;
	const char *json =
		"{\"x\":{\"id\":1,\"y\":[{\"id\":2}]},\"p\":{\"q\":[3],\"id\":4},\"id\":5}";

	expect(world, json, "/id", "5");
	expect(world, json, "/p/id", "4");
	expect(world, json, "/p/q", "[3]");
	expect(world, json, "/x/id", "1");
}

static void test_names_with_escapes_and_doubles(void **state)
{
	struct core_world *world = *state;

	expect(world, "{\"\\u0069d\":1}", "/id", "1");
	expect(world, "{\"\\\"id\":1,\"id\\\\\":2,\"id\":3}", "/id", "3");
	expect(world, "{\"id\":1,\"id\":2}", "/id", "1");
	expect(world, "{\"idx\":1,\"i\":2}", "/id", NULL);
}

static void test_what_is_not_there(void **state)
{
	struct core_world *world = *state;

	expect(world, "{}", "/id", NULL);
	expect(world, "[{\"id\":1}]", "/id", NULL);
	expect(world, "7", "/id", NULL);
	expect(world, "{\"p\":[1]}", "/p/id", NULL);
	expect(world, "{\"p\":\"id\"}", "/p/id", NULL);
}

static void test_items_and_odd_names(void **state)
{
	struct core_world *world = *state;
	const char *json = "{\"a/b\":[10, [20], {\"m~n\":30}],\"\":40,\"0\":50}";

	expect(world, json, "/a~1b/0", "10");
	expect(world, json, "/a~1b/1/0", "20");
	expect(world, json, "/a~1b/2/m~0n", "30");
	expect(world, json, "/a~1b/3", NULL);
	expect(world, json, "/a~1b/-", NULL);
	expect(world, json, "/a~1b/-1", NULL);
	expect(world, json, "/a~1b/00", NULL);
	expect(world, json, "/a~1b/+1", NULL);
	expect(world, json, "/a~1b/99999999999999999999", NULL);
	expect(world, json, "/", "40");
	expect(world, json, "/0", "50");
	expect(world, " 1 ", "", "1");
	expect(world, json, "0", NULL);
}

static void expect_text(struct core_world *world, const char *json, const char *pointer,
			const char *wanted)
{
	const char *found = tsk_json_pointer_text(&world->call, json, pointer);

	if (wanted)
		assert_string_equal(found, wanted);
	else
		assert_null(found);
}

static void test_values_as_text(void **state)
{
	struct core_world *world = *state;

	expect_text(world, "{\"a\":\"x\\n\\u00e9\\ud83d\\ude00\"}", "/a", "x\n\u00e9\U0001F600");
	expect_text(world, "{\"a\":9007199254740993}", "/a", "9007199254740993");
	expect_text(world, "{\"a\":{\"b\": 1}}", "/a", "{\"b\": 1}");
	expect_text(world, "{\"a\":\"\"}", "/a", "");
	expect_text(world, "{\"a\":null}", "/a", NULL);
	expect_text(world, "{\"a\":\"null\"}", "/a", "null");
	expect_text(world, "{}", "/a", NULL);
}

static void test_nul_characters(void **state)
{
	struct tsk_call *call = &((struct core_world *)*state)->call;
	const char *in_value = "{\"p\":{\"a\":\"x\\u0000\"},\"id\":1}";

	assert_true(tsk_json_has_nul(call, in_value, NULL));
	assert_false(tsk_json_has_nul(call, in_value, "/p"));
	assert_true(tsk_json_has_nul(call, in_value, "/other"));
	assert_true(tsk_json_has_nul(call, "{\"p\":{\"a\\u0000\":1}}", "/p"));
	assert_true(tsk_json_has_nul(call, "{\"p\":[1],\"i\\u0000d\":1}", "/p"));
	assert_false(tsk_json_has_nul(call, "{\"p\":{\"a\":{\"b\\u0000\":1}}}", "/p"));
	assert_false(tsk_json_has_nul(call, "\"\\\\u0000\"", NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(test_values_are_taken_as_they_stand),
		core_test(test_members_are_found_at_their_level),
		core_test(test_names_with_escapes_and_doubles),
		core_test(test_what_is_not_there),
		core_test(test_items_and_odd_names),
		core_test(test_values_as_text),
		core_test(test_nul_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
