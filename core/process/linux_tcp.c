/* What is Linux's own, of TCP: who is connected and who listens, from /proc/net/tcp, /proc/net/tcp6
 * and the socket inodes in /proc/PID/fd. */
#include "internal.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As in the kernel's enum: states of a TCP socket, column st. */
#define ESTABLISHED 1
#define LISTENING   10

/* Of one machine, and of the peers of one process: more are not looked at. */
#define ROWS_MOST   ((size_t)20000)
#define PEERS_MOST  ((size_t)16)

/* IPv4 addresses are kept as IPv4-mapped IPv6 ones, as a dual-stack socket shows them. */
struct endpoint {
	struct in6_addr address;
	unsigned port;
};

struct socket_row {
	struct endpoint local, remote;
	unsigned state;
	uint64_t inode;
};

/* ---- reading the tables ---- */

static struct in6_addr mapped(struct in_addr address)
{
	struct in6_addr all = { .s6_addr = { [10] = 0xff, [11] = 0xff } };

	memcpy(&all.s6_addr[12], &address, sizeof(address));
	return all;
}

/* The kernel prints an address as one or four numbers in the byte order of this machine. */
static bool parse_address(const char *text, struct in6_addr *address)
{
	uint32_t words[4] = { 0 };
	size_t count = strlen(text) / 8;

	if (strlen(text) != 8 && strlen(text) != 32)
		return false;
	for (size_t i = 0; i < count; i++) {
		char digits[9] = { 0 };
		memcpy(digits, text + i * 8, 8);
		words[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	if (count == 4)
		memcpy(address, words, sizeof(words));
	else
		*address = mapped((struct in_addr){ .s_addr = words[0] });
	return true;
}

static bool parse_row(const char *line, struct socket_row *row)
{
	char local[33], remote[33];
	unsigned long long inode;

	if (sscanf(line, " %*d: %32[0-9A-Fa-f]:%x %32[0-9A-Fa-f]:%x %x %*s %*s %*s %*s %*s %llu",
		   local, &row->local.port, remote, &row->remote.port, &row->state, &inode) != 6)
		return false;
	row->inode = inode;
	return parse_address(local, &row->local.address) &&
	       parse_address(remote, &row->remote.address);
}

struct inodes {
	uint64_t *items;
	size_t count, room;
};

static void add_inode(struct tsk_call *call, struct inodes *inodes, uint64_t inode)
{
	inodes->items =
		tsk_grow(call, inodes->items, inodes->count, &inodes->room, sizeof(*inodes->items));
	inodes->items[inodes->count++] = inode;
}

static int compare_inodes(const void *one, const void *other)
{
	const uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return (a > b) - (a < b);
}

/* The sockets that wanted says yes to, sorted. */
static struct inodes find_sockets(struct tsk_call *call,
				  bool (*wanted)(const struct socket_row *row, const void *what),
				  const void *what)
{
	static const char *const tables[] = { "/proc/net/tcp", "/proc/net/tcp6" };
	struct inodes inodes = { 0 };
	struct socket_row row;
	char line[512]; /* a row has about 180 bytes */

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		FILE *table = fopen(tables[i], "re");

		while (table && fgets(line, sizeof(line), table))
			if (parse_row(line, &row) && wanted(&row, what))
				add_inode(call, &inodes, row.inode);
		if (table)
			fclose(table);
	}
	if (inodes.count)
		qsort(inodes.items, inodes.count, sizeof(*inodes.items), compare_inodes);
	return inodes;
}

bool system_holds_socket(int pid, const uint64_t *inodes, size_t count)
{
	char path[32], target[64];
	struct dirent *entry;
	bool held = false;

	if (!count)
		return false;
	snprintf(path, sizeof(path), "/proc/%d/fd", pid);
	DIR *descriptors = opendir(path);
	while (descriptors && !held && (entry = readdir(descriptors))) {
		ssize_t length =
			readlinkat(dirfd(descriptors), entry->d_name, target, sizeof(target) - 1);
		unsigned long long inode;

		if (length <= 0)
			continue;
		target[length] = '\0';
		if (sscanf(target, "socket:[%llu]", &inode) == 1) {
			uint64_t key = inode;
			held = bsearch(&key, inodes, count, sizeof(*inodes), compare_inodes) !=
			       NULL;
		}
	}
	if (descriptors)
		closedir(descriptors);
	return held;
}

/* ---- connected ---- */

/* A name has few addresses; more than these are not looked at. */
#define ENDPOINTS_MOST ((size_t)32)

struct endpoints {
	struct endpoint items[ENDPOINTS_MOST];
	size_t count;
};

static void add_endpoint(struct endpoints *to, struct in6_addr address, unsigned port)
{
	if (to->count < ENDPOINTS_MOST)
		to->items[to->count++] = (struct endpoint){ address, port };
}

static void add_resolved(struct endpoints *to, const struct sockaddr *address, unsigned port)
{
	const struct in_addr loopback = { .s_addr = htonl(INADDR_LOOPBACK) };
	struct in6_addr all;

	if (address->sa_family == AF_INET)
		all = mapped(((const struct sockaddr_in *)(const void *)address)->sin_addr);
	else if (address->sa_family == AF_INET6)
		all = ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr;
	else
		return;
	add_endpoint(to, all, port);
	/* Who connects to 0.0.0.0 or :: gets to the loopback address, and the table shows that. */
	const struct in6_addr any = mapped((struct in_addr){ .s_addr = htonl(INADDR_ANY) });
	if (IN6_IS_ADDR_UNSPECIFIED(&all) || IN6_ARE_ADDR_EQUAL(&all, &any)) {
		add_endpoint(to, in6addr_loopback, port);
		add_endpoint(to, mapped(loopback), port);
	}
}

/* HOST:PORT, the host in brackets where it is an IPv6 address. */
static bool resolve(struct tsk_call *call, const char *address, struct endpoints *endpoints)
{
	const struct addrinfo wanted = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	struct addrinfo *found = NULL;
	struct tsk_address server;

	if (!tsk_address_split(address, &server))
		return false;
	/* By whatever name of this machine somebody connects, it may be by loopback. */
	if (tsk_address_is_here(address)) {
		const struct in_addr loopback = { .s_addr = htonl(INADDR_LOOPBACK) };
		add_endpoint(endpoints, in6addr_loopback, (unsigned)server.port);
		add_endpoint(endpoints, mapped(loopback), (unsigned)server.port);
	}
	if (getaddrinfo(tsk_copy_bytes(call, server.host, server.size), NULL, &wanted, &found))
		return endpoints->count > 0;
	for (const struct addrinfo *at = found; at; at = at->ai_next)
		add_resolved(endpoints, at->ai_addr, (unsigned)server.port);
	freeaddrinfo(found);
	return true;
}

static bool is_connection_to(const struct socket_row *row, const void *what)
{
	const struct endpoints *wanted = what;

	if (row->state != ESTABLISHED)
		return false;
	for (size_t i = 0; i < wanted->count; i++)
		if (row->remote.port == wanted->items[i].port &&
		    IN6_ARE_ADDR_EQUAL(&row->remote.address, &wanted->items[i].address))
			return true;
	return false;
}

bool tsk_process_connected(struct tsk_call *call, const struct tsk_process_info *processes,
			   const char *address)
{
	struct endpoints endpoints = { .count = 0 };

	if (!processes || !resolve(call, address, &endpoints))
		return false;
	struct inodes inodes = find_sockets(call, is_connection_to, &endpoints);
	for (; processes->id.pid; processes++)
		if (system_holds_socket(processes->id.pid, inodes.items, inodes.count))
			return true;
	return false;
}

/* ---- peers ---- */

static bool listens_locally(const struct socket_row *rows, size_t count, unsigned port)
{
	for (size_t i = 0; i < count; i++)
		if (rows[i].state == LISTENING && rows[i].local.port == port)
			return true;
	return false;
}

static const char *endpoint_text(struct tsk_call *call, const struct endpoint *endpoint)
{
	char text[INET6_ADDRSTRLEN];

	if (IN6_IS_ADDR_V4MAPPED(&endpoint->address)) {
		inet_ntop(AF_INET, &endpoint->address.s6_addr[12], text, sizeof(text));
		return tsk_format(call, "%s:%u", text, endpoint->port);
	}
	inet_ntop(AF_INET6, &endpoint->address, text, sizeof(text));
	return tsk_format(call, "[%s]:%u", text, endpoint->port);
}

static bool is_held(const struct tsk_process_info *processes, uint64_t inode)
{
	for (; processes && processes->id.pid; processes++)
		if (system_holds_socket(processes->id.pid, &inode, 1))
			return true;
	return false;
}

static bool is_listed(const char *const *texts, size_t count, const char *text)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(texts[i], text) == 0)
			return true;
	return false;
}

