/* Passports into symptoms: of all that the workers of this machine say of themselves, what is about
 * the queues and types in question. */
#include "passport_facts.h"
#include "classifier.h"

#include <temporal-skill/text.h>

#include <string.h>

/* A workflow may have thousands of activities; of a few types. */
#define TYPES_MOST      24
/* Of more Workers nobody reads. */
#define WORKERS_MOST    64
#define PARAMETER_BYTES 60
/* Of more names the nearest is not looked for. */
#define NAMES_MOST      500

struct asked_type {
	const char *type, *queue;
	bool activity;
};

struct asked {
	struct asked_type types[TYPES_MOST];
	size_t count;
};

/* ---- reading ---- */

void read_passports(struct host *host)
{
	host->passports =
		tsk_alloc(host->call, (host->record_count + 1) * sizeof(*host->passports));
	for (size_t i = 0; i < host->record_count; i++)
		/* Of one that does not run only what it was refused is of interest. */
		if (host->trees[i])
			host->passports[i] =
				tsk_passport_read(host->call, &host->records[i], host->trees[i]);
}

/* ---- what is asked of them ---- */

static void ask_type(struct asked *asked, const char *type, const char *queue, bool activity)
{
	if (!*or_empty(type) || !*or_empty(queue) || asked->count == TYPES_MOST)
		return;
	for (size_t i = 0; i < asked->count; i++)
		if (asked->types[i].activity == activity &&
		    strcmp(asked->types[i].type, type) == 0 &&
		    strcmp(asked->types[i].queue, queue) == 0)
			return;
	asked->types[asked->count++] = (struct asked_type){ type, queue, activity };
}

static struct asked asked_by(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_event *failed =
		is_open(workflow) ? NULL : failed_activity_scheduled(&reading->symptoms->newest);
	struct asked asked = { .count = 0 };

	ask_type(&asked, workflow->type, workflow->task_queue, false);
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		ask_type(&asked, workflow->pending_activities[i].type,
			 activity_queue(reading, &workflow->pending_activities[i]), true);
	if (failed)
		ask_type(&asked, failed->activity_type,
			 *or_empty(failed->task_queue) ? failed->task_queue : workflow->task_queue,
			 true);
	return asked;
}

/* ---- one Worker ---- */

static const char *place(struct tsk_call *call, const char *file, int line)
{
	const char *slash = file ? strrchr(file, '/') : NULL;

	if (!*or_empty(file))
		return NULL;
	file = slash ? slash + 1 : file;
	return line ? tsk_format(call, "%s:%d", file, line) : file;
}

static void take_parameters(struct tsk_call *call, const struct tsk_parameters *parameters,
			    struct tsk_symptom_type *row)
{
	struct tsk_text text = { .call = call };

	if (!parameters->known || row->dynamic)
		return;
	for (size_t i = 0; i < parameters->count; i++) {
		const struct tsk_parameter *one = &parameters->items[i];

		/* An SDK can give it nothing. */
		if (one->by_name)
			continue;
		if (one->many)
			row->most = -1;
		else if (row->most >= 0)
			row->most++;
		row->required += !one->optional && !one->many;
		tsk_text_join(&text, ", ", "%s%s%s%s%s", one->many ? "*" : "",
			      tsk_shorten(call, one->name, PARAMETER_BYTES), one->type ? ": " : "",
			      one->type ? tsk_shorten(call, one->type, PARAMETER_BYTES) : "",
			      one->optional ? " = ..." : "");
	}
	row->parameters = tsk_text_value(&text);
}

static void take_workflow(struct tsk_call *call, const struct tsk_registered_workflow *its,
			  struct tsk_symptom_type *row)
{
	row->registered = true;
	row->dynamic = strcmp(its->type, "*") == 0;
	row->at = place(call, its->file, its->line);
	take_parameters(call, &its->parameters, row);
}

static void take_activity(struct tsk_call *call, const struct tsk_registered_activity *its,
			  struct tsk_symptom_type *row)
{
	row->registered = true;
	row->dynamic = strcmp(its->type, "*") == 0;
	row->at = place(call, its->file, its->line);
	row->unbound = its->unbound;
	row->is_async = its->is_async;
	take_parameters(call, &its->parameters, row);
}

