/* One line of input: is it a JSON-RPC message, and who handles it. */
#include "mcp.h"

#include <temporal-skill/payload.h>

#include <stdlib.h>
#include <string.h>

enum eras { LEGACY = 1, MODERN = 2, BOTH = 3 };

static const struct {
	const char *name;
	enum eras eras;
	void (*handle)(const struct mcp_request *request);
} methods[] = {
	{ "initialize", LEGACY, mcp_initialize },
	{ "ping", LEGACY, mcp_ping },
	{ "server/discover", MODERN, mcp_discover },
	{ "subscriptions/listen", MODERN, mcp_listen },
	{ "tools/list", BOTH, mcp_list_tools },
	{ "tools/call", BOTH, mcp_call_tool },
	{ "resources/list", BOTH, mcp_list_resources },
	{ "resources/templates/list", BOTH, mcp_list_resource_templates },
	{ "resources/read", BOTH, mcp_read_resource },
	{ "prompts/list", BOTH, mcp_list_prompts },
	{ "prompts/get", BOTH, mcp_get_prompt },
};

/* A string is printed anew, so that each spelling of it is the same; a number keeps its digits. */
static const char *id_text(struct tsk_call *call, const char *text, const char *pointer,
			   const cJSON *id)
{
	if (!cJSON_IsString(id))
		return tsk_json_pointer(call, text, pointer);
	char *printed = cJSON_PrintUnformatted(id);
	const char *copy = tsk_copy(call, printed);
	free(printed);
	return copy;
}

static bool is_id(const cJSON *id, const char *raw)
{
	return cJSON_IsString(id) || (cJSON_IsNumber(id) && raw && !strpbrk(raw, ".eE"));
}

/* ---- notifications ---- */

static void cancel(const struct mcp_request *request)
{
	struct tsk_call *call = request->server->call;
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(request->params, "requestId");
	const char *text = id ? id_text(call, request->text, "/params/requestId", id) : NULL;

	/* One that has ended meanwhile, or never was, is nothing to talk about. */
	if (text && !mcp_cancel(request->server, text))
		mcp_stop_listening(request->server, text);
}

static void take_notification(const struct mcp_request *request)
{
	if (!strcmp(request->method, "notifications/cancelled"))
		cancel(request);
}

/* ---- requests ---- */

static void take_request(struct mcp_request *request)
{
	if (mcp_is_running(request->server, request->id)) {
		mcp_refuse(request, MCP_INVALID_REQUEST, "the id %s is in use", request->id);
		return;
	}
	if (!mcp_check_era(request))
		return;
	for (size_t i = 0; i < sizeof(methods) / sizeof(*methods); i++) {
		if (strcmp(methods[i].name, request->method) != 0 ||
		    !(methods[i].eras & (request->modern ? MODERN : LEGACY)))
			continue;
		methods[i].handle(request);
		return;
	}
	mcp_refuse(request, MCP_METHOD_NOT_FOUND, "unknown method '%s'", request->method);
}

/* ---- messages ---- */

static void take_object(struct mcp_request *request, const cJSON *message)
{
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(message, "jsonrpc");
	const cJSON *method = cJSON_GetObjectItemCaseSensitive(message, "method");
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
	const cJSON *params = cJSON_GetObjectItemCaseSensitive(message, "params");

	/* We ask nothing, so an answer is none of ours. */
	if (!method && (cJSON_GetObjectItemCaseSensitive(message, "result") ||
			cJSON_GetObjectItemCaseSensitive(message, "error")))
		return;
	request->id = id ? id_text(request->server->call, request->text, "/id", id) : NULL;
	if (id && !is_id(id, request->id)) {
		request->id = NULL;
		mcp_refuse(request, MCP_INVALID_REQUEST, "'id' must be a string or an integer");
	} else if (!cJSON_IsString(version) || strcmp(version->valuestring, "2.0") != 0) {
		mcp_refuse(request, MCP_INVALID_REQUEST, "'jsonrpc' must be \"2.0\"");
	} else if (!method || !cJSON_IsString(method)) {
		mcp_refuse(request, MCP_INVALID_REQUEST, "'method' must be a string");
	} else if (params && !cJSON_IsObject(params)) {
		if (id)
			mcp_refuse(request, MCP_INVALID_PARAMS, "'params' must be an object");
	} else {
		request->method = method->valuestring;
		request->params = params;
		if (id)
			take_request(request);
		else
			take_notification(request);
	}
}

/* The arguments of a tool may have one where they are JSON themselves: a mistake in the others is
 * told as the tool's. */
static bool refuse_nul(struct mcp_request *request, const cJSON *message)
{
	struct tsk_call *call = request->server->call;
	const cJSON *method = cJSON_GetObjectItemCaseSensitive(message, "method");
	const cJSON *id = cJSON_GetObjectItemCaseSensitive(message, "id");
	bool tool = cJSON_IsString(method) && !strcmp(method->valuestring, "tools/call");

	if (!tsk_json_has_nul(call, request->text, tool ? "/params/arguments" : NULL))
		return false;
	const char *text = id ? id_text(call, request->text, "/id", id) : NULL;
	/* A notification has no answer; an id that has one would be another request's. */
	if (!id)
		return true;
	if (is_id(id, text) &&
	    !tsk_json_has_nul(call, tsk_json_pointer(call, request->text, "/id"), NULL))
		request->id = text;
	mcp_refuse(request, MCP_INVALID_REQUEST, "a string has a NUL character");
	return true;
}

/* JSON allows half a surrogate pair in escapes; no text has one. The client waits for an answer to
 * its request all the same. */
static void refuse_text(struct mcp_request *request)
{
	const char *id = tsk_json_pointer(request->server->call, request->text, "/id");

	if (id && (*id == '"' || !strpbrk(id, ".eE{[tfn")))
		request->id = id;
	mcp_refuse(request, MCP_INVALID_REQUEST, "a string has half a surrogate pair");
}

void mcp_message(struct mcp_server *server, const char *line, size_t size)
{
	struct mcp_request request = { .server = server, .text = line };
	size_t offset = 0;

	if (strspn(line, " \t\r") == size)
		return;
	if (!tsk_json_check(line, size, &offset)) {
		mcp_refuse(&request, MCP_PARSE_ERROR, "not JSON: it goes wrong at byte %zu",
			   offset);
		return;
	}
	cJSON *message = cJSON_Parse(line);
	if (cJSON_IsObject(message) && refuse_nul(&request, message))
		;
	else if (cJSON_IsObject(message))
		take_object(&request, message);
	else if (!message)
		refuse_text(&request);
	else
		mcp_refuse(&request, MCP_INVALID_REQUEST, "a message must be one JSON object");
	cJSON_Delete(message);
}

void mcp_message_too_long(struct mcp_server *server)
{
	const struct mcp_request request = { .server = server };

	mcp_refuse(&request, MCP_PARSE_ERROR, "a message of more than %zu bytes is not taken",
		   MCP_LONGEST_MESSAGE);
}
