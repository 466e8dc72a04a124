/* Evidence from the workers' own words: who registers a type, how, and with what limits. */
#include "evidence_passport.h"

#include "advice.h"
#include "who_polls.h"

#include <string.h>

/* Of more Workers nobody reads. */
#define WORKERS_MOST 4

/* "PID 17 of 'shop'" */
static const char *who_text(const struct reading *reading,
			    const struct tsk_symptom_passport *passport)
{
	return *or_empty(passport->project) ? tsk_format(reading->call, "PID %d of '%s'",
							 passport->pid, passport->project)
					    : tsk_format(reading->call, "PID %d", passport->pid);
}

static const char *at_text(const struct reading *reading, const struct tsk_symptom_type *its)
{
	return its->at ? tsk_format(reading->call, " (%s)", its->at) : "";
}

/* "worker PID 17 of 'shop' registers 'charge' (activities.py:9)" */
static const char *registers_text(const struct reading *reading,
				  const struct tsk_symptom_passport *passport,
				  const struct tsk_symptom_type *its)
{
	const char *who = who_text(reading, passport);

	if (its->dynamic)
		return tsk_format(reading->call, "worker %s takes any type%s", who,
				  at_text(reading, its));
	if (its->registered)
		return tsk_format(reading->call, "worker %s registers '%s'%s", who, its->type,
				  at_text(reading, its));
	if (its->near)
		return tsk_format(reading->call,
				  "worker %s does not register '%s' (it registers '%s')", who,
				  its->type, its->near);
	return tsk_format(reading->call, "worker %s does not register '%s'", who, its->type);
}

void tell_registered(const struct reading *reading, enum tsk_task_kind kind)
{
	const bool activity = kind == TSK_ACTIVITY_TASKS;
	const struct registered found = activity ? activity_registered(reading, reading->activity)
						 : workflow_registered(reading);
	const char *type = or_empty(activity ? reading->activity->type : reading->workflow->type);
	struct tsk_lines lines = { .call = reading->call, .limit = WORKERS_MOST };
	const struct tsk_symptom_passport *passport;
	const struct tsk_symptom_type *its;
	size_t at = 0;

	if (!found.having && !found.lacking)
		return;
	/* The headline says it, and the failure. */
	if (reading->diagnosis->failure && !found.having && found.lacking == 1 &&
	    !found.missing->near && !found.unknown)
		return;
	while ((passport = next_passport(reading, kind, reading->queue, type, &at, &its)))
		tsk_lines_add(&lines, "%s", registers_text(reading, passport, its));
	tell_line(reading, "%s%s", tsk_lines_text(&lines, ", "),
		  found.having && found.lacking
			  ? ": it fails with the one and is done with the other"
			  : "");
	if (found.unknown)
		tell_line(reading,
			  "worker %s has no passport (started by hand, on another machine, or not "
			  "in Python): what it registers is not known",
			  or_empty(found.unknown->identity));
}

/* ---- arguments ---- */

static void tell_signature(const struct reading *reading, const struct tsk_symptom_type *its,
			   const struct tsk_symptom_arguments *given)
{
	const char *gives = "";

	if (!its->parameters || its->dynamic)
		return;
	if (given)
		gives = tsk_format(reading->call, "; event %lld gives it %s%s",
				   (long long)given->event_id,
				   tsk_count_text(reading->call, given->count, "argument"),
				   arguments_fit(its, given)      ? ""
				   : given->count < its->required ? ", too few"
								  : ", too many");
	tell_line(reading, "'%s'%s takes (%s)%s", its->type, at_text(reading, its), its->parameters,
		  gives);
}

static void tell_unbound(const struct reading *reading, const struct tsk_symptom_type *its)
{
	if (its->unbound)
		tell_line(reading,
			  "'%s'%s is registered from its class, without an object: each call lacks "
			  "self",
			  its->type, at_text(reading, its));
}

const struct tsk_symptom_type *activity_of_reading(const struct reading *reading,
						   const struct tsk_symptom_passport **by)
{
	const struct tsk_pending_activity *activity = reading->activity;

	return activity ? activity_as_registered(reading, reading->queue, or_empty(activity->type),
						 or_empty(activity->last_worker_identity), by)
			: NULL;
}

void tell_activity_parameters(const struct reading *reading, bool failed)
{
	const struct tsk_symptom_type *its = activity_of_reading(reading, NULL);
	const struct tsk_symptom_arguments *given = arguments_of(reading, reading->activity);

	if (!its)
		return;
	tell_unbound(reading, its);
	if (!its->unbound && (failed || !arguments_fit(its, given)))
		tell_signature(reading, its, given);
}

