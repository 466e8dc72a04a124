/* One easy handle: how a request is framed and sent. */
#include "channel.h"

#include "status.h"

#include <temporal-skill/call.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- going out ---- */

/* gRPC's prefix and the message, without copying the message. */
static size_t give_body(char *room, size_t size, size_t count, void *what)
{
	struct transfer *transfer = what;
	size_t limit = size * count, given = 0;
	const size_t prefix = sizeof(transfer->prefix);

	transfer->read = true;
	/* The connection stands, and its first request is on it: others may follow. */
	if (transfer->first_request && transfer->channel->connection == CONNECTION_OPENING)
		transfer->channel->connection = CONNECTION_OPEN;
	while (given < limit && transfer->sent < prefix + transfer->body_size) {
		bool in_prefix = transfer->sent < prefix;
		const uint8_t *from = in_prefix ? transfer->prefix + transfer->sent
						: transfer->body + (transfer->sent - prefix);
		size_t left = (in_prefix ? prefix : prefix + transfer->body_size) - transfer->sent;
		size_t piece = left < limit - given ? left : limit - given;
		memcpy(room + given, from, piece);
		given += piece;
		transfer->sent += piece;
	}
	return given;
}

/* libcurl sends a request again by itself when a reused connection turns out to be dead. It must
 * rewind the body for that, and is not let where the request may not be repeated. */
static int rewind_body(void *what, curl_off_t offset, int origin)
{
	struct transfer *transfer = what;

	if (!transfer->task || !transfer->task->request->repeatable || offset || origin != SEEK_SET)
		return CURL_SEEKFUNC_FAIL;
	transfer->sent = 0;
	return CURL_SEEKFUNC_OK;
}

static curl_socket_t open_socket(void *what, curlsocktype purpose, struct curl_sockaddr *address)
{
	struct transfer *transfer = what;
	struct channel *channel = transfer->channel;

	(void)purpose;
	if (!transfer->first_request) {
		transfer->refused = true;
		return CURL_SOCKET_BAD;
	}
	int made = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
	if (made >= 0 && channel->socket_count < SOCKETS_LARGEST) {
		channel->sockets[channel->socket_count++] = made;
		connection_hold(channel, true);
	}
	return made;
}

static int close_socket(void *what, curl_socket_t closed)
{
	struct channel *channel = what;
	size_t kept = 0;

	for (size_t i = 0; i < channel->socket_count; i++) {
		if (channel->sockets[i] != closed)
			channel->sockets[kept++] = channel->sockets[i];
	}
	channel->socket_count = kept;
	return close(closed);
}

/* ---- making, beginning, ending ---- */

static bool set_callbacks(struct transfer *transfer)
{
	CURL *easy = transfer->easy;
	int failed = 0;

	failed |= curl_easy_setopt(easy, CURLOPT_PRIVATE, transfer) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, transfer->error) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_READFUNCTION, give_body) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_READDATA, transfer) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_SEEKFUNCTION, rewind_body) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_SEEKDATA, transfer) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, transfer) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, transfer->channel) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, answer_header) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_HEADERDATA, transfer) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, answer_body) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_WRITEDATA, transfer) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_POST, 1L) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L) != CURLE_OK;
	/* Twice what libcurl reads from an HTTP/2 connection at once, so that a piece need not wait
	 * inside it. */
	failed |= curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 65536L) != CURLE_OK;
	/* Behind a proxy HTTP/2 by prior knowledge only works through a tunnel, whose headers are
	 * not the answer's. */
	failed |= curl_easy_setopt(easy, CURLOPT_HTTPPROXYTUNNEL, 1L) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L) != CURLE_OK;
	return !failed;
}

/* A PEM text in place of a file. */
static bool set_text(CURL *easy, CURLoption option, const char *text)
{
	/* Not copied: the text lives as long as the channel. */
	struct curl_blob blob = { .data = (void *)(uintptr_t)text,
				  .len = strlen(text),
				  .flags = CURL_BLOB_NOCOPY };

	return curl_easy_setopt(easy, option, &blob) == CURLE_OK;
}

/* The text, else the file, else nothing. */
static bool set_pem(CURL *easy, CURLoption text_option, const char *text, CURLoption file_option,
		    const char *file)
{
	if (text && *text)
		return set_text(easy, text_option, text);
	if (file && *file)
		return curl_easy_setopt(easy, file_option, file) == CURLE_OK;
	return true;
}

static bool set_tls(struct transfer *transfer)
{
	const struct channel_settings *settings = &transfer->channel->settings;
	CURL *easy = transfer->easy;
	bool own_ca = (settings->tls_ca && *settings->tls_ca) ||
		      (settings->tls_ca_data && *settings->tls_ca_data);
	bool set = true;

	if (!settings->tls)
		return true;
	set &= set_pem(easy, CURLOPT_SSLCERT_BLOB, settings->tls_cert_data, CURLOPT_SSLCERT,
		       settings->tls_cert);
	set &= set_pem(easy, CURLOPT_SSLKEY_BLOB, settings->tls_key_data, CURLOPT_SSLKEY,
		       settings->tls_key);
	set &= set_pem(easy, CURLOPT_CAINFO_BLOB, settings->tls_ca_data, CURLOPT_CAINFO,
		       settings->tls_ca);
	/* Only the given authority counts, not the system's as well. */
	if (own_ca)
		curl_easy_setopt(easy, CURLOPT_CAPATH, NULL);
	if (settings->tls_skip_host_check) {
		set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L) == CURLE_OK;
		/* The Temporal CLI's flag of this name takes any certificate; a given authority is
		 * still asked. */
		set &= curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, own_ca ? 1L : 0L) == CURLE_OK;
	}
	return set;
}

