/* Starting this project's workers, and telling what became of them; for ensure_worker.c. */
#ifndef PLUGINS_WORKER_START_WORKER_H
#define PLUGINS_WORKER_START_WORKER_H

#include "worker.h"

struct started_worker {
	const struct own_worker *own; /* set by the caller, as are: */
	const char *log;
	const struct tsk_lifetime *lifetime;
	struct tsk_process process;
	const char *command;
	const char *task_queues;
	int64_t started_at;   /* Unix nanoseconds */
	int64_t memory_kills; /* that the control group had counted then; -1: not known */
	bool ended;           /* the process that we started, and how: */
	int code, signal;
};

/* Whether the program of the command is there, before anything is stopped for its sake. */
enum tsk_status check_program(struct tsk_call *call, const struct own_worker *own);

/* Makes room for its log, starts it in the project's directory and records it. task_queues: what
 * earlier runs polled, or "". */
enum tsk_status start_worker(struct tsk_call *call, const char *task_queues,
			     struct started_worker *started);

/* As it is written, with what is known by now. */
struct tsk_record worker_record(struct tsk_call *call, const struct started_worker *started);

/* Writes the record anew, with what is known by now. */
enum tsk_status record_worker(struct tsk_call *call, const struct started_worker *started);

/* One that ensure-worker starts, and what became of it. */
struct attempt {
	struct started_worker started;
	const struct awaited *awaited; /* NULL: it could not be started */
	const char *task_queue;        /* that it must poll, or "" */
	const char *known;             /* that earlier ones of that name polled */
	struct worker_query query;     /* that finds it */
	int64_t born, lived;           /* when it was started, and how long it was waited for; ms */
	const char *one_program;       /* the source that is worker and starter in one; NULL */
	bool ran_to_end;               /* that one, and well */
	enum tsk_status status;        /* of it alone, once it was told */
	const char *error; /* why it could not be started, or was not waited for; NULL */
};

struct ensuring {
	bool rehearse, no_rehearse; /* as the flags say */
	const char *name;           /* of the one that is meant; NULL: all */
	struct own_workers own;
	struct worker_query query; /* those that are replaced */
	struct attempt *attempts;  /* what is to be started */
	size_t count;
	struct awaited *awaited; /* what could be */
	size_t awaited_count;
	struct stop_report stopped;
	const char *task_queue, *worker_cmd; /* as given, or NULL */
	int64_t timeout, began, deadline;
	const struct tsk_lifetime *lifetime;
};
/* prove_workers.c: stops those that there are, starts all, and waits until each polls or not. An
 * error of one alone stays with it. */
enum tsk_status start_and_wait(struct tsk_call *call, struct ensuring *ensuring);

/* What is told of one: members of the result, or of its row there. */
struct told {
	cJSON *into;
	const char *verdict, *headline;
	const char *brief; /* the headline's end, behind its name */
};
/* tell_worker.c: its processes, its queues, what shows that it polls. */
void say_started(struct tsk_call *call, const struct attempt *attempt, cJSON *into);
/* Puts into told what became of one that was started, and returns its status. */
enum tsk_status tell_worker(struct tsk_call *call, const struct attempt *attempt,
			    struct told *told);

/* worker_death.c: why it has ended, so many milliseconds after its start, with the last lines of
 * its log, and the verdict "died". */
void tell_death(struct tsk_call *call, const struct started_worker *started, int64_t lived,
		struct told *told);

/* tell_workers.c: what became of them, in the result. */
enum tsk_status tell_only(struct tsk_call *call, const struct ensuring *ensuring);
enum tsk_status tell_several(struct tsk_call *call, const struct ensuring *ensuring);

/* How many processes of our control group the kernel has killed for memory; -1: not known. Of a
 * worker that SIGKILL ended: what speaks for its memory, as a possibility; "": it was not killed.
 * (memory_death.c) */
int64_t memory_kills(struct tsk_call *call);
const char *memory_hint(struct tsk_call *call, const struct started_worker *started,
			const char *log_text);
/* Whether the kernel's log, as far as we may read it, has that process among those that it killed
 * for memory since then. */
bool kernel_killed(struct tsk_call *call, int64_t since, int pid);

/* ---- web_server.c: a worker inside a web application ---- */

/* Of those that poll and are started by a web server: waits until it has its port, and notes which
 * have ended in its place. TSK_OK or TSK_INTERRUPTED. */
enum tsk_status await_their_ports(struct tsk_call *call, struct ensuring *ensuring);

/* ---- one_program.c: what is worker and starter in one ---- */

/* TSK_USAGE where the project keeps no worker; given: the flag's command, NULL: none. */
enum tsk_status check_keeps_worker(struct tsk_call *call, const char *given);
/* Looks which of those that were started run their workflow themselves, with nothing in them that
 * stays, and waits a while for the end of those of them that poll. TSK_OK or TSK_INTERRUPTED. */
enum tsk_status await_their_ends(struct tsk_call *call, struct ensuring *ensuring);
/* Puts into told that it ran to its end. */
void tell_end(struct tsk_call *call, const struct attempt *attempt, struct told *told);

/* ---- rehearse_first.c ---- */

/* Before anything is stopped: where sources have changed since the old worker was started, replays
 * the running workflows, and tells those that break ("will_break", "rehearsal"). TSK_NEGATIVE: one
 * breaks, or the program makes no worker, and the old worker is to stay then. */
enum tsk_status rehearse_first(struct tsk_call *call, const struct ensuring *ensuring);

#endif
