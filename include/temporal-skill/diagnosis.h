/* Diagnosis: why one workflow does not move, or how it ended, from what server and host said.
 *
 * tsk_classify is pure: all it knows is in struct tsk_symptoms, so the same symptoms always give
 * the same verdict. tsk_diagnose collects the symptoms (at most five requests) and classifies.
 */
#ifndef TEMPORAL_SKILL_DIAGNOSIS_H
#define TEMPORAL_SKILL_DIAGNOSIS_H

#include <temporal-skill/client.h>
#include <temporal-skill/result.h>

#pragma GCC visibility push(default)

enum tsk_verdict {
	TSK_VERDICT_NONDETERMINISM,
	TSK_VERDICT_MISSING_WORKFLOW,
	TSK_VERDICT_SANDBOX_VIOLATION,
	TSK_VERDICT_WORKFLOW_TASK_FAILURE,
	TSK_VERDICT_WORKFLOW_TASK_TIMEOUT,
	TSK_VERDICT_MISSING_ACTIVITY,
	TSK_VERDICT_ACTIVITY_RETRYING,
	TSK_VERDICT_ACTIVITY_IN_PROGRESS,
	TSK_VERDICT_ACTIVITY_PAUSED,
	TSK_VERDICT_NO_WORKFLOW_WORKER,
	TSK_VERDICT_NO_ACTIVITY_WORKER,
	TSK_VERDICT_WAITING_SIGNAL,
	TSK_VERDICT_WAITING_TIMER,
	TSK_VERDICT_WAITING_CHILD,
	TSK_VERDICT_START_DELAYED,
	TSK_VERDICT_CANCEL_REQUESTED,
	TSK_VERDICT_IN_PROGRESS, /* a workflow task is being worked on right now: nothing to say yet
				  */
	TSK_VERDICT_OK,
	TSK_VERDICT_FALSE_POSITIVE_RESULT,
	TSK_VERDICT_WORKFLOW_FAILED,
	TSK_VERDICT_ACTIVITY_FAILED,
	TSK_VERDICT_ACTIVITY_TIMEOUT,
	TSK_VERDICT_CHILD_FAILED,
	TSK_VERDICT_WORKFLOW_TIMED_OUT,
	TSK_VERDICT_CANCELED,
	TSK_VERDICT_TERMINATED,
	TSK_VERDICT_CONTINUED_AS_NEW,
	TSK_VERDICT_NEXUS_RETRYING,  /* a Nexus operation fails at each attempt */
	TSK_VERDICT_WORKFLOW_PAUSED, /* as a whole, by a person */
	TSK_VERDICT_WAITING_IN_VAIN, /* nothing is left that could end its wait */
	TSK_VERDICT_LEFT_UNDONE,     /* completed before work that it had started was done */
	TSK_VERDICT_UNCLEAR          /* what decides was asked, and the server did not answer */
};

/* "nondeterminism", as in JSON. */
const char *tsk_verdict_name(enum tsk_verdict verdict);
/* Whether a workflow with this verdict cannot move until someone acts. */
bool tsk_verdict_is_stalled(enum tsk_verdict verdict);

/* A worker process on this host, as the process side knows it. */
struct tsk_symptom_worker {
	int pid;
	bool alive;
	const char *project, *project_dir;
	const char *task_queues; /* comma-separated, "" where unknown */
	int64_t started_at;      /* Unix nanoseconds */
	struct tsk_strings stale_files;
	bool of_this_project;
	bool tracked;   /* started by ensure-worker: someone wanted it fresh */
	bool stopped;   /* by SIGSTOP or a terminal: it is there and does nothing */
	bool connected; /* to the server; only looked at while it is new */
	/* What it wrote at last, where that goes into a file; NULL also for this project's own
	 * worker, whose log has a place of its own. */
	const char *log_tail;
};

/* All that the classifier looks at. Whatever was not asked is NULL / 0 / empty. */
struct tsk_symptoms {
	const struct tsk_workflow *workflow;
	struct tsk_history newest; /* newest first; whole where newest.more is false */
	const struct tsk_poller *workflow_pollers, *activity_pollers;
	size_t workflow_poller_count, activity_poller_count;
	bool workflow_pollers_known, activity_pollers_known;
	const char *activity_task_queue; /* the queue that activity_pollers are of */
	const struct tsk_symptom_worker *workers;
	size_t worker_count;
	const char *worker_log_tail; /* of this project's worker */
	const char *worker_log;      /* its path */
	const struct tsk_handlers *handlers;
	const char *result_json; /* a completed workflow's result */
	int64_t now;             /* Unix nanoseconds */
	bool server_is_ours;     /* started by ensure-server, with short retry gaps */
	unsigned more;           /* for tsk_symptoms_more; 0: nothing more was asked */
	/* Where newest does not reach back to the start: the first events, oldest first. */
	struct tsk_history oldest;
	/* Workers as the server knows them from their heartbeats, slots and all. */
	const struct tsk_worker *listed;
	size_t listed_count;
	/* A queue that the project's sources name and that a worker does poll, and that worker. */
	const char *other_queue, *other_poller;
	/* One of the pending children, the one in the worst state, and what is wrong with it. */
	const struct tsk_workflow *child_workflow;
	const struct tsk_diagnosis *child;
};

