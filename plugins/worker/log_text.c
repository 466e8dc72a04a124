/* A worker's log as lines to show: without the colours that the SDK's core writes into files, too.
 */
#include "worker.h"

#include <temporal-skill/diagnosis.h>

#include <string.h>

/* Read from the end of a log, at most; several thousand lines. */
#define LOG_SIZE_MOST ((size_t)1 << 20)

const char *without_colors(struct tsk_call *call, const char *text)
{
	char *plain = tsk_copy(call, text), *to = plain;

	for (const char *at = plain; *at;) {
		if (at[0] == '\033' && at[1] == '[') {
			at += 2 + strspn(at + 2, "0123456789;:?");
			at += *at != '\0';
		} else {
			*to++ = *at++;
		}
	}
	*to = '\0';
	return plain;
}

/* The text of a member of the context: {'workflow_id': 'order-17', ...}; "" where there is none. */
static const char *context_text(struct tsk_call *call, const char *context, const char *key)
{
	const char *at = strstr(context, tsk_format(call, "'%s': '", key));

	if (!at)
		return "";
	at += strlen(key) + strlen("'': '");
	return tsk_copy_bytes(call, at, strcspn(at, "'"));
}

const char *brief_line(struct tsk_call *call, const char *line)
{
	const char *begin = strstr(line, " ({'"), *end = begin ? strstr(begin, "})") : NULL;

	if (!end)
		return line;
	const char *context = tsk_copy_bytes(call, begin, (size_t)(end - begin));
	const char *type = context_text(call, context, "activity_type");
	const char *id = context_text(call, context, "workflow_id");
	if (!*type)
		type = context_text(call, context, "workflow_type");
	if (!*type || !*id)
		return line;
	return tsk_format(call, "%s (%s of '%s')%s",
			  tsk_copy_bytes(call, line, (size_t)(begin - line)), type, id, end + 2);
}

struct tsk_strings log_lines(struct tsk_call *call, const char *path, size_t count)
{
	const char *text = tsk_file_tail(call, path, count, LOG_SIZE_MOST, -1);
	size_t lines = 0;

	if (!text || !count)
		return (struct tsk_strings){ .count = 0 };
	text = without_colors(call, text);
	for (const char *at = text; *at; at++)
		lines += *at == '\n';
	const char **items = tsk_alloc(call, (lines + 2) * sizeof(*items));
	lines = 0;
	while (*text) {
		size_t length = strcspn(text, "\n");
		size_t shown = length && text[length - 1] == '\r' ? length - 1 : length;
		items[lines++] = tsk_copy_bytes(call, text, shown);
		text += length + (text[length] == '\n');
	}
	return (struct tsk_strings){ .items = items, .count = lines };
}

/* ---- errors ---- */

/* Of the end of the log, looked through for errors: as many lines as tsk_log_errors takes. */
#define ERRORS_LINES    20000
#define ERRORS_LOG_SIZE ((size_t)4 << 20)

static struct tsk_strings last_of(const struct tsk_strings *lines, size_t count)
{
	size_t skipped = lines->count > count ? lines->count - count : 0;

	return (struct tsk_strings){ .items = lines->items + skipped,
				     .count = lines->count - skipped };
}

struct tsk_strings log_error_lines(struct tsk_call *call, const char *path, size_t count,
				   int64_t *looked_at)
{
	const char *text = tsk_file_tail(call, path, ERRORS_LINES, ERRORS_LOG_SIZE, -1);
	struct tsk_strings lines = { .count = 0 };

	*looked_at = text ? (int64_t)strlen(text) : 0;
	if (text)
		tsk_log_errors(call, text, &lines);
	return last_of(&lines, count);
}

/* ---- whose log ---- */

const struct worker *logging_worker(const struct worker_list *workers)
{
	const struct worker *chosen = NULL;

	for (size_t i = 0; i < workers->count; i++) {
		const struct worker *worker = &workers->items[i];
		if (*worker->log && (!chosen || (worker->count && !chosen->count)))
			chosen = worker;
	}
	return chosen;
}
