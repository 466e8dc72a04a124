/* Visibility: workflows that match a query, and how many. */
#include "client.h"

#include "call/call.h"

#include <temporal-skill/text.h>

#include <string.h>

/* The server's own largest page. */
#define WORKFLOWS_A_PAGE 1000

struct listing {
	struct tsk_workflow *workflows;
	size_t count, room;
};

static void add_page(struct tsk_call *call, struct listing *listing,
		     const Pb__ListWorkflowExecutionsResponse *page, size_t most)
{
	for (size_t i = 0; i < page->n_executions && listing->count < most; i++) {
		listing->workflows = tsk_grow(call, listing->workflows, listing->count,
					      &listing->room, sizeof(*listing->workflows));
		workflow_from_wire(call, page->executions[i],
				   &listing->workflows[listing->count++]);
	}
}

enum tsk_status tsk_list_workflows(struct tsk_call *call, const char *query, size_t limit,
				   const struct tsk_workflow **workflows, size_t *count, bool *more)
{
	/* One beyond the limit tells whether there are more; the token alone does not. */
	const size_t most = limit ? limit + 1 : SIZE_MAX;
	Pb__ListWorkflowExecutionsRequest request = PB__LIST_WORKFLOW_EXECUTIONS_REQUEST__INIT;
	struct listing listing = { .workflows = NULL };

	*workflows = NULL;
	*count = 0;
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.query = wire_text(query);
	do {
		size_t left = most - listing.count;
		struct exchange exchange = {
			.method = "ListWorkflowExecutions",
			.message = &request.base,
			.answers = &pb__list_workflow_executions_response__descriptor,
			.part = query
		};

		request.page_size = (int32_t)(left < WORKFLOWS_A_PAGE ? left : WORKFLOWS_A_PAGE);
		if (exchange_one(call, &exchange))
			return tsk_error(call);
		const Pb__ListWorkflowExecutionsResponse *page = exchange.answer;
		add_page(call, &listing, page, most);
		request.next_page_token = page->next_page_token;
	} while (request.next_page_token.len && listing.count < most);
	if (more)
		*more = limit && listing.count > limit;
	*workflows = listing.workflows;
	*count = limit && listing.count > limit ? limit : listing.count;
	return TSK_OK;
}

/* ---- counting ---- */

/* The value of a group: a status as a JSON text, "Running" in quotes. */
static bool group_status(struct tsk_call *call,
			 const Pb__CountWorkflowExecutionsResponse__AggregationGroup *group,
			 enum tsk_workflow_status *status)
{
	if (group->n_group_values != 1 || group->group_values[0]->data.len < 2)
		return false;
	const ProtobufCBinaryData *data = &group->group_values[0]->data;
	return tsk_workflow_status_parse(tsk_copy_bytes(call, data->data + 1, data->len - 2),
					 status);
}

enum tsk_status tsk_count_workflows(struct tsk_call *call, const char *query, int64_t *total,
				    int64_t *counts)
{
	Pb__CountWorkflowExecutionsRequest request = PB__COUNT_WORKFLOW_EXECUTIONS_REQUEST__INIT;
	struct exchange exchange = { .method = "CountWorkflowExecutions",
				     .message = &request.base,
				     .answers = &pb__count_workflow_executions_response__descriptor,
				     .part = query };
	const char *grouped = tsk_format(call, "%s GROUP BY ExecutionStatus", query ? query : "");

	*total = 0;
	if (counts)
		memset(counts, 0, (TSK_WORKFLOW_PAUSED + 1) * sizeof(*counts));
	request.namespace_ = wire_text(tsk_setting(call, TSK_SETTING_NAMESPACE));
	request.query = wire_text(counts ? grouped : query);
	if (exchange_one(call, &exchange))
		return tsk_error(call);

	const Pb__CountWorkflowExecutionsResponse *answer = exchange.answer;
	*total = answer->count;
	for (size_t i = 0; counts && i < answer->n_groups; i++) {
		enum tsk_workflow_status status = TSK_WORKFLOW_UNSPECIFIED;

		group_status(call, answer->groups[i], &status);
		counts[status] += answer->groups[i]->count;
	}
	return TSK_OK;
}

const char *tsk_query_literal(struct tsk_call *call, const char *word)
{
	/* Each character may need a backslash, and there are two quotes. */
	char *literal = tsk_alloc(call, 2 * strlen(word) + 3);
	char *at = literal;

	*at++ = '\'';
	for (; *word; word++) {
		if (*word == '\'' || *word == '\\')
			*at++ = '\\';
		*at++ = *word;
	}
	*at = '\'';
	return literal;
}
