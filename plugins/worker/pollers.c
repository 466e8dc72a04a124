/* Who polls a task queue, as the server remembers it, held against the processes of this host. */
#include "passports.h"

#include <string.h>
#include <unistd.h>

/* A poll lasts a minute and is then renewed: who was not seen for this long has gone. */
#define POLLER_FRESH_NS ((int64_t)75 * 1000000000)

/* Clock ticks of process starts and the server's clock may differ by as much. */
#define CLOCK_SLACK_NS  ((int64_t)50 * 1000000)

/* ---- asking ---- */

struct queue_pollers queue_ask_again(struct tsk_call *call, const char *queue)
{
	struct queue_pollers answer = { .queue = queue };
	const struct tsk_poller *workflow = NULL, *activity = NULL;
	size_t workflows = 0, activities = 0;

	if (tsk_error(call))
		return answer;
	if (tsk_pollers(call, queue, TSK_WORKFLOW_TASKS, &workflow, &workflows) ||
	    tsk_pollers(call, queue, TSK_ACTIVITY_TASKS, &activity, &activities)) {
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
		return answer;
	}
	struct tsk_poller *all = tsk_alloc(call, (workflows + activities + 1) * sizeof(*all));
	if (workflows)
		memcpy(all, workflow, workflows * sizeof(*all));
	if (activities)
		memcpy(all + workflows, activity, activities * sizeof(*all));
	answer.items = all;
	answer.count = workflows + activities;
	answer.known = true;
	return answer;
}

const struct queue_pollers *queue_ask(struct tsk_call *call, struct queue_answers *answers,
				      const char *queue)
{
	for (size_t i = 0; i < answers->count; i++)
		if (strcmp(answers->items[i].queue, queue) == 0)
			return &answers->items[i];
	/* The oldest answer gives way; none of this machine's workers should be asked twice. */
	size_t at = answers->count < ANSWERS_MOST ? answers->count++ : 0;
	answers->items[at] = queue_ask_again(call, tsk_copy(call, queue));
	return &answers->items[at];
}

/* ---- who it is ---- */

bool poller_is_fresh(const struct tsk_poller *poller)
{
	return poller->last_access_at >= tsk_wall_ns() - POLLER_FRESH_NS;
}

/* The number in an identity may be that of a process in a sandbox that has this machine's name. */
static bool is_poller(struct tsk_call *call, const struct tsk_process_info *process,
		      const struct tsk_poller *poller)
{
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	const struct tsk_process_info one[2] = { *process };

	/* We are connected as well, and poll nothing. */
	return tsk_identity_pid(poller->identity) == process->id.pid &&
	       process->id.pid != getpid() && poller_is_fresh(poller) &&
	       poller->last_access_at >= process->started_at - CLOCK_SLACK_NS &&
	       (!tsk_address_is_here(address) || tsk_process_connected(call, one, address));
}

const struct tsk_poller *queue_poller_of(struct tsk_call *call, const struct queue_pollers *pollers,
					 const struct tsk_process_info *tree)
{
	for (size_t i = 0; i < pollers->count; i++)
		for (const struct tsk_process_info *at = tree; at->id.pid; at++)
			if (is_poller(call, at, &pollers->items[i]))
				return &pollers->items[i];
	return NULL;
}

int queue_polled_by(struct tsk_call *call, const struct queue_pollers *pollers,
		    const struct worker *worker)
{
	if (!pollers->known)
		return -1;
	if (queue_poller_of(call, pollers, worker->tree))
		return 1;
	for (size_t i = 0; i < pollers->count; i++)
		if (passport_has_poller(call, &worker->passport, worker->tree, pollers->queue,
					&pollers->items[i]))
			return 1;
	for (size_t i = 0; i < pollers->count; i++)
		if (!strchr(pollers->items[i].identity, '@') &&
		    poller_is_fresh(&pollers->items[i]) &&
		    pollers->items[i].last_access_at >= worker->started_at - CLOCK_SLACK_NS)
			return -1;
	return 0;
}

const struct tsk_process_info *poller_process(struct tsk_call *call,
					      const struct tsk_poller *poller)
{
	int pid = tsk_identity_pid(poller->identity);
	const struct tsk_process_info *process =
		pid && poller_is_fresh(poller) ? tsk_process_look(call, pid) : NULL;

	/* A number that was given again belongs to somebody else. */
	return process && is_poller(call, process, poller) ? process : NULL;
}

/* ---- lists of queues ---- */

struct tsk_strings split_queues(struct tsk_call *call, const char *queues)
{
	size_t most = 1, count = 0;

	for (const char *at = queues; *at; at++)
		most += *at == ',';
	const char **items = tsk_alloc(call, (most + 1) * sizeof(*items));
	while (*queues) {
		size_t length = strcspn(queues, ",");
		if (length)
			items[count++] = tsk_copy_bytes(call, queues, length);
		queues += length + (queues[length] == ',');
	}
	return (struct tsk_strings){ .items = items, .count = count };
}

const char *join_queue(struct tsk_call *call, const char *queues, const char *queue)
{
	struct tsk_strings list = split_queues(call, queues);

	for (size_t i = 0; i < list.count; i++)
		if (strcmp(list.items[i], queue) == 0)
			return queues;
	return tsk_format(call, "%s%s%s", queues, *queues ? "," : "", queue);
}
