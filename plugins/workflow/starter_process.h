/* A starter's process: started, watched with what it waits for, and stopped where waiting is
 * pointless. */
#ifndef WORKFLOW_STARTER_H
#define WORKFLOW_STARTER_H

#include "workflows_of_process.h"

#include <temporal-skill/diagnosis.h>

struct starter {
	struct tsk_strings words; /* given, as is leave_waiting; the rest is set by starter_run */
	bool leave_waiting;
	const char *log;
	struct tsk_process process;
	int code, signal; /* how it ended */
	struct started started;
	struct started attached; /* while it runs: what it waits for, as it started none */
	const struct tsk_workflow *stalled; /* TSK_STALLED: the workflow that cannot move ... */
	struct tsk_diagnosis diagnosis;     /* ... and why */
	struct tsk_absence absence;         /* of the server, at its end */
	bool left; /* it waits for its first workflow, which waits for a message, and still runs */
};

/* Runs it to its end, and stops it with all its children where that does not come. TSK_OK: it
 * ended, or with leave_waiting it was left. Without an error recorded: TSK_TIMEOUT, the deadline
 * passed; TSK_STALLED. With one: TSK_INTERRUPTED; or it could not be started or stopped. */
enum tsk_status starter_run(struct tsk_call *call, struct starter *starter, int64_t deadline);

/* Whether the server is one of ours that has died and was not started again for some seconds: the
 * rest of the time need not be waited. */
bool starter_server_is_gone(struct tsk_call *call, const struct tsk_absence *absence);

/* TSK_UNAVAILABLE: the server answers, and what this machine shows of it says that it cannot write
 * down what is started. */
enum tsk_status starter_check_server(struct tsk_call *call);

/* starter_workflows.c: finds what it started; where that is none, what others started for it, and
 * what it attached to: who signed in a history comes before those, and mere words after them. In
 * starter->started, and how it is known in the result. ended: it did so by itself. */
enum tsk_status starter_find_workflows(struct tsk_call *call, struct starter *starter,
				       const char *output, bool ended);

/* Whether an exit status is that of the SDK's crash at the end of a Python program. */
bool starter_crashed_at_exit(int code);

/* Of one that ended: whether a workflow that it left running can move at all. TSK_STALLED, without
 * an error recorded: one cannot, starter->stalled. */
enum tsk_status starter_settle(struct tsk_call *call, struct starter *starter);

#endif
