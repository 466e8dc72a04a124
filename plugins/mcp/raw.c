/* Walking a JSON text that is known to be valid. */
#include "raw.h"

#include <cjson/cJSON.h>
#include <string.h>

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t\r\n");
}

/* at stands on the opening quote; behind the closing one. */
static const char *skip_string(const char *at)
{
	for (at++; *at && *at != '"'; at++)
		if (*at == '\\' && at[1])
			at++;
	return *at ? at + 1 : at;
}

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
			at++;
		} else {
			at += strcspn(at, " \t\r\n,}]");
		}
	} while (depth && *at);
	return at;
}

/* Names may be written with escapes. */
static bool is_named(const char *key, size_t size, const char *name)
{
	if (!memchr(key, '\\', size))
		return size == strlen(name) + 2 && !strncmp(key + 1, name, size - 2);
	cJSON *text = cJSON_ParseWithLength(key, size);
	bool same = cJSON_IsString(text) && !strcmp(text->valuestring, name);
	cJSON_Delete(text);
	return same;
}

/* The value of an object's member; NULL: none of that name, or no object. */
static const char *find_member(const char *at, const char *name)
{
	if (*at != '{')
		return NULL;
	at = skip_blanks(at + 1);
	while (*at == '"') {
		const char *key = at;
		at = skip_string(at);
		bool found = is_named(key, (size_t)(at - key), name);
		at = skip_blanks(skip_blanks(at) + 1); /* the colon */
		if (found)
			return at;
		at = skip_blanks(skip_value(at));
		if (*at == ',')
			at = skip_blanks(at + 1);
	}
	return NULL;
}

static const char *find_path(const char *json, const char *const *path)
{
	const char *at = skip_blanks(json);

	for (; at && *path; path++)
		at = find_member(at, *path);
	return at;
}

const char *raw_member(struct tsk_call *call, const char *json, const char *const *path)
{
	const char *at = find_path(json, path);

	return at ? tsk_copy_bytes(call, at, (size_t)(skip_value(at) - at)) : NULL;
}

/* ---- NUL ---- */

static bool has_nul_within(const char *at, const char *end)
{
	for (; at < end; at++) {
		if (*at != '\\')
			continue;
		if (!strncmp(at, "\\u0000", strlen("\\u0000")))
			return true;
		at++;
	}
	return false;
}

static bool has_nul_in_keys(const char *at)
{
	if (*at != '{')
		return false;
	at = skip_blanks(at + 1);
	while (*at == '"') {
		const char *key = at;
		at = skip_string(at);
		if (has_nul_within(key, at))
			return true;
		at = skip_blanks(skip_value(skip_blanks(skip_blanks(at) + 1)));
		if (*at == ',')
			at = skip_blanks(at + 1);
	}
	return false;
}

bool raw_has_nul(const char *json, const char *const *but)
{
	const char *part = but ? find_path(json, but) : NULL;
	const char *end = json + strlen(json);

	if (!part)
		return has_nul_within(json, end);
	return has_nul_within(json, part) || has_nul_in_keys(part) ||
	       has_nul_within(skip_value(part), end);
}
