/* Deciding on workflow tasks: those that fail or time out again and again, those that nobody picks
 * up, and the healthy ones that are just being worked on.
 *
 * The history tells of the first attempt only, and keeps what was overcome: so only what is newer
 * than the last completed task counts, and the number of attempts comes from the pending task. */
#include "classifier.h"
#include "registered.h"
#include "who_polls.h"
#include "worker_log.h"

#include <string.h>

#define SECOND_NS            ((int64_t)1000000000)

/* The SDK gives up a task that does not yield for this long; a task younger than that may yet be
 * fine. */
#define WORKING_NS           (2 * SECOND_NS)

/* The server's own times (getStartToCloseTimeout in its history service): the default timeout of a
 * workflow task, the attempt from which on it adds a wait that doubles, that wait's start and most,
 * and the most that our own server is started with. */
#define TASK_TIMEOUT_MS      10000
#define BACKOFF_FROM_ATTEMPT 4
#define BACKOFF_FIRST_MS     5000
#define BACKOFF_MOST_MS      600000
#define BACKOFF_OURS_MS      1000

/* What history says of the pending task. */
struct task_story {
	const struct tsk_event *failed;    /* its newest failure that tells of trouble, or NULL */
	const struct tsk_event *timed_out; /* its newest start-to-close timeout, or NULL */
	const struct tsk_event *started;   /* its newest start, or NULL */
	const char *timed_out_by;          /* identity of who held the task then, or "" */
	int64_t held_since;                /* when that one took it; 0: not known */
	int failures;
	bool fast; /* the server retries at short gaps */
};

/* Failures that belong to the server's normal work. */
static bool is_harmless(const char *cause)
{
	static const char *const causes[] = {
		"WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW",
		"WORKFLOW_TASK_FAILED_CAUSE_FORCE_CLOSE_COMMAND",
		"WORKFLOW_TASK_FAILED_CAUSE_FAILOVER_CLOSE_COMMAND",
		"WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_COMMAND",
		"WORKFLOW_TASK_FAILED_CAUSE_UNHANDLED_UPDATE",
		"WORKFLOW_TASK_FAILED_CAUSE_RESET_STICKY_TASK_QUEUE",
	};

	for (size_t i = 0; i < sizeof(causes) / sizeof(*causes); i++)
		if (strcmp(cause, causes[i]) == 0)
			return true;
	return false;
}

static struct task_story task_story(const struct tsk_history *newest)
{
	struct task_story story = { .timed_out_by = "" };

	for (size_t i = 0; i < newest->count; i++) {
		const struct tsk_event *event = &newest->events[i];
		const char *cause = or_empty(event->cause);

		if (event->type == TSK_EVENT_TASK_COMPLETED)
			break;
		/* A reset goes on from here: what was before it is another run's story. */
		if (event->type == TSK_EVENT_TASK_FAILED &&
		    strcmp(cause, "WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW") == 0)
			break;
		if (event->type == TSK_EVENT_TASK_STARTED && !story.started)
			story.started = event;
		if (event->type == TSK_EVENT_TASK_STARTED && story.timed_out &&
		    !*story.timed_out_by) {
			story.timed_out_by = or_empty(event->identity);
			story.held_since = event->at;
		}
		if (event->type == TSK_EVENT_TASK_FAILED && !is_harmless(cause)) {
			story.failures++;
			if (!story.failed)
				story.failed = event;
		}
		/* A schedule-to-start timeout only says that the sticky queue's worker went away;
		 * the task then goes to the normal queue. */
		if (event->type == TSK_EVENT_TASK_TIMED_OUT && !story.timed_out &&
		    strcmp(or_empty(event->timeout_type), "TIMEOUT_TYPE_START_TO_CLOSE") == 0)
			story.timed_out = event;
	}
	return story;
}

/* ---- when the next attempt is due ---- */

static int64_t attempt_ms(const struct reading *reading, int attempt, bool fast)
{
	const struct tsk_workflow *workflow = reading->workflow;
	int64_t wait = workflow->task_timeout > 0 ? workflow->task_timeout : TASK_TIMEOUT_MS;
	int64_t most = fast ? BACKOFF_OURS_MS : BACKOFF_MOST_MS;
	int64_t backoff = BACKOFF_FIRST_MS;

	if (attempt < BACKOFF_FROM_ATTEMPT)
		return wait;
	for (int i = BACKOFF_FROM_ATTEMPT; i < attempt && backoff < most; i++)
		backoff *= 2;
	return wait + (backoff < most ? backoff : most);
}

/* Whoever started the server may have shortened the gaps: then there were more attempts since the
 * first failure than the server's own waits (which it shortens by up to a fifth at random) allow.
 */
static bool retries_fast(const struct reading *reading, const struct task_story *story)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;
	const struct tsk_event *first = story->failed ? story->failed : story->timed_out;
	int64_t least = 0, passed;

	if (reading->symptoms->server_is_ours)
		return true;
	if (!first || !task->started || task->attempt <= BACKOFF_FROM_ATTEMPT + 1)
		return false;
	passed = (task->started_at - first->at) / 1000000;
	for (int i = 2; i < task->attempt && least <= passed; i++)
		least += attempt_ms(reading, i, false) * 4 / 5;
	return least > passed;
}

