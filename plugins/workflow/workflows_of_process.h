/* Which workflows a process started: by the identity PID@host that the first event of each holds.
 */
#ifndef WORKFLOW_STARTED_H
#define WORKFLOW_STARTED_H

#include "say_workflow.h"

#include <temporal-skill/process.h>

/* A starter that has more processes than this, or starts more workflows, is judged by the first of
 * them. */
#define STARTED_MOST_PIDS      256
#define STARTED_MOST_WORKFLOWS 200

struct started {
	int64_t since; /* Unix nanoseconds: before the process began */
	int pids[STARTED_MOST_PIDS];
	size_t pid_count;
	const struct tsk_workflow *workflows[STARTED_MOST_WORKFLOWS]; /* oldest first */
	size_t count;
	/* They were there before, and it attached to them: what shows it; NULL: it started them. */
	const char *attached;
	bool attached_is_guess; /* by words alone, and not by the history: where they stand */
};

/* Remembers the PIDs of the process and its descendants as they are now. */
void note_processes(struct tsk_call *call, struct started *started,
		    const struct tsk_process *process);

/* Finds the workflows. A list that does not have them yet is asked for again within within_ms; 0:
 * one look. */
enum tsk_status find_started(struct tsk_call *call, struct started *started, int64_t within_ms);

/* Of a starter that started none itself: those that the project's worker started meanwhile; *by
 * says who, NULL: there are none. (served_workflows.c) */
enum tsk_status find_served(struct tsk_call *call, struct started *started, const char **by);

/* "'ID'", "3 workflows", "no workflow". */
const char *started_text(struct tsk_call *call, const struct started *started);
/* "started 'ID'"; of one that was there before: "started nothing new; it attached to 'ID', which
 * was there before (run RUN, since TIME)". */
const char *what_it_did(struct tsk_call *call, const struct started *started);
/* Of those it attached to: "its signal 'add' is in its history (…)", "its output names 'ID'". */
const char *what_shows_it(struct tsk_call *call, const struct started *started);

/* How they stand, counted. */
struct started_judgement {
	size_t completed, open, bad;
	const char *first_bad, *first_bad_run, *first_problem;
};
void count_outcome(struct started_judgement *judgement, const struct outcome *outcome);
/* "2 completed, 1 running". */
const char *judgement_text(struct tsk_call *call, const struct started_judgement *judgement);

#endif
