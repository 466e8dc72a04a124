/* The result of a call: members, verdict, next commands. How it is printed is in print.c. */
#include "output.h"

#include "text/utf8.h"
#include "text/visible.h"

#include <temporal-skill/result.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

cJSON *tsk_result(struct tsk_call *call)
{
	return call->result;
}

void tsk_verdict(struct tsk_call *call, const char *code, const char *headline, ...)
{
	va_list arguments;

	va_start(arguments, headline);
	call->headline = tsk_vformat(call, headline, arguments);
	va_end(arguments);
	call->verdict = tsk_copy(call, code);
}

void tsk_next(struct tsk_call *call, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *command = tsk_vformat(call, format, arguments);
	va_end(arguments);
	for (const cJSON *item = call->next->child; item; item = item->next)
		if (!strcmp(item->valuestring, command))
			return;
	tsk_append(call->next, command);
}

void tsk_result_raw(struct tsk_call *call, const void *bytes, size_t size)
{
	call->raw = tsk_copy_bytes(call, bytes, size);
	call->raw_size = size;
}

/* ---- members ---- */

static void put_member(cJSON *object, const char *key, cJSON *value)
{
	cJSON_DeleteItemFromObjectCaseSensitive(object, key);
	cJSON_AddItemToObject(object, key, value);
}

static cJSON *text_item(const char *text)
{
	if (!text)
		return cJSON_CreateNull();
	char *clean = visible_utf8(text);
	cJSON *item = cJSON_CreateString(clean);
	free(clean);
	return item;
}

static char *format_text(const char *format, va_list arguments)
	__attribute__((format(printf, 1, 0)));

static char *format_text(const char *format, va_list arguments)
{
	char *text = NULL;

	if (vasprintf(&text, format, arguments) < 0)
		out_of_memory();
	return text;
}

void tsk_set(cJSON *object, const char *key, const char *text)
{
	put_member(object, key, text_item(text));
}

void tsk_set_format(cJSON *object, const char *key, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = format_text(format, arguments);
	va_end(arguments);
	tsk_set(object, key, text);
	free(text);
}

void tsk_set_bool(cJSON *object, const char *key, bool value)
{
	put_member(object, key, cJSON_CreateBool(value));
}

void tsk_set_number(cJSON *object, const char *key, int64_t value)
{
	put_member(object, key, cJSON_CreateNumber((double)value));
}

void tsk_set_id(cJSON *object, const char *key, int64_t value)
{
	tsk_set_format(object, key, "%lld", (long long)value);
}

void tsk_set_seconds(cJSON *object, const char *key, int64_t milliseconds)
{
	char text[32];

	snprintf(text, sizeof(text), "%lld.%03d", (long long)(milliseconds / 1000),
		 (int)(milliseconds % 1000));
	put_member(object, key, cJSON_CreateRaw(text));
}

static void time_text(char *text, size_t size, int64_t unix_ns)
{
	time_t seconds = unix_ns / 1000000000;
	struct tm parts;
	char date[40] = "";

	gmtime_r(&seconds, &parts);
	strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &parts);
	snprintf(text, size, "%s.%03dZ", date, (int)(unix_ns % 1000000000 / 1000000));
}

void tsk_set_time(cJSON *object, const char *key, int64_t unix_ns)
{
	char text[64];

	time_text(text, sizeof(text), unix_ns);
	put_member(object, key, unix_ns ? cJSON_CreateString(text) : cJSON_CreateNull());
}

void tsk_set_json(cJSON *object, const char *key, const char *json)
{
	put_member(object, key, json ? cJSON_CreateRaw(json) : cJSON_CreateNull());
}

cJSON *tsk_set_object(cJSON *object, const char *key)
{
	put_member(object, key, cJSON_CreateObject());
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

cJSON *tsk_set_list(cJSON *object, const char *key)
{
	put_member(object, key, cJSON_CreateArray());
	return cJSON_GetObjectItemCaseSensitive(object, key);
}

void tsk_append(cJSON *list, const char *text)
{
	cJSON_AddItemToArray(list, text_item(text));
}

void tsk_append_format(cJSON *list, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	char *text = format_text(format, arguments);
	va_end(arguments);
	tsk_append(list, text);
	free(text);
}

cJSON *tsk_append_object(cJSON *list)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddItemToArray(list, object);
	return object;
}

static void drop_object(void *object)
{
	cJSON_Delete(object);
}

cJSON *result_keep(struct tsk_call *call, cJSON *object)
{
	if (object)
		call_at_end(call, drop_object, object);
	return object;
}

cJSON *tsk_parse(struct tsk_call *call, const char *json)
{
	return result_keep(call, json ? cJSON_ParseWithOpts(json, NULL, true) : NULL);
}

void tsk_drop_result(struct tsk_call *call, cJSON *object)
{
	for (struct call_ending *ending = call->endings; object && ending; ending = ending->next)
		if (ending->what == object) {
			ending->what = NULL;
			cJSON_Delete(object);
			return;
		}
}

/* ---- texts ---- */

const char *tsk_time_text(struct tsk_call *call, int64_t unix_ns)
{
	char text[64];

	time_text(text, sizeof(text), unix_ns);
	return tsk_copy(call, text);
}

const char *tsk_count_text(struct tsk_call *call, int64_t count, const char *noun)
{
	size_t length = strlen(noun);

	if (count == 1)
		return tsk_format(call, "1 %s", noun);
	if (length && noun[length - 1] == 'y')
		return tsk_format(call, "%lld %.*sies", (long long)count, (int)length - 1, noun);
	return tsk_format(call, "%lld %ss", (long long)count, noun);
}

const char *tsk_shorten(struct tsk_call *call, const char *text, size_t limit)
{
	size_t size = strlen(text), at = 0;

	if (size <= limit)
		return text;
	while (at < limit) {
		size_t length = utf8_length((const uint8_t *)text + at, size - at);
		if (at + (length ? length : 1) > limit)
			break;
		at += length ? length : 1;
	}
	return tsk_format(call, "%.*s... (%zu bytes)", (int)at, text, size);
}
