/* The parts of the Temporal client that ask nobody: names, identities, literals, refusals. */
#include "call/call.h"
#include "settings/values.h"
#include "temporal/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct fixture {
	struct settings settings;
	struct tsk_call call;
};

static int setup(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	if (!fixture)
		return -1;
	settings_init(&fixture->settings);
	call_init(&fixture->call, &fixture->settings, NULL);
	*state = fixture;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *fixture = *state;

	call_release(&fixture->call);
	settings_release(&fixture->settings);
	free(fixture);
	return 0;
}

static struct tsk_call *call_of(void **state)
{
	return &((struct fixture *)*state)->call;
}

/* ---- names ---- */

static void statuses_are_known_in_any_spelling(void **state)
{
	static const struct {
		const char *text;
		enum tsk_workflow_status status;
	} spellings[] = {
		{ "TIMED_OUT", TSK_WORKFLOW_TIMED_OUT },
		{ "TimedOut", TSK_WORKFLOW_TIMED_OUT },
		{ "timed-out", TSK_WORKFLOW_TIMED_OUT },
		{ "timed out", TSK_WORKFLOW_TIMED_OUT },
		{ "WORKFLOW_EXECUTION_STATUS_TIMED_OUT", TSK_WORKFLOW_TIMED_OUT },
		{ "CANCELLED", TSK_WORKFLOW_CANCELED },
		{ "Canceled", TSK_WORKFLOW_CANCELED },
		{ "running", TSK_WORKFLOW_RUNNING },
		{ "ContinuedAsNew", TSK_WORKFLOW_CONTINUED_AS_NEW },
		{ "PAUSED", TSK_WORKFLOW_PAUSED },
	};
	static const char *const others[] = { "",         "RUN",     "RUNNINGS",
					      "_",        "1",       "UNSPECIFIED",
					      "RUNNING2", "STARTED", "WORKFLOW_EXECUTION_STATUS_" };
	enum tsk_workflow_status status;
	char endless[1000];

	(void)state;
	for (size_t i = 0; i < sizeof(spellings) / sizeof(*spellings); i++) {
		assert_true(tsk_workflow_status_parse(spellings[i].text, &status));
		assert_int_equal(status, spellings[i].status);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(tsk_workflow_status_parse(others[i], &status));
	memset(endless, 'a', sizeof(endless) - 1);
	endless[sizeof(endless) - 1] = '\0';
	assert_false(tsk_workflow_status_parse(endless, &status));
	assert_false(tsk_workflow_status_parse(NULL, &status));
}

static void each_status_parses_back(void **state)
{
	(void)state;
	for (int i = TSK_WORKFLOW_RUNNING; i <= TSK_WORKFLOW_PAUSED; i++) {
		enum tsk_workflow_status expected = (enum tsk_workflow_status)i, status;

		assert_true(tsk_workflow_status_parse(tsk_workflow_status_name(expected), &status));
		assert_int_equal(status, expected);
		assert_true(tsk_workflow_status_parse(tsk_workflow_status_query_name(expected),
						      &status));
		assert_int_equal(status, expected);
	}
	assert_string_equal(tsk_workflow_status_name(TSK_WORKFLOW_TIMED_OUT), "TIMED_OUT");
	assert_string_equal(tsk_workflow_status_query_name(TSK_WORKFLOW_TIMED_OUT), "TimedOut");
	assert_string_equal(tsk_workflow_status_name((enum tsk_workflow_status)99), "UNSPECIFIED");
}

/* EVENT_TYPE_TIMER_STARTED and TimerStarted are the same but for case and underscores. */
static void event_types_are_named_as_upstream(void **state)
{
	const ProtobufCEnumDescriptor *type = &pb__event_type__descriptor;

	(void)state;
	for (unsigned i = 0; i < type->n_values; i++) {
		const char *upstream = type->values[i].name + strlen("EVENT_TYPE_");
		const char *ours = tsk_event_type_name(type->values[i].value);

		for (; *upstream; upstream++) {
			if (*upstream == '_')
				continue;
			assert_int_equal(*ours & ~0x20, *upstream);
			ours++;
		}
		assert_string_equal(ours, "");
	}
	assert_string_equal(tsk_event_type_name(TSK_EVENT_CHILD_TIMED_OUT),
			    "ChildWorkflowExecutionTimedOut");
	assert_string_equal(tsk_event_type_name(-1), "Unknown");
	assert_string_equal(tsk_event_type_name(9999), "Unknown");
}

static void enum_names_are_upstreams(void **state)
{
	struct tsk_call *call = call_of(state);

	assert_string_equal(enum_name(call, &pb__timeout_type__descriptor, 1),
			    "TIMEOUT_TYPE_START_TO_CLOSE");
	assert_string_equal(enum_name(call, &pb__timeout_type__descriptor, 0), "");
	assert_string_equal(enum_name(call, &pb__timeout_type__descriptor, 1234), "1234");
}

/* ---- identities and literals ---- */

static void identities_give_pids_of_this_host_alone(void **state)
{
	struct tsk_call *call = call_of(state);
	char host[256] = "";

	assert_int_equal(gethostname(host, sizeof(host) - 1), 0);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "4711@%s", host)), 4711);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "4711@%s.elsewhere", host)), 0);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "temporal-skill@%s", host)), 0);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "temporal-cli:root@%s", host)), 0);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "99999999999999999999@%s", host)), 0);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "-1@%s", host)), 0);
	assert_int_equal(tsk_identity_pid(tsk_format(call, "@%s", host)), 0);
	assert_int_equal(tsk_identity_pid("4711"), 0);
	assert_int_equal(tsk_identity_pid(""), 0);
	assert_int_equal(tsk_identity_pid(NULL), 0);
}

