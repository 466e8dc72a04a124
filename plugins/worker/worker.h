/* What the commands of this plugin share: what a worker is, how those of a project are found, what
 * shows that one polls, and how they are stopped.
 *
 * Invariants. A worker is a tree of processes, named by its root (uv, or python itself). It belongs
 * to one project, named by its directory: the name of a project is for people and file names only.
 * A worker that we started is known by its record in PID_DIR and by MARK in its environment; others
 * by what they do. Of a project of several ([worker NAME] in its INI file) each has a name, "" in
 * every other. Neither this program nor any of its ancestors is ever taken for a worker. All
 * that is returned is borrowed from the call.
 */
#ifndef PLUGINS_WORKER_WORKER_H
#define PLUGINS_WORKER_WORKER_H

#include <temporal-skill/client.h>
#include <temporal-skill/passport.h>
#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

/* In the environment of every worker that we start: its project's directory, and the directory of
 * its record. */
#define MARK         "TEMPORAL_SKILL_WORKER"
#define MARK_PID_DIR "TEMPORAL_SKILL_WORKER_PID_DIR"
/* And its name, where it has one. */
#define MARK_NAME    "TEMPORAL_SKILL_WORKER_NAME"

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

/* ---- own_workers.c: the workers that this project has by its settings ---- */

struct worker;
struct worker_list;

struct own_worker {
	const char *name;           /* "": it is the only one */
	struct tsk_strings command; /* the words that start it */
	const char *task_queue;     /* that it is to poll; "": found out */
	bool in_section;            /* of the INI file; false: it is the one of worker_cmd */
};
struct own_workers {
	const struct own_worker *items;
	size_t count; /* one at least */
	bool named;   /* each has a name */
};
/* A command in place of that of the one of that name. */
struct given_command {
	const char *name;
	const char *command; /* NULL: it was not given */
};
/* given: NULL for those who take none. TSK_USAGE where the INI file is wrong. */
enum tsk_status own_workers(struct tsk_call *call, const struct given_command *given,
			    struct own_workers *own);
/* "parent, mail". */
const char *own_names(struct tsk_call *call, const struct own_workers *own);
/* The one of that name; NULL: none. */
const struct own_worker *own_worker(const struct own_workers *own, const char *name);
/* TSK_NOT_FOUND, with the nearest and all, where neither the settings nor these workers (NULL:
 * none) have that name. */
enum tsk_status check_name(struct tsk_call *call, const struct own_workers *own,
			   const struct worker_list *workers, const char *name);
/* "worker of 'app'", "worker 'mail' of 'app'". */
const char *worker_title(struct tsk_call *call, const char *name);
/* Its log, as of tsk_log_path. */
const char *worker_log_path(struct tsk_call *call, const char *name);
/* What its record is called, and the name that a record tells: "" or behind its project's. */
const char *worker_record_name(struct tsk_call *call, const char *name);
const char *name_in_record(struct tsk_call *call, const struct tsk_record *record,
			   const char **project);

/* ---- command_line.c: what a command line runs ---- */

/* Whether a process runs what the project's worker command runs, however it is started: "uv run
 * worker" is "/x/.venv/bin/python /x/.venv/bin/worker", and `-m billing.worker` is not `-m
 * orders.worker`. ALIKE: an entry point and a module of its name, which may be it or not. */
enum likeness { RUNS_OTHER, RUNS_ALIKE, RUNS_THE_SAME };
struct command_place {
	const char *directory; /* of the project */
	const char *working;   /* of the process; NULL: not known */
};
enum likeness how_alike(struct tsk_call *call, const struct command_place *place,
			const struct tsk_strings *command, const struct tsk_strings *process);
/* Likewise of the project's workers the one whose command it runs; of several such the one whose
 * command says most. *which is set unless RUNS_OTHER. */
enum likeness most_alike(struct tsk_call *call, const struct command_place *place,
			 const struct own_workers *own, const struct tsk_strings *process,
			 const struct own_worker **which);
