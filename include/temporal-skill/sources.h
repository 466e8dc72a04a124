/* What a project's source files are: one rule for all that look for a worker, watch for changes or
 * tell that code is stale.
 *
 * Python files count, but those of tests. Hidden, cache, build, test and virtual environment
 * folders are left out, symbolic links to folders are not followed, and very deep or very large
 * trees are cut: what lies there is no source of a worker.
 *
 * What a project takes from its neighbours, the other members of its workspace or packages beside
 * it, is its own as far as its worker loads it from there.
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
	const char *path;   /* relative to the project: "../common/orders.py" of a neighbour */
	int64_t changed_at; /* Unix nanoseconds */
	int64_t size;
};

/* Visits each of them, folder by folder in name order; then those of the editable neighbours. */
typedef void tsk_source_visit(void *what, const struct tsk_source *source);
void tsk_sources_walk(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
		      void *what);
/* The same, and those of the neighbours that are installed as a copy: what is written there comes
 * to nothing before they are installed anew. */
void tsk_sources_walk_all(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
			  void *what);

/* A Python project that this one depends on, and that lies in a folder of this machine. */
struct tsk_neighbour {
	const char *directory; /* absolute, without links */
	const char *path;      /* the same from the project's: "../common" */
	const char *named_in;  /* the file that says so */
	bool editable;         /* its sources are loaded from there, and not from a copy */
	bool within;           /* it lies in the project, whose sources are its, too */
};

/* Those of a project, and theirs, as they are declared (pyproject.toml of uv, Poetry, PDM, hatch;
 * Pipfile; requirements.txt) and installed (what is editable in the project's virtual environment
 * and imported by the sources), at most 32. *count: how many. Never NULL; no errors: what cannot be
 * read says nothing. */
const struct tsk_neighbour *tsk_neighbours(struct tsk_call *call, const char *directory,
					   size_t *count);

#pragma GCC visibility pop

#endif
