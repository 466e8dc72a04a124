/* What to do about activities that fail, are missing or paused. */
#include "advice.h"
#include "evidence_passport.h"

#include <string.h>

/* Whoever pauses or retries more than these knows of it, and how to name them all in a query. */
#define ACTIVITIES_MOST 5

static void advise_missing_activity(const struct reading *reading)
{
	advise_register(reading, unregistered_activity(reading), "activities",
			"available activities: ");
}

bool call_does_not_fit(const struct reading *reading)
{
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;

	return chain_says(reading, "Failed decoding arguments") ||
	       (strcmp(cause->type, "TypeError") == 0 && !*cause->location &&
		strstr(cause->message, "positional argument"));
}

/* "Mailer.send() missing 1 required positional argument: 'to'": a method that was taken from its
 * class, so that the first argument goes for self. */
static bool lacks_its_object(const struct reading *reading)
{
	const struct tsk_root_cause *cause = &reading->diagnosis->root_cause;
	const char *missing = strstr(cause->message, "() missing ");
	const char *dot =
		missing ? memchr(cause->message, '.', (size_t)(missing - cause->message)) : NULL;

	/* "f.<locals>.g()" is a function within a function. */
	return call_does_not_fit(reading) && dot &&
	       !memchr(cause->message, '<', (size_t)(missing - cause->message));
}

/* An error of the project's own may be an answer, and no failure that passes. */
static void advise_no_retry(const struct reading *reading)
{
	const struct tsk_strings *own =
		&tsk_symptoms_more(reading->call, reading->symptoms)->own_error_at;

	if (own->count)
		advise_line(reading,
			    "'%s' is an error of the project's own (%s): where trying again cannot "
			    "help, make it non-retryable (ApplicationError(non_retryable=True), or "
			    "non_retryable_error_types of its retry policy)",
			    reading->diagnosis->root_cause.type, places_text(reading, own));
}

/* What its worker's passport shows of how it is registered. false: nothing. */
static bool advise_as_registered(const struct reading *reading)
{
	const struct tsk_symptom_type *its = activity_of_reading(reading, NULL);

	if (!its || (!its->unbound && !its->parameters))
		return false;
	if (its->unbound)
		advise_line(reading,
			    "register it from an object, as activities=[Class(...).method]: '%s'%s "
			    "was registered from its class, so that an argument goes for self",
			    its->type, its->at ? tsk_format(reading->call, " (%s)", its->at) : "");
	else if (arguments_fit(its, arguments_of(reading, reading->activity)))
		return false;
	else
		advise_line(reading,
			    "the workflow passes another number of arguments than '%s'%s takes "
			    "(%s): let the activity take what was sent",
			    its->type, its->at ? tsk_format(reading->call, " (%s)", its->at) : "",
			    its->parameters);
	return true;
}

static void advise_retrying(const struct reading *reading)
{
	const char *remedy = mistake_remedy(&reading->diagnosis->root_cause);
	int attempt = 0;

	if (is_time_up(reading) && advise_attempt(reading))
		return;
	if (advise_encoding(reading))
		return;
	else if (reading->log_share == LOG_OF_THE_DEAD)
		advise_line(reading,
			    "each worker that takes it dies: mend that before the next is "
			    "started%s%s",
			    *or_empty(reading->diagnosis->root_cause.remedy) ? "; " : "",
			    or_empty(reading->diagnosis->root_cause.remedy));
	else if (tsk_symptoms_more(reading->call, reading->symptoms)->union_at.count)
		advise_line(reading,
			    "put the type with more fields first in the union, or take one "
			    "type with a field that tells the kind");
	else if (remedy)
		advise_line(reading, "%s%s", remedy, place_text(reading));
	else if (call_does_not_fit(reading) && advise_as_registered(reading))
		;
	else if (lacks_its_object(reading))
		advise_line(reading,
			    "it is a method, and was registered from its class, so that an "
			    "argument goes for self: register it from an instance "
			    "(activities=[Class(...).method]); where it was, let it take "
			    "what the workflow passes");
	else if (call_does_not_fit(reading))
		advise_line(reading, "the arguments that the workflow passes do not fit the "
				     "activity's parameters: let the activity take what was sent");
	else
		advise_on_cause(reading, "correct what makes it fail");
	advise_no_retry(reading);
	if (first_failure_by_log(reading, &attempt))
		advise_line(reading,
			    "each attempt does all of it anew: make it idempotent (what is "
			    "there already is no error), or do each step in an activity of "
			    "its own");
}

static void advise_misspelt(const struct reading *reading)
{
	const char *listed = reading->activity ? misspelt_type(reading, reading->activity) : NULL;

	if (listed)
		advise_line(reading,
			    "it is tried again since non_retryable_error_types has '%s': write "
			    "'%s' there",
			    listed, reading->activity->last_failure->type);
}

