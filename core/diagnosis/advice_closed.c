/* What to do about workflows that are over. */
#include "advice.h"
#include "server_words.h"
#include "source_lines.h"

#include <string.h>

/* Nobody took the activity: there is no worker on its queue, or it has another name. */
static void advise_untaken(const struct reading *reading)
{
	const char *own = or_empty(reading->workflow->task_queue), *queue = reading->queue;

	if (held_the_slot(reading))
		advise_line(reading,
			    "the worker of '%s' was at work on others: begin fewer at once, have "
			    "more slots (max_concurrent_activities) or workers, or leave out "
			    "schedule_to_start_timeout, which few need",
			    queue);
	else if (!*queue)
		advise_line(reading, "no worker took the activity in time: start one that polls "
				     "its task queue and has it registered");
	else if (strcmp(own, queue) == 0)
		advise_line(reading,
			    "no worker took the activity in time from '%s': start one, or more, "
			    "that have it registered",
			    queue);
	else
		advise_command(reading,
			       tsk_format(reading->call,
					  "temporal-skill ensure-worker --task-queue %s",
					  tsk_quote(reading->call, queue)),
			       "no worker took the activity in time: it was sent to '%s', the "
			       "workflow runs on '%s'; drop the task_queue of the activity, or "
			       "start a worker for it",
			       queue, own);
}

/* What brought the child to its end, where that is known. */
static bool advise_ended_child(const struct reading *reading)
{
	const struct tsk_diagnosis *child = reading->symptoms->child;

	if (!child || (child->verdict != TSK_VERDICT_WORKFLOW_TIMED_OUT &&
		       !(child->verdict == TSK_VERDICT_TERMINATED && child->attention)))
		return false;
	advise_as_child(reading);
	for (size_t i = 0; i < child->next.count; i++)
		suggest_line(reading, "%s", child->next.items[i]);
	return true;
}

static void advise_timed_out(const struct reading *reading)
{
	if (advise_ended_child(reading))
		return;
	if (reading->last_work == AT_NOTHING_YET || reading->last_work == AT_UNTAKEN_TASK) {
		advise_line(reading,
			    "it was not too slow: start a worker that polls '%s' (or correct the "
			    "queue's name in the starter), then start it anew",
			    or_empty(reading->workflow->task_queue));
		suggest_line(reading, "temporal-skill ensure-worker --task-queue %s",
			     tsk_quote(reading->call, or_empty(reading->workflow->task_queue)));
		suggest_start(reading);
		return;
	}
	if (reading->activity && was_never_taken(reading->activity))
		advise_untaken(reading);
	else if (is_chain_over(reading))
		advise_line(
			reading,
			"bound the single run with run_timeout, and let execution_timeout be long "
			"enough for all its runs together, or leave it out; then start it anew");
	else if (is_time_up(reading))
		advise_line(reading, "give it more time (execution_timeout, run_timeout) or mend "
				     "what it waited for, then start it anew");
	else
		advise_line(reading,
			    "the time ran out because of %s%s: correct that, then start it anew",
			    cause_line(reading), place_text(reading));
	suggest_restart(reading);
}

static void advise_timeout(const struct reading *reading)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link;
	     link = link->cause) {
		const char *type = or_empty(link->timeout_type);

		if (strcmp(type, "TIMEOUT_TYPE_SCHEDULE_TO_START") == 0) {
			advise_untaken(reading);
			return;
		}
		if (strcmp(type, "TIMEOUT_TYPE_HEARTBEAT") == 0 && advise_attempt(reading))
			return;
		/* The server hangs what the attempt before failed with beneath. */
		if (strcmp(type, "TIMEOUT_TYPE_START_TO_CLOSE") == 0 && !is_time_up(reading)) {
			advise_line(reading,
				    "its last attempt took longer than its start_to_close_timeout, "
				    "and the one before failed with %s%s: correct both",
				    cause_line(reading), place_text(reading));
			return;
		}
	}
	if (!is_time_up(reading))
		advise_line(reading,
			    "its attempts failed with %s%s until the time was up: correct that",
			    cause_line(reading), place_text(reading));
	else if (!advise_attempt(reading))
		advise_line(reading, "the activity took longer than its timeout: make it faster, "
				     "or give it a longer one");
}

