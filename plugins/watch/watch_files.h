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

struct watched_files {
	struct tsk_call *call;
	const char *directory;
	int inotify; /* readable when something happened */
	struct {
		int watch;
		const char *prefix; /* "" or "pkg/" */
	} folders[WATCHED_MOST];
	size_t folder_count;
	const char *changed[CHANGED_MOST]; /* relative to the project, each once */
	size_t changed_count;
};

enum tsk_status watch_files(struct tsk_call *call, const char *directory,
			    struct watched_files *files);
void watch_files_end(struct watched_files *files);

/* Takes what has happened so far; whether a source file is among it. */
bool watch_files_take(struct watched_files *files);

#endif
