/* Being told when a project's source files change (inotify). */
#include "watch_files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#define EVENTS (IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_ONLYDIR)

/* What it is run with changes by this file, too. */
static bool is_watched(const char *name)
{
	return !strcmp(name, "pyproject.toml") || tsk_is_source(name);
}

void note_change(struct watched_files *files, const char *prefix, const char *name)
{
	const char *path = tsk_format(files->call, "%s%s", prefix, name);

	for (size_t i = 0; i < files->changed_count; i++)
		if (!strcmp(files->changed[i], path))
			return;
	if (files->changed_count < CHANGED_MOST)
		files->changed[files->changed_count++] = path;
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

/* note: files in it are new, too; they may have come before the watch did. */
static void add_folder(struct watched_files *files, const char *prefix, int depth, bool note)
{
	struct tsk_call *call = files->call;
	const char *folder = tsk_format(call, "%s/%s", files->directory, prefix);
	struct dirent **entries = NULL;

	if (files->folder_count == WATCHED_MOST || files->refused || depth > TSK_SOURCES_DEEPEST)
		return;
	int watch = inotify_add_watch(files->descriptor, folder, EVENTS);
	if (watch < 0) {
		/* The others of that kind are gone, or not for us to read. */
		files->refused = errno == ENOSPC || errno == ENOMEM ? errno : files->refused;
		return;
	}
	files->folders[files->folder_count].watch = watch;
	files->folders[files->folder_count++].prefix = prefix;
	int count = scandir(folder, &entries, is_visible, NULL);
	for (int i = 0; i < count; i++) {
		const char *name = entries[i]->d_name;
		struct stat status;
		if (note && is_watched(name))
			note_change(files, prefix, name);
		if (!lstat(tsk_format(call, "%s%s", folder, name), &status) &&
		    S_ISDIR(status.st_mode) && tsk_holds_sources(name))
			add_folder(files, tsk_format(call, "%s%s/", prefix, name), depth + 1, note);
		free(entries[i]);
	}
	free(entries);
}

enum tsk_status watch_files(struct tsk_call *call, const char *directory,
			    struct watched_files *files)
{
	files->call = call;
	files->directory = directory;
	files->descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (files->descriptor < 0)
		return look_instead(files, errno);
	add_folder(files, "", 0, false);
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
	if (event->mask & IN_ISDIR) {
		if (event->mask & (IN_CREATE | IN_MOVED_TO) && tsk_holds_sources(event->name))
			add_folder(files, tsk_format(files->call, "%s%s/", prefix, event->name), 1,
				   true);
		return;
	}
	/* A file that was only created is not written yet. */
	if (event->mask & ~(uint32_t)IN_CREATE && is_watched(event->name))
		note_change(files, prefix, event->name);
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