static int64_t next_attempt(const struct reading *reading, const struct task_story *story)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;

	if (!task->started)
		return task->scheduled_at;
	return task->started_at + attempt_ms(reading, task->attempt, story->fast) * 1000000;
}

/* The last attempt that is known to have failed: when it was begun, or what history says. An
 * attempt that has just been begun may be the good one. */
static int64_t last_failed_at(const struct reading *reading, const struct task_story *story)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;
	const struct tsk_event *event = story->failed ? story->failed : story->timed_out;
	int64_t gap = attempt_ms(reading, task->attempt - 1, story->fast) * 1000000;
	int64_t young = reading->symptoms->now - WORKING_NS;
	int64_t told = event ? event->at : 0, begun = 0;
	const struct tsk_symptom_worker *holder = worker_of(reading, story->timed_out_by);

	/* Whoever died with the task failed long before the server noticed. */
	if (!story->failed && story->held_since && holder && !holder->alive)
		told = story->held_since;

	if (task->attempt > 1)
		begun = task->started && task->started_at <= young ? task->started_at
								   : task->scheduled_at - gap;
	return begun > told ? begun : told;
}

static void judge_recovery(struct reading *reading, const struct task_story *story)
{
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	const struct tsk_event *event = story->failed ? story->failed : story->started;
	const struct tsk_symptom_worker *fresh =
		fresh_worker(reading, TSK_WORKFLOW_TASKS, reading->queue,
			     last_failed_at(reading, story), event ? event->identity : "");

	/* A worker that crashes on the task is new after each crash, if anyone starts it again:
	 * that it is new shows a repair only where it was started on purpose. */
	if (fresh && diagnosis->verdict == TSK_VERDICT_WORKFLOW_TASK_TIMEOUT &&
	    diagnosis->attempts > 2 && !fresh->tracked)
		fresh = NULL;
	/* It has not got it, either. */
	if (diagnosis->verdict == TSK_VERDICT_MISSING_WORKFLOW && workflow_is_nowhere(reading))
		fresh = NULL;
	reading->failed_by = event ? or_empty(event->identity) : "";
	reading->fresh = fresh;
	diagnosis->recovering = fresh != NULL;
	diagnosis->next_attempt_at = next_attempt(reading, story);
}

/* ---- tasks that fail ---- */

enum tsk_verdict task_verdict(const struct tsk_failure *failure, const char *cause)
{
	if (is_nondeterminism(failure, cause))
		return TSK_VERDICT_NONDETERMINISM;
	if (link_not_registered(failure, "Workflow"))
		return TSK_VERDICT_MISSING_WORKFLOW;
	if (link_restricted(failure))
		return TSK_VERDICT_SANDBOX_VIOLATION;
	if (is_local_not_registered(failure))
		return TSK_VERDICT_MISSING_ACTIVITY;
	return TSK_VERDICT_WORKFLOW_TASK_FAILURE;
}

/* TemporalReportedProblems has "cause=WorkflowTaskFailedCauseNonDeterministicError"; the enum's
 * name is WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR. "" where it says nothing of that
 * kind. */
static const char *reported_cause(const struct reading *reading, const char *kind)
{
	const struct tsk_strings *problems = &reading->workflow->reported_problems;
	size_t prefix = strlen("cause=");

	for (size_t i = 0; i < problems->count; i++) {
		const char *name = problems->items[i];

		if (strncmp(name, "cause=", prefix) || strncmp(name + prefix, kind, strlen(kind)))
			continue;
		char *text = tsk_alloc(reading->call, 2 * strlen(name) + 1);
		size_t at = 0;
		for (name += prefix; *name; name++) {
			if (at && *name >= 'A' && *name <= 'Z')
				text[at++] = '_';
			text[at++] =
				*name >= 'a' && *name <= 'z' ? (char)(*name - 'a' + 'A') : *name;
		}
		return text;
	}
	return "";
}

/* The newest failure has no text in history (a tail that was cut, a list without histories): what
 * the server reports, and what the worker wrote. */
static bool read_untold(struct reading *reading)
{
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	const char *cause = reported_cause(reading, "WorkflowTaskFailedCause");

	if (*reported_cause(reading, "WorkflowTaskTimedOutCause")) {
		reading->task_trouble = TASK_UNTOLD;
		diagnosis->verdict = TSK_VERDICT_WORKFLOW_TASK_TIMEOUT;
		take_cause(reading, TSK_CAUSE_TIMEOUT, "TIMEOUT_TYPE_START_TO_CLOSE",
			   "workflow task timed out");
		return true;
	}
	/* Second attempts happen to healthy workflows, too. */
	if (!*cause && reading->workflow->pending_task.attempt <= 2)
		return false;
	reading->task_trouble = TASK_UNTOLD;
	reading->cause = cause;
	diagnosis->verdict = task_verdict(NULL, cause);
	take_failure(reading, NULL, cause);
	read_logged_task(reading);
	return true;
}

