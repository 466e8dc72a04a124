/* Looking a program up in PATH. */
#include "internal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As confstr(_CS_PATH) says: where programs are looked for without a PATH. */
#define PATH_WITHOUT_PATH "/bin:/usr/bin"

static bool is_program(int directory, const char *path)
{
	struct stat about;

	return fstatat(directory, path, &about, 0) == 0 && S_ISREG(about.st_mode) &&
	       faccessat(directory, path, X_OK, AT_EACCESS) == 0;
}

const char *find_in_path(struct tsk_call *call, int directory, const char *path, const char *name)
{
	if (!*name)
		return NULL;
	if (strchr(name, '/'))
		return is_program(directory, name) ? tsk_copy(call, name) : NULL;
	for (const char *at = path ? path : PATH_WITHOUT_PATH;; at++) {
		size_t length = strcspn(at, ":");
		/* An empty entry is the working directory. */
		const char *candidate = length ? tsk_format(call, "%.*s/%s", (int)length, at, name)
					       : tsk_format(call, "./%s", name);

		if (length < PATH_MAX && is_program(directory, candidate))
			return candidate;
		at += length;
		if (!*at)
			return NULL;
	}
}

const char *tsk_find_program(struct tsk_call *call, const char *name)
{
	const char *found = find_in_path(call, AT_FDCWD, getenv("PATH"), name);
	char here[PATH_MAX];

	/* Symbolic links stay: the python of a virtual environment knows by its path which one it
	 * is. */
	if (!found || *found == '/' || !getcwd(here, sizeof(here)))
		return found;
	return tsk_format(call, "%s/%s", strcmp(here, "/") == 0 ? "" : here,
			  strncmp(found, "./", 2) == 0 ? found + 2 : found);
}
