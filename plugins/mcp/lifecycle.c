/* Which revision of the protocol is spoken, who we are, and subscriptions. */
#include "mcp.h"

#include <stdlib.h>
#include <string.h>

#define META_VERSION      "io.modelcontextprotocol/protocolVersion"
#define META_CAPABILITIES "io.modelcontextprotocol/clientCapabilities"
#define META_SUBSCRIPTION "io.modelcontextprotocol/subscriptionId"

/* Who we are and what we can does not change while we run. */
#define KEEP_IDENTITY_MS  3600000

/* Those that begin with `initialize`, the newest first; to a client that asks for another one the
 * first is offered. What differs between them does not touch what we serve. */
static const char *const legacy_versions[] = { MCP_LEGACY, "2025-06-18", NULL };

static void say_capabilities(cJSON *result)
{
	cJSON *capabilities = tsk_set_object(result, "capabilities");

	tsk_set_object(capabilities, "tools");
	tsk_set_object(capabilities, "resources");
	tsk_set_object(capabilities, "prompts");
}

/* ---- eras ---- */

static cJSON *versions(void)
{
	cJSON *list = cJSON_CreateArray();

	tsk_append(list, MCP_MODERN);
	for (size_t i = 0; legacy_versions[i]; i++)
		tsk_append(list, legacy_versions[i]);
	return list;
}

static bool refuse_version(const struct mcp_request *request, const char *asked)
{
	cJSON *data = cJSON_CreateObject();

	cJSON_AddItemToObject(data, "supported", versions());
	tsk_set(data, "requested", asked);
	mcp_refuse_with(request, MCP_UNSUPPORTED_VERSION, data, "Unsupported protocol version");
	return false;
}

bool mcp_check_era(struct mcp_request *request)
{
	const cJSON *meta = cJSON_GetObjectItemCaseSensitive(request->params, "_meta");
	const cJSON *version = cJSON_GetObjectItemCaseSensitive(meta, META_VERSION);

	if (!strcmp(request->method, "initialize"))
		return true;
	if (!version && (request->server->initialized || !strcmp(request->method, "ping")))
		return true;
	request->modern = true;
	if (!version)
		mcp_refuse(request, MCP_INVALID_PARAMS,
			   "neither was initialize called, nor does params._meta have '%s'",
			   META_VERSION);
	else if (!cJSON_IsString(version))
		mcp_refuse(request, MCP_INVALID_PARAMS, "'%s' must be a string", META_VERSION);
	else if (strcmp(version->valuestring, MCP_MODERN) != 0)
		return refuse_version(request, version->valuestring);
	else if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(meta, META_CAPABILITIES)))
		mcp_refuse(request, MCP_INVALID_PARAMS, "params._meta must have the object '%s'",
			   META_CAPABILITIES);
	else
		return true;
	return false;
}

void mcp_initialize(const struct mcp_request *request)
{
	const cJSON *asked = cJSON_GetObjectItemCaseSensitive(request->params, "protocolVersion");
	const char *version = legacy_versions[0];

	if (!cJSON_IsString(asked)) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "'protocolVersion' must be a string");
		return;
	}
	for (size_t i = 0; legacy_versions[i]; i++)
		if (!strcmp(legacy_versions[i], asked->valuestring))
			version = legacy_versions[i];
	cJSON *result = cJSON_CreateObject();
	tsk_set(result, "protocolVersion", version);
	say_capabilities(result);
	cJSON_AddItemToObject(result, "serverInfo", mcp_identity());
	tsk_set(result, "instructions", mcp_instructions(request->server->call));
	request->server->initialized = true;
	mcp_answer(request, result);
}

void mcp_discover(const struct mcp_request *request)
{
	cJSON *result = cJSON_CreateObject();

	cJSON_AddItemToObject(result, "supportedVersions", versions());
	say_capabilities(result);
	tsk_set(result, "instructions", mcp_instructions(request->server->call));
	mcp_answer_cacheable(request, result, KEEP_IDENTITY_MS);
}

void mcp_ping(const struct mcp_request *request)
{
	mcp_answer(request, cJSON_CreateObject());
}

/* ---- subscriptions: a modern server must take them; none of our lists announces its changes ----
 */

static void set_subscription(cJSON *object, const char *id)
{
	tsk_set_json(tsk_set_object(object, "_meta"), META_SUBSCRIPTION, id);
}

void mcp_listen(const struct mcp_request *request)
{
	struct mcp_server *server = request->server;

	if (!cJSON_IsObject(cJSON_GetObjectItemCaseSensitive(request->params, "notifications"))) {
		mcp_refuse(request, MCP_INVALID_PARAMS, "'notifications' must be an object");
		return;
	}
	for (size_t i = 0; i < MCP_MOST_SUBSCRIPTIONS; i++) {
		if (server->subscriptions[i])
			continue;
		server->subscriptions[i] = strdup(request->id);
		cJSON *params = cJSON_CreateObject();
		set_subscription(params, request->id);
		tsk_set_object(params, "notifications");
		mcp_notify(server, "notifications/subscriptions/acknowledged", params);
		return;
	}
	mcp_refuse(request, MCP_INTERNAL_ERROR, "%d subscriptions are open, which is the most",
		   MCP_MOST_SUBSCRIPTIONS);
}

bool mcp_stop_listening(struct mcp_server *server, const char *id)
{
	for (size_t i = 0; i < MCP_MOST_SUBSCRIPTIONS; i++) {
		if (!server->subscriptions[i] || strcmp(server->subscriptions[i], id) != 0)
			continue;
		free(server->subscriptions[i]);
		server->subscriptions[i] = NULL;
		return true;
	}
	return false;
}

void mcp_end_subscriptions(struct mcp_server *server)
{
	for (size_t i = 0; i < MCP_MOST_SUBSCRIPTIONS; i++) {
		if (!server->subscriptions[i])
			continue;
		const struct mcp_request request = { .server = server,
						     .id = server->subscriptions[i],
						     .modern = true };
		cJSON *result = cJSON_CreateObject();
		set_subscription(result, request.id);
		mcp_answer(&request, result);
		free(server->subscriptions[i]);
		server->subscriptions[i] = NULL;
	}
}
