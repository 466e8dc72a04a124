/* The Temporal client: typed calls to the server's WorkflowService, over gRPC.
 *
 * Invariants. Every call is one request unless its comment says otherwise, in the namespace of the
 * settings, with a deadline (the connect timeout for reaching the server, 10 s for the answer,
 * --command-timeout over all). What comes back is borrowed from the struct tsk_call. Strings are
 * never NULL ("" where the server sent none) and valid UTF-8. Times are Unix nanoseconds, 0 where
 * unset; durations milliseconds. Errors are recorded in the call: TSK_NOT_FOUND no such workflow,
 * run, namespace; TSK_UNAVAILABLE unreachable (hint: how to start one); TSK_TIMEOUT no answer in
 * time; TSK_DENIED credentials; TSK_USAGE refused as invalid; TSK_NEGATIVE refused in the present
 * state; TSK_INTERRUPTED. The connection is made at the first call. Names are those of
 * temporal.api.workflowservice.v1.
 */
#ifndef TEMPORAL_SKILL_CLIENT_H
#define TEMPORAL_SKILL_CLIENT_H

#include <temporal-skill/failure.h>

#pragma GCC visibility push(default)

/* ---- server and namespace ---- */

struct tsk_server {
	const char *version;          /* "1.32.0" */
	bool knows_reported_problems; /* namespace capability: the search attribute
					 TemporalReportedProblems is set */
	bool knows_workers;           /* namespace capability: ListWorkers */
};

/* GetSystemInfo and DescribeNamespace: reachable, and the namespace is there. TSK_NOT_FOUND: the
 * server has no such namespace. timeout_ms bounds both together. */
enum tsk_status tsk_server_ask(struct tsk_call *call, int64_t timeout_ms,
			       struct tsk_server *server);

/* The names of the server's namespaces (for a hint when one is missing). */
enum tsk_status tsk_namespaces(struct tsk_call *call, struct tsk_strings *names);

/* Registers a namespace (retention one day), for a development server. */
enum tsk_status tsk_namespace_register(struct tsk_call *call, const char *name);
/* Waits until the server takes requests of a namespace that was just registered. TSK_TIMEOUT: not
 * by the deadline. */
enum tsk_status tsk_namespace_await(struct tsk_call *call, const char *name, int64_t deadline);

/* Whether "NAME=TYPE" names a search attribute; *type: as the Temporal CLI writes it ("Keyword"),
 * of whatever case it was. TSK_USAGE: it does not. */
enum tsk_status tsk_search_attribute_read(struct tsk_call *call, const char *text,
					  const char **name, const char **type);
/* Adds those to the namespace, each "NAME=TYPE"; those that are there already are left as they are.
 */
enum tsk_status tsk_search_attributes_add(struct tsk_call *call,
					  const struct tsk_strings *attributes);

/* What this machine shows of the process that listens at the address of the settings. */
struct tsk_server_here {
	const struct tsk_process_info *process; /* NULL: elsewhere, none, or not to be seen */
	bool is_dev_server;                     /* by its command line */
	const char *database; /* of a dev server: absolute path of the file it was told to keep its
				 workflows in; NULL: in memory, or not known */
	bool suspended;       /* by a signal: it takes connections and answers none */
	bool database_lost;   /* what it writes to is not at that path any more */
	const char *trouble;  /* such a thing in words, to follow "its process"; NULL: none */
	const char *remedy;   /* a command; NULL: none */
};
/* Looks now; never NULL, borrowed from the call. Nothing is recorded as an error. */
const struct tsk_server_here *tsk_server_here(struct tsk_call *call);

/* Requests sent to the server so far, for tests and --verbose. */
int64_t tsk_requests_sent(const struct tsk_call *call);

/* ---- a server that goes away, for commands that wait ---- */

