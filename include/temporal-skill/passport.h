/* The passport of a worker: what its own SDK says of it, from inside its process.
 *
 * skills/probe/python runs in the Python processes of a worker that is started with the environment
 * below, and adds a line of JSON for each Worker object that they make. Those lines lie beside the
 * worker's record in PID_DIR, and go with it.
 *
 * Invariants. A passport is first-hand, and still another's word: the project's processes write the
 * file, so that anything may stand in it. What is read is whole, valid JSON and UTF-8, of known
 * kinds, within limits; the rest is left out. There is none of a worker that was started by hand,
 * of another language, with python -I, or with [project] passport = false: nothing that is known of
 * workers may depend on it.
 */
#ifndef TEMPORAL_SKILL_PASSPORT_H
#define TEMPORAL_SKILL_PASSPORT_H

#include <temporal-skill/process.h>

#pragma GCC visibility push(default)

/* ---- where it lies ---- */

/* The file of a worker's passport, and the folder with the sources that the worker was started
 * with: its record's file with another ending. Of a record that was not read, where it would be
 * written. Neither needs to be there. */
const char *tsk_passport_file(struct tsk_call *call, const struct tsk_record *record);
const char *tsk_passport_sources(struct tsk_call *call, const struct tsk_record *record);
/* The sources of the worker before it that had others: the last ones that differ. */
const char *tsk_passport_sources_before(struct tsk_call *call, const struct tsk_record *record);

/* Before a worker is stopped that another one is to follow: lays aside its sources, where they
 * differ from what is on disk now, or else what it has as those before. The next tsk_passport_begin
 * of that record takes them as those before. */
void tsk_passport_hand_over(struct tsk_call *call, const struct tsk_record *record);
/* Takes away what an earlier start of that record left, and makes an empty file: it shows that this
 * start was asked for a passport. tsk_passport_environment does it; tsk_record_remove takes all of
 * it away. */
enum tsk_status tsk_passport_begin(struct tsk_call *call, const struct tsk_record *record);
/* Takes all of it away, where the next start is to have none. */
void tsk_passport_drop(struct tsk_call *call, const struct tsk_record *record);

/* ---- what makes a process describe itself ---- */

/* The folder that goes first on PYTHONPATH. NULL: this installation lacks it, or PYTHONPATH could
 * not hold its name, which has a ':' (*why, in words; may be NULL). */
const char *tsk_probe_folder(struct tsk_call *call, const char **why);

/* "PYTHONPATH=..." with that folder first, and then what a program would have had that is launched
 * with that environment (as of tsk_launch; NULL: none). */
const char *tsk_probe_python_path(struct tsk_call *call, const char *folder,
				  const char *const *environment);

/* The environment of a launch that is to follow, with what makes it describe itself into the
 * record's passport, which is begun. Where it is not to have one ([project] passport = false, no
 * folder, an environment file of its command that sets PYTHONPATH), what an earlier start left is
 * dropped, and nothing of ours is passed on. record: as it will be written; launch: its words,
 * directory and environment. Ends with NULL. */
const char *const *tsk_passport_environment(struct tsk_call *call, const struct tsk_record *record,
					    const struct tsk_launch *launch);

/* ---- what it says ---- */

struct tsk_parameter {
	const char *name;
	const char *type; /* in the words of the source; NULL: not said */
	bool optional;    /* it may be left out */
	bool many;        /* *args */
	bool by_name;     /* it cannot be given by position: an SDK cannot give it */
};

struct tsk_parameters {
	const struct tsk_parameter *items; /* without self */
	size_t count;
	bool known;
};

struct tsk_registered_workflow {
	const char *type;       /* "*": the dynamic one, which takes any */
	const char *class_name; /* "orders.OrderWorkflow"; NULL: not known */
	const char *file;       /* absolute; NULL: not known */
	int line;               /* 0: not known */
	struct tsk_parameters parameters;
	const char *returns;                          /* in the words of the source; NULL */
	struct tsk_strings signals, queries, updates; /* names; "*": the dynamic one */
	bool sandboxed;
	const char *versioning; /* "PINNED", "AUTO_UPGRADE"; NULL: not said */
	const char *problem;    /* why the SDK could not tell more; NULL */
};

struct tsk_registered_activity {
	const char *type, *file; /* as above */
	int line;
	struct tsk_parameters parameters;
	bool is_async;
	bool unbound;        /* a method without its object: a call lacks self */
	const char *problem; /* NULL */
};

struct tsk_executor {
	const char *class_name; /* NULL: there is none */
	int64_t workers;        /* threads or processes; -1: not known */
};

/* One Worker object. Numbers are -1, texts NULL where they are not known. */
struct tsk_passport_worker {
	int pid; /* as this machine counts; as the line has it where no tree was given */
	uint64_t start_ticks; /* of the process, as in struct tsk_process */
	int64_t at;           /* when it was made: Unix nanoseconds */
	const char *identity, *address, *namespace_, *task_queue; /* the last two are never NULL */
	bool tls;
	const char *data_converter, *failure_converter, *payload_codec; /* classes */
	const struct tsk_registered_workflow *workflows;
	size_t workflow_count;
	const struct tsk_registered_activity *activities;
	size_t activity_count;
	size_t left_out; /* registrations beyond what is read */
	struct tsk_strings nexus_services;
	struct tsk_executor activity_executor, workflow_executor;
	const char *tuner; /* a class that decides on the slots; NULL */
	int64_t workflow_slots, activity_slots, local_activity_slots, nexus_slots;
	int64_t workflow_pollers, activity_pollers;
	bool remote_activities;             /* false: it takes local ones only */
	double activities_per_second;       /* of this worker; -1: no limit */
	double queue_activities_per_second; /* of the queue; -1: none of this worker's */
	double graceful_shutdown_seconds;
	int64_t cached_workflows;
	const char *workflow_runner;
	struct tsk_strings failure_types, interceptors, plugins;
	bool debug_mode;
	struct {
		bool used;
		const char *deployment, *build_id, *default_behavior;
	} versioning;
	const char *sdk, *sdk_version, *python, *executable;
};

/* Whether it polls the queue for tasks of that kind, so that the server is to list it there. */
bool tsk_passport_polls_workflows(const struct tsk_passport_worker *worker);
bool tsk_passport_polls_activities(const struct tsk_passport_worker *worker);

/* A Worker that there is not, or of which nothing is known. */
struct tsk_passport_problem {
	bool refused; /* the SDK refused to make it; else it was made, and could not be asked */
	bool runs;    /* its process is one of the tree; false: it has ended, or no tree was given
		       */
	int pid;
	uint64_t start_ticks;
	const char *error;   /* its class; NULL */
	const char *message; /* "" where there is none */
	const char *file;    /* that made it; NULL */
	int line;
};

struct tsk_passport {
	bool asked; /* there is a file: the worker was started so that it would describe itself */
	const struct tsk_passport_worker *workers; /* in the order in which they were made */
	size_t count;
	const struct tsk_passport_problem *problems;
	size_t problem_count;
	size_t ended;    /* Workers of processes that have ended, or are not of the tree */
	size_t left_out; /* lines that are too long, damaged, or too many */
};

/* What the passport beside a record says. tree: the processes of the worker as they are now (as of
 * tsk_process_tree): what others have written is left out, but for the problems; NULL: all that is
 * there, in which a Worker may stand whose process has ended. A Worker that a process made over
 * again, the same in all, counts once. Never fails: what cannot be read says nothing. */
struct tsk_passport tsk_passport_read(struct tsk_call *call, const struct tsk_record *record,
				      const struct tsk_process_info *tree);

#pragma GCC visibility pop

#endif
