/* The inside of the classifier: one reading of the symptoms, and what its parts share.
 *
 * Invariants. A reading borrows the symptoms and fills the diagnosis. Each theme (closed, task,
 * activity, waiting) has one function that looks for its verdicts, in the order of the dispatcher
 * in decide.c; the first that finds one has decided. Nothing here asks anybody: what is not in
 * the symptoms is not known. Texts in symptoms may be NULL where a caller left them out.
 *
 * The verbs of its functions, the same in all its files:
 *	read_X	looks for the verdicts of one theme; true: this is it, and the verdict is set
 *	take_X	makes something that was found the diagnosis's own: its chain, its root cause
 *	tell_X	adds evidence
 *	advise_X	adds recovery, and the next commands
 *	link_X	finds a link in a chain of failures; NULL: there is none
 *	is_, has_, was_, says_	answer a question and change nothing
 */
#ifndef CORE_DIAGNOSIS_CLASSIFIER_H
#define CORE_DIAGNOSIS_CLASSIFIER_H

#include "text/lines.h"

#include <temporal-skill/diagnosis.h>

struct reading {
	struct tsk_call *call;
	const struct tsk_symptoms *symptoms;
	const struct tsk_workflow *workflow;
	struct tsk_diagnosis *diagnosis;
	const char *id;    /* the workflow id, never NULL */
	const char *which; /* "-w 'order 17'": the workflow in a command */
	const char *cause; /* of a failed workflow task: its enum name, or "" */
	/* of the activity, queue or worker in question, where the verdict has one */
	const struct tsk_pending_activity *activity;
	const char *queue;
	const char *failed_by; /* the identity of who failed or ended it, or "" */
	struct lines evidence, recovery, next;
};

/* "" for NULL. */
const char *or_empty(const char *text);

/* Whether the workflow is not over. */
bool is_open(const struct tsk_workflow *workflow);

/* The first line of a text that is not blank, cut for a headline. */
const char *one_line(struct tsk_call *call, const char *text);

/* Its first sentence: the SDK's messages go on with advice. */
const char *first_sentence(struct tsk_call *call, const char *text);

/* "4 s ago", "in 3 min 5 s", by the time of the symptoms. */
const char *when(const struct reading *reading, int64_t at);

/* " (workflow.py:17 in run)", where the root cause was raised, or "". */
const char *place_text(const struct reading *reading);

/* "KeyError: 'customer'", the root cause in one line; the type alone where it has no message. */
const char *cause_line(const struct reading *reading);

/* Reads the symptoms into the diagnosis; the reading stays for those who ask what it hinged on.
 * (decide.c) */
void read_all(struct reading *reading, struct tsk_call *call, const struct tsk_symptoms *symptoms,
	      struct tsk_diagnosis *diagnosis);

/* ---- the themes; true: the verdict is found ---- */

bool read_closed(struct reading *reading); /* decide_closed.c */
/* That workflow timed out; event: its last, or NULL. (decide_timed_out.c) */
void read_time_up(struct reading *reading, const struct tsk_event *event);
/* A failed or timed-out workflow task that was not overcome before the end; NULL: none.
 * (decide_timed_out.c) */
const struct tsk_event *task_in_trouble(const struct tsk_history *newest);
/* How the child ended that brought the workflow down, or kept it until its time was up, where that
 * was asked; takes its root cause. (decide_closed.c) */
void read_ended_child(struct reading *reading);
/* Whether no worker ever took that activity. (decide_timed_out.c) */
bool was_never_taken(const struct tsk_pending_activity *activity);
bool read_start_delay(struct reading *reading);  /* decide_waiting.c */
bool read_task(struct reading *reading);         /* decide_task.c: broken workflow tasks */
bool read_task_at_work(struct reading *reading); /* decide_task.c: healthy ones */
/* What a failed workflow task with that failure (may be NULL) and cause (may be "") is. */
enum tsk_verdict task_verdict(const struct tsk_failure *failure, const char *cause);
bool read_activities(struct reading *reading); /* decide_activity.c: those in trouble */
bool read_healthy_activities(struct reading *reading);
bool read_local_activity(struct reading *reading); /* decide_local_activity.c */
bool read_cancel_request(struct reading *reading); /* decide_waiting.c */
bool read_paused(struct reading *reading);
bool read_waiting(struct reading *reading);

