/* Being told when a project's files change: what is Linux's own in this plugin (inotify).
 *
 * Watched are the folders below the project that the list enters, new ones as they come. Links to
 * folders are not followed, so that nothing outside of the project is watched. A file counts as
 * changed when it was written and closed, moved or removed.
 */
#ifndef PROJECT_WATCH_FILES_H
#define PROJECT_WATCH_FILES_H

#include "watch_list.h"

#include <temporal-skill/result.h>

/* More folders than a project of sources has; more names of one change say nothing more. */
#define WATCHED_MOST 1000
#define CHANGED_MOST 20

/* Of a tree that is looked at every second. */
#define LOOKED_MOST  10000

struct looked_at;

struct watched_files {
	struct tsk_call *call;
	const char *directory;
	struct watch_list *list;
	const struct tsk_neighbour *neighbours; /* whose sources are watched, too */
	size_t neighbour_count;
	int descriptor; /* readable when something may have happened */
	struct {
		int watch;
		const char *prefix; /* "" or "pkg/" */
	} folders[WATCHED_MOST];
	size_t folder_count;
	const char *changed[CHANGED_MOST]; /* relative to the project, each once */
	size_t changed_count;
	bool too_many; /* folders or files: the rest is not watched, which is said once */
	/* Where the kernel cannot tell: what was seen at the last look, by path. */
	int refused; /* the error of the kernel's limit, while that is to be dealt with; 0 */
	bool looks;
	struct looked_at *looked;
	size_t looked_count;
};

struct looked_at {
	const char *path;
	int64_t changed_at, size;
};

enum tsk_status watch_files(struct tsk_call *call, const char *directory, struct watch_list *list,
			    struct watched_files *files);
void watch_files_end(struct watched_files *files);

/* A changed file, by its path, each once. */
void note_change(struct watched_files *files, const char *path);
/* More than are watched; what of: "folders". */
void note_too_many(struct watched_files *files, int most, const char *what);

/* ---- look_at_files.c ---- */

/* Goes over to looking every second, and says so: error is what the kernel refused with. */
enum tsk_status look_instead(struct watched_files *files, int error);
/* Looks now, and notes what differs from the last time; first: nothing does. */
void look_at_files(struct watched_files *files, bool first);

/* ---- watch_files.c ---- */

/* Takes what has happened so far; whether a file that is watched is among it. */
bool watch_files_take(struct watched_files *files);

#endif
