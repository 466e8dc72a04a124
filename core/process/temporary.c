/* Files and folders that become something else by a rename, and what dead calls left of theirs.
 *
 * PATH.tsk-XXXXXX, locked (flock) by the call that makes it for as long as it has not got its name:
 * the lock ends with the call, also when that is killed, and in any PID namespace. What bears such
 * a name and is locked by nobody is therefore no longer in the making, and is swept by the next
 * call that makes one beside it. Where the file system has no locks nothing is swept.
 */
#include "internal.h"

#include "call/call.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define MARK          ".tsk-"
#define RANDOM_LENGTH ((size_t)6)
/* What we make is not nested deeper; descriptors that the walk may hold. */
#define DEEPEST       16

/* A sweeper may be faster than the lock. */
#define ATTEMPTS      5

static bool is_temporary(const char *name)
{
	size_t length = strlen(name), tail = strlen(MARK) + RANDOM_LENGTH;

	return length > tail && !strncmp(name + length - tail, MARK, strlen(MARK)) &&
	       strspn(name + length - RANDOM_LENGTH,
		      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") ==
		       RANDOM_LENGTH;
}

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *where)
{
	(void)about;
	(void)kind;
	(void)where;
	return remove(path);
}

static void remove_folder(const char *folder)
{
	nftw(folder, remove_one, DEEPEST, FTW_DEPTH | FTW_PHYS);
}

static void sweep_one(int directory, const char *path, const char *name)
{
	int file =
		openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
	struct stat about;

	if (file < 0)
		return;
	bool dead = fstat(file, &about) == 0 && about.st_uid == geteuid() &&
		    flock(file, LOCK_EX | LOCK_NB) == 0;
	if (dead && S_ISREG(about.st_mode))
		unlinkat(directory, name, 0);
	else if (dead && S_ISDIR(about.st_mode))
		remove_folder(path);
	close(file);
}

static const char *folder_of(struct tsk_call *call, const char *path)
{
	const char *slash = strrchr(path, '/');

	return !slash          ? "."
	       : slash == path ? "/"
			       : tsk_copy_bytes(call, path, (size_t)(slash - path));
}

static void sweep(struct tsk_call *call, const char *path)
{
	const char *folder = folder_of(call, path);
	DIR *directory = opendir(folder);
	struct dirent *entry;

	if (!directory)
		return;
	while ((entry = readdir(directory)))
		if (is_temporary(entry->d_name))
			sweep_one(dirfd(directory),
				  tsk_format(call, "%s/%s", folder, entry->d_name), entry->d_name);
	closedir(directory);
}

/* 1: locked, unless the file system has no locks. 0: it was swept meanwhile. -1 with errno: whether
 * it was is not known. */
static int lock(int file)
{
	struct stat about;

	while (flock(file, LOCK_EX) && errno == EINTR)
		continue;
	return fstat(file, &about) ? -1 : about.st_nlink > 0;
}

int temporary_file(struct tsk_call *call, const char *path, char **name)
{
	sweep(call, path);
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		*name = tsk_format(call, "%s" MARK "XXXXXX", path);
		int file = mkostemp(*name, O_CLOEXEC);
		int locked = file < 0 ? -1 : lock(file), why = errno;
		if (file < 0 || locked > 0)
			return file;
		/* It may become part of a folder where no later call sweeps. */
		if (locked < 0)
			unlink(*name);
		close(file);
		errno = why;
		if (locked < 0)
			return -1;
	}
	errno = EAGAIN;
	return -1;
}

const char *tsk_temporary_folder(struct tsk_call *call, const char *path, int *lock_held)
{
	sweep(call, path);
	for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
		char *name = tsk_format(call, "%s" MARK "XXXXXX", path);
		if (!mkdtemp(name))
			return NULL;
		errno = 0; /* one that was swept meanwhile is no failure */
		*lock_held = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (*lock_held >= 0 && lock(*lock_held) > 0)
			return name;
		/* Nobody else would know of it: without a lock it is swept, but only by a later
		 * call that makes something here. */
		int why = errno;
		if (*lock_held >= 0)
			close(*lock_held);
		rmdir(name);
		errno = why;
		if (why == EIO || why == EMFILE || why == ENFILE || why == ENOMEM)
			return NULL;
	}
	errno = EAGAIN;
	return NULL;
}

void tsk_temporary_drop(const char *folder)
{
	remove_folder(folder);
}
