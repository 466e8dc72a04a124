/* Expectations: an answer held against what was declared. */
#include "verification.h"

#include <regex.h>
#include <string.h>

bool expect_equal(const char *expected, const char *actual)
{
	/* The same text needs no parsing, which would round numbers beyond 2^53. */
	if (!strcmp(expected, actual))
		return true;
	cJSON *left = cJSON_Parse(expected), *right = cJSON_Parse(actual);
	bool equal = left && right && cJSON_Compare(left, right, true);
	cJSON_Delete(left);
	cJSON_Delete(right);
	return equal;
}

static bool contains(const cJSON *expected, const cJSON *actual);

/* Each expected element is found in the list, in any place. */
static bool list_contains(const cJSON *expected, const cJSON *actual)
{
	for (const cJSON *wanted = expected->child; wanted; wanted = wanted->next) {
		const cJSON *item = actual->child;
		while (item && !contains(wanted, item))
			item = item->next;
		if (!item)
			return false;
	}
	return true;
}

static bool contains(const cJSON *expected, const cJSON *actual)
{
	if (cJSON_IsObject(expected) && cJSON_IsObject(actual)) {
		for (const cJSON *wanted = expected->child; wanted; wanted = wanted->next) {
			const cJSON *item =
				cJSON_GetObjectItemCaseSensitive(actual, wanted->string);
			if (!item || !contains(wanted, item))
				return false;
		}
		return true;
	}
	if (cJSON_IsArray(expected) && cJSON_IsArray(actual))
		return list_contains(expected, actual);
	return cJSON_Compare(expected, actual, true);
}

bool expect_subset(const char *expected, const char *actual)
{
	cJSON *left = cJSON_Parse(expected), *right = cJSON_Parse(actual);
	bool found = left && right && contains(left, right);

	cJSON_Delete(left);
	cJSON_Delete(right);
	return found;
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
