/* The proxy that libcurl takes from the environment: whether a failure came of it, and what it is
 * called. */
#include "channel.h"

#include <stdlib.h>
#include <string.h>

/* In libcurl's order. HTTP_PROXY is not read: in a CGI it is a header of the request's. */
static const char *variable_of(bool tls)
{
	static const char *const with_tls[] = { "https_proxy", "HTTPS_PROXY", "all_proxy",
						"ALL_PROXY", NULL };
	static const char *const plain[] = { "http_proxy", "all_proxy", "ALL_PROXY", NULL };

	for (const char *const *name = tls ? with_tls : plain; *name; name++) {
		const char *value = getenv(*name);
		if (value && *value)
			return *name;
	}
	return NULL;
}

/* libcurl names the proxy, or says whom it could not connect to: then it was not the server. */
static bool shows_proxy(const struct transfer *transfer)
{
	static const char refused[] = "Failed to connect to ";
	const char *text = transfer->error, *host = transfer->channel->host;
	const char *at = strstr(text, refused);

	if (strstr(text, "proxy") || strstr(text, "Proxy") || strstr(text, "CONNECT tunnel"))
		return true;
	if (!at)
		return false;
	/* An IPv6 address stands there without its brackets. */
	at += strlen(refused);
	host += *host == '[';
	const size_t size = strcspn(host, "]");
	return strncmp(at, host, size) != 0 || at[size] != ' ';
}

char *proxy_text(const struct transfer *transfer)
{
	const char *name = variable_of(transfer->channel->settings.tls);
	const char *value = name ? getenv(name) : NULL;

	if (!value || !shows_proxy(transfer))
		return NULL;
	const char *scheme = strstr(value, "://");
	const char *host = scheme ? scheme + strlen("://") : value;
	const size_t size = strcspn(host, "/");
	/* A name and a password may stand before it. */
	const char *at = memrchr(host, '@', size);
	const char *from = at ? at + 1 : host;

	return channel_format(", through %s '%.*s'", name, (int)(size - (size_t)(from - host)),
			      from);
}