/* Since when no request has been answered; all zero: the last one was, or none was made. */
struct tsk_absence {
	int64_t since_ms; /* monotonic; 0: it is there */
	int64_t since;    /* the same, Unix nanoseconds */
	unsigned tries;   /* requests without an answer in a row */
	char problem[256];
};

/* To be called with the error of a request recorded that followed one that was answered. Where the
 * server may come back (TSK_UNAVAILABLE, TSK_TIMEOUT), forgets the error, waits a little (longer
 * each time, up to 2 s, never past the deadline) and returns TSK_OK: ask again; TSK_TIMEOUT: the
 * deadline has passed (nothing recorded, absence tells). Any other error is returned as it is
 * recorded. */
enum tsk_status tsk_ride_out(struct tsk_call *call, struct tsk_absence *absence, int64_t deadline);

/* The same for those that have something else to wait for: the recorded error counts as one more
 * request without an answer, and is forgotten. */
void tsk_server_is_away(struct tsk_call *call, struct tsk_absence *absence);

/* The last request was answered. */
void tsk_server_is_back(struct tsk_absence *absence);

/* "the server has not answered for 12.4 s, since 2026-01-02T03:04:05.678Z: cannot reach …". */
const char *tsk_absence_text(struct tsk_call *call, const struct tsk_absence *absence);

/* Whether the server was away, or lost an answer, that shortly ago (15 s) that it may not know the
 * pollers of its workers again, or may not have given their tasks to others. */
bool tsk_server_is_fresh(const struct tsk_call *call);

/* ---- one workflow ---- */

/* temporal.api.enums.v1.WorkflowExecutionStatus */
enum tsk_workflow_status {
	TSK_WORKFLOW_UNSPECIFIED = 0,
	TSK_WORKFLOW_RUNNING = 1,
	TSK_WORKFLOW_COMPLETED = 2,
	TSK_WORKFLOW_FAILED = 3,
	TSK_WORKFLOW_CANCELED = 4,
	TSK_WORKFLOW_TERMINATED = 5,
	TSK_WORKFLOW_CONTINUED_AS_NEW = 6,
	TSK_WORKFLOW_TIMED_OUT = 7,
	TSK_WORKFLOW_PAUSED = 8
};

/* "RUNNING", "TIMED_OUT": how this program spells a status. */
const char *tsk_workflow_status_name(enum tsk_workflow_status status);
/* The same in visibility queries: "Running", "TimedOut". */
const char *tsk_workflow_status_query_name(enum tsk_workflow_status status);
/* Any spelling: TIMED_OUT, TimedOut, timed-out, WORKFLOW_EXECUTION_STATUS_TIMED_OUT, CANCELLED.
 * false: none. */
bool tsk_workflow_status_parse(const char *text, enum tsk_workflow_status *status);

/* temporal.api.enums.v1.PendingActivityState */
enum tsk_pending_activity_state {
	TSK_ACTIVITY_UNSPECIFIED = 0,
	TSK_ACTIVITY_SCHEDULED = 1,
	TSK_ACTIVITY_STARTED = 2,
	TSK_ACTIVITY_CANCEL_REQUESTED = 3,
	TSK_ACTIVITY_PAUSED = 4,
	TSK_ACTIVITY_PAUSE_REQUESTED = 5
};

struct tsk_pending_activity {
	const char *id, *type;
	const char *task_queue; /* "" on servers that do not say; then the ActivityTaskScheduled
				   event has it */
	enum tsk_pending_activity_state state;
	bool paused;
	int attempt, maximum_attempts; /* maximum 0: no limit */
	int64_t scheduled_at, last_started_at, last_heartbeat_at, next_attempt_at, expires_at;
	int64_t last_completed_at;
	const char *last_worker_identity;       /* "PID@host" */
	const struct tsk_failure *last_failure; /* or NULL */
};

struct tsk_pending_workflow_task {
	bool present;
	bool started; /* PENDING_WORKFLOW_TASK_STATE_STARTED */
	int attempt;
	int64_t scheduled_at, original_scheduled_at, started_at;
};

