/* The descriptors that end a run early: the interrupt and the caller's own. */
#include "channel.h"

#include <stdlib.h>

static void watch_descriptor(struct listening *listening, int descriptor, short events)
{
	struct curl_waitfd *watched = &listening->watched[listening->watched_count];

	if (descriptor < 0)
		return;
	watched->fd = descriptor;
	watched->events = (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) |
				  (events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
				  (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
	listening->watched_count++;
}

bool listen_prepare(struct listening *listening)
{
	listening->watched = calloc(listening->descriptor_count + 1, sizeof(*listening->watched));
	if (!listening->watched)
		return false;
	watch_descriptor(listening, listening->interrupt_descriptor, POLLIN);
	for (size_t i = 0; i < listening->descriptor_count; i++)
		watch_descriptor(listening, listening->descriptors[i].fd,
				 listening->descriptors[i].events);
	return true;
}

/* Asked of poll itself, as libcurl does not pass on hang-ups. */
enum channel_end listen_now(const struct listening *listening)
{
	struct pollfd interrupt = { .fd = listening->interrupt_descriptor, .events = POLLIN };

	if (interrupt.fd >= 0 && poll(&interrupt, 1, 0) > 0)
		return CHANNEL_INTERRUPTED;
	if (listening->descriptor_count &&
	    poll(listening->descriptors, listening->descriptor_count, 0) > 0)
		return CHANNEL_READY;
	return CHANNEL_DONE;
}
