/* show-workflow-stack: where a running workflow's code waits, as its worker sees it. */
#include "stack_places.h"

#include <temporal-skill/client.h>

#include <string.h>

struct stack_options {
	const char *workflow_id;
	const char *run_id;
	int64_t timeout;
};

#define AT(field) .at = offsetof(struct stack_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct stack_options),
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long to wait for a worker's answer",
	  .fallback = "10" },
	{ 0 },
};

/* One stack is that of the query itself: how the worker answers, not where the workflow waits. They
 * come in no order. */
static const char *without_query(struct tsk_call *call, const char *text)
{
	static const char stack[] = "Stack for <Task";
	const char *query = strstr(text, "Stack for <Task pending name='query: __stack_trace");
	const char *after = query ? strstr(query + strlen(stack), stack) : NULL;
	size_t before = query ? (size_t)(query - text) : 0;

	if (!query)
		return text;
	/* The blank lines between two stacks go with the one that goes. */
	while (!after && before && text[before - 1] == '\n')
		before--;
	return tsk_format(call, "%.*s%s", (int)before, text, after ? after : "");
}

static enum tsk_status show_workflow_stack(struct tsk_call *call, const void *given)
{
	const struct stack_options *o = given;
	const char *id = tsk_quote(call, o->workflow_id);
	const char *json = NULL;

	if (tsk_query_workflow(call, o->workflow_id, o->run_id, "__stack_trace", NULL, o->timeout,
			       &json)) {
		tsk_hint(call, "temporal-skill diagnose -w %s", id);
		return tsk_error(call);
	}
	const cJSON *stack = tsk_parse(call, json);
	const char *text = cJSON_IsString(stack) ? without_query(call, stack->valuestring) : json;
	tsk_set(tsk_result(call), "workflow_id", o->workflow_id);
	tsk_set(tsk_result(call), "stack", text);
	cJSON *places = tsk_set_list(tsk_result(call), "waits");
	size_t hidden = stack_places(call, places, text);
	/* What cannot be taken apart, and what all is asked of, is shown as it is. */
	if (!strcmp(tsk_setting(call, TSK_SETTING_OUTPUT), "text") &&
	    (!cJSON_GetArraySize(places) || tsk_setting_is_true(call, TSK_SETTING_FULL)))
		tsk_set(tsk_result(call), "whole", text);
	if (*text)
		tsk_verdict(call, "ok", "the code of '%s' waits here%s:", o->workflow_id,
			    hidden ? " (-: the SDK shows no line of yours)" : "");
	else
		tsk_verdict(call, "ok",
			    "no code of '%s' waits: it has ended, or its main coroutine is done",
			    o->workflow_id);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "waits", .label = "", .columns = "task location code" },
	{ .path = "whole", .label = "stack" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill show-workflow-stack -w order-17", NULL };

const struct tsk_command show_workflow_stack_command = {
	.name = "show-workflow-stack",
	.summary = "show where a workflow's code waits",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct stack_options),
	.views = views,
	.run = show_workflow_stack,
};
