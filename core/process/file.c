/* Files: read them, read their end, write them whole or not at all. */
#include "internal.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

/* Read at a time; several hundred lines of a log. */
#define BLOCK_SIZE ((size_t)64 << 10)

enum tsk_status file_status(int error)
{
	return tsk_path_status(error, TSK_NOT_FOUND);
}

/* ---- reading ---- */

/* Reads up to size bytes from where the descriptor stands (at < 0) or from at; fewer only at the
 * end. -1: error. */
static ssize_t read_fully(struct tsk_call *call, int file, char *to, size_t size, int64_t at)
{
	size_t done = 0;

	while (done < size) {
		ssize_t got = at < 0 ? read(file, to + done, size - done)
				     : pread(file, to + done, size - done, at + (off_t)done);
		if (got < 0 && errno == EINTR && !tsk_interrupted(call))
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	return (ssize_t)done;
}

/* The descriptor that the path names, as in /dev/stdin, /dev/fd/63 of `<(command)`; -1: none. */
static int named_descriptor(const char *path)
{
	static const char *const folders[] = { "/dev/fd/", "/proc/self/fd/" };

	if (!strcmp(path, "/dev/stdin"))
		return STDIN_FILENO;
	for (size_t i = 0; i < sizeof(folders) / sizeof(*folders); i++) {
		size_t length = strlen(folders[i]);
		if (!strncmp(path, folders[i], length) && isdigit((unsigned char)path[length]) &&
		    strspn(path + length, "0123456789") == strlen(path + length))
			return (int)strtol(path + length, NULL, 10);
	}
	return -1;
}

/* NULL where the open file may be read: a regular one, or the null device, by which a sandbox hides
 * files. */
static const char *reading_problem(int file, enum tsk_status *status)
{
	struct stat about;

	if (fstat(file, &about)) {
		*status = file_status(errno);
		return strerror(errno);
	}
	if (S_ISCHR(about.st_mode) && about.st_rdev == makedev(1, 3))
		return NULL;
	if (S_ISREG(about.st_mode))
		return NULL;
	*status = TSK_USAGE;
	return "it is not a regular file";
}

int file_open(const char *path, enum tsk_status *status, const char **problem)
{
	int opened = named_descriptor(path);
	struct stat about;

	/* A pipe that the caller's shell opened is taken as it is: to open it anew could wait for a
	 * writer that is gone. */
	if (opened >= 0 && !fstat(opened, &about) && S_ISREG(about.st_mode))
		opened = -1;
	int file = opened >= 0 ? fcntl(opened, F_DUPFD_CLOEXEC, STDERR_FILENO + 1)
			       : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*problem = NULL;
	*status = TSK_OK;
	if (file < 0) {
		/* A socket cannot be opened by its name. */
		*status = errno == ENXIO ? TSK_USAGE : file_status(errno);
		*problem = errno == ENXIO ? "it is not a regular file" : strerror(errno);
		return -1;
	}
	if (opened < 0)
		*problem = reading_problem(file, status);
	if (!*problem)
		return file;
	close(file);
	return -1;
}

const char *tsk_file_problem(struct tsk_call *call, const char *path, size_t limit)
{
	const char *problem;
	enum tsk_status status;
	struct stat about;
	int file = file_open(path, &status, &problem);

	if (file < 0)
		return problem;
	if (!fstat(file, &about) && (uint64_t)about.st_size > limit)
		problem = tsk_format(call, "it has more than %zu bytes", limit);
	close(file);
	return problem;
}

enum tsk_status tsk_given_file_check(struct tsk_call *call, const char *path, size_t limit)
{
	const char *problem;
	enum tsk_status status;
	struct stat about;
	int file = file_open(path, &status, &problem);

	if (file < 0)
		return tsk_fail(call, status == TSK_NOT_FOUND ? TSK_USAGE : status,
				"cannot read '%s': %s", path, problem);
	bool large = !fstat(file, &about) && (uint64_t)about.st_size > limit;
	close(file);
	return large ? tsk_fail(call, TSK_USAGE, "cannot read '%s': it has more than %zu bytes",
				path, limit)
		     : TSK_OK;
}

/* The size is not relied on: a pipe has none, and a file may grow. */
static char *read_to_end(struct tsk_call *call, int file, size_t limit, size_t *size)
{
	char *bytes = NULL;
	size_t total = 0, room = 0;
	ssize_t got = -1;

	do {
		char *more = tsk_alloc(call, (room = room ? room * 2 : BLOCK_SIZE) + 1);
		if (total)
			memcpy(more, bytes, total);
		bytes = more;
		got = read_fully(call, file, bytes + total, room - total, -1);
		if (got > 0)
			total += (size_t)got;
	} while (got >= 0 && total == room && total <= limit);
	if (got < 0)
		return NULL;
	bytes[total] = '\0';
	*size = total;
	return bytes;
}

/* given: what does not do as a file is what somebody gave, and so is one that is not there. */
static const char *read_whole(struct tsk_call *call, const char *path, size_t limit, size_t *size,
			      bool given)
{
	const char *problem;
	enum tsk_status status;
	struct stat about;
	size_t total = 0;
	int file = file_open(path, &status, &problem);

	if (file < 0) {
		if (given && status == TSK_NOT_FOUND)
			status = TSK_USAGE;
		else if (!given && status == TSK_USAGE)
			status = TSK_DENIED;
		tsk_fail(call, status, "cannot open '%s': %s", path, problem);
		return NULL;
	}
	bool large = !fstat(file, &about) && (uint64_t)about.st_size > limit;
	const char *bytes = large ? "" : read_to_end(call, file, limit, &total);
	if (!bytes)
		tsk_fail(call, file_status(errno), "cannot read '%s': %s", path, strerror(errno));
	else if (large || total > limit)
		tsk_fail(call, given ? TSK_USAGE : TSK_UNAVAILABLE,
			 "cannot read '%s': it has more than %zu bytes", path, limit);
	close(file);
	if (!bytes || large || total > limit)
		return NULL;
	if (size)
		*size = total;
	return bytes;
}

const char *tsk_file_read(struct tsk_call *call, const char *path, size_t limit, size_t *size)
{
	return read_whole(call, path, limit, size, false);
}

const char *tsk_given_file_read(struct tsk_call *call, const char *path, size_t limit, size_t *size)
{
	return read_whole(call, path, limit, size, true);
}

/* Reads the window backwards until it holds count whole lines; returns where in it the text to show
 * begins. */
static ssize_t read_backwards(struct tsk_call *call, int file, char *window, size_t size,
			      int64_t at, size_t count)
{
	size_t start = size, lines = 0;

	while (start > 0) {
		size_t block = start < BLOCK_SIZE ? start : BLOCK_SIZE;

		start -= block;
		if (read_fully(call, file, window + start, block, at + (int64_t)start) < 0)
			return -1;
		for (size_t i = start + block; i-- > start;) {
			/* The newline that ends the last line begins no further one. */
			if (window[i] == '\n' && i + 1 < size && ++lines == count)
				return (ssize_t)i + 1;
			if (!window[i])
				window[i] = ' '; /* a hole; the text would end here */
		}
	}
	return 0;
}

/* Files of /proc and of control groups tell no size: as many bytes as can be read, or limit. */
static off_t counted_size(int file, size_t limit)
{
	char block[4096];
	size_t size = 0;
	ssize_t got;

	while (size < limit && (got = pread(file, block, sizeof(block), (off_t)size)) > 0)
		size += (size_t)got;
	return (off_t)(size < limit ? size : limit);
}

const char *tsk_file_tail(struct tsk_call *call, const char *path, size_t count, size_t limit,
			  int64_t offset)
{
	const char *problem;
	enum tsk_status status;
	int file = file_open(path, &status, &problem);
	struct stat about;
	char *text = NULL;

	if (file < 0)
		return NULL;
	if (fstat(file, &about) || !S_ISREG(about.st_mode))
		goto out;
	if (!about.st_size)
		about.st_size = counted_size(file, limit);
	/* Smaller than it was: another file has taken its place. */
	int64_t first = offset < 0 || offset > about.st_size ? 0 : offset;
	bool cut = (uint64_t)(about.st_size - first) > limit;
	if (cut)
		first = about.st_size - (int64_t)limit;
	size_t size = count ? (size_t)(about.st_size - first) : 0;
	text = tsk_alloc(call, size + 1);
	ssize_t begin = read_backwards(call, file, text, size, first, count);
	if (begin < 0) {
		text = NULL;
		goto out;
	}
	/* Half a line at the start is worth less than none, unless it is all there is. */
	char *newline = begin == 0 && cut ? strchr(text, '\n') : NULL;
	text = newline && newline[1] ? newline + 1 : text + begin;
out:
	close(file);
	return text;
}

/* The end of each block is looked through again with the next one: the text may lie across. */
bool tsk_file_contains(struct tsk_call *call, const char *path, const char *text)
{
	const char *problem;
	enum tsk_status status;
	int file = file_open(path, &status, &problem);
	const size_t length = strlen(text), room = BLOCK_SIZE + length;
	struct tsk_mark mark = tsk_mark(call);
	char *window = tsk_alloc(call, room);
	size_t size = 0;
	ssize_t got = 1;
	bool found = false;

	while (file >= 0 && !found && got > 0) {
		size_t kept = size < length ? size : length;

		memmove(window, window + size - kept, kept);
		got = read_fully(call, file, window + kept, room - kept, -1);
		size = kept + (got > 0 ? (size_t)got : 0);
		found = got >= 0 && memmem(window, size, text, length) != NULL;
	}
	if (file >= 0)
		close(file);
	tsk_rewind(call, mark);
	return found;
}

/* ---- writing ---- */

static bool write_fully(int file, const char *bytes, size_t size)
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

/* So that the new name outlives a power cut. What cannot be synced (some network file systems)
 * stays unsynced. */
static void sync_directory_of(struct tsk_call *call, const char *path)
{
	const char *slash = strrchr(path, '/');
	const char *name = !slash ? "." : tsk_copy_bytes(call, path, (size_t)(slash - path) + 1);
	int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (directory < 0)
		return;
	fsync(directory);
	close(directory);
}

enum tsk_status file_replace(struct tsk_call *call, const char *path, const void *bytes,
			     size_t size, mode_t mode)
{
	char *fresh = NULL;
	int file = temporary_file(call, path, &fresh);
	int error = 0;

	if (file < 0)
		return tsk_fail(call, file_status(errno), "cannot create '%s': %s", path,
				strerror(errno));
	if (fchmod(file, mode) || !write_fully(file, bytes, size) || fsync(file))
		error = errno;
	/* Closed, it would be nobody's: not before it has its name. */
	if (!error && rename(fresh, path))
		error = errno;
	if (error)
		unlink(fresh);
	if (close(file) && !error)
		error = errno;
	if (error)
		return tsk_fail(call, file_status(error), "cannot write '%s': %s", path,
				strerror(error));
	sync_directory_of(call, path);
	return TSK_OK;
}

enum tsk_status tsk_file_write(struct tsk_call *call, const char *path, const void *bytes,
			       size_t size)
{
	return file_replace(call, path, bytes, size, 0644);
}
