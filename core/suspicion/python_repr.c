/* Results that are str() or repr() of Python's own values, "{'status': 'error', 'n': None}", or
 * what json.dumps() makes of numbers that JSON has not: the same told as JSON. Whether it is valid
 * is left to the JSON check. */
#include "suspicion.h"

#include <string.h>

/* A byte becomes two at most: a quotation mark inside, \x1b as \u001b, a quote that nothing closes.
 */
#define GROWTH 2

struct rewriting {
	const char *at, *end;
	char *out;
};

static void put_json(struct rewriting *rewriting, const char *text)
{
	size_t size = strlen(text);

	memcpy(rewriting->out, text, size);
	rewriting->out += size;
}

static bool take_literal(struct rewriting *rewriting, const char *word)
{
	size_t size = strlen(word);

	if ((size_t)(rewriting->end - rewriting->at) < size ||
	    memcmp(rewriting->at, word, size) != 0)
		return false;
	rewriting->at += size;
	return true;
}

/* One character of a string, an escape or not. */
static void rewrite_character(struct rewriting *rewriting)
{
	if (take_literal(rewriting, "\\'"))
		put_json(rewriting, "'");
	else if (take_literal(rewriting, "\\x"))
		put_json(rewriting, "\\u00");
	else if (*rewriting->at == '\\' && rewriting->end - rewriting->at > 1) {
		*rewriting->out++ = *rewriting->at++;
		*rewriting->out++ = *rewriting->at++;
	} else {
		if (*rewriting->at == '"')
			put_json(rewriting, "\\");
		*rewriting->out++ = *rewriting->at++;
	}
}

static void rewrite_string(struct rewriting *rewriting)
{
	char quote = *rewriting->at++;

	put_json(rewriting, "\"");
	while (rewriting->at < rewriting->end && *rewriting->at != quote)
		rewrite_character(rewriting);
	if (rewriting->at < rewriting->end)
		rewriting->at++;
	put_json(rewriting, "\"");
}

/* What stands outside of strings. */
static bool rewrite_word(struct rewriting *rewriting)
{
	static const struct {
		const char *python, *json;
	} words[] = {
		{ "None", "null" },   { "True", "true" },
		{ "False", "false" }, { "-Infinity", "null" },
		{ "-inf", "null" },   { "Infinity", "null" },
		{ "inf", "null" },    { "NaN", "null" },
		{ "nan", "null" },    { "(", "[" },
		{ ",)", "]" },        { ")", "]" },
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (take_literal(rewriting, words[i].python)) {
			put_json(rewriting, words[i].json);
			return true;
		}
	return false;
}

static void rewrite(struct rewriting *rewriting)
{
	while (rewriting->at < rewriting->end) {
		if (*rewriting->at == '\'' || *rewriting->at == '"')
			rewrite_string(rewriting);
		else if (!rewrite_word(rewriting))
			*rewriting->out++ = *rewriting->at++;
	}
}

const char *json_of_python(struct tsk_call *call, const char *text, size_t size, size_t *json_size)
{
	char *json = tsk_alloc(call, size * GROWTH + 1);
	struct rewriting rewriting = { text, text + size, json };

	rewrite(&rewriting);
	*rewriting.out = '\0';
	*json_size = (size_t)(rewriting.out - json);
	return tsk_json_check(json, *json_size, NULL) ? json : NULL;
}
