/* The server and its namespaces. */
#include "client.h"

#include "call/call.h"

#include <string.h>

/* A server that refuses one of the two by an answer is there; what it does not tell is not known.
 */
static bool is_told_without(const struct exchange *refused, const struct exchange *other)
{
	return other->status == TSK_OK &&
	       (refused->status == TSK_DENIED || refused->code == GRPC_UNIMPLEMENTED);
}

enum tsk_status tsk_server_ask(struct tsk_call *call, int64_t timeout_ms, struct tsk_server *server)
{
	int64_t deadline = tsk_deadline(call, timeout_ms);
	Pb__DescribeNamespaceRequest request = PB__DESCRIBE_NAMESPACE_REQUEST__INIT;
	struct exchange asked[] = {
		{ .method = "GetSystemInfo",
		  .answers = &pb__get_system_info_response__descriptor,
		  .deadline = deadline },
		{ .method = "DescribeNamespace",
		  .message = &request.base,
		  .answers = &pb__describe_namespace_response__descriptor,
		  .deadline = deadline },
	};
	enum tsk_status status;

	*server = (struct tsk_server){ .version = "" };
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	status = exchange_all(call, asked, 2);
	if (status)
		return status;
	/* That it does not answer while the command has time left is no deadline of the user's. */
	for (int i = 0; i < 2; i++)
		if (asked[i].status == TSK_TIMEOUT && tsk_now_ms() < call->deadline)
			exchange_is_unanswered(call, &asked[i]);
	/* The server first: where it cannot be reached, the namespace is no news. */
	if (!is_told_without(&asked[0], &asked[1]) && exchange_fail(call, &asked[0]))
		return tsk_error(call);
	if (!is_told_without(&asked[1], &asked[0]) && exchange_fail(call, &asked[1]))
		return tsk_error(call);

	const Pb__GetSystemInfoResponse *whole = asked[0].answer;
	const Pb__DescribeNamespaceResponse *answer = asked[1].answer;
	const Pb__NamespaceInfo *info = answer ? answer->namespace_info : NULL;
	if (whole)
		server->version = text_valid_utf8(call, whole->server_version);
	if (info && info->capabilities) {
		server->knows_reported_problems =
			info->capabilities->reported_problems_search_attribute;
		server->knows_workers = info->capabilities->worker_heartbeats;
	}
	return TSK_OK;
}

/* A page of namespaces, and how many pages are read at most: more names than anyone would read in a
 * hint. */
#define NAMESPACES_A_PAGE    100
#define NAMESPACE_PAGES_MOST 10

enum tsk_status tsk_namespaces(struct tsk_call *call, struct tsk_strings *names)
{
	const size_t most = NAMESPACES_A_PAGE * NAMESPACE_PAGES_MOST;
	const char **items = tsk_alloc(call, (most + 1) * sizeof(*items));
	Pb__ListNamespacesRequest request = PB__LIST_NAMESPACES_REQUEST__INIT;

	*names = (struct tsk_strings){ .items = items };
	request.page_size = NAMESPACES_A_PAGE;
	do {
		struct exchange exchange = { .method = "ListNamespaces",
					     .message = &request.base,
					     .answers = &pb__list_namespaces_response__descriptor };
		enum tsk_status status = exchange_one(call, &exchange);

		if (status)
			return status;
		const Pb__ListNamespacesResponse *page = exchange.answer;
		for (size_t i = 0; i < page->n_namespaces && names->count < most; i++) {
			const Pb__NamespaceInfo *info = page->namespaces[i]->namespace_info;

			/* The server's own, which nobody means. */
			if (info && strcmp(info->name, "temporal-system"))
				items[names->count++] = text_valid_utf8(call, info->name);
		}
		request.next_page_token = page->next_page_token;
	} while (request.next_page_token.len && names->count < most);
	return TSK_OK;
}

/* A development server need not remember longer; it is the shortest that servers take. */
#define RETENTION_SECONDS (24 * 60 * 60)

enum tsk_status tsk_namespace_register(struct tsk_call *call, const char *name)
{
	Pb__Duration retention = PB__DURATION__INIT;
	Pb__RegisterNamespaceRequest request = PB__REGISTER_NAMESPACE_REQUEST__INIT;
	struct exchange exchange = { .method = "RegisterNamespace",
				     .message = &request.base,
				     .not_idempotent = true,
				     .changes = true };

	retention.seconds = RETENTION_SECONDS;
	request.namespace_ = wire_text(name);
	request.workflow_execution_retention_period = &retention;
	return exchange_one(call, &exchange);
}

/* A server that has been asked for a namespace before remembers for some seconds that it has none
 * of that name; there is no event for its looking again. */
#define ASK_AGAIN_MS 50

enum tsk_status tsk_namespace_await(struct tsk_call *call, const char *name, int64_t deadline)
{
	Pb__CountWorkflowExecutionsRequest request = PB__COUNT_WORKFLOW_EXECUTIONS_REQUEST__INIT;

	request.namespace_ = wire_text(name);
	for (;;) {
		struct exchange exchange = { .method = "CountWorkflowExecutions",
					     .message = &request.base,
					     .optional = true };
		if (exchange_all(call, &exchange, 1))
			return tsk_error(call);
		if (exchange.status == TSK_UNAVAILABLE || exchange.status == TSK_TIMEOUT)
			return exchange_fail(call, &exchange);
		if (exchange.code != GRPC_NOT_FOUND)
			return TSK_OK;
		int64_t again = tsk_now_ms() + ASK_AGAIN_MS;
		if (again >= deadline)
			return tsk_fail(call, TSK_TIMEOUT, "namespace '%s' did not get ready",
					name);
		if (tsk_wait(call, NULL, 0, again) == TSK_INTERRUPTED)
			return TSK_INTERRUPTED;
	}
}
