/* The pages of a history: looked through once for what they hold, joined into one message. */
#include "history_pages.h"

#include "call/arena.h"
#include "wire_reader.h"

#include <temporal-skill/client.h>

#include <stdlib.h>
#include <string.h>

/* temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse */
#define PAGE_HISTORY     1
#define PAGE_RAW_HISTORY 2
#define PAGE_TOKEN       3
/* temporal.api.common.v1.DataBlob */
#define BLOB_ENCODING    1
#define BLOB_DATA        2
#define ENCODING_PROTO3  1
/* temporal.api.history.v1.History and HistoryEvent */
#define HISTORY_EVENT    1
#define EVENT_TYPE       3
#define EVENT_TASK       5

/* Of a member with a number below 16 that has bytes. */
#define TAG_OF(number)   ((uint8_t)((number) << 3 | WIRE_BYTES))

typedef bool visit_event(void *context, const uint8_t *bytes, size_t size);

static bool each_event_of(const uint8_t *bytes, size_t size, visit_event *visit, void *context)
{
	struct wire_reader reader = { bytes, bytes + size };
	struct wire_field field;

	while (reader.at < reader.end) {
		if (!wire_next(&reader, &field))
			return false;
		if (field.number == HISTORY_EVENT && field.kind == WIRE_BYTES &&
		    !visit(context, field.bytes, field.size))
			return false;
	}
	return true;
}

/* A namespace may be set up to give histories as they are stored: as messages in blobs. */
static bool each_event_of_blob(const uint8_t *bytes, size_t size, visit_event *visit, void *context)
{
	struct wire_reader reader = { bytes, bytes + size };
	struct wire_field field, data = { .size = 0 };
	uint64_t encoding = 0;

	while (reader.at < reader.end) {
		if (!wire_next(&reader, &field))
			return false;
		if (field.number == BLOB_ENCODING && field.kind == WIRE_VARINT)
			encoding = field.value;
		else if (field.number == BLOB_DATA && field.kind == WIRE_BYTES)
			data = field;
	}
	return encoding == ENCODING_PROTO3 &&
	       (!data.size || each_event_of(data.bytes, data.size, visit, context));
}

static bool each_event(const struct history_page *page, visit_event *visit, void *context)
{
	struct wire_reader reader = { page->bytes, page->bytes + page->size };
	struct wire_field field;
	bool fine = true;

	while (fine && reader.at < reader.end) {
		if (!wire_next(&reader, &field))
			return false;
		if (field.kind != WIRE_BYTES || !field.size)
			continue;
		if (field.number == PAGE_HISTORY)
			fine = each_event_of(field.bytes, field.size, visit, context);
		else if (field.number == PAGE_RAW_HISTORY)
			fine = each_event_of_blob(field.bytes, field.size, visit, context);
	}
	return fine;
}

/* ---- what they hold ---- */

static size_t varint_size(size_t value)
{
	size_t size = 1;

	for (; value > 0x7f; value >>= 7)
		size++;
	return size;
}

static bool count_event(void *context, const uint8_t *bytes, size_t size)
{
	struct history_pages *pages = context;
	struct wire_reader reader = { bytes, bytes + size };
	struct wire_field field;
	uint64_t type = 0, task = 0;

	while (reader.at < reader.end) {
		if (!wire_next(&reader, &field))
			return false;
		if (field.kind == WIRE_VARINT && field.number == EVENT_TYPE)
			type = field.value;
		else if (field.kind == WIRE_VARINT && field.number == EVENT_TASK)
			task = field.value;
	}
	pages->events++;
	pages->events_size += 1 + varint_size(size) + size;
	if ((type == TSK_EVENT_TASK_SCHEDULED || type == TSK_EVENT_TASK_STARTED) &&
	    (int64_t)task <= 0)
		return true;
	pages->written = pages->events;
	pages->written_size = pages->events_size;
	pages->written_task = (int64_t)task > 0 ? task : 0;
	return true;
}

static void find_token(struct history_pages *pages, const struct history_page *page)
{
	struct wire_reader reader = { page->bytes, page->bytes + page->size };
	struct wire_field field;

	pages->token = NULL;
	pages->token_size = 0;
	while (reader.at < reader.end && wire_next(&reader, &field)) {
		if (field.number != PAGE_TOKEN || field.kind != WIRE_BYTES)
			continue;
		pages->token = field.bytes;
		pages->token_size = field.size;
	}
}

bool history_pages_add(struct history_pages *pages, uint8_t *bytes, size_t size)
{
	struct history_page *page = malloc(sizeof(*page));

	if (!page)
		out_of_memory();
	*page = (struct history_page){ .bytes = bytes, .size = bytes ? size : 0 };
	if (pages->last)
		pages->last->next = page;
	else
		pages->first = page;
	pages->last = page;
	pages->size += page->size;
	pages->token = NULL;
	pages->token_size = 0;
	if (!page->size)
		return true;
	find_token(pages, page);
	return each_event(page, count_event, pages);
}

/* ---- one message ---- */

size_t history_pages_written(const struct history_pages *pages, size_t *size)
{
	const bool told = pages->written && pages->written_task;
	const size_t history = told ? pages->written_size : pages->events_size;

	*size = 1 + varint_size(history) + history;
	return told ? pages->written : pages->events;
}

struct joining {
	uint8_t *at;
	size_t left;
};

static uint8_t *put_varint(uint8_t *at, size_t value)
{
	for (; value > 0x7f; value >>= 7)
		*at++ = (uint8_t)(value | 0x80);
	*at++ = (uint8_t)value;
	return at;
}

static bool put_event(void *context, const uint8_t *bytes, size_t size)
{
	struct joining *joining = context;

	if (!joining->left)
		return true;
	joining->left--;
	*joining->at++ = TAG_OF(HISTORY_EVENT);
	joining->at = put_varint(joining->at, size);
	if (size)
		memcpy(joining->at, bytes, size);
	joining->at += size;
	return true;
}

void history_pages_join(const struct history_pages *pages, uint8_t *to)
{
	size_t size;
	struct joining joining = { .left = history_pages_written(pages, &size) };
	const size_t history =
		joining.left == pages->events ? pages->events_size : pages->written_size;

	*to++ = TAG_OF(PAGE_HISTORY);
	joining.at = put_varint(to, history);
	for (const struct history_page *page = pages->first; page; page = page->next)
		each_event(page, put_event, &joining);
}

void history_pages_drop(struct history_pages *pages)
{
	for (struct history_page *page = pages->first, *next; page; page = next) {
		next = page->next;
		free(page->bytes);
		free(page);
	}
	*pages = (struct history_pages){ .first = NULL };
}
