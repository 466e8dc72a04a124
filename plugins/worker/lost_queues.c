/* Queues that one process of a worker polled that is gone, while the rest of the worker lives on.
 *
 * The server forgets a poller that has ended within minutes, and a worker without a free slot does
 * not poll either: so ensure-worker writes down which process polls which queue, and what counts is
 * whether that one is gone. */
#include "lost_queues.h"

#include <string.h>

#define KIND           "poller"

/* How long children that come up beside the first may take, and how often they are looked for:
 * there is no event for one that polls. */
#define COMING_MS      3000
#define LOOK_MS        100

/* Clock ticks of process starts and the server's clock may differ by as much. */
#define CLOCK_SLACK_NS ((int64_t)50 * 1000000)

/* ---- who polls what, written down ---- */

static const char *poller_name(struct tsk_call *call, const char *worker, const char *queue)
{
	return tsk_format(call, "%s %s", worker, queue);
}

static bool is_poller_of(struct tsk_call *call, const struct tsk_record *poller,
			 const struct tsk_record *worker)
{
	return !strcmp(poller->scope, worker->scope) &&
	       !strcmp(poller->name, poller_name(call, worker->name, poller->task_queues));
}

void forget_pollers(struct tsk_call *call, const struct tsk_record *worker)
{
	const struct tsk_record *poller = tsk_record_list(call, KIND, NULL);

	for (; poller && poller->kind; poller++)
		if (is_poller_of(call, poller, worker) &&
		    tsk_record_whereabouts(call, poller) != TSK_ELSEWHERE)
			tsk_record_remove(call, poller);
	if (tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
}

/* A worker whose record went otherwise than by a stop (its call was killed, say) left them. */
static bool is_orphaned(struct tsk_call *call, const struct tsk_record *poller)
{
	const size_t size = strlen(poller->name), queue = strlen(poller->task_queues) + 1;
	const char *worker =
		size > queue ? tsk_copy_bytes(call, poller->name, size - queue) : poller->name;

	return tsk_record_whereabouts(call, poller) == TSK_ENDED &&
	       !tsk_record_read(call, "worker", worker, poller->scope) && !tsk_error(call);
}

void forget_orphaned_pollers(struct tsk_call *call)
{
	const struct tsk_record *poller = tsk_record_list(call, KIND, NULL);

	for (; poller && poller->kind && tsk_error(call) != TSK_INTERRUPTED; poller++) {
		if (is_orphaned(call, poller))
			tsk_record_remove(call, poller);
		if (tsk_error(call) != TSK_INTERRUPTED)
			tsk_forget_error(call);
	}
}

static void remember(struct tsk_call *call, const struct started_worker *started,
		     const struct tsk_process *process, const char *queue)
{
	const struct tsk_record record = {
		.kind = KIND,
		.name = poller_name(call, worker_record_name(call, started->own->name), queue),
		.scope = project_directory(call),
		.process = *process,
		.command = started->command,
		.log = started->log,
		.address = tsk_setting(call, TSK_SETTING_ADDRESS),
		.namespace_ = tsk_setting(call, TSK_SETTING_NAMESPACE),
		.task_queues = queue,
		.started_at = tsk_wall_ns(),
	};

	/* Without it less is known later; nothing else depends on it. */
	if (tsk_record_write(call, &record) && tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
}

/* ---- of one that was just started ---- */

static const struct tsk_process_info *poller_in(struct tsk_call *call,
						const struct tsk_process_info *tree,
						const char *queue)
{
	const struct queue_pollers answer = queue_ask_again(call, queue);
	const struct tsk_poller *poller = queue_poller_of(call, &answer, tree);

	for (; poller && tree->id.pid; tree++)
		if (tree->id.pid == tsk_identity_pid(poller->identity))
			return tree;
	return NULL;
}

/* Programs that do its work; a launcher does none. */
static size_t count_python(const struct tsk_process_info *tree)
{
	size_t count = 0;

	for (; tree->id.pid; tree++)
		count += worker_is_python(tree);
	return count;
}

/* Looks at each of the queues that is not found yet; whether all are. */
static bool look_at_queues(struct tsk_call *call, const struct started_worker *started,
			   const struct tsk_strings *queues, bool *found, const char **polled)
{
	const struct tsk_process_info *tree = tsk_process_tree(call, &started->process, NULL);
	bool all = true;

	for (size_t i = 0; i < queues->count && !tsk_error(call); i++) {
		const struct tsk_process_info *process =
			found[i] ? NULL : poller_in(call, tree, queues->items[i]);
		if (process) {
			remember(call, started, &process->id, queues->items[i]);
			*polled = join_queue(call, *polled, queues->items[i]);
			found[i] = true;
		}
		all &= found[i];
	}
	/* One process that is ready polls all that it will; several come up one by one. */
	return all || count_python(tree) < 2;
}

const char *remember_pollers(struct tsk_call *call, const struct started_worker *started,
			     const char *queues)
{
	const struct tsk_record worker = { .name = worker_record_name(call, started->own->name),
					   .scope = project_directory(call) };
	const int64_t deadline = tsk_deadline(call, COMING_MS);
	const char *polled = queues, *wanted = queues;
	struct tsk_strings named = { .count = 0 };

	forget_pollers(call, &worker);
	/* Of several workers each has its own, which is said where it matters. */
	if (!*started->own->name)
		tsk_source_queues(call, project_directory(call), &named);
	for (size_t i = 0; i < named.count; i++)
		wanted = join_queue(call, wanted, named.items[i]);
	const struct tsk_strings list = split_queues(call, wanted);
	bool *found = tsk_alloc(call, (list.count + 1) * sizeof(*found));
	while (!look_at_queues(call, started, &list, found, &polled) && tsk_now_ms() < deadline)
		if (tsk_wait(call, NULL, 0, tsk_now_ms() + LOOK_MS) == TSK_INTERRUPTED)
			break;
	return polled;
}

/* ---- later ---- */

static const char *gone_text(struct tsk_call *call, const char *queue, int pid, int64_t since)
{
	const char *how = how_it_ended(call, pid, since);

	return tsk_format(call, "polls '%s' no more: its process %d, which did, is gone%s%s%s",
			  queue, pid, *how ? " (" : "", how, *how ? ")" : "");
}

/* Whether it polls a queue still, or may. */
static bool may_poll(struct tsk_call *call, const struct worker *worker,
		     struct queue_answers *answers, const char *queue)
{
	return queue_polled_by(call, queue_ask(call, answers, queue), worker) != 0;
}

static const char *lost_by_record(struct tsk_call *call, const struct worker *worker,
				  struct queue_answers *answers)
{
	const struct tsk_record *poller = tsk_record_list(call, KIND, NULL);

	for (; poller && poller->kind; poller++)
		if (is_poller_of(call, poller, worker->record) &&
		    tsk_record_whereabouts(call, poller) == TSK_ENDED &&
		    !may_poll(call, worker, answers, poller->task_queues))
			return gone_text(call, poller->task_queues, poller->process.pid,
					 poller->started_at);
	return NULL;
}

/* One of this machine that polled the queue since the worker was started, and does not run now. */
static int gone_poller(struct tsk_call *call, const struct worker *worker,
		       const struct queue_pollers *answer)
{
	int gone = 0;

	for (size_t i = 0; i < answer->count; i++) {
		const struct tsk_poller *poller = &answer->items[i];
		const int pid = tsk_identity_pid(poller->identity);
		if (!pid || poller->last_access_at < worker->started_at - CLOCK_SLACK_NS)
			continue;
		if (tsk_process_look(call, pid))
			return 0;
		gone = pid;
	}
	return gone;
}

static const char *lost_of(struct tsk_call *call, const struct worker *worker,
			   struct queue_answers *answers, const char *queue, bool is_its_own)
{
	const struct queue_pollers *answer = queue_ask(call, answers, queue);
	const int pid =
		may_poll(call, worker, answers, queue) ? 0 : gone_poller(call, worker, answer);

	/* Of a queue that only the sources name, it must be a child of this very worker. */
	return pid && (is_its_own || tree_find(worker, parent_of_ended(call, pid)))
		       ? gone_text(call, queue, pid, worker->started_at)
		       : NULL;
}

/* Of one that nothing was written down of: a queue whose poller the server remembers. */
static const char *lost_by_server(struct tsk_call *call, const struct worker *worker,
				  struct queue_answers *answers)
{
	const struct tsk_strings own = split_queues(call, worker->task_queues);
	struct tsk_strings named = { .count = 0 };
	const char *text = NULL;

	if (!tsk_process_all_are_seen() ||
	    !tsk_address_is_here(tsk_setting(call, TSK_SETTING_ADDRESS)))
		return NULL;
	for (size_t i = 0; i < own.count && !text; i++)
		text = lost_of(call, worker, answers, own.items[i], true);
	if (!text)
		tsk_source_queues(call, worker->directory, &named);
	for (size_t i = 0; i < named.count && !text; i++)
		text = lost_of(call, worker, answers, named.items[i], false);
	return text;
}

const char *lost_queue_text(struct tsk_call *call, const struct worker *worker,
			    struct queue_answers *answers)
{
	const char *text = worker->record ? lost_by_record(call, worker, answers) : NULL;

	if (!tsk_error(call) && !text)
		text = lost_by_server(call, worker, answers);
	if (tsk_error(call) != TSK_INTERRUPTED)
		tsk_forget_error(call);
	return text;
}