void tsk_process_peers(struct tsk_call *call, const struct tsk_process_info *processes,
		       struct tsk_strings *peers)
{
	static const char *const tables[] = { "/proc/net/tcp", "/proc/net/tcp6" };
	struct socket_row *rows = tsk_alloc(call, ROWS_MOST * sizeof(*rows));
	const char **items = tsk_alloc(call, (PEERS_MOST + 1) * sizeof(*items));
	size_t count = 0, found = 0;
	char line[512]; /* as above */

	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++) {
		FILE *table = fopen(tables[i], "re");

		while (table && count < ROWS_MOST && fgets(line, sizeof(line), table))
			count += parse_row(line, &rows[count]);
		if (table)
			fclose(table);
	}
	for (size_t i = 0; i < count && found < PEERS_MOST; i++) {
		if (rows[i].state != ESTABLISHED ||
		    listens_locally(rows, count, rows[i].local.port) ||
		    !is_held(processes, rows[i].inode))
			continue;
		const char *text = endpoint_text(call, &rows[i].remote);
		if (!is_listed(items, found, text))
			items[found++] = text;
	}
	*peers = (struct tsk_strings){ .items = items, .count = found };
}

/* ---- listening ---- */

static bool is_listener_on(const struct socket_row *row, const void *what)
{
	const unsigned port = *(const unsigned *)what;

	return row->state == LISTENING && (!port || row->local.port == port);
}

