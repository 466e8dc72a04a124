/* libFuzzer: a gRPC answer as it comes in over HTTP/2: header lines and pieces of the body, in any
 * order and size; and what becomes of the request. Its first byte is what libcurl says in the end.
 */
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

static void judge(struct transfer *transfer, CURLcode result)
{
	struct channel_request *request = transfer->task->request;
	enum outcome outcome = transfer_outcome(transfer, result);

	if (outcome == OUTCOME_ANSWERED)
		require(request->code == GRPC_OK ? request->answer != NULL
						 : request->code <= GRPC_UNAUTHENTICATED);
	/* Not yet UTF-8, but a text that ends. */
	require(!request->message || strlen(request->message) < SIZE_MAX);
	channel_request_release(request);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
	static CURL *easy;
	struct fuzz_input input = { bytes, size };
	struct channel channel = { .settings = { .address = "localhost:7233" } };
	struct channel_request request = { .code = GRPC_OK };
	struct task task = { .request = &request };
	struct transfer transfer = { .channel = &channel, .task = &task, .read = true };
	char timeout[STATUS_TIMEOUT_SIZE];

	if (!easy)
		easy = curl_easy_init();
	transfer.easy = easy;
	CURLcode result = (CURLcode)(fuzz_byte(&input) % CURL_LAST);
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
	judge(&transfer, result);
	answer_forget(&transfer);
	return 0;
}
