/* Evidence from the project's own sources: what the server cannot tell. */
#include "tell.h"

#include "source_lines.h"

#include <string.h>

static const char *joined(const struct reading *reading, const struct tsk_strings *words,
			  const char *separator)
{
	struct tsk_text text = { .call = reading->call };

	for (size_t i = 0; i < words->count; i++)
		tsk_text_join(&text, separator, "%s", words->items[i]);
	return tsk_text_value(&text);
}

const char *places_text(const struct reading *reading, const struct tsk_strings *places)
{
	return joined(reading, places, ", ");
}

static bool names_only(const struct tsk_strings *queues, const char *queue)
{
	return queues->count == 1 && strcmp(queues->items[0], queue) == 0;
}

/* What code means for a verdict, wherever it stands. */
static void tell_places(const struct reading *reading, const struct tsk_symptoms_more *more)
{
	const struct {
		const struct tsk_strings *at;
		const char *before, *means;
	} rows[] = {
		{ &more->completed_later_at, "",
		  "leaves the completion to somebody outside (raise_complete_async): it is done "
		  "only once that one completes it, by its task token or its ids" },
		{ &more->awaits_outside_at, "",
		  "awaits a connection (Client.connect, a socket), thread or process, which "
		  "workflow code has not: nothing ever ends that" },
		{ &more->replaying_at, "",
		  "asks is_replaying(): what hangs on that is left out, or done, at a replay "
		  "only" },
		{ &more->spins_at, "",
		  "loops around sleep(0): its task never ends, so that no message can come in" },
		{ &more->union_at, "",
		  "takes a union of types: a value is made of the first of them that it fits, and "
		  "fields that are too many are left out" },
		{ &more->blocks_at, "in an async function, ",
		  "blocks: while it lasts, its worker does nothing else, neither workflow tasks "
		  "nor heartbeats" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].at->count)
			tell_line(reading, "%s%s %s", rows[i].before,
				  places_text(reading, rows[i].at), rows[i].means);
}

void tell_sources(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);

	if (more->source_queues.count && !names_only(&more->source_queues, reading->queue))
		tell_line(reading, "this project's sources name the task queues '%s'",
			  joined(reading, &more->source_queues, "', '"));
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
	if (more->waits_at.count)
		tell_line(reading, "as its sources have it, '%s' waits for a condition at %s",
			  or_empty(reading->workflow->type), places_text(reading, &more->waits_at));
	tell_places(reading, more);
}
