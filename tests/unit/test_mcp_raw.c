/* Parts of a JSON text taken as they stand in it. */
#include "core_support.h"

#include <temporal-skill/payload.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* A plugin's files are in no library that a test could link. */
#include "../../plugins/mcp/raw.c" /* NOLINT(bugprone-suspicious-include) */

static void expect(struct core_world *world, const char *json, const char *first,
		   const char *second, const char *wanted)
{
	const char *path[] = { first, second, NULL };
	size_t offset;

	assert_true(tsk_json_check(json, strlen(json), &offset));
	const char *found = raw_member(&world->call, json, path);
	if (wanted)
		assert_string_equal(found, wanted);
	else
		assert_null(found);
}

static void test_values_are_taken_as_they_stand(void **state)
{
	struct core_world *world = *state;

	expect(world, "{\"id\":9007199254740993}", "id", NULL, "9007199254740993");
	expect(world, "{ \"id\" : 1.10e+2 }", "id", NULL, "1.10e+2");
	expect(world, "{\"a\":true,\"id\":null}", "id", NULL, "null");
	expect(world, "{\"id\":\"a\\\"}b\"}", "id", NULL, "\"a\\\"}b\"");
	expect(world, "{\"id\":[1, {\"x\":\"]\"}]}", "id", NULL, "[1, {\"x\":\"]\"}]");
	expect(world, "{\"id\":{}}", "id", NULL, "{}");
	expect(world, " {\"id\":[]} ", "id", NULL, "[]");
}

static void test_members_are_found_at_their_level(void **state)
{
	struct core_world *world = *state;
	const char *json =
		"{\"x\":{\"id\":1,\"y\":[{\"id\":2}]},\"p\":{\"q\":[3],\"id\":4},\"id\":5}";

	expect(world, json, "id", NULL, "5");
	expect(world, json, "p", "id", "4");
	expect(world, json, "p", "q", "[3]");
	expect(world, json, "x", "id", "1");
}

static void test_names_with_escapes_and_doubles(void **state)
{
	struct core_world *world = *state;

	expect(world, "{\"\\u0069d\":1}", "id", NULL, "1");
	expect(world, "{\"\\\"id\":1,\"id\\\\\":2,\"id\":3}", "id", NULL, "3");
	expect(world, "{\"id\":1,\"id\":2}", "id", NULL, "1");
	expect(world, "{\"idx\":1,\"i\":2}", "id", NULL, NULL);
}

static void test_what_is_not_there(void **state)
{
	struct core_world *world = *state;

	expect(world, "{}", "id", NULL, NULL);
	expect(world, "[{\"id\":1}]", "id", NULL, NULL);
	expect(world, "7", "id", NULL, NULL);
	expect(world, "{\"p\":[1]}", "p", "id", NULL);
	expect(world, "{\"p\":\"id\"}", "p", "id", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		core_test(test_values_are_taken_as_they_stand),
		core_test(test_members_are_found_at_their_level),
		core_test(test_names_with_escapes_and_doubles),
		core_test(test_what_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
