/* Being told when a project's source files change (inotify). */
#include "watch_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS                                                                                     \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR |       \
	 IN_DONT_FOLLOW)

void note_change(struct watched_files *files, const char *path)
{
	for (size_t i = 0; i < files->changed_count; i++)
		if (!strcmp(files->changed[i], path))
			return;
	if (files->changed_count < CHANGED_MOST)
		files->changed[files->changed_count++] = tsk_copy(files->call, path);
}

void note_too_many(struct watched_files *files, int most, const char *what)
{
	if (!files->too_many)
		tsk_note(files->call,
			 "more than %d %s: changes of the others are not seen; [watch] files = "
			 "!FOLDER leaves a folder out",
			 most, what);
	files->too_many = true;
}

static int is_entry(const struct dirent *entry)
{
	return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static int depth_of(const char *prefix)
{
	int depth = 0;

	for (; *prefix; prefix++)
		depth += *prefix == '/';
	return depth;
}

/* The folder of that prefix ("" or "pkg/") is watched from now on. false: it is not. */
static bool watch_folder(struct watched_files *files, const char *prefix)
{
	const char *folder = *prefix ? tsk_format(files->call, "%s/%.*s", files->directory,
						  (int)strlen(prefix) - 1, prefix)
				     : tsk_format(files->call, "%s/.", files->directory);

	if (files->folder_count == WATCHED_MOST)
		return note_too_many(files, WATCHED_MOST, "folders"), false;
	int watch = inotify_add_watch(files->descriptor, folder, EVENTS);
	if (watch < 0) {
		/* The others of that kind are gone, or not for us to read. */
		files->refused = errno == ENOSPC || errno == ENOMEM ? errno : files->refused;
		return false;
	}
	files->folders[files->folder_count].watch = watch;
	files->folders[files->folder_count++].prefix = prefix;
	return true;
}

/* In a neighbour, another project is none of ours. */
static bool is_other_project(const struct watched_files *files, const char *path)
{
	return !strncmp(path, "../", strlen("../")) &&
	       !access(tsk_format(files->call, "%s/%s/pyproject.toml", files->directory, path),
		       F_OK);
}

/* note: files in it are new, too; they may have come before the watch did. */
static void add_folder(struct watched_files *files, const char *prefix, bool note)
{
	struct tsk_call *call = files->call;
	const char *folder = tsk_format(call, "%s/%s", files->directory, prefix);
	struct dirent **entries = NULL;

	if (files->refused || depth_of(prefix) > TSK_SOURCES_DEEPEST ||
	    !watch_folder(files, prefix))
		return;
	int count = scandir(folder, &entries, is_entry, NULL);
	for (int i = 0; i < count; i++) {
		const struct tsk_mark mark = tsk_mark(call);
		const char *path = tsk_format(call, "%s%s", prefix, entries[i]->d_name);
		struct stat status;
		bool there = !lstat(tsk_format(call, "%s/%s", files->directory, path), &status);
		bool enters = there && S_ISDIR(status.st_mode) &&
			      watch_list_enters(files->list, path) &&
			      !is_other_project(files, path);
		bool counts =
			there && !S_ISDIR(status.st_mode) && watch_list_counts(files->list, path);
		if (enters)
			add_folder(files, tsk_format(call, "%s/", path), note);
		else if (counts && note)
			note_change(files, path);
		else
			tsk_rewind(call, mark);
		free(entries[i]);
	}
	free(entries);
}

/* What the worker loads from beside the project; a copy it loads from elsewhere. */
static void add_neighbours(struct watched_files *files)
{
	const struct tsk_neighbour *at = files->neighbours;

	for (size_t i = 0; i < files->neighbour_count; i++)
		if (at[i].editable && !at[i].within)
			add_folder(files, tsk_format(files->call, "%s/", at[i].path), false);
}

enum tsk_status watch_files(struct tsk_call *call, const char *directory, struct watch_list *list,
			    struct watched_files *files)
{
	files->call = call;
	files->directory = directory;
	files->list = list;
	files->neighbours = tsk_neighbours(call, directory, &files->neighbour_count);
	files->descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (files->descriptor < 0)
		return look_instead(files, errno);
	add_folder(files, "", false);
	add_neighbours(files);
	if (files->refused)
		return look_instead(files, files->refused);
	if (files->folder_count)
		return TSK_OK;
	tsk_fail(call, TSK_UNAVAILABLE, "cannot watch '%s': %s", directory, strerror(errno));
	watch_files_end(files);
	return TSK_UNAVAILABLE;
}

void watch_files_end(struct watched_files *files)
{
	if (files->descriptor >= 0)
		close(files->descriptor);
	files->descriptor = -1;
	free(files->looked);
	files->looked = NULL;
	files->looked_count = 0;
}

static const char *prefix_of(const struct watched_files *files, int watch)
{
	for (size_t i = files->folder_count; i-- > 0;)
		if (files->folders[i].watch == watch)
			return files->folders[i].prefix;
	return NULL;
}

static void take_change(struct watched_files *files, const struct inotify_event *event)
{
	const char *prefix = prefix_of(files, event->wd);

	if (!prefix || !event->len)
		return;
	const struct tsk_mark mark = tsk_mark(files->call);
	const char *path = tsk_format(files->call, "%s%s", prefix, event->name);
	if (event->mask & IN_ISDIR) {
		if (event->mask & (IN_CREATE | IN_MOVED_TO) && watch_list_enters(files->list, path))
			add_folder(files, tsk_format(files->call, "%s/", path), true);
		return;
	}
	/* A file that was only created is not written yet. */
	if (event->mask & ~(uint32_t)IN_CREATE && watch_list_counts(files->list, path))
		note_change(files, path);
	else
		tsk_rewind(files->call, mark);
}

static void take_events(struct watched_files *files)
{
	_Alignas(struct inotify_event) char events[16384];
	ssize_t size;

	while ((size = read(files->descriptor, events, sizeof(events))) > 0)
		for (char *at = events; at < events + size;) {
			const struct inotify_event *event = (const void *)at;
			take_change(files, event);
			at += sizeof(*event) + event->len;
		}
	/* A folder that came since was one too many. */
	if (files->refused && look_instead(files, files->refused))
		tsk_forget_error(files->call);
	files->refused = 0;
}

bool watch_files_take(struct watched_files *files)
{
	uint64_t ticks;
	size_t before = files->changed_count;

	if (!files->looks)
		take_events(files);
	else if (read(files->descriptor, &ticks, sizeof(ticks)) == sizeof(ticks))
		look_at_files(files, false);
	return files->changed_count > before;
}
