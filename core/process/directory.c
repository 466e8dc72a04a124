/* Directories that only this user can write: where records, locks and logs lie. */
#include "internal.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PRIVATE_MODE 0700

/* Without "/" and "/." at its end, which would follow a symbolic link that is the last component.
 */
static char *trimmed(struct tsk_call *call, const char *path)
{
	char *copy = tsk_copy(call, path);
	size_t length = strlen(copy);

	while (length > 1 &&
	       (copy[length - 1] == '/' || (copy[length - 1] == '.' && copy[length - 2] == '/')))
		copy[--length] = '\0';
	return copy;
}

static enum tsk_status make(struct tsk_call *call, char *path)
{
	for (char *slash = strchr(path + (*path == '/'), '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		int failed = mkdir(path, PRIVATE_MODE) && errno != EEXIST ? errno : 0;
		/* A parent on a read-only file system, or one that automounts, may well be there.
		 */
		if (failed && access(path, X_OK))
			return tsk_fail(call, file_status(failed),
					"cannot create the directory '%s': %s", path,
					strerror(failed));
		*slash = '/';
	}
	if (mkdir(path, PRIVATE_MODE) && errno != EEXIST)
		return tsk_fail(call, file_status(errno), "cannot create the directory '%s': %s",
				path, strerror(errno));
	return TSK_OK;
}

/* What makes it unfit, or NULL. */
static const char *fault(struct tsk_call *call, const struct stat *about)
{
	if (S_ISLNK(about->st_mode))
		return "it is a symbolic link";
	if (!S_ISDIR(about->st_mode))
		return "it is not a directory";
	if (about->st_uid != geteuid())
		return tsk_format(call, "it belongs to user %u, not to user %u",
				  (unsigned)about->st_uid, (unsigned)geteuid());
	if (about->st_mode & (S_IWGRP | S_IWOTH))
		return tsk_format(call, "others can write to it (mode %04o)",
				  (unsigned)about->st_mode & 07777);
	return NULL;
}

enum tsk_status directory_check(struct tsk_call *call, const char *given, bool create, bool *there)
{
	char *path = trimmed(call, given);
	struct stat about;

	if (there)
		*there = true;
	if (create && lstat(path, &about) && make(call, path))
		return tsk_error(call);
	if (lstat(path, &about)) {
		if (there)
			*there = false;
		if (!create && errno == ENOENT)
			return TSK_OK;
		return tsk_fail(call, file_status(errno), "cannot look at the directory '%s': %s",
				path, strerror(errno));
	}
	const char *reason = fault(call, &about);
	if (!reason)
		return TSK_OK;
	tsk_fail(call, TSK_DENIED, "cannot trust the directory '%s': %s", path, reason);
	if (S_ISDIR(about.st_mode) && about.st_uid == geteuid())
		tsk_hint(call, "chmod go-w %s", tsk_quote(call, path));
	else
		tsk_hint(
			call,
			"set CLAUDE_TEMPORAL_PID_DIR and CLAUDE_TEMPORAL_LOG_DIR to directories of "
			"your own");
	return TSK_DENIED;
}

enum tsk_status tsk_private_directory(struct tsk_call *call, const char *path)
{
	return directory_check(call, path, true, NULL);
}
