/* HOST:PORT: what is one, whether it is this machine, and whether two are the same. The channel
 * driver has a copy of it: it calls nothing else of the core. */
#include <temporal-skill/call.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* 0: no port. */
static int read_port(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	long port = digits && digits <= 5 && !text[digits] ? strtol(text, NULL, 10) : 0;

	return port <= UINT16_MAX ? (int)port : 0;
}

bool tsk_address_split(const char *text, struct tsk_address *address)
{
	const char *colon = strrchr(text, ':');
	const int port = colon ? read_port(colon + 1) : 0;

	if (!port)
		return false;
	bool bracketed = *text == '[';
	size_t size = (size_t)(colon - text), digits = strspn(text, "0123456789");
	/* An IPv6 address without brackets has no end, and a port alone is no host. */
	if (bracketed ? size < 3 || memchr(text, ']', size) != colon - 1
		      : memchr(text, ':', size) != NULL)
		return false;
	if (digits >= size || strcspn(text, "/ \t\r\n") < size)
		return false;
	*address = (struct tsk_address){ .host = text + bracketed,
					 .size = size - 2 * bracketed,
					 .port = port };
	return true;
}

/* ---- this machine ---- */

static bool is_localhost(const char *host, size_t size)
{
	static const char name[] = "localhost";
	const size_t length = sizeof(name) - 1;

	if (size < length || strncasecmp(host + size - length, name, length) != 0)
		return false;
	return size == length || (size > length + 1 && host[size - length - 1] == '.');
}

static struct in6_addr as_six(const struct in_addr *four)
{
	struct in6_addr six = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(&six.s6_addr[12], four, sizeof(*four));
	return six;
}

/* A numeric host as IPv6, where there is room for both kinds. */
static bool read_ip(const char *host, size_t size, struct in6_addr *ip)
{
	char text[INET6_ADDRSTRLEN];
	struct in_addr four;

	if (size >= sizeof(text))
		return false;
	memcpy(text, host, size);
	text[size] = '\0';
	if (inet_pton(AF_INET6, text, ip) == 1)
		return true;
	if (inet_pton(AF_INET, text, &four) != 1)
		return false;
	*ip = as_six(&four);
	return true;
}

static bool is_of_interface(const struct in6_addr *ip)
{
	struct ifaddrs *all = NULL;
	struct in6_addr its;
	bool found = false;

	if (getifaddrs(&all))
		return false;
	for (const struct ifaddrs *at = all; at && !found; at = at->ifa_next) {
		const void *address = at->ifa_addr;
		if (!address ||
		    (at->ifa_addr->sa_family != AF_INET && at->ifa_addr->sa_family != AF_INET6))
			continue;
		its = at->ifa_addr->sa_family == AF_INET6
			      ? ((const struct sockaddr_in6 *)address)->sin6_addr
			      : as_six(&((const struct sockaddr_in *)address)->sin_addr);
		found = IN6_ARE_ADDR_EQUAL(&its, ip);
	}
	freeifaddrs(all);
	return found;
}

static bool is_local(const char *host, size_t size)
{
	static const uint8_t any[4] = { 0 };
	struct in6_addr ip;

	if (is_localhost(host, size))
		return true;
	if (!read_ip(host, size, &ip))
		return false;
	const uint8_t *four = IN6_IS_ADDR_V4MAPPED(&ip) ? &ip.s6_addr[12] : NULL;
	/* Who connects to 0.0.0.0 or :: gets to the loopback address. */
	return IN6_IS_ADDR_LOOPBACK(&ip) || IN6_IS_ADDR_UNSPECIFIED(&ip) ||
	       (four && (*four == 127 || !memcmp(four, any, sizeof(any)))) || is_of_interface(&ip);
}

bool tsk_host_is_local(const char *host)
{
	size_t size = strlen(host);

	return size > 2 && *host == '[' && host[size - 1] == ']' ? is_local(host + 1, size - 2)
								 : is_local(host, size);
}

bool tsk_address_is_local(const char *text)
{
	struct tsk_address address;

	return tsk_address_split(text, &address) && is_local(address.host, address.size);
}

static bool is_own_name(const struct tsk_address *address)
{
	char own[HOST_NAME_MAX + 1] = "";

	gethostname(own, sizeof(own) - 1);
	return *own && strlen(own) == address->size &&
	       !strncasecmp(own, address->host, address->size);
}

static bool is_here(const struct tsk_address *address)
{
	return is_local(address->host, address->size) || is_own_name(address);
}

/* Where all that this machine's own name means is its own: in a network of containers another may
 * go by the same name. */
static bool own_name_leads_here(void)
{
	const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	char own[HOST_NAME_MAX + 1] = "", ip[INET6_ADDRSTRLEN];
	struct addrinfo *found = NULL;
	bool here = true;

	gethostname(own, sizeof(own) - 1);
	if (getaddrinfo(own, NULL, &wanted, &found))
		return false;
	for (const struct addrinfo *at = found; here && at; at = at->ai_next)
		here = getnameinfo(at->ai_addr, at->ai_addrlen, ip, sizeof(ip), NULL, 0,
				   NI_NUMERICHOST) == 0 &&
		       is_local(ip, strcspn(ip, "%"));
	freeaddrinfo(found);
	return here;
}

bool tsk_address_is_here(const char *text)
{
	struct tsk_address address;

	return tsk_address_split(text, &address) && is_here(&address);
}

bool tsk_address_stays_here(const char *text)
{
	struct tsk_address address;

	return tsk_address_split(text, &address) &&
	       (is_local(address.host, address.size) ||
		(is_own_name(&address) && own_name_leads_here()));
}

bool tsk_address_same(const char *one, const char *other)
{
	struct tsk_address first, second;

	if (strcasecmp(one, other) == 0)
		return true;
	return tsk_address_split(one, &first) && tsk_address_split(other, &second) &&
	       first.port == second.port && is_here(&first) && is_here(&second);
}
