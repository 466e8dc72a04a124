/* The strings of a pyproject.toml, by section and key: as much of TOML as declarations of
 * dependencies are written in. */
#include "neighbours.h"

#include <ctype.h>
#include <string.h>

struct scan {
	struct tsk_call *call;
	toml_visit *visit;
	void *what;
	const char *section;
	const char *key; /* of the list or value that goes on */
	int lists;       /* that are open */
};

static bool is_key_byte(char c)
{
	return isalnum((unsigned char)c) || (c && strchr("_-.", c));
}

/* [tool.uv.sources], [[tool.uv.index]]; in a list, a line may begin with a bracket as well. */
static const char *header_of(struct scan *scan, const char *line, size_t size)
{
	const char *name = line + strspn(line, "[");
	size_t length = strcspn(name, "]\n");

	if (*line != '[' || scan->lists || name + length >= line + size || name[length] != ']' ||
	    !isalpha((unsigned char)*name))
		return NULL;
	return tsk_copy_bytes(scan->call, name, length);
}

/* The key before a place in its line: `path` of `{ path = "../x"`; NULL: none stands there. */
static const char *key_before(struct scan *scan, const char *line, const char *at)
{
	const char *end;

	while (at > line && strchr(" \t", at[-1]))
		at--;
	if (at == line || at[-1] != '=')
		return NULL;
	for (at--; at > line && strchr(" \t\"'", at[-1]); at--)
		;
	for (end = at; at > line && is_key_byte(at[-1]); at--)
		;
	return at < end ? tsk_copy_bytes(scan->call, at, (size_t)(end - at)) : NULL;
}

/* The string that begins at the quote; returns what comes after it. */
static const char *take_string(struct scan *scan, const char *line, const char *whole,
			       const char *quote)
{
	const char *begin = quote + 1, *end = begin;

	while (*end && *end != '\n' && *end != *quote)
		end += 1 + (*quote == '"' && *end == '\\' && end[1] && end[1] != '\n');
	const char *own = key_before(scan, line, quote);
	/* A key may be quoted, too. */
	const char *after = end + (*end == *quote);
	if (after[strspn(after, " \t")] == '=')
		return after;
	const struct toml_string string = {
		.section = scan->section,
		.key = own         ? own
		       : scan->key ? scan->key
				   : "",
		.value = tsk_copy_bytes(scan->call, begin, (size_t)(end - begin)),
		.line = whole,
		.in_list = scan->lists > 0 && !own,
	};
	scan->visit(scan->what, &string);
	return after;
}

static void scan_line(struct scan *scan, const char *line, size_t size)
{
	const char *whole = tsk_copy_bytes(scan->call, line, size);
	const char *at = whole + strspn(whole, " \t"), *own = at;

	if (!scan->lists) {
		while (is_key_byte(*own) || *own == '"')
			own++;
		scan->key = own[strspn(own, " \t")] == '='
				    ? tsk_copy_bytes(scan->call, at, (size_t)(own - at))
				    : NULL;
	}
	while (*at && *at != '#') {
		if (*at == '"' || *at == '\'') {
			at = take_string(scan, whole, whole, at);
			continue;
		}
		scan->lists += (*at == '[') - (*at == ']' && scan->lists > 0);
		at++;
	}
}

void toml_strings(struct tsk_call *call, const char *text, toml_visit *visit, void *what)
{
	struct scan scan = { .call = call, .visit = visit, .what = what, .section = "" };

	while (*text) {
		size_t size = strcspn(text, "\n");
		const char *header = header_of(&scan, text + strspn(text, " \t"), size);

		if (header)
			scan.section = header;
		else
			scan_line(&scan, text, size);
		text += size + (text[size] == '\n');
	}
}