/* A workflow or activity type that is in question, as one Worker has it by its passport. */
struct tsk_symptom_type {
	const char *type;
	bool activity, registered;
	bool dynamic;           /* by the one that takes any */
	const char *near;       /* not registered: the name most like it that is; NULL: none is */
	const char *at;         /* "activities.py:9"; NULL: not known */
	const char *parameters; /* "order: Order, count: int = ..."; NULL: not known */
	int required, most;     /* arguments that they take; most: -1: any number */
	bool unbound, is_async;
};

/* A Worker of this machine on one of the queues in question, as its passport has it. Whatever is
 * not known or not set is 0 or NULL. */
struct tsk_symptom_passport {
	int pid;
	const char *identity, *task_queue;
	const char *project; /* its record's name: "shop", "shop/mail" */
	bool polls_workflows, polls_activities;
	bool partial; /* there may be more that it registers, or another Worker beside it */
	const struct tsk_symptom_type *types; /* those in question */
	size_t type_count;
	int64_t threads, activity_slots; /* threads: of the executor for activities */
	double activities_per_second, queue_activities_per_second; /* its own limit, its queue's */
};

/* How many arguments the history has. */
struct tsk_symptom_arguments {
	const char *activity_id; /* NULL: of the workflow */
	int64_t event_id;
	int count;
};

/* The runs of one workflow id, as the server lists them, and what the schedule says that started
 * it. Beside struct tsk_symptoms, which cannot grow; all empty where it was not asked. */
struct tsk_symptoms_more {
	const struct tsk_workflow *runs; /* newest first, a few; without what describe adds */
	size_t run_count;
	int64_t run_total; /* of that id, as far as the server keeps them */
	/* Why a question that was put has no answer: "denied"; NULL: it has one, or was not put.
	 * Who polls activity_task_queue, for the third. */
	const char *no_history, *no_workflow_pollers, *no_activity_pollers;
	const char *no_handlers, *no_child;
	/* Of a worker whose code does not fit the history: whether its sources were looked at, and
	 * those that changed since the run began, newest first. */
	bool sources_known;
	struct tsk_strings changed_sources;
	/* Where nobody polls the queue: a namespace of this server in which that worker does; and
	 * the server that this project's worker is connected to in place of this one. NULL: none.
	 */
	const char *other_namespace, *other_namespace_poller, *other_address;
	int other_address_pid;
	/* What the project's own sources have to do with it, as places ("orders.py:43 in run"):
	 * where workflow code catches the type that an activity raised, which never comes there;
	 * what varies from run to run, of code that does not fit its history; calls that block the
	 * event loop of a worker, and where an activity leaves its completion to others, of one
	 * whose time ran out; where a workflow whose wait nothing can end waits for a condition. */
	struct tsk_strings caught_at, varies_at, blocks_at, completed_later_at, waits_at;
	/* Where it awaits what no event of Temporal's ends (sockets, threads), asks whether it is
	 * replayed, loops around asyncio.sleep(0), or has a parameter of several types. */
	struct tsk_strings awaits_outside_at, replaying_at, spins_at, union_at;
	/* The __init__ of a workflow that waits for messages: what that sets, no run() sets back.
	 */
	struct tsk_strings init_at;
	/* Where the project defines the error that an activity fails with again and again. */
	struct tsk_strings own_error_at;
	/* Signals whose handlers have begun and not ended: "add (cart.py:36 in add)". */
	struct tsk_strings unfinished_signals;
	/* How the first of the runs ended that failed one after the other: its last event. */
	struct tsk_history first_failed;
	/* The activity or child that is called at the place where the workflow's task fails, as the
	 * source names it; NULL: not found. */
	const char *callee;
	/* Of one whose time ran out, the last error in the worker's log that is of no workflow by
	 * name ("RuntimeError: no (orders.py:7 in beat)"), and what mends it, both or NULL. */
	const char *other_error, *other_remedy;
	/* Where nobody polls its queue: the queues that the project's sources name. */
	struct tsk_strings source_queues;
	/* Of an activity whose time ran out: whether the project has its source, where that (or a
	 * function that it calls) calls heartbeat, and, of an async one that does, where it blocks
	 * the event loop ("orders.py:8 in scrape (legacy.py:4 in download)"), or its def where it
	 * never awaits anything. */
	bool activity_source_known;
	struct tsk_strings heartbeats_at, holds_loop_at, never_awaits_at;
	/* What the workers of this machine that poll the workflow's queue, or those of its
	 * activities, say of themselves; and, where there are any and no codec stands between, how
	 * many arguments the history has for what they register. */
	const struct tsk_symptom_passport *passports;
	size_t passport_count;
	const struct tsk_symptom_arguments *arguments;
	size_t argument_count;
	/* Why the SDK refused to make a Worker of this project whose process runs on: "PID 7:
	 * ValueError: ... (worker.py:30)". */
	struct tsk_strings refused_workers;
};

