/* Which commands and options are served as tools, and the list of them.
 *
 * An agent pays for the list in every session, whatever it does: what a tool's name says already,
 * what all of them share (instructions.c) and what only a shell has a use for is not in it. */
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

/* ---- which are served ---- */

/* A tool is asked and answers: what goes on until it is interrupted, or writes for a shell, is
 * none. */
static bool can_be_tool(const struct tsk_command *command)
{
	static const char *const never[] = { "serve-mcp", "watch-project", "completion", NULL };

	return !is_one_of(command->name, never);
}

/* Setting this program up, and letting foreign code in, is for whoever configures the host; who has
 * this server has calls that outlive one another, and needs no run that leaves nothing; and files
 * for a replayer are for who can start one. */
static bool is_upkeep(const struct tsk_command *command)
{
	static const char *const upkeep[] = { "export-history",
					      "install-skill",
					      "list-commands",
					      "list-plugins",
					      "new-plugin",
					      "trust-plugin",
					      "untrust-plugin",
					      "trust-project",
					      "untrust-project",
					      "run",
					      NULL };

	return is_one_of(command->name, upkeep);
}

static bool is_served(const struct mcp_server *server, const struct tsk_command *command)
{
	if (!can_be_tool(command))
		return false;
	if (!server->tools)
		return !is_upkeep(command);
	return is_one_of("all", server->tools) || is_one_of(command->name, server->tools) ||
	       is_one_of(tsk_command_plugin(server->call, command), server->tools);
}

bool mcp_option_is_taken(const struct tsk_option *option)
{
	static const char *const endless[] = { "follow", "watch", NULL };

	return option->type != TSK_FLAG || !is_one_of(option->name, endless);
}

/* They are taken, but not listed: an exit status instead of an answer, what standard input has, a
 * second name for the same, what whoever sets up a server or looks at a page knows, and which of a
 * project's several workers is meant, of which the instructions tell. */
