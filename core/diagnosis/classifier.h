/* The inside of the classifier: what a reading of the symptoms finds, and who decides it.
 *
 * Two halves. decide() finds the verdict, the root cause and what is in question, as data; tell()
 * (tell.h) makes headline, evidence, advice and the next commands of that. Whoever asks on,
 *question by question, decides after each answer, and tells once, at the end.
 *
 * Invariants. A reading borrows the symptoms and fills the diagnosis. Each theme (closed, task,
 * activity, waiting) has one function that looks for its verdicts, in the order of the dispatcher
 * in decide.c; the first that finds one has decided. Nothing here asks anybody: what is not in
 * the symptoms is not known. Texts in symptoms may be NULL where a caller left them out.
 *
 * The verbs of its functions, the same in all its files:
 *	read_X	looks for the verdicts of one theme; true: this is it, and the verdict is set
 *	take_X	makes something that was found the diagnosis's own: its chain, its root cause
 *	tell_X	adds evidence (tell.h)
 *	advise_X	adds advice, and the next commands (advice.h)
 *	link_X	finds a link in a chain of failures; NULL: there is none
 *	is_, has_, was_, says_	answer a question and change nothing
 */
#ifndef CORE_DIAGNOSIS_CLASSIFIER_H
#define CORE_DIAGNOSIS_CLASSIFIER_H

#include <temporal-skill/diagnosis.h>

/* Who decided; each tells in its own way. */
enum theme {
	THEME_CLOSED,
	THEME_PAUSED,
	THEME_START_DELAY,
	THEME_TASK, /* a workflow task in trouble */
	THEME_ACTIVITY,
	THEME_LOCAL_ACTIVITY,
	THEME_TASK_AT_WORK,
	THEME_CANCEL_REQUEST,
	THEME_WAITING
};

enum task_trouble {
	TASK_FAILS,
	TASK_TIMES_OUT,
	TASK_HOLDER_GONE,
	TASK_UNTOLD, /* its history does not say */
	TASK_NOT_PICKED_UP
};

/* From the best to the worst. */
enum activity_trouble {
	ACTIVITY_AT_WORK,
	ACTIVITY_UNCERTAIN, /* waits for a worker, and nobody asked whether there is one */
	ACTIVITY_PAUSED,
	ACTIVITY_ABANDONED, /* its worker is gone, and the server does not know it yet */
	ACTIVITY_NOT_PICKED_UP,
	ACTIVITY_RETRYING,
	ACTIVITY_NOT_REGISTERED
};

/* What a workflow was at when its time was up. */
enum last_work {
	AT_NOTHING_YET, /* no worker ever took its first task */
	AT_TROUBLED_TASK,
	AT_UNTAKEN_TASK,
	AT_ACTIVITY,
	AT_WAITING
};

/* What the worker's log has to do with the root cause. */
enum log_share {
	LOG_UNUSED,
	LOG_TELLS,     /* the server was not told at all */
	LOG_DECODES,   /* it has the text that is encoded on the server */
	LOG_STANDS_BY, /* the same, but another project's: it does not take the server's place */
	LOG_OF_THE_ORIGINAL, /* the error that could not be encoded */
	LOG_OF_THE_DEAD      /* it says why the worker is not there any more */
};

/* Why a workflow that was asked to cancel has not ended, from what says nothing to what says all.
 */
enum cancel_hold {
	HOLD_UNTOLD,
	HOLD_CHILD,       /* it waits for one */
	HOLD_NOT_ASKED,   /* for an activity that was there before, and was not asked to cancel */
	HOLD_BEGUN_SINCE, /* it began something after the request: cleaning up, perhaps */
	HOLD_LIKE_BEFORE, /* the same of what it had done before the request, too */
	HOLD_HEARS_SOON,  /* its activity learns of it with the next heartbeat */
	HOLD_NEVER_HEARS, /* its activity does not heartbeat */
	HOLD_NOT_HEEDED,  /* its activity was told, and goes on */
	HOLD_GOES_ON      /* it began again what the request had cancelled */
};

/* What made a run of the one before it. */
enum run_kind { RUN_ALONE, RUN_OF_RETRIES, RUN_OF_CRON, RUN_OF_CONTINUING, RUN_OF_SCHEDULE };

/* The run in question among those of its id. */
struct run_story {
	enum run_kind kind;
	const struct tsk_event *started; /* its first event, or NULL */
	size_t looked_at, failed;        /* of those that were listed and are over */
	int64_t total;                   /* how many there are; 0: not known */
	int64_t failing_since;           /* the start of the first of the newest that failed */
	int64_t pace_ms;                 /* from one run to the next, on the average */
	bool idle;                       /* none of them did anything but begin and end */
};