struct tsk_pending_child {
	const char *workflow_id, *run_id, *type;
};

struct tsk_pending_nexus {
	const char *endpoint, *service, *operation;
	const char *blocked_reason; /* "" where it is not blocked */
	int attempt;
	int64_t next_attempt_at;
	const struct tsk_failure *last_failure; /* or NULL */
};

struct tsk_workflow {
	const char *workflow_id, *run_id, *type, *task_queue;
	enum tsk_workflow_status status;
	int64_t started_at, closed_at;
	int64_t execution_at; /* when its first task is due: after start delay or cron */
	int64_t history_length, history_bytes;
	const char *parent_workflow_id, *parent_run_id;
	const char *first_run_id;
	bool cancel_requested;
	unsigned more;    /* for tsk_workflow_more; 0: nothing more is known */
	const char *cron; /* "" where none */
	/* "DEPLOYMENT:BUILD": the only worker version that it runs on; "" where any may. */
	const char *pinned_version;
	struct tsk_strings
		reported_problems; /* TemporalReportedProblems: "category=…", "cause=…" */
	/* Below: only from describe, empty in lists. */
	struct tsk_pending_workflow_task pending_task;
	const struct tsk_pending_activity *pending_activities;
	size_t pending_activity_count;
	const struct tsk_pending_child *pending_children;
	size_t pending_child_count;
	const struct tsk_pending_nexus *pending_nexus;
	size_t pending_nexus_count;
	int64_t execution_timeout, run_timeout, task_timeout; /* milliseconds */
};

/* Who holds something back, and why. */
struct tsk_pause {
	int64_t at;           /* 0: it is not paused, or the server does not say */
	const char *identity; /* who did it */
	const char *reason;
	const char *rule; /* the workflow rule that did it, or "" */
};

struct tsk_retry_policy {
	int64_t initial_interval_ms, maximum_interval_ms; /* 0: not said */
	double backoff_coefficient;
	int maximum_attempts;                   /* 0: no limit */
	struct tsk_strings non_retryable_types; /* of errors */
};

/* Beside struct tsk_pending_activity. Timeouts are 0 where unset. */
struct tsk_pending_activity_more {
	struct tsk_pause pause;
	struct tsk_retry_policy retry;
	int64_t start_to_close_ms, schedule_to_close_ms, schedule_to_start_ms, heartbeat_ms;
	struct tsk_payloads heartbeat_details; /* of the last heartbeat that had some */
};

/* Beside struct tsk_pending_nexus. */
struct tsk_pending_nexus_more {
	const char *state; /* "PENDING_NEXUS_OPERATION_STATE_BACKING_OFF" */
	int64_t scheduled_at;
	int64_t schedule_to_close_ms; /* 0: no limit */
};

/* What is known of a workflow beside struct tsk_workflow, which cannot grow. From describe; of a
 * listed one schedule_id alone. */
struct tsk_workflow_more {
	struct tsk_pause pause;
	const char *schedule_id; /* that started it, or "" */
	/* One for each pending activity, and one for each pending Nexus operation. */
	const struct tsk_pending_activity_more *activities;
	size_t activity_count;
	const struct tsk_pending_nexus_more *nexus;
	size_t nexus_count;
};

/* Never NULL: where nothing more is known, all is empty, and activities and nexus are NULL. */
const struct tsk_workflow_more *tsk_workflow_more(const struct tsk_call *call,
						  const struct tsk_workflow *workflow);

/* The same of one of its pending activities; never NULL. */
const struct tsk_pending_activity_more *tsk_pending_activity_more(
	const struct tsk_call *call, const struct tsk_workflow *workflow,
	const struct tsk_pending_activity *activity);

/* run_id "" or NULL: the latest run. */
enum tsk_status tsk_describe_workflow(struct tsk_call *call, const char *workflow_id,
				      const char *run_id, const struct tsk_workflow **workflow);