void tell_workflow_parameters(const struct reading *reading, bool failed)
{
	const struct registered found = workflow_registered(reading);
	const struct tsk_symptom_arguments *given = arguments_of(reading, NULL);

	if (found.its && (failed || !arguments_fit(found.its, given)))
		tell_signature(reading, found.its, given);
}

/* ---- limits ---- */

bool has_few_threads(const struct tsk_symptom_type *its, const struct tsk_symptom_passport *by)
{
	return its && by && !its->is_async && by->threads > 0 && by->threads < by->activity_slots;
}

const char *threads_text(const struct reading *reading, const struct tsk_symptom_passport *by)
{
	return tsk_format(reading->call, "worker %s has %s for its sync activities and %s",
			  who_text(reading, by),
			  tsk_count_text(reading->call, by->threads, "thread"),
			  tsk_count_text(reading->call, by->activity_slots, "activity slot"));
}

/* Those of this workflow that a Worker has taken. */
static int64_t taken_by(const struct reading *reading, const struct tsk_symptom_passport *by)
{
	const struct tsk_workflow *workflow = reading->workflow;
	int64_t count = 0;

	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		count += workflow->pending_activities[i].state == TSK_ACTIVITY_STARTED &&
			 strcmp(or_empty(workflow->pending_activities[i].last_worker_identity),
				or_empty(by->identity)) == 0;
	return count;
}

bool waits_for_thread(const struct reading *reading)
{
	const struct tsk_symptom_passport *by = NULL;
	const struct tsk_symptom_type *its = activity_of_reading(reading, &by);

	return reading->activity && reading->activity->state == TSK_ACTIVITY_STARTED &&
	       has_few_threads(its, by) && taken_by(reading, by) > by->threads;
}

void tell_threads(const struct reading *reading)
{
	const struct tsk_symptom_passport *by = NULL;

	if (!waits_for_thread(reading))
		return;
	activity_of_reading(reading, &by);
	tell_line(reading,
		  "%s, and has taken %lld of this workflow: the others wait for a thread "
		  "while their time runs",
		  threads_text(reading, by), (long long)taken_by(reading, by));
}

void tell_slots(const struct reading *reading)
{
	const struct tsk_symptom_passport *passport;
	const struct tsk_symptom_type *its;
	const char *type = or_empty(reading->activity->type);
	size_t at = 0;

	while ((passport = next_passport(reading, TSK_ACTIVITY_TASKS, reading->queue, type, &at,
					 &its))) {
		if (passport->activity_slots)
			tell_line(reading, "worker %s has %s%s", who_text(reading, passport),
				  tsk_count_text(reading->call, passport->activity_slots,
						 "activity slot"),
				  !its->is_async && its->registered && passport->threads
					  ? tsk_format(reading->call, ", and %s for sync ones",
						       tsk_count_text(reading->call,
								      passport->threads, "thread"))
					  : "");
		if (passport->activities_per_second > 0)
			tell_line(reading,
				  "worker %s takes %g activities a second at most "
				  "(max_activities_per_second): one every %s",
				  who_text(reading, passport), passport->activities_per_second,
				  tsk_duration_text(
					  reading->call,
					  (int64_t)(1000 / passport->activities_per_second)));
	}
}

/* ---- Workers that there are not ---- */

void tell_refused_workers(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	for (size_t i = 0; i < more->refused_workers.count; i++)
		tell_line(reading, "the SDK refused to make a Worker of this project, %s",
			  one_line(reading->call, more->refused_workers.items[i]));
}

/* ---- in words ---- */

const char *unregistered_text(const struct reading *reading, enum tsk_task_kind kind)
{
	const bool activity = kind == TSK_ACTIVITY_TASKS;
	const struct registered found = !activity ? workflow_registered(reading)
					: reading->activity
						? activity_registered(reading, reading->activity)
						: (struct registered){ .having = 0 };

	if (found.having && found.lacking)
		return tsk_format(reading->call,
				  "is not registered on each worker of '%s': not on %s",
				  reading->queue, who_text(reading, found.without));
	if (found.lacking > 1 && found.all_known)
		return tsk_format(reading->call, "is registered on none of the %zu workers of '%s'",
				  found.lacking, reading->queue);
	return tsk_format(reading->call, "is not registered on the worker of '%s'", reading->queue);
}

const char *cannot_be_called_text(const struct reading *reading)
{
	const struct tsk_symptom_type *its = activity_of_reading(reading, NULL);
	const struct tsk_symptom_arguments *given = arguments_of(reading, reading->activity);

	if (!its || its->unbound || !given)
		return "is registered without its object";
	return tsk_format(reading->call, "does not take %s",
			  tsk_count_text(reading->call, given->count, "argument"));
}
