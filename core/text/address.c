/* HOST:PORT: what is one, and whether it is this machine. */
#include "address.h"

#include "typed_value.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

/* A port alone is no host, and an IPv6 address without brackets has no end. */
static bool is_host(const char *host, size_t length)
{
	return strspn(host, "0123456789") < length && (*host == '[' || !memchr(host, ':', length));
}

/* HOST:PORT; "host" alone gets the default port. */
enum tsk_status address_check(struct tsk_call *call, const char **value, const char *origin)
{
	const char *bracket = strrchr(*value, ']');
	const char *colon = strrchr(bracket ? bracket : *value, ':');
	size_t host = colon ? (size_t)(colon - *value) : strlen(*value);
	int64_t port = 7233;

	if (strpbrk(*value, "/ \t\n") || !is_host(*value, host) ||
	    (colon && !value_integer(colon + 1, &port)) || port < 1 || port > 65535)
		return tsk_fail(call, TSK_USAGE, "bad address '%s' (%s): expected HOST:PORT",
				*value, origin);
	if (!colon)
		*value = tsk_format(call, "%s:7233", *value);
	return TSK_OK;
}

bool address_is_loopback(const char *address)
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? (size_t)(colon - address) : strlen(address);
	char host[64]; /* longer than any of the names below */
	struct in_addr ip;

	if (length >= sizeof(host))
		return false;
	memcpy(host, address, length);
	host[length] = '\0';
	return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
	       (inet_pton(AF_INET, host, &ip) == 1 && ntohl(ip.s_addr) >> 24 == 127);
}