/* Never NULL. */
const struct tsk_symptoms_more *tsk_symptoms_more(const struct tsk_call *call,
						  const struct tsk_symptoms *symptoms);
/* Allocates from call, and copies more. */
void tsk_symptoms_set_more(struct tsk_call *call, struct tsk_symptoms *symptoms,
			   const struct tsk_symptoms_more *more);

struct tsk_root_cause {
	const char *type, *message; /* "" where there is none */
	const char *location;       /* "activities.py:17 in charge" */
	const char *stack_trace;
	/* Of a worker that died or fails, from its log; "" elsewhere. One line each: what happened
	 * ("cannot connect to 127.0.0.1:1: connection refused"), and what mends it. */
	const char *summary, *remedy;
};

/* What a root cause is, whatever Temporal or an exception calls it. */
enum tsk_cause_kind {
	TSK_CAUSE_NONE,      /* there is none */
	TSK_CAUSE_FAILURE,   /* code, SDK or server failed */
	TSK_CAUSE_TIMEOUT,   /* something took too long */
	TSK_CAUSE_NO_WORKER, /* no worker took the task in time */
	TSK_CAUSE_CANCELED,  /* someone wanted it so */
	TSK_CAUSE_TERMINATED
};

struct tsk_diagnosis {
	enum tsk_verdict verdict;
	bool stalled;    /* cannot move until someone acts; false while recovering */
	bool recovering; /* a stalled verdict, but a worker was started after the last failed
			    attempt */
	unsigned char cause_kind; /* of root_cause: enum tsk_cause_kind */
	/* It moves, or is over, and yet somebody must know: it was paused by a person, goes on
	 * after it was asked to cancel, fails at every run, was ended by the server, completed and
	 * left work undone, was sent what had no effect. */
	bool attention;
	int attempts;  /* of the task or activity in question, 0 where none */
	unsigned told; /* for tsk_diagnosis_told; 0: it is not known in parts */
	int64_t next_attempt_at;
	struct tsk_root_cause root_cause;
	const struct tsk_failure *failure; /* the chain, or NULL */
	const char *headline;              /* one line, with the ids in it */
	struct tsk_strings evidence, recovery, next;
	const char *dropped_signal;        /* one that the worker could not decode, or NULL */
	const struct tsk_diagnosis *child; /* waiting_child: that child's diagnosis, where known */
};

/* Allocates from call, asks nobody. */
void tsk_classify(struct tsk_call *call, const struct tsk_symptoms *symptoms,
		  struct tsk_diagnosis *diagnosis);

/* The same text for diagnoses of the same verdict that have the same cause. */
const char *tsk_cause_key(struct tsk_call *call, const struct tsk_workflow *workflow,
			  const struct tsk_diagnosis *diagnosis);

/* Collects and classifies. workflow: from a describe that was just made, or NULL. */
enum tsk_status tsk_diagnose(struct tsk_call *call, const char *workflow_id, const char *run_id,
			     const struct tsk_workflow *workflow, struct tsk_diagnosis *diagnosis);

/* ---- what the diagnosis knew: for a report, and to be read once more ---- */

/* The symptoms of a workflow, and of the child that it hinges on. */
struct tsk_known;

/* As tsk_diagnose; *known receives what it knew. */
enum tsk_status tsk_diagnose_known(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, const struct tsk_workflow *workflow,
				   struct tsk_diagnosis *diagnosis, const struct tsk_known **known);

/* Writes it into a file, as JSON. Of the workers' logs it holds what is about the workflow, or why
 * a worker died; no input, and results, details of failures and heartbeats only with payloads. */
enum tsk_status tsk_known_save(struct tsk_call *call, const struct tsk_known *known, bool payloads,
			       const char *path);

/* Reads such a file; TSK_USAGE where it is none. */
enum tsk_status tsk_known_load(struct tsk_call *call, const char *path,
			       const struct tsk_known **known);