/* Many at once, in parallel. workflows[i] is NULL where statuses[i] is not TSK_OK (that alone is no
 * error of the call). run_ids may be NULL. */
enum tsk_status tsk_describe_workflows(struct tsk_call *call, const char *const *workflow_ids,
				       const char *const *run_ids, size_t count,
				       const struct tsk_workflow **workflows,
				       enum tsk_status *statuses);

/* Workflows that match a visibility query, at most limit (0: all), in the server's order: open ones
 * newest first, then closed ones, last closed first. Pages of 1000. *more (may be NULL) tells
 * whether the limit cut the list. */
enum tsk_status tsk_list_workflows(struct tsk_call *call, const char *query, size_t limit,
				   const struct tsk_workflow **workflows, size_t *count,
				   bool *more);

/* How many match, in all and by status (counts[status]; needs TSK_WORKFLOW_PAUSED + 1 places; may
 * be NULL). */
enum tsk_status tsk_count_workflows(struct tsk_call *call, const char *query, int64_t *total,
				    int64_t *counts);

/* word as a string literal of a visibility query, in quotes. Server 1.32 finds nothing for a word
 * with a double quote, a backslash or a control character, however it is written. */
const char *tsk_query_literal(struct tsk_call *call, const char *word);

/* ---- history ---- */

/* One event; the members that its type does not have are "" / 0 / NULL / empty. */
struct tsk_event {
	int64_t id;
	int64_t at;
	int type;              /* temporal.api.enums.v1.EventType, see TSK_EVENT_ below */
	unsigned more;         /* for tsk_event_more; 0: nothing more is known */
	const char *type_name; /* "ActivityTaskCompleted" */
	const char *identity;  /* who did it, or asked for it: "PID@host" */
	int64_t scheduled_event_id, started_event_id, initiated_event_id, completed_task_event_id;
	int attempt;
	const char *request_id;
	const char *task_queue;
	const char *workflow_id, *run_id,
		*workflow_type; /* started: its own type; child and external events: theirs */
	const char *new_run_id; /* continued as new, or retried */
	const char *first_run_id, *parent_workflow_id;
	const char *activity_id, *activity_type; /* MarkerRecorded: the local activity's type */
	const char *timer_id;
	int64_t timer_ms; /* TimerStarted: its length */
	const char *signal_name;
	const char *update_name, *update_id;
	const char *reason; /* terminated, cancel requested, …; MarkerRecorded: the patch's id */
	const char *cause;  /* WorkflowTaskFailed:
			       "WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR";
			       MarkerRecorded: the marker's name, "core_patch" */
	const char *timeout_type, *retry_state;
	const char *binary_checksum; /* or the worker's build id */
	int64_t start_to_close_ms, schedule_to_close_ms, schedule_to_start_ms, heartbeat_ms;
	int64_t execution_timeout_ms, run_timeout_ms, first_task_backoff_ms;
	int maximum_attempts;
	const struct tsk_failure *failure; /* or NULL */
	struct tsk_payloads input, result;
};