/* What the workflow called that is to be mended: never "the cause" alone. */
static const char *what_to_correct(const struct reading *reading)
{
	struct tsk_call *call = reading->call;
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);
	const struct tsk_failure *nexus = link_nexus(reading->diagnosis->failure);

	/* The innermost one that failed. */
	for (const struct tsk_failure *below = link; below; below = first_callee_link(below->cause))
		link = below;
	if (link && link->kind == TSK_FAILURE_ACTIVITY)
		return tsk_format(call, "correct activity '%s', or what it is given",
				  or_empty(link->activity_type));
	if (link)
		return tsk_format(call, "correct child '%s' (%s), or what it is given",
				  or_empty(link->workflow_id), or_empty(link->workflow_type));
	if (nexus)
		return tsk_format(call, "correct the handler of Nexus operation '%s'",
				  nexus->operation);
	return tsk_format(call, "correct the code of '%s', or what it was started with",
			  or_empty(reading->workflow->type));
}

/* Whether it is of a kind that ends by itself: another attempt would have helped. */
static bool may_pass(const struct tsk_root_cause *cause)
{
	static const char *const words[] = {
		"429",      "502",         "503",        "504",
		"throttl",  "rate limit",  "ratelimit",  "too many requests",
		"overload", "unavailable", "timeout",    "timed out",
		"temporar", "try again",   "connection", "busy"
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcasestr(cause->message, words[i]) || strcasestr(cause->type, words[i]))
			return true;
	return false;
}

/* What the retry policy had to do with it, where another one would have helped. */
static void advise_retries(const struct reading *reading)
{
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);
	const char *state = link ? or_empty(link->retry_state) : "";
	const struct server_word *word = server_word(state);

	if (word && strcmp(state, "RETRY_STATE_TIMEOUT") == 0)
		advise_line(reading, "no attempt was left in time: %s", word->advice);
	if (link && link->kind == TSK_FAILURE_ACTIVITY && link->cause &&
	    link->cause->non_retryable && may_pass(&reading->diagnosis->root_cause))
		advise_line(reading,
			    "it was raised as non_retryable, so no other attempt was made: this "
			    "one may pass by itself, let it be tried again "
			    "(non_retryable=False, where it says how long with a "
			    "next_retry_delay)");
}

