/* Opening and closing a channel, and the life of its connection to the server. */
#include "channel.h"

#include "status.h"

#include <temporal-skill/call.h>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* From 8.0 on libcurl reuses a clear-text HTTP/2 connection for requests that ask for it by prior
 * knowledge; before, each but the first failed in the framing layer (curl #10634), so the later
 * ones must ask for plain "2.0". On a connection that is already HTTP/2 that means the same; on a
 * new one it would mean HTTP/1.1 with an upgrade, which gRPC servers do not know: that is why
 * followers must never open a connection. */
#define PRIOR_KNOWLEDGE_IS_REUSED 0x080000u

int64_t channel_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

char *channel_format(const char *format, ...)
{
	va_list arguments;
	char *text = NULL;

	va_start(arguments, format);
	if (vasprintf(&text, format, arguments) < 0)
		text = NULL;
	va_end(arguments);
	return text;
}

/* ---- what is sent must not be able to smuggle in URL parts ---- */

static bool is_host(const char *text)
{
	const char *others = "-._:[]";

	if (!*text)
		return false;
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;
		bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
			     (c >= 'a' && c <= 'z') || c >= 0x80;
		if (!plain && !strchr(others, c))
			return false;
	}
	return true;
}

/* ---- opening ---- */

static void set_versions(struct channel *channel)
{
	const curl_version_info_data *curl = curl_version_info(CURLVERSION_NOW);
	bool reused = curl->version_num >= PRIOR_KNOWLEDGE_IS_REUSED;

	if (channel->settings.tls) {
		channel->first_version = CURL_HTTP_VERSION_2TLS;
		channel->follower_version = CURL_HTTP_VERSION_2TLS;
	} else {
		channel->first_version = CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
		channel->follower_version =
			reused ? CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE : CURL_HTTP_VERSION_2_0;
	}
	if (!(curl->features & CURL_VERSION_HTTP2))
		channel->problem =
			channel_format("libcurl %s was built without HTTP/2", curl->version);
}

/* A server name goes into the URL, so that certificate and authority are about it; CONNECT_TO leads
 * to the address. */
static void set_origin(struct channel *channel, const char *port)
{
	const struct channel_settings *settings = &channel->settings;
	bool renamed = settings->tls && settings->tls_server_name && *settings->tls_server_name;

	if (renamed && !is_host(settings->tls_server_name)) {
		channel->problem =
			channel_format("'%s' is no TLS server name", settings->tls_server_name);
		return;
	}
	channel->origin = channel_format("%s://%s:%s", settings->tls ? "https" : "http",
					 renamed ? settings->tls_server_name : channel->host, port);
	if (!renamed)
		return;
	char *target = channel_format("::%s:%s", channel->host, port);
	if (target)
		channel->connect_to = curl_slist_append(NULL, target);
	free(target);
	channel->no_memory |= !channel->connect_to;
}

static void set_address(struct channel *channel)
{
	const char *address = channel->settings.address ? channel->settings.address : "";
	struct tsk_address parts = { .host = NULL };
	const char *port = strrchr(address, ':');

	/* With the brackets of an IPv6 address, as URLs have it. */
	if (!tsk_address_split(address, &parts)) {
		channel->problem = channel_format("address '%s' is not HOST:PORT", address);
		return;
	}
	channel->host = strndup(address, (size_t)(port - address));
	if (!channel->host)
		channel->no_memory = true;
	else if (!is_host(channel->host))
		channel->problem = channel_format("address '%s' is not HOST:PORT", address);
	else
		set_origin(channel, port + 1);
}

static struct channel *channel_open(const struct channel_settings *settings)
{
	struct channel *channel = calloc(1, sizeof(*channel));

	if (!channel)
		return NULL;
	channel->settings = *settings;
	channel->age_limit_ms = CONNECTION_AGE_MS;
	/* Counted by libcurl: each channel ends what it has begun. */
	channel->curl_begun = curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
	if (!channel->curl_begun)
		channel->problem = channel_format("libcurl cannot be initialised");
	if (!channel->problem)
		set_versions(channel);
	if (!channel->problem)
		set_address(channel);
	if (!channel->problem)
		channel_set_headers(channel);
	return channel;
}

static void channel_close(struct channel *channel)
{
	if (!channel)
		return;
	for (size_t i = 0; i < WINDOW; i++)
		transfer_free(channel->transfers[i]);
	connection_close(channel);
	curl_slist_free_all(channel->connect_to);
	free(channel->host);
	free(channel->origin);
	curl_slist_free_all(channel->headers);
	free(channel->problem);
	if (channel->curl_begun)
		curl_global_cleanup();
	free(channel);
}

bool channel_make_safe(CURL *easy, bool loopback)
{
	int failed = 0;

	failed |= curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https") != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L) != CURLE_OK;
	failed |= curl_easy_setopt(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2) !=
		  CURLE_OK;
	/* An http_proxy in the environment would catch calls to this very machine. */
	if (loopback)
		failed |= curl_easy_setopt(easy, CURLOPT_PROXY, "") != CURLE_OK;
	return !failed;
}

/* ---- the connection ---- */

bool connection_prepare(struct channel *channel)
{
	CURLM *multi = channel->multi;

	if (multi)
		return true;
	multi = curl_multi_init();
	if (!multi)
		return false;
	curl_multi_setopt(multi, CURLMOPT_PIPELINING, (long)CURLPIPE_MULTIPLEX);
	curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
	/* At the default of 100 libcurl makes further connections before the window is full. */
	curl_multi_setopt(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, 1000L);
	channel->multi = multi;
	return true;
}

void connection_close(struct channel *channel)
{
	if (channel->multi)
		curl_multi_cleanup(channel->multi);
	channel->multi = NULL;
	channel->connection = CONNECTION_NONE;
	channel->connection_answers = 0;
}

void connection_look(struct channel *channel)
{
	int64_t now = channel_now_ms();

	if (channel->connection == CONNECTION_OPEN) {
		bool old = now - channel->opened_ms >= channel->age_limit_ms;
		bool idle = !channel->active && now - channel->used_ms >= CONNECTION_IDLE_MS;
		if (old || idle)
			channel->connection = CONNECTION_RETIRING;
	}
	if (channel->connection == CONNECTION_RETIRING && !channel->active)
		connection_close(channel);
}

size_t connection_room(const struct channel *channel)
{
	if (channel->connection == CONNECTION_NONE)
		return channel->active ? 0 : 1;
	return channel->connection == CONNECTION_OPEN ? WINDOW - channel->active : 0;
}

/* A server may answer as soon as it has a request's headers. Where such an answer (an unknown
 * method) came before the message was sent, libcurl 7.88 gives up the request without telling the
 * answer; so both leave together. */
void connection_hold(struct channel *channel, bool hold)
{
#ifdef TCP_CORK
	int value = hold;

	for (size_t i = 0; i < channel->socket_count; i++)
		setsockopt(channel->sockets[i], IPPROTO_TCP, TCP_CORK, &value, sizeof(value));
#else
	(void)channel;
	(void)hold;
#endif
}

/* ---- the driver ---- */

__attribute__((visibility("default"))) const struct channel_driver temporal_skill_channel = {
	.abi = CHANNEL_DRIVER_ABI,
	.open = channel_open,
	.run = channel_run,
	.close = channel_close,
	.post = channel_post,
};
