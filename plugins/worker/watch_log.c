/* Being told when a log grows: what is Linux's own in this plugin (inotify). */
#include "worker.h"

#include <sys/inotify.h>
#include <unistd.h>

int watch_log(const char *path)
{
	int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

	/* No O_NOFOLLOW is needed: what is watched is not read here. */
	if (watch < 0 ||
	    inotify_add_watch(watch, path, IN_MODIFY | IN_MOVE_SELF | IN_DELETE_SELF) >= 0)
		return watch;
	close(watch);
	return -1;
}

void watch_log_clear(int descriptor)
{
	char events[4096]; /* that something happened is enough */

	while (descriptor >= 0 && read(descriptor, events, sizeof(events)) > 0)
		;
}
