/* HOST:PORT: what is one, and whether it is this machine. */
#include "address.h"

#include "typed_value.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* Longer than any host name, with brackets and a port. */
#define HOST_SIZE 272

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

/* The host without port and brackets; false: too long to be one. */
static bool copy_host(const char *address, char host[HOST_SIZE])
{
	const char *colon = strrchr(address, ':');
	size_t length = colon ? (size_t)(colon - address) : strlen(address);
	bool bracketed = length > 1 && *address == '[' && address[length - 1] == ']';

	length -= 2 * bracketed;
	if (length >= HOST_SIZE)
		return false;
	memcpy(host, address + bracketed, length);
	host[length] = '\0';
	return true;
}

static bool is_of_interface(const char *host)
{
	struct ifaddrs *all = NULL;
	struct in6_addr six;
	struct in_addr four;
	const bool is_four = inet_pton(AF_INET, host, &four) == 1;
	bool found = false;

	if ((!is_four && inet_pton(AF_INET6, host, &six) != 1) || getifaddrs(&all))
		return false;
	for (const struct ifaddrs *at = all; at && !found; at = at->ifa_next) {
		const struct sockaddr *its = at->ifa_addr;
		if (its && is_four && its->sa_family == AF_INET)
			found = memcmp(&((const struct sockaddr_in *)(const void *)its)->sin_addr,
				       &four, sizeof(four)) == 0;
		else if (its && !is_four && its->sa_family == AF_INET6)
			found = memcmp(&((const struct sockaddr_in6 *)(const void *)its)->sin6_addr,
				       &six, sizeof(six)) == 0;
	}
	freeifaddrs(all);
	return found;
}

static bool is_loopback_host(const char *host)
{
	struct in_addr ip;

	return strcasecmp(host, "localhost") == 0 || strcmp(host, "::1") == 0 ||
	       strcmp(host, "::") == 0 || strcmp(host, "0.0.0.0") == 0 ||
	       (inet_pton(AF_INET, host, &ip) == 1 && ntohl(ip.s_addr) >> 24 == 127);
}

bool address_is_loopback(const char *address)
{
	char host[HOST_SIZE];

	return copy_host(address, host) && (is_loopback_host(host) || is_of_interface(host));
}

bool tsk_address_is_here(const char *address)
{
	char host[HOST_SIZE], own[HOST_NAME_MAX + 1] = "";

	if (address_is_loopback(address))
		return true;
	gethostname(own, sizeof(own) - 1);
	return *own && copy_host(address, host) && strcasecmp(host, own) == 0;
}

bool tsk_address_same(const char *one, const char *other)
{
	const char *port = strrchr(one, ':'), *other_port = strrchr(other, ':');

	if (strcasecmp(one, other) == 0)
		return true;
	return port && other_port && strcmp(port, other_port) == 0 && tsk_address_is_here(one) &&
	       tsk_address_is_here(other);
}
