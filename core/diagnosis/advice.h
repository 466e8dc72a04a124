/* Advice: what to do about what was decided, and the commands to go on with.
 *
 * advise() chooses by the verdict; each theme has its own file, advice_THEME.c. */
#ifndef CORE_DIAGNOSIS_ADVICE_H
#define CORE_DIAGNOSIS_ADVICE_H

#include "tell.h"

/* ---- one piece of it (told.c) ---- */

void advise_line(const struct reading *reading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* With the command that does it. */
void advise_command(const struct reading *reading, const char *command, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* With the root cause and its place behind it. */
void advise_on_cause(const struct reading *reading, const char *text);
/* What the child's own diagnosis advises. */
void advise_as_child(const struct reading *reading);

/* ---- by theme ---- */

void advise(const struct reading *reading);
void advise_task(const struct reading *reading);
void advise_activity(const struct reading *reading);
void advise_closed(const struct reading *reading);
void advise_waiting(const struct reading *reading);
/* Of a loop that polls by a timer. false: it has none. (advice_waiting.c) */
bool advise_growth(const struct reading *reading);
void advise_missing_worker(const struct reading *reading);
/* Where no worker of the version that it is pinned to polls. false: that is not so. */
bool advise_version(const struct reading *reading);
/* Where the verdict hangs on what was not answered. (tell_unanswered.c) */
void advise_unclear(const struct reading *reading);
void advise_activity_reset(const struct reading *reading);
/* On a value that cannot be encoded or sent. false: it is about something else.
 * (advice_encoding.c) */
bool advise_encoding(const struct reading *reading);
/* On an attempt that timed out. false: that is not so. (advice_attempt.c) */
bool advise_attempt(const struct reading *reading);
/* Of code that does not fit its history. (advice_nondeterminism.c) */
void advise_nondeterminism(const struct reading *reading);
/* That type is not in the worker's list of that argument (workflows, activities); mark stands
 * before the names that are. (advice_task.c) */
void advise_register(const struct reading *reading, const char *type, const char *argument,
		     const char *mark);

/* Whether the call of the activity in question failed, not its code: types that do not fit, or a
 * number of arguments, which is raised where no user code runs yet. (advice_activity.c) */
bool call_does_not_fit(const struct reading *reading);
/* The same of the workflow's own. (advice_task.c) */
bool input_does_not_fit(const struct reading *reading);

/* ---- what the cause's words give away (known_mistakes.c) ---- */

/* Whether a link of the diagnosis's chain has that text in its message. */
bool chain_says(const struct reading *reading, const char *text);
/* What to do about a mistake that the cause's words give away; NULL: none that is known. */
const char *mistake_remedy(const struct tsk_root_cause *cause);

/* ---- commands (advice_next.c) ---- */

/* "temporal operator search-attribute create", for what the Temporal CLI has and this program has
 * not; with this call's address and namespace where the CLI would take others. */
const char *cli_call(const struct reading *reading, const char *words);
/* The same about this workflow: "temporal activity unpause --workflow-id order-17". */
const char *cli_command(const struct reading *reading, const char *words);
const char *nexus_endpoint_command(const struct reading *reading, const char *endpoint);
/* "temporal-skill diagnose -w 'order 17'", of another workflow than this. */
const char *diagnose_command(const struct reading *reading, const char *workflow_id);

/* Next commands that several verdicts end in. */
void suggest_wait(const struct reading *reading);
/* Where the project has a starter. */
void suggest_start(const struct reading *reading);
void suggest_restart(const struct reading *reading);

#endif
