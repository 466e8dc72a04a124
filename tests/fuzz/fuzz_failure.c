/* libFuzzer: a Failure as the server might send it. */
#include "fuzz.h"

#include "temporal/convert.h"

static void require_json(const char *json)
{
	require(tsk_json_check(json, strlen(json), NULL));
}

static void look_at(struct tsk_call *call, const struct tsk_failure *failure)
{
	const char *texts[] = { failure->message,       failure->type,
				failure->source,        failure->stack_trace,
				failure->timeout_type,  failure->retry_state,
				failure->activity_type, failure->activity_id,
				failure->workflow_type, failure->workflow_id,
				failure->run_id,        failure->identity };

	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		require_utf8(texts[i]);
	require(*tsk_failure_type(failure));
	require_utf8(tsk_failure_location(call, failure));
	require_json(tsk_payload_json(call, &failure->encoded_attributes));
	require_json(tsk_payloads_json(call, &failure->details));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	int links = 0;

	const Pb__Failure *message = wire_unpack(call, &pb__failure__descriptor, bytes, size);
	const struct tsk_failure *failure = failure_from_wire(call, message);
	for (; failure; failure = failure->cause, links++) {
		look_at(call, failure);
		require(tsk_failure_root(failure) != NULL);
	}
	require(links <= 64);
	fuzz_end(&world);
	return 0;
}
