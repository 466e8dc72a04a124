/* The server's address: taken apart, and whether it is one of this machine. */
#include "dev_server.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Longer than any numeric address. */
#define IP_SIZE 64

struct endpoint {
	struct sockaddr_storage address;
	socklen_t size;
};

static bool numeric_endpoint(const char *ip, int port, struct endpoint *endpoint)
{
	struct sockaddr_in *four = (struct sockaddr_in *)(void *)&endpoint->address;
	struct sockaddr_in6 *six = (struct sockaddr_in6 *)(void *)&endpoint->address;

	memset(endpoint, 0, sizeof(*endpoint));
	if (inet_pton(AF_INET, ip, &four->sin_addr) == 1) {
		four->sin_family = AF_INET;
		four->sin_port = htons((uint16_t)port);
		endpoint->size = sizeof(*four);
		return true;
	}
	if (inet_pton(AF_INET6, ip, &six->sin6_addr) != 1)
		return false;
	six->sin6_family = AF_INET6;
	six->sin6_port = htons((uint16_t)port);
	endpoint->size = sizeof(*six);
	return true;
}

/* ---- this machine ---- */

static bool is_loopback(const struct sockaddr *address)
{
	const struct sockaddr_in *four = (const void *)address;
	const struct sockaddr_in6 *six = (const void *)address;

	if (address->sa_family == AF_INET)
		return ntohl(four->sin_addr.s_addr) >> 24 == 127;
	return address->sa_family == AF_INET6 && IN6_IS_ADDR_LOOPBACK(&six->sin6_addr);
}

/* A name that means both loopback addresses is served at 127.0.0.1: a dev server binds one address
 * only, clients try all that a name means, and what is configured with 127.0.0.1 works as well. */
static const char *ip_to_serve(struct tsk_call *call, const char *host)
{
	const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	const struct addrinfo *chosen = NULL;
	char ip[IP_SIZE];
	bool all = true;

	if (getaddrinfo(host, NULL, &wanted, &found))
		return tsk_host_is_local(host) ? "127.0.0.1" : NULL;
	for (const struct addrinfo *at = found; at; at = at->ai_next) {
		all &= is_loopback(at->ai_addr);
		if (!chosen || (chosen->ai_family == AF_INET6 && at->ai_family == AF_INET))
			chosen = at;
	}
	const char *port = all ? "" : tsk_format(call, strchr(host, ':') ? "[%s]:1" : "%s:1", host);
	bool here = chosen && (all || tsk_address_is_here(port)) &&
		    getnameinfo(chosen->ai_addr, chosen->ai_addrlen, ip, sizeof(ip), NULL, 0,
				NI_NUMERICHOST) == 0;
	freeaddrinfo(found);
	/* Who connects to "any address" gets to loopback; who serves it there serves no stranger.
	 */
	if (here && strcmp(ip, "0.0.0.0") == 0)
		return "127.0.0.1";
	if (here && strcmp(ip, "::") == 0)
		return "::1";
	return here ? tsk_copy(call, ip) : NULL;
}

enum tsk_status address_read(struct tsk_call *call, const char *text, struct address *address)
{
	struct tsk_address parts = { .host = NULL };

	*address = (struct address){ .text = text };
	if (!tsk_address_split(text, &parts))
		return tsk_fail(call, TSK_USAGE, "the address '%s' is not HOST:PORT (%s)", text,
				tsk_setting_origin(call, TSK_SETTING_ADDRESS));
	address->port = parts.port;
	address->ip = ip_to_serve(call, tsk_copy_bytes(call, parts.host, parts.size));
	return TSK_OK;
}

/* ---- ports ---- */

/* A bound socket of that endpoint, or -1. */
static int bind_endpoint(const char *ip, int port)
{
	const int yes = 1;
	struct endpoint endpoint;
	int descriptor;

	if (!numeric_endpoint(ip, port, &endpoint))
		return -1;
	descriptor = socket(endpoint.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (descriptor < 0)
		return -1;
	/* As servers do it: connections of the one before, which are on their way out, are no
	 * hindrance. */
	setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(descriptor, (const struct sockaddr *)&endpoint.address, endpoint.size) == 0)
		return descriptor;
	close(descriptor);
	return -1;
}

bool address_is_free(const char *ip, int port)
{
	int descriptor = bind_endpoint(ip, port);

	if (descriptor < 0)
		return false;
	close(descriptor);
	return true;
}

int address_free_port(const char *ip)
{
	struct sockaddr_storage bound;
	socklen_t size = sizeof(bound);
	int descriptor = bind_endpoint(ip, 0), port = 0;

	if (descriptor < 0)
		return 0;
	memset(&bound, 0, sizeof(bound));
	if (getsockname(descriptor, (struct sockaddr *)&bound, &size) == 0)
		port = ntohs(
			bound.ss_family == AF_INET
				? ((const struct sockaddr_in *)(const void *)&bound)->sin_port
				: ((const struct sockaddr_in6 *)(const void *)&bound)->sin6_port);
	close(descriptor);
	return port;
}
