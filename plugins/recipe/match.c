/* Values taken out of a program's output by regular expression. */
#include "recipe.h"

#include <regex.h>

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
