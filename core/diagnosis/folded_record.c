/* Log records that have a traceback within: JSON lines of several loggers, and logfmt. */
#include "log_records.h"

#include <temporal-skill/text.h>

#include <cjson/cJSON.h>
#include <string.h>

/* Records nest their errors no deeper. */
#define DEEPEST      4

/* What is before the JSON: a time, a container's name. */
#define BEFORE_BYTES 120

static const char escaped_head[] = "Traceback (most recent call last):\\n";

/* Errors as data, as structlog's dict_tracebacks writes them. */
static const char data_mark[] = "\"exc_type\"";

bool log_is_folded(const char *line)
{
	return strstr(line, escaped_head) || strstr(line, data_mark);
}

/* ---- text ---- */

/* From the head on, escapes resolved, up to the quote that ends it. */
static const char *unescaped(struct tsk_call *call, const char *from)
{
	char *text = tsk_alloc(call, strlen(from) + 1);
	size_t at = 0;

	for (; *from && *from != '"'; from++) {
		if (*from != '\\' || !from[1]) {
			text[at++] = *from;
			continue;
		}
		from++;
		text[at++] = *from;
		if (*from == 'n')
			text[at - 1] = '\n';
		else if (*from == 't')
			text[at - 1] = '\t';
		else if (*from == 'r')
			at--;
	}
	return text;
}

static const char *unfold_text(struct tsk_call *call, const char *line)
{
	const char *head = strstr(line, escaped_head);

	return head ? tsk_format(call, "%.*s\n%s", (int)(head - line), line, unescaped(call, head))
		    : NULL;
}

/* ---- JSON ---- */

static const char *text_of(const cJSON *object, const char *key)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

	return cJSON_IsString(item) ? item->valuestring : "";
}

/* One error of a list of them, as Python prints it. */
static void add_error(struct tsk_text *text, const cJSON *error)
{
	const cJSON *frame, *frames = cJSON_GetObjectItemCaseSensitive(error, "frames");
	const char *value = text_of(error, "exc_value");

	tsk_text_add(text, "Traceback (most recent call last):\n");
	cJSON_ArrayForEach(frame, frames)
	{
		const cJSON *line = cJSON_GetObjectItemCaseSensitive(frame, "lineno");

		tsk_text_format(text, "  File \"%s\", line %d, in %s\n", text_of(frame, "filename"),
				cJSON_IsNumber(line) ? line->valueint : 0, text_of(frame, "name"));
	}
	tsk_text_format(text, "%s%s%s\n", text_of(error, "exc_type"), *value ? ": " : "", value);
}

/* The one that was raised last stands first, each of the others is what the one before it came
 * from. */
static const char *errors_text(struct tsk_call *call, const cJSON *errors)
{
	struct tsk_text text = { .call = call };

	for (int i = cJSON_GetArraySize(errors); i > 0; i--) {
		const cJSON *error = cJSON_GetArrayItem(errors, i - 1);

		add_error(&text, error);
		if (i > 1)
			tsk_text_add(
				&text,
				cJSON_IsFalse(cJSON_GetObjectItemCaseSensitive(error, "is_cause"))
					? "\nDuring handling of the above exception, another "
					  "exception occurred:\n\n"
					: "\nThe above exception was the direct cause of the "
					  "following exception:\n\n");
	}
	return tsk_text_value(&text);
}

static bool is_errors(const cJSON *item)
{
	return cJSON_IsArray(item) && *text_of(item->child, "exc_type");
}

/* Takes the traceback out of the object, or of one within it; NULL: none. */
static const char *take_traceback(struct tsk_call *call, cJSON *object, int depth)
{
	cJSON *item;
	const char *found = NULL;

	cJSON_ArrayForEach(item, object)
	{
		char *head = cJSON_IsString(item) ? strstr(item->valuestring,
							   "Traceback (most recent call last):")
						  : NULL;

		if (head)
			found = tsk_copy(call, head);
		else if (is_errors(item))
			found = errors_text(call, item);
		else if (depth < DEEPEST && (cJSON_IsObject(item) || cJSON_IsArray(item))) {
			found = take_traceback(call, item, depth + 1);
			if (found)
				return found;
		}
		if (!found)
			continue;
		/* A message may go before it. */
		if (head && head > item->valuestring)
			*head = '\0';
		else
			cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
		return found;
	}
	return NULL;
}

const char *log_unfold(struct tsk_call *call, const char *line)
{
	const char *brace = strchr(line, '{'), *traceback = NULL, *text = NULL;
	cJSON *object = brace && brace - line < BEFORE_BYTES ? cJSON_Parse(brace) : NULL;
	char *record = NULL;

	if (cJSON_IsObject(object))
		traceback = take_traceback(call, object, 0);
	if (traceback)
		record = cJSON_PrintUnformatted(object);
	if (record)
		text = tsk_format(call, "%.*s%s\n%s", (int)(brace - line), line, record, traceback);
	cJSON_free(record);
	cJSON_Delete(object);
	return text ? text : unfold_text(call, line);
}

/* ---- words ---- */

static const char *first_text(const cJSON *object, const char *const *keys)
{
	const char *text = "";

	for (; *keys && !*text; keys++)
		text = text_of(object, *keys);
	return text;
}

/* "Error: no queue", of an error as pino and others nest it, or of a text. */
static const char *error_words(struct tsk_call *call, const cJSON *object)
{
	static const char *const keys[] = { "err", "error", "exception", "exc_info", NULL };
	static const char *const types[] = { "type", "name", NULL };

	for (size_t i = 0; keys[i]; i++) {
		const cJSON *error = cJSON_GetObjectItemCaseSensitive(object, keys[i]);
		const char *type = first_text(error, types), *message = text_of(error, "message");

		if (cJSON_IsString(error) && *error->valuestring)
			return error->valuestring;
		if (*message)
			return tsk_format(call, "%s%s%s", type, *type ? ": " : "", message);
	}
	return "";
}

const char *log_record_words(struct tsk_call *call, const char *line)
{
	static const char *const keys[] = { "message", "msg", "event", "@message", "text", NULL };
	const char *brace = strchr(line, '{');
	cJSON *object = brace && brace - line < BEFORE_BYTES ? cJSON_Parse(brace) : NULL;
	/* loguru has all in a member of its own. */
	const cJSON *record = cJSON_GetObjectItemCaseSensitive(object, "record");
	const char *message = first_text(record, keys), *error = error_words(call, object);

	if (!*message)
		message = first_text(object, keys);
	if (*message || *error)
		line = tsk_format(call, "%s%s%s", message,
				  *message && *error && !strstr(message, error) ? ": " : "",
				  strstr(message, error) && *error ? "" : error);
	cJSON_Delete(object);
	return line;
}