static void advise_cause(const struct reading *reading)
{
	const char *type = reading->diagnosis->root_cause.type;
	const struct tsk_failure *nexus = link_nexus(reading->diagnosis->failure);
	const struct tsk_event *refused = refused_request(reading, reading->diagnosis->failure);
	const struct server_word *word = refused ? server_word(or_empty(refused->cause)) : NULL;
	const struct tsk_failure *link = first_callee_link(reading->diagnosis->failure);
	const char *remedy = mistake_remedy(&reading->diagnosis->root_cause);
	const struct tsk_strings *caught =
		&tsk_symptoms_more(reading->call, reading->symptoms)->caught_at;

	if (nexus && is_time_up(reading))
		advise_command(reading, nexus_endpoint_command(reading, nexus->endpoint),
			       "no worker handled the Nexus operation in time: see that one with "
			       "its service polls the endpoint's task queue");
	else if (strcmp(type, NON_DETERMINISTIC_ERROR) == 0)
		advise_line(
			reading,
			"its code did not fit its history: put the change behind "
			"workflow.patched(\"ID\") or take it back, or make the code deterministic; "
			"with Exception in workflow_failure_exception_types that "
			"fails a workflow which else would wait for the right code");
	else if (refused && asks_itself(reading, refused))
		advise_line(reading,
			    "a workflow cannot signal or cancel itself through the server: call "
			    "the handler as a method of its own (self.…), or set what it would "
			    "set");
	else if (word && word->advice)
		advise_line(reading, "%s '%s': %s: %s",
			    refused->type == TSK_EVENT_CHILD_INITIATE_FAILED ? "child" : "workflow",
			    or_empty(refused->workflow_id), word->means, word->advice);
	else if (advise_encoding(reading))
		return;
	else if (is_own_wait(reading))
		advise_line(reading,
			    "its own wait ended, and nobody caught that%s: catch "
			    "asyncio.TimeoutError around it, wait longer (timeout=), or see why "
			    "what it waits for (a signal, a condition) did not come",
			    place_text(reading));
	else if (own_cancellation(reading))
		advise_line(
			reading,
			"its own code ended that, by a deadline as a rule (asyncio.wait_for, "
			"asyncio.timeout): give it longer, or catch what comes of it "
			"(ActivityError with a CancelledError as its cause); for a limit of the "
			"activity use its start_to_close_timeout");
	else if (reading->diagnosis->cause_kind == TSK_CAUSE_CANCELED ||
		 reading->diagnosis->cause_kind == TSK_CAUSE_TERMINATED)
		advise_line(reading, "nothing failed, it was ended: find out by whom and why; "
				     "start it anew if it is still wanted");
	else if (remedy)
		advise_line(reading, "%s%s", remedy, place_text(reading));
	else
		advise_on_cause(reading, what_to_correct(reading));
	if (caught->count)
		advise_line(reading,
			    "to handle it at %s: catch %s, and look at its cause (error.cause, an "
			    "ApplicationError whose type is '%s')",
			    places_text(reading, caught),
			    link && link->kind == TSK_FAILURE_CHILD_WORKFLOW ? "ChildWorkflowError"
									     : "ActivityError",
			    type_raised(reading));
	advise_retries(reading);
}

static void advise_failed(const struct reading *reading)
{
	if (advise_ended_child(reading))
		return;
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_MISSING_ACTIVITY: advise_activity(reading); break;
	case TSK_VERDICT_ACTIVITY_TIMEOUT: advise_timeout(reading); break;
	default: advise_cause(reading); break;
	}
	if (reading->runs.kind == RUN_OF_RETRIES && reading->runs.failed > 1)
		advise_line(
			reading,
			"the workflow's own retry policy repeats all its steps, also those that "
			"were done: let these be idempotent, or retry the activities "
			"(retry_policy of each) and not the workflow");
	advise_line(reading,
		    "a failed workflow does not go on: restart the worker and start it anew");
	suggest_restart(reading);
}

/* Who it was that the server names. */
static const char *who_ended(const struct reading *reading)
{
	const struct tsk_event *by = reading->event;

	if (by && by->type == TSK_EVENT_CANCEL_REQUESTED && *or_empty(by->workflow_id))
		return tsk_format(reading->call, "workflow '%s'", by->workflow_id);
	if (!*reading->failed_by || strcmp(reading->failed_by, "history-service") == 0)
		return "someone";
	return tsk_format(reading->call, "%s (a person or a program, not the server)",
			  reading->failed_by);
}

