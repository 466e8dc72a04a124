/* wait-for-workflow-status: wait for a status by long poll, and no longer than there is hope. */
#include "say_workflow.h"

#include <string.h>

struct wait_options {
	const char *workflow_id;
	const char *run_id;
	const char *status;
	int64_t timeout;
	const char *interval;
	bool no_stall_check;
};

#define AT(field) .at = offsetof(struct wait_options, field)
static const struct tsk_option options[] = {
	TSK_WORKFLOW_OPTIONS(struct wait_options),
	{ .name = "status",
	  .letter = 's',
	  .type = TSK_STRING,
	  AT(status),
	  .argument = "STATUS",
	  .help = "status to wait for; several by comma, in any spelling",
	  .fallback = "COMPLETED" },
	{ .name = "timeout",
	  .letter = 'T',
	  .type = TSK_DURATION,
	  AT(timeout),
	  .argument = "SECONDS",
	  .help = "how long to wait",
	  .fallback = "100" },
	{ .name = "interval",
	  .type = TSK_STRING,
	  AT(interval),
	  .argument = "SECONDS",
	  .help = "ignored: the server tells at once" },
	{ .name = "no-stall-check",
	  .type = TSK_FLAG,
	  AT(no_stall_check),
	  .help = "go on waiting for a workflow that cannot move" },
	{ 0 },
};

/* A workflow that stalls tells nobody: retries of activities and of workflow tasks write no event.
 * So while its close is awaited by a long poll, its state is read now and then: soon at first, when
 * most stalls show, later seldom. */
#define FIRST_CHECK_MS    150
#define LAST_CHECK_MS     5000

/* An activity that failed once or twice may well succeed by itself. */
#define HOPELESS_ATTEMPTS 3

/* Twice the time after which a new poller is listed. */
#define NEW_POLLER_MS     1000

/* Beyond the deadline, for the answer to what was asked before it. */
#define LAST_ANSWER_MS    500

struct waiting {
	struct tsk_call *call;
	const struct wait_options *options;
	bool wanted[TSK_WORKFLOW_PAUSED + 1];
	struct tsk_text wanted_text;
	const char *run_id;
	const char *newer_run; /* that has the id now, where the last event does not say; or NULL */
	int64_t began, deadline;
	struct outcome outcome;
	struct tsk_diagnosis diagnosis;
	bool diagnosed;
	struct tsk_absence absence;
	int64_t answered_ms; /* when the outcome was read */
};

static enum tsk_status parse_statuses(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;
	const char *at = waiting->options->status;

	waiting->wanted_text = (struct tsk_text){ .call = call };
	while (*at) {
		size_t length = strcspn(at, ",");
		const char *word = tsk_copy_bytes(call, at, length);
		enum tsk_workflow_status status;
		if (!tsk_workflow_status_parse(word, &status) || status == TSK_WORKFLOW_UNSPECIFIED)
			return tsk_fail(call, TSK_USAGE,
					"bad status '%s' of '--status': expected RUNNING, "
					"COMPLETED, FAILED, "
					"CANCELED, TERMINATED, CONTINUED_AS_NEW or TIMED_OUT",
					word);
		waiting->wanted[status] = true;
		tsk_text_join(&waiting->wanted_text, " or ", "%s",
			      tsk_workflow_status_name(status));
		at += length + (at[length] == ',');
	}
	if (!waiting->wanted_text.size)
		return tsk_fail(call, TSK_USAGE, "'--status' names no status");
	return TSK_OK;
}

/* ---- endings; each returns the exit status ---- */

static void say_common(struct waiting *waiting, bool reached)
{
	struct tsk_call *call = waiting->call;
	cJSON *result = tsk_result(call);

	say_workflow(call, result, waiting->outcome.workflow);
	say_outcome(result, &waiting->outcome);
	tsk_set_bool(result, "reached", reached);
	tsk_set_seconds(result, "waited_seconds", tsk_now_ms() - waiting->began);
}

static const char *waited_text(const struct waiting *waiting)
{
	return tsk_duration_text(waiting->call, tsk_now_ms() - waiting->began);
}