/* The script that a command line runs, as it is written there; NULL: a module, or no Python. */
const char *script_of(const struct tsk_strings *words);
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
/* The poller that is one of these processes; NULL: none. At a server of this machine a process that
 * has no connection to it polls nothing, whatever number an identity tells. */
const struct tsk_poller *queue_poller_of(struct tsk_call *call, const struct queue_pollers *pollers,
					 const struct tsk_process_info *tree);
/* Whether that worker polls the queue; -1: not known, as the server did not answer, or lists a
 * poller that came since and whose identity is no PID@host: a project may choose it. */
int queue_polled_by(struct tsk_call *call, const struct queue_pollers *pollers,
		    const struct worker *worker);
/* The process here that is that poller, being connected to the server; NULL: of another host or
 * PID namespace, or gone. */
const struct tsk_process_info *poller_process(struct tsk_call *call,
					      const struct tsk_poller *poller);
/* Whether it polled within the last minute or so: the server remembers the dead for longer. */
bool poller_is_fresh(const struct tsk_poller *poller);
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
	const char *name; /* of its project's several; "": it has none, or it cannot be told */
	const struct tsk_record *record; /* NULL: untracked */
	const char *how; /* "record", "mark", "command line", "poller", "alike": how it was found */
	const char *elsewhere; /* of a record: where it was started, in words; NULL: here */
	bool may_stop;         /* what is left of it here is the project's, and it may be stopped */
	const char *evidence;  /* what shows that, or why not */
	struct tsk_claim claim;
	const char *address;          /* of the server that it was started for; "" where unknown */
	const char *log;              /* "" where unknown */
	const char *task_queues;      /* comma-separated; "" where unknown */
	int64_t started_at;           /* of main */
	struct tsk_passport passport; /* what its processes say of themselves; empty: nothing */
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
	FIND_OTHERS = 1 << 3,  /* untracked ones of other projects, as far as they can be told */
	FIND_ALIKE = 1 << 4    /* in this project's directory, and only like its worker */
};

struct worker_query {
	unsigned what;
	const struct own_workers *own; /* this project's, as they are started */
	const char *name;              /* only this one of the project's; NULL: all */
	const char *task_queue;        /* that this project's workers poll; NULL: not said */
	struct queue_answers *answers; /* NULL: the server is not asked */
};

/* Records whose process has ended come as dead workers. What the server does not tell is missing,
 * and no error. */
enum tsk_status find_workers(struct tsk_call *call, const struct worker_query *query,
			     struct worker_list *workers);

/* ---- own_workers.c, of those that were found ---- */

/* Those of this project that have that name, in a list of its own. */
struct worker_list workers_named(struct tsk_call *call, const struct worker_list *workers,
				 const char *name);
/* Whether it is of this call's project, and not only like one of its workers. */
bool is_of_this_project(struct tsk_call *call, const struct worker *worker);

/* ---- worker_tree.c ---- */

bool worker_is_python(const struct tsk_process_info *process);
/* The one of its tree that works; NULL: it has ended. */
const struct tsk_process_info *worker_main(struct tsk_call *call, const struct worker *worker);

/* The PID to show: its root, or what is left where that was killed alone. */
int worker_pid(const struct worker *worker);

/* The one of the tree that has this PID, or NULL. */
const struct tsk_process_info *tree_find(const struct worker *worker, int pid);

/* ---- claims.c: whose a process is ---- */

/* Sets may_stop and evidence. */
void worker_judge(struct tsk_call *call, struct worker *worker);
/* The claim of one that was found by its command line. */
void worker_claim_command(struct tsk_call *call, struct worker *worker,
			  const struct tsk_process_info *process);
/* The claim of one that polls the project's queue: it runs the like of its command, or a source of
 * the project that makes a worker; else none, and it is only listed. */
void worker_claim_queue(struct tsk_call *call, struct worker *worker, const struct own_workers *own,
			const struct tsk_process_info *process, const char *queue);

/* ---- working_tree.c ---- */

/* Whether that directory is of another working tree (git worktree) of this project's repository. */
bool is_other_working_tree(struct tsk_call *call, const char *directory);

