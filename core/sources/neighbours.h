/* Finding the projects that a project depends on: what the parts of that tell each other. */
#ifndef CORE_SOURCES_NEIGHBOURS_H
#define CORE_SOURCES_NEIGHBOURS_H

#include <temporal-skill/sources.h>

/* Whoever has more has a repository, and not neighbours. */
#define NEIGHBOURS_MOST 32

/* pyproject.toml, requirements.txt, direct_url.json. */
#define DECLARED_BYTES  262144

/* The members of the workspace that a folder is in, by name. */
struct member {
	const char *name; /* as pip compares names */
	const char *directory;
};
struct members {
	struct member *items;
	size_t count, room;
	const char *root; /* NULL: it is in no workspace */
};

struct neighbours {
	struct tsk_call *call;
	const char *project; /* without links, as all directories here */
	struct tsk_neighbour items[NEIGHBOURS_MOST];
	size_t count;
	struct members workspace; /* the last that was looked at: most are in the same */
};

/* Takes in the folder at path (relative ones: from folder) if it is there and holds a Python
 * project. */
void neighbours_add(struct neighbours *neighbours, const char *folder, const char *path,
		    const char *named_in, bool editable);
/* Takes in that directory, unless it is the project itself; of one that is known it is kept that it
 * is editable. */
void neighbours_take(struct neighbours *neighbours, const char *directory, const char *named_in,
		     bool editable);
/* The known one of that directory, or NULL. */
struct tsk_neighbour *neighbours_find(struct neighbours *neighbours, const char *directory);
/* Whether the folder holds what pip could install. */
bool holds_project(struct tsk_call *call, const char *folder);

/* declared.c: the paths that the files of a folder name, and the members of its workspace that it
 * requires. */
void neighbours_declared(struct neighbours *neighbours, const char *folder);

/* pyproject.c: the strings of a pyproject.toml or Pipfile, each with where it stands. */
struct toml_string {
	const char *section; /* "tool.uv.sources" */
	const char *key;     /* "path" of `x = { path = "../x" }`; "dependencies" of its list */
	const char *value;
	const char *line; /* all of its line, comment and all */
	bool in_list;
};
typedef void toml_visit(void *what, const struct toml_string *string);
void toml_strings(struct tsk_call *call, const char *text, toml_visit *visit, void *what);

/* workspace.c */
struct members workspace_members(struct tsk_call *call, const char *folder);
/* "My_Package [extra] >= 1" -> "my-package" */
const char *package_name(struct tsk_call *call, const char *requirement);

/* installed.c: what is editable in the project's virtual environment, and imported by sources that
 * are known so far; and whether those that are known are. root: of the workspace, or NULL. */
void neighbours_installed(struct neighbours *neighbours, const char *root);

/* The path of an absolute file: URL (with a fragment or not), or NULL. */
const char *path_of_url(struct tsk_call *call, const char *url);

/* ---- sources.c ---- */

/* Without the neighbours'. directory: without links. */
void sources_walk_one(struct tsk_call *call, const char *directory, tsk_source_visit *visit,
		      void *what);
/* The beginning of a regular file that is no link; NULL: it is none, or empty. */
char *sources_read(struct tsk_call *call, int folder, const char *name, size_t limit);

#endif
