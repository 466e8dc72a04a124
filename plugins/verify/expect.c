/* Expectations: an answer held against what was declared.
 *
 * cJSON's numbers are doubles: 9007199254740993 would change. Here they are kept digit for digit,
 * as raw items that have their value beside them. */
#include "verification.h"

#include <regex.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers as they are written ---- */

/* The next number of a JSON text, outside its strings; "" past the last. */
static const char *next_number(const char **at)
{
	bool within = false;

	for (; **at; (*at)++) {
		if (within && **at == '\\' && (*at)[1])
			(*at)++;
		else if (**at == '"')
			within = !within;
		else if (!within && (**at == '-' || (**at >= '0' && **at <= '9')))
			break;
	}
	const char *number = *at;
	*at += strspn(*at, "-+.0123456789eE");
	return number;
}

/* The tree has its numbers in the order of the text. */
static void keep_digits(cJSON *item, const char **at)
{
	if (cJSON_IsNumber(item)) {
		const char *number = next_number(at);
		size_t length = (size_t)(*at - number);
		char *digits = cJSON_malloc(length + 1);
		if (!digits)
			return;
		memcpy(digits, number, length);
		digits[length] = '\0';
		item->type = cJSON_Raw;
		item->valuestring = digits;
	}
	for (cJSON *child = item->child; child; child = child->next)
		keep_digits(child, at);
}

cJSON *parse_exactly(struct tsk_call *call, const char *json)
{
	cJSON *item = tsk_parse(call, json);

	if (item)
		keep_digits(item, &json);
	return item;
}

static bool is_whole(const char *number)
{
	return !strpbrk(number, ".eE");
}

static bool same_number(const cJSON *one, const cJSON *other)
{
	if (!strcmp(one->valuestring, other->valuestring))
		return true;
	/* 1 is 1.0; but of whole numbers the digits decide. */
	return !(is_whole(one->valuestring) && is_whole(other->valuestring)) &&
	       one->valuedouble == other->valuedouble;
}

/* ---- values ---- */

typedef bool compare(const cJSON *expected, const cJSON *actual);

/* Each member that is expected is there. */
static bool has_members(const cJSON *expected, const cJSON *actual, compare *same)
{
	for (const cJSON *wanted = expected->child; wanted; wanted = wanted->next) {
		const cJSON *item = cJSON_GetObjectItemCaseSensitive(actual, wanted->string);
		if (!item || !same(wanted, item))
			return false;
	}
	return true;
}

static bool same_value(const cJSON *expected, const cJSON *actual)
{
	if (cJSON_IsRaw(expected) && cJSON_IsRaw(actual))
		return same_number(expected, actual);
	if (cJSON_IsObject(expected) && cJSON_IsObject(actual))
		return cJSON_GetArraySize(expected) == cJSON_GetArraySize(actual) &&
		       has_members(expected, actual, same_value);
	if (!cJSON_IsArray(expected) || !cJSON_IsArray(actual))
		return cJSON_Compare(expected, actual, true);
	const cJSON *wanted = expected->child, *item = actual->child;
	while (wanted && item && same_value(wanted, item)) {
		wanted = wanted->next;
		item = item->next;
	}
	return !wanted && !item;
}

static bool contains(const cJSON *expected, const cJSON *actual);

/* Which element of the list each expected one has; an element is had by one only. */
struct matching {
	const cJSON **wanted, **items;
	int count;   /* of items */
	int *had_by; /* item -> wanted, -1: nobody */
	bool *tried; /* items, in the search under way */
};

/* Finds an element for an expected one; who had it may move to another. */
static bool place(struct matching *matching, int which)
{
	for (int i = 0; i < matching->count; i++) {
		if (matching->tried[i] || !contains(matching->wanted[which], matching->items[i]))
			continue;
		matching->tried[i] = true;
		if (matching->had_by[i] < 0 || place(matching, matching->had_by[i])) {
			matching->had_by[i] = which;
			return true;
		}
	}
	return false;
}

static const cJSON **elements(const cJSON *list, int count)
{
	const cJSON **items = calloc((size_t)count + 1, sizeof(*items));
	int at = 0;

	for (const cJSON *item = list->child; items && item; item = item->next)
		items[at++] = item;
	return items;
}

/* Each expected element is found in the list, in any place, and each is another one. */
static bool list_contains(const cJSON *expected, const cJSON *actual)
{
	const int wanted = cJSON_GetArraySize(expected), count = cJSON_GetArraySize(actual);
	struct matching matching = {
		.wanted = elements(expected, wanted),
		.items = elements(actual, count),
		.count = count,
		.had_by = calloc((size_t)count + 1, sizeof(*matching.had_by)),
		.tried = calloc((size_t)count + 1, sizeof(*matching.tried)),
	};
	bool found = wanted <= count && matching.wanted && matching.items && matching.had_by &&
		     matching.tried;

	for (int i = 0; found && i < count; i++)
		matching.had_by[i] = -1;
	for (int i = 0; found && i < wanted; i++) {
		memset(matching.tried, 0, (size_t)count * sizeof(*matching.tried));
		found = place(&matching, i);
	}
	free(matching.wanted);
	free(matching.items);
	free(matching.had_by);
	free(matching.tried);
	return found;
}

static bool contains(const cJSON *expected, const cJSON *actual)
{
	if (cJSON_IsObject(expected) && cJSON_IsObject(actual))
		return has_members(expected, actual, contains);
	if (cJSON_IsArray(expected) && cJSON_IsArray(actual))
		return list_contains(expected, actual);
	return same_value(expected, actual);
}

/* ---- texts ---- */

bool expect_equal(struct tsk_call *call, const char *expected, const char *actual)
{
	const cJSON *left = parse_exactly(call, expected), *right = parse_exactly(call, actual);

	return left && right && same_value(left, right);
}

bool expect_subset(struct tsk_call *call, const char *expected, const char *actual)
{
	const cJSON *left = parse_exactly(call, expected), *right = parse_exactly(call, actual);

	return left && right && contains(left, right);
}

bool expect_match(const char *pattern, const char *actual)
{
	regex_t compiled;

	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NOSUB))
		return false;
	bool found = regexec(&compiled, actual, 0, NULL, 0) == 0;
	regfree(&compiled);
	return found;
}