/* The event types that code here tells apart: temporal.api.enums.v1.EventType. */
enum tsk_event_type {
	TSK_EVENT_STARTED = 1,
	TSK_EVENT_COMPLETED = 2,
	TSK_EVENT_FAILED = 3,
	TSK_EVENT_TIMED_OUT = 4,
	TSK_EVENT_TASK_SCHEDULED = 5,
	TSK_EVENT_TASK_STARTED = 6,
	TSK_EVENT_TASK_COMPLETED = 7,
	TSK_EVENT_TASK_TIMED_OUT = 8,
	TSK_EVENT_TASK_FAILED = 9,
	TSK_EVENT_ACTIVITY_SCHEDULED = 10,
	TSK_EVENT_ACTIVITY_STARTED = 11,
	TSK_EVENT_ACTIVITY_COMPLETED = 12,
	TSK_EVENT_ACTIVITY_FAILED = 13,
	TSK_EVENT_ACTIVITY_TIMED_OUT = 14,
	TSK_EVENT_ACTIVITY_CANCEL_REQUESTED = 15,
	TSK_EVENT_ACTIVITY_CANCELED = 16,
	TSK_EVENT_TIMER_STARTED = 17,
	TSK_EVENT_TIMER_FIRED = 18,
	TSK_EVENT_TIMER_CANCELED = 19,
	TSK_EVENT_CANCEL_REQUESTED = 20,
	TSK_EVENT_CANCELED = 21,
	TSK_EVENT_CANCEL_EXTERNAL_INITIATED = 22,
	TSK_EVENT_CANCEL_EXTERNAL_FAILED = 23,
	TSK_EVENT_CANCEL_EXTERNAL_DONE = 24,
	TSK_EVENT_MARKER_RECORDED = 25,
	TSK_EVENT_SIGNALED = 26,
	TSK_EVENT_TERMINATED = 27,
	TSK_EVENT_CONTINUED_AS_NEW = 28,
	TSK_EVENT_CHILD_INITIATED = 29,
	TSK_EVENT_CHILD_INITIATE_FAILED = 30,
	TSK_EVENT_CHILD_STARTED = 31,
	TSK_EVENT_CHILD_COMPLETED = 32,
	TSK_EVENT_CHILD_FAILED = 33,
	TSK_EVENT_CHILD_CANCELED = 34,
	TSK_EVENT_CHILD_TIMED_OUT = 35,
	TSK_EVENT_CHILD_TERMINATED = 36,
	TSK_EVENT_SIGNAL_EXTERNAL_INITIATED = 37,
	TSK_EVENT_SIGNAL_EXTERNAL_FAILED = 38,
	TSK_EVENT_SIGNAL_EXTERNAL_DONE = 39,
	TSK_EVENT_UPDATE_ACCEPTED = 41,
	TSK_EVENT_UPDATE_REJECTED = 42,
	TSK_EVENT_UPDATE_COMPLETED = 43,
	TSK_EVENT_NEXUS_FAILED = 51,
	TSK_EVENT_NEXUS_TIMED_OUT = 53,
	TSK_EVENT_OPTIONS_UPDATED = 55,
	TSK_EVENT_PAUSED = 58,
	TSK_EVENT_UNPAUSED = 59
};

/* What is known of an event beside struct tsk_event, which cannot grow. */
struct tsk_event_more {
	struct tsk_retry_policy retry; /* WorkflowExecutionStarted, ActivityTaskScheduled */
	/* WorkflowExecutionStarted: the run before it, "" where there is none, what made this one
	 * of it ("CONTINUE_AS_NEW_INITIATOR_RETRY"), and its cron schedule. */
	const char *continued_run_id, *initiator, *cron;
	bool suggests_continue_as_new; /* WorkflowTaskStarted: its history gets long */
	/* StartChildWorkflowExecutionInitiated: "PARENT_CLOSE_POLICY_ABANDON". */
	const char *parent_close_policy;
	/* WorkflowTaskScheduled: the queue of its own of the worker that has the workflow in its
	 * cache, where it was put on that one, else "". */
	const char *sticky_queue;
};

/* Never NULL: all is empty where nothing more is known. */
const struct tsk_event_more *tsk_event_more(const struct tsk_call *call,
					    const struct tsk_event *event);

struct tsk_history {
	const struct tsk_event *events; /* in the order asked for */
	size_t count;
	bool more; /* the limit cut it */
};

/* Events of one run, oldest first, at most limit (0: all). Transient workflow task events, which
 * the server appends for some clients and which were never written, are left out. run_id "" or
 * NULL: the latest run. */
enum tsk_status tsk_history_forward(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, size_t limit, struct tsk_history *history);
/* Newest first. */
enum tsk_status tsk_history_backward(struct tsk_call *call, const char *workflow_id,
				     const char *run_id, size_t limit, struct tsk_history *history);

