/* What an answer other than OK means: from gRPC's code, message and details to a status, a problem
 * and a hint. */
#include "client.h"

#include "call/call.h"

#include <stdio.h>
#include <string.h>

/* ---- the typed detail ---- */

/* The detail of that type ("QueryFailedFailure") in a google.rpc.Status; NULL: not there. */
static void *typed_detail(struct tsk_call *call, const uint8_t *details, size_t size,
			  const ProtobufCMessageDescriptor *type)
{
	const Pb__Status *status =
		details ? wire_unpack(call, &pb__status__descriptor, details, size) : NULL;

	for (size_t i = 0; status && i < status->n_details; i++) {
		const Pb__Any *any = status->details[i];
		const char *dot = strrchr(any->type_url, '.');

		if (dot && strcmp(dot + 1, type->short_name) == 0)
			return wire_unpack(call, type, any->value.data, any->value.len);
	}
	return NULL;
}

const char *grpc_code_name(enum grpc_code code)
{
	static const char *const names[] = {
		[GRPC_OK] = "OK",
		[GRPC_CANCELLED] = "CANCELLED",
		[GRPC_UNKNOWN] = "UNKNOWN",
		[GRPC_INVALID_ARGUMENT] = "INVALID_ARGUMENT",
		[GRPC_DEADLINE_EXCEEDED] = "DEADLINE_EXCEEDED",
		[GRPC_NOT_FOUND] = "NOT_FOUND",
		[GRPC_ALREADY_EXISTS] = "ALREADY_EXISTS",
		[GRPC_PERMISSION_DENIED] = "PERMISSION_DENIED",
		[GRPC_RESOURCE_EXHAUSTED] = "RESOURCE_EXHAUSTED",
		[GRPC_FAILED_PRECONDITION] = "FAILED_PRECONDITION",
		[GRPC_ABORTED] = "ABORTED",
		[GRPC_OUT_OF_RANGE] = "OUT_OF_RANGE",
		[GRPC_UNIMPLEMENTED] = "UNIMPLEMENTED",
		[GRPC_INTERNAL] = "INTERNAL",
		[GRPC_UNAVAILABLE] = "UNAVAILABLE",
		[GRPC_DATA_LOSS] = "DATA_LOSS",
		[GRPC_UNAUTHENTICATED] = "UNAUTHENTICATED",
	};

	return (size_t)code < sizeof(names) / sizeof(*names) && names[code] ? names[code] : "?";
}

/* ---- one code each ---- */

/* hint: NULL for none. */
static void set_problem(struct exchange *exchange, enum tsk_status status, const char *hint,
			const char *problem)
{
	exchange->status = status;
	exchange->problem = problem;
	exchange->hint = hint;
}

static const char *address_of(const struct tsk_call *call)
{
	return tsk_setting(call, TSK_SETTING_ADDRESS);
}

static const char *server_hint(const struct tsk_call *call)
{
	/* A dev server does not speak TLS. */
	bool ours =
		tsk_address_stays_here(address_of(call)) && !(call->client && call->client->tls);

	return ours ? "temporal-skill ensure-server" : "temporal-skill show-settings";
}

/* What follows a beginning, or NULL where it does not begin so. */
static const char *text_after(const char *message, const char *beginning)
{
	size_t length = strlen(beginning);

	return strncmp(message, beginning, length) ? NULL : message + length;
}

/* The channel's own words without what ours say already. */
static const char *reason_alone(struct tsk_call *call, const char *message)
{
	const char *address = address_of(call);
	const char *plain =
		text_after(message, tsk_format(call, "cannot connect to '%s'", address));
	const char *other = text_after(message, tsk_format(call, "no gRPC at '%s': ", address));

	if (other)
		return tsk_format(call, "no gRPC there: %s", other);
	/* A colon, or the proxy that it went through. */
	return plain ? plain + strspn(plain, ":, ") : message;
}

static const char *whom_text(struct tsk_call *call, const struct exchange *exchange)
{
	return exchange->workflow_id ? tsk_format(call, " of workflow '%s'", exchange->workflow_id)
				     : "";
}

/* Neither done nor not done: to say that the server cannot be reached would read as the latter. */
static void not_known(struct tsk_call *call, struct exchange *exchange, enum tsk_status status,
		      const char *reason)
{
	set_problem(exchange, status,
		    exchange->workflow_id
			    ? tsk_format(call, "temporal-skill show-workflow-history -w %s",
					 tsk_quote(call, exchange->workflow_id))
			    : NULL,
		    tsk_format(call,
			       "whether %s%s was done is not known: it was sent, and its answer "
			       "was lost: %s",
			       exchange->method, whom_text(call, exchange), reason));
}

