/* What the commands of this plugin share: what a worker is, how those of a project are found, what
 * shows that one polls, and how they are stopped.
 *
 * Invariants. A worker is a tree of processes, named by its root (uv, or python itself). It belongs
 * to one project, named by its directory: the name of a project is for people and file names only.
 * A worker that we started is known by its record in PID_DIR and by MARK in its environment; others
 * by what they do. Neither this program nor any of its ancestors is ever taken for a worker. All
 * that is returned is borrowed from the call.
 */
#ifndef PLUGINS_WORKER_WORKER_H
#define PLUGINS_WORKER_WORKER_H

#include <temporal-skill/client.h>
#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

/* In the environment of every worker that we start: its project's directory, and the directory of
 * its record. */
#define MARK         "TEMPORAL_SKILL_WORKER"
#define MARK_PID_DIR "TEMPORAL_SKILL_WORKER_PID_DIR"

/* How long a worker that was told to end may take, where nothing else is said. */
#define GRACE        "5"

/* ---- own_project.c: the project of this call, its lock, its log ---- */

const char *project_name(const struct tsk_call *call);
const char *project_directory(const struct tsk_call *call);
/* "worker-DIRECTORY": whoever starts or stops workers of that project holds it. */
const char *project_lock_name(struct tsk_call *call, const char *directory);
/* Whether path is directory or lies below it; " (deleted)", as /proc shows it, is no part of it. */
bool lies_in(const char *path, const char *directory);
/* The same; of what lies below, only if directory is the top of a project and no project of its own
 * (pyproject.toml, temporal-skill.ini) lies in between. */
bool belongs_to(struct tsk_call *call, const char *path, const char *directory);

/* ---- command_line.c: what a command line runs ---- */

/* Whether a process with that command line runs what the worker command runs, however it is
 * started: "uv run worker" is "/x/.venv/bin/python /x/.venv/bin/worker". */
bool runs_the_same(const struct tsk_strings *command, const struct tsk_strings *process);
/* uv, poetry and the like, which start a worker as their child. */
bool is_launcher(const struct tsk_process_info *process);
/* Whether it is Python at work, and what it runs is called a worker. */
bool looks_like_worker(const struct tsk_process_info *process);

/* ---- pollers.c: what the server says ---- */

struct queue_pollers {
	const char *queue;
	const struct tsk_poller *items; /* of workflow and of activity tasks */
	size_t count;
	bool known; /* the server answered */
};

struct worker;

/* More queues than the workers of one machine poll. */
#define ANSWERS_MOST 64

struct queue_answers {
	struct queue_pollers items[ANSWERS_MOST];
	size_t count;
};

/* The pollers of a queue, asked once. */
const struct queue_pollers *queue_ask(struct tsk_call *call, struct queue_answers *answers,
				      const char *queue);
/* The same, asked anew. */
struct queue_pollers queue_ask_again(struct tsk_call *call, const char *queue);
/* The poller that is one of these processes; NULL: none. */
const struct tsk_poller *queue_poller_of(const struct queue_pollers *pollers,
					 const struct tsk_process_info *tree);
/* Whether that worker polls the queue; -1: not known, as the server did not answer, or lists a
 * poller that came since and whose identity is no PID@host: a project may choose it. */
int queue_polled_by(const struct queue_pollers *pollers, const struct worker *worker);
/* The process of this host that is that poller; NULL: of another host, or gone. */
const struct tsk_process_info *poller_process(struct tsk_call *call,
					      const struct tsk_poller *poller);
/* Words of a comma-separated list. */
struct tsk_strings split_queues(struct tsk_call *call, const char *queues);
/* The list with one more, unless it is there already. */
const char *join_queue(struct tsk_call *call, const char *queues, const char *queue);

/* ---- find_workers.c ---- */

