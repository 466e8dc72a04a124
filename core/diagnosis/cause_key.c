/* Telling whether two workflows are in trouble for the same cause: what varies from one to the
 * other (ids, numbers, and where the line in the code is known, quoted values) is masked. */
#include "classifier.h"

#include <ctype.h>
#include <string.h>

/* Longer messages that begin alike are alike. */
#define KEY_BYTES 400

struct mask {
	const char *id;
	size_t id_size;
	bool quotes; /* what is between them is masked, too */
};

/* The end of what one mark stands for at that place, where a word begins or not; NULL: it stands
 * for itself. */
static const char *masked_end(const struct mask *mask, const char *at, bool word)
{
	const char *end = at;

	if (word && mask->id_size && strncmp(at, mask->id, mask->id_size) == 0 &&
	    !isalnum((unsigned char)at[mask->id_size]))
		return at + mask->id_size;
	if (mask->quotes && (*at == '\'' || *at == '"')) {
		end = strchr(at + 1, *at);
		return end ? end + 1 : NULL;
	}
	while (isdigit((unsigned char)*end))
		end++;
	return end > at ? end : NULL;
}

static const char *text_masked(struct tsk_call *call, const struct mask *mask, const char *text)
{
	char *copy = tsk_alloc(call, KEY_BYTES + 1);
	const char *from = text;
	size_t size = 0;

	while (*text && size < KEY_BYTES) {
		const char *end =
			masked_end(mask, text, text == from || !isalnum((unsigned char)text[-1]));

		copy[size++] = *text;
		if (end)
			copy[size - 1] = '#';
		text = end ? end : text + 1;
	}
	copy[size] = '\0';
	return copy;
}

const char *tsk_cause_key(struct tsk_call *call, const struct tsk_workflow *workflow,
			  const struct tsk_diagnosis *diagnosis)
{
	const struct tsk_root_cause *cause = &diagnosis->root_cause;
	struct mask mask = { .id = or_empty(workflow->workflow_id),
			     .id_size = strlen(or_empty(workflow->workflow_id)),
			     .quotes = *or_empty(cause->location) != '\0' };
	/* A worker or a queue that is missing has no exception: the headline names it. */
	const char *text =
		*or_empty(cause->type) ? or_empty(cause->message) : or_empty(diagnosis->headline);

	return tsk_format(call, "%s\n%s\n%s", or_empty(cause->type), or_empty(cause->location),
			  text_masked(call, &mask, text));
}
