/* Files that a checkout brings: they may be anything, and links to anywhere. */
#include "internal.h"

#include "text/path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The folder that is checked out: the nearest one from the project's up that has a .git, else the
 * project's own. resolved: the project's directory without links. */
static const char *checkout_root(struct tsk_call *call, const char *resolved)
{
	char *folder = tsk_copy(call, resolved);

	for (char *slash = strrchr(folder, '/'); slash && slash != folder;
	     slash = strrchr(folder, '/')) {
		if (!access(tsk_format(call, "%s/.git", folder), F_OK))
			return folder;
		*slash = '\0';
	}
	return resolved;
}

/* A path that names nothing leads nowhere. A file above the project (the pyproject.toml of a
 * workspace) leads out where it is not itself what its path says. */
static bool leads_out(struct tsk_call *call, const char *path)
{
	const char *given = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	char project[PATH_MAX], resolved[PATH_MAX];

	if (!realpath(given, project) || !realpath(path, resolved))
		return false;
	if (path_is_within(resolved, project) ||
	    path_is_within(resolved, checkout_root(call, project)))
		return false;
	return path_is_within(path, given) || strcmp(path, resolved) != 0;
}

static bool refuse_leading_out(struct tsk_call *call, const char *path, enum tsk_status status)
{
	if (!leads_out(call, path))
		return false;
	tsk_fail(call, status, "cannot open '%s': it is a link that leads out of the project",
		 path);
	return true;
}

const char *tsk_checkout_file_read(struct tsk_call *call, const char *path, size_t limit,
				   size_t *size)
{
	return refuse_leading_out(call, path, TSK_DENIED) ? NULL
							  : tsk_file_read(call, path, limit, size);
}

const char *tsk_given_checkout_file_read(struct tsk_call *call, const char *path, size_t limit,
					 size_t *size)
{
	return refuse_leading_out(call, path, TSK_USAGE)
		       ? NULL
		       : tsk_given_file_read(call, path, limit, size);
}
