/* Log files in LOG_DIR: what they are called, and how room is made for a new one.
 *
 * LOG_DIR/worker-NAME.log belongs to the first project of that name that asked for it. Its claim is
 * a symbolic link beside it, LOG_DIR/worker-NAME.project, to the project's directory: made in one
 * step, readable with ls. Any other project of that name gets LOG_DIR/worker-NAME-HASH.log, HASH
 * being of its directory. A claim lapses when the directory it points to is gone.
 */
#include "internal.h"

#include "call/call.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Once for a claim that lapsed, once more for a neighbour who was faster. */
#define CLAIM_ATTEMPTS 3

/* PATH.1 to PATH.9, of which the first is ours unless it is somebody's. */
#define MOST_KEPT      9

static bool is_gone(const char *directory)
{
	struct stat about;

	return *directory == '/' && lstat(directory, &about) && errno == ENOENT;
}

static bool claim(const char *path, const char *scope)
{
	char owner[PATH_MAX + 1];

	for (int attempt = 0; attempt < CLAIM_ATTEMPTS; attempt++) {
		if (symlink(scope, path) == 0)
			return true;
		if (errno != EEXIST)
			return false;
		ssize_t length = readlink(path, owner, sizeof(owner) - 1);
		if (length < 0 && errno != ENOENT)
			return false;
		if (length < 0)
			continue;
		owner[length] = '\0';
		if (strcmp(owner, scope) == 0)
			return true;
		if (!is_gone(owner))
			return false;
		unlink(path);
	}
	return false;
}

/* Whose the plain name is, as far as one may look: what nobody claimed could be ours. */
static bool could_claim(const char *path, const char *scope)
{
	char owner[PATH_MAX + 1];
	ssize_t length = readlink(path, owner, sizeof(owner) - 1);

	if (length < 0)
		return errno == ENOENT;
	owner[length] = '\0';
	return strcmp(owner, scope) == 0 || is_gone(owner);
}

/* A command that only looks leaves nothing behind. */
static bool may_claim(const struct tsk_call *call)
{
	return !call->command || call->command->needs & TSK_CHANGES;
}

const char *tsk_log_path(struct tsk_call *call, const char *kind, const char *name,
			 const char *scope)
{
	const char *directory = tsk_setting(call, TSK_SETTING_LOG_DIR);
	bool claims = may_claim(call);

	if (directory_check(call, directory, claims, NULL))
		return NULL;
	if (!scope)
		return tsk_format(call, "%s/%s.log", directory, name_plain(call, kind));
	const char *stem = tsk_format(call, "%s/%s-%s", directory, name_plain(call, kind),
				      name_readable(call, name ? name : ""));
	const char *path = tsk_format(call, "%s.project", stem);
	if (claims ? claim(path, scope) : could_claim(path, scope))
		return tsk_format(call, "%s.log", stem);
	return tsk_format(call, "%s-%08" PRIx32 ".log", stem,
			  (uint32_t)name_hash(scope, NAME_HASH_START));
}

/* A folder of logs may be shared: logrotate and others write PATH.1 as well. Ours is known by a
 * symbolic link beside it, .NAME.1, that names its device and inode. */
static const char *mark_of(struct tsk_call *call, const char *path, int number)
{
	const char *name = strrchr(path, '/') + 1;

	return tsk_format(call, "%.*s.%s.%d", (int)(name - path), path, name, number);
}

static const char *identity_of(struct tsk_call *call, const char *path)
{
	struct stat about;

	return lstat(path, &about) ? NULL
				   : tsk_format(call, "%ju:%ju", (uintmax_t)about.st_dev,
						(uintmax_t)about.st_ino);
}

/* Whether nobody's file would be lost by a rename to it. */
static bool is_free(struct tsk_call *call, const char *path, const char *kept, int number)
{
	const char *identity = identity_of(call, kept);
	char ours[64] = "";

	if (!identity)
		return errno == ENOENT;
	return readlink(mark_of(call, path, number), ours, sizeof(ours) - 1) > 0 &&
	       !strcmp(ours, identity);
}

static enum tsk_status keep_as(struct tsk_call *call, const char *path, const char *kept,
			       int number)
{
	const char *mark = mark_of(call, path, number), *identity = identity_of(call, path);

	/* First the mark: without it the next call would take ours for somebody's, and keep it. */
	unlink(mark);
	if (identity && symlink(identity, mark) && errno != EEXIST)
		tsk_progress(call, "cannot mark '%s' as ours: %s", kept, strerror(errno));
	if (rename(path, kept) == 0 || errno == ENOENT)
		return TSK_OK;
	return tsk_fail(call, file_status(errno), "cannot rename '%s': %s", path, strerror(errno));
}

enum tsk_status tsk_log_rotate(struct tsk_call *call, const char *path)
{
	struct stat about;

	/* An empty log is as good as new, and the one before it may still tell something. */
	if (lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size == 0)
		return TSK_OK;
	if (lstat(path, &about) && errno == ENOENT)
		return TSK_OK;
	for (int number = 1; number <= MOST_KEPT; number++) {
		const char *kept = tsk_format(call, "%s.%d", path, number);
		if (is_free(call, path, kept, number))
			return keep_as(call, path, kept, number);
	}
	tsk_hint(call,
		 "name another folder for logs: log_dir in the INI file, CLAUDE_TEMPORAL_LOG_DIR");
	return tsk_fail(call, TSK_DENIED, "'%s.1' to '.%d' are there and not of this program", path,
			MOST_KEPT);
}