/* The newest events of many runs, in parallel: at most limit (up to 255) of each, newest first.
 * statuses[i] tells of each (a failure of one is no error of the call). */
enum tsk_status tsk_histories_backward(struct tsk_call *call, const char *const *workflow_ids,
				       const char *const *run_ids, size_t count, size_t limit,
				       struct tsk_history *histories, enum tsk_status *statuses);

/* Waits (long poll, answered within milliseconds of the close) until that run has closed; *close
 * receives its last event. TSK_TIMEOUT (no error recorded) where it is still open at the deadline.
 * Where descriptors are given (at most 64) and one gets ready first, returns TSK_OK with *close
 * NULL (revents set). */
enum tsk_status tsk_wait_close(struct tsk_call *call, const char *workflow_id, const char *run_id,
			       int64_t deadline, struct pollfd *descriptors,
			       size_t descriptor_count, const struct tsk_event **close);

/* Waits likewise until the history of that run is longer than known_length events: something
 * happened. *length receives the new length. A run that has closed answers at once, with the length
 * it has; TSK_TIMEOUT records no error. Reads the whole history: for runs that are short or new. */
enum tsk_status tsk_wait_event(struct tsk_call *call, const char *workflow_id, const char *run_id,
			       int64_t known_length, int64_t deadline, int64_t *length);

/* The name of an event type: 10 -> "ActivityTaskScheduled". */
const char *tsk_event_type_name(int type);

/* ---- whole histories ---- */

/* The whole history of a run in the server's own bytes: a
 * temporal.api.workflowservice.v1.GetWorkflowExecutionHistoryResponse with all its events, oldest
 * first, and nothing else; payloads as they are on the server, encoded ones too. Transient workflow
 * task events, which were never written, are left out. */
struct tsk_raw_history {
	const char *workflow_id, *run_id; /* to be set; run_id "" or NULL: the latest run */
	/* TSK_OK: it is whole. TSK_TIMEOUT: not had by the deadline. TSK_NEGATIVE: it needs more
	 * bytes than may be held. Else as for every request. */
	enum tsk_status status;
	const char *problem;        /* unless TSK_OK: why, in words */
	const unsigned char *bytes; /* NULL unless TSK_OK */
	size_t size;                /* in bytes */
	int64_t events;
};

/* false: no more are wanted. */
typedef bool tsk_take_history(void *context, const struct tsk_raw_history *history);

/* Reads those of many runs in parallel, all their pages, until the deadline (monotonic milliseconds
 * or TSK_NO_DEADLINE). bytes_most: how much is held at a time (0, and at most: 500 MB). take is
 * called for each as soon as it is had or given up, in any order, until it wants no more; its bytes
 * are gone when take returns, so that any number can be read. Without take (NULL) they are borrowed
 * from the call, and bytes_most is for all of them. A failure of one is no error of the call. */
enum tsk_status tsk_raw_histories(struct tsk_call *call, struct tsk_raw_history *histories,
				  size_t count, int64_t deadline, size_t bytes_most,
				  tsk_take_history *take, void *context);

/* A whole history in the JSON that the SDKs' replayers read, and that `temporal workflow show -o
 * json` writes: {"events":[{"eventId":"1",...}]}, an event a line; all that the API has in a
 * history, by its own names, and payloads as they are. */
struct tsk_history_json {
	const char *text; /* borrowed from the call; "" where nothing came of it */
	size_t size;
	/* What a newer server sent and this program does not know, and so is not in it: how many
	 * fields, and the first of them ("field 305 of HistoryEvent", NULL: none). */
	int64_t unknown_fields;
	const char *unknown_field;
	int64_t replaced_texts; /* were no UTF-8, and have U+FFFD in places */
	const char *problem;    /* unless TSK_OK: why, in words */
};

/* bytes: of a struct tsk_raw_history, or of pages one behind another. TSK_UNAVAILABLE: they are
 * damaged; TSK_NEGATIVE: more JSON than a text may have. Nothing is recorded as an error. */