/* ---- other_pollers.c: pollers that are none of this project's workers here ---- */

struct other_poller {
	const char *queue, *identity;
	const char *where;   /* "on another host or in a container", ... */
	const char *version; /* "DEPLOYMENT:BUILD" of a versioned worker, else "" */
	const char *stop;    /* the command that stops it, of one that we started; NULL */
	int64_t last_access_at;
};
struct other_pollers {
	const struct other_poller *items;
	size_t count;
	/* Identities that are no PID@host and may be those of the project's workers here that poll
	 * under no number: so many of them, one at least, are its own. */
	struct tsk_strings maybe_ours;
	size_t ours_of_them;
};
/* Who polls the queues (comma-separated) and is no process of those of these workers that are of
 * this project: on other hosts, in other containers and PID namespaces, in other projects here.
 * since: when the last of the project's workers here was
 * started, Unix nanoseconds; 0: none. Who polled before that, with a number that nobody has here
 * now, may be one that has ended, and is not named. */
struct other_pollers find_other_pollers(struct tsk_call *call, struct queue_answers *answers,
					const char *queues, const struct worker_list *workers,
					int64_t since);
/* The queues that this project's workers may poll: of the setting, of these workers, and where
 * neither names any, of the sources. */
const char *project_queues(struct tsk_call *call, const struct worker_list *workers);
/* "77@build-3 polls 'orders', too, and takes its tasks (on another host or in a container; seen 3 s
 * ago)"; NULL: there is none. */
const char *other_pollers_text(struct tsk_call *call, const struct other_pollers *others);
/* The list of the result. */
void say_other_pollers(cJSON *object, const struct other_pollers *others);

/* stop_other.c: the command that stops the worker that this process is of, where this tool started
 * that; NULL: it did not. */
const char *stop_other(struct tsk_call *call, const struct tsk_process_info *process);
/* These commands as next ones, each once. */
void suggest_stops(struct tsk_call *call, const struct other_pollers *others);

/* ---- connection.c: a worker that is connected to another server, or polls elsewhere ---- */

/* "it is connected to 10.0.0.7:7233 (.env:3 says TEMPORAL_ADDRESS=10.0.0.7:7233)"; NULL: to no
 * other. */
const char *other_server_text(struct tsk_call *call, const struct worker *worker);
/* "it polls 'orders' in namespace 'blue' (worker.py:12)"; NULL: in none that the server tells. */
const char *other_namespace_text(struct tsk_call *call, const struct worker *worker,
				 const char *queues);

/* ---- restarters.c: the programs that start others anew ---- */

enum restarter {
	RESTARTS_NOTHING,
	RESTARTS_ALWAYS,      /* supervisord, runsv, pm2, ... */
	RESTARTS_AFTER_EDITS, /* watchfiles, nodemon, uvicorn --reload, ... */
	RESTARTS_OF_A_LIST,   /* honcho and the like: the others of the list go on */
	RESTARTS_IN_A_LOOP    /* a shell may */
};
enum restarter restarter_kind(const struct tsk_process_info *process);
/* The program, by its own name or as a script of an interpreter: "python /usr/bin/supervisord". */
const char *program_name(const struct tsk_process_info *process);
/* What stops the unit of systemd that the worker is; NULL: it is none. */
const char *unit_of(struct tsk_call *call, const struct worker *worker,
		    const struct tsk_process_info *parent);
/* The command that stops the worker so that this parent does not start it anew; unit: as above. */
const char *stop_there(struct tsk_call *call, const struct worker *worker,
		       const struct tsk_process_info *parent, const char *unit);

/* ---- supervisor.c: who starts a worker anew ---- */

struct supervisor {
	struct tsk_process process;
	const char *name;         /* "supervisord (pid 17)" */
	const char *stop;         /* the command that stops the worker there, or the supervisor */
	bool is_known;            /* a program whose business that is */
	struct tsk_strings words; /* of the worker's root */
};
/* Its parent, if that may start it anew; false: it has none such. */
bool find_supervisor(struct tsk_call *call, const struct worker *worker,
		     struct supervisor *supervisor);
