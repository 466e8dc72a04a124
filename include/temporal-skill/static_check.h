/* Workflow code read against Temporal's rules of determinism, before anything runs.
 *
 * skills/probe/python/temporal_skill_probe/static_check.py does it: it parses the sources and
 * imports nothing of them, so that it may be asked of any checkout. It runs in the python3 of PATH,
 * isolated (-I -S), outside of the project; never in an interpreter that the project brings. A rule
 * speaks only where it is sure.
 */
#ifndef TEMPORAL_SKILL_STATIC_CHECK_H
#define TEMPORAL_SKILL_STATIC_CHECK_H

#include <temporal-skill/call.h>

#pragma GCC visibility push(default)

struct tsk_static_finding {
	const char *level;    /* "error": it breaks a replay or is refused; "warning"; "info" */
	const char *rule;     /* "clock" */
	const char *path;     /* from the project's directory: "shop/flow.py"; absolute elsewhere */
	int line, column;     /* from 1 */
	const char *function; /* "Flow.run"; NULL: it is about the class */
	const char *workflow; /* the type of the first workflow that runs it */
	const char *message, *fix;
};

struct tsk_static_check {
	const struct tsk_static_finding *findings; /* errors first, then by path and line */
	size_t count, errors, warnings;
	size_t workflows;         /* that were found */
	size_t workflows_touched; /* of these, with findings */
	struct tsk_strings files; /* absolute, that define workflows */
	const char *unread;       /* "shop/flow.py:3: invalid syntax", of all; NULL: none */
	const char *not_run;      /* why nothing was looked at, in words; NULL: it was */
};

/* The sources of the call's project that may define workflows: those that name the SDK, and what
 * the passports of its running workers name. Absolute paths. */
struct tsk_strings tsk_workflow_files(struct tsk_call *call);

/* Looks at files and folders (absolute), until the deadline. Never fails: check->not_run says why
 * it could not. */
void tsk_static_check(struct tsk_call *call, const struct tsk_strings *paths, int64_t deadline,
		      struct tsk_static_check *check);

/* "4 workflows in 2 files", "3 findings in 2 of 4 workflows; first: shop/flow.py:12 ..." */
const char *tsk_static_check_text(struct tsk_call *call, const struct tsk_static_check *check);

#pragma GCC visibility pop

#endif
