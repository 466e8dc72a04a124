/* What became of a transfer, judged by what libcurl and the server said. */
#include "channel.h"

#include "status.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* Long enough for any text of libcurl's (CURL_ERROR_SIZE). */
#define CAUSE_SIZE 320

static const char *address_of(const struct transfer *transfer)
{
	return transfer->channel->settings.address;
}

/* Of "OpenSSL SSL_read: OpenSSL/3.0.19: error:0A00045C:SSL routines::REASON, errno 0" only the
 * reason says something; *size is that of what is left. */
static const char *reason_in(const char *text, size_t *size)
{
	static const char *const noise[] = { "SSL certificate problem: ", "SSL: " };
	const char *reason = strstr(text, "SSL routines::");

	if (reason)
		text = reason + strlen("SSL routines::");
	for (size_t i = 0; i < sizeof(noise) / sizeof(*noise); i++) {
		if (!strncmp(text, noise[i], strlen(noise[i])))
			text += strlen(noise[i]);
	}
	const char *end = reason ? strstr(text, ", errno ") : NULL;
	*size = end ? (size_t)(end - text) : strlen(text);
	return text;
}

/* libcurl's and libc's texts begin with a capital: "Connection refused", but also "SSL ..." and
 * "OpenSSL ...", which stay. */
static const char *lower(const char *text, char cause[CAUSE_SIZE])
{
	size_t size, word = 1;

	text = reason_in(text, &size);
	if (size > CAUSE_SIZE - 1)
		size = CAUSE_SIZE - 1;
	memcpy(cause, text, size);
	cause[size] = '\0';
	while (size > 1 && islower((unsigned char)cause[word]))
		word++;
	if (word > 1 && !isupper((unsigned char)cause[word]))
		cause[0] = (char)tolower((unsigned char)cause[0]);
	return cause;
}

/* What libcurl said of the failure, at its most precise. */
static const char *cause_of(const struct transfer *transfer, CURLcode result,
			    char cause[CAUSE_SIZE])
{
	long number = 0;

	curl_easy_getinfo(transfer->easy, CURLINFO_OS_ERRNO, &number);
	if (result == CURLE_COULDNT_CONNECT && number)
		return lower(strerror((int)number), cause);
	return lower(transfer->error[0] ? transfer->error : curl_easy_strerror(result), cause);
}

static void take_message(struct channel_request *request, enum grpc_code code, char *message)
{
	request->code = code;
	request->message = message;
}

/* ---- no way to the server ---- */

/* What may be wrong when a connection is made and then comes to nothing. */
static const char *wish_of(const struct transfer *transfer)
{
	const struct channel_settings *settings = &transfer->channel->settings;
	bool has_certificate = (settings->tls_cert && *settings->tls_cert) ||
			       (settings->tls_cert_data && *settings->tls_cert_data);
	curl_off_t shaken = 0;

	if (!settings->tls)
		return "it may want TLS, or be another kind of server";
	/* With TLS 1.3 a server looks at our certificate when for us all is well already. */
	curl_easy_getinfo(transfer->easy, CURLINFO_APPCONNECT_TIME_T, &shaken);
	if (shaken > 0)
		return has_certificate ? "it may want another client certificate"
				       : "it may want a client certificate";
	if (!has_certificate)
		return "it may want a client certificate, or speak without TLS";
	return "it may want another client certificate, or speak without TLS";
}

static enum outcome unreached(struct transfer *transfer, CURLcode result)
{
	struct channel_request *request = transfer->task->request;
	const char *address = address_of(transfer);
	char cause[CAUSE_SIZE], *proxy = proxy_text(transfer);
	const char *via = proxy ? proxy : "";