static void read_failed(struct reading *reading, const struct tsk_event *event)
{
	reading->task_trouble = TASK_FAILS;
	reading->event = event;
	reading->cause = or_empty(event->cause);
	reading->diagnosis->verdict = task_verdict(event->failure, event->cause);
	take_failure(reading, event->failure, event->cause);
	take_logged_text(reading, event->failure);
}

/* ---- tasks that time out ---- */

static void read_timed_out(struct reading *reading, const struct tsk_event *event)
{
	reading->task_trouble = TASK_TIMES_OUT;
	reading->event = event;
	reading->diagnosis->verdict = TSK_VERDICT_WORKFLOW_TASK_TIMEOUT;
	take_cause(reading, TSK_CAUSE_TIMEOUT, "TIMEOUT_TYPE_START_TO_CLOSE",
		   "workflow task timed out: the worker took it and did not answer");
	/* Only a first attempt's failure is written: after a timeout the task may well fail. */
	read_logged_task(reading);
}

/* Its worker took the task and is gone; the server will know when the task times out. */
static bool read_holder_gone(struct reading *reading, const struct task_story *story)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;
	const struct tsk_symptom_worker *holder =
		story->started ? worker_of(reading, story->started->identity) : NULL;

	if (!task->started || task->attempt > 1 || !holder || holder->alive)
		return false;
	reading->task_trouble = TASK_HOLDER_GONE;
	reading->event = story->started;
	reading->diagnosis->verdict = TSK_VERDICT_WORKFLOW_TASK_TIMEOUT;
	take_cause(reading, TSK_CAUSE_TIMEOUT, "TIMEOUT_TYPE_START_TO_CLOSE",
		   tsk_format(reading->call, "worker %s took the workflow task and is gone",
			      story->started->identity));
	return true;
}

/* ---- tasks that nobody picks up ---- */

static bool read_not_picked_up(struct reading *reading)
{
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	struct presence presence = presence_of(reading, TSK_WORKFLOW_TASKS);

	if (reading->workflow->pending_task.started || !presence.known || presence.live)
		return false;
	reading->task_trouble = TASK_NOT_PICKED_UP;
	diagnosis->verdict = TSK_VERDICT_NO_WORKFLOW_WORKER;
	diagnosis->attempts = 0;
	reading->starting = starting_worker(reading, reading->queue);
	if (reading->starting)
		diagnosis->recovering = true;
	else if (explain_by_dead_worker(reading, reading->queue) &&
		 strstr(diagnosis->root_cause.stack_trace, "Failed validating workflow "))
		diagnosis->verdict = TSK_VERDICT_SANDBOX_VIOLATION;
	return true;
}

/* Whoever takes it fails it: told before that has happened. */
static bool read_nowhere(struct reading *reading)
{
	struct tsk_diagnosis *diagnosis = reading->diagnosis;

	if (reading->workflow->pending_task.started || !workflow_is_nowhere(reading))
		return false;
	reading->task_trouble = TASK_NOT_PICKED_UP;
	diagnosis->verdict = TSK_VERDICT_MISSING_WORKFLOW;
	diagnosis->attempts = 0;
	take_cause(reading, TSK_CAUSE_FAILURE, "NotFoundError",
		   tsk_format(reading->call, "no worker of '%s' registers workflow '%s'",
			      reading->queue, or_empty(reading->workflow->type)));
	return true;
}

/* ---- all of them ---- */

/* A worker tells of the first failure only; what it fails once more times out without a word. So a
 * timeout says something new only of another worker. */
static bool failure_decides(const struct task_story *story)
{
	if (!story->failed || !story->timed_out || story->failed->id > story->timed_out->id)
		return story->failed != NULL;
	return *story->timed_out_by &&
	       strcmp(story->timed_out_by, or_empty(story->failed->identity)) == 0;
}

static bool read_trouble(struct reading *reading, const struct task_story *story)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;

	if (failure_decides(story))
		read_failed(reading, story->failed);
	else if (story->timed_out)
		read_timed_out(reading, story->timed_out);
	else if (!read_holder_gone(reading, story))
		return task->attempt > 1 && read_untold(reading);
	return true;
}

bool read_task(struct reading *reading)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;
	struct tsk_diagnosis *diagnosis = reading->diagnosis;
	struct task_story story = task_story(&reading->symptoms->newest);

	if (!task->present)
		return false;
	reading->queue = or_empty(reading->workflow->task_queue);
	story.fast = retries_fast(reading, &story);
	if (read_trouble(reading, &story)) {
		diagnosis->attempts =
			task->attempt > story.failures ? task->attempt : story.failures;
		judge_recovery(reading, &story);
		return true;
	}
	return read_not_picked_up(reading) || read_nowhere(reading);
}

bool read_task_at_work(struct reading *reading)
{
	const struct tsk_pending_workflow_task *task = &reading->workflow->pending_task;

	if (!task->present)
		return false;
	reading->queue = or_empty(reading->workflow->task_queue);
	reading->diagnosis->verdict = TSK_VERDICT_IN_PROGRESS;
	reading->diagnosis->attempts = task->attempt;
	return true;
}
