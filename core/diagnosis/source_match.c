/* Lines of Python: words in them, and what they wait for. */
#include "source_match.h"

#include "source_lines.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* More are not read by anyone. */
#define PLACES_MOST 3

bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || c == '_';
}

const char *end_of(const char *line)
{
	return line + strcspn(line, "\n");
}

const char *find_in_line(const char *line, const char *text)
{
	return memmem(line, (size_t)(end_of(line) - line), text, strlen(text));
}

const char *find_word(const char *line, const char *word)
{
	const size_t size = strlen(word);
	const char *end = end_of(line), *at = line;

	for (; (at = memmem(at, (size_t)(end - at), word, size)); at += size)
		if ((at == line || !is_name_char(at[-1])) && !is_name_char(at[size]))
			return at;
	return NULL;
}

/* ---- where it waits ---- */

/* Whether the class around a line is this workflow: by its name, or the one that its decorator
 * gives.
 */
static bool is_of_workflow(const char *text, const char *line, const char *type)
{
	const char *class = line;

	do {
		if (class == text)
			return false;
		class --;
		while (class > text && class[-1] != '\n')
			class --;
	} while (strncmp(class, "class ", strlen("class ")) != 0);
	const char *name = class + strlen("class ");
	size_t size = strlen(type);
	if (strncmp(name, type, size) == 0 && !is_name_char(name[size]))
		return true;
	const char *before = class;
	for (int lines = 0; lines < 2 && before > text; lines++)
		for (before--; before > text && before[-1] != '\n';)
			before--;
	const char *given = memmem(before, (size_t)(class - before), type, size);
	return given && given > before && strchr("\"'", given[-1]) && given[size] == given[-1];
}

static bool waits(const void *what, const char *text, const char *line, const char *def)
{
	static const char *const calls[] = { "wait_condition(", ".wait()", "asyncio.wait(",
					     ".get()", ".join()" };
	const char *awaits = find_word(line, "await");

	if (!def || !awaits || memchr(line, '#', (size_t)(awaits - line)))
		return false;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (find_in_line(awaits, calls[i]))
			return is_of_workflow(text, line, what);
	return false;
}

/* What only the event loop of an ordinary program, a thread or a socket ends. */
static bool awaits_outside(const void *what, const char *text, const char *line, const char *def)
{
	static const char *const calls[] = {
		"Client.connect(",  "open_connection(", "create_subprocess_",
		"run_in_executor(", "to_thread(",       "asyncpg.connect(",
		"httpx.",           "aiohttp.",         "websockets.connect(",
		"getaddrinfo("
	};
	const char *awaits = find_word(line, "await");

	if (!def || !awaits || memchr(line, '#', (size_t)(awaits - line)))
		return false;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		if (find_in_line(awaits, calls[i]))
			return is_of_workflow(text, line, what);
	return false;
}

static bool is_init(const void *what, const char *text, const char *line, const char *def)
{
	(void)def;
	return find_in_line(line, "def __init__(") && is_of_workflow(text, line, what);
}

void note_init(struct tsk_call *call, const char *directory, const char *type,
	       struct tsk_symptoms_more *more)
{
	sources_lines(call, directory, "workflow.defn", is_init, type, 1, &more->init_at);
}

void note_waits(struct tsk_call *call, const char *directory, const char *type,
		struct tsk_symptoms_more *more)
{
	sources_lines(call, directory, "workflow.defn", waits, type, PLACES_MOST, &more->waits_at);
	sources_lines(call, directory, "workflow.defn", awaits_outside, type, PLACES_MOST,
		      &more->awaits_outside_at);
}

bool asks_for_replay(const void *what, const char *text, const char *line, const char *def)
{
	const char *asks = find_in_line(line, "is_replaying(");

	(void)what;
	(void)text;
	return def && asks && !memchr(line, '#', (size_t)(asks - line));
}

/* ---- loops that never end their task ---- */

static bool is_loop(const char *line)
{
	const char *word = line + strspn(line, " \t");

	return strncmp(word, "while ", strlen("while ")) == 0;
}

bool spins(const void *what, const char *text, const char *line, const char *def)
{
	const char *before = line;

	(void)what;
	if (!def || !find_in_line(line, "sleep(0)") || line == text)
		return false;
	for (before--; before > text && before[-1] != '\n';)
		before--;
	return is_loop(before);
}

/* "orders.py:32 in run" and "shop/orders.py:33 in run". */
static bool is_line_beside(const char *one, const char *other)
{
	const char *colon = strchr(one, ':'), *others = strchr(other, ':');
	const char *name = strrchr(one, '/'), *others_name = strrchr(other, '/');
	size_t size;

	name = name ? name + 1 : one;
	others_name = others_name ? others_name + 1 : other;
	if (!colon || !others || colon < name || others < others_name)
		return false;
	size = (size_t)(colon - name);
	if (size != (size_t)(others - others_name) || strncmp(name, others_name, size) != 0)
		return false;
	long difference = strtol(colon + 1, NULL, 10) - strtol(others + 1, NULL, 10);
	return difference >= -1 && difference <= 1;
}

void note_spins(struct tsk_call *call, const char *directory, const char *location,
		struct tsk_symptoms_more *more)
{
	struct tsk_strings found = { .count = 0 };
	struct tsk_lines kept = { .call = call };

	sources_lines(call, directory, "workflow.defn", spins, NULL, PLACES_MOST, &found);
	for (size_t i = 0; i < found.count; i++)
		if (!*location || is_line_beside(found.items[i], location))
			tsk_lines_push(&kept, found.items[i]);
	more->spins_at = tsk_lines_take(&kept);
}

/* ---- a parameter that may be of several types ---- */

/* A def whose line names the type of "'Refund' object has no attribute …" in a union. */
bool takes_union(const void *what, const char *text, const char *line, const char *def)
{
	const char *message = what;
	size_t size = *message == '\'' ? strcspn(message + 1, "'") : 0;
	char type[64];

	(void)text;
	(void)def;
	if (!size || size >= sizeof(type) || message[1 + size] != '\'' ||
	    !find_in_line(line, "def "))
		return false;
	memcpy(type, message + 1, size);
	type[size] = '\0';
	const char *at = find_word(line, type);
	if (!at)
		return false;
	return (at[size] == ' ' && at[size + 1] == '|') ||
	       (at - line > 2 && at[-1] == ' ' && at[-2] == '|') || find_in_line(line, "Union[");
}

bool defines_class(const void *what, const char *text, const char *line, const char *def)
{
	static const char class_word[] = "class ";
	const char *name = what;
	size_t size = strlen(name);

	(void)text;
	(void)def;
	return size && strncmp(line, class_word, strlen(class_word)) == 0 &&
	       strncmp(line + strlen(class_word), name, size) == 0 &&
	       !is_name_char(line[strlen(class_word) + size]);
}

/* ---- what the sources say of an activity ---- */

static bool is_async_def(const void *what, const char *text, const char *line, const char *def)
{
	static const char async[] = "async def ";
	const char *name = what, *word = line + strspn(line, " \t");
	size_t size = strlen(name);

	(void)text;
	(void)def;
	return strncmp(word, async, strlen(async)) == 0 &&
	       strncmp(word + strlen(async), name, size) == 0 && word[strlen(async) + size] == '(';
}

bool is_async_in_sources(struct tsk_call *call, const char *activity)
{
	struct tsk_strings places = { .count = 0 };

	sources_lines(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), "activity.defn",
		      is_async_def, activity, 1, &places);
	return places.count > 0;
}
