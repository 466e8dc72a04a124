/* Which signal handlers of a workflow have begun and not ended, by the stack of each of its tasks.
 */
#include "client.h"

#include <temporal-skill/result.h>
#include <temporal-skill/text.h>

#include <string.h>

static const char stack[] = "Stack for <Task";
static const char of_signal[] = "Stack for <Task pending name='signal: ";

/* "add" of "add (workflow: Cart, id: …)' coro=<…". */
static const char *handler_name(struct tsk_call *call, const char *at)
{
	const char *end = at + strcspn(at, "'\n"), *more = strstr(at, " (workflow: ");

	return tsk_copy_bytes(call, at, (size_t)((more && more < end ? more : end) - at));
}

static void add_handler(struct tsk_lines *handlers, const char *block)
{
	struct tsk_call *call = handlers->call;
	const struct tsk_failure raised = { .stack_trace = block };
	const char *location = tsk_failure_location(call, &raised);
	const char *text =
		tsk_format(call, "%s%s%s%s", handler_name(call, block + strlen(of_signal)),
			   *location ? " (" : "", location, *location ? ")" : "");

	if (!tsk_lines_hold(handlers, text))
		tsk_lines_push(handlers, text);
}

enum tsk_status tsk_unfinished_signals(struct tsk_call *call, const char *workflow_id,
				       const char *run_id, int64_t timeout_ms,
				       struct tsk_strings *handlers)
{
	struct tsk_lines found = { .call = call };
	const char *json = NULL;

	*handlers = (struct tsk_strings){ .count = 0 };
	if (tsk_query_workflow(call, workflow_id, run_id, "__stack_trace", NULL, timeout_ms, &json))
		return tsk_error(call);
	const cJSON *text = tsk_parse(call, json);
	const char *at = cJSON_IsString(text) ? strstr(text->valuestring, of_signal) : NULL;
	while (at) {
		const char *next = strstr(at + strlen(of_signal), stack);
		add_handler(&found, next ? tsk_copy_bytes(call, at, (size_t)(next - at))
					 : tsk_copy(call, at));
		at = strstr(at + strlen(of_signal), of_signal);
	}
	*handlers = tsk_lines_take(&found);
	return TSK_OK;
}
