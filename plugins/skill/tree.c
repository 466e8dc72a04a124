/* Trees of files: walked entry by entry without following links, copied with their right to be
 * executed. */
#include "tree.h"

#include <temporal-skill/process.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Read and written at a time: large enough that a program of 1 MB takes few calls. */
#define BLOCK_SIZE ((size_t)256 << 10)

static enum tsk_status failed(struct tsk_call *call, const char *what, const char *path)
{
	int error = errno;

	return tsk_fail(call, tsk_path_status(error, TSK_UNAVAILABLE), "cannot %s '%s': %s", what,
			path, strerror(error));
}

/* ---- walking ---- */

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

/* But for what trying a template out leaves behind. */
static int is_source(const struct dirent *entry)
{
	static const char *const others[] = { "__pycache__", ".venv", "uv.lock", NULL };
	size_t length = strlen(entry->d_name);

	for (size_t i = 0; others[i]; i++)
		if (!strcmp(entry->d_name, others[i]))
			return 0;
	if (length > 6 && *entry->d_name == '.' && !strcmp(entry->d_name + length - 6, "_cache"))
		return 0;
	return is_entry(entry);
}

static const char *path_joined(struct tsk_call *call, const char *folder, const char *name)
{
	return *folder ? tsk_format(call, "%s/%s", folder, name) : tsk_copy(call, name);
}

/* Called for each entry, those of a directory before the directory itself. */
typedef enum tsk_status visitor(struct tsk_call *call, const char *root, const char *path,
				bool is_directory, void *data);

static enum tsk_status walk(struct tsk_call *call, const char *root, const char *under, int depth,
			    int (*wanted)(const struct dirent *), visitor *visit, void *data);

static enum tsk_status walk_entry(struct tsk_call *call, const char *root, const char *path,
				  int depth, int (*wanted)(const struct dirent *), visitor *visit,
				  void *data)
{
	const char *whole = tsk_format(call, "%s/%s", root, path);
	struct stat about;

	if (lstat(whole, &about))
		return failed(call, "look at", whole);
	if (S_ISDIR(about.st_mode) && walk(call, root, path, depth + 1, wanted, visit, data))
		return tsk_error(call);
	return visit(call, root, path, S_ISDIR(about.st_mode), data);
}

static enum tsk_status walk(struct tsk_call *call, const char *root, const char *under, int depth,
			    int (*wanted)(const struct dirent *), visitor *visit, void *data)
{
	const char *folder = *under ? tsk_format(call, "%s/%s", root, under) : root;
	struct dirent **entries = NULL;

	if (depth > TREE_DEEPEST)
		return tsk_fail(call, TSK_UNAVAILABLE, "'%s' is nested more than %d deep", folder,
				TREE_DEEPEST);
	int count = scandir(folder, &entries, wanted, alphasort);
	if (count < 0)
		return failed(call, "read the directory", folder);
	enum tsk_status status = TSK_OK;
	for (int i = 0; i < count; i++) {
		if (status == TSK_OK)
			status =
				walk_entry(call, root, path_joined(call, under, entries[i]->d_name),
					   depth, wanted, visit, data);
		free(entries[i]);
	}
	free(entries);
	return status;
}

static enum tsk_status list_entry(struct tsk_call *call, const char *root, const char *path,
				  bool is_directory, void *data)
{
	struct tsk_lines *files = data;

	if (is_directory)
		return TSK_OK;
	if (files->count == TREE_MOST_FILES)
		return tsk_fail(call, TSK_UNAVAILABLE, "'%s' holds more than %d files", root,
				TREE_MOST_FILES);
	tsk_lines_push(files, path);
	return TSK_OK;
}

enum tsk_status tree_list(struct tsk_call *call, const char *root, struct tsk_lines *files)
{
	return walk(call, root, "", 0, is_entry, list_entry, files);
}

/* ---- copying ---- */

enum tsk_status tree_make_directory(struct tsk_call *call, const char *path)
{
	char *whole = tsk_copy(call, path);

	for (char *slash = strchr(whole + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(whole, 0777) && errno != EEXIST && access(whole, X_OK))
			return failed(call, "create the directory", whole);
		*slash = '/';
	}
	if (mkdir(whole, 0777) && errno != EEXIST)
		return failed(call, "create the directory", path);
	return TSK_OK;
}

static bool write_all(int file, const char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(file, bytes, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return false;
		bytes += written;
		size -= (size_t)written;
	}
	return true;
}