/* Whether the TimerStarted at that place of a history, newest first, neither fired nor was
 * cancelled. (decide_waiting.c) */
bool timer_is_open(const struct tsk_history *newest, size_t at);

/* What cannot move of a diagnosis (may be NULL), its child, its child's child …; NULL: nothing.
 * (decide_waiting.c) */
const struct tsk_diagnosis *stuck_below(const struct tsk_diagnosis *diagnosis);

/* ---- causes (cause.c) ---- */

/* Takes a failure as the diagnosis's chain and its root as the root cause; enum_name names it where
 * neither exception nor timeout does (may be ""). */
void take_failure(struct reading *reading, const struct tsk_failure *failure,
		  const char *enum_name);
void take_cause(struct reading *reading, const char *type, const char *message);

/* The newest event of that type; NULL: none. (decide_closed.c) */
const struct tsk_event *newest_of_type(const struct tsk_history *newest, int type);

/* Of a workflow with a retry policy, which of its runs this was; end: its last event, or NULL.
 * (decide_closed.c) */
void read_workflow_attempt(struct reading *reading, const struct tsk_event *end);

/* The first link that is more than the workflow's own exception, the activity or child that it
 * called; NULL: none. (decide_closed.c) */
const struct tsk_failure *first_callee_link(const struct tsk_failure *failure);
/* The first link that is a Nexus operation; NULL: none. (decide_closed.c) */
const struct tsk_failure *link_nexus(const struct tsk_failure *failure);

/* The first link of a chain with that application type; NULL: none. */
const struct tsk_failure *link_of_type(const struct tsk_failure *failure, const char *type);
/* The link that says a workflow or activity type is not registered; NULL: none. */
const struct tsk_failure *link_not_registered(const struct tsk_failure *failure, const char *what);
/* The same of a root cause that is an activity's. */
bool says_not_registered(const struct tsk_root_cause *cause);
/* The same of the failed workflow task that called a local activity. */
bool is_local_not_registered(const struct tsk_failure *failure);
/* The type of the activity that is not registered. */
const char *unregistered_activity(const struct reading *reading);
/* The link that tells of a sandbox violation; NULL: none. */
const struct tsk_failure *link_restricted(const struct tsk_failure *failure);
#define NON_DETERMINISTIC_ERROR "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR"
bool is_nondeterminism(const struct tsk_failure *failure, const char *cause);
/* Whether a link of the diagnosis's chain has that text in its message. (known_mistakes.c) */
bool chain_says(const struct reading *reading, const char *text);
/* What to do about a mistake that the cause's words give away; NULL: none that is known.
 * (known_mistakes.c) */
const char *mistake_remedy(const struct tsk_root_cause *cause);

/* A live poller takes a task at once; whoever does not for so long has no slot free, or hangs. */
#define IN_LINE_NS ((int64_t)5 * 1000000000)

/* Whether the activity in question waits for a worker that polls and does not take it.
 * (decide_activity.c) */
bool waits_in_line(const struct reading *reading);

/* Whether the activity in question was taken by a worker that is gone, which the server does not
 * know yet. (decide_activity.c) */
bool was_abandoned(const struct reading *reading);

/* Says that workflow tasks come and go with nothing in between, where they do.
 * (decide_local_activity.c) */
void tell_empty_tasks(struct reading *reading);

bool activity_is_paused(const struct tsk_pending_activity *activity); /* decide_activity.c */

/* ---- who polls (who_polls.c) ---- */

struct presence {
	bool known; /* the server was asked */
	size_t live;
	const struct tsk_poller *poller;         /* a live one, or NULL */
	const struct tsk_symptom_worker *worker; /* its process on this host, or NULL */
	const struct tsk_poller *gone; /* one that is dead but still remembered, or NULL */
	/* A live one of another version than gets the task, or NULL; then also which one does
	 * ("": none is set as the current one), and whether the workflow is pinned to that. */
	const struct tsk_poller *other_version;
	const char *wanted_version;
	bool pinned;
};