/* After the stop: waits a short while for one that comes back in its place. Its PID; 0: none came.
 */
int wait_for_return(struct tsk_call *call, const struct supervisor *supervisor, int64_t stopped_at);

/* ---- died_below.c: a worker that died below a program that lives on ---- */

/* More processes than a start has below it, and more ends than are needed to be sure. */
#define BELOW_MOST 64
#define ENDED_MOST 16

struct below {
	struct {
		struct tsk_process id;
		uint32_t words; /* a hash of its command line */
	} seen[BELOW_MOST];
	size_t count;
	struct {
		uint32_t words;
		int times;
	} ended[ENDED_MOST];
	size_t endings;
	int64_t quiet_since, quiet_cpu;
	const char *told; /* who lives on, and what it will do; NULL: it has not died */
};
/* Looks at the tree once more; whether its worker has died by now, and will not come up by itself:
 * the log must say why. Sets told. */
bool has_died_below(struct tsk_call *call, struct below *below, const char *log,
		    const struct tsk_process_info *tree, size_t count);
/* What the end of a log tells as the cause of an end; NULL: nothing. */
const char *cause_in_log(struct tsk_call *call, const char *log);

/* ---- await_polling.c: whether a worker that was just started polls ---- */

struct proof {
	const char *evidence;               /* what shows it, in words */
	const char *task_queues;            /* those that the server confirms; "" where none */
	int worker_pid;                     /* the process that polls */
	const char *wrong_queue;            /* it polls this one and not the wanted one; NULL */
	bool others_asked;                  /* who else polls its queues: */
	struct other_pollers other_pollers; /* they */
	const char *others;                 /* the same in words; NULL */
	const char *other_namespace;        /* it polls there, in words; NULL */
	const char *other_server;           /* likewise of another server; NULL */
	const char *unpolled; /* queues that it made Workers for and does not poll; NULL */
	struct tsk_passport passport;
	struct tsk_strings differences; /* of what it and the project's others register */
	const char *below;              /* it died, and who started it lives on, in words; NULL */
};

enum wait_outcome {
	WAIT_READY,
	WAIT_DIED,
	WAIT_WRONG_QUEUE,
	WAIT_WRONG_NAMESPACE,
	WAIT_OTHER_SERVER,
	WAIT_NOT_POLLING, /* it polls some of its queues, and not those that are not polled */
	WAIT_TIMEOUT,
	WAIT_BROKEN
};

struct startup {
	struct tsk_process process; /* as started */
	const char *log;
	const char *task_queue;          /* the one it must poll; "" where it is to be found out */
	const char *known;               /* queues it may poll, from earlier runs */
	int64_t started_at;              /* Unix nanoseconds */
	int64_t deadline;                /* the same for all */
	const struct tsk_record *record; /* beside which its passport lies; NULL: it has none */
	struct queue_pollers before;     /* of task_queue, from before its start; else asked for */
};

/* One that is waited for. */
struct awaited {
	struct startup startup; /* to be set */
	struct proof proof;     /* what was seen, whatever came out */
	enum wait_outcome outcome;
	void *whose;         /* the caller's */
	int64_t settled_at;  /* when that was seen, or the wait was over; ms */
	struct watch *watch; /* await_polling.c's */
	int turns;
};
/* Asked where one has died: whether another process goes on in its place. It is startup.process
 * then. */
typedef bool goes_on(struct tsk_call *call, struct awaited *one);

/* Waits until each of them polls, has died, or the deadline passes; WAIT_BROKEN: the error is set.
 */
void wait_for_polling(struct tsk_call *call, struct awaited *all, size_t count, goes_on *adopt);
/* Asks who else polls the queues of one that does. siblings: the project's other workers. */
void name_others(struct tsk_call *call, struct awaited *one, const struct worker_list *siblings);

/* ---- stop_workers.c ---- */

