/* Looking at a project's files again and again, where the kernel cannot tell of changes: its
 * limits of inotify are used up in containers and by large trees. */
#include "watch_files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* How often. */
#define LOOK_SECONDS 1

struct look {
	struct watched_files *files;
	struct looked_at *items;
	size_t count, room;
	bool first;
	size_t entries;
	bool kept; /* something was allocated that outlives the look */
};

static int by_path(const void *one, const void *other)
{
	return strcmp(((const struct looked_at *)one)->path,
		      ((const struct looked_at *)other)->path);
}

static const struct looked_at *find(const struct watched_files *files, const char *path)
{
	const struct looked_at wanted = { .path = path };

	return files->looked_count ? bsearch(&wanted, files->looked, files->looked_count,
					     sizeof(wanted), by_path)
				   : NULL;
}

static void add(struct look *look, const char *path, int64_t changed_at, int64_t size)
{
	const struct looked_at *before = find(look->files, path);

	if (look->count == look->room) {
		size_t room = look->room ? 2 * look->room : 64;
		struct looked_at *more = realloc(look->items, room * sizeof(*more));

		if (!more)
			return;
		look->items = more;
		look->room = room;
	}
	/* A path is kept once, however often it is looked at. */
	look->kept |= !before;
	look->items[look->count++] =
		(struct looked_at){ before ? before->path : tsk_copy(look->files->call, path),
				    changed_at, size };
	if (!look->first && (!before || before->changed_at != changed_at || before->size != size)) {
		look->kept = true;
		note_change(look->files, path);
	}
}

/* A folder of the tree, by its descriptor, which is closed: links are not followed. */
static void look_into(struct look *look, int folder, const char *prefix, int depth)
{
	struct dirent **entries = NULL;
	int count = folder < 0 ? 0 : scandirat(folder, ".", &entries, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		const char *path = tsk_format(look->files->call, "%s%s", prefix, name);
		struct stat about;

		if (!strcmp(name, ".") || !strcmp(name, "..") ||
		    fstatat(folder, name, &about, AT_SYMLINK_NOFOLLOW))
			continue;
		if (look->entries++ >= LOOKED_MOST) {
			note_too_many(look->files, LOOKED_MOST, "files and folders");
			break;
		}
		if (!S_ISDIR(about.st_mode) && watch_list_counts(look->files->list, path))
			add(look, path,
			    (int64_t)about.st_mtim.tv_sec * 1000000000 + about.st_mtim.tv_nsec,
			    about.st_size);
		if (S_ISDIR(about.st_mode) && depth < TSK_SOURCES_DEEPEST &&
		    watch_list_enters(look->files->list, path))
			look_into(look,
				  openat(folder, name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC),
				  tsk_format(look->files->call, "%s/", path), depth + 1);
	}
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	if (folder >= 0)
		close(folder);
}

/* What is gone. */
static void note_removed(struct look *look)
{
	size_t at = 0;

	for (size_t i = 0; i < look->files->looked_count; i++) {
		const char *path = look->files->looked[i].path;

		while (at < look->count && strcmp(look->items[at].path, path) < 0)
			at++;
		if (at == look->count || strcmp(look->items[at].path, path) != 0) {
			look->kept = true;
			note_change(look->files, path);
		}
	}
}

/* What the worker loads from beside the project. */
static void look_at_neighbours(struct look *look)
{
	const struct watched_files *files = look->files;
	const struct tsk_neighbour *at = files->neighbours;

	for (size_t i = 0; i < files->neighbour_count; i++)
		if (at[i].editable && !at[i].within)
			look_into(
				look,
				open(tsk_format(files->call, "%s/%s", files->directory, at[i].path),
				     O_RDONLY | O_DIRECTORY | O_CLOEXEC),
				tsk_format(files->call, "%s/", at[i].path), 0);
}

void look_at_files(struct watched_files *files, bool first)
{
	const struct tsk_mark mark = tsk_mark(files->call);
	struct look look = { .files = files, .first = first };

	look_into(&look, open(files->directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC), "", 0);
	look_at_neighbours(&look);
	if (look.count)
		qsort(look.items, look.count, sizeof(*look.items), by_path);
	if (!first)
		note_removed(&look);
	free(files->looked);
	files->looked = look.items;
	files->looked_count = look.count;
	if (!look.kept)
		tsk_rewind(files->call, mark);
}

/* The limit that is used up, and how to raise it. */
static const char *limit_text(struct tsk_call *call, int error)
{
	const char *name = error == ENOSPC ? "max_user_watches" : "max_user_instances";
	const char *path = tsk_format(call, "/proc/sys/fs/inotify/%s", name);
	FILE *file = fopen(path, "re");
	char value[32] = "";

	if (file && !fgets(value, sizeof(value), file))
		value[0] = '\0';
	if (file)
		fclose(file);
	value[strcspn(value, "\n")] = '\0';
	return tsk_format(call,
			  "the limit fs.inotify.%s%s%s is used up (sysctl -w fs.inotify.%s=%s "
			  "raises it, as root)",
			  name, *value ? "=" : "", value, name,
			  error == ENOSPC ? "524288" : "1024");
}

enum tsk_status look_instead(struct watched_files *files, int error)
{
	const struct itimerspec every = { .it_interval = { .tv_sec = LOOK_SECONDS },
					  .it_value = { .tv_sec = LOOK_SECONDS } };
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);

	if (timer < 0 || timerfd_settime(timer, 0, &every, NULL)) {
		if (timer >= 0)
			close(timer);
		return tsk_fail(files->call, TSK_UNAVAILABLE, "cannot watch files: %s",
				strerror(error));
	}
	if (files->descriptor >= 0)
		close(files->descriptor);
	files->descriptor = timer;
	files->looks = true;
	look_at_files(files, true);
	tsk_note(files->call, "cannot be told of changes: %s; %zu files are looked at every second",
		 limit_text(files->call, error), files->looked_count);
	return TSK_OK;
}
