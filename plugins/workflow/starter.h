/* A starter's process: started, watched with what it waits for, and stopped where waiting is
 * pointless. */
#ifndef WORKFLOW_STARTER_H
#define WORKFLOW_STARTER_H

#include "started.h"

#include <temporal-skill/diagnosis.h>

struct starter {
	struct tsk_strings words; /* given; the rest is set by starter_run */
	const char *log;
	struct tsk_process process;
	int code, signal; /* how it ended */
	struct started started;
	const struct tsk_workflow *stalled; /* TSK_STALLED: the workflow that cannot move ... */
	struct tsk_diagnosis diagnosis;     /* ... and why */
};

/* Runs it to its end, and stops it with all its children where that does not come. TSK_OK: it
 * ended. Without an error recorded: TSK_TIMEOUT, the deadline passed; TSK_STALLED. With one:
 * TSK_INTERRUPTED; TSK_UNAVAILABLE, the server is gone; or it could not be started or stopped. */
enum tsk_status starter_run(struct tsk_call *call, struct starter *starter, int64_t deadline);

#endif
