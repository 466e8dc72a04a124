/* Which files processes have open, as their descriptors in /proc show: what is Linux's own of that.
 */
#include "internal.h"

#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define REMOVED_MARK " (deleted)"

/* The path as the kernel shows it: without symbolic links, also where the file itself is gone. */
static const char *resolved(struct tsk_call *call, const char *path)
{
	char folder[PATH_MAX];
	const char *slash = strrchr(path, '/');

	if (!slash ||
	    !realpath(slash == path ? "/" : tsk_copy_bytes(call, path, slash - path), folder))
		return path;
	return tsk_format(call, "%s/%s", strcmp(folder, "/") ? folder : "", slash + 1);
}

/* What one descriptor has to do with the file; about: of the path, NULL where nothing is there. */
static enum tsk_open_file look(const char *link, const char *target, const char *path,
			       const struct stat *about)
{
	const size_t length = strlen(path);
	struct stat open;

	if (stat(link, &open) || !S_ISREG(open.st_mode))
		return TSK_FILE_NOT_OPEN;
	if (about && open.st_dev == about->st_dev && open.st_ino == about->st_ino)
		return TSK_FILE_OPEN;
	return strncmp(target, path, length) == 0 && strcmp(target + length, REMOVED_MARK) == 0
		       ? TSK_FILE_REMOVED
		       : TSK_FILE_NOT_OPEN;
}

enum tsk_open_file tsk_process_open_file(struct tsk_call *call, int pid, const char *path,
					 const char **link)
{
	const char *folder = tsk_format(call, "/proc/%d/fd", pid), *name = resolved(call, path);
	DIR *descriptors = opendir(folder);
	enum tsk_open_file found = TSK_FILE_NOT_OPEN;
	struct dirent *entry;
	struct stat about;
	const bool there = stat(path, &about) == 0;

	*link = NULL;
	if (!descriptors)
		return TSK_FILE_UNKNOWN;
	while (found != TSK_FILE_OPEN && (entry = readdir(descriptors))) {
		char at[sizeof("/proc//fd/") + 32 + NAME_MAX],
			target[PATH_MAX + sizeof(REMOVED_MARK)];
		ssize_t size =
			readlinkat(dirfd(descriptors), entry->d_name, target, sizeof(target) - 1);

		if (size <= 0 || *target != '/')
			continue;
		target[size] = '\0';
		snprintf(at, sizeof(at), "/proc/%d/fd/%s", pid, entry->d_name);
		enum tsk_open_file one = look(at, target, name, there ? &about : NULL);
		if (one == TSK_FILE_NOT_OPEN)
			continue;
		found = one;
		*link = tsk_copy(call, at);
	}
	closedir(descriptors);
	return found;
}

const struct tsk_process_info *tsk_file_holder(struct tsk_call *call, const char *path, int except)
{
	const char *link;
	struct stat about;

	if (stat(path, &about) || !S_ISREG(about.st_mode))
		return NULL;
	for (const struct system_process *at = system_processes(call, &(size_t){ 0 }); at->id.pid;
	     at++) {
		if (at->id.pid == except ||
		    tsk_process_open_file(call, at->id.pid, path, &link) != TSK_FILE_OPEN)
			continue;
		struct tsk_process_info *info = tsk_alloc(call, sizeof(*info));
		system_describe(call, at, info);
		return info;
	}
	return NULL;
}
