/* libFuzzer: command lines, a word a line, for a command with an option of every type. */
#include "fuzz.h"

#include "command_line/options.h"

#include <temporal-skill/payload.h>

/* More words than any command line of ours. */
#define WORDS_MOST 64

struct everything {
	bool flag;
	const char *text, *choice, *json, *id;
	int64_t number, duration;
	struct tsk_strings list, rest;
};

static const char *const choices[] = { "one", "two", NULL };

#define AT(field) .at = offsetof(struct everything, field)
static const struct tsk_option options[] = {
	{ .name = "flag", .letter = 'f', .type = TSK_FLAG, AT(flag) },
	{ .name = "text", .letter = 't', .type = TSK_STRING, AT(text), .global = "namespace" },
	{ .name = "choice", .type = TSK_CHOICE, AT(choice), .choices = choices, .fallback = "one" },
	{ .name = "json", .letter = 'j', .type = TSK_JSON, AT(json) },
	{ .name = "number", .type = TSK_INTEGER, AT(number), .minimum = -5, .maximum = 100 },
	{ .name = "duration", .letter = 'd', .type = TSK_DURATION, AT(duration), .fallback = "30" },
	{ .name = "list", .letter = 'l', .type = TSK_LIST, AT(list) },
	{ .name = "id", .type = TSK_STRING, AT(id), .positional = true },
	{ .name = "rest", .type = TSK_REST, AT(rest), .positional = true },
	{ 0 },
};
static const struct tsk_command command = { .name = "everything",
					    .summary = "takes everything",
					    .options = options,
					    .options_size = sizeof(struct everything) };

static size_t split(struct tsk_call *call, const uint8_t *bytes, size_t size, const char **words)
{
	char *text = tsk_copy_bytes(call, bytes, size);
	size_t count = 0;

	for (char *word = text, *next; word && count < WORDS_MOST; word = next) {
		next = strchr(word, '\n');
		if (next)
			*next++ = '\0';
		/* What the input names is not opened, and nothing is typed in. */
		for (char *at = strchr(word, '@'); at; at = strchr(at, '@'))
			*at = 'a';
		words[count++] = strcmp(word, "-") ? word : "--";
	}
	words[count] = NULL;
	return count;
}

static void require_strings(const struct tsk_strings *strings)
{
	for (size_t i = 0; i < strings->count; i++)
		require(strings->items[i] != NULL);
	require(!strings->count || !strings->items[strings->count]);
}

static void look_at(const struct everything *given)
{
	size_t offset;

	require(!strcmp(given->choice, "one") || !strcmp(given->choice, "two"));
	require(!given->json || tsk_json_check(given->json, strlen(given->json), &offset));
	require(given->number >= -5 && given->number <= 100);
	require(given->duration >= 0);
	require_strings(&given->list);
	require_strings(&given->rest);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	struct command_line line = { .command = NULL };
	struct everything given = { .flag = false };
	const char *words[WORDS_MOST + 1];
	size_t count = split(call, bytes, size, words);
	enum tsk_status status = options_find_command(call, &world.settings, words, count, &line);

	require(status == tsk_error(call));
	if (status == TSK_OK && line.command)
		status = options_parse(call, &world.settings, &command, words + line.rest,
				       count - line.rest, &given, &line);
	require(status == tsk_error(call));
	require(status == TSK_OK || (status == TSK_USAGE && *tsk_error_message(call)));
	if (status == TSK_OK && line.command && !line.help && !line.version)
		look_at(&given);
	fuzz_end(&world);
	return 0;
}
