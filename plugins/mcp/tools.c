/* Which commands and options are served as tools, and the list of them. */
#include "mcp.h"

#include <string.h>

/* The commands are those of the plugins, which a client may well ask for again after some minutes:
 * a project's plugin may have been trusted meanwhile, and a restart shows it. */
#define KEEP_TOOLS_MS 300000

static bool is_one_of(const char *name, const char *const *names)
{
	for (; *names; names++)
		if (!strcmp(*names, name))
			return true;
	return false;
}

/* A tool is asked and answers: what goes on until it is interrupted, or writes for a shell, is
 * none.
 */
static bool is_served(const struct tsk_command *command)
{
	static const char *const not_served[] = { "serve-mcp", "watch-project", "completion",
						  NULL };

	return !is_one_of(command->name, not_served);
}

bool mcp_option_is_served(const struct tsk_option *option)
{
	static const char *const endless[] = { "follow", "watch", NULL };

	return option->type != TSK_FLAG || !is_one_of(option->name, endless);
}

const struct tsk_command *mcp_tool(struct tsk_call *call, const char *name)
{
	const struct tsk_command *command = tsk_find_command(call, name);

	return command && is_served(command) ? command : NULL;
}

const struct tsk_option *mcp_shared_options(struct tsk_call *call)
{
	static const enum tsk_setting shared[] = { TSK_SETTING_ADDRESS, TSK_SETTING_NAMESPACE,
						   TSK_SETTING_PROJECT_DIR,
						   TSK_SETTING_COMMAND_TIMEOUT };
	const size_t count = sizeof(shared) / sizeof(*shared);
	struct tsk_option *options = tsk_alloc(call, (count + 1) * sizeof(*options));

	for (size_t i = 0; i < count; i++) {
		options[i] = tsk_global_options()[shared[i]];
		/* What holds where it is not given is said by the server's own settings. */
		options[i].fallback = NULL;
	}
	return options;
}

/* ---- tools/list ---- */

static void say_nature(cJSON *tool, unsigned needs)
{
	cJSON *annotations = tsk_set_object(tool, "annotations");
	bool changes = needs & TSK_CHANGES;

	tsk_set_bool(annotations, "readOnlyHint", !changes);
	if (changes)
		tsk_set_bool(annotations, "destructiveHint", needs & TSK_DESTROYS);
	/* The tables do not say of a change whether doing it twice is doing it once. */
	tsk_set_bool(annotations, "idempotentHint", !changes);
}

static void say_tool(struct tsk_call *call, cJSON *tools, const struct tsk_command *command)
{
	cJSON *tool = tsk_append_object(tools);

	tsk_set(tool, "name", command->name);
	tsk_set_format(tool, "description", "%s%s%s", command->summary,
		       command->details ? "\n" : "", command->details ? command->details : "");
	cJSON_AddItemToObject(tool, "inputSchema", mcp_schema(call, command));
	say_nature(tool, command->needs);
}

void mcp_list_tools(const struct mcp_request *request)
{
	struct tsk_call *call = request->server->call;
	bool read_only = tsk_setting_is_true(call, TSK_SETTING_READ_ONLY);
	const struct tsk_command *command = NULL;

	/* All of them fit into one answer: there is no page to ask for. */
	if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(request->params, "cursor"))) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "no such cursor");
		return;
	}
	cJSON *result = cJSON_CreateObject();
	cJSON *tools = tsk_set_list(result, "tools");
	while ((command = tsk_next_command(call, command)))
		if (is_served(command) && !(read_only && command->needs & TSK_CHANGES))
			say_tool(call, tools, command);
	mcp_answer_cacheable(request, result, KEEP_TOOLS_MS);
}
