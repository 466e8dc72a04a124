/* Which of a project's plugins are trusted, by the hash of their bytes. */
#include "trust.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>
#include <temporal-skill/trust.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sha2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A plugin is a few hundred kilobytes; a list of trust a few lines a plugin. */
#define LARGEST_PLUGIN ((size_t)64 << 20)
#define LARGEST_LIST   ((size_t)1 << 20)

struct plugin_file {
	uint8_t *bytes;
	size_t size;
	char key[SHA256_DIGEST_STRING_LENGTH];
};

/* ---- the file, and who could have written it ---- */

static bool writable_by_others(const struct stat *status)
{
	/* root may own it: root can write everything anyway. */
	bool owner = status->st_uid == geteuid() || status->st_uid == 0;

	return !owner || (status->st_mode & (S_IWGRP | S_IWOTH));
}

/* The folders above path: who can write one of them can put another file in its place. A sticky
 * folder (/tmp) lets nobody replace what belongs to another, but the one that the file lies in must
 * not take what others put there, either. */
static const char *unsafe_folder_above(struct tsk_call *call, const char *path)
{
	char *folder = tsk_copy(call, path);
	mode_t excused = 0;
	struct stat status;

	for (char *slash = strrchr(folder, '/'); slash; slash = strrchr(folder, '/')) {
		*slash = '\0';
		const char *name = *folder ? folder : "/";
		if (stat(name, &status))
			return tsk_format(call, "cannot look at '%s': %s", name, strerror(errno));
		if (writable_by_others(&status) && !(status.st_mode & excused))
			return tsk_format(call, "others can write in '%s'", name);
		excused = S_ISVTX;
	}
	return NULL;
}

/* path: as it was given, absolute; resolved: without links. A link may lead to any file of ours, so
 * where it lies counts as well. */
static const char *unsafe_folder(struct tsk_call *call, const char *path, const char *resolved)
{
	const char *problem = unsafe_folder_above(call, path);

	return problem ? problem : unsafe_folder_above(call, resolved);
}

static const char *file_problem(const struct stat *status)
{
	return !S_ISREG(status->st_mode)    ? "it is not a file"
	       : writable_by_others(status) ? "others can write it"
					    : NULL;
}

const char *trust_check_file(struct tsk_call *call, const char *path)
{
	char resolved[PATH_MAX];
	struct stat status;

	if (!realpath(path, resolved) || stat(resolved, &status))
		return tsk_format(call, "cannot open it: %s", strerror(errno));
	const char *problem = unsafe_folder(call, path, resolved);
	return problem ? problem : file_problem(&status);
}

static const char *read_all(struct tsk_call *call, int descriptor, struct plugin_file *file)
{
	while (file->size < LARGEST_PLUGIN) {
		ssize_t got =
			read(descriptor, file->bytes + file->size, LARGEST_PLUGIN - file->size);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return tsk_format(call, "cannot read it: %s", strerror(errno));
		if (got == 0)
			return NULL;
		file->size += (size_t)got;
	}
	return "it is larger than 64 MB";
}

static void make_key(const char *path, struct plugin_file *file)
{
	SHA2_CTX context;

	/* The NUL between them keeps a path from being continued by the content. */
	SHA256Init(&context);
	SHA256Update(&context, (const uint8_t *)path, strlen(path) + 1);
	SHA256Update(&context, file->bytes, file->size);
	SHA256End(&context, file->key);
}

/* Reads the file once: all that is checked and loaded afterwards is this copy. path and resolved as
 * for unsafe_folder. */
static const char *read_plugin(struct tsk_call *call, const char *path, const char *resolved,
			       struct plugin_file *file)
{
	const char *problem = unsafe_folder(call, path, resolved);
	struct stat status;
	int descriptor;

