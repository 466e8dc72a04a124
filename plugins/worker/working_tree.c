/* Whether another directory is a working tree of this project's repository (git worktree), as two
 * agents have it that work on one project at once. */
#include "worker.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* "gitdir: PATH", or a path. */
#define LINE_MOST ((size_t)PATH_MAX + 64)

struct repository {
	const char *top;    /* of the working tree; NULL: it is in none */
	const char *common; /* the repository itself, which all its working trees share */
};

static const char *resolved(struct tsk_call *call, const char *directory, const char *path)
{
	char real[PATH_MAX];
	const char *whole = *path == '/' ? path : tsk_format(call, "%s/%s", directory, path);

	return realpath(whole, real) ? tsk_copy(call, real) : NULL;
}

/* The first line of a small file, without what it must begin with; NULL: it does not. */
static const char *line_of(struct tsk_call *call, const char *path, const char *begin)
{
	const char *text = tsk_file_tail(call, path, 2, LINE_MOST, 0);
	size_t size = strlen(begin);

	if (!text)
		tsk_forget_error(call);
	if (!text || strncmp(text, begin, size) != 0)
		return NULL;
	return tsk_copy_bytes(call, text + size, strcspn(text + size, "\r\n"));
}

/* Of a working tree that git worktree made, .git is a file that names a folder within the
 * repository, and that one's `commondir` the repository. */
static const char *common_of(struct tsk_call *call, const char *top)
{
	const char *git = tsk_format(call, "%s/.git", top);
	struct stat about;

	if (stat(git, &about))
		return NULL;
	if (S_ISDIR(about.st_mode))
		return resolved(call, top, ".git");
	const char *own = line_of(call, git, "gitdir: ");
	const char *folder = own ? resolved(call, top, own) : NULL;
	if (!folder)
		return NULL;
	const char *common = line_of(call, tsk_format(call, "%s/commondir", folder), "");
	return common ? resolved(call, folder, common) : folder;
}

static struct repository repository_of(struct tsk_call *call, const char *directory)
{
	char *at = tsk_copy(call, directory);
	struct repository found = { .top = NULL };

	for (char *slash = at + strlen(at); slash && slash != at; slash = strrchr(at, '/')) {
		*slash = '\0';
		found.common = common_of(call, at);
		if (found.common) {
			found.top = at;
			return found;
		}
	}
	return found;
}

bool is_other_working_tree(struct tsk_call *call, const char *directory)
{
	const struct repository ours = repository_of(call, project_directory(call));
	const struct repository theirs =
		ours.top ? repository_of(call, directory) : (struct repository){ .top = NULL };

	return theirs.top && strcmp(ours.common, theirs.common) == 0 &&
	       strcmp(ours.top, theirs.top) != 0;
}
