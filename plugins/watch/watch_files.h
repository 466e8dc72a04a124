/* Being told when a project's source files change: what is Linux's own in this plugin (inotify).
 *
 * Watched are the folders below the project, new ones as they come, but no hidden ones,
 * environments, caches and tests. A file counts as changed when it was written and closed, moved or
 * removed.
 */
#ifndef PROJECT_WATCH_FILES_H
#define PROJECT_WATCH_FILES_H

#include <temporal-skill/result.h>
#include <temporal-skill/sources.h>

/* More folders than a project of sources has; more names of one change say nothing more. */
#define WATCHED_MOST 1000
#define CHANGED_MOST 20

struct looked_at;

struct watched_files {
	struct tsk_call *call;
	const char *directory;
	int descriptor; /* readable when something may have happened */
	struct {
		int watch;
		const char *prefix; /* "" or "pkg/" */
	} folders[WATCHED_MOST];
	size_t folder_count;
	const char *changed[CHANGED_MOST]; /* relative to the project, each once */
	size_t changed_count;
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

enum tsk_status watch_files(struct tsk_call *call, const char *directory,
			    struct watched_files *files);
void watch_files_end(struct watched_files *files);

/* A changed file, by its folder ("" or "pkg/") and name, each once. */
void note_change(struct watched_files *files, const char *prefix, const char *name);

/* ---- look_at_files.c ---- */

/* Goes over to looking every second, and says so: error is what the kernel refused with. */
enum tsk_status look_instead(struct watched_files *files, int error);
/* Looks now, and notes what differs from the last time; first: nothing does. */
void look_at_files(struct watched_files *files, bool first);

/* ---- watch_files.c ---- */

/* Takes what has happened so far; whether a source file is among it. */
bool watch_files_take(struct watched_files *files);

#endif
