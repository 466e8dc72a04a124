/* The address that a program on stage is given in place of the server's. What runs in Python gets
 * the right one back before any line of the project's runs; whoever comes here and speaks is
 * another program, and would have polled. */
#include "rehearsal.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum tsk_status open_door(struct tsk_call *call, struct door *door)
{
	struct sockaddr_in here = { .sin_family = AF_INET,
				    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(here);

	*door = (struct door){ .listener = socket(AF_INET,
						  SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0) };
	if (door->listener < 0 || bind(door->listener, (struct sockaddr *)&here, size) ||
	    listen(door->listener, DOOR_GUESTS) ||
	    getsockname(door->listener, (struct sockaddr *)&here, &size)) {
		const int error = errno;
		close_door(door);
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot rehearse: no port of 127.0.0.1: %s",
				strerror(error));
	}
	door->address = tsk_format(call, "127.0.0.1:%u", (unsigned)ntohs(here.sin_port));
	return TSK_OK;
}

size_t watch_door(const struct door *door, struct pollfd *fds)
{
	size_t count = 0;

	fds[count++] = (struct pollfd){ .fd = door->count < DOOR_GUESTS ? door->listener : -1,
					.events = POLLIN };
	for (size_t i = 0; i < door->count; i++)
		fds[count++] = (struct pollfd){ .fd = door->guests[i], .events = POLLIN };
	return count;
}

/* One that only looks whether somebody listens goes without a word. */
bool spoke_at_door(struct door *door)
{
	bool spoke = false;
	char byte;
	int guest;

	while (door->count < DOOR_GUESTS &&
	       (guest = accept4(door->listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0)
		door->guests[door->count++] = guest;
	for (size_t i = door->count; i-- > 0;) {
		const ssize_t got = recv(door->guests[i], &byte, 1, MSG_PEEK);
		if (got < 0 && (errno == EAGAIN || errno == EINTR))
			continue;
		spoke |= got > 0;
		close(door->guests[i]);
		door->guests[i] = door->guests[--door->count];
	}
	return spoke;
}

void close_door(struct door *door)
{
	for (size_t i = 0; i < door->count; i++)
		close(door->guests[i]);
	if (door->listener >= 0)
		close(door->listener);
	*door = (struct door){ .listener = -1 };
}