static void literals_cannot_be_left(void **state)
{
	struct tsk_call *call = call_of(state);

	assert_string_equal(tsk_query_literal(call, "order-1"), "'order-1'");
	assert_string_equal(tsk_query_literal(call, ""), "''");
	assert_string_equal(tsk_query_literal(call, "x' OR '1"), "'x\\' OR \\'1'");
	assert_string_equal(tsk_query_literal(call, "end\\"), "'end\\\\'");
	assert_string_equal(tsk_query_literal(call, "'"), "'\\''");
}

static void request_ids_are_random_uuids(void **state)
{
	struct tsk_call *call = call_of(state);
	const char *one = new_request_id(call), *other = new_request_id(call);

	assert_int_equal(strlen(one), 36);
	assert_int_equal(strspn(one, "0123456789abcdef-"), 36);
	assert_int_equal(one[14], '4');
	assert_non_null(strchr("89ab", one[19]));
	assert_string_not_equal(one, other);
}

/* ---- refusals ---- */

/* google.rpc.Status with one detail. */
static void explain_with_detail(struct tsk_call *call, struct exchange *exchange,
				const char *message, const char *type, ProtobufCMessage *detail)
{
	uint8_t inner[200], outer[400];
	Pb__Any any = PB__ANY__INIT, *list[] = { &any };
	Pb__Status status = PB__STATUS__INIT;

	any.type_url = wire_text(type);
	any.value.data = inner;
	any.value.len = protobuf_c_message_pack(detail, inner);
	status.details = list;
	status.n_details = 1;
	refusal_explain(call, exchange, message, outer, pb__status__pack(&status, outer));
}

static void a_missing_namespace_is_named(void **state)
{
	Pb__NamespaceNotFoundFailure detail = PB__NAMESPACE_NOT_FOUND_FAILURE__INIT;
	struct exchange exchange = { .method = "DescribeWorkflowExecution",
				     .workflow_id = "w",
				     .code = GRPC_NOT_FOUND };

	detail.namespace_ = wire_text("billing");
	explain_with_detail(
		call_of(state), &exchange, "Namespace billing is not found.",
		"type.googleapis.com/temporal.api.errordetails.v1.NamespaceNotFoundFailure",
		&detail.base);
	assert_int_equal(exchange.status, TSK_NOT_FOUND);
	assert_string_equal(exchange.problem,
			    "no namespace 'billing' on the server at 'localhost:7233'");
	assert_string_equal(exchange.hint,
			    "temporal-skill ensure-server --create-namespace billing");
}

static void a_failed_query_is_no_bad_usage(void **state)
{
	Pb__QueryFailedFailure detail = PB__QUERY_FAILED_FAILURE__INIT;
	struct exchange exchange = { .method = "QueryWorkflow",
				     .workflow_id = "w",
				     .code = GRPC_INVALID_ARGUMENT };

	explain_with_detail(call_of(state), &exchange, "no such greeting",
			    "type.googleapis.com/temporal.api.errordetails.v1.QueryFailedFailure",
			    &detail.base);
	assert_int_equal(exchange.status, TSK_NEGATIVE);
	assert_string_equal(exchange.problem, "the query of workflow 'w' failed: no such greeting");
}