static enum tsk_status reached(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;
	const struct tsk_workflow *workflow = waiting->outcome.workflow;
	const char *reason = outcome_reason(call, &waiting->outcome);

	say_common(waiting, true);
	tsk_verdict(call, outcome_verdict(call, &waiting->outcome), "'%s' is %s (waited %s)%s%s",
		    workflow->workflow_id, tsk_workflow_status_name(workflow->status),
		    waited_text(waiting), *reason ? ": " : "", reason);
	if (waiting->outcome.suspicious)
		tsk_next(call, "temporal-skill get-workflow-result -w %s",
			 tsk_quote(call, workflow->workflow_id));
	return TSK_OK;
}

static enum tsk_status ended_otherwise(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;
	const struct tsk_workflow *workflow = waiting->outcome.workflow;
	const char *reason = outcome_reason(call, &waiting->outcome);

	say_common(waiting, false);
	tsk_verdict(call,
		    workflow->status == TSK_WORKFLOW_COMPLETED
			    ? "completed"
			    : outcome_verdict(call, &waiting->outcome),
		    "'%s' is %s, not %s%s%s", workflow->workflow_id,
		    tsk_workflow_status_name(workflow->status),
		    tsk_text_value(&waiting->wanted_text), *reason ? ": " : "", reason);
	if (workflow->status != TSK_WORKFLOW_COMPLETED)
		tsk_next(call, "temporal-skill analyze-workflow-error -w %s -r %s",
			 tsk_quote(call, workflow->workflow_id), workflow->run_id);
	return TSK_NEGATIVE;
}

static enum tsk_status stalled(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;

	say_common(waiting, false);
	tsk_diagnosis_say(call, waiting->outcome.workflow, &waiting->diagnosis);
	return TSK_STALLED;
}

/* The diagnosis' headline, its subject being named already. */
static const char *diagnosis_of_it(const struct waiting *waiting)
{
	const struct tsk_told *told = tsk_diagnosis_told(waiting->call, &waiting->diagnosis);

	return told->headline ? tsk_format(waiting->call, "it %s", told->headline)
			      : waiting->diagnosis.headline;
}

static enum tsk_status timed_out_in_silence(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;
	const struct tsk_workflow *workflow = waiting->outcome.workflow;
	const int64_t silence = tsk_now_ms() - waiting->answered_ms;

	say_common(waiting, false);
	tsk_set_seconds(tsk_result(call), "unanswered_seconds", silence);
	tsk_set_time(tsk_result(call), "unanswered_since", waiting->absence.since);
	tsk_verdict(call, "timeout",
		    "'%s' was %s, not %s, when the server last answered, %s ago (waited %s); %s",
		    workflow->workflow_id, tsk_workflow_status_name(workflow->status),
		    tsk_text_value(&waiting->wanted_text), tsk_duration_text(call, silence),
		    waited_text(waiting), tsk_absence_text(call, &waiting->absence));
	tsk_next(call, "temporal-skill show-server");
	return TSK_TIMEOUT;
}

static enum tsk_status timed_out(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;
	const struct tsk_workflow *workflow = waiting->outcome.workflow;

	say_common(waiting, false);
	if (waiting->diagnosed)
		tsk_diagnosis_say(call, workflow, &waiting->diagnosis);
	tsk_verdict(call, "timeout", "'%s' is still %s, not %s, after %s%s%s",
		    workflow->workflow_id, tsk_workflow_status_name(workflow->status),
		    tsk_text_value(&waiting->wanted_text), waited_text(waiting),
		    waiting->diagnosed ? ": " : "",
		    waiting->diagnosed ? diagnosis_of_it(waiting) : "");
	return TSK_TIMEOUT;
}

/* ---- the loop ---- */

static bool is_open(const struct tsk_workflow *workflow)
{
	return workflow->status == TSK_WORKFLOW_RUNNING || workflow->status == TSK_WORKFLOW_PAUSED;
}

/* A run that went on as another one (continued as new, retried, cron), unless this very run was
 * asked for. */
static const char *successor(const struct waiting *waiting)
{
	const struct tsk_event *close = waiting->outcome.close;

	if (waiting->newer_run)
		return waiting->newer_run;
	if (!close || !*close->new_run_id || waiting->options->run_id)
		return NULL;
	return close->new_run_id;
}

static bool is_missing_worker(enum tsk_verdict verdict)
{
	return verdict == TSK_VERDICT_NO_WORKFLOW_WORKER ||
	       verdict == TSK_VERDICT_NO_ACTIVITY_WORKER;
}