static const char *activity_command(const struct reading *reading, const char *verb,
				    const struct tsk_pending_activity *activity)
{
	return tsk_format(reading->call, "%s --activity-id %s", cli_command(reading, verb),
			  tsk_quote(reading->call, or_empty(activity->id)));
}

static void next_of_activity(const struct reading *reading, const char *verb,
			     const struct tsk_pending_activity *activity)
{
	suggest_line(reading, "%s", activity_command(reading, verb, activity));
}

static void advise_paused(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	size_t paused = 0;

	advise_command(reading, activity_command(reading, "activity unpause", reading->activity),
		       "unpause it, where what it was paused for is over");
	for (size_t i = 0; i < workflow->pending_activity_count && paused < ACTIVITIES_MOST; i++) {
		if (!activity_is_paused(&workflow->pending_activities[i]))
			continue;
		paused++;
		next_of_activity(reading, "activity unpause", &workflow->pending_activities[i]);
	}
	suggest_wait(reading);
}

/* Its attempts begin anew, and at once: the server's wait belongs to the last one. */
void advise_activity_reset(const struct reading *reading)
{
	if (!reading->activity)
		return;
	advise_line(reading,
		    "the server tries again %s; the Temporal CLI's activity reset does at once",
		    when(reading, reading->diagnosis->next_attempt_at));
	next_of_activity(reading, "activity reset", reading->activity);
}

static void advise_threads(const struct reading *reading)
{
	const struct tsk_symptom_passport *by = NULL;

	activity_of_reading(reading, &by);
	advise_line(reading,
		    "give the Worker as many threads as slots "
		    "(activity_executor=ThreadPoolExecutor(max_workers=%lld)), or lower "
		    "max_concurrent_activities to %lld",
		    (long long)by->activity_slots, (long long)by->threads);
}

void advise_activity(const struct reading *reading)
{
	switch ((int)reading->diagnosis->verdict) {
	case TSK_VERDICT_MISSING_ACTIVITY: advise_missing_activity(reading); break;
	case TSK_VERDICT_ACTIVITY_RETRYING:
		advise_retrying(reading);
		advise_misspelt(reading);
		break;
	case TSK_VERDICT_ACTIVITY_PAUSED: advise_paused(reading); return;
	default:
		if (!reading->diagnosis->stalled) {
			if (was_abandoned(reading) && is_last_attempt(reading->activity))
				advise_line(reading,
					    "it is not tried again: it was its last attempt, and "
					    "nobody works on it until its timeout has passed; then "
					    "the workflow gets that failure: allow more attempts "
					    "(maximum_attempts) and set a heartbeat_timeout");
			else if (was_abandoned(reading))
				advise_command(reading,
					       tsk_format(reading->call,
							  "temporal-skill reset-workflow %s",
							  reading->telling->which),
					       "nobody works on it until its timeout has passed; a "
					       "heartbeat_timeout would have told sooner: wait, or "
					       "start it anew from its last workflow task");
			else if (is_held_by_rate(reading))
				advise_line(reading,
					    "raise max_task_queue_activities_per_second of the "
					    "Worker on '%s' and restart it, or wait: neither slots "
					    "nor other workers go beyond the queue's rate limit",
					    reading->queue);
			else if (reading->diagnosis->attention && advise_as_registered(reading))
				;
			else if (waits_for_thread(reading))
				advise_threads(reading);
			else if (waits_in_line(reading))
				advise_line(
					reading,
					"give the worker more slots (max_concurrent_activities, "
					"and threads for sync activities), start another one on "
					"'%s', or end what fills them; else wait",
					reading->queue);
			else if (tsk_symptoms_more(reading->call, reading->symptoms)
					 ->completed_later_at.count)
				advise_line(reading,
					    "wait until it is completed from outside, or complete "
					    "it (client.get_async_activity_handle, by task token "
					    "or ids)");
			else if (!advise_growth(reading))
				advise_line(reading, "wait: the activity is being worked on");
			suggest_wait(reading);
			return;
		}
		advise_line(reading,
			    was_abandoned(reading) && is_last_attempt(reading->activity)
				    ? "start a worker for '%s'; the activity is not tried again, "
				      "since that was its last attempt"
				    : "start a worker for '%s'; the activity is tried again once "
				      "its timeout has passed",
			    reading->queue);
		suggest_line(reading, "temporal-skill ensure-worker");
		suggest_wait(reading);
		return;
	}
	if (!is_open(reading->workflow))
		return;
	advise_version(reading);
	advise_line(
		reading,
		"restart the worker (ensure-worker): the activity is then tried again by itself");
	suggest_line(reading, "temporal-skill ensure-worker");
}
