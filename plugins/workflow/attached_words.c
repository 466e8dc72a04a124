/* Whether words name a workflow: what a starter printed, and the strings of its source. */
#include "attached_workflows.h"

#include <temporal-skill/sources.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

/* Longer ones are no ids. */
#define ID_LONGEST  1000

/* Of a string with {something} in it, the letters that stay must be so many to mean one. */
#define FIXED_LEAST 3

static bool is_word(unsigned char one)
{
	return isalnum(one) || one >= 0x80 || one == '_' || one == '-';
}

static bool has_word(const char *line, size_t length, const char *word)
{
	const size_t size = strlen(word);

	for (size_t i = 0; i + size <= length; i++)
		if (!strncasecmp(line + i, word, size))
			return true;
	return false;
}

static bool has_one_of(const char *line, size_t length, const char *const *words)
{
	for (; *words; words++)
		if (has_word(line, length, *words))
			return true;
	return false;
}

/* "done" and "42" stand in many an output; "order-42" does not by chance. */
static bool is_like_id(const char *word, size_t length)
{
	bool letter = false, digit = false, mark = false;

	for (size_t i = 0; i < length; i++) {
		letter |= isalpha((unsigned char)word[i]) != 0;
		digit |= isdigit((unsigned char)word[i]) != 0;
		mark |= i && i + 1 < length && strchr("-_:#/@", word[i]) != NULL;
	}
	return (letter && digit) || (mark && (letter || digit));
}

/* ---- the output ---- */

static bool line_names(const char *line, size_t length, const char *id)
{
	const size_t size = strlen(id);

	for (size_t i = 0; size && i + size <= length; i++) {
		const char *at = line + i, *end = at + size;
		const size_t left = length - i - size;
		if (memcmp(at, id, size) != 0)
			continue;
		if (i && (is_word((unsigned char)at[-1]) || strchr("./", at[-1])))
			continue;
		if (!left || !(is_word((unsigned char)*end) || *end == '/' ||
			       (strchr(".:", *end) && left > 1 && is_word((unsigned char)end[1]))))
			return true;
	}
	return false;
}

bool output_names(const char *output, const char *id, bool said_to_be_there)
{
	static const char *const there[] = {
		"already", "exist", "attach", "reus", "running", NULL
	};

	for (const char *line = output; *line;) {
		const size_t length = strcspn(line, "\n");
		if (line_names(line, length, id) &&
		    (is_like_id(id, strlen(id)) || has_word(line, length, "workflow")) &&
		    (!said_to_be_there || has_one_of(line, length, there)))
			return true;
		line += length + (line[length] == '\n');
	}
	return false;
}

static void take_word(struct tsk_lines *words, const char *word, size_t length, bool any)
{
	while (length && strchr(".:!?", word[length - 1]))
		length--;
	if (!length || length > ID_LONGEST || (!any && !is_like_id(word, length)))
		return;
	tsk_lines_add(words, "%.*s", (int)length, word);
	/* "id:order-42" */
	const char *colon = memrchr(word, ':', length);
	if (colon)
		take_word(words, colon + 1, length - (size_t)(colon + 1 - word), any);
}

struct tsk_strings words_like_ids(struct tsk_call *call, const char *output, size_t limit)
{
	static const char between[] = " \t\r\"'`()[]{}<>,;=|\\";
	struct tsk_lines words = { .call = call, .limit = limit };

	for (const char *line = output; *line;) {
		const size_t length = strcspn(line, "\n");
		const bool any = has_word(line, length, "workflow");
		for (size_t at = 0; at < length;) {
			size_t size = strcspn(line + at, between);
			size = size < length - at ? size : length - at;
			take_word(&words, line + at, size, any);
			at += size + 1;
		}
		line += length + (line[length] == '\n');
	}
	return tsk_lines_take(&words);
}

/* ---- the source ---- */

/* A string of Python between its quotes. */
struct literal {
	const char *text;
	size_t length;
	bool has_parts; /* f"..." */
	int line;
};

static bool matches(const char *pattern, size_t length, const char *id)
{
	for (; length; pattern++, length--, id++) {
		if (*pattern == '{') {
			const char *close = memchr(pattern, '}', length);
			if (!close)
				return false;
			const size_t left = length - (size_t)(close + 1 - pattern);
			for (const char *rest = id; *rest; rest++)
				if (matches(close + 1, left, rest + 1))
					return true;
			return false;
		}
		if (*pattern != *id)
			return false;
	}
	return !*id;
}

static size_t fixed_part(const struct literal *literal)
{
	size_t fixed = 0;
	bool within = false;

	for (size_t i = 0; i < literal->length; i++) {
		within |= literal->text[i] == '{';
		fixed += !within;
		within &= literal->text[i] != '}';
	}
	return fixed;
}

static bool is_named_by(const struct literal *literal, const char *id, bool in_parts)
{
	if (literal->length == strlen(id) && !memcmp(literal->text, id, literal->length))
		return true;
	return in_parts && literal->has_parts && fixed_part(literal) >= FIXED_LEAST &&
	       matches(literal->text, literal->length, id);
}

/* The next string of the source from *at on; those over several lines are passed over. */
static bool next_literal(const char *source, const char **at, struct literal *literal)
{
	for (const char *now = *at; *now; now++) {
		literal->line += *now == '\n';
		if (*now == '#')
			now += strcspn(now, "\n") - 1;
		if (*now != '"' && *now != '\'')
			continue;
		const char three[] = { *now, *now, *now, '\0' }, one[] = { *now, '\n', '\0' };
		if (!strncmp(now, three, 3)) {
			const char *end = strstr(now + 3, three);
			for (; end && now < end; now++)
				literal->line += *now == '\n';
			if (!end)
				return false;
			now = end + 2;
			continue;
		}
		literal->text = now + 1;
		literal->length = strcspn(now + 1, one);
		literal->has_parts = now > source && (now[-1] == 'f' || now[-1] == 'F');
		*at = now + 1 + literal->length;
		*at += **at == *now;
		return true;
	}
	return false;
}

const char *source_names(struct tsk_call *call, const char *path, const char *id, bool in_parts,
			 bool waits)
{
	static const char *const attaches[] = { "USE_EXISTING", NULL };
	static const char *const may_wait[] = { "USE_EXISTING",        "AlreadyStarted",
						"start_signal",        "with_start",
						"get_workflow_handle", NULL };
	const char *source = tsk_project_source(call, path);
	struct literal literal = { .line = 1 };

	if (!source)
		tsk_forget_error(call);
	if (!source || !has_one_of(source, strlen(source), waits ? may_wait : attaches))
		return NULL;
	for (const char *at = source; next_literal(source, &at, &literal);)
		if (is_named_by(&literal, id, in_parts))
			return tsk_format(call, "%s:%d", path, literal.line);
	return NULL;
}
