/* The pages of a history as they came from the server, and the one message that they make.
 *
 * Invariants: pages own their bytes (malloc'ed). What is damaged is refused when it is added, so
 * that joining cannot fail.
 */
#ifndef CORE_TEMPORAL_HISTORY_PAGES_H
#define CORE_TEMPORAL_HISTORY_PAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct history_page {
	struct history_page *next;
	uint8_t *bytes;
	size_t size;
};

/* Begins as { 0 }. */
struct history_pages {
	struct history_page *first, *last;
	size_t size; /* of all pages */
	const uint8_t
		*token; /* of the page that comes next, in the last one; size 0: that is all */
	size_t token_size;
	size_t events, events_size; /* size: as parts of a temporal.api.history.v1.History */
	/* The same up to the last event that is no workflow task without a number of its own; that
	 * event's number. */
	size_t written, written_size;
	uint64_t written_task;
};

/* Adds an answer to GetWorkflowExecutionHistory and takes its bytes, also where it is damaged:
 * false. */
bool history_pages_add(struct history_pages *pages, uint8_t *bytes, size_t size);

/* How many events were really written (see history_written), and the size of the message with them.
 */
size_t history_pages_written(const struct history_pages *pages, size_t *size);
/* Writes that message, a GetWorkflowExecutionHistoryResponse with nothing but a history. to: as
 * many bytes as it has. */
void history_pages_join(const struct history_pages *pages, uint8_t *to);

void history_pages_drop(struct history_pages *pages);

#endif
