/* The task queues and namespaces that a project's Python sources name: where they are given, or
 * what the name is set to that is given, here or in the file that it is imported from. */
#include "neighbours.h"
#include "sources.h"

#include <temporal-skill/text.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Nobody splits a small project into more queues. */
#define QUEUES_MOST 8

struct queues {
	struct tsk_call *call;
	const char *word; /* after which a name stands */
	struct tsk_lines names;
	struct tsk_lines elsewhere; /* names that are given, and are set in another file */
	int files;
};

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

/* The string that a value is: itself, or what os.environ.get("NAME", "orders") falls back to; its
 * opening quote, or NULL. */
static const char *string_of(const char *value)
{
	static const char *const environment[] = { "os.environ.get(", "os.getenv(", "environ.get(",
						   "getenv(" };

	if (*value == '"' || *value == '\'')
		return value;
	for (size_t i = 0; i < sizeof(environment) / sizeof(*environment); i++) {
		if (strncmp(value, environment[i], strlen(environment[i])) != 0)
			continue;
		const char *comma = value + strcspn(value, ",)\n");
		const char *given = comma + strspn(comma, ", \t");
		return *comma == ',' && (*given == '"' || *given == '\'') ? given : NULL;
	}
	return NULL;
}

/* The string that is assigned to that name in a line of its own: `Q = "orders"`, `Q: Final =
 * "orders"`, also in a class; its opening quote, or NULL. */
static const char *value_of(const char *text, const char *name, size_t size)
{
	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		const char *at = line + strspn(line, " \t");

		if (strncmp(at, name, size) != 0 || is_name_byte(at[size]))
			continue;
		size_t before = strcspn(at, "=\n\"'(),");
		if (at[before] != '=' || at[before + 1] == '=')
			continue;
		at += before + 1 + strspn(at + before + 1, " \t");
		const char *string = string_of(at);
		if (string)
			return string;
	}
	return NULL;
}

static bool take_string(struct queues *queues, const char *quote)
{
	size_t size = quote ? strcspn(quote + 1, "\"'\n") : 0;

	if (!size || quote[1 + size] != *quote)
		return false;
	if (queues->names.count < QUEUES_MOST)
		tsk_lines_add(&queues->names, "%.*s", (int)size, quote + 1);
	return true;
}

/* "QUEUE" of "QUEUE,", "config.QUEUE)"; 0: no name alone. */
static size_t last_name(const char **at)
{
	size_t size = 0;

	for (;;) {
		for (size = 0; is_name_byte((*at)[size]); size++)
			;
		if ((*at)[size] != '.')
			return size && !strchr("([", (*at)[size]) ? size : 0;
		*at += size + 1;
	}
}

/* `TASK_QUEUE: Final = "orders"`, `task_queue="orders"` and `task_queue=Q`: what follows the name
 * up to the string on the same line must be an assignment. */
static void take_queue(struct queues *queues, const char *text, const char *after)
{
	size_t before = strcspn(after, "=\n\"'(),");
	const char *value = after + before + 1;

	if (after[before] != '=' || after[before + 1] == '=')
		return;
	value += strspn(value, " \t");
	if (take_string(queues, string_of(value)))
		return;
	size_t size = last_name(&value);
	if (!size || take_string(queues, value_of(text, value, size)))
		return;
	const char *name = tsk_copy_bytes(queues->call, value, size);
	if (queues->elsewhere.count < QUEUES_MOST && !tsk_lines_hold(&queues->elsewhere, name))
		tsk_lines_push(&queues->elsewhere, name);
}

static void find_queues(void *what, const struct tsk_source *source)
{
	struct queues *queues = what;
	struct tsk_mark mark = tsk_mark(queues->call);
	const char *name = queues->word;
	size_t found = queues->names.count + queues->elsewhere.count;
	const char *text = NULL;

	if (source->size <= SOURCE_BYTES && queues->files++ < FILES_READ_MOST)
		text = sources_read(queues->call, source->folder, source->name, SOURCE_BYTES);

	for (const char *at = text; at && (at = strcasestr(at, name)); at += strlen(name)) {
		const char *after = at + strlen(name);

		take_queue(queues, text,
			   after + strspn(after,
					  "_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"));
	}
	/* What was found lies behind the text in memory; else it need not be kept. */
	if (queues->names.count + queues->elsewhere.count == found)
		tsk_rewind(queues->call, mark);
}

/* The names that others import from this file, `from flows import QUEUE`. */
static void find_values(void *what, const struct tsk_source *source)
{
	struct queues *queues = what;
	struct tsk_mark mark = tsk_mark(queues->call);
	size_t found = queues->names.count;
	const char *text = NULL;

	if (source->size <= SOURCE_BYTES && queues->files++ < FILES_READ_MOST)
		text = sources_read(queues->call, source->folder, source->name, SOURCE_BYTES);
	for (size_t i = 0; text && i < queues->elsewhere.count; i++) {
		const char *name = queues->elsewhere.items[i];
		take_string(queues, value_of(text, name, strlen(name)));
	}
	if (queues->names.count == found)
		tsk_rewind(queues->call, mark);
}

static void find_all(struct tsk_call *call, const char *directory, const char *word,
		     struct tsk_strings *names)
{
	struct queues found = {
		.call = call, .word = word, .names = { .call = call }, .elsewhere = { .call = call }
	};

	tsk_sources_walk_all(call, directory, find_queues, &found);
	found.files = 0;
	if (found.elsewhere.count)
		tsk_sources_walk_all(call, directory, find_values, &found);
	*names = tsk_lines_take(&found.names);
}

void sources_queues(struct tsk_call *call, const char *directory, struct tsk_strings *queues)
{
	find_all(call, directory, "task_queue", queues);
}

void sources_namespaces(struct tsk_call *call, const char *directory,
			struct tsk_strings *namespaces)
{
	find_all(call, directory, "namespace", namespaces);
}

void tsk_source_queues(struct tsk_call *call, const char *directory, struct tsk_strings *queues)
{
	sources_queues(call, directory, queues);
}
