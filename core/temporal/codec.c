/* Asking the codec server. */
#include "codec.h"

#include "call/call.h"
#include "convert.h"
#include "text/json_scan.h"
#include "text/json_write.h"

#include <temporal-skill/text.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As long as the client waits for the server's answer: one request of an interactive command. */
#define ANSWER_MS 10000

/* What the call knows of its codec server; not from the arena, so that tsk_rewind leaves it. */
struct codec {
	bool failed;
};

static void codec_end(void *what)
{
	free(what);
}

static struct codec *codec_find(const struct tsk_call *call)
{
	for (const struct call_ending *ending = call->endings; ending; ending = ending->next)
		if (ending->end == codec_end)
			return ending->what;
	return NULL;
}

bool codec_is_there(struct tsk_call *call)
{
	if (!*tsk_setting(call, TSK_SETTING_CODEC_ENDPOINT))
		return false;
	const struct codec *codec = codec_find(call);
	return !codec || !codec->failed;
}

/* Notes the problem and has the server left alone for the rest of the call: each further question
 * could wait as long. */
static bool give_up(struct tsk_call *call, const char *problem)
{
	struct codec *codec = calloc(1, sizeof(*codec));

	tsk_note(call, "encoded payloads are shown as they are: %s", problem);
	if (codec) {
		codec->failed = true;
		call_at_end(call, codec_end, codec);
	}
	return false;
}

/* ---- the question ---- */

static void add_metadata(struct tsk_text *body, const char *separator, const char *key,
			 const void *value, size_t size)
{
	tsk_text_add(body, separator);
	tsk_text_add(body, json_quote(body->call, text_valid_utf8(body->call, key)));
	tsk_text_add(body, ":\"");
	tsk_text_add(body, base64_encode(body->call, value, size));
	tsk_text_add(body, "\"");
}

static void add_payload(struct tsk_text *body, const struct tsk_payload *payload)
{
	const Pb__Payload *wire = payload->wire;

	tsk_text_add(body, "{\"metadata\":{");
	for (size_t i = 0; wire && i < wire->n_metadata; i++)
		add_metadata(body, i ? "," : "", wire->metadata[i]->key,
			     wire->metadata[i]->value.data, wire->metadata[i]->value.len);
	if (!wire)
		add_metadata(body, "", "encoding", payload->encoding, strlen(payload->encoding));
	tsk_text_add(body, "},\"data\":\"");
	tsk_text_add(body, base64_encode(body->call, payload->data, payload->size));
	tsk_text_add(body, "\"}");
}

/* The namespace, which a checkout may choose, as part of a URL: it must not end the host. */
static const char *url_part(struct tsk_call *call, const char *text)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
	char *part = tsk_alloc(call, 3 * strlen(text) + 1), *to = part;

	for (; *text; text++)
		if (strchr(plain, *text))
			*to++ = *text;
		else
			to += snprintf(to, sizeof("%XX"), "%%%02X", (unsigned char)*text);
	return part;
}

static const char *decode_url(struct tsk_call *call)
{
	static const char variable[] = "{namespace}";
	const char *endpoint = tsk_setting(call, TSK_SETTING_CODEC_ENDPOINT);
	const char *found = strstr(endpoint, variable);
	size_t length = strlen(endpoint);

	if (found) {
		/* The Temporal CLI fills this in, so endpoints written for it have it. */
		endpoint = tsk_format(call, "%.*s%s%s", (int)(found - endpoint), endpoint,
				      url_part(call, tsk_setting(call, TSK_SETTING_NAMESPACE)),
				      found + strlen(variable));
		length = strlen(endpoint);
	}
	while (length > 0 && endpoint[length - 1] == '/')
		length--;
	return tsk_format(call, "%.*s/decode", (int)length, endpoint);
}

/* How many lines a setting that holds a list has. */
static size_t count_lines(const char *list)
{
	size_t count = *list != '\0';

	for (; *list; list++)
		count += *list == '\n';
	return count;
}

/* The headers of the request, NULL at the end. One whose value could end its line is for the
 * channel to refuse. */
static const char *const *request_headers(struct tsk_call *call)
{
	const char *authorization = tsk_setting(call, TSK_SETTING_CODEC_AUTH);
	const char *more = tsk_setting(call, TSK_SETTING_CODEC_HEADERS);
	const char **headers = tsk_alloc(call, (count_lines(more) + 4) * sizeof(*headers));
	size_t count = 0;

	headers[count++] = "Content-Type: application/json";
	headers[count++] =
		tsk_format(call, "X-Namespace: %s", tsk_setting(call, TSK_SETTING_NAMESPACE));
	if (*authorization)
		headers[count++] = tsk_format(call, "Authorization: %s", authorization);
	while (*more) {
		size_t length = strcspn(more, "\n"), key = strcspn(more, "=\n");

		if (key > 0 && key < length)
			headers[count++] = tsk_format(call, "%.*s: %.*s", (int)key, more,
						      (int)(length - key - 1), more + key + 1);
		more += length + (more[length] == '\n');
	}
	return headers;
}

