/* The project's Python sources: read once, searched line by line. They are not run. */
#include "doctor.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* A source that is larger is generated. */
#define LARGEST_SOURCE ((size_t)512 << 10)

/* ---- reading ---- */

static void read_source(void *what, const struct tsk_source *source)
{
	struct sources *sources = what;
	struct tsk_call *call = sources->call;

	if (sources->count == SOURCES_MOST)
		return;
	const char *text =
		tsk_file_read(call, tsk_format(call, "%s/%s", sources->directory, source->path),
			      LARGEST_SOURCE, NULL);
	tsk_forget_error(call);
	if (text)
		sources->items[sources->count++] = (struct source){ source->path, text };
}

void sources_read(struct tsk_call *call, const char *directory, struct sources *sources)
{
	sources->call = call;
	sources->directory = directory;
	tsk_sources_walk_all(call, directory, read_source, sources);
}

/* ---- lines ---- */

/* The next line without its comment where the whole line is one; NULL: no more. */
static const char *next_line(struct tsk_call *call, const char **at)
{
	size_t length = strcspn(*at, "\n");

	if (!**at)
		return NULL;
	const char *line = tsk_copy_bytes(call, *at, length);
	*at += length + ((*at)[length] == '\n');
	return line[strspn(line, " \t")] == '#' ? "" : line;
}

/* Patterns are ours: one that does not compile is a bug, and matches nothing. */
static bool compile(regex_t *compiled, const char *pattern, int flags)
{
	return regcomp(compiled, pattern, REG_EXTENDED | flags) == 0;
}

