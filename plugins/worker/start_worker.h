/* Starting this project's worker; for ensure_worker.c alone. */
#ifndef PLUGINS_WORKER_START_WORKER_H
#define PLUGINS_WORKER_START_WORKER_H

#include "worker.h"

struct started_worker {
	struct tsk_process process;
	const char *command;
	const char *log; /* set by the caller, as is: */
	const struct tsk_lifetime *lifetime;
	const char *task_queues;
	int64_t started_at;   /* Unix nanoseconds */
	int64_t memory_kills; /* that the control group had counted then; -1: not known */
	bool ended;           /* the process that we started, and how: */
	int code, signal;
};

/* Whether the program of the command is there, before anything is stopped for its sake. */
enum tsk_status check_program(struct tsk_call *call, const struct tsk_strings *words);

/* Makes room for its log, starts it in the project's directory and records it. task_queues: what
 * earlier runs polled, or "". */
enum tsk_status start_worker(struct tsk_call *call, const struct tsk_strings *words,
			     const char *task_queues, struct started_worker *started);

/* Writes the record anew, with what is known by now. */
enum tsk_status record_worker(struct tsk_call *call, const struct started_worker *started);

/* Puts into the result why it has ended, so many milliseconds after its start, with the last lines
 * of its log, and the verdict "died". (worker_death.c) */
void tell_death(struct tsk_call *call, const struct started_worker *started, int64_t lived);

/* How many processes of our control group the kernel has killed for memory; -1: not known. Of a
 * worker that SIGKILL ended: what speaks for its memory, as a possibility; "": it was not killed.
 * (memory_death.c) */
int64_t memory_kills(struct tsk_call *call);
const char *memory_hint(struct tsk_call *call, const struct started_worker *started,
			const char *log_text);

/* ---- one_program.c: what is worker and starter in one ---- */

/* TSK_USAGE where the project keeps no worker; given: the flag's command, NULL: none. */
enum tsk_status check_keeps_worker(struct tsk_call *call, const char *given);
/* The source that the command runs, if that runs its workflow itself and nothing in it stays; NULL:
 * it is not, or not known. */
const char *one_program_source(struct tsk_call *call, const struct tsk_strings *command);
/* Waits a while for the end of one that polls, and notes it in started. TSK_OK or TSK_INTERRUPTED.
 */
enum tsk_status await_its_end(struct tsk_call *call, struct started_worker *started,
			      int64_t deadline);
/* Puts into the result that it ran to its end, so many milliseconds after its start. false: it did
 * not, or not well. */
bool tell_end(struct tsk_call *call, const struct started_worker *started, const char *source,
	      int64_t lived);

#endif
