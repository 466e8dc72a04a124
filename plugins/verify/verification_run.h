/* One [run] of a plan under way. */
#ifndef PROJECT_VERIFICATION_RUN_H
#define PROJECT_VERIFICATION_RUN_H

#include "verification.h"

#include <temporal-skill/process.h>

struct run {
	struct verification *verification;
	struct tsk_call *call;
	const struct plan_run *plan;
	const char *workflow_id, *run_id;
	const cJSON *workflows;
	struct tsk_process starter; /* one that waits for the workflow; pid 0: none */
	const char *starter_log;
};

/* "NAME: what". */
const char *run_step_name(const struct run *run, const char *what);

/* Runs the starter to its end, or to where it waits for its workflow and the plan has messages for
 * that. A step. */
bool run_starter(struct run *run);

/* Waits for the end of a starter that was left running. A step, where it was. */
bool run_await_starter(struct run *run);

/* Stops it where it still runs. */
void run_stop_starter(struct run *run);

#endif