/* The pollers of the workflow's queue, or of the activity queue that was asked about. */
struct presence presence_of(const struct reading *reading, enum tsk_task_kind kind);

/* Whether a worker of that activity queue is there but has no slot free, and so does not poll. */
bool has_full_worker(const struct reading *reading, const char *queue);

/* Whether a poller was seen lately, and its process, as far as known, runs. */
bool poller_is_live(const struct reading *reading, const struct tsk_poller *poller);

/* The process on this host behind an identity; NULL: not known. */
const struct tsk_symptom_worker *worker_of(const struct reading *reading, const char *identity);

/* A live worker that was started after that time and gets the next attempt, since none that was
 * there before is left. NULL: none. failed_by: who failed, or "". */
const struct tsk_symptom_worker *fresh_worker(const struct reading *reading,
					      enum tsk_task_kind kind, const char *queue,
					      int64_t failed_at, const char *failed_by);

/* A worker that has just been started and may yet begin to poll that queue. NULL: none. */
const struct tsk_symptom_worker *starting_worker(const struct reading *reading, const char *queue);

/* Whether a comma-separated list of queues has that one. */
bool lists_queue(const char *queues, const char *queue);

/* A live worker of this project, NULL: none. */
const struct tsk_symptom_worker *project_worker(const struct reading *reading);

/* Nobody serves that queue because this project's worker died: takes the reason from its log as
 * root cause. false: no such worker, or the log does not tell. (dead_worker.c) */
bool explain_by_dead_worker(struct reading *reading, const char *queue);

/* Evidence on who polls, who died, which code is stale, who else is there. */
void tell_workers(struct reading *reading, enum tsk_task_kind kind, const char *queue);

/* Where the project's sources name another queue that is polled, that. */
void tell_other_queue(struct reading *reading);

/* "PID 4711 of 'shop' (up 3 min 5 s)" */
const char *worker_text(const struct reading *reading, const struct tsk_symptom_worker *worker);

/* ---- worker logs (workflow_log.c; from_worker_log.c reads all that there are) ---- */

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

/* The workflow's last failure in any log: this project's, or another worker's output.
 * (from_worker_log.c) */
bool find_logged_failure(struct reading *reading, struct tsk_root_cause *logged, int *attempt);

/* Takes verdict and root cause of a workflow task from the log. false: it has none.
 * (from_worker_log.c) */
bool read_logged_task(struct reading *reading);

/* Says which signals the worker could not decode, and so never handled; and which tasks of the
 * workflow's code ended with an exception that nobody awaited. (from_worker_log.c) */
void tell_dropped_signals(struct reading *reading);
void tell_background_failure(struct reading *reading);

/* Adds what a failure as the server has it lacks, where a log has that: the text where that is
 * encoded, the members of an exception group, the place where it was cut off. Returns the failure
 * as the log has it, or NULL. (from_worker_log.c) */
const struct tsk_root_cause *take_logged_text(struct reading *reading,
					      const struct tsk_failure *failure);

/* ---- what to do (advice*.c) ---- */

void advise(struct reading *reading);
void advise_task(struct reading *reading);
void advise_activity(struct reading *reading);
void advise_closed(struct reading *reading);
void advise_waiting(struct reading *reading);
void advise_missing_worker(struct reading *reading);
/* Where no worker of the version that it is pinned to polls. false: that is not so. */
bool advise_version(struct reading *reading);

void advise_activity_reset(struct reading *reading);

/* "temporal operator search-attribute create", for what the Temporal CLI has and this program has
 * not; with this call's address and namespace where the CLI would take others. (advice_next.c) */
const char *cli_call(const struct reading *reading, const char *words);
/* The same about this workflow: "temporal activity unpause --workflow-id order-17".
 * (advice_next.c) */
const char *cli_command(const struct reading *reading, const char *words);

/* That type is not in the worker's list of that argument (workflows, activities); mark stands
 * before the names that are. (advice_task.c) */
void advise_register(struct reading *reading, const char *type, const char *argument,
		     const char *mark);

/* Next commands that several verdicts end in. */
void suggest_wait(struct reading *reading);
void suggest_restart(struct reading *reading);

#endif