static struct transfer *transfer_new(struct channel *channel)
{
	struct transfer *transfer = calloc(1, sizeof(*transfer));

	if (!transfer)
		return NULL;
	transfer->channel = channel;
	transfer->easy = curl_easy_init();
	if (!transfer->easy ||
	    !channel_make_safe(transfer->easy, tsk_address_stays_here(channel->settings.address)) ||
	    !set_callbacks(transfer) || !set_tls(transfer)) {
		transfer_free(transfer);
		return NULL;
	}
	return transfer;
}

void transfer_free(struct transfer *transfer)
{
	if (!transfer)
		return;
	transfer_end(transfer);
	curl_easy_cleanup(transfer->easy);
	free(transfer);
}

struct transfer *transfer_idle(struct channel *channel)
{
	for (size_t i = 0; i < WINDOW; i++) {
		if (!channel->transfers[i])
			return channel->transfers[i] = transfer_new(channel);
		if (!channel->transfers[i]->task)
			return channel->transfers[i];
	}
	return NULL;
}

static bool add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *grown = curl_slist_append(*list, line);

	if (grown)
		*list = grown;
	return grown != NULL;
}

static bool set_headers(struct transfer *transfer, int64_t remaining)
{
	char value[STATUS_TIMEOUT_SIZE], timeout[64];
	bool added = true;

	for (const struct curl_slist *header = transfer->channel->headers; header && added;
	     header = header->next)
		added = add_header(&transfer->headers, header->data);
	status_timeout(remaining, value);
	snprintf(timeout, sizeof(timeout), "grpc-timeout: %s", value);
	return added && add_header(&transfer->headers, timeout);
}

static bool set_request(struct transfer *transfer, int64_t remaining)
{
	const struct channel *channel = transfer->channel;
	const struct channel_request *request = transfer->task->request;
	int64_t connect = channel->settings.connect_timeout_ms;
	CURL *easy = transfer->easy;
	int failed = 0;

	/* libcurl keeps these as long: on 32-bit systems INT_MAX ms are 24 days. */
	const int64_t longest = INT32_MAX;
	if (remaining > longest - DEADLINE_GRACE_MS)
		remaining = longest - DEADLINE_GRACE_MS;
	if (connect <= 0 || connect > remaining)
		connect = remaining;
	char *url = channel_format("%s%s", channel->origin, request->path);
	failed |= !url || curl_easy_setopt(easy, CURLOPT_URL, url) != CURLE_OK;
	free(url);
	failed |= curl_easy_setopt(easy, CURLOPT_CONNECT_TO, channel->connect_to) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
				   transfer->first_request ? channel->first_version
							   : channel->follower_version) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				   (curl_off_t)(sizeof(transfer->prefix) + transfer->body_size)) !=
		  CURLE_OK;
	failed |=
		curl_easy_setopt(easy, CURLOPT_USERAGENT, channel->settings.user_agent) != CURLE_OK;
	failed |= !set_headers(transfer, remaining);
	failed |= curl_easy_setopt(easy, CURLOPT_HTTPHEADER, transfer->headers) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, (long)connect) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS,
				   (long)(remaining + DEADLINE_GRACE_MS)) != CURLE_OK;
	return !failed;
}

static void set_body(struct transfer *transfer)
{
	const struct channel_request *request = transfer->task->request;
	bool again = transfer->task->losses && request->again;

	transfer->body = again ? request->again : request->body;
	transfer->body_size = again ? request->again_size : request->body_size;
	transfer->prefix[0] = 0; /* not compressed */
	for (size_t i = 0; i < 4; i++)
		transfer->prefix[1 + i] = (uint8_t)(transfer->body_size >> (24 - 8 * i));
}

bool transfer_begin(struct transfer *transfer, struct task *task)
{
	struct channel *channel = transfer->channel;
	int64_t now = channel_now_ms();
	int64_t remaining = task->deadline > now ? task->deadline - now : 1;

	transfer->task = task;
	transfer->first_request = channel->connection == CONNECTION_NONE;
	transfer->begun_ms = now;
	transfer->sent = 0;
	transfer->read = transfer->refused = false;
	transfer->error[0] = '\0';
	set_body(transfer);
	if (!set_request(transfer, remaining) || !connection_prepare(channel) ||
	    curl_multi_add_handle(channel->multi, transfer->easy) != CURLM_OK) {
		transfer->task = NULL;
		transfer_end(transfer);
		task->request->code = GRPC_INTERNAL;
		task->request->message =
			channel_format("cannot set up the request '%s'", task->request->path);
		return false;
	}
	channel->active++;
	if (transfer->first_request) {
		channel->connection = CONNECTION_OPENING;
		channel->opened_ms = now;
		channel->connection_answers = 0;
	}
	return true;
}

void transfer_end(struct transfer *transfer)
{
	if (transfer->task) {
		curl_multi_remove_handle(transfer->channel->multi, transfer->easy);
		transfer->channel->active--;
	}
	transfer->task = NULL;
	answer_forget(transfer);
	if (transfer->easy)
		curl_easy_setopt(transfer->easy, CURLOPT_HTTPHEADER, NULL);
	curl_slist_free_all(transfer->headers);
	transfer->headers = NULL;
}