/* What a server that has just been restarted may show of a workflow whose worker is well. */
static bool may_pass(const struct waiting *waiting, enum tsk_verdict verdict)
{
	return (is_missing_worker(verdict) || verdict == TSK_VERDICT_WORKFLOW_TASK_TIMEOUT) &&
	       tsk_server_is_fresh(waiting->call);
}

/* A worker that was started together with the workflow is listed by the server half a second later.
 */
static bool is_young(const struct waiting *waiting)
{
	return tsk_now_ms() - waiting->began < NEW_POLLER_MS &&
	       tsk_wall_ns() - waiting->outcome.workflow->started_at < NEW_POLLER_MS * 1000000LL;
}

/* What the workflow's progress hinges on: its own trouble, or that of the only child that it waits
 * for, with no timer to end that. */
static const struct tsk_diagnosis *decisive(const struct waiting *waiting)
{
	const struct tsk_diagnosis *diagnosis = &waiting->diagnosis;

	if (waiting->outcome.workflow->pending_child_count != 1)
		return diagnosis;
	while (diagnosis->verdict == TSK_VERDICT_WAITING_CHILD && diagnosis->child &&
	       !diagnosis->next_attempt_at)
		diagnosis = diagnosis->child;
	return diagnosis;
}

/* Hope is given up only where nothing but a repair helps; an activity that goes on failing is such
 * a case after some attempts, unless its end in failure is what is waited for. */
static bool is_hopeless(const struct waiting *waiting)
{
	const struct tsk_diagnosis *diagnosis = decisive(waiting);

	if (!diagnosis->stalled || waiting->wanted[TSK_WORKFLOW_RUNNING])
		return false;
	if (is_missing_worker(diagnosis->verdict) && is_young(waiting))
		return false;
	if (may_pass(waiting, diagnosis->verdict))
		return false;
	if (diagnosis->verdict == TSK_VERDICT_ACTIVITY_RETRYING)
		return diagnosis->attempts >= HOPELESS_ATTEMPTS &&
		       !waiting->wanted[TSK_WORKFLOW_FAILED];
	/* Timeouts, cancellation and termination come from outside the workflow's code. */
	return !waiting->wanted[TSK_WORKFLOW_TIMED_OUT] &&
	       !waiting->wanted[TSK_WORKFLOW_TERMINATED];
}

/* A closed run whose last event could not be read may have a successor all the same: then the id
 * belongs to that one now. */
static enum tsk_status look_for_successor(struct waiting *waiting)
{
	const struct tsk_workflow *latest = NULL;

	if (waiting->options->run_id)
		return TSK_OK;
	if (tsk_describe_workflow(waiting->call, waiting->options->workflow_id, NULL, &latest))
		return tsk_error(waiting->call);
	if (strcmp(latest->run_id, waiting->outcome.workflow->run_id) != 0)
		waiting->newer_run = latest->run_id;
	return TSK_OK;
}

/* A question that was lost, not denied, may have an answer in a while: until then nothing is known
 * since the last one. */
static enum tsk_status bear_lost_question(struct waiting *waiting)
{
	const enum tsk_status lost = tsk_unanswered(waiting->call);

	if (waiting->diagnosis.verdict != TSK_VERDICT_UNCLEAR ||
	    (lost != TSK_TIMEOUT && lost != TSK_UNAVAILABLE))
		return TSK_OK;
	return tsk_fail(waiting->call, lost, "%s", waiting->diagnosis.headline);
}

static enum tsk_status look_at_workflow(struct waiting *waiting)
{
	struct tsk_call *call = waiting->call;
	const struct tsk_workflow *workflow;
	struct outcome outcome;
	enum tsk_status status = read_outcome_as_told(call, waiting->options->workflow_id,
						      waiting->run_id, &outcome);

	if (status)
		return status;
	waiting->outcome = outcome;
	waiting->answered_ms = tsk_now_ms();
	workflow = waiting->outcome.workflow;
	waiting->run_id = workflow->run_id;
	waiting->diagnosed = false;
	waiting->newer_run = NULL;
	if (outcome.unread)
		return look_for_successor(waiting);
	if (!is_open(workflow) || waiting->wanted[workflow->status] ||
	    waiting->options->no_stall_check)
		return TSK_OK;
	if (tsk_diagnose(call, workflow->workflow_id, workflow->run_id, workflow,
			 &waiting->diagnosis))
		return tsk_error(call);
	waiting->diagnosed = true;
	return bear_lost_question(waiting);
}