static void codes_become_statuses(void **state)
{
	static const struct {
		enum grpc_code code;
		const char *message, *run_id;
		bool unreachable, lost, perhaps;
		enum tsk_status status;
		const char *problem;
	} rows[] = {
		{ .code = GRPC_NOT_FOUND,
		  .status = TSK_NOT_FOUND,
		  .problem = "no workflow 'w' in namespace 'default'" },
		{ .code = GRPC_NOT_FOUND,
		  .run_id = "r",
		  .status = TSK_NOT_FOUND,
		  .problem = "no run 'r' of workflow 'w' in namespace 'default'" },
		{ .code = GRPC_NOT_FOUND,
		  .message = "workflow execution already completed",
		  .status = TSK_NEGATIVE,
		  .problem = "workflow 'w' has already ended" },
		{ .code = GRPC_UNAVAILABLE,
		  .unreachable = true,
		  .message = "cannot connect to 'localhost:7233': connection refused",
		  .status = TSK_UNAVAILABLE,
		  .problem = "cannot reach the Temporal server at 'localhost:7233': connection "
			     "refused" },
		{ .code = GRPC_UNAVAILABLE,
		  .lost = true,
		  .status = TSK_UNAVAILABLE,
		  .problem = "the answer of 'localhost:7233' to M was lost" },
		{ .code = GRPC_UNAVAILABLE,
		  .unreachable = true,
		  .perhaps = true,
		  .message = "cannot connect to 'localhost:7233': connection refused",
		  .status = TSK_UNAVAILABLE,
		  .problem = "whether M of workflow 'w' was done is not known: it was sent, and "
			     "its answer was lost: cannot connect to 'localhost:7233': connection "
			     "refused" },
		{ .code = GRPC_DEADLINE_EXCEEDED,
		  .perhaps = true,
		  .status = TSK_TIMEOUT,
		  .problem = "whether M of workflow 'w' was done is not known: it was sent, and "
			     "its answer was lost: no answer in time from 'localhost:7233'" },
		{ .code = GRPC_DEADLINE_EXCEEDED,
		  .status = TSK_TIMEOUT,
		  .problem = "no answer in time from 'localhost:7233' to M of workflow 'w'" },
		{ .code = GRPC_PERMISSION_DENIED,
		  .message = "not yours",
		  .status = TSK_DENIED,
		  .problem = "the server at 'localhost:7233' denies M: not yours" },
		{ .code = GRPC_UNAUTHENTICATED,
		  .message = "who",
		  .status = TSK_DENIED,
		  .problem = "the server at 'localhost:7233' denies M: who" },
		{ .code = GRPC_INVALID_ARGUMENT,
		  .message = "bad",
		  .status = TSK_USAGE,
		  .problem = "the server refuses M: bad" },
		{ .code = GRPC_FAILED_PRECONDITION,
		  .message = "not now",
		  .status = TSK_NEGATIVE,
		  .problem = "the server refuses M of workflow 'w': not now" },
		{ .code = GRPC_UNIMPLEMENTED,
		  .message = "unknown method",
		  .status = TSK_UNAVAILABLE,
		  .problem = "the server at 'localhost:7233' does not know M: unknown method" },
		{ .code = (enum grpc_code)42,
		  .status = TSK_UNAVAILABLE,
		  .problem = "the Temporal server at 'localhost:7233' cannot do M now: no reason "
			     "given" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		struct exchange exchange = { .method = "M",
					     .workflow_id = "w",
					     .run_id = rows[i].run_id,
					     .code = rows[i].code,
					     .unreachable = rows[i].unreachable,
					     .lost = rows[i].lost,
					     .perhaps = rows[i].perhaps,
					     .changes = true };

		refusal_explain(call_of(state), &exchange, rows[i].message, NULL, 0);
		assert_int_equal(exchange.status, rows[i].status);
		assert_string_equal(exchange.problem, rows[i].problem);
	}
}

/* Details that are no google.rpc.Status at all must not matter. */
static void damaged_details_are_ignored(void **state)
{
	static const uint8_t garbage[] = { 0xff, 0x01, 0x02 };
	struct exchange exchange = { .method = "M", .workflow_id = "w", .code = GRPC_NOT_FOUND };

	refusal_explain(call_of(state), &exchange, "gone", garbage, sizeof(garbage));
	assert_int_equal(exchange.status, TSK_NOT_FOUND);
	assert_string_equal(exchange.problem, "no workflow 'w' in namespace 'default'");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(statuses_are_known_in_any_spelling),
		TEST(each_status_parses_back),
		TEST(event_types_are_named_as_upstream),
		TEST(enum_names_are_upstreams),
		TEST(identities_give_pids_of_this_host_alone),
		TEST(literals_cannot_be_left),
		TEST(request_ids_are_random_uuids),
		TEST(a_missing_namespace_is_named),
		TEST(a_failed_query_is_no_bad_usage),
		TEST(codes_become_statuses),
		TEST(damaged_details_are_ignored),
	};

	return cmocka_run_group_tests_name("client", tests, NULL, NULL);
}