struct stop_report {
	int *pids; /* of all processes that were there and are gone now */
	size_t count, killed;
	size_t failed;          /* workers that could not be stopped */
	const char *problem;    /* why, of the first */
	const char *undone;     /* who came back, and what stops it there; NULL: nobody */
	const char *undo_stop;  /* that command */
	const char *supervised; /* its parent may start it anew, though none came yet; NULL */
	const char *left; /* what is only like it, or runs elsewhere, and was left alone; NULL */
	const char *left_stop; /* the command that would stop the first of these; NULL */
	const char *orphans;   /* programs that were stopped, whose call was killed; NULL */
};
void add_pids(struct tsk_call *call, struct stop_report *report, const struct tsk_stopped *stopped);

/* Finds them; one that runs like the project's worker and was started a moment ago is waited for
 * first, until it is connected or at rest. */
enum tsk_status find_to_stop(struct tsk_call *call, const struct worker_query *query,
			     struct worker_list *workers);
/* Stops those that may be stopped, with all their children, and removes their records; the others
 * are told. What fails is reported, and the next one is stopped; only an interruption ends it.
 * Where a parent may start one anew, it is looked for once more. */
enum tsk_status stop_workers(struct tsk_call *call, const struct worker_list *workers,
			     int64_t grace, struct stop_report *report);
/* Stops all that there are, and looks again: what was stopped must not come back. before: those
 * that there were. */
enum tsk_status replace_workers(struct tsk_call *call, const struct worker_query *query,
				int64_t grace, struct stop_report *stopped,
				struct worker_list *before);
/* Queues that those of that name polled ("": all of them), comma-separated. */
const char *recorded_queues(struct tsk_call *call, const struct worker_list *workers,
			    const char *name);
/* orphans.c: stops starters, checks and recipes' programs whose call has gone; of one project, or
 * of all (directory NULL). Adds to the report. */
enum tsk_status stop_orphans(struct tsk_call *call, const char *directory, int64_t grace,
			     struct stop_report *report);
/* Puts the PIDs into a list of the result. */
void say_pids(cJSON *object, const char *key, const int *pids, size_t count);

/* ---- at_work.c ---- */

/* Notes which activities are at work in those of the workers that will be stopped, and puts them
 * into the result ("at_work"; left out where there are none). Asks the server, and says nothing
 * where that does not answer; an interruption is found by whoever waits next. */
void tell_at_work(struct tsk_call *call, const struct worker_list *workers);

/* ---- log_text.c ---- */

/* The last lines of a log without terminal colours. */
struct tsk_strings log_lines(struct tsk_call *call, const char *path, size_t count);
const char *without_colors(struct tsk_call *call, const char *text);
/* A line of the SDK's logger with its context, "({'activity_id': ...})", told in two names. */
const char *brief_line(struct tsk_call *call, const char *line);

/* The last of the log's lines that tell of errors; looked_at: how many bytes of its end were looked
 * through. */
struct tsk_strings log_error_lines(struct tsk_call *call, const char *path, size_t count,
				   int64_t *looked_at);
/* Of the project's workers the newest that has a log; a dead one left one, too. NULL: none. */
const struct worker *logging_worker(const struct worker_list *workers);

/* ---- choose_log.c: of several workers ---- */

struct named_log {
	const char *name, *path;
	const struct worker *worker; /* NULL: none is known */
	int64_t written_at;          /* 0: there is none */
	size_t error_count;
};
struct named_logs {
	struct named_log *items; /* one for each */
	size_t count, chosen;
	const char *reason; /* why that one: "which has died"; "" where there is no log */
};
void choose_log(struct tsk_call *call, const struct own_workers *own,
		const struct worker_list *workers, bool to_follow, struct named_logs *logs);

/* ---- follow_log.c ---- */

/* Emits the last lines of the log (of those that tell of errors), and what comes then, until the
 * worker has ended and none has taken its place, or the command's time is over. */
enum tsk_status follow_log(struct tsk_call *call, const struct worker *worker, const char *path,
			   size_t count, bool errors_only);

/* ---- watch_log.c: what is Linux's own here ---- */

/* A descriptor that gets readable when the file changes; -1: it cannot be watched. */
int watch_log(const char *path);
/* Takes what came in off it. */
void watch_log_clear(int descriptor);

#endif