	cause_of(transfer, result, cause);
	request->unreachable = true;
	switch (result) {
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
		/* Our own files are at fault; the server may be well. */
		request->unreachable = false;
		request->unsafe = true;
		take_message(request, GRPC_UNAUTHENTICATED,
			     channel_format("cannot use the TLS certificate, key or authority "
					    "given for '%s': %s",
					    address, cause));
		break;
	case CURLE_PEER_FAILED_VERIFICATION:
		request->unsafe = true;
		take_message(request, GRPC_UNAVAILABLE,
			     channel_format("cannot connect to '%s': its certificate does not "
					    "pass: %s",
					    address, cause));
		break;
	case CURLE_OPERATION_TIMEDOUT:
		take_message(request, GRPC_UNAVAILABLE,
			     channel_format("cannot connect to '%s'%s: no answer within %lld ms",
					    address, via,
					    (long long)(channel_now_ms() - transfer->begun_ms)));
		break;
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_RESOLVE_PROXY:
		take_message(request, GRPC_UNAVAILABLE,
			     channel_format("cannot connect to '%s'%s: %s", address, via, cause));
		break;
	default:
		take_message(
			request, GRPC_UNAVAILABLE,
			proxy ? channel_format("cannot connect to '%s'%s: %s", address, via, cause)
			      : channel_format("cannot connect to '%s': %s; %s", address, cause,
					       wish_of(transfer)));
		break;
	}
	free(proxy);
	return OUTCOME_UNREACHED;
}

/* Connected, and what came back (or did not) was no HTTP/2. */
static enum outcome no_grpc(struct transfer *transfer, const char *because)
{
	take_message(transfer->task->request, GRPC_UNAVAILABLE,
		     channel_format("no gRPC at '%s': %s; %s", address_of(transfer), because,
				    wish_of(transfer)));
	transfer->task->request->unreachable = true;
	return OUTCOME_UNREACHED;
}

/* It answered, and that was no gRPC: over TLS it understood us well and is just another kind of
 * server. */
static enum outcome other_server(struct transfer *transfer, const char *because)
{
	if (!transfer->channel->settings.tls)
		return no_grpc(transfer, because);
	take_message(transfer->task->request, GRPC_UNAVAILABLE,
		     channel_format("no gRPC at '%s': %s", address_of(transfer), because));
	transfer->task->request->unreachable = true;
	return OUTCOME_UNREACHED;
}

/* ---- sent, and no telling ---- */

/* A gRPC server takes 4 MB as a rule, and ends the stream of a larger request before it has read
 * it. */
#define TAKEN_LARGEST ((size_t)4 << 20)

static char *loss_text(const struct transfer *transfer, CURLcode result, const char *cause)
{
	const char *address = address_of(transfer);

	if (result == CURLE_OK)
		return channel_format("the answer of '%s' came without its status", address);
	if (result == CURLE_HTTP2_STREAM && transfer->body_size > TAKEN_LARGEST)
		return channel_format("'%s' broke off a request of %zu bytes: too large, it seems",
				      address, transfer->body_size);
	return channel_format("lost the connection to '%s': %s", address, cause);
}

static enum outcome lost(struct transfer *transfer, CURLcode result)
{
	struct channel_request *request = transfer->task->request;
	char cause[CAUSE_SIZE];

	cause_of(transfer, result, cause);
	request->lost = true;
	/* An error of one stream shows that the rest is HTTP/2. */
	transfer->channel->spoke_http2 |= result == CURLE_HTTP2_STREAM;
	/* A server that never said anything in HTTP/2, asked twice, does not speak it. */
	if (!transfer->channel->spoke_http2 && (transfer->task->losses || !request->repeatable)) {
		request->lost = !request->repeatable;
		return no_grpc(transfer, cause);
	}
	take_message(request, GRPC_UNAVAILABLE, loss_text(transfer, result, cause));
	return OUTCOME_LOST;
}

/* ---- answered ---- */

static enum outcome outcome_of_code(const struct channel_request *request)
{
	bool passing =
		request->code == GRPC_UNAVAILABLE || request->code == GRPC_RESOURCE_EXHAUSTED;

	return passing ? OUTCOME_TURNED_DOWN : OUTCOME_ANSWERED;
}

static enum outcome succeeded(struct transfer *transfer)
{
	struct channel_request *request = transfer->task->request;
	bool whole = transfer->head_size == sizeof(transfer->head) &&
		     transfer->answer_size == transfer->length;

