/* Finding workers by what they poll: the server lists them, or has their heartbeats. */
#include "finder.h"

#include <string.h>

static struct worker *find_owner(struct finder *finder, int pid)
{
	for (size_t i = 0; i < finder->count; i++)
		if (tree_find(&finder->items[i], pid))
			return &finder->items[i];
	return NULL;
}

/* A process polls that queue: a worker that is known already, or one that shows by this. */
static void consider_poller(struct finder *finder, int pid, const char *queue)
{
	struct worker *owner = find_owner(finder, pid);
	size_t row = finder_row(finder, pid);

	if (owner) {
		owner->task_queues = join_queue(finder->call, owner->task_queues, queue);
		return;
	}
	if (row == finder->all_count || finder->taken[row])
		return;
	if (finder_is_of_project(finder, row) && finder_wants(finder, FIND_PROJECT))
		worker_claim_queue(finder->call, finder_add_of_project(finder, row, "poller"),
				   finder->query->own, &finder->all[row], queue);
	else if (!finder_is_of_project(finder, row) &&
		 finder_wants(finder, FIND_RIVALS | FIND_OTHERS))
		finder_add(finder, &finder->all[row].id, NULL,
			   finder->all[row].directory ? finder->all[row].directory : "", "poller");
	else
		return;
	finder->items[finder->count - 1].task_queues = queue;
}

typedef void poller_visit(struct finder *finder, int pid, const char *queue);

static void visit_pollers(struct finder *finder, const struct tsk_strings *queues,
			  poller_visit *visit)
{
	for (size_t i = 0; i < queues->count; i++) {
		const struct queue_pollers *answer =
			queue_ask(finder->call, finder->query->answers, queues->items[i]);
		for (size_t k = 0; k < answer->count; k++) {
			const struct tsk_process_info *process =
				poller_process(finder->call, &answer->items[k]);
			if (process)
				visit(finder, process->id.pid, queues->items[i]);
		}
	}
}

void find_by_queue(struct finder *finder)
{
	const struct tsk_strings queues = split_queues(finder->call, finder->queues);

	visit_pollers(finder, &queues, consider_poller);
}

/* One of the project's directory that polls a queue of the sources: another of its workers, a web
 * application with one in it. Which of them the command means is not known: it is listed. */
static void consider_alike(struct finder *finder, int pid, const char *queue)
{
	struct worker *owner = find_owner(finder, pid);
	const size_t row = finder_row(finder, pid);

	if (owner)
		owner->task_queues = join_queue(finder->call, owner->task_queues, queue);
	else if (!owner && row < finder->all_count && finder_is_of_project(finder, row))
		finder_add_of_project(finder, row, "alike")->task_queues = queue;
}

void find_by_sources(struct finder *finder)
{
	struct tsk_strings queues;

	tsk_source_queues(finder->call, project_directory(finder->call), &queues);
	visit_pollers(finder, &queues, consider_alike);
}

static bool is_queue_of_project(struct finder *finder, const char *queue)
{
	return strcmp(join_queue(finder->call, finder->queues, queue), finder->queues) == 0;
}

void find_by_heartbeat(struct finder *finder)
{
	const char *address = tsk_setting(finder->call, TSK_SETTING_ADDRESS);
	const struct tsk_worker *workers = NULL;
	size_t count = 0;

	if (tsk_list_workers(finder->call, &workers, &count)) {
		if (tsk_error(finder->call) != TSK_INTERRUPTED)
			tsk_forget_error(finder->call);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		int pid = tsk_identity_pid(workers[i].identity);
		const struct tsk_process_info *process =
			pid ? tsk_process_look(finder->call, pid) : NULL;
		if (!process)
			continue;
		const struct tsk_process_info one[2] = { *process };
		if (workers[i].heartbeat_at < one->started_at ||
		    (tsk_address_is_here(address) &&
		     !tsk_process_connected(finder->call, one, address)))
			continue;
		size_t row = finder_row(finder, pid);
		if (row < finder->all_count &&
		    (find_owner(finder, pid) || finder_is_of_project(finder, row) ||
		     finder_wants(finder, FIND_OTHERS) ||
		     is_queue_of_project(finder, workers[i].task_queue)))
			consider_poller(finder, pid, workers[i].task_queue);
	}
}