/* What a workflow had begun and not done when it completed. */
struct left_undone {
	const struct tsk_event *event; /* the first of them, or NULL */
	size_t count;
	/* One of its last task whose handler was perhaps still at work, or NULL. */
	const struct tsk_event *signal;
};

/* A loop of timers that fills its history (decide_growth.c). */
struct growth {
	size_t timers; /* of one length that fired among the events that were read; 0: no loop */
	int64_t timer_ms, span_ms; /* how long one is; in which time those fired */
	int64_t left_ms; /* until its history is as long as the server allows, at this pace */
};

/* On which question the verdict hangs that was put and not answered. */
enum unread { UNREAD_NOTHING, UNREAD_HISTORY, UNREAD_WORKFLOW_POLLERS, UNREAD_ACTIVITY_POLLERS };

struct telling;
struct server_ending;

struct reading {
	struct tsk_call *call;
	const struct tsk_symptoms *symptoms;
	const struct tsk_workflow *workflow;
	struct tsk_diagnosis *diagnosis;
	const char *id; /* the workflow id, never NULL */

	/* What decide() finds, where the verdict has it. */
	enum theme theme;
	enum task_trouble task_trouble;
	enum activity_trouble activity_trouble;
	enum last_work last_work;
	/* The one that decided: how it ended, the failed task, the timer that fires first. */
	const struct tsk_event *event;
	size_t open_timers;
	size_t nexus;      /* which of the pending operations is told of */
	const char *cause; /* of a failed workflow task: its enum name, or "" */
	const struct tsk_pending_activity *activity;
	const char *queue;
	const char *failed_by; /* the identity of who failed or ended it, or "" */
	/* Started after the last failed attempt; just started and not polling yet. */
	const struct tsk_symptom_worker *fresh, *starting;
	enum log_share log_share;
	const struct tsk_root_cause *logged; /* the failure as the log has it, or NULL */
	const char *result_json;             /* of a completed workflow, or NULL */
	const char *suspicious;              /* why that looks like an error, or NULL */
	const struct server_ending *ending;  /* the limit for which the server ended it, or NULL */
	/* Of a run that others came before: what is known of them. (decide_runs.c) */
	struct run_story runs;
	enum cancel_hold cancel_hold; /* with the event that shows it in went_on, or NULL */
	const struct tsk_event *went_on;
	/* Of one that waits (decide_in_vain.c), or NULL: the update that hangs, where nothing else
	 * could end the wait; the message that came before run() began and had no effect; what a
	 * task of its own died of. */
	const struct tsk_event *hanging, *early;
	const struct tsk_root_cause *background;
	struct left_undone undone; /* of a completed workflow (decide_undone.c) */
	enum unread unread;
	struct growth growth;
	bool unreported; /* the root cause is an error that never got to the server */

	struct telling *telling; /* NULL while deciding: nothing is told then (tell.h) */
};

/* Reads the symptoms into the diagnosis: verdict, root cause, attempts and times. It has no words
 * yet; the reading knows what to tell. (decide.c) */
void decide(struct reading *reading, struct tsk_call *call, const struct tsk_symptoms *symptoms,
	    struct tsk_diagnosis *diagnosis);

/* "" for NULL. */
const char *or_empty(const char *text);

/* Whether the workflow is not over. */
bool is_open(const struct tsk_workflow *workflow);

/* ---- the themes; true: the verdict is found ---- */

bool read_closed(struct reading *reading);  /* decide_closed.c */
void read_time_up(struct reading *reading); /* decide_timed_out.c */
/* Where the child's end is known that brought the workflow down, or kept it until its time was up:
 * takes its root cause. (decide_closed.c) */
void read_ended_child(struct reading *reading);
/* Of a workflow with a retry policy, takes which of its runs this was. (decide_closed.c) */
void read_workflow_attempt(struct reading *reading);
/* Which run of its id it is, and whether those before it fail, or spin. (decide_runs.c) */
void read_runs(struct reading *reading);
/* Whether a run of a cron, a retry policy or a schedule comes after one that failed, or is one. */
bool runs_fail(const struct reading *reading);
/* Whether it continues as new again and again, and does nothing. */
bool runs_spin(const struct reading *reading);
/* Whether it polls by a timer until its history is full. (decide_growth.c) */
void read_growth(struct reading *reading);
bool read_start_delay(struct reading *reading);  /* decide_waiting.c */
bool read_task(struct reading *reading);         /* decide_task.c: broken workflow tasks */
bool read_task_at_work(struct reading *reading); /* decide_task.c: healthy ones */
/* What a failed workflow task with that failure (may be NULL) and cause (may be "") is. */
enum tsk_verdict task_verdict(const struct tsk_failure *failure, const char *cause);
bool read_activities(struct reading *reading); /* decide_activity.c: those in trouble */
bool read_healthy_activities(struct reading *reading);
bool read_local_activity(struct reading *reading); /* decide_local_activity.c */
bool read_cancel_request(struct reading *reading); /* decide_cancel.c */
bool read_paused(struct reading *reading);         /* decide_waiting.c */
bool read_waiting(struct reading *reading);

