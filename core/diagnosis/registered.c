/* Who registers a type, as the passports of the workers of this machine tell. */
#include "registered.h"
#include "who_polls.h"

#include <string.h>

static const struct tsk_symptom_type no_type = { .type = "" };

/* ---- Workers ---- */

/* Whether the server lists it among those that poll; where it was not asked, it is taken to. */
static bool is_polling(const struct reading *reading, enum tsk_task_kind kind, const char *queue,
		       const struct tsk_symptom_passport *passport)
{
	const struct tsk_poller *poller;
	size_t at = 0;

	if (!pollers_are_of(reading, kind, queue))
		return true;
	while ((poller = next_live_poller(reading, kind, &at)))
		if (strcmp(or_empty(poller->identity), or_empty(passport->identity)) == 0)
			return true;
	return false;
}

static const struct tsk_symptom_type *type_in(const struct tsk_symptom_passport *passport,
					      enum tsk_task_kind kind, const char *type)
{
	const bool activity = kind == TSK_ACTIVITY_TASKS;

	for (size_t i = 0; i < passport->type_count; i++)
		if (passport->types[i].activity == activity &&
		    strcmp(or_empty(passport->types[i].type), type) == 0)
			return &passport->types[i];
	return NULL;
}

static bool takes(const struct tsk_symptom_passport *passport, enum tsk_task_kind kind,
		  const char *queue)
{
	return strcmp(or_empty(passport->task_queue), queue) == 0 &&
	       (kind == TSK_ACTIVITY_TASKS ? passport->polls_activities
					   : passport->polls_workflows);
}

const struct tsk_symptom_passport *next_passport(const struct reading *reading,
						 enum tsk_task_kind kind, const char *queue,
						 const char *type, size_t *at,
						 const struct tsk_symptom_type **its)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	while (*at < more->passport_count) {
		const struct tsk_symptom_passport *passport = &more->passports[(*at)++];

		if (!takes(passport, kind, queue))
			continue;
		*its = type_in(passport, kind, type);
		if (*its && is_polling(reading, kind, queue, passport))
			return passport;
	}
	*its = &no_type;
	return NULL;
}

/* ---- pollers ---- */

/* A name that the project chose may be that of another, too: only a process is known. */
static bool is_known(const struct reading *reading, enum tsk_task_kind kind, const char *queue,
		     const struct tsk_poller *poller)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	const int pid = tsk_identity_pid(or_empty(poller->identity));
	bool known = false;

	for (size_t i = 0; i < more->passport_count; i++) {
		const struct tsk_symptom_passport *passport = &more->passports[i];

		if (passport->pid != pid ||
		    strcmp(or_empty(passport->identity), poller->identity) != 0)
			continue;
		if (passport->partial)
			return false;
		known |= takes(passport, kind, queue);
	}
	return pid > 0 && known;
}

static struct registered registered(const struct reading *reading, enum tsk_task_kind kind,
				    const char *queue, const char *type)
{
	struct registered found = { .having = 0 };
	const struct tsk_symptom_passport *passport;
	const struct tsk_symptom_type *its;
	const struct tsk_poller *poller;
	size_t at = 0, live = 0;

	while ((passport = next_passport(reading, kind, queue, type, &at, &its))) {
		if (its->registered && found.having++ == 0) {
			found.with = passport;
			found.its = its;
		}
		if (!its->registered && found.lacking++ == 0) {
			found.without = passport;
			found.missing = its;
		}
	}
	if (!pollers_are_of(reading, kind, queue))
		return found;
	for (at = 0; (poller = next_live_poller(reading, kind, &at)); live++)
		if (!is_known(reading, kind, queue, poller))
			found.unknown = poller;
	found.all_known = live && !found.unknown;
	return found;
}

struct registered workflow_registered(const struct reading *reading)
{
	return registered(reading, TSK_WORKFLOW_TASKS, or_empty(reading->workflow->task_queue),
			  or_empty(reading->workflow->type));
}

struct registered activity_registered(const struct reading *reading,
				      const struct tsk_pending_activity *activity)
{
	return registered(reading, TSK_ACTIVITY_TASKS, activity_queue(reading, activity),
			  or_empty(activity->type));
}

bool workflow_is_nowhere(const struct reading *reading)
{
	const struct registered found = workflow_registered(reading);

	return found.all_known && !found.having && found.lacking;
}

bool activity_is_nowhere(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct registered found = activity_registered(reading, activity);

	return found.all_known && !found.having && found.lacking;
}

bool wants_workflow_pollers(const struct reading *reading)
{
	const struct registered found = workflow_registered(reading);

	return found.lacking && !found.having;
}

/* ---- how ---- */

const struct tsk_symptom_type *activity_as_registered(const struct reading *reading,
						      const char *queue, const char *type,
						      const char *identity,
						      const struct tsk_symptom_passport **by)
{
	const struct tsk_symptom_passport *passport;
	const struct tsk_symptom_type *its, *first = NULL;
	size_t at = 0;

	while ((passport = next_passport(reading, TSK_ACTIVITY_TASKS, queue, type, &at, &its))) {
		const bool same = *identity && strcmp(or_empty(passport->identity), identity) == 0;

		if (!its->registered || (first && !same))
			continue;
		first = its;
		if (by)
			*by = passport;
		if (same)
			break;
	}
	return first;
}

const struct tsk_symptom_arguments *arguments_of(const struct reading *reading,
						 const struct tsk_pending_activity *activity)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	for (size_t i = 0; i < more->argument_count; i++) {
		const char *id = more->arguments[i].activity_id;

		if (activity ? id && strcmp(id, or_empty(activity->id)) == 0 : !id)
			return &more->arguments[i];
	}
	return NULL;
}

bool arguments_fit(const struct tsk_symptom_type *its, const struct tsk_symptom_arguments *given)
{
	if (!its->parameters || its->dynamic || !given)
		return true;
	return given->count >= its->required && (its->most < 0 || given->count <= its->most);
}

bool activity_cannot_be_called(const struct reading *reading,
			       const struct tsk_pending_activity *activity)
{
	const struct registered found = activity_registered(reading, activity);

	return found.all_known && found.having == 1 && !found.lacking &&
	       (found.its->unbound || !arguments_fit(found.its, arguments_of(reading, activity)));
}

/* ---- limits ---- */

double queue_rate_by_passport(const struct reading *reading, const char *queue)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	double least = 0;

	for (size_t i = 0; i < more->passport_count; i++) {
		const struct tsk_symptom_passport *passport = &more->passports[i];
		const double rate = passport->queue_activities_per_second;

		if (takes(passport, TSK_ACTIVITY_TASKS, queue) && rate > 0 &&
		    (least <= 0 || rate < least) &&
		    is_polling(reading, TSK_ACTIVITY_TASKS, queue, passport))
			least = rate;
	}
	return least;
}
