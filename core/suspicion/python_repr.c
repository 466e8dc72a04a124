/* Results that are str() or repr() of Python's own values, "{'status': 'error', 'n': None}", or
 * what json.dumps() makes of numbers that JSON has not: the same told as JSON. Whether it is valid
 * is left to the JSON check. */
#include "suspicion.h"

#include <string.h>

struct rewriting {
	const char *at, *end;
	struct tsk_text json;
};

static void copy(struct rewriting *rewriting, size_t size)
{
	tsk_text_add_bytes(&rewriting->json, rewriting->at, size);
	rewriting->at += size;
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
		tsk_text_add(&rewriting->json, "'");
	else if (take_literal(rewriting, "\\x"))
		tsk_text_add(&rewriting->json, "\\u00");
	else if (*rewriting->at == '\\' && rewriting->end - rewriting->at > 1)
		copy(rewriting, 2);
	else {
		if (*rewriting->at == '"')
			tsk_text_add(&rewriting->json, "\\");
		copy(rewriting, 1);
	}
}

static void rewrite_string(struct rewriting *rewriting)
{
	char quote = *rewriting->at++;

	tsk_text_add(&rewriting->json, "\"");
	while (rewriting->at < rewriting->end && *rewriting->at != quote)
		rewrite_character(rewriting);
	if (rewriting->at < rewriting->end)
		rewriting->at++;
	tsk_text_add(&rewriting->json, "\"");
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
			tsk_text_add(&rewriting->json, words[i].json);
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
			copy(rewriting, 1);
	}
}

const char *json_of_python(struct tsk_call *call, const char *text, size_t size, size_t *json_size)
{
	struct rewriting rewriting = { text, text + size, { .call = call } };

	rewrite(&rewriting);
	*json_size = rewriting.json.size;
	return tsk_json_check(tsk_text_value(&rewriting.json), *json_size, NULL)
		       ? rewriting.json.bytes
		       : NULL;
}
