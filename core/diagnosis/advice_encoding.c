/* Evidence and advice on values that cannot be encoded, or are too large to be sent. */
#include "advice.h"
#include "encoding.h"

#include <string.h>

void tell_encoding(const struct reading *reading)
{
	const struct tsk_failure *failure = reading->diagnosis->failure;
	struct unencoded value = unencoded_value(reading);

	if (is_unbuilt(failure))
		tell_line(reading,
			  "the error's details cannot be encoded, so the server got in its place: "
			  "%s%s",
			  one_line(reading->call, tsk_failure_root(failure)->message),
			  reading->log_share == LOG_OF_THE_ORIGINAL
				  ? " (the error itself is from the worker's log)"
				  : "; the error itself is not in the logs that were read");
	else if (value.too_large && strcmp(value.what, ENCODED_HEARTBEAT) == 0)
		tell_line(reading, "it was failed while its code still ran (the worker's log): a "
				   "heartbeat was too large");
}

static const char *called(const struct unencoded *value)
{
	return *value->what ? value->what : "a value that it returns or passes on";
}

bool advise_encoding(const struct reading *reading)
{
	struct unencoded value = unencoded_value(reading);
	const char *type;

	/* A coroutine is no value that anyone wants to pass on. */
	if (!value.what || strcmp(value.type, "coroutine") == 0)
		return false;
	type = *value.type ? tsk_format(reading->call, " (%s)", value.type) : "";
	if (value.too_large) {
		advise_line(reading,
			    "%s is too large for the server (2 MB a value): store it elsewhere and "
			    "pass a reference",
			    called(&value));
		return true;
	}
	if (is_unbuilt(reading->diagnosis->failure)) {
		if (reading->log_share == LOG_OF_THE_ORIGINAL)
			advise_on_cause(reading, "correct what makes it fail");
		else
			advise_command(reading, "temporal-skill show-worker-log --errors",
				       "see in the worker's log which error it raised");
	}
	advise_line(reading,
		    "%s cannot be encoded%s%s: use a dataclass, dict, list, str or number, or give "
		    "the Client a data converter that takes it",
		    called(&value), type,
		    is_unbuilt(reading->diagnosis->failure) ? "" : place_text(reading));
	return true;
}