static void unavailable(struct tsk_call *call, struct exchange *exchange, const char *message)
{
	if (exchange->changes && exchange->perhaps)
		not_known(call, exchange, TSK_UNAVAILABLE, message);
	else if (exchange->unreachable)
		set_problem(exchange, TSK_UNAVAILABLE, server_hint(call),
			    tsk_format(call, "cannot reach the Temporal server at '%s': %s",
				       address_of(call), reason_alone(call, message)));
	else if (exchange->lost)
		set_problem(exchange, TSK_UNAVAILABLE, NULL,
			    tsk_format(call, "the answer of '%s' to %s was lost", address_of(call),
				       exchange->method));
	else
		set_problem(exchange, TSK_UNAVAILABLE, NULL,
			    tsk_format(call, "the Temporal server at '%s' cannot do %s now: %s",
				       address_of(call), exchange->method, message));
}

/* Someone is there, and nothing was said to them: no other server, and no waiting, helps. */
static void unsafe(struct exchange *exchange, const char *message)
{
	set_problem(exchange, TSK_DENIED,
		    exchange->unreachable ? "name its authority with --tls-ca-path FILE, or a name "
					    "that is in it with "
					    "--tls-server-name NAME"
					  : "temporal-skill show-settings",
		    message);
}

/* A server of this machine can be given it. */
static const char *namespace_hint(struct tsk_call *call, const char *name)
{
	const char *hint = server_hint(call);

	if (!strstr(hint, "ensure-server") || !*name)
		return hint;
	return tsk_format(call, "%s --create-namespace %s", hint,
			  tsk_quote(call, text_valid_utf8(call, name)));
}

static void not_found(struct tsk_call *call, struct exchange *exchange, const char *message,
		      const uint8_t *details, size_t size)
{
	const char *ours = tsk_setting(call, TSK_SETTING_NAMESPACE);
	const Pb__NamespaceNotFoundFailure *missing =
		typed_detail(call, details, size, &pb__namespace_not_found_failure__descriptor);

	if (missing)
		set_problem(exchange, TSK_NOT_FOUND, namespace_hint(call, missing->namespace_),
			    tsk_format(call, "no namespace '%s' on the server at '%s'",
				       *missing->namespace_
					       ? text_valid_utf8(call, missing->namespace_)
					       : ours,
				       address_of(call)));
	else if (exchange->workflow_id && strstr(message, "already completed"))
		set_problem(
			exchange, TSK_NEGATIVE,
			tsk_format(call, "temporal-skill describe-workflow -w %s",
				   tsk_quote(call, exchange->workflow_id)),
			tsk_format(call, "workflow '%s' has already ended", exchange->workflow_id));
	else if (exchange->missing)
		set_problem(exchange, TSK_NOT_FOUND, NULL, exchange->missing);
	else if (exchange->workflow_id && exchange->run_id && *exchange->run_id)
		set_problem(exchange, TSK_NOT_FOUND, "temporal-skill list-recent-workflows",
			    tsk_format(call, "no run '%s' of workflow '%s' in namespace '%s'",
				       exchange->run_id, exchange->workflow_id, ours));
	else if (exchange->workflow_id)
		set_problem(exchange, TSK_NOT_FOUND, "temporal-skill list-recent-workflows",
			    tsk_format(call, "no workflow '%s' in namespace '%s'",
				       exchange->workflow_id, ours));
	else
		set_problem(exchange, TSK_NOT_FOUND, NULL, message);
}

static void invalid(struct tsk_call *call, struct exchange *exchange, const char *message,
		    const uint8_t *details, size_t size)
{
	const Pb__QueryFailedFailure *failed =
		typed_detail(call, details, size, &pb__query_failed_failure__descriptor);

	/* The worker ran the query, and the query said no. */
	if (failed)
		set_problem(exchange, TSK_NEGATIVE, NULL,
			    tsk_format(call, "the query of workflow '%s' failed: %s",
				       exchange->workflow_id ? exchange->workflow_id : "",
				       message));
	else
		set_problem(
			exchange, TSK_USAGE, NULL,
			tsk_format(call, "the server refuses %s: %s", exchange->method, message));
}