/* Whom the server names where it ended a run itself. */
static void advise_ended(const struct reading *reading)
{
	const char *reason = reading->diagnosis->root_cause.message;
	const char *parent = or_empty(reading->workflow->parent_workflow_id);
	bool by_server = strcmp(reading->failed_by, "history-service") == 0;
	bool by_parent = by_server && *parent &&
			 (strstr(reason, "parent close policy") ||
			  (reading->event && !*reason && !reading->event->initiated_event_id &&
			   reading->event->type == TSK_EVENT_CANCEL_REQUESTED));
	const char *by_schedule = tsk_workflow_more(reading->call, reading->workflow)->schedule_id;

	if (reading->ending) {
		advise_line(reading, "the server ended it: %s", reading->ending->advice);
		suggest_restart(reading);
		return;
	}
	if (strcmp(reading->failed_by, "history-resetter") == 0) {
		advise_line(reading, "it was reset: it goes on in a new run");
		suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
	} else if (by_server && strstr(reason, "WorkflowIdReusePolicy")) {
		advise_line(reading, "a new run with its id took its place: look at that one");
		suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
	} else if (strstr(reason, "schedule overlap policy")) {
		advise_line(reading,
			    "its schedule%s%s%s ended it as the next one was due: give it more "
			    "time between actions, or another overlap policy",
			    *by_schedule ? " '" : "", by_schedule, *by_schedule ? "'" : "");
		suggest_line(reading, "temporal-skill diagnose");
	} else if (by_parent) {
		advise_line(reading,
			    "its parent '%s' ended, and its parent_close_policy ended it as well "
			    "(ABANDON lets a child go on): look at the parent",
			    parent);
		suggest_line(reading, "%s", diagnose_command(reading, parent));
	} else {
		advise_line(reading,
			    "%s ended it%s: ask there why; start it anew if it is still wanted",
			    who_ended(reading), *reason ? " and says why" : "");
		suggest_start(reading);
	}
}

/* What it completed without. */
static void advise_undone(const struct reading *reading)
{
	const struct left_undone *undone = &reading->undone;

	if (undone->event && never_started(reading, undone->event) &&
	    goes_on_alone(reading, undone->event))
		advise_line(
			reading,
			"in '%s' use await workflow.start_child_workflow(...), which waits until "
			"%s is started; it goes on by itself then (ABANDON)",
			or_empty(reading->workflow->type), begun_text(reading, undone->event));
	else if (undone->event && undone->event->type == TSK_EVENT_CHILD_INITIATED)
		advise_line(reading,
			    "an await is missing in '%s': await %s before run() returns, or start "
			    "it with parent_close_policy ABANDON where it is to go on by itself",
			    or_empty(reading->workflow->type), begun_text(reading, undone->event));
	else if (undone->event && undone->event->type == TSK_EVENT_ACTIVITY_SCHEDULED)
		advise_line(reading,
			    "an await is missing in '%s': await %s before run() returns; where a "
			    "handler started it, wait for "
			    "workflow.wait_condition(workflow.all_handlers_finished)",
			    or_empty(reading->workflow->type), begun_text(reading, undone->event));
	else
		advise_line(reading,
			    "let run() of '%s' end with await "
			    "workflow.wait_condition(workflow.all_handlers_finished)",
			    or_empty(reading->workflow->type));
	advise_line(reading, "it does not go on: see what of that is to be done yet");
	suggest_line(reading, "temporal-skill show-workflow-history %s", reading->telling->which);
	suggest_line(reading, "temporal-skill get-workflow-result %s", reading->telling->which);
}

void advise_closed(const struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_OK:
		suggest_line(reading, "temporal-skill get-workflow-result %s",
			     reading->telling->which);
		break;
	case TSK_VERDICT_LEFT_UNDONE: advise_undone(reading); break;
	case TSK_VERDICT_FALSE_POSITIVE_RESULT:
		advise_line(reading, "the code returns an error as its result: raise it instead "
				     "(ApplicationError), mend its cause, then start it anew");
		suggest_line(reading, "temporal-skill get-workflow-result %s",
			     reading->telling->which);
		suggest_restart(reading);
		break;
	case TSK_VERDICT_WORKFLOW_TIMED_OUT: advise_timed_out(reading); break;
	case TSK_VERDICT_CANCELED:
	case TSK_VERDICT_TERMINATED: advise_ended(reading); break;
	case TSK_VERDICT_CONTINUED_AS_NEW:
		if (reading->undone.event || reading->undone.signal)
			advise_line(reading,
				    "before continue_as_new(): await "
				    "workflow.wait_condition(workflow.all_handlers_finished), and "
				    "what else it began; the next run has nothing of that");
		advise_line(reading, "look at its latest run");
		suggest_line(reading, "temporal-skill diagnose %s", reading->telling->which);
		break;
	default: advise_failed(reading); break;
	}
}