enum tsk_status tsk_history_json(struct tsk_call *call, const unsigned char *bytes, size_t size,
				 struct tsk_history_json *json);

/* ---- task queues and workers ---- */

enum tsk_task_kind { TSK_WORKFLOW_TASKS = 1, TSK_ACTIVITY_TASKS = 2 };

struct tsk_poller {
	const char *identity; /* "PID@host" by default */
	int64_t last_access_at;
	double rate_per_second;
	const char *version; /* "DEPLOYMENT:BUILD" of a versioned worker, else "" */
	/* Of its queue: which workers get what is pinned to no version. "": those without one; for
	 * ramping_version also: no others. */
	const char *current_version, *ramping_version;
};

/* Pollers of a queue as the server remembers them: a dead one lingers for minutes. */
enum tsk_status tsk_pollers(struct tsk_call *call, const char *task_queue, enum tsk_task_kind kind,
			    const struct tsk_poller **pollers, size_t *count);

/* The same in another namespace of the server than the configured one. */
enum tsk_status tsk_pollers_in(struct tsk_call *call, const char *namespace_,
			       const char *task_queue, enum tsk_task_kind kind,
			       const struct tsk_poller **pollers, size_t *count);

/* The PID in an identity "PID@host" where host is this machine's name; 0 where it is not of that
 * form or host. A hint, no more: containers and sandboxes may have this machine's name, and have
 * numbers of their own. */
int tsk_identity_pid(const char *identity);

struct tsk_worker {
	const char *identity, *host, *task_queue, *sdk, *sdk_version, *status, *instance_key;
	int pid;
	int64_t started_at, heartbeat_at;
	int workflow_slots_used, workflow_slots_free, activity_slots_used, activity_slots_free;
	int workflow_pollers, activity_pollers;
};
/* Workers that sent a heartbeat; new ones show up after a minute. System workers are left out.
 * TSK_OK with none where the server does not know this call. */
enum tsk_status tsk_list_workers(struct tsk_call *call, const struct tsk_worker **workers,
				 size_t *count);

/* ---- messages to a workflow; input is JSON text (NULL: no argument; an array is one argument)
 * ---- */

enum tsk_status tsk_signal_workflow(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, const char *signal, const char *input);

/* *json receives the answer. A query that fails is TSK_NEGATIVE, with the worker's message.
 * timeout_ms: a workflow without a worker never answers (TSK_TIMEOUT). */
enum tsk_status tsk_query_workflow(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, const char *query, const char *input,
				   int64_t timeout_ms, const char **json);

/* Sends an update and waits for its result. TSK_OK: completed, rejected or failed, as answer says.
 * TSK_TIMEOUT (recorded): not accepted, or accepted and not completed by the deadline. */
struct tsk_update {
	const char *update_id;
	bool completed, rejected;
	const struct tsk_failure *failure; /* failed or rejected: why; else NULL */
	const char *json;                  /* its result; NULL where none */
};
enum tsk_status tsk_update_workflow(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, const char *update, const char *input,
				    int64_t deadline, struct tsk_update *answer);

/* What the workflow says of itself (query __temporal_workflow_metadata): its handlers. The lists
 * are empty where the SDK does not say; "*" stands for a dynamic handler, which takes any name. */
struct tsk_handlers {
	const char *workflow_type, *current_details;
	struct tsk_strings signals, queries, updates; /* without those that begin with __ */
};
enum tsk_status tsk_workflow_handlers(struct tsk_call *call, const char *workflow_id,
				      const char *run_id, int64_t timeout_ms,
				      struct tsk_handlers *handlers);
/* The signal handlers that have begun and not ended (query __stack_trace), each with the place
 * where it waits: "add (cart.py:36 in add)", borrowed from the call. Empty where the SDK's stack
 * does not tell: that of Python names its tasks "signal: NAME". */
