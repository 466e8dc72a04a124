/* Typed values as people write them: durations, numbers, flags, choices. */
#include "typed_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* A hundred years: longer is a typing error, and sums of it with a clock stay in range. */
#define LONGEST_MS 3155760000000.0

static double unit_ms(const char *text, size_t *length)
{
	static const struct {
		const char *name;
		double ms;
	} units[] = {
		{ "ms", 1 }, { "s", 1000 }, { "m", 60000 }, { "h", 3600000 }, { "d", 86400000 }
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++) {
		*length = strlen(units[i].name);
		if (!strncmp(text, units[i].name, *length) &&
		    !isalpha((unsigned char)text[*length]))
			return units[i].ms;
	}
	return 0;
}

bool tsk_parse_duration(const char *text, int64_t *milliseconds)
{
	double sum = 0;

	if (!*text)
		return false;
	while (*text) {
		/* strtod also takes hex, inf and nan: not durations. */
		if (!isdigit((unsigned char)*text) && *text != '.')
			return false;
		if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
			return false;
		char *end;
		double number = strtod(text, &end);
		size_t length = 0;
		if (end == text)
			return false;
		double unit = *end ? unit_ms(end, &length) : 1000;
		if (unit == 0)
			return false;
		sum += number * unit;
		text = end + length;
	}
	if (!(sum <= LONGEST_MS))
		return false;
	*milliseconds = (int64_t)(sum + 0.5);
	return true;
}

bool tsk_parse_integer(const char *text, int64_t *number)
{
	char *end;

	if (!isdigit((unsigned char)text[text[0] == '-']))
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return !*end && !errno;
}

bool tsk_parse_flag(const char *text, bool *flag)
{
	static const char *const yes[] = { "true", "yes", "on", "1", NULL };
	static const char *const no[] = { "false", "no", "off", "0", NULL };

	for (size_t i = 0; yes[i]; i++) {
		if (!strcasecmp(text, yes[i]) || !strcasecmp(text, no[i])) {
			*flag = !strcasecmp(text, yes[i]);
			return true;
		}
	}
	return false;
}

bool value_choice(const char *text, const char *const *choices)
{
	for (; *choices; choices++)
		if (!strcmp(text, *choices))
			return true;
	return false;
}

const char *value_choices_text(struct tsk_call *call, const char *const *choices)
{
	const char *text = choices[0] ? choices[0] : "";

	for (size_t i = 1; choices[0] && choices[i]; i++)
		text = tsk_format(call, choices[i + 1] ? "%s, %s" : "%s or %s", text, choices[i]);
	return text;
}
