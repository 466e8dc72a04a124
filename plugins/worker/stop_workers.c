/* Stopping workers, each with all its children. */
#include "worker.h"

#include <string.h>

static void add_pids(struct tsk_call *call, struct stop_report *report,
		     const struct tsk_stopped *stopped)
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

static enum tsk_status stop_one(struct tsk_call *call, const struct worker *worker, int64_t grace,
				struct stop_report *report)
{
	struct tsk_stopped stopped = { .count = 0 };
	enum tsk_status status = tsk_stop_tree(call, &worker->id, NULL, grace, &stopped);

	add_pids(call, report, &stopped);
	if (!status && worker->record)
		status = tsk_record_remove(call, worker->record);
	return status;
}

enum tsk_status stop_workers(struct tsk_call *call, const struct worker_list *workers,
			     int64_t grace, struct stop_report *report)
{
	*report = (struct stop_report){ .count = 0 };
	for (size_t i = 0; i < workers->count; i++) {
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
