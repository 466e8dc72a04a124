/* A command run by a test: see include/temporal-skill/testing.h. */
#include "configuration/load.h"
#include "invoke.h"
#include "output/output.h"

#include <temporal-skill/testing.h>

#include <stdlib.h>
#include <string.h>

struct tsk_test {
	struct settings settings;
	struct registry registry;
	struct tsk_call call;
	char *json;
};

static void begin_test(struct tsk_test *test)
{
	settings_init(&test->settings);
	registry_init(&test->registry);
	/* The command under test is the only one: no plugin is looked for. */
	test->registry.others_loaded = true;
	call_init(&test->call, &test->settings, &test->registry);
}

static void end_test(struct tsk_test *test)
{
	free(test->json);
	test->json = NULL;
	call_release(&test->call);
	registry_release(&test->registry);
	settings_release(&test->settings);
}

struct tsk_test *tsk_test_new(void)
{
	struct tsk_test *test = calloc(1, sizeof(*test));

	if (!test)
		abort();
	begin_test(test);
	return test;
}

void tsk_test_free(struct tsk_test *test)
{
	end_test(test);
	free(test);
}

enum tsk_status tsk_test_run(struct tsk_test *test, const struct tsk_command *command,
			     const char *const *words)
{
	struct command_line line = { .command = command->name };
	size_t count = 0;

	end_test(test);
	begin_test(test);
	while (words[count])
		count++;
	return invoke(&test->call, &test->settings, command, words, count, &line);
}

const char *tsk_test_error(const struct tsk_test *test)
{
	const char *message = tsk_error_message(&test->call);

	return message ? message : "";
}

const char *tsk_test_json(struct tsk_test *test)
{
	free(test->json);
	test->json = output_json(&test->call);
	return test->json;
}

const char *tsk_test_text(struct tsk_test *test)
{
	return output_text(&test->call);
}
