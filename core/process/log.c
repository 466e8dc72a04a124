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

enum tsk_status tsk_log_rotate(struct tsk_call *call, const char *path)
{
	struct stat about;

	/* An empty log is as good as new, and the one before it may still tell something. */
	if (lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_size == 0)
		return TSK_OK;
	if (rename(path, tsk_format(call, "%s.1", path)) == 0 || errno == ENOENT)
		return TSK_OK;
	return tsk_fail(call, file_status(errno), "cannot rename '%s': %s", path, strerror(errno));
}
