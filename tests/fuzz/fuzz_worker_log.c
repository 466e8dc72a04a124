/* libFuzzer: what a worker has written, as a log and as a stack trace. */
#include "fuzz.h"

#include <temporal-skill/diagnosis.h>

static void require_line(const char *line)
{
	require(line && !strchr(line, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static struct fuzz_world world;
	struct tsk_call *call = fuzz_begin(&world);
	char *text = tsk_copy_bytes(call, bytes, size);
	const struct tsk_failure traceback = { .type = "", .message = "", .stack_trace = text };
	struct tsk_root_cause cause = { .type = NULL };
	struct tsk_strings lines = { .count = 0 };

	if (tsk_log_cause(call, text, &cause)) {
		require(cause.type && cause.message && cause.location && cause.stack_trace);
		require_line(cause.summary);
		require_line(cause.remedy);
	}
	require(tsk_log_errors(call, text, &lines) == lines.count);
	for (size_t i = 0; i < lines.count; i++)
		require_line(lines.items[i]);
	require_line(tsk_failure_location(call, &traceback));
	require(!tsk_error(call));
	fuzz_end(&world);
	return 0;
}