/* Its own name comes before the one that takes any. */
static bool is_meant(const char *registered, const char *type, bool found)
{
	return strcmp(registered, type) == 0 || (!found && strcmp(registered, "*") == 0);
}

static struct tsk_symptom_type type_of(struct tsk_call *call,
				       const struct tsk_passport_worker *worker,
				       const struct asked_type *asked)
{
	struct tsk_symptom_type row = { .type = asked->type, .activity = asked->activity };
	size_t count = asked->activity ? worker->activity_count : worker->workflow_count;
	const char **names = tsk_alloc(call, (count + 1) * sizeof(*names));

	for (size_t i = 0; i < count; i++) {
		names[i] = asked->activity ? worker->activities[i].type : worker->workflows[i].type;
		if (!is_meant(names[i], asked->type, row.registered))
			continue;
		row = (struct tsk_symptom_type){ .type = asked->type, .activity = asked->activity };
		if (asked->activity)
			take_activity(call, &worker->activities[i], &row);
		else
			take_workflow(call, &worker->workflows[i], &row);
	}
	if (!row.registered && count && count <= NAMES_MOST)
		row.near = tsk_nearest(asked->type, names);
	return row;
}

static bool is_of_this_server(const struct tsk_call *call, const struct tsk_passport_worker *worker)
{
	return strcmp(worker->namespace_, tsk_setting(call, TSK_SETTING_NAMESPACE)) == 0 &&
	       (!worker->address ||
		tsk_address_same(worker->address, tsk_setting(call, TSK_SETTING_ADDRESS)));
}

static struct tsk_symptom_passport row_of(struct tsk_call *call,
					  const struct tsk_passport_worker *worker,
					  const struct asked *asked)
{
	struct tsk_symptom_passport row = {
		.pid = worker->pid,
		.identity = or_empty(worker->identity),
		.task_queue = worker->task_queue,
		.polls_workflows = tsk_passport_polls_workflows(worker),
		.polls_activities = tsk_passport_polls_activities(worker),
		.partial = worker->left_out > 0,
		.threads = worker->activity_executor.workers > 0 ? worker->activity_executor.workers
								 : 0,
		.activity_slots = worker->activity_slots > 0 ? worker->activity_slots : 0,
		.activities_per_second =
			worker->activities_per_second > 0 ? worker->activities_per_second : 0,
		.queue_activities_per_second = worker->queue_activities_per_second > 0
						       ? worker->queue_activities_per_second
						       : 0,
	};
	struct tsk_symptom_type *types = tsk_alloc(call, (asked->count + 1) * sizeof(*types));

	for (size_t i = 0; i < asked->count; i++)
		if (strcmp(asked->types[i].queue, worker->task_queue) == 0)
			types[row.type_count++] = type_of(call, worker, &asked->types[i]);
	row.types = types;
	return row;
}

/* ---- one passport ---- */

/* Whether it has a Worker that could not be asked. */
static bool is_partial(const struct tsk_passport *passport)
{
	for (size_t i = 0; i < passport->problem_count; i++)
		if (passport->problems[i].runs && !passport->problems[i].refused)
			return true;
	return passport->left_out > 0;
}

struct noted {
	struct tsk_symptom_passport rows[WORKERS_MOST];
	size_t count;
	bool encoded; /* a codec may make another number of payloads of the arguments */
};

static void note_passport(struct tsk_call *call, const struct tsk_record *record,
			  const struct tsk_passport *passport, const struct asked *asked,
			  struct noted *noted)
{
	for (size_t i = 0; i < passport->count && noted->count < WORKERS_MOST; i++) {
		const struct tsk_passport_worker *worker = &passport->workers[i];

		if (!is_of_this_server(call, worker))
			continue;
		struct tsk_symptom_passport row = row_of(call, worker, asked);

		if (!row.type_count)
			continue;
		row.project = or_empty(record->name);
		row.partial |= is_partial(passport);
		noted->encoded |= worker->payload_codec != NULL;
		noted->rows[noted->count++] = row;
	}
}