struct worker {
	struct tsk_process id; /* the root of its tree; one that has ended where it is dead */
	const struct tsk_process_info *tree; /* roots first; ends with id.pid 0 */
	size_t count;                        /* of the tree; 0: dead */
	const struct tsk_process_info *main; /* the one that works: not uv; NULL where dead */
	const char *project, *directory;
	const struct tsk_record *record; /* NULL: untracked */
	const char *how;         /* "record", "mark", "command line", "poller": how it was found */
	const char *address;     /* of the server that it was started for; "" where unknown */
	const char *log;         /* "" where unknown */
	const char *task_queues; /* comma-separated; "" where unknown */
	int64_t started_at;      /* of main */
};

struct worker_list {
	struct worker *items;
	size_t count;
};

/* Which workers are looked for. */
enum worker_search {
	FIND_PROJECT = 1 << 0, /* those of this project, tracked or not */
	FIND_TRACKED = 1 << 1, /* those of any project that have a record here, or our mark */
	FIND_RIVALS = 1 << 2,  /* processes of other projects that poll this project's queues */
	FIND_OTHERS = 1 << 3   /* untracked ones of other projects, as far as they can be told */
};

struct worker_query {
	unsigned what;
	const struct tsk_strings *command; /* the words that start this project's worker */
	const char *task_queue;            /* that this project's workers poll; NULL: not said */
	struct queue_answers *answers;     /* NULL: the server is not asked */
};

/* Records whose process has ended come as dead workers. What the server does not tell is missing,
 * and no error. */
enum tsk_status find_workers(struct tsk_call *call, const struct worker_query *query,
			     struct worker_list *workers);

/* The worker command of this call, split. given: the flag's value; NULL: as the settings say. */
enum tsk_status worker_command(struct tsk_call *call, const char *given,
			       struct tsk_strings *command);

/* The PID to show: its root, or what is left where that was killed alone. */
int worker_pid(const struct worker *worker);

/* The one of the tree that has this PID, or NULL. */
const struct tsk_process_info *tree_find(const struct worker *worker, int pid);

/* ---- await_polling.c: whether a worker that was just started polls ---- */

struct proof {
	const char *evidence;    /* what shows it, in words */
	const char *task_queues; /* those that the server confirms; "" where none */
	int worker_pid;          /* the process that polls */
	const char *wrong_queue; /* it polls this one and not the wanted one; NULL */
	const char *others;      /* who else polls its queues, in words; NULL */
};

enum wait_outcome { WAIT_READY, WAIT_DIED, WAIT_WRONG_QUEUE, WAIT_TIMEOUT, WAIT_BROKEN };

struct startup {
	struct tsk_process process; /* as started */
	const char *log;
	const char *task_queue; /* the one it must poll; "" where it is to be found out */
	const char *known;      /* queues it may poll, from earlier runs */
	int64_t started_at;     /* Unix nanoseconds */
	int64_t deadline;
};

/* Waits until it polls, has died, or the deadline passes; WAIT_BROKEN: the error is set. proof
 * tells what was seen in each case. */
enum wait_outcome wait_for_polling(struct tsk_call *call, const struct startup *startup,
				   struct proof *proof);

/* ---- stop_workers.c ---- */

struct stop_report {
	int *pids; /* of all processes that were there and are gone now */
	size_t count, killed;
	size_t failed;       /* workers that could not be stopped */
	const char *problem; /* why, of the first */
};

/* Stops them with all their children and removes their records. What fails is reported, and the
 * next one is stopped; only an interruption ends it. */
enum tsk_status stop_workers(struct tsk_call *call, const struct worker_list *workers,
			     int64_t grace, struct stop_report *report);
/* Puts the PIDs into a list of the result. */
void say_pids(cJSON *object, const char *key, const int *pids, size_t count);

/* ---- log_text.c ---- */

/* The last lines of a log without terminal colours. */
struct tsk_strings log_lines(struct tsk_call *call, const char *path, size_t count);
const char *without_colors(struct tsk_call *call, const char *text);
/* A line of the SDK's logger with its context, "({'activity_id': ...})", told in two names. */
const char *brief_line(struct tsk_call *call, const char *line);

/* ---- watch_log.c: what is Linux's own here ---- */

/* A descriptor that gets readable when the file changes; -1: it cannot be watched. */
int watch_log(const char *path);
/* Takes what came in off it. */
void watch_log_clear(int descriptor);

#endif
