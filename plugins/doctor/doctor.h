/* doctor: the rows that its parts add, and what they tell each other.
 *
 * Each part looks at one thing and adds rows; none of them changes anything.
 */
#ifndef PROJECT_DOCTOR_H
#define PROJECT_DOCTOR_H

#include <temporal-skill/client.h>
#include <temporal-skill/passport.h>
#include <temporal-skill/process.h>
#include <temporal-skill/result.h>
#include <temporal-skill/sources.h>

enum doctor_state {
	DOCTOR_MISSING, /* needed, and not there or not fit */
	DOCTOR_WARNING, /* better otherwise */
	DOCTOR_SKIPPED, /* could not be looked at; detail says why */
	DOCTOR_OK
};

#define DOCTOR_MOST_ROWS 64

struct doctor_row {
	const char *name;
	enum doctor_state state;
	bool needed;
	const char *value; /* a version, a path, a number; NULL: none */
	const char *detail;
	const char *fix; /* a command, or "in FILE: what to write there"; NULL: nothing to mend */
	bool fix_is_command;
};

struct doctor {
	struct tsk_call *call;
	struct doctor_row rows[DOCTOR_MOST_ROWS];
	size_t count;
	struct tsk_strings worker, starter; /* their commands; empty where they cannot be split */
	bool uses_uv, has_uv;
	bool local; /* the server's address is on this machine */
	bool server_answers;
	const char *python; /* the project's interpreter, or NULL */
	const char
		*environment; /* its virtual environment where that lies in the project, or NULL */
	bool has_sdk;         /* it can import temporalio */
	bool directory_given; /* somebody named the project's directory */
};

/* not OK and needed: missing; not OK and not needed: a warning. */
void doctor_add(struct doctor *doctor, const char *name, bool ok, bool needed, const char *value,
		const char *detail, const char *fix);
void doctor_skip(struct doctor *doctor, const char *name, const char *why);

/* Runs a program for what it says, first line; NULL: it cannot be run, fails or hangs, as *why
 * tells. */
const char *doctor_ask(struct doctor *doctor, const char *const *words, const char **why);
/* Whether a version is at least MAJOR.MINOR; text that is none counts as old. */
bool doctor_version_least(const char *version, int major, int minor);

void doctor_tools(struct doctor *doctor);   /* uv, Python, the SDK, the Temporal CLI */
void doctor_server(struct doctor *doctor);  /* server, namespace, clock */
void doctor_machine(struct doctor *doctor); /* directories, records, leftovers, plugins */
void doctor_project(struct doctor *doctor); /* layout, dependencies, address, queue */

/* ---- doctor_sources.c: the project's Python sources ---- */

#define SOURCES_MOST 400

struct source {
	const char *path; /* relative to the project */
	const char *text;
};

struct sources {
	struct tsk_call *call;
	const char *directory;
	struct source items[SOURCES_MOST];
	size_t count;
};

void sources_read(struct tsk_call *call, const char *directory, struct sources *sources);
/* Whether a line of the source, comments aside, matches a POSIX extended expression. */
bool source_has(const struct source *source, const char *pattern);

/* A place in the sources. */
struct place {
	const char *path;
	int line;
	const char *text;
};
struct places {
	struct place items[SOURCES_MOST];
	size_t count;
};

/* Literals HOST:PORT that the sources connect to, but for defaults of what the environment says. */
void sources_addresses(const struct sources *sources, struct places *places);
/* The names of the task queues in a source, constants resolved; unknown: one could not be. */
void source_queues(const struct sources *sources, const struct source *source,
		   struct places *places, bool *unknown);

/* What a source is for, as its lines show under whatever name. */
enum role { ROLE_WORKER, ROLE_STARTER, ROLE_WORKFLOW, ROLE_ACTIVITIES, ROLE_SHARED, ROLES };
bool source_plays(const struct source *source, enum role role);

/* ---- doctor_workflows.c ---- */

/* What the workflow code does that a replay does not bear; no row where there are no workflows. */
void doctor_workflows(struct doctor *doctor);

/* ---- doctor_commands.c ---- */

void doctor_commands(struct doctor *doctor, const struct sources *sources);

#endif