static bool is_for_others(const struct tsk_command *command, const struct tsk_option *option)
{
	static const struct {
		const char *command, *option;
	} rows[] = {
		{ "analyze-workflow-error", "save-symptoms" },
		{ "analyze-workflow-error", "with-payloads" },
		{ "bulk-cancel-workflows", "limit" },
		{ "bulk-cancel-workflows", "workflow-ids" },
		{ "check-workflows", "level" },
		{ "check-workflows", "linters" },
		{ "check-workflows", "rule" },
		{ "diagnose", "check" },
		{ "diagnose", "save-symptoms" },
		{ "diagnose", "with-payloads" },
		{ "ensure-server", "create-namespace" },
		{ "ensure-server", "dynamic-config-value" },
		{ "ensure-server", "headless" },
		{ "ensure-server", "log-level" },
		{ "ensure-server", "search-attribute" },
		{ "ensure-server", "ttl" },
		{ "ensure-server", "ui-port" },
		{ "ensure-server", "with-parent" },
		{ "ensure-worker", "name" },
		{ "ensure-worker", "no-rehearse" },
		{ "ensure-worker", "rehearse" },
		{ "ensure-worker", "ttl" },
		{ "ensure-worker", "with-parent" },
		{ "find-stalled-workflows", "check" },
		{ "find-stalled-workflows", "limit" },
		{ "find-stalled-workflows", "min-attempts" },
		{ "get-workflow-result", "raw" },
		{ "interact", "input" },
		{ "interact", "query-name" },
		{ "interact", "signal-name" },
		{ "interact", "update-name" },
		{ "kill-worker", "grace" },
		{ "kill-worker", "name" },
		{ "monitor-worker-health", "name" },
		{ "query-workflow", "raw" },
		{ "rehearse-change", "all" },
		{ "rehearse-change", "closed" },
		{ "rehearse-change", "history" },
		{ "rehearse-change", "if-changed" },
		{ "rehearse-change", "limit" },
		{ "rehearse-change", "name" },
		{ "rehearse-change", "quick" },
		{ "rehearse-change", "timeout" },
		{ "rehearse-change", "worker-cmd" },
		{ "show-worker-log", "name" },
		{ "reset-workflow", "first" },
		{ "show-workflow-history", "html" },
		{ "show-workflow-history", "reverse" },
		{ "show-workflow-stack", "timeout" },
		{ "stop-server", "grace" },
		{ "wait-for-workflow-status", "interval" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (!strcmp(rows[i].command, command->name) &&
		    !strcmp(rows[i].option, option->name))
			return true;
	return false;
}

bool mcp_option_is_listed(const struct tsk_command *command, const struct tsk_option *option)
{
	return mcp_option_is_taken(option) && !is_for_others(command, option);
}

const struct tsk_command *mcp_tool(const struct mcp_server *server, const char *name)
{
	const struct tsk_command *command = tsk_find_command(server->call, name);

	return command && is_served(server, command) ? command : NULL;
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

/* ---- --tools ---- */

/* All that may be named there; ends with NULL. */
static const char *const *known_names(struct tsk_call *call)
{
	const struct tsk_command *command = NULL;
	struct tsk_lines names = { .call = call };

	tsk_lines_push(&names, "all");
	while ((command = tsk_next_command(call, command))) {
		if (!can_be_tool(command))
			continue;
		tsk_lines_push(&names, command->name);
		tsk_lines_push(&names, tsk_command_plugin(call, command));
	}
	return names.items;
}

enum tsk_status mcp_choose_tools(struct mcp_server *server, const char *list)
{
	struct tsk_call *call = server->call;
	struct tsk_lines words = { .call = call };

	if (!list)
		return TSK_OK;
	const char *const *known = known_names(call);
	while (*list) {
		size_t length = strcspn(list, ",");
		const char *name = tsk_copy_bytes(call, list, length);
		list += length + (list[length] == ',');
		if (!is_one_of(name, known)) {
			const char *nearest = tsk_nearest(name, known);
			return tsk_fail(call, TSK_USAGE,
					"no tool and no plugin '%s' for --tools%s%s%s", name,
					nearest ? "; did you mean '" : "", nearest ? nearest : "",
					nearest ? "'?" : "");
		}
		tsk_lines_push(&words, name);
	}
	server->tools = words.items;
	return TSK_OK;
}

/* ---- tools/list ---- */

/* A tool that says nothing of it is not read-only, for a client. */
static void say_nature(cJSON *tool, unsigned needs)
{
	cJSON *annotations = tsk_set_object(tool, "annotations");

	if (needs & TSK_CHANGES)
		tsk_set_bool(annotations, "destructiveHint", needs & TSK_DESTROYS);
	else
		tsk_set_bool(annotations, "readOnlyHint", true);
}

/* The summary, and of the details the first sentence; --help has them all, over lines. */
static const char *description(struct tsk_call *call, const struct tsk_command *command)
{
	const char *details = command->details, *end = details;

	if (!details)
		return command->summary;
	do
		end += strcspn(end, ".");
	while (*end && end[1] && end[1] != ' ' && end[1] != '\n' && end++);
	char *sentence = tsk_copy_bytes(call, details, (size_t)(end - details) + (*end == '.'));
	for (char *at = strchr(sentence, '\n'); at; at = strchr(at, '\n'))
		*at = ' ';
	return tsk_format(call, "%s\n%s", command->summary, sentence);
}

static void say_tool(struct tsk_call *call, cJSON *tools, const struct tsk_command *command)
{
	cJSON *tool = tsk_append_object(tools);

	tsk_set(tool, "name", command->name);
	tsk_set(tool, "description", description(call, command));
	cJSON_AddItemToObject(tool, "inputSchema", mcp_schema(call, command));
	say_nature(tool, command->needs);
}

void mcp_list_tools(const struct mcp_request *request)
{
	struct mcp_server *server = request->server;
	bool read_only = tsk_setting_is_true(server->call, TSK_SETTING_READ_ONLY);
	const struct tsk_command *command = NULL;

	/* All of them fit into one answer: there is no page to ask for. */
	if (cJSON_IsString(cJSON_GetObjectItemCaseSensitive(request->params, "cursor"))) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "no such cursor");
		return;
	}
	cJSON *result = cJSON_CreateObject();
	cJSON *tools = tsk_set_list(result, "tools");
	while ((command = tsk_next_command(server->call, command)))
		if (is_served(server, command) && !(read_only && command->needs & TSK_CHANGES))
			say_tool(server->call, tools, command);
	mcp_answer_cacheable(request, result, KEEP_TOOLS_MS);
}