	if (problem)
		return problem;
	/* A pipe without a writer would keep us waiting. */
	descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (descriptor < 0)
		return tsk_format(call, "cannot open it: %s", strerror(errno));
	if (fstat(descriptor, &status))
		problem = strerror(errno);
	else
		problem = file_problem(&status);
	if (!problem && (size_t)status.st_size >= LARGEST_PLUGIN)
		problem = "it is larger than 64 MB";
	if (!problem) {
		file->size = 0;
		file->bytes = malloc(LARGEST_PLUGIN);
		problem = file->bytes ? read_all(call, descriptor, file) : "out of memory";
	}
	close(descriptor);
	if (!problem)
		make_key(resolved, file);
	return problem;
}

/* ---- the list: "trusted KEY PATH" and "denied PATH", a line each ---- */

static const char *list_path(struct tsk_call *call)
{
	const char *data = getenv("XDG_DATA_HOME");
	const char *home = getenv("HOME");

	if (data && *data == '/')
		return tsk_format(call, "%s/temporal-skill/trusted", data);
	if (home && *home == '/')
		return tsk_format(call, "%s/.local/share/temporal-skill/trusted", home);
	return NULL;
}

/* "" where there is none; NULL where it cannot be believed. */
static const char *read_list(struct tsk_call *call)
{
	const char *path = list_path(call);
	struct stat status;

	if (!path || lstat(path, &status))
		return "";
	if (!S_ISREG(status.st_mode) || writable_by_others(&status))
		return NULL;
	const char *text = tsk_file_read(call, path, LARGEST_LIST, NULL);
	if (!text)
		tsk_forget_error(call);
	return text;
}

static bool list_has(const char *list, const char *line)
{
	size_t length = strlen(line);

	for (const char *at = list; (at = strstr(at, line)); at += length)
		if ((at == list || at[-1] == '\n') && (at[length] == '\n' || !at[length]))
			return true;
	return false;
}

/* The list without the lines about a path. */
static const char *list_without(struct tsk_call *call, const char *list, const char *path)
{
	const char *kept = "";

	while (*list) {
		size_t length = strcspn(list, "\n");
		const char *line = tsk_copy_bytes(call, list, length);
		const char *about = strchr(line, '/');
		if (about && strcmp(about, path) != 0)
			kept = tsk_format(call, "%s%s\n", kept, line);
		list += length + (list[length] == '\n');
	}
	return kept;
}

/* One writer at a time, or a denial could be lost. The lock is let go by closing it. */
static int lock_list(struct tsk_call *call, const char *file)
{
	const char *path = tsk_format(call, "%s.lock", file);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

	while (lock >= 0 && flock(lock, LOCK_EX))
		if (errno != EINTR || tsk_interrupted(call)) {
			close(lock);
			lock = -1;
		}
	if (lock < 0)
		tsk_fail(call, TSK_UNAVAILABLE, "cannot lock '%s': %s", path, strerror(errno));
	return lock;
}

static enum tsk_status change_list(struct tsk_call *call, const char *file, const char *path,
				   const char *line)
{
	const char *list = read_list(call);

	if (!list)
		return tsk_fail(call, TSK_DENIED, "others can write '%s'", file);
	const char *text = tsk_format(call, "%s%s\n", list_without(call, list, path), line);
	return tsk_file_write(call, file, text, strlen(text));
}

static enum tsk_status write_list(struct tsk_call *call, const char *path, const char *line)
{
	const char *file = list_path(call);

	if (!file)
		return tsk_fail(call, TSK_UNAVAILABLE,
				"cannot keep what is trusted: HOME is not set");
	const char *folder = tsk_copy_bytes(call, file, strlen(file) - strlen("/trusted"));
	if (tsk_private_directory(call, folder))
		return tsk_error(call);
	int lock = lock_list(call, file);
	if (lock < 0)
		return tsk_error(call);
	enum tsk_status status = change_list(call, file, path, line);
	close(lock);
	return status;
}

/* ---- loading ---- */

