/* libFuzzer: a gRPC answer as it comes in over HTTP/2: header lines and pieces of the body, in any
 * order and size. */
#include "fuzz.h"

#include "temporal/channel/channel.h"
#include "temporal/channel/status.h"

/* A memory of its own size, so that reading past it is seen. */
static char *exactly(const uint8_t *bytes, size_t size)
{
	char *copy = malloc(size ? size : 1);

	require(copy != NULL);
	memcpy(copy, bytes, size);
	return copy;
}

static void require_sound(const struct transfer *transfer)
{
	require(transfer->head_size <= sizeof(transfer->head));
	require(transfer->answer_size <= transfer->answer_room);
	if (transfer->fault == BODY_SOUND && transfer->answer_size)
		require(transfer->answer_size <= transfer->length);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	struct fuzz_input input = { bytes, size };
	struct channel channel = { .host = NULL };
	struct transfer transfer = { .channel = &channel };
	char timeout[STATUS_TIMEOUT_SIZE];

	while (input.left) {
		bool of_body = fuzz_byte(&input) & 1;
		size_t length;
		const uint8_t *chunk = fuzz_chunk(&input, &length);
		char *piece = exactly(chunk, length);

		if (!of_body)
			require(answer_header(piece, 1, length, &transfer) == length);
		else if (answer_body(piece, 1, length, &transfer) != length)
			input.left = 0;
		require_sound(&transfer);
		free(piece);
		status_timeout((int64_t)length << (length & 31), timeout);
	}
	answer_forget(&transfer);
	return 0;
}
