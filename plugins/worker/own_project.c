/* The project of this call, and which directories and addresses are its own. */
#include "worker.h"

#include <string.h>
#include <unistd.h>

const char *project_name(const struct tsk_call *call)
{
	return tsk_setting(call, TSK_SETTING_PROJECT_NAME);
}

const char *project_directory(const struct tsk_call *call)
{
	return tsk_setting(call, TSK_SETTING_PROJECT_DIR);
}

const char *project_lock_name(struct tsk_call *call, const char *directory)
{
	return tsk_format(call, "worker-%s", directory);
}

/* As /proc shows a directory that is gone while a process works in it. */
static size_t length_without_deleted(const char *path)
{
	static const char deleted[] = " (deleted)";
	size_t length = strlen(path), tail = sizeof(deleted) - 1;

	return length > tail && strcmp(path + length - tail, deleted) == 0 ? length - tail : length;
}

/* By whole names: "/app" does not hold "/app2". */
bool lies_in(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	if (!path || !length || strncmp(path, directory, length) != 0)
		return false;
	if (strcmp(directory, "/") == 0)
		return true;
	return path[length] == '/' || path[length] == '\0' ||
	       length_without_deleted(path) == length;
}

static bool has_one_of(struct tsk_call *call, const char *directory, const char *const *names)
{
	for (; *names; names++)
		if (access(tsk_format(call, "%s/%s", directory, *names), F_OK) == 0)
			return true;
	return false;
}

bool belongs_to(struct tsk_call *call, const char *path, const char *directory)
{
	/* What makes a directory the top of a project; "/" or a home directory is none. */
	static const char *const tops[] = {
		"pyproject.toml", "setup.py", "requirements.txt", "temporal-skill.ini", ".git",
		"worker.py",      NULL
	};
	/* What makes one below it a project of its own. */
	static const char *const own[] = { "pyproject.toml", "temporal-skill.ini", NULL };

	if (!lies_in(path, directory))
		return false;
	char *at = tsk_copy_bytes(call, path, length_without_deleted(path));
	if (strlen(at) > strlen(directory) && !has_one_of(call, directory, tops))
		return false;
	while (strlen(at) > strlen(directory)) {
		if (has_one_of(call, at, own))
			return false;
		*strrchr(at, '/') = '\0';
	}
	return true;
}