/* ---- what was not answered (decide_unanswered.c) ---- */

/* Takes a verdict back that hangs on it. */
void read_unanswered(struct reading *reading);
/* Why the question was not answered on which the verdict hangs; "" where none does. */
const char *unread_reason(const struct reading *reading);

/* ---- events ---- */

/* The newest event of that type; NULL: none. (decide_closed.c) */
const struct tsk_event *newest_of_type(const struct tsk_history *newest, int type);
/* A failed or timed-out workflow task that was not overcome before the end; NULL: none.
 * (decide_timed_out.c) */
const struct tsk_event *task_in_trouble(const struct tsk_history *newest);
/* The newest event of a workflow task that tells where it got to; NULL: none.
 * (decide_timed_out.c) */
const struct tsk_event *last_task(const struct tsk_history *newest);
/* Whether the TimerStarted at that place of a history, newest first, neither fired nor was
 * cancelled. (decide_waiting.c) */
bool timer_is_open(const struct tsk_history *newest, size_t at);
/* When it fires. (decide_waiting.c) */
int64_t timer_due_at(const struct tsk_event *timer);
/* The child that was not started, or the other workflow that could not be signalled or cancelled,
 * which is why the workflow failed; NULL: that is not so. (decide_closed.c) */
/* Whether what was refused was sent to the workflow itself. */
bool asks_itself(const struct reading *reading, const struct tsk_event *refused);
const struct tsk_event *refused_request(const struct reading *reading,
					const struct tsk_failure *failure);
/* The event of that id; NULL: not among those that were read. (decide_closed.c) */
const struct tsk_event *event_of_id(const struct tsk_history *newest, int64_t id);
/* The ActivityTaskScheduled of the activity that failed last; NULL: not read. (decide_closed.c) */
const struct tsk_event *failed_activity_scheduled(const struct tsk_history *newest);
/* Whether it failed of a wait of its own (wait_condition, wait_for) whose time ran out.
 * (decide_closed.c) */
bool is_own_wait(const struct reading *reading);
/* The timer whose end began the task in which the workflow failed; NULL: none.
 * (decide_closed.c) */
const struct tsk_event *timer_that_ended_it(const struct tsk_history *newest);
/* The event by which its code asked to cancel an activity, where nobody asked the workflow to;
 * NULL: none. (decide_closed.c) */
const struct tsk_event *own_cancellation(const struct reading *reading);
/* How often the newest workflow tasks came and went with nothing in between: the SDK keeps the task
 * alive while a local activity runs. (decide_local_activity.c) */
size_t empty_tasks(const struct tsk_history *newest);

/* ---- waiting (decide_in_vain.c) ---- */

/* A workflow of no more events was started, had one workflow task, and has done nothing since. */
#define FIRST_EVENTS 4

/* Of one that waits, whether anything is left that could end that. */
void read_in_vain(struct reading *reading);
/* Whether a handler of that name is among them, or a dynamic one. */
bool lists_handler(const struct tsk_strings *names, const char *name);
/* Whether a signal or an update was handled, and the workflow did nothing since. */
bool had_no_effect(const struct reading *reading, const struct tsk_event *event);
/* A signal that was sent with the start: it is the second event of the run. */
bool came_with_start(const struct tsk_event *event);
/* The same of the newest signal that it has a handler for. */
bool signal_had_no_effect(const struct reading *reading);
/* Whether it came before the first workflow task was taken up: then its handler went before run().
 */
bool came_before_run(const struct reading *reading, const struct tsk_event *event);
/* Whether an update of that name ("*": any) was accepted and is not done. */
bool update_hangs(const struct reading *reading, const char *name);

/* ---- cancellation (decide_cancel.c) ---- */

/* The request to cancel the workflow; NULL: none, or it is not among the events that were read. */
const struct tsk_event *cancel_request(const struct reading *reading);
/* How a pending activity holds a cancellation up that was requested by that event. */
enum cancel_hold activity_hold(const struct reading *reading, const struct tsk_event *request,
			       const struct tsk_pending_activity *activity);
