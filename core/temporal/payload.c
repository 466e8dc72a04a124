/* Payloads: from the wire, to JSON text, and back. */
#include "codec.h"
#include "convert.h"
#include "text/json_write.h"

#include <string.h>

/* Bytes are shown in base64, and a json/plain that is no JSON as text, up to this size: enough for
 * keys, digests and NaN, and small beside the rest of an answer. */
#define SHOWN_MOST 1024

/* ---- from the wire ---- */

/* The encodings that the SDKs' default data converter writes: those need no codec. */
static const char *const own_encodings[] = {
	"json/plain", "json/protobuf", "binary/null", "binary/plain", "binary/protobuf",
};

static const char *own_encoding(const void *name, size_t size)
{
	for (size_t i = 0; i < sizeof(own_encodings) / sizeof(*own_encodings); i++)
		if (size == strlen(own_encodings[i]) && memcmp(name, own_encodings[i], size) == 0)
			return own_encodings[i];
	return NULL;
}

static const char *metadata_text(struct tsk_call *call, ProtobufCBinaryData value)
{
	const char *own = value.len ? own_encoding(value.data, value.len) : "";

	return own ? own : text_valid_utf8(call, tsk_copy_bytes(call, value.data, value.len));
}

void payload_from_wire(struct tsk_call *call, const Pb__Payload *message,
		       struct tsk_payload *payload)
{
	*payload = (struct tsk_payload){ .encoding = "",
					 .data = (const uint8_t *)"",
					 .wire = message };
	if (!message)
		return;
	for (size_t i = 0; i < message->n_metadata; i++) {
		const Pb__Payload__MetadataEntry *entry = message->metadata[i];

		if (strcmp(entry->key, "encoding") == 0)
			payload->encoding = metadata_text(call, entry->value);
		else if (strcmp(entry->key, "messageType") == 0)
			payload->message_type = metadata_text(call, entry->value);
	}
	if (message->data.len) {
		payload->data = message->data.data;
		payload->size = message->data.len;
	}
}

void payloads_from_wire(struct tsk_call *call, const Pb__Payloads *message,
			struct tsk_payloads *payloads)
{
	*payloads = (struct tsk_payloads){ 0 };
	if (!message || !message->n_payloads)
		return;
	struct tsk_payload *items = tsk_alloc(call, message->n_payloads * sizeof(*items));
	for (size_t i = 0; i < message->n_payloads; i++)
		payload_from_wire(call, message->payloads[i], &items[i]);
	payloads->items = items;
	payloads->count = message->n_payloads;
}

/* ---- to the wire ---- */

Pb__Payloads *payloads_to_wire(struct tsk_call *call, const char *json)
{
	if (!json)
		return NULL;
	Pb__Payload__MetadataEntry *entry = tsk_alloc(call, sizeof(*entry));
	pb__payload__metadata_entry__init(entry);
	entry->key = tsk_copy(call, "encoding");
	entry->value.data = (uint8_t *)tsk_copy(call, own_encodings[0]);
	entry->value.len = strlen(own_encodings[0]);

	Pb__Payload *payload = tsk_alloc(call, sizeof(*payload));
	pb__payload__init(payload);
	payload->metadata = tsk_alloc(call, sizeof(*payload->metadata));
	payload->metadata[0] = entry;
	payload->n_metadata = 1;
	payload->data.data = (uint8_t *)tsk_copy(call, json);
	payload->data.len = strlen(json);

	Pb__Payloads *payloads = tsk_alloc(call, sizeof(*payloads));
	pb__payloads__init(payloads);
	payloads->payloads = tsk_alloc(call, sizeof(*payloads->payloads));
	payloads->payloads[0] = payload;
	payloads->n_payloads = 1;
	return payloads;
}

/* ---- to JSON ---- */

static bool needs_codec(const struct tsk_payload *payload)
{
	return !own_encoding(payload->encoding, strlen(payload->encoding));
}

static bool is_text(const struct tsk_payload *payload)
{
	const char *text = (const char *)payload->data;

	return payload->size && !memchr(text, 0, payload->size);
}

/* What it is, where it is no JSON itself. */
static const char *description(struct tsk_call *call, const struct tsk_payload *payload)
{
	const char *encoding = json_quote(call, payload->encoding);
	const char *shown = "";

	if (payload->size <= SHOWN_MOST && strcmp(payload->encoding, "binary/plain") == 0) {
		shown = tsk_format(call, ",\"base64\":\"%s\"",
				   base64_encode(call, payload->data, payload->size));
	} else if (payload->size <= SHOWN_MOST && strcmp(payload->encoding, "json/plain") == 0 &&
		   is_text(payload)) {
		const char *text =
			text_valid_utf8(call, tsk_copy_bytes(call, payload->data, payload->size));
		shown = tsk_format(call, ",\"text\":%s", json_quote(call, text));
	}
	return tsk_format(call, "{\"encoding\":%s,\"size\":%zu%s}", encoding, payload->size, shown);
}

static const char *plain_json(struct tsk_call *call, const struct tsk_payload *payload)
{
	if (strcmp(payload->encoding, "binary/null") == 0)
		return "null";
	if (strncmp(payload->encoding, "json/", 5) == 0 && !needs_codec(payload) &&
	    tsk_json_check((const char *)payload->data, payload->size, NULL))
		return tsk_copy_bytes(call, payload->data, payload->size);
	return description(call, payload);
}

const char *tsk_payload_json(struct tsk_call *call, const struct tsk_payload *payload)
{
	struct tsk_payload decoded = *payload;

	if (needs_codec(payload) && payload->size)
		codec_decode(call, &decoded, 1);
	return plain_json(call, &decoded);
}

/* A copy of the list in which the payloads that need it are decoded, with one request for all. */
static const struct tsk_payload *decode_list(struct tsk_call *call,
					     const struct tsk_payloads *payloads)
{
	size_t count = 0;

	if (!codec_is_there(call))
		return payloads->items;
	struct tsk_payload *items = tsk_alloc(call, payloads->count * sizeof(*items));
	struct tsk_payload *batch = tsk_alloc(call, payloads->count * sizeof(*batch));
	memcpy(items, payloads->items, payloads->count * sizeof(*items));
	for (size_t i = 0; i < payloads->count; i++)
		if (needs_codec(&items[i]) && items[i].size)
			batch[count++] = items[i];
	if (!codec_decode(call, batch, count))
		return items;
	count = 0;
	for (size_t i = 0; i < payloads->count; i++)
		if (needs_codec(&items[i]) && items[i].size)
			items[i] = batch[count++];
	return items;
}

const char *tsk_payloads_json(struct tsk_call *call, const struct tsk_payloads *payloads)
{
	size_t size = 0;

	if (!payloads->count)
		return "null";
	const struct tsk_payload *items = decode_list(call, payloads);
	const char **texts = tsk_alloc(call, payloads->count * sizeof(*texts));
	for (size_t i = 0; i < payloads->count; i++) {
		texts[i] = plain_json(call, &items[i]);
		size += strlen(texts[i]) + 1;
	}
	if (payloads->count == 1)
		return texts[0];
	char *list = tsk_alloc(call, size + 2), *to = list;
	for (size_t i = 0; i < payloads->count; i++) {
		*to++ = i ? ',' : '[';
		to = stpcpy(to, texts[i]);
	}
	*to = ']';
	return list;
}
