/* What passports show that is wrong, or will be felt. */
#include "passports.h"

#include <string.h>

/* Types that are named where two registrations differ. */
#define DIFFERENT_MOST 3

static const char *base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* " (mail.py:12)", or "". */
static const char *place(struct tsk_call *call, const char *file, int line)
{
	if (!file || !*file)
		return "";
	return line ? tsk_format(call, " (%s:%d)", base_name(file), line)
		    : tsk_format(call, " (%s)", base_name(file));
}

/* ---- of one Worker ---- */

static void find_unbound(struct tsk_call *call, const struct tsk_passport_worker *worker,
			 struct tsk_lines *lines)
{
	for (size_t i = 0; i < worker->activity_count; i++) {
		const struct tsk_registered_activity *activity = &worker->activities[i];
		if (activity->unbound)
			tsk_lines_add(lines,
				      "activity '%s'%s is registered without its object, so that "
				      "each call lacks self: register the method of an object",
				      activity->type, place(call, activity->file, activity->line));
	}
}

static const struct tsk_registered_activity *first_sync(const struct tsk_passport_worker *worker,
							size_t *more)
{
	const struct tsk_registered_activity *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < worker->activity_count; i++)
		if (!worker->activities[i].is_async) {
			first = first ? first : &worker->activities[i];
			count++;
		}
	*more = count ? count - 1 : 0;
	return first;
}

static void find_limits(struct tsk_call *call, const struct tsk_passport_worker *worker,
			struct tsk_lines *lines)
{
	size_t more;
	const struct tsk_registered_activity *sync = first_sync(worker, &more);
	const int64_t threads = worker->activity_executor.workers;

	if (sync && threads > 0 && threads < worker->activity_slots)
		tsk_lines_add(lines,
			      "the worker of '%s' takes %lld activities at a time, and has %lld "
			      "threads for those that are not async: '%s'%s%s; others wait while "
			      "their time runs",
			      worker->task_queue, (long long)worker->activity_slots,
			      (long long)threads, sync->type, place(call, sync->file, sync->line),
			      more ? tsk_format(call, " and %zu more", more) : "");
	if (worker->queue_activities_per_second > 0 && worker->activity_count)
		tsk_lines_add(lines,
			      "queue '%s' hands out %g activities a second at most "
			      "(max_task_queue_activities_per_second)",
			      worker->task_queue, worker->queue_activities_per_second);
	if (worker->activities_per_second > 0 && worker->activity_count)
		tsk_lines_add(lines,
			      "the worker of '%s' takes %g activities a second at most "
			      "(max_activities_per_second)",
			      worker->task_queue, worker->activities_per_second);
}

/* ---- of two ---- */

static bool registers_workflow(const struct tsk_passport_worker *worker, const char *type)
{
	for (size_t i = 0; i < worker->workflow_count; i++)
		if (!strcmp(worker->workflows[i].type, type) ||
		    !strcmp(worker->workflows[i].type, "*"))
			return true;
	return false;
}

static bool registers_activity(const struct tsk_passport_worker *worker, const char *type)
{
	for (size_t i = 0; i < worker->activity_count; i++)
		if (!strcmp(worker->activities[i].type, type) ||
		    !strcmp(worker->activities[i].type, "*"))
			return true;
	return false;
}

/* What one registers and the other, who takes the same tasks, does not. */
static const char *missing_from(struct tsk_call *call, const struct tsk_passport_worker *one,
				const struct tsk_passport_worker *other)
{
	struct tsk_lines names = { .call = call, .limit = DIFFERENT_MOST };

	for (size_t i = 0; tsk_passport_polls_workflows(other) && i < one->workflow_count; i++)
		if (!registers_workflow(other, one->workflows[i].type))
			tsk_lines_add(&names, "workflow '%s'%s", one->workflows[i].type,
				      place(call, one->workflows[i].file, one->workflows[i].line));
	for (size_t i = 0; tsk_passport_polls_activities(other) && i < one->activity_count; i++)
		if (!registers_activity(other, one->activities[i].type))
			tsk_lines_add(
				&names, "activity '%s'%s", one->activities[i].type,
				place(call, one->activities[i].file, one->activities[i].line));
	return names.count ? tsk_lines_text(&names, ", ") : NULL;
}

