/* How an answer is taken in, in pieces as they come: headers, the framed message, trailers. */
#include "channel.h"

#include "status.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

void answer_forget(struct transfer *transfer)
{
	free(transfer->message);
	free(transfer->details);
	free(transfer->answer);
	transfer->message = NULL;
	transfer->details = NULL;
	transfer->details_size = 0;
	transfer->answer = NULL;
	transfer->answer_size = transfer->answer_room = 0;
	transfer->head_size = 0;
	transfer->has_code = transfer->grpc = transfer->http2 = false;
	transfer->http_status = 0;
	transfer->fault = BODY_SOUND;
}

/* The number behind the first blank; 0: there is none. A line does not end with a NUL. */
static long status_in(const char *line, size_t size)
{
	const char *at = memchr(line, ' ', size), *end = line + size;
	long status = 0;

	for (at = at ? at + 1 : end; at < end && *at >= '0' && *at <= '9' && status < 1000; at++)
		status = status * 10 + (*at - '0');
	return status;
}

/* "HTTP/2 200": the begin of a header block; what an earlier one said (an interim answer, a dead
 * connection) is void. */
static void take_status_line(struct transfer *transfer, const char *line, size_t size)
{
	answer_forget(transfer);
	transfer->http2 = size > 5 && line[5] == '2';
	transfer->http_status = status_in(line, size);
	transfer->channel->spoke_http2 |= transfer->http2;
}

static bool is_named(const char *line, size_t size, const char *name)
{
	return size == strlen(name) && !strncasecmp(line, name, size);
}

/* The status comes as trailers behind the answer or, of an error without one, among the headers:
 * the last one counts. */
static void take_field(struct transfer *transfer, const char *line, size_t name_size,
		       const char *value, size_t size)
{
	const char *grpc = "application/grpc";

	if (is_named(line, name_size, "content-type")) {
		transfer->grpc = size >= strlen(grpc) && !strncasecmp(value, grpc, strlen(grpc));
	} else if (is_named(line, name_size, "grpc-status")) {
		transfer->code = status_code(value, size);
		transfer->has_code = true;
	} else if (is_named(line, name_size, "grpc-message")) {
		free(transfer->message);
		transfer->message = status_message(value, size);
	} else if (is_named(line, name_size, "grpc-status-details-bin")) {
		free(transfer->details);
		transfer->details = NULL;
		transfer->details_size = 0;
		status_details(value, size, &transfer->details, &transfer->details_size);
	}
}

size_t answer_header(char *line, size_t item, size_t count, void *what)
{
	struct transfer *transfer = what;
	size_t size = item * count;
	const char *colon = memchr(line, ':', size);

	transfer->channel->received = true;
	if (size > 5 && !memcmp(line, "HTTP/", 5)) {
		take_status_line(transfer, line, size);
	} else if (colon) {
		const char *value = colon + 1, *end = line + size;
		while (value < end && (*value == ' ' || *value == '\t'))
			value++;
		while (end > value && (end[-1] == '\r' || end[-1] == '\n' || end[-1] == ' '))
			end--;
		take_field(transfer, line, (size_t)(colon - line), value, (size_t)(end - value));
	}
	return size;
}

static enum body_fault open_frame(struct transfer *transfer)
{
	const uint8_t *head = transfer->head;

	if (head[0])
		return BODY_COMPRESSED;
	transfer->length = (uint32_t)head[1] << 24 | (uint32_t)head[2] << 16 |
			   (uint32_t)head[3] << 8 | head[4];
	return transfer->length > ANSWER_LARGEST ? BODY_TOO_LONG : BODY_SOUND;
}

/* Memory grows with what has come, not with what the server says will come. */
static bool make_room(struct transfer *transfer, size_t needed)
{
	size_t room = transfer->answer_room ? transfer->answer_room : 4096;

	if (transfer->answer && needed <= transfer->answer_room)
		return true;
	while (room < needed)
		room *= 2;
	if (room > transfer->length)
		room = transfer->length;
	uint8_t *grown = realloc(transfer->answer, room ? room : 1);
	if (!grown)
		return false;
	transfer->answer = grown;
	transfer->answer_room = room;
	return true;
}

static enum body_fault take_piece(struct transfer *transfer, const char *bytes, size_t size)
{
	while (size && transfer->head_size < sizeof(transfer->head)) {
		transfer->head[transfer->head_size++] = (uint8_t)*bytes++;
		size--;
		enum body_fault fault = transfer->head_size == sizeof(transfer->head)
						? open_frame(transfer)
						: BODY_SOUND;
		if (fault != BODY_SOUND)
			return fault;
	}
	if (!size)
		return BODY_SOUND;
	if (size > transfer->length - transfer->answer_size)
		return BODY_SURPLUS;
	if (!make_room(transfer, transfer->answer_size + size))
		return BODY_NO_MEMORY;
	memcpy(transfer->answer + transfer->answer_size, bytes, size);
	transfer->answer_size += size;
	return BODY_SOUND;
}

size_t answer_body(char *bytes, size_t item, size_t count, void *what)
{
	struct transfer *transfer = what;
	size_t size = item * count;

	transfer->channel->received = true;
	/* Somebody's page about an error: its HTTP status is all we use. */
	if (!transfer->grpc)
		return size;
	transfer->fault = take_piece(transfer, bytes, size);
	return transfer->fault == BODY_SOUND ? size : 0;
}
