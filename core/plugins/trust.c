/* Which of a project's plugins are trusted, by the hash of their bytes. */
#include "trust.h"

#include "configuration/trust_list.h"
#include "links.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>
#include <temporal-skill/trust.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* A plugin is a few hundred kilobytes. */
#define LARGEST_PLUGIN ((size_t)64 << 20)

struct plugin_file {
	uint8_t *bytes;
	size_t size;
	char key[TRUST_KEY_SIZE];
};

/* ---- the file, and who could have written it ---- */

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
		if (trust_writable_by_others(&status) && !(status.st_mode & excused))
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
	return !S_ISREG(status->st_mode)          ? "it is not a file"
	       : trust_writable_by_others(status) ? "others can write it"
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
		problem = links_problem(call, file->bytes, file->size);
	if (!problem)
		trust_key(resolved, file->bytes, file->size, file->key);
	return problem;
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
	const char *list = trust_list_read(call);
	char resolved[PATH_MAX];
	const char *problem;

	if (!realpath(path, resolved))
		return tsk_format(call, "cannot open it: %s", strerror(errno));
	if (!list)
		return tsk_format(call, "others can write '%s'", trust_list_path(call));
	if (trust_list_has(list, tsk_format(call, "denied %s", resolved)))
		return "it is denied (untrust-plugin)";
	problem = read_plugin(call, path, resolved, &file);
	if (!problem &&
	    !trust_list_has(list, tsk_format(call, "trusted %s %s", file.key, resolved)))
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
	return trust_list_write(call, resolved,
				tsk_format(call, "trusted %s %s", plugin.key, resolved));
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
	return trust_list_write(call, *path, tsk_format(call, "denied %s", *path));
}