/* The same of what that event, newer than the request, began. */
enum cancel_hold begun_hold(const struct reading *reading, const struct tsk_event *request,
			    const struct tsk_event *begun);
/* Whether the activity in question was begun after the request: its cleanup, as a rule. */
bool is_cleanup(const struct reading *reading);

/* ---- work that it began (decide_undone.c) ---- */

/* Whether the event at that place of a history, newest first, began an activity, a child, a timer
 * or an update that no newer one ends, or gives up. */
bool is_begun_and_open(const struct tsk_history *newest, size_t at);
/* Whether the workflow ended before the server had started that child. */
bool never_started(const struct reading *reading, const struct tsk_event *child);
/* Whether that is work which is lost when the workflow completes. */
bool is_left_undone(const struct reading *reading, size_t at);
/* Whether a child does not end with its parent. */
bool goes_on_alone(const struct reading *reading, const struct tsk_event *child);
/* What it left undone when it completed. false: nothing. */
bool read_undone(struct reading *reading);

/* ---- activities (decide_activity.c) ---- */

/* A live poller takes a task at once; whoever does not for so long has no slot free, or hangs. */
#define IN_LINE_NS ((int64_t)5 * 1000000000)

/* The event that began a pending activity; NULL: it was not read. */
const struct tsk_event *scheduled_event(const struct reading *reading,
					const struct tsk_pending_activity *activity);
bool activity_is_paused(const struct tsk_pending_activity *activity);
const char *activity_queue(const struct reading *reading,
			   const struct tsk_pending_activity *activity);
enum activity_trouble trouble_of(const struct reading *reading,
				 const struct tsk_pending_activity *activity);
/* Whether the pollers that were asked about are of this activity's queue. */
bool queue_was_asked(const struct reading *reading, const struct tsk_pending_activity *activity);
/* When it was last put on its queue. */
int64_t due_since(const struct tsk_pending_activity *activity);
/* Whether one worker refused it, and another one has it now. */
bool found_its_worker(const struct reading *reading, const struct tsk_pending_activity *activity);
/* Whether the activity in question is on a queue that a worker polls; and has been for so long that
 * one with a free slot would have taken it. */
bool waits_on_polled_queue(const struct reading *reading);
bool waits_in_line(const struct reading *reading);
/* How many activities a second the workers that poll the queue in question allow it as a whole; 0:
 * no limit. (queue_rate.c) */
double queue_rate(const struct reading *reading);
/* Whether that limit, and no missing worker or slot, keeps the activity in question waiting; for so
 * long that somebody must know. (queue_rate.c) */
bool is_held_by_rate(const struct reading *reading);
bool is_held_for_long(const struct reading *reading);
/* Whether the activity in question was taken by a worker that is gone, which the server does not
 * know yet. */
bool was_abandoned(const struct reading *reading);
/* Whether an attempt is the last that its retry policy allows. */
bool is_last_attempt(const struct tsk_pending_activity *activity);
/* The error type in its non_retryable_error_types that is meant and never fits, since the failure's
 * own has no module before it ("payments.CardRefused" of "CardRefused"); NULL: none. */
const char *misspelt_type(const struct reading *reading,
			  const struct tsk_pending_activity *activity);
/* Whether no worker ever took it. (decide_timed_out.c) */
bool was_never_taken(const struct tsk_pending_activity *activity);

/* What cannot move of a diagnosis (may be NULL), its child, its child's child …; NULL: nothing.
 * (decide_waiting.c) */
const struct tsk_diagnosis *stuck_below(const struct tsk_diagnosis *diagnosis);

/* ---- causes (cause.c) ---- */

/* Takes a failure as the diagnosis's chain and its root as the root cause; enum_name names it where
 * neither exception nor timeout does (may be ""). */
void take_failure(struct reading *reading, const struct tsk_failure *failure,
		  const char *enum_name);
void take_cause(struct reading *reading, enum tsk_cause_kind kind, const char *type,
		const char *message);
/* The root cause of another diagnosis. */
void take_cause_of(struct reading *reading, const struct tsk_diagnosis *diagnosis);
/* What a worker's log tells. */
void take_logged_cause(struct reading *reading, const struct tsk_root_cause *logged);
/* Whether something took too long, or was not taken at all, and nothing more is known. */
bool is_time_up(const struct reading *reading);

/* The first link that is more than the workflow's own exception, the activity or child that it
 * called; NULL: none. */
const struct tsk_failure *first_callee_link(const struct tsk_failure *failure);
/* The first link that is a Nexus operation; NULL: none. */
const struct tsk_failure *link_nexus(const struct tsk_failure *failure);
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

#endif
