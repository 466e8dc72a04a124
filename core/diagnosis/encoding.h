/* Values that cannot be encoded, or are too large to be sent. */
#ifndef CORE_DIAGNOSIS_ENCODING_H
#define CORE_DIAGNOSIS_ENCODING_H

#include "classifier.h"

#define ENCODED_HEARTBEAT "what it gives to activity.heartbeat()"

struct unencoded {
	const char *what; /* "what the activity returns"; "": not known; NULL: nothing of the kind
			   */
	const char *type; /* "Decimal", or "" */
	bool too_large;
};

/* What the root cause says of that. */
struct unencoded unencoded_value(const struct reading *reading);

/* Whether an error could not be encoded itself, so that one about the encoding is in its place. */
bool is_unbuilt(const struct tsk_failure *failure);

/* Then takes the error itself from the worker's log, where that has it. */
void take_original_error(struct reading *reading, const struct tsk_failure *failure);

#endif
