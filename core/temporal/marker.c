/* What an SDK noted in a marker: the server keeps it and knows nothing of it. Those of the SDKs'
 * common core are read (local activities, patches); of others there is the name. */
#include "marker.h"

#include "convert.h"
#include "text/json_scan.h"

#include <string.h>

/* Longer names than the server allows are cut. */
#define TEXT_ROOM 1024

static const Pb__Payloads *marker_detail(const Pb__MarkerRecordedEventAttributes *marker,
					 const char *name)
{
	for (size_t i = 0; i < marker->n_details; i++)
		if (strcmp(marker->details[i]->key, name) == 0)
			return marker->details[i]->value;
	return NULL;
}

/* A text in the object that the detail is; "" where it is none, encoded by the project, say. */
static const char *text_in(struct tsk_call *call, const Pb__MarkerRecordedEventAttributes *marker,
			   const char *name, const char *member)
{
	struct tsk_payloads payloads = { .count = 0 };
	struct json_piece key, value;
	char text[TEXT_ROOM];

	payloads_from_wire(call, marker_detail(marker, name), &payloads);
	if (payloads.count != 1)
		return "";
	const char *json = tsk_payload_json(call, &payloads.items[0]);
	struct json_cursor cursor = { .at = json, .end = json + strlen(json) };
	if (json_kind(&cursor) != '{')
		return "";
	json_enter(&cursor);
	while (json_next_member(&cursor, &key)) {
		bool is_text = json_kind(&cursor) == '"';
		json_skip(&cursor, &value);
		if (key.size != strlen(member) || memcmp(key.text, member, key.size) != 0)
			continue;
		if (is_text)
			json_unescape(value, text, sizeof(text), NULL);
		return is_text ? tsk_copy(call, text) : "";
	}
	return "";
}

void marker_from_wire(struct tsk_call *call, const Pb__MarkerRecordedEventAttributes *marker,
		      struct tsk_event *event)
{
	event->cause = text_valid_utf8(call, marker->marker_name);
	if (strcmp(event->cause, "core_local_activity") == 0) {
		event->activity_type = text_in(call, marker, "data", "activity_type");
		payloads_from_wire(call, marker_detail(marker, "result"), &event->result);
	} else if (strcmp(event->cause, "core_patch") == 0) {
		event->reason = text_in(call, marker, "patch-data", "id");
	}
}
