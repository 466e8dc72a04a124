/* What a worker's passport says of where it polls, held against what the server lists. */
#include "passports.h"

#include <string.h>

/* The clocks of server and worker, as in pollers.c. */
#define CLOCK_SLACK_NS ((int64_t)50 * 1000000)

static const enum tsk_task_kind kinds[2] = { TSK_WORKFLOW_TASKS, TSK_ACTIVITY_TASKS };

bool passport_is_our_namespace(const struct tsk_call *call,
			       const struct tsk_passport_worker *worker)
{
	return strcmp(worker->namespace_, tsk_setting(call, TSK_SETTING_NAMESPACE)) == 0;
}

bool passport_is_our_address(const struct tsk_call *call, const struct tsk_passport_worker *worker)
{
	return !worker->address ||
	       tsk_address_same(worker->address, tsk_setting(call, TSK_SETTING_ADDRESS));
}

/* ---- its queues ---- */

static struct passport_queue *find_queue(struct passport_queues *queues, const char *name)
{
	for (size_t i = 0; i < queues->count; i++)
		if (strcmp(queues->items[i].queue, name) == 0)
			return &queues->items[i];
	return NULL;
}

void passport_queues(const struct tsk_call *call, const struct tsk_passport *passport,
		     struct passport_queues *queues)
{
	queues->count = 0;
	for (size_t i = 0; i < passport->count; i++) {
		const struct tsk_passport_worker *worker = &passport->workers[i];
		if (!passport_is_our_namespace(call, worker))
			continue;
		struct passport_queue *queue = find_queue(queues, worker->task_queue);
		if (!queue && queues->count == PASSPORT_QUEUES_MOST)
			continue;
		if (!queue) {
			queue = &queues->items[queues->count++];
			*queue = (struct passport_queue){ .queue = worker->task_queue,
							  .worker = worker };
		}
		queue->wants[0] |= tsk_passport_polls_workflows(worker);
		queue->wants[1] |= tsk_passport_polls_activities(worker);
	}
}

/* ---- what the server lists ---- */

/* A number and host are of one process in its time; a name that the project chose may have been
 * that of the worker before. */
static int64_t since_of(const struct tsk_passport_worker *worker,
			const struct tsk_process_info *tree)
{
	if (tsk_identity_pid(worker->identity) != worker->pid)
		return worker->at;
	for (; tree->id.pid; tree++)
		if (tree->id.pid == worker->pid)
			return tree->started_at;
	return worker->at;
}

bool passport_has_poller(const struct tsk_call *call, const struct tsk_passport *passport,
			 const struct tsk_process_info *tree, const char *queue,
			 const struct tsk_poller *poller)
{
	for (size_t i = 0; i < passport->count; i++) {
		const struct tsk_passport_worker *worker = &passport->workers[i];
		if (worker->identity && passport_is_our_namespace(call, worker) &&
		    strcmp(worker->task_queue, queue) == 0 &&
		    strcmp(worker->identity, poller->identity) == 0 && poller_is_fresh(poller) &&
		    poller->last_access_at >= since_of(worker, tree) - CLOCK_SLACK_NS)
			return true;
	}
	return false;
}

void passport_queue_ask(struct tsk_call *call, const struct tsk_passport *passport,
			const struct tsk_process_info *tree, struct passport_queue *queue)
{
	for (size_t kind = 0; kind < 2; kind++) {
		const struct tsk_poller *pollers;
		size_t count;
		if (!queue->wants[kind] || queue->identities[kind])
			continue;
		if (tsk_pollers(call, queue->queue, kinds[kind], &pollers, &count)) {
			if (tsk_error(call) == TSK_INTERRUPTED)
				return;
			queue->refused = tsk_error(call) == TSK_DENIED;
			tsk_forget_error(call);
			continue;
		}
		for (size_t i = 0; i < count && !queue->identities[kind]; i++)
			if (passport_has_poller(call, passport, tree, queue->queue, &pollers[i]))
				queue->identities[kind] = pollers[i].identity;
	}
}

bool passport_queue_is_polled(const struct passport_queue *queue)
{
	for (size_t kind = 0; kind < 2; kind++)
		if (queue->wants[kind] && !queue->identities[kind])
			return false;
	return true;
}

/* ---- in words ---- */

static const char *identity_of(const struct passport_queue *queue)
{
	const char *identity = queue->identities[queue->identities[0] ? 0 : 1];

	return identity && passport_queue_is_polled(queue) ? identity : NULL;
}

static bool is_first_of(const struct passport_queues *queues, size_t at)
{
	const char *identity = identity_of(&queues->items[at]);

	for (size_t i = 0; i < at; i++) {
		const char *other = identity_of(&queues->items[i]);
		if (other && strcmp(other, identity) == 0)
			return false;
	}
	return true;
}

const char *passport_evidence(struct tsk_call *call, const struct passport_queues *queues)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < queues->count; i++) {
		const char *identity = identity_of(&queues->items[i]);
		if (!identity || !is_first_of(queues, i))
			continue;
		tsk_text_join(&text, "; ", "%s on '%s'", identity, queues->items[i].queue);
		for (size_t k = i + 1; k < queues->count; k++) {
			const char *other = identity_of(&queues->items[k]);
			if (other && strcmp(other, identity) == 0)
				tsk_text_format(&text, ", '%s'", queues->items[k].queue);
		}
	}
	return text.size ? tsk_format(call, "the server lists its poller %s", tsk_text_value(&text))
			 : "";
}

const char *passport_queue_names(struct tsk_call *call, const struct passport_queues *queues,
				 bool polled)
{
	struct tsk_text text = { .call = call };

	for (size_t i = 0; i < queues->count; i++)
		if (passport_queue_is_polled(&queues->items[i]) == polled)
			tsk_text_join(&text, ", ", "'%s'", queues->items[i].queue);
	return tsk_text_value(&text);
}