enum tsk_status tsk_unfinished_signals(struct tsk_call *call, const char *workflow_id,
				       const char *run_id, int64_t timeout_ms,
				       struct tsk_strings *handlers);

/* TSK_OK also where the run has ended already: server 1.32 says nothing of it. */
enum tsk_status tsk_cancel_workflow(struct tsk_call *call, const char *workflow_id,
				    const char *run_id, const char *reason);
enum tsk_status tsk_terminate_workflow(struct tsk_call *call, const char *workflow_id,
				       const char *run_id, const char *reason);
/* Cancels or terminates many in parallel; statuses[i] and messages[i] ("" where fine) tell the
 * outcome of each, also where something cut it off, which is returned then: TSK_TIMEOUT where it
 * was sent and its answer was lost, TSK_INTERRUPTED where it was not sent. */
enum tsk_status tsk_end_workflows(struct tsk_call *call, const char *const *workflow_ids,
				  const char *const *run_ids, size_t count, bool terminate,
				  const char *reason, enum tsk_status *statuses,
				  const char **messages);
/* Goes back to a completed workflow task and on from there in a new run, whose id is returned. */
enum tsk_status tsk_reset_workflow(struct tsk_call *call, const char *workflow_id,
				   const char *run_id, int64_t event_id, const char *reason,
				   const char **new_run_id);

/* ---- schedules ---- */

struct tsk_schedule {
	const char *id, *workflow_type;
	bool paused;
	bool pause_on_failure;
	bool has_ended;                /* its number of actions is used up */
	const char *note;              /* why it is paused, in the words of who did it */
	const char *overlap_policy;    /* "SCHEDULE_OVERLAP_POLICY_SKIP" */
	const char *invalid;           /* what is wrong with its specification, or "" */
	int64_t actions;               /* how many it has started */
	int64_t skipped, dropped;      /* as one still ran; from a buffer that was full */
	int64_t missed;                /* too late to catch up */
	int64_t next_at, following_at; /* its next two actions; 0: none */
	struct tsk_strings running;    /* the ids of its workflows that run */
	const char *last_workflow_id;  /* that it started last, or "" */
	int64_t last_at;
	bool is_described; /* else its times are not known */
};

/* The schedules of the namespace, at most limit, each described; *unanswered (may be NULL): how
 * many more the server did not describe. */
enum tsk_status tsk_list_schedules(struct tsk_call *call, size_t limit,
				   const struct tsk_schedule **schedules, size_t *count,
				   size_t *unanswered);

/* ---- what was not answered ---- */

/* A question that was refused or lost, and not answered since, is said at the end of the command's
 * answer by the core ("not_answered"). A command whose verdict hinges on one asks here. */

/* What a command ends with that cannot do without what was not answered: TSK_DENIED,
 * TSK_UNAVAILABLE or TSK_TIMEOUT; TSK_OK: all questions were answered. */
enum tsk_status tsk_unanswered(const struct tsk_call *call);
/* Why that question about that workflow or queue (NULL: about any) was not answered: "denied";
 * NULL: it was, or was not asked. */
const char *tsk_unanswered_reason(const struct tsk_call *call, const char *method,
				  const char *about);

/* ---- batch operations in the server ---- */

struct tsk_batch {
	const char *state; /* "RUNNING", "COMPLETED", "FAILED" */
	int64_t total, done, failed;
};
/* *job_id: "" where it was not started; where its answer was lost, it may have been. */
enum tsk_status tsk_batch_start(struct tsk_call *call, const char *query, bool terminate,
				const char *reason, const char **job_id);
enum tsk_status tsk_batch_ask(struct tsk_call *call, const char *job_id, struct tsk_batch *batch);

/* The link to a workflow in the web UI:
 * http://localhost:8233/namespaces/NS/workflows/ID/RUN/history, or "" where the UI's address is not
 * known. */
const char *tsk_workflow_link(struct tsk_call *call, const char *workflow_id, const char *run_id);

#pragma GCC visibility pop

#endif