/* Asks nobody: the verdict of what was known. */
void tsk_known_classify(struct tsk_call *call, const struct tsk_known *known,
			struct tsk_diagnosis *diagnosis);
const struct tsk_workflow *tsk_known_workflow(const struct tsk_known *known);

/* Many workflows at once: each described, its newest events read, and classified; what they have in
 * common (pollers, this machine's workers) is asked once. */
struct tsk_survey_row {
	const struct tsk_workflow *workflow;
	struct tsk_diagnosis diagnosis;
};
struct tsk_survey {
	const struct tsk_survey_row *rows; /* newest workflow first */
	size_t count;
	bool more;         /* the limit cut it */
	size_t unanswered; /* more workflows that the server did not describe in time */
};

/* Surveys the open workflows that match a visibility query (NULL: all), at most limit (0: all). */
enum tsk_status tsk_survey(struct tsk_call *call, const char *query, size_t limit,
			   struct tsk_survey *survey);

/* Of schedules as tsk_list_schedules gives them, those that start what no worker can begin:
 * troubles[i] receives why ("workflow type 'Nightly' is not registered on the worker of 'jobs'"),
 * or NULL. Only by passports, where all who poll the queue have one; asks the server for the queue
 * and the pollers only of those whose type no worker of this machine has. troubles: count long. */
void tsk_schedules_unserved(struct tsk_call *call, const struct tsk_schedule *schedules,
			    size_t count, const char **troubles);

/* The host's side of the symptoms, asking nobody but this machine: workers (those recorded, and the
 * processes that polled or failed tasks), this project's worker log, whether the server is ours. To
 * be called when the rest is filled in; may be called again when there are more pollers. */
void tsk_symptoms_host(struct tsk_call *call, struct tsk_symptoms *symptoms);

/* Source files below directory that changed after that time (Unix nanoseconds), newest first, at
 * most ten, relative to it. Hidden, virtual environment and cache folders are left out. */
void tsk_stale_files(struct tsk_call *call, const char *directory, int64_t started_at,
		     struct tsk_strings *files);

/* ---- what a worker's log says ---- */

/* Why a worker died, from the text that it wrote: an uncaught exception, or what uv, Python or the
 * shell said. Failures of single tasks, which the SDK logs, are no reason to die. false: it does
 * not say. */
bool tsk_log_cause(struct tsk_call *call, const char *log_text, struct tsk_root_cause *cause);
/* The last line that it wrote, for where that does not say: of a program that has ended by itself
 * it is why, as a rule. Cut where it is long; NULL: it wrote nothing. */
const char *tsk_log_last_words(struct tsk_call *call, const char *log_text);

/* The lines that tell of errors, oldest first, without terminal colours, long ones cut: error
 * records, failures of tasks, and of each traceback its last line with the place in user code. */
size_t tsk_log_errors(struct tsk_call *call, const char *log_text, struct tsk_strings *lines);

/* ---- what a dev server's log says ---- */

/* Why it ended, from its log: the last line that is an error of the command line or a panic,
 * without what stands before the cause; else the last one. "": it wrote nothing, or cannot be read.
 */
const char *tsk_server_last_word(struct tsk_call *call, const char *log);
/* Of the dev server that was started for the address of the settings and runs no more, though
 * nobody stopped it: that it has ended, and its last word. NULL: there is none. */
const char *tsk_server_end(struct tsk_call *call);

/* ---- what is told, in its parts ---- */

struct tsk_advice {
	const char *text;    /* "correct the workflow code" */
	const char *about;   /* what that ends in: the root cause in a line; "" where it does not */
	const char *command; /* that does it, see tsk_command_as_typed; "" where none does */
	bool of_child;       /* it is about the child that the workflow waits for */
};

struct tsk_told {
	const char *headline; /* without its subject: "cannot move: …"; NULL: not known */
	const struct tsk_advice *advice;
	size_t advice_count;
};

/* The headline and the recovery of a diagnosis, in parts. Of a diagnosis that was not made in this
 * call, or altered since, each line of the recovery is a text. */
const struct tsk_told *tsk_diagnosis_told(struct tsk_call *call,
					  const struct tsk_diagnosis *diagnosis);

/* One piece of advice in a line, with the command as it must be typed here. */
const char *tsk_advice_text(struct tsk_call *call, const struct tsk_advice *advice);

/* Puts a diagnosis into a result: verdict with headline, status, recovering, attempts,
 * next_attempt_at, root_cause, chain, evidence, recovery, next. */
void tsk_diagnosis_say(struct tsk_call *call, const struct tsk_workflow *workflow,
		       const struct tsk_diagnosis *diagnosis);

#pragma GCC visibility pop

#endif
