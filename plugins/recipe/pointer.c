/* Values taken out of text: by JSON pointer, digit for digit, and by regular expression. */
#include "recipe.h"

#include <regex.h>
#include <string.h>

/* ---- walking over valid JSON ---- */

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* Behind the string that at begins. */
static const char *skip_string(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return at + (*at == '"');
}

/* Behind the value that at begins; nested ones are counted, not recursed into. */
static const char *skip_value(const char *at)
{
	size_t depth = 0;

	do {
		if (*at == '"') {
			at = skip_string(at);
		} else if (*at == '{' || *at == '[') {
			depth++;
			at++;
		} else if (*at == '}' || *at == ']') {
			depth--;
			at++;
		} else if (depth) {
			at += strcspn(at, "\"{}[]");
		} else {
			at += strcspn(at, ",]} \t\r\n");
		}
	} while (depth && *at);
	return at;
}

/* The characters of the string that a JSON text is; NULL where it is none. */
static const char *string_text(struct tsk_call *call, const char *json, size_t length)
{
	cJSON *item = cJSON_ParseWithLength(json, length);
	const char *text = cJSON_IsString(item) ? tsk_copy(call, item->valuestring) : NULL;

	cJSON_Delete(item);
	return text;
}

/* ---- one step of a pointer ---- */

static const char *find_member(struct tsk_call *call, const char *at, const char *name)
{
	for (at = skip_blanks(at + 1); *at == '"';) {
		const char *end = skip_string(at);
		const char *key = string_text(call, at, (size_t)(end - at));
		at = skip_blanks(skip_blanks(end) + 1);
		if (key && !strcmp(key, name))
			return at;
		at = skip_blanks(skip_value(at));
		at = skip_blanks(at + (*at == ','));
	}
	return NULL;
}

static const char *find_element(const char *at, const char *number)
{
	size_t index = 0;

	if (!*number || strspn(number, "0123456789") != strlen(number) || strlen(number) > 9 ||
	    (number[0] == '0' && number[1]))
		return NULL;
	for (; *number; number++)
		index = index * 10 + (size_t)(*number - '0');
	for (at = skip_blanks(at + 1); *at && *at != ']'; index--) {
		if (!index)
			return at;
		at = skip_blanks(skip_value(at));
		at = skip_blanks(at + (*at == ','));
	}
	return NULL;
}

/* The next name of a pointer: ~1 is a slash, ~0 a tilde. */
static const char *next_token(struct tsk_call *call, const char **pointer)
{
	size_t length = strcspn(*pointer + 1, "/");
	char *token = tsk_copy_bytes(call, *pointer + 1, length), *to = token;

	*pointer += 1 + length;
	for (const char *from = token; *from; from++) {
		bool escaped = *from == '~' && (from[1] == '0' || from[1] == '1');
		*to++ = !escaped ? *from : from[1] == '0' ? '~' : '/';
		from += escaped;
	}
	*to = '\0';
	return token;
}

const char *recipe_pointer(struct tsk_call *call, const char *json, const char *pointer)
{
	const char *at = skip_blanks(json);

	while (at && *pointer == '/') {
		const char *token = next_token(call, &pointer);
		if (*at == '{')
			at = find_member(call, at, token);
		else if (*at == '[')
			at = find_element(at, token);
		else
			at = NULL;
	}
	return at ? tsk_copy_bytes(call, at, (size_t)(skip_value(at) - at)) : NULL;
}

const char *recipe_pointer_text(struct tsk_call *call, const char *json, const char *pointer)
{
	const char *value = recipe_pointer(call, json, pointer);

	if (!value || !strcmp(value, "null"))
		return NULL;
	return *value == '"' ? string_text(call, value, strlen(value)) : value;
}

/* ---- regular expressions ---- */

bool recipe_match_check(struct tsk_call *call, const char *pattern, const char **problem)
{
	regex_t compiled;
	char why[200];
	int error = regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE);

	if (!error) {
		regfree(&compiled);
		return true;
	}
	regerror(error, &compiled, why, sizeof(why));
	*problem = tsk_copy(call, why);
	return false;
}

const char *recipe_match(struct tsk_call *call, const char *pattern, const char *text)
{
	regmatch_t found[2];
	regex_t compiled;

	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE))
		return NULL;
	bool matched = regexec(&compiled, text, 2, found, 0) == 0;
	const regmatch_t *which = matched && found[1].rm_so >= 0 ? &found[1] : &found[0];
	regfree(&compiled);
	return matched ? tsk_copy_bytes(call, text + which->rm_so,
					(size_t)(which->rm_eo - which->rm_so))
		       : NULL;
}