bool source_has(const struct source *source, const char *pattern)
{
	regex_t compiled;

	if (!compile(&compiled, pattern, REG_NOSUB | REG_NEWLINE))
		return false;
	bool found = regexec(&compiled, source->text, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}

static void add_place(struct places *places, const char *path, int line, const char *text)
{
	if (places->count < SOURCES_MOST)
		places->items[places->count++] = (struct place){ path, line, text };
}

static bool matches(const regex_t *compiled, const char *text)
{
	return regexec(compiled, text, 0, NULL, 0) == 0;
}

/* ---- addresses ---- */

struct address_patterns {
	regex_t literal, connects, defaults;
};

static void find_addresses(struct tsk_call *call, const struct source *source,
			   const struct address_patterns *patterns, struct places *places)
{
	const char *at = source->text, *line, *before = "";
	regmatch_t found[2];

	for (int number = 1; (line = next_line(call, &at)); number++, before = line) {
		if (regexec(&patterns->literal, line, 2, found, 0))
			continue;
		const char *text = tsk_copy_bytes(call, line + found[1].rm_so,
						  (size_t)(found[1].rm_eo - found[1].rm_so));
		const char *port = strrchr(text, ':');
		/* A call may be broken after its bracket. */
		const char *both = tsk_format(call, "%s %s", before, line);
		if (matches(&patterns->defaults, both))
			continue;
		if (matches(&patterns->connects, both) || !strcmp(port, ":7233"))
			add_place(places, source->path, number, text);
	}
}

void sources_addresses(const struct sources *sources, struct places *places)
{
	struct address_patterns patterns;

	if (!compile(&patterns.literal,
		     "[\"']((\\[[0-9a-fA-F:]+\\]|[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*):"
		     "[0-9]{2,5})[\"']",
		     0))
		return;
	/* What the environment may replace is a default. */
	if (compile(&patterns.connects, "[Cc]lient\\.connect|connect\\(|target_host|[Tt]emporal",
		    REG_NOSUB) &&
	    compile(&patterns.defaults,
		    "environ|getenv|setdefault|add_argument|default *=|\\.get\\(|[^a-zA-Z]env\\(",
		    REG_NOSUB)) {
		for (size_t i = 0; i < sources->count; i++)
			if (source_has(&sources->items[i], "temporalio"))
				find_addresses(sources->call, &sources->items[i], &patterns,
					       places);
		regfree(&patterns.connects);
		regfree(&patterns.defaults);
	}
	regfree(&patterns.literal);
}

/* ---- task queues ---- */

/* The text that a name is set to in a source, or NULL. */
static const char *constant_in(struct tsk_call *call, const struct source *source, const char *name)
{
	const char *pattern =
		tsk_format(call, "(^|[^A-Za-z0-9_.])%s *(:[^=\n]*)?= *[\"']([^\"'\n]*)[\"']", name);
	const char *value = NULL;
	regmatch_t found[4];
	regex_t compiled;

	if (!compile(&compiled, pattern, REG_NEWLINE))
		return NULL;
	if (!regexec(&compiled, source->text, 4, found, 0))
		value = tsk_copy_bytes(call, source->text + found[3].rm_so,
				       (size_t)(found[3].rm_eo - found[3].rm_so));
	regfree(&compiled);
	return value;
}

/* The module that a source imports the name from, as the end of a path: "/billing/flows.py"; NULL:
 * not told. */
static const char *imported_from(struct tsk_call *call, const struct source *source,
				 const char *name)
{
	const char *pattern = tsk_format(
		call,
		"(^|\n)[ \t]*from +\\.*([A-Za-z0-9_.]+) +import +"
		"(\\(([^)]*[^A-Za-z0-9_)])?|([^\n(]*[^A-Za-z0-9_\n(])?)%s([^A-Za-z0-9_]|$)",
		name);
	const char *path = NULL;
	regmatch_t found[3];
	regex_t compiled;

	if (!compile(&compiled, pattern, 0))
		return NULL;
	if (!regexec(&compiled, source->text, 3, found, 0)) {
		char *module = tsk_copy_bytes(call, source->text + found[2].rm_so,
					      (size_t)(found[2].rm_eo - found[2].rm_so));
		for (char *at = module; *at; at++)
			*at = *at == '.' ? '/' : *at;
		path = tsk_format(call, "/%s.py", module);
	}
	regfree(&compiled);
	return path;
}

static bool ends_with(const char *text, const char *end)
{
	const size_t length = strlen(text), tail = strlen(end);

	return length >= tail && !strcmp(text + length - tail, end);
}

/* In its own source, in the one that it is imported from, else the one value that all other sources
 * agree on. */
static const char *constant(const struct sources *sources, const struct source *source,
			    const char *name)
{
	const char *dot = strrchr(name, '.');
	const char *last = dot ? dot + 1 : name;
	const char *value = dot ? NULL : constant_in(sources->call, source, last);

	if (value)
		return value;
	const char *from = dot ? NULL : imported_from(sources->call, source, last);
	for (size_t i = 0; from && i < sources->count && !value; i++)
		if (ends_with(tsk_format(sources->call, "/%s", sources->items[i].path), from))
			value = constant_in(sources->call, &sources->items[i], last);
	if (value)
		return value;
	for (size_t i = 0; i < sources->count; i++) {
		const char *other = constant_in(sources->call, &sources->items[i], last);
		if (other && value && strcmp(other, value) != 0)
			return NULL;
		value = other ? other : value;
	}
	return value;
}

/* What is given as task_queue= in a line, up to the comma behind it; NULL: nothing is. */
static const char *given_queue(struct tsk_call *call, const char *line)
{
	static const char name[] = "task_queue";

	for (; (line = strstr(line, name)); line += strlen(name)) {
		const char *value = line + strlen(name);
		value += strspn(value, " ");
		if (value[0] != '=' || value[1] == '=')
			continue;
		value += 1 + strspn(value + 1, " ");
		return tsk_copy_bytes(call, value, strcspn(value, ","));
	}
	return NULL;
}

void source_queues(const struct sources *sources, const struct source *source,
		   struct places *places, bool *unknown)
{
	struct tsk_call *call = sources->call;
	const char *at = source->text, *line;
	regmatch_t found[4];
	regex_t compiled;

	/* A text, a name, or either as the only argument of a call: TaskQueue(name=QUEUE). The
	 * worker may be run where it is made. */
	if (!compile(&compiled,
		     "^([A-Za-z_.]+\\(([a-z_]+=)?)?([\"'][^\"']*[\"']|[A-Za-z_][A-Za-z0-9_.]*)"
		     "[) ]*(\\.run\\(\\))?[) ]*(#.*)?$",
		     0))
		return;
	for (int number = 1; (line = next_line(call, &at)); number++) {
		const char *given = given_queue(call, line), *queue = NULL;
		if (!given)
			continue;
		if (!regexec(&compiled, given, 4, found, 0)) {
			const char *text =
				tsk_copy_bytes(call, given + found[3].rm_so,
					       (size_t)(found[3].rm_eo - found[3].rm_so));
			queue = *text == '"' || *text == '\''
					? tsk_copy_bytes(call, text + 1, strlen(text) - 2)
					: constant(sources, source, text);
		}
		if (queue)
			add_place(places, source->path, number, queue);
		else
			*unknown = true;
	}
	regfree(&compiled);
}
