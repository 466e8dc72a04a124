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

/* ---- what a source is, and how it is run ---- */

/* Parts that a source plays, as its lines tell; it is not run. */
enum tsk_source_part {
	TSK_MAKES_WORKER = 1 << 0,
	TSK_STARTS_WORKFLOW = 1 << 1,
	TSK_STAYS = 1 << 2 /* it waits for a worker, an event or for ever, or serves */
};
/* Those of a source's text; 0: it has nothing to do with Temporal. */
unsigned tsk_source_parts(struct tsk_call *call, const char *text);
/* Whether it runs its worker and its workflow itself, and nothing in it stays. */
bool tsk_runs_to_its_end(unsigned parts);

/* The text of a source by its path from the project's directory; NULL: it cannot be read. */
const char *tsk_project_source(struct tsk_call *call, const char *path);

/* How a source is run from the project's directory: by its entry point, as a command of Django's
 * manage.py, as an application of uvicorn, as a module of its package, or as a script; by what the
 * project is locked with (uv, Poetry, PDM, pipenv). path: as tsk_source has it; text: the source.
 */
const char *tsk_source_command(struct tsk_call *call, const char *path, const char *text);
/* The source that a command runs, relative to the project's directory; NULL: not known. */
const char *tsk_command_source(struct tsk_call *call, const struct tsk_strings *words);

/* A project without a worker that could be started and kept. */
struct tsk_no_worker {
	const char *why;     /* in words */
	const char *source;  /* the one program that is worker and starter in one; NULL: none */
	const char *command; /* that runs it; NULL likewise */
};
/* Whether the project keeps no worker: it has no section [worker NAME], and worker_cmd is "none",
 * or nobody has set that and of its sources those that make a worker run to their end. */
bool tsk_keeps_no_worker(struct tsk_call *call, struct tsk_no_worker *about);
/* The command that starts a workflow: of the settings; where these have only their default, of the
 * one program of a project that keeps no worker. */
const char *tsk_starter_command(struct tsk_call *call);

#pragma GCC visibility pop

#endif