static void refused(struct tsk_call *call, struct exchange *exchange, const char *message)
{
	if (exchange->workflow_id)
		set_problem(exchange, TSK_NEGATIVE,
			    tsk_format(call, "temporal-skill diagnose -w %s",
				       tsk_quote(call, exchange->workflow_id)),
			    tsk_format(call, "the server refuses %s of workflow '%s': %s",
				       exchange->method, exchange->workflow_id, message));
	else
		set_problem(
			exchange, TSK_NEGATIVE, NULL,
			tsk_format(call, "the server refuses %s: %s", exchange->method, message));
}

/* A limit of the one workflow that the request speaks of is no fault of the server's, which is
 * there: it takes no more of that until the workflow has done some of it. */
static void exhausted(struct tsk_call *call, struct exchange *exchange, const char *message,
		      const uint8_t *details, size_t size)
{
	const Pb__ResourceExhaustedFailure *failure =
		typed_detail(call, details, size, &pb__resource_exhausted_failure__descriptor);
	const int cause = failure ? (int)failure->cause : 0;

	if (exchange->workflow_id &&
	    (cause == PB__RESOURCE_EXHAUSTED_CAUSE__RESOURCE_EXHAUSTED_CAUSE_CONCURRENT_LIMIT ||
	     cause == PB__RESOURCE_EXHAUSTED_CAUSE__RESOURCE_EXHAUSTED_CAUSE_BUSY_WORKFLOW))
		refused(call, exchange, message);
	else
		unavailable(call, exchange, message);
}

static void too_late(struct tsk_call *call, struct exchange *exchange)
{
	if (exchange->changes && exchange->perhaps)
		not_known(call, exchange, TSK_TIMEOUT,
			  tsk_format(call, "no answer in time from '%s'", address_of(call)));
	else
		set_problem(
			exchange, TSK_TIMEOUT, exchange->workflow_id ? NULL : server_hint(call),
			exchange->workflow_id
				? tsk_format(call,
					     "no answer in time from '%s' to %s of workflow '%s'",
					     address_of(call), exchange->method,
					     exchange->workflow_id)
				: tsk_format(call, "no answer in time from '%s' to %s",
					     address_of(call), exchange->method));
}

void refusal_explain(struct tsk_call *call, struct exchange *exchange, const char *message,
		     const uint8_t *details, size_t details_size)
{
	/* A copy: what came with the answer goes with it. */
	message = tsk_copy(call, message && *message ? message : "no reason given");
	message = text_valid_utf8(call, message);
	if (exchange->unsendable) {
		set_problem(exchange, TSK_USAGE, "temporal-skill show-settings",
			    tsk_format(call, "cannot ask the server: %s", message));
		return;
	}
	if (exchange->unsafe) {
		unsafe(exchange, message);
		return;
	}
	switch (exchange->code) {
	case GRPC_OK: break;
	case GRPC_NOT_FOUND: not_found(call, exchange, message, details, details_size); break;
	case GRPC_INVALID_ARGUMENT: invalid(call, exchange, message, details, details_size); break;
	case GRPC_DEADLINE_EXCEEDED:
		if (exchange->unreachable)
			unavailable(call, exchange, message);
		else
			too_late(call, exchange);
		break;
	case GRPC_UNAUTHENTICATED:
	case GRPC_PERMISSION_DENIED:
		set_problem(exchange, TSK_DENIED, "temporal-skill show-settings",
			    tsk_format(call, "the server at '%s' denies %s: %s", address_of(call),
				       exchange->method, message));
		break;
	case GRPC_ALREADY_EXISTS:
	case GRPC_FAILED_PRECONDITION:
	case GRPC_ABORTED:
	case GRPC_OUT_OF_RANGE: refused(call, exchange, message); break;
	case GRPC_UNIMPLEMENTED:
		set_problem(exchange, TSK_UNAVAILABLE, NULL,
			    tsk_format(call, "the server at '%s' does not know %s: %s",
				       address_of(call), exchange->method, message));
		break;
	case GRPC_RESOURCE_EXHAUSTED:
		exhausted(call, exchange, message, details, details_size);
		break;
	case GRPC_CANCELLED:
	case GRPC_UNKNOWN:
	case GRPC_INTERNAL:
	case GRPC_UNAVAILABLE:
	case GRPC_DATA_LOSS:
	default: unavailable(call, exchange, message); break;
	}
}