static void note_refusals(struct tsk_call *call, const struct tsk_passport *passport,
			  struct tsk_lines *lines)
{
	for (size_t i = 0; i < passport->problem_count; i++) {
		const struct tsk_passport_problem *problem = &passport->problems[i];
		const char *at = place(call, problem->file, problem->line);

		if (problem->refused && problem->runs)
			tsk_lines_add(lines, "PID %d: %s%s%s%s%s%s", problem->pid,
				      or_empty(problem->error), problem->error ? ": " : "",
				      tsk_shorten(call, problem->message, 200), at ? " (" : "",
				      or_empty(at), at ? ")" : "");
	}
}

/* ---- what the history gives ---- */

static const struct tsk_event *first_event(const struct tsk_symptoms *symptoms)
{
	const struct tsk_history *newest = &symptoms->newest;

	if (newest->count && newest->events[newest->count - 1].type == TSK_EVENT_STARTED)
		return &newest->events[newest->count - 1];
	return symptoms->oldest.count ? &symptoms->oldest.events[0] : NULL;
}

static void note_arguments(const struct reading *reading, struct tsk_symptoms_more *more)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_event *first = first_event(reading->symptoms);
	struct tsk_symptom_arguments *rows =
		tsk_alloc(reading->call, (workflow->pending_activity_count + 1) * sizeof(*rows));
	size_t count = 0;

	if (first && first->type == TSK_EVENT_STARTED) {
		rows[count] = (struct tsk_symptom_arguments){ .event_id = first->id };
		rows[count++].count = (int)first->input.count;
	}
	for (size_t i = 0; i < workflow->pending_activity_count; i++) {
		const struct tsk_pending_activity *activity = &workflow->pending_activities[i];
		const struct tsk_event *scheduled = scheduled_event(reading, activity);

		if (!scheduled)
			continue;
		rows[count] = (struct tsk_symptom_arguments){ .activity_id = or_empty(activity->id),
							      .event_id = scheduled->id };
		rows[count++].count = (int)scheduled->input.count;
	}
	more->arguments = rows;
	more->argument_count = count;
}

/* ---- the whole ---- */

bool is_registered_here(const struct host *host, const char *type)
{
	size_t workers = 0;

	for (size_t i = 0; i < host->record_count; i++)
		for (size_t k = 0; k < host->passports[i].count; k++) {
			const struct tsk_passport_worker *worker = &host->passports[i].workers[k];

			if (!is_of_this_server(host->call, worker))
				continue;
			workers++;
			for (size_t at = 0; at < worker->workflow_count; at++)
				if (is_meant(worker->workflows[at].type, type, false))
					return true;
		}
	return !workers;
}

void note_passports(const struct host *host, struct tsk_symptoms *symptoms)
{
	struct tsk_call *call = host->call;
	const struct reading reading = { .call = call,
					 .symptoms = symptoms,
					 .workflow = symptoms->workflow };
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	struct tsk_symptoms_more more = *tsk_symptoms_more(call, symptoms);
	struct tsk_lines refused = { .call = call, .limit = 3 };
	struct noted *noted = NULL;
	struct asked asked;

	for (size_t i = 0; i < host->record_count; i++) {
		const struct tsk_passport *passport = &host->passports[i];

		if (!passport->count && !passport->problem_count)
			continue;
		if (!noted) {
			noted = tsk_alloc(call, sizeof(*noted));
			asked = asked_by(&reading);
		}
		note_passport(call, &host->records[i], passport, &asked, noted);
		if (strcmp(or_empty(host->records[i].scope), project) == 0)
			note_refusals(call, passport, &refused);
	}
	if (!noted || (!noted->count && !refused.count))
		return;
	more.passports = noted->rows;
	more.passport_count = noted->count;
	more.refused_workers = tsk_lines_take(&refused);
	if (noted->count && !noted->encoded)
		note_arguments(&reading, &more);
	tsk_symptoms_set_more(call, symptoms, &more);
}