bool tsk_process_listens(struct tsk_call *call, const struct tsk_process_info *processes, int port)
{
	const unsigned wanted = (unsigned)port;
	struct inodes inodes = find_sockets(call, is_listener_on, &wanted);

	for (; processes && processes->id.pid; processes++)
		if (system_holds_socket(processes->id.pid, inodes.items, inodes.count))
			return true;
	return false;
}

/* A listening socket may be shared by a process and those that it forked: the oldest is the one to
 * name. */
const struct tsk_process_info *tsk_port_holder(struct tsk_call *call, int port, bool *taken)
{
	const unsigned wanted = (unsigned)port;
	const struct system_process *holder = NULL;
	struct inodes inodes = find_sockets(call, is_listener_on, &wanted);

	if (taken)
		*taken = inodes.count > 0;
	if (!inodes.count)
		return NULL;
	for (const struct system_process *at = system_processes(call, &(size_t){ 0 }); at->id.pid;
	     at++)
		if ((!holder || at->id.start_ticks < holder->id.start_ticks) &&
		    system_holds_socket(at->id.pid, inodes.items, inodes.count))
			holder = at;
	if (!holder)
		return NULL;
	struct tsk_process_info *info = tsk_alloc(call, sizeof(*info));
	system_describe(call, holder, info);
	return info;
}
