/* Progress of a call whose client asked for it: how long it has run, of how long it may run, and
 * what the command says that it does. */
#include "mcp.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Without news: often enough for a host that ends silent calls, seldom enough for one that shows
 * all.
 */
#define PROGRESS_EVERY_MS 2000
/* With news: a command may say much at once. */
#define PROGRESS_PAUSE_MS 200

int64_t mcp_progress_total(struct tsk_call *call, const struct tsk_command *command,
			   const cJSON *arguments)
{
	int64_t total;
	const struct tsk_option *option = command->options;
	const cJSON *given = cJSON_GetObjectItemCaseSensitive(arguments, "timeout");

	while (option && option->name &&
	       (option->type != TSK_DURATION || strcmp(option->name, "timeout") != 0))
		option++;
	if (!option || !option->name)
		return 0;
	const char *text = cJSON_IsNumber(given)   ? tsk_format(call, "%.3f", given->valuedouble)
			   : cJSON_IsString(given) ? given->valuestring
			   : option->fallback      ? option->fallback
						   : "";
	return tsk_parse_duration(text, &total) ? total : 0;
}

/* "1 x GetWorkflowExecutionHistory: 7 ms": one line a request is more than a reader wants. */
static bool is_request_line(const char *line, size_t size)
{
	size_t digits = 0;

	while (digits < size && isdigit((unsigned char)line[digits]))
		digits++;
	return digits && size > digits + 3 && !strncmp(line + digits, " x ", 3);
}

/* The last whole line of news, or NULL. */
static const char *news(struct tsk_call *call, struct mcp_call *slot)
{
	const char *text = NULL;
	const char *end;

	while ((end = slot->errors.size > slot->errors_seen
			      ? memchr(slot->errors.data + slot->errors_seen, '\n',
				       slot->errors.size - slot->errors_seen)
			      : NULL)) {
		const char *line = slot->errors.data + slot->errors_seen;
		size_t size = (size_t)(end - line);
		slot->errors_seen += size + 1;
		/* The error comes with the answer. */
		if (size && *line != '{' && !is_request_line(line, size))
			text = tsk_copy_bytes(call, line, size);
	}
	return text;
}

void mcp_progress(struct mcp_server *server, struct mcp_call *slot, int64_t now)
{
	int64_t elapsed = now - slot->began;
	bool may_tell = elapsed >= slot->last_progress + PROGRESS_PAUSE_MS;
	const char *message = may_tell ? news(server->call, slot) : NULL;

	if (!message && now < slot->next_progress)
		return;
	if (!message)
		message = tsk_format(server->call, "%s: %s", slot->command->name,
				     tsk_duration_text(server->call, elapsed));
	cJSON *params = cJSON_CreateObject();
	tsk_set_json(params, "progressToken", slot->token);
	tsk_set_seconds(params, "progress", elapsed);
	if (slot->total_ms >= elapsed)
		tsk_set_seconds(params, "total", slot->total_ms);
	tsk_set(params, "message", message);
	mcp_notify(server, "notifications/progress", params);
	slot->last_progress = elapsed;
	slot->next_progress = now + PROGRESS_EVERY_MS;
}
