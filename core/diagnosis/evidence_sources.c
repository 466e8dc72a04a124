/* Evidence from the project's own sources: what the server cannot tell. */
#include "tell.h"

#include "source_lines.h"

#include <string.h>

const char *places_text(const struct reading *reading, const struct tsk_strings *places)
{
	struct tsk_text text = { .call = reading->call };

	for (size_t i = 0; i < places->count; i++)
		tsk_text_join(&text, ", ", "%s", places->items[i]);
	return tsk_text_value(&text);
}

void tell_sources(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);

	if (more->callee && !strstr(reading->diagnosis->root_cause.message, more->callee))
		tell_line(reading, "what it calls there, at %s: '%s'",
			  reading->diagnosis->root_cause.location, more->callee);
	if (more->caught_at.count)
		tell_line(reading,
			  "%s catches %s, which never comes there: what it called fails with "
			  "%s, which has that as its cause only",
			  places_text(reading, &more->caught_at), type_raised(reading),
			  link && link->kind == TSK_FAILURE_CHILD_WORKFLOW ? "ChildWorkflowError"
									   : "ActivityError");
	if (more->completed_later_at.count)
		tell_line(reading,
			  "%s leaves the completion to somebody outside (raise_complete_async): it "
			  "is done only once that one completes it, by its task token or its ids",
			  places_text(reading, &more->completed_later_at));
	if (more->blocks_at.count)
		tell_line(reading,
			  "in an async function, %s blocks: while it lasts, its worker does "
			  "nothing else, neither workflow tasks nor heartbeats",
			  places_text(reading, &more->blocks_at));
}