/* ---- the answer ---- */

static bool read_bytes(struct tsk_call *call, struct json_cursor *cursor, const uint8_t **bytes,
		       size_t *size)
{
	struct json_piece piece;
	char kind = json_kind(cursor);

	json_skip(cursor, &piece);
	*bytes = (const uint8_t *)"";
	*size = 0;
	if (kind == 'n')
		return true;
	char *text = tsk_alloc(call, piece.size + 1);
	size_t length = json_unescape(piece, text, piece.size + 1, NULL);
	*bytes = base64_decode(call, text, length, size);
	return kind == '"' && *bytes;
}

static bool is_key(struct json_piece piece, const char *key)
{
	char text[32];
	bool whole;

	json_unescape(piece, text, sizeof(text), &whole);
	return whole && strcmp(text, key) == 0;
}

static bool read_metadata(struct tsk_call *call, struct json_cursor *cursor,
			  struct tsk_payload *payload)
{
	struct json_piece key;
	const uint8_t *bytes;
	size_t size;

	if (json_kind(cursor) != '{') {
		json_skip(cursor, NULL);
		return true;
	}
	json_enter(cursor);
	while (json_next_member(cursor, &key)) {
		if (!read_bytes(call, cursor, &bytes, &size))
			return false;
		const char *text = text_valid_utf8(call, tsk_copy_bytes(call, bytes, size));
		if (is_key(key, "encoding"))
			payload->encoding = text;
		if (is_key(key, "messageType"))
			payload->message_type = text;
	}
	return true;
}

static bool read_payload(struct tsk_call *call, struct json_cursor *cursor,
			 struct tsk_payload *payload)
{
	struct json_piece key;
	bool good = json_kind(cursor) == '{';

	*payload = (struct tsk_payload){ .encoding = "", .data = (const uint8_t *)"" };
	json_enter(cursor);
	while (good && json_next_member(cursor, &key)) {
		if (is_key(key, "metadata"))
			good = read_metadata(call, cursor, payload);
		else if (is_key(key, "data"))
			good = read_bytes(call, cursor, &payload->data, &payload->size);
		else
			json_skip(cursor, NULL);
	}
	return good;
}

static bool read_list(struct tsk_call *call, struct json_cursor *cursor,
		      struct tsk_payload *payloads, size_t count)
{
	size_t seen = 0;

	if (json_kind(cursor) != '[')
		return false;
	json_enter(cursor);
	while (json_next_item(cursor)) {
		if (seen == count || !read_payload(call, cursor, &payloads[seen++]))
			return false;
	}
	return seen == count;
}

static bool read_answer(struct tsk_call *call, const uint8_t *answer, size_t size,
			struct tsk_payload *payloads, size_t count)
{
	struct json_cursor cursor = { (const char *)answer, (const char *)answer + size };
	struct json_piece key;

	if (!tsk_json_check(cursor.at, size, NULL) || json_kind(&cursor) != '{')
		return false;
	json_enter(&cursor);
	while (json_next_member(&cursor, &key)) {
		if (is_key(key, "payloads"))
			return read_list(call, &cursor, payloads, count);
		json_skip(&cursor, NULL);
	}
	return false;
}

/* ---- both ---- */

/* The body of the answer; NULL, with *problem, where there is none of use. */
static const uint8_t *ask_codec(struct tsk_call *call, const struct tsk_text *body, size_t *size,
				const char **problem)
{
	const char *url = decode_url(call);
	const uint8_t *answer = NULL;
	int64_t left = tsk_deadline(call, ANSWER_MS) - tsk_now_ms();
	long status = client_post(call, url, request_headers(call), body->bytes, body->size,
				  left > 0 ? left : 1, &answer, size, problem);

	if (status == 200 && answer)
		return answer;
	if (status)
		*problem = tsk_format(call, "'%s' answered with HTTP status %ld", url, status);
	return NULL;
}

bool codec_decode(struct tsk_call *call, struct tsk_payload *payloads, size_t count)
{
	struct tsk_text body = { .call = call };
	const char *problem = NULL;
	size_t size = 0;

	if (!count || !codec_is_there(call))
		return false;
	tsk_text_add(&body, "{\"payloads\":[");
	for (size_t i = 0; i < count; i++) {
		if (i)
			tsk_text_add(&body, ",");
		add_payload(&body, &payloads[i]);
	}
	tsk_text_add(&body, "]}");
	const uint8_t *answer = ask_codec(call, &body, &size, &problem);
	if (!answer)
		return give_up(call, problem);
	struct tsk_payload *decoded = tsk_alloc(call, count * sizeof(*decoded));
	if (!read_answer(call, answer, size, decoded, count))
		return give_up(call, tsk_format(call, "'%s' did not answer with %zu payloads",
						decode_url(call), count));
	memcpy(payloads, decoded, count * sizeof(*decoded));
	return true;
}