/* What it said stands, and it has until the end of the waiting to say more: the error of a request
 * is none of the waiting's while the time lasts. TSK_OK: ask again. */
static enum tsk_status bear(struct waiting *waiting, enum tsk_status status)
{
	if (!waiting->outcome.workflow)
		return status;
	status = tsk_ride_out(waiting->call, &waiting->absence, waiting->deadline);
	return status == TSK_TIMEOUT ? timed_out_in_silence(waiting) : status;
}

/* Whether the waiting is over, and how. */
static bool waiting_is_over(struct waiting *waiting, enum tsk_status *status)
{
	const struct tsk_workflow *workflow = waiting->outcome.workflow;

	if (waiting->wanted[workflow->status] &&
	    !(workflow->status == TSK_WORKFLOW_FAILED && successor(waiting)))
		*status = reached(waiting);
	else if (!is_open(workflow) && !successor(waiting))
		*status = ended_otherwise(waiting);
	else if (waiting->diagnosed && is_hopeless(waiting))
		*status = stalled(waiting);
	else if (tsk_now_ms() >= waiting->deadline)
		*status = timed_out(waiting);
	else
		return false;
	return true;
}

static enum tsk_status wait_for_change(struct waiting *waiting, int64_t *check_ms)
{
	const struct tsk_event *close = NULL;
	int64_t until =
		waiting->options->no_stall_check ? waiting->deadline : tsk_now_ms() + *check_ms;
	enum tsk_status status;

	if (successor(waiting)) {
		waiting->run_id = successor(waiting);
		*check_ms = FIRST_CHECK_MS;
		return TSK_OK;
	}
	if (until > waiting->deadline)
		until = waiting->deadline;
	status = tsk_wait_close(waiting->call, waiting->options->workflow_id, waiting->run_id,
				until, NULL, 0, &close);
	*check_ms = *check_ms * 2 > LAST_CHECK_MS ? LAST_CHECK_MS : *check_ms * 2;
	return status == TSK_TIMEOUT && !tsk_error(waiting->call) ? TSK_OK : status;
}

static enum tsk_status wait_for_workflow_status(struct tsk_call *call, const void *given)
{
	const struct wait_options *o = given;
	struct waiting waiting = { .call = call,
				   .options = o,
				   .run_id = o->run_id,
				   .began = tsk_now_ms(),
				   .deadline = tsk_deadline(call, o->timeout) };
	int64_t check_ms = FIRST_CHECK_MS;
	enum tsk_status status;

	if (o->interval)
		tsk_note(call,
			 "--interval is ignored: the server tells at once when something happens");
	if (parse_statuses(&waiting))
		return tsk_error(call);
	tsk_limit(call, waiting.deadline + LAST_ANSWER_MS);
	do {
		status = look_at_workflow(&waiting);
		if (status == TSK_OK) {
			tsk_server_is_back(&waiting.absence);
			if (waiting_is_over(&waiting, &status))
				return status;
			status = wait_for_change(&waiting, &check_ms);
		}
		if (status != TSK_OK)
			status = bear(&waiting, status);
	} while (status == TSK_OK);
	return status;
}

static const struct tsk_view views[] = {
	{ .path = "result" },
	{ .path = "suspicious_because", .label = "looks like an error" },
	{ .path = "root_cause.location", .label = "at" },
	{ .path = "evidence" },
	{ .path = "recovery" },
	{ 0 },
};

static const char *const examples[] = {
	"temporal-skill wait-for-workflow-status --workflow-id order-17 --status COMPLETED "
	"--timeout 60",
	"temporal-skill wait-for-workflow-status -w order-17 --status COMPLETED,FAILED",
	NULL,
};

const struct tsk_command wait_for_workflow_status_command = {
	.name = "wait-for-workflow-status",
	.summary = "wait until a workflow has a status, or cannot get there",
	.details = "Follows the workflow through continue-as-new and retries, unless --run-id "
		   "names one run.\n"
		   "Exit 0: it has the status. 1: it ended otherwise. 5: the time is over. 6: it "
		   "cannot move until\n"
		   "something is repaired; the diagnosis is printed. A server that answered once "
		   "and goes away, or is\nrestarted, is waited for until the time is over.",
	.examples = examples,
	.needs = TSK_NEEDS_SERVER,
	.options = options,
	.options_size = sizeof(struct wait_options),
	.views = views,
	.run = wait_for_workflow_status,
};
