/* What the project's own linters say of its workflow files. */
#ifndef REHEARSE_LINTERS_H
#define REHEARSE_LINTERS_H

#include <temporal-skill/result.h>

/* One thing that a linter says; borrowed until it returns. */
struct lint {
	const char *tool, *level, *rule,
		*path; /* path: absolute, or from the project's directory */
	int line;
	const char *message, *fix; /* fix: NULL where it names none */
};
typedef void lint_told(void *what, const struct lint *lint);

/* Whether the project is set up for one of them. */
bool linters_are_used(struct tsk_call *call);

/* Runs each that the project is set up for and that is installed in its environment (ruff also from
 * PATH) on these files. Nothing is installed, and nothing is written where it has no cache yet.
 * What could not be run goes into not_run, a line each. */
void run_linters(struct tsk_call *call, const struct tsk_strings *files, lint_told *told,
		 void *what, struct tsk_lines *not_run);

#endif
