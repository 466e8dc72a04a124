/* What of a failure only a worker's log tells: the server hears of a task's first attempt alone, of
 * an encoded failure it has no text, of a group not its members, of a long one no place. */
#ifndef CORE_DIAGNOSIS_WORKER_LOG_H
#define CORE_DIAGNOSIS_WORKER_LOG_H

#include "classifier.h"
#include "traceback_log.h"

/* ---- one log (workflow_log.c) ---- */

/* The last failure of that workflow's task or activity that the log tells of: the attempt of the
 * activity (0: of its workflow task). false: none. */
bool log_workflow_failure(struct tsk_call *call, const char *log_text,
			  const struct tsk_workflow *workflow, struct tsk_root_cause *cause,
			  int *attempt);
/* What ended a task that the workflow's code started and did not await. false: nothing. */
bool log_background_failure(struct tsk_call *call, const char *log_text,
			    const struct tsk_workflow *workflow, struct tsk_root_cause *cause);
/* The members of the last failure, where that is an exception group, each in one line. */
void log_group_members(struct tsk_call *call, const char *log_text,
		       const struct tsk_workflow *workflow, struct tsk_strings *members);

/* Of a log (may be NULL) what is about that workflow; where the worker died, also what may say why.
 */
const char *log_about(struct tsk_call *call, const char *log_text,
		      const struct tsk_workflow *workflow, bool died);

/* Whether a record is of a failure of that workflow's task or activity; *attempt: the activity's,
 * 0: of its task. */
bool log_is_failure_of(struct tsk_call *call, const char *record,
		       const struct tsk_workflow *workflow, int *attempt);
/* Whether the run stands in the record as a word of its own, however a log format writes it. */
bool log_names_run(const char *record, const struct tsk_workflow *workflow);
/* The log's lines; none where the run is not in it. */
struct log_lines log_lines_about(struct tsk_call *call, const char *text,
				 const struct tsk_workflow *workflow);

/* What of that run was too large to be sent: "its own result has 3200047 bytes (limit 2097152)";
 * NULL: it does not say. (payload_limit.c) */
const char *log_too_large(struct tsk_call *call, const char *log_text,
			  const struct tsk_workflow *workflow);

/* ---- warnings, and what its own code wrote (log_warnings.c) ---- */

/* Whether it warns that a workflow finished while a handler of that signal still ran; it does not
 * say which workflow. */
bool log_unfinished_signal(struct tsk_call *call, const char *log_text, const char *signal);
/* Adds to lines what Python warns of that was called and never awaited, each with its place. */
void log_never_awaited(const char *log_text, struct tsk_lines *lines);
/* Whether the SDK warns of fewer threads than activities; how many there are, 0: it does not. */
bool log_warns_of_threads(const char *line);
size_t log_threads(const char *log_text);
/* Whether the workflow's or an activity's own code logged an error of that run; the last one in one
 * line, NULL: none. */
bool log_is_own_error(const char *line, const struct tsk_workflow *workflow);
bool log_is_own_line(const char *line, const struct tsk_workflow *workflow);
const char *log_own_error(struct tsk_call *call, const char *log_text,
			  const struct tsk_workflow *workflow);

/* The last line that its own code logged, whatever level it has; NULL: none. */
const char *log_own_line(struct tsk_call *call, const char *log_text,
			 const struct tsk_workflow *workflow);
/* The line that was written right before the record of the first failure of that run, which is no
 * record itself; NULL: none. */
const char *log_words_before(struct tsk_call *call, const char *log_text,
			     const struct tsk_workflow *workflow);
/* The first failure of an activity of that type and run that the log has. false: none. */
bool log_first_failure(struct tsk_call *call, const char *log_text,
		       const struct tsk_workflow *workflow, const char *activity,
		       struct tsk_root_cause *cause, int *attempt);
/* The last traceback in a log that is of no workflow, activity or dropped signal. false: none. */
bool log_other_error(struct tsk_call *call, const char *log_text, struct tsk_root_cause *cause);

/* ---- all that there are (from_worker_log.c) ---- */

/* The logs there are, this project's first; *at begins at 0. NULL: no more. */
const char *next_log(const struct reading *reading, size_t *at);

/* The workflow's last failure in any log: this project's, or another worker's output. */
bool find_logged_failure(struct reading *reading, struct tsk_root_cause *logged, int *attempt);

/* The same of any log. */
bool logs_unfinished_handler(const struct reading *reading, const char *signal);

/* Takes verdict and root cause of a workflow task from the log. false: it has none. */
bool read_logged_task(struct reading *reading);

/* Of an attempt that timed out: where a log says that it ended with an error, which the SDK could
 * not report, takes that as the root cause. false: it does not. */
bool take_unreported(struct reading *reading, int attempt);

/* Takes what a failure as the server has it lacks, where a log has that: the text where that is
 * encoded, the place where it was cut off. */
void take_logged_text(struct reading *reading, const struct tsk_failure *failure);

/* Nobody serves that queue because this project's worker died: takes the reason from its log as
 * root cause. false: no such worker, or the log does not tell. (dead_worker.c) */
bool explain_by_dead_worker(struct reading *reading, const char *queue);
/* The same of an activity whose time ran out as its worker crashed: at that activity, or of what no
 * code catches. */
bool explain_by_crash(struct reading *reading);

#endif
