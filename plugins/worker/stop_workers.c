/* Stopping workers, each with all its children. */
#include "lost_queues.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

/* One that was started meanwhile is stopped, too; who goes on to start some is no race any more. */
#define ROUNDS_MOST 3

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
	enum tsk_status status =
		tsk_stop_claimed(call, &worker->id, &worker->claim, grace, &stopped);

	add_pids(call, report, &stopped);
	if (!status && worker->record) {
		forget_pollers(call, worker->record);
		status = tsk_record_remove(call, worker->record);
	}
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
	forget_orphaned_pollers(call);
	return tsk_error(call);
}

/* ---- for one that takes their place ---- */

const char *recorded_queues(struct tsk_call *call, const struct worker_list *workers,
			    const char *name)
{
	const char *known = "";

	for (size_t i = 0; i < workers->count; i++) {
		const struct worker *worker = &workers->items[i];
		if (*name && strcmp(worker->name, name) != 0)
			continue;
		for (struct tsk_strings queues = split_queues(call, worker->task_queues);
		     queues.count; queues.items++, queues.count--)
			known = join_queue(call, known, *queues.items);
	}
	return known;
}

static void add_stopped(struct tsk_call *call, struct stop_report *all,
			const struct stop_report *round)
{
	int *pids = tsk_alloc(call, (all->count + round->count + 1) * sizeof(*pids));

	if (all->count)
		memcpy(pids, all->pids, all->count * sizeof(*pids));
	if (round->count)
		memcpy(pids + all->count, round->pids, round->count * sizeof(*pids));
	all->pids = pids;
	all->count += round->count;
	all->killed += round->killed;
	all->left = round->left;
	all->left_stop = round->left_stop;
	if (round->supervised)
		all->supervised = round->supervised;
}

static bool any_to_stop(const struct worker_list *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].may_stop)
			return true;
	return false;
}

/* ---- one that is about to be a worker ---- */

/* What was started a moment ago and has no connection yet may be the project's worker, and will be
 * beside ours a moment later; or something that only runs alike. While it works it is waited for.
 */
#define YOUNG_NS    ((int64_t)30 * 1000000000)
#define STARTING_MS 10000
#define IDLE_MS     1000
/* There is no event for somebody else's connection. */
#define LOOK_MS     50

static bool is_starting(const struct worker *worker)
{
	return worker->count && !worker->may_stop && !worker->elsewhere && worker->claim.command &&
	       worker->started_at > tsk_wall_ns() - YOUNG_NS;
}

static int64_t cpu_of(const struct tsk_process_info *tree)
{
	int64_t sum = 0;

	for (; tree->id.pid; tree++)
		sum += tree->cpu_ms;
	return sum;
}

static void await_connection(struct tsk_call *call, const struct worker *worker)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	const int64_t until = tsk_deadline(call, STARTING_MS);
	struct pollfd end = { .fd = tsk_process_open(&worker->id), .events = POLLIN };
	int64_t cpu = -1, worked_at = tsk_now_ms();

	while (end.fd >= 0 && tsk_now_ms() < until) {
		struct tsk_mark mark = tsk_mark(call);
		const struct tsk_process_info *tree = tsk_process_tree(call, &worker->id, NULL);
		bool connected = tsk_process_connected(call, tree, address);
		int64_t now = cpu_of(tree);
		tsk_rewind(call, mark);
		if (now != cpu)
			worked_at = tsk_now_ms();
		cpu = now;
		if (connected || tsk_now_ms() - worked_at > IDLE_MS ||
		    tsk_wait(call, &end, 1, tsk_now_ms() + LOOK_MS) != TSK_TIMEOUT)
			break;
	}
	if (end.fd >= 0)
		close(end.fd);
}

/* Whether any was waited for: then all are to be looked for once more. */
static bool await_starting(struct tsk_call *call, const struct worker_list *workers)
{
	bool any = false;

	for (size_t i = 0; i < workers->count; i++) {
		if (!is_starting(&workers->items[i]))
			continue;
		await_connection(call, &workers->items[i]);
		any = true;
	}
	return any;
}

enum tsk_status find_to_stop(struct tsk_call *call, const struct worker_query *query,
			     struct worker_list *workers)
{
	if (find_workers(call, query, workers) ||
	    (await_starting(call, workers) && find_workers(call, query, workers)))
		return tsk_error(call);
	return TSK_OK;
}

enum tsk_status replace_workers(struct tsk_call *call, const struct worker_query *query,
				int64_t grace, struct stop_report *stopped,
				struct worker_list *before)
{
	struct worker_list workers = { .count = 0 };
	struct stop_report round;

	*before = (struct worker_list){ .count = 0 };
	for (int turn = 0; turn < ROUNDS_MOST; turn++) {
		if (turn ? find_workers(call, query, &workers)
			 : find_to_stop(call, query, &workers))
			return tsk_error(call);
		if (turn == 0) {
			*before = workers;
			tell_at_work(call, &workers);
		}
		if (stop_workers(call, &workers, grace, &round))
			return tsk_error(call);
		add_stopped(call, stopped, &round);
		if (round.undone) {
			tsk_hint(call, "%s", round.undo_stop);
			return tsk_fail(call, TSK_UNAVAILABLE,
					"the old worker was stopped, and %s: it has to be stopped "
					"there first",
					round.undone);
		}
		if (round.failed)
			return tsk_fail(call, TSK_DENIED, "an old worker cannot be stopped: %s",
					round.problem);
		if (!round.count || !any_to_stop(&workers))
			return TSK_OK;
	}
	return tsk_fail(call, TSK_UNAVAILABLE,
			"a worker of '%s' is there again whenever all were stopped (pid %d): "
			"somebody starts it anew",
			project_name(call), worker_pid(&workers.items[0]));
}

void say_pids(cJSON *object, const char *key, const int *pids, size_t count)
{
	cJSON *list = tsk_set_list(object, key);

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(list, cJSON_CreateNumber(pids[i]));
}