/* Versions of one deployment are to differ. */
static bool are_of_one_queue(const struct tsk_passport_worker *one,
			     const struct tsk_passport_worker *other)
{
	return !strcmp(one->task_queue, other->task_queue) &&
	       !strcmp(one->namespace_, other->namespace_) && !one->versioning.used &&
	       !other->versioning.used &&
	       (!one->address || !other->address || tsk_address_same(one->address, other->address));
}

static void compare(struct tsk_call *call, const struct tsk_passport_worker *one,
		    const struct tsk_passport_worker *other, struct tsk_lines *lines)
{
	const char *missing = are_of_one_queue(one, other) ? missing_from(call, one, other) : NULL;

	if (!missing)
		return;
	if (one->pid == other->pid)
		tsk_lines_add(lines,
			      "two Workers of pid %d take tasks of '%s', and one does not register "
			      "%s: such a task fails where it gets there",
			      one->pid, one->task_queue, missing);
	else
		tsk_lines_add(lines,
			      "pid %d takes tasks of '%s', too, and does not register %s, as pid "
			      "%d does: such a task fails where it gets there",
			      other->pid, one->task_queue, missing, one->pid);
}

void passport_differences(struct tsk_call *call, const struct tsk_passport *one,
			  const struct tsk_passport *other, struct tsk_lines *lines)
{
	for (size_t i = 0; i < one->count; i++)
		for (size_t k = one == other ? i + 1 : 0; k < other->count; k++) {
			compare(call, &one->workers[i], &other->workers[k], lines);
			compare(call, &other->workers[k], &one->workers[i], lines);
		}
}

void passport_find_differences(struct tsk_call *call, struct awaited *one,
			       const struct worker_list *others)
{
	struct tsk_lines lines = { .call = call };

	for (size_t i = 0; i < others->count; i++)
		if (others->items[i].id.pid != one->startup.process.pid)
			passport_differences(call, &one->proof.passport, &others->items[i].passport,
					     &lines);
	one->proof.differences = tsk_lines_take(&lines);
}

/* ---- of one passport ---- */

const char *passport_refusal(struct tsk_call *call, const struct tsk_passport *passport,
			     bool also_ended)
{
	for (size_t i = passport->problem_count; i-- > 0;) {
		const struct tsk_passport_problem *problem = &passport->problems[i];
		if (problem->refused && (problem->runs || also_ended))
			return tsk_format(call, "the SDK refused to make its Worker: %s%s%s%s",
					  problem->error ? problem->error : "",
					  problem->error && *problem->message ? ": " : "",
					  problem->message,
					  place(call, problem->file, problem->line));
	}
	return NULL;
}

void passport_findings(struct tsk_call *call, const struct tsk_passport *passport,
		       struct tsk_lines *lines)
{
	const struct tsk_passport_worker *ours = NULL, *others = NULL;
	const char *refusal = passport_refusal(call, passport, false);

	if (refusal)
		tsk_lines_add(lines, "%s", refusal);
	for (size_t i = 0; i < passport->count; i++) {
		const struct tsk_passport_worker *worker = &passport->workers[i];
		find_unbound(call, worker, lines);
		if (passport_is_our_namespace(call, worker))
			ours = worker;
		else
			others = worker;
	}
	if (ours && others)
		tsk_lines_add(lines, "it polls '%s' in namespace '%s', too", others->task_queue,
			      others->namespace_);
	passport_differences(call, passport, passport, lines);
}

void passport_limits(struct tsk_call *call, const struct tsk_passport *passport,
		     struct tsk_lines *lines)
{
	for (size_t i = 0; i < passport->count; i++)
		find_limits(call, &passport->workers[i], lines);
}

/* ---- counted ---- */

const char *passport_brief(struct tsk_call *call, const struct tsk_passport *passport)
{
	int64_t workflows = 0, activities = 0;

	if (!passport->count)
		return NULL;
	for (size_t i = 0; i < passport->count; i++) {
		workflows += (int64_t)passport->workers[i].workflow_count;
		activities += (int64_t)passport->workers[i].activity_count;
	}
	const char *count = workflows ? tsk_count_text(call, workflows, "workflow") : "";

	if (!activities)
		return count;
	return tsk_format(call, "%s%s%s", count, workflows ? ", " : "",
			  tsk_count_text(call, activities, "activity"));
}