	if (!whole) {
		take_message(
			request, GRPC_UNAVAILABLE,
			channel_format("the answer of '%s' was cut off", address_of(transfer)));
		request->lost = true;
		return OUTCOME_LOST;
	}
	request->code = GRPC_OK;
	/* An empty message is an answer, too. */
	request->answer = transfer->answer ? transfer->answer : calloc(1, 1);
	request->answer_size = transfer->answer_size;
	transfer->answer = NULL;
	if (!request->answer)
		take_message(request, GRPC_INTERNAL, channel_format("out of memory"));
	return OUTCOME_ANSWERED;
}

static enum outcome decided(struct transfer *transfer)
{
	struct channel_request *request = transfer->task->request;

	if (transfer->code == GRPC_OK)
		return succeeded(transfer);
	take_message(request, transfer->code, transfer->message);
	transfer->message = NULL;
	request->details = transfer->details;
	request->details_size = transfer->details_size;
	transfer->details = NULL;
	return outcome_of_code(request);
}

static enum outcome unsound(struct transfer *transfer)
{
	struct channel_request *request = transfer->task->request;
	const char *address = address_of(transfer);

	switch (transfer->fault) {
	case BODY_TOO_LONG:
		take_message(
			request, GRPC_RESOURCE_EXHAUSTED,
			channel_format("the answer of '%s' has %u bytes, more than the %u that "
				       "are taken",
				       address, transfer->length, ANSWER_LARGEST));
		break;
	case BODY_COMPRESSED:
		take_message(request, GRPC_INTERNAL,
			     channel_format("the answer of '%s' is compressed, unasked", address));
		break;
	case BODY_SURPLUS:
		take_message(
			request, GRPC_INTERNAL,
			channel_format("the answer of '%s' has more than one message", address));
		break;
	default: take_message(request, GRPC_INTERNAL, channel_format("out of memory")); break;
	}
	return OUTCOME_ANSWERED;
}

/* An HTTP answer without any gRPC in it: of a proxy, or of another kind of server. */
static enum outcome plain_http(struct transfer *transfer)
{
	struct channel_request *request = transfer->task->request;
	enum grpc_code code = status_of_http(transfer->http_status);
	bool of_proxy = code == GRPC_UNAUTHENTICATED || code == GRPC_PERMISSION_DENIED ||
			code == GRPC_UNAVAILABLE;

	if (!of_proxy && (!transfer->http2 || transfer->http_status == 200))
		return other_server(transfer, transfer->http2
						      ? "it answers in HTTP/2, but not in gRPC"
						      : "it answers in HTTP/1");
	take_message(request, code,
		     channel_format("'%s' answered with HTTP status %ld", address_of(transfer),
				    transfer->http_status));
	return outcome_of_code(request);
}

static enum outcome expired(struct transfer *transfer)
{
	take_message(transfer->task->request, GRPC_DEADLINE_EXCEEDED,
		     channel_format("no answer from '%s' within %lld ms", address_of(transfer),
				    (long long)transfer->task->request->timeout_ms));
	return OUTCOME_EXPIRED;
}

enum outcome transfer_outcome(struct transfer *transfer, CURLcode result)
{
	bool heard = transfer->http_status != 0;
	/* In clear text, an old server's answer to HTTP/2 is HTTP/1 or "HTTP/0.9", which libcurl
	 * refuses. */
	bool garbled = result == CURLE_UNSUPPORTED_PROTOCOL || result == CURLE_WEIRD_SERVER_REPLY;

	if (transfer->fault != BODY_SOUND)
		return unsound(transfer);
	if (transfer->has_code && transfer->http2)
		return decided(transfer);
	/* Taken in and then turned back by the connection's end: libcurl may only have tried to
	 * send it anew, which it does by itself for streams that the server has not looked at,
	 * where it may be repeated. */
	if (!heard && !transfer->first_request && (!transfer->read || transfer->refused))
		return result == CURLE_OPERATION_TIMEDOUT ? expired(transfer) : OUTCOME_NOT_SENT;
	if (!heard && !transfer->read)
		return unreached(transfer, result);
	if (result == CURLE_OPERATION_TIMEDOUT)
		return expired(transfer);
	if (garbled && !transfer->channel->spoke_http2)
		return other_server(transfer, "it answers in another protocol");
	if (heard && (!transfer->http2 || transfer->http_status != 200 ||
		      (result == CURLE_OK && !transfer->grpc)))
		return plain_http(transfer);
	return lost(transfer, result);
}
