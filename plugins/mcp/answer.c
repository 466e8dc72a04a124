/* What is written: results, errors and notifications, one JSON object a line. */
#include "mcp.h"

#include <stdlib.h>
#include <string.h>

#define SERVER_INFO "io.modelcontextprotocol/serverInfo"

cJSON *mcp_identity(void)
{
	cJSON *identity = cJSON_CreateObject();

	tsk_set(identity, "name", "temporal-skill");
	tsk_set(identity, "version", tsk_version());
	return identity;
}

/* A message ends at the end of its line, and JSON put in as it was found may have lines of its own;
 * they lie between its tokens, where a blank does as well. */
static void join_lines(char *text)
{
	for (char *at = strpbrk(text, "\r\n"); at; at = strpbrk(at, "\r\n"))
		*at = ' ';
}

static void send_message(struct mcp_server *server, cJSON *message)
{
	char *text = cJSON_PrintUnformatted(message);

	cJSON_Delete(message);
	if (!text) {
		tsk_fail(server->call, TSK_INTERNAL, "out of memory for a message");
		return;
	}
	join_lines(text);
	if (!bytes_add(server->call, &server->output, text, strlen(text)))
		bytes_add(server->call, &server->output, "\n", 1);
	free(text);
}

static cJSON *response(const char *id)
{
	cJSON *message = cJSON_CreateObject();

	tsk_set(message, "jsonrpc", "2.0");
	tsk_set_json(message, "id", id ? id : "null");
	return message;
}

void mcp_answer(const struct mcp_request *request, cJSON *result)
{
	cJSON *message = response(request->id);

	if (request->modern) {
		cJSON *meta = cJSON_GetObjectItemCaseSensitive(result, "_meta");
		tsk_set(result, "resultType", "complete");
		cJSON_AddItemToObject(meta ? meta : tsk_set_object(result, "_meta"), SERVER_INFO,
				      mcp_identity());
	}
	cJSON_AddItemToObject(message, "result", result);
	send_message(request->server, message);
}

void mcp_answer_cacheable(const struct mcp_request *request, cJSON *result, int64_t keep_ms)
{
	if (request->modern) {
		tsk_set_number(result, "ttlMs", keep_ms);
		/* Project and user plugins, logs, receipts: none of it is for others. */
		tsk_set(result, "cacheScope", "private");
	}
	mcp_answer(request, result);
}

void mcp_refuse_with(const struct mcp_request *request, enum mcp_error code, cJSON *data,
		     const char *text)
{
	cJSON *message = response(request->id);
	cJSON *error = tsk_set_object(message, "error");

	tsk_set_number(error, "code", code);
	tsk_set(error, "message", text);
	if (data)
		cJSON_AddItemToObject(error, "data", data);
	send_message(request->server, message);
}

void mcp_refuse(const struct mcp_request *request, enum mcp_error code, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	const char *text = tsk_vformat(request->server->call, format, arguments);
	va_end(arguments);
	mcp_refuse_with(request, code, NULL, text);
}

void mcp_notify(struct mcp_server *server, const char *method, cJSON *params)
{
	cJSON *message = cJSON_CreateObject();

	tsk_set(message, "jsonrpc", "2.0");
	tsk_set(message, "method", method);
	cJSON_AddItemToObject(message, "params", params);
	send_message(server, message);
}
