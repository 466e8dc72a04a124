/* A verification under way: its steps so far, and the commands it is made of.
 *
 * Every step is a command of this program, run as anyone could run it; a step is a row with its
 * time and its evidence.
 */
#ifndef PROJECT_VERIFICATION_H
#define PROJECT_VERIFICATION_H

#include "plan.h"
#include "receipt.h"

#include <temporal-skill/result.h>

/* More than a project may have. */
#define WORKER_LOGS_MOST 64

struct worker_log {
	const char *name; /* of the project's several; "" */
	const char *path;
	int64_t began; /* bytes in it before the run under way */
};

struct verification {
	struct tsk_call *call;
	struct plan plan;
	cJSON *steps, *workflows;
	bool keep_going;
	size_t failed;
	const char *first_failed;
	const char *first_failed_detail;
	enum tsk_status first_failed_status;
	bool server_started; /* by us: it is stopped in the end */
	const char *server_version;
	struct worker_log logs[WORKER_LOGS_MOST];
	size_t log_count;
	const cJSON *worker_answer; /* of ensure-worker, NULL: none */
	cJSON *other_pollers;       /* the result's list */
	bool asks_again;            /* who else polls, after the last run */
	bool not_alone;             /* where the plan wants that */
	bool worker_started;        /* perhaps: it is stopped in the end */
	bool worker_ready;
	bool stays; /* the worker that is started: it is not bound to end with us */
	/* A starter under way: whose workflows are not known yet; 0: none. */
	int64_t starter_began;
	const char *starter_name;
	const char *task_queues; /* that the workers poll, as a list of query literals, or "" */
	bool interrupted;
	const char *mark; /* of the processes that it and its children start */
	const char *left; /* what still ran of them at the end and was stopped, or "" */
	struct receipt receipt;
};

/* Runs a command with words; its result as a borrowed object (NULL: it failed, *error says why). */
enum tsk_status verification_command(struct verification *verification, const char *name,
				     const char *const *words, const cJSON **result,
				     const char **error);

/* Why a workflow is not as it should be: the root cause, else what was seen, else error. */
const char *verification_reason(struct tsk_call *call, const cJSON *result, const char *error);

/* Adds a step. detail as by printf. Returns ok. */
bool verification_step(struct verification *verification, const char *name, bool ok, int64_t began,
		       enum tsk_status status, const char *detail, ...)
	__attribute__((format(printf, 6, 7)));

/* Whether to go on after what has been. */
bool verification_goes_on(const struct verification *verification);

/* The parts, in their order. What they find is said as steps. */
void verification_server(struct verification *verification);
void verification_check(struct verification *verification, size_t which); /* of the plan */
/* What the workflow code does that a replay does not bear: errors fail it, all else is only noted.
 * No step where there are no workflows that can be read. */
void verification_workflows(struct verification *verification);
/* A step: a program in the project's directory that must exit with 0 within that time. */
bool verification_program(struct verification *verification, const char *name,
			  const char *const *words, int64_t limit_ms);
void verification_worker(struct verification *verification);
/* Whether the project keeps no worker; that is said as a step then. */
bool verification_without_worker(struct verification *verification);

/* Who else polls the worker's queues: as far as ensure-worker saw it, before the starter runs; and
 * again after it. */
void verification_alone(struct verification *verification);
void verification_alone_again(struct verification *verification);
/* Who else polls, as a command about one or several workers answered, in words; "": nobody, as far
 * as seen. */
const char *verification_other_pollers(struct tsk_call *call, const cJSON *answer);

/* One [run]: starter, steps, status, result, history, worker log. */
void verification_run(struct verification *verification, const struct plan_run *run);

/* What else the starter of a run has started: workflows is its list. */
bool verification_others(struct verification *verification, const struct plan_run *plan,
			 const cJSON *workflows);

/* The workers' logs since they began. */
bool verification_log(struct verification *verification, const struct plan_run *plan);

/* Marks what is started from now on, in its environment, as of this verification; or no more. */
void verification_mark(struct verification *verification);
void verification_unmark(void);

/* Stops what was started, and takes from server and logs what the receipt needs. */
void verification_end(struct verification *verification);

/* The process that is recorded as a running server at that address, or worker of that project; 0:
 * none. */
int recorded_pid(struct tsk_call *call, const char *kind, const char *address, const char *scope);

/* verification_workers.c: the rows of an answer about several workers, NULL: it is about one; the
 * warnings and the remedies in it, in words. */
const cJSON *worker_rows(const cJSON *result);
const char *worker_warnings(struct tsk_call *call, const cJSON *result);
const char *worker_remedies(struct tsk_call *call, const cJSON *result);
/* The logs that ensure-worker or monitor-worker-health told of, and whether
 * any of these workers was there. */
void worker_logs_take(struct verification *verification, const cJSON *result);
bool workers_any(const cJSON *result);
/* Notes how long they are. */
void worker_logs_begin(struct verification *verification);
/* The end of a worker's log, NULL where there is none; ": why it ended", "" where no log says; and
 * "; the worker has ended: why", "" while all run. */
const char *worker_log_tail(struct verification *verification, const struct worker_log *log);
const char *worker_cause_of_death(struct verification *verification);
const char *worker_death(struct verification *verification);

/* Text of a member of an object, "" where it is not there. */
const char *member_text(const cJSON *object, const char *key);

/* ---- expectations (expect.c) ---- */

/* As tsk_parse, but each number keeps its digits: a raw item, with its value in valueint and
 * valuedouble. */
cJSON *parse_exactly(struct tsk_call *call, const char *json);

/* Whether two JSON texts have the same value; subset: whether expected is contained in actual: of
 * an object the members that are named, of a list the elements that are, in any order. */
bool expect_equal(struct tsk_call *call, const char *expected, const char *actual);
bool expect_subset(struct tsk_call *call, const char *expected, const char *actual);
bool expect_match(const char *pattern, const char *actual);

#endif
