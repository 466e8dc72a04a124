/* Colour for people at a terminal. */
#include "color.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool color_wanted(const struct tsk_call *call, int descriptor)
{
	const char *when = tsk_setting(call, TSK_SETTING_COLOR);
	const char *refused = getenv("NO_COLOR"), *terminal = getenv("TERM");

	/* Whoever sets it cannot see colours, or does not want to: it holds against all else. */
	if ((refused && *refused) || !strcmp(when, "never"))
		return false;
	if (!strcmp(when, "always"))
		return true;
	return isatty(descriptor) && terminal && *terminal && strcmp(terminal, "dumb") != 0;
}

const char *color_text(struct tsk_call *call, bool wanted, enum color_part part, const char *text)
{
	static const char *const escapes[] = {
		[COLOR_HEADLINE] = "1", /* bold */
		[COLOR_COMMAND] = "36", /* cyan */
		[COLOR_ERROR] = "1;31", /* bold red */
	};

	return wanted ? tsk_format(call, "\033[%sm%s\033[0m", escapes[part], text) : text;
}
