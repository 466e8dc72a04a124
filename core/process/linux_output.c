/* Where a process writes what it says: what is Linux's own of that. */
#include "internal.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tsk_process_output_file(struct tsk_call *call, const struct tsk_process *process)
{
	/* Errors go to the one that is called so, where they are apart. */
	for (int descriptor = STDERR_FILENO; descriptor >= STDOUT_FILENO; descriptor--) {
		const char *link = tsk_format(call, "/proc/%d/fd/%d", process->pid, descriptor);
		struct stat about, named;
		char path[4096];
		ssize_t size = readlink(link, path, sizeof(path) - 1);

		if (size <= 0 || stat(link, &about) || !S_ISREG(about.st_mode) ||
		    !tsk_process_runs(process))
			continue;
		path[size] = '\0';
		/* Removed or replaced since: what was written is there all the same. */
		if (stat(path, &named) || named.st_ino != about.st_ino ||
		    named.st_dev != about.st_dev)
			return link;
		return tsk_copy(call, path);
	}
	return NULL;
}