static enum tsk_status copy_bytes(struct tsk_call *call, int in, int out, const char *from,
				  const char *to)
{
	struct tsk_mark mark = tsk_mark(call);
	char *block = tsk_alloc(call, BLOCK_SIZE);
	ssize_t got;

	do {
		got = read(in, block, BLOCK_SIZE);
		if (got < 0 && errno != EINTR)
			return failed(call, "read", from);
		if (tsk_interrupted(call))
			return TSK_INTERRUPTED;
		if (got > 0 && !write_all(out, block, (size_t)got))
			return failed(call, "write", to);
	} while (got);
	tsk_rewind(call, mark);
	return TSK_OK;
}

static enum tsk_status copy_regular(struct tsk_call *call, const char *from, const char *to,
				    mode_t mode)
{
	/* It was a regular file when it was looked at, and may have become a FIFO. */
	int in = open(from, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK), out = -1;
	struct stat about;

	if (in < 0)
		return failed(call, "open", from);
	if (fstat(in, &about) || !S_ISREG(about.st_mode)) {
		close(in);
		return tsk_fail(call, TSK_DENIED, "cannot copy '%s': it is not a regular file",
				from);
	}
	/* The umask has its say; the right to run is the file's own. */
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode & S_IXUSR ? 0777 : 0666);
	enum tsk_status status =
		out < 0 ? failed(call, "create", to) : copy_bytes(call, in, out, from, to);
	if (out >= 0 && close(out) && status == TSK_OK)
		status = failed(call, "write", to);
	close(in);
	return status;
}

static enum tsk_status copy_link(struct tsk_call *call, const char *from, const char *to)
{
	char target[4096]; /* PATH_MAX: no link is longer */
	ssize_t length = readlink(from, target, sizeof(target) - 1);

	if (length < 0)
		return failed(call, "read the link", from);
	target[length] = '\0';
	return symlink(target, to) ? failed(call, "create", to) : TSK_OK;
}

enum tsk_status tree_copy_file(struct tsk_call *call, const char *from, const char *to_root,
			       const char *path)
{
	const char *to = tsk_format(call, "%s/%s", to_root, path);
	struct stat about;

	if (lstat(from, &about))
		return failed(call, "look at", from);
	if (tree_make_directory(call, tsk_copy_bytes(call, to, (size_t)(strrchr(to, '/') - to))))
		return tsk_error(call);
	if (S_ISLNK(about.st_mode))
		return copy_link(call, from, to);
	if (!S_ISREG(about.st_mode))
		return tsk_fail(call, TSK_DENIED, "cannot copy '%s': it is not a regular file",
				from);
	return copy_regular(call, from, to, about.st_mode);
}

enum tsk_status tree_copy(struct tsk_call *call, const char *from, const char *to_root,
			  const char *under, struct tsk_lines *files)
{
	struct tsk_lines found = { .call = call };

	if (walk(call, from, "", 0, is_source, list_entry, &found))
		return tsk_error(call);
	for (size_t i = 0; i < found.count; i++) {
		const char *path = tsk_format(call, "%s/%s", under, found.items[i]);
		if (tree_copy_file(call, tsk_format(call, "%s/%s", from, found.items[i]), to_root,
				   path))
			return tsk_error(call);
		tsk_lines_push(files, path);
	}
	return TSK_OK;
}

/* ---- removing ---- */

/* Whether one of the paths lies below the folder. */
static bool leads_to(const struct tsk_lines *paths, const char *folder)
{
	size_t length = strlen(folder);

	for (size_t i = 0; i < paths->count; i++)
		if (!strncmp(paths->items[i], folder, length) && paths->items[i][length] == '/')
			return true;
	return false;
}

static enum tsk_status remove_entry(struct tsk_call *call, const char *root, const char *path,
				    bool is_directory, void *data)
{
	const struct tsk_lines *only = data;
	const char *whole = tsk_format(call, "%s/%s", root, path);

	if (only && !(is_directory ? leads_to(only, path) : tsk_lines_hold(only, path)))
		return TSK_OK;
	if (is_directory && rmdir(whole) && errno != ENOTEMPTY && errno != EEXIST &&
	    errno != ENOENT)
		return failed(call, "remove the directory", whole);
	if (!is_directory && unlink(whole) && errno != ENOENT)
		return failed(call, "remove", whole);
	return TSK_OK;
}

enum tsk_status tree_remove(struct tsk_call *call, const char *root, const struct tsk_lines *only)
{
	if (walk(call, root, "", 0, is_entry, remove_entry, (void *)only))
		return tsk_error(call);
	if (rmdir(root) && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT)
		return failed(call, "remove the directory", root);
	return TSK_OK;
}
