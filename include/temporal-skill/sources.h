/* What a project's source files are: one rule for all that look for a worker, watch for changes or
 * tell that code is stale.
 *
 * Python files count, but those of tests. Hidden, cache, build, test and virtual environment
 * folders are left out, symbolic links to folders are not followed, and very deep or very large
 * trees are cut: what lies there is no source of a worker.
 */
#ifndef TEMPORAL_SKILL_SOURCES_H
#define TEMPORAL_SKILL_SOURCES_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

/* Folders that are deeper below the project hold a library or data. */
#define TSK_SOURCES_DEEPEST 8

/* Whether a file, or a folder, of that name (without a path) counts. */
bool tsk_is_source(const char *name);
bool tsk_holds_sources(const char *name);

struct tsk_source {
	int folder;         /* descriptor of its folder, open during the visit */
	const char *name;   /* in that folder */
	const char *path;   /* relative to the project */
	int64_t changed_at; /* Unix nanoseconds */
	int64_t size;
};

/* Visits each of them, folder by folder in name order. */
typedef void tsk_source_visit(void *what, const struct tsk_source *source);
void tsk_sources_walk(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
		      void *what);

#pragma GCC visibility pop

#endif
