/* libFuzzer: a recipe's file, read and checked as before its first step; and JSON pointers. */
#include "fuzz.h"

#include "../../plugins/recipe/recipe.h"

#include <temporal-skill/payload.h>

/* A command for the steps to name. */
struct some_options {
	const char *text;
	int64_t number;
	struct tsk_strings list;
};

#define AT(field) .at = offsetof(struct some_options, field)
static const struct tsk_option options[] = {
	{ .name = "text", .letter = 't', .type = TSK_STRING, AT(text), .required = true },
	{ .name = "number", .type = TSK_INTEGER, AT(number), .maximum = 100 },
	{ .name = "list", .type = TSK_LIST, AT(list) },
	{ 0 },
};
static const struct tsk_command some = { .name = "some",
					 .options = options,
					 .options_size = sizeof(struct some_options) };
static struct registry_command commands[] = { { .command = &some, .path = "/fuzz.so" } };

/* glibc's regcomp takes gigabytes for nested repetitions; that is between a recipe's author and
 * their machine. Expressions stand behind the word match, on its line. */
static bool repeats(const char *line)
{
	const char *at = strstr(line, "match");
	size_t count = 0;

	for (; at && *at; at++)
		count += *at == '{' ? 5 : strchr("*+?|(", *at) != NULL;
	return count > 8;
}

static bool any_repeats(const uint8_t *bytes, size_t size)
{
	char *text = malloc(size + 1), *rest = NULL;
	bool any = false;

	require(text != NULL);
	for (size_t i = 0; i < size; i++)
		text[i] = bytes[i] ? (char)bytes[i] : ' ';
	text[size] = '\0';
	for (char *at = strtok_r(text, "\n", &rest); at && !any; at = strtok_r(NULL, "\n", &rest))
		any = repeats(at);
	free(text);
	return any;
}

static void look_at(struct tsk_call *call, struct recipe *recipe)
{
	struct recipe_values *values = tsk_alloc(call, sizeof(*values));
	const char *unknown;

	values->call = call;
	recipe_check(recipe, values, false);
	for (size_t i = 0; i < recipe->problem_count; i++)
		require(*recipe->problems[i]);
	for (size_t i = 0; i < recipe->step_count; i++) {
		struct recipe_words words = recipe_fill(values, &recipe->steps[i]);

		require(recipe_words_text(call, &words) != NULL);
		recipe_holds(values, &recipe->steps[i].when, &unknown);
	}
}

/* The input's first line as a pointer into the rest, where that is JSON. */
static void look_up(struct tsk_call *call, const uint8_t *bytes, size_t size)
{
	char *pointer = tsk_copy_bytes(call, bytes, size), *json = strchr(pointer, '\n');
	size_t offset;

	if (!json)
		return;
	*json++ = '\0';
	if (!tsk_json_check(json, strlen(json), &offset))
		return;
	const char *found = tsk_json_pointer(call, json, pointer);
	require(!found || tsk_json_check(found, strlen(found), &offset));
	tsk_json_pointer_text(call, json, pointer);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;

	if (any_repeats(bytes, size))
		return 0;
	struct tsk_call *call = fuzz_begin(&world);
	world.registry.commands = commands;
	world.registry.command_count = 1;
	look_at(call, recipe_read(call, "fuzz", fuzz_file(bytes, size), "file"));
	tsk_forget_error(call);
	look_up(call, bytes, size);
	fuzz_end(&world);
	return 0;
}