static const char *seal_copy(struct tsk_call *call, const struct plugin_file *file, int *descriptor)
{
	size_t written = 0;
	int copy = memfd_create("plugin", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (copy < 0)
		return tsk_format(call, "cannot copy it: %s", strerror(errno));
	while (written < file->size) {
		ssize_t put = write(copy, file->bytes + written, file->size - written);
		if (put < 0 && errno != EINTR) {
			close(copy);
			return tsk_format(call, "cannot copy it: %s", strerror(errno));
		}
		written += put > 0 ? (size_t)put : 0;
	}
	if (fcntl(copy, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL)) {
		close(copy);
		return tsk_format(call, "cannot seal its copy: %s", strerror(errno));
	}
	*descriptor = copy;
	return NULL;
}

const char *trust_open(struct tsk_call *call, const char *path, int *descriptor)
{
	struct plugin_file file = { .bytes = NULL };
	const char *list = read_list(call);
	char resolved[PATH_MAX];
	const char *problem;

	if (!realpath(path, resolved))
		return tsk_format(call, "cannot open it: %s", strerror(errno));
	if (!list)
		return tsk_format(call, "others can write '%s'", list_path(call));
	if (list_has(list, tsk_format(call, "denied %s", resolved)))
		return "it is denied (untrust-plugin)";
	problem = read_plugin(call, path, resolved, &file);
	if (!problem && !list_has(list, tsk_format(call, "trusted %s %s", file.key, resolved)))
		problem =
			tsk_format(call, "it is not trusted yet; look at it, then: %s",
				   tsk_command_as_typed(
					   call, tsk_format(call, "temporal-skill trust-plugin %s",
							    tsk_quote(call, resolved))));
	if (!problem)
		problem = seal_copy(call, &file, descriptor);
	free(file.bytes);
	return problem;
}

/* ---- the public side ---- */

static const char *absolute(struct tsk_call *call, const char *file)
{
	char here[PATH_MAX];

	return *file == '/' || !getcwd(here, sizeof(here)) ? file
							   : tsk_format(call, "%s/%s", here, file);
}

enum tsk_status tsk_trust_plugin(struct tsk_call *call, const char *file, const char **path,
				 const char **key)
{
	struct plugin_file plugin = { .bytes = NULL };
	char resolved[PATH_MAX];
	const char *problem;

	if (!realpath(file, resolved))
		return tsk_fail(call, TSK_NOT_FOUND, "no plugin '%s': %s", file, strerror(errno));
	if (strchr(resolved, '\n'))
		return tsk_fail(call, TSK_USAGE, "cannot trust '%s': its path has a line break",
				resolved);
	problem = read_plugin(call, absolute(call, file), resolved, &plugin);
	free(plugin.bytes);
	if (problem)
		return tsk_fail(call, TSK_DENIED, "cannot trust '%s': %s", resolved, problem);
	*path = tsk_copy(call, resolved);
	*key = tsk_copy(call, plugin.key);
	return write_list(call, resolved, tsk_format(call, "trusted %s %s", plugin.key, resolved));
}

/* Where it would be found if it were there again: its folder without links, if that is there. */
static const char *place_of(struct tsk_call *call, const char *file)
{
	const char *path = absolute(call, file);
	char resolved[PATH_MAX];

	if (realpath(path, resolved))
		return tsk_copy(call, resolved);
	const char *name = strrchr(path, '/');
	const char *folder = tsk_copy_bytes(call, path, (size_t)(name - path));
	if (!name[1] || !realpath(*folder ? folder : "/", resolved))
		return NULL;
	return tsk_format(call, "%s%s", strcmp(resolved, "/") != 0 ? resolved : "", name);
}

enum tsk_status tsk_untrust_plugin(struct tsk_call *call, const char *file, const char **path)
{
	const char *place = place_of(call, file);

	if (!place && *file != '/')
		return tsk_fail(call, TSK_NOT_FOUND, "no plugin '%s': %s", file, strerror(errno));
	*path = place ? place : tsk_copy(call, file);
	if (strchr(*path, '\n'))
		return tsk_fail(call, TSK_USAGE, "cannot deny '%s': its path has a line break",
				*path);
	return write_list(call, *path, tsk_format(call, "denied %s", *path));
}
