/* Stopping workers, each with all its children. */
#include "worker.h"

#include <string.h>

void add_pids(struct tsk_call *call, struct stop_report *report, const struct tsk_stopped *stopped)
{
	int *pids = tsk_alloc(call, (report->count + stopped->count + 1) * sizeof(*pids));

	if (report->count)
		memcpy(pids, report->pids, report->count * sizeof(*pids));
	if (stopped->count)
		memcpy(pids + report->count, stopped->pids, stopped->count * sizeof(*pids));
	report->pids = pids;
	report->count += stopped->count;
	report->killed += stopped->killed;
}

/* ---- who starts it anew ---- */

static const char *joined(struct tsk_call *call, const char *text, const char *more)
{
	return text ? tsk_format(call, "%s; %s", text, more) : more;
}

static void look_for_return(struct tsk_call *call, const struct supervisor *supervisor,
			    int64_t stop_began, struct stop_report *report)
{
	int returned = wait_for_return(call, supervisor, stop_began);

	if (returned) {
		report->undone = joined(call, report->undone,
					tsk_format(call, "%s started it anew, as pid %d",
						   supervisor->name, returned));
		report->undo_stop = supervisor->stop;
	} else if (supervisor->is_known && tsk_process_runs(&supervisor->process)) {
		report->supervised = tsk_format(
			call,
			"its parent is %s, which may start it anew; it is stopped there by: %s",
			supervisor->name, supervisor->stop);
	}
}

/* ---- what is left alone ---- */

static void leave_alone(struct tsk_call *call, const struct worker *worker,
			struct stop_report *report)
{
	const char *what =
		worker->elsewhere
			? tsk_format(call,
				     "a worker of '%s' was started as %s: it is to be stopped "
				     "there (its record %s stays)",
				     worker->project, worker->elsewhere, worker->record->path)
			: tsk_format(call, "pid %d was left alone: %s", worker_pid(worker),
				     worker->evidence);

	report->left = joined(call, report->left, what);
	if (!report->left_stop && worker->count)
		report->left_stop = tsk_format(call, "kill %d", worker_pid(worker));
}

/* ---- stopping ---- */

static enum tsk_status stop_one(struct tsk_call *call, const struct worker *worker, int64_t grace,
				struct stop_report *report)
{
	struct tsk_stopped stopped = { .count = 0 };
	struct supervisor supervisor;
	bool supervised = find_supervisor(call, worker, &supervisor);
	/* It may be there again before we have seen that all of the old one are gone. */
	const int64_t began = tsk_wall_ns();
	enum tsk_status status = tsk_stop_tree(call, &worker->id, &worker->claim, grace, &stopped);

	add_pids(call, report, &stopped);
	if (!status && worker->record)
		status = tsk_record_remove(call, worker->record);
	if (!status && supervised && stopped.count)
		look_for_return(call, &supervisor, began, report);
	return status;
}

enum tsk_status stop_workers(struct tsk_call *call, const struct worker_list *workers,
			     int64_t grace, struct stop_report *report)
{
	*report = (struct stop_report){ .count = 0 };
	for (size_t i = 0; i < workers->count; i++) {
		if (!workers->items[i].may_stop) {
			leave_alone(call, &workers->items[i], report);
			continue;
		}
		if (!stop_one(call, &workers->items[i], grace, report))
			continue;
		if (tsk_error(call) == TSK_INTERRUPTED || tsk_interrupted(call))
			return tsk_error(call);
		if (!report->failed++)
			report->problem = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
	}
	return TSK_OK;
}

void say_pids(cJSON *object, const char *key, const int *pids, size_t count)
{
	cJSON *list = tsk_set_list(object, key);

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateNumber(pids[i]));
}
