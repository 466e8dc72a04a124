/* Whether a worker that was just started polls, where it has described itself: each queue that it
 * names is to be shown. */
#include "watched_start.h"

#include <string.h>
#include <sys/stat.h>

/* At an address that is another one, or another way to the server: its poller shows here within
 * that time, or not at all. */
#define ELSEWHERE_MS 1500

/* No process of it is at work any more that could make a further Worker. */
#define QUIET_MS     300

/* ---- reading ---- */

static bool is_in_tree(const struct watch *watch, const struct tsk_passport_worker *worker)
{
	for (size_t i = 0; i < watch->count; i++)
		if (watch->tree[i].id.pid == worker->pid &&
		    watch->tree[i].id.start_ticks == worker->start_ticks)
			return true;
	return false;
}

/* More was written, or one of them has ended, or was not seen yet when it wrote. */
static bool has_changed(const struct watch *watch, int64_t size)
{
	const struct tsk_passport *passport = &watch->proof->passport;

	if (size != watch->passport_size || passport->ended)
		return true;
	for (size_t i = 0; i < passport->count; i++)
		if (!is_in_tree(watch, &passport->workers[i]))
			return true;
	return false;
}

static bool are_the_same(const struct tsk_passport *one, const struct tsk_passport *other)
{
	if (one->count != other->count || one->problem_count != other->problem_count ||
	    one->ended != other->ended)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (one->workers[i].pid != other->workers[i].pid ||
		    one->workers[i].at != other->workers[i].at)
			return false;
	return true;
}

bool watch_read_passport(struct watch *watch)
{
	struct tsk_passport *passport = &watch->proof->passport;
	struct stat about;

	if (!watch->record || stat(tsk_passport_file(watch->call, watch->record), &about) ||
	    !has_changed(watch, about.st_size))
		return passport->count > 0;
	const struct tsk_passport now = tsk_passport_read(watch->call, watch->record, watch->tree);
	watch->passport_size = about.st_size;
	if (are_the_same(passport, &now))
		return passport->count > 0;
	*passport = now;
	watch->passport_at = tsk_now_ms();
	passport_queues(watch->call, passport, &watch->queues);
	/* What a look has learnt is kept. */
	watch->guesses.learnt = true;
	return passport->count > 0;
}

/* ---- what follows ---- */

static bool ask(struct watch *watch)
{
	bool all = true;

	for (size_t i = 0; i < watch->queues.count && !tsk_error(watch->call); i++) {
		struct passport_queue *queue = &watch->queues.items[i];
		if (passport_queue_is_polled(queue))
			continue;
		const struct passport_queue before = *queue;
		passport_queue_ask(watch->call, &watch->proof->passport, watch->tree, queue);
		/* The names of pollers are kept. */
		watch->guesses.learnt |= queue->identities[0] != before.identities[0] ||
					 queue->identities[1] != before.identities[1];
		all &= passport_queue_is_polled(queue);
	}
	return all;
}

/* Nexus operations have pollers of their own, that are not asked for. */
static size_t count_polled(const struct watch *watch)
{
	size_t count = 0;

	for (size_t i = 0; i < watch->queues.count; i++)
		count += passport_queue_is_polled(&watch->queues.items[i]);
	return count;
}

static const struct tsk_passport_worker *elsewhere(const struct watch *watch, bool by_address)
{
	const struct tsk_passport *passport = &watch->proof->passport;

	for (size_t i = 0; i < passport->count; i++) {
		const struct tsk_passport_worker *worker = &passport->workers[i];
		if (by_address ? !passport_is_our_address(watch->call, worker)
			       : !passport_is_our_namespace(watch->call, worker))
			return worker;
	}
	return NULL;
}

static bool is_polled(const struct watch *watch, const char *queue)
{
	for (size_t i = 0; i < watch->queues.count; i++)
		if (strcmp(watch->queues.items[i].queue, queue) == 0)
			return passport_queue_is_polled(&watch->queues.items[i]);
	return false;
}

static bool names(const struct watch *watch, const char *queue)
{
	for (size_t i = 0; i < watch->queues.count; i++)
		if (strcmp(watch->queues.items[i].queue, queue) == 0)
			return true;
	return false;
}

/* What the server confirms, told as far as it is. */
static void take_down(struct watch *watch)
{
	struct proof *proof = watch->proof;
	bool has_pid = false;

	proof->task_queues = "";
	for (size_t i = 0; i < watch->queues.count; i++) {
		const struct passport_queue *queue = &watch->queues.items[i];
		if (!passport_queue_is_polled(queue))
			continue;
		proof->task_queues = join_queue(watch->call, proof->task_queues, queue->queue);
		if (!has_pid)
			proof->worker_pid = queue->worker->pid;
		has_pid = true;
	}
	proof->evidence = passport_evidence(watch->call, &watch->queues);
	if (!*proof->evidence && *proof->task_queues)
		proof->evidence = tsk_format(watch->call, "process %d made its Worker for '%s'",
					     proof->worker_pid, proof->task_queues);
}

static enum wait_outcome ready(struct watch *watch)
{
	const char *unpolled = passport_queue_names(watch->call, &watch->queues, false);

	take_down(watch);
	if (*unpolled)
		watch->proof->unpolled = unpolled;
	return WAIT_READY;
}

/* Whether the server lists it in the namespace that it names: one that there is not ends it. */
static bool is_listed_there(struct watch *watch)
{
	const struct tsk_passport_worker *far = elsewhere(watch, false);
	const enum tsk_task_kind kind =
		tsk_passport_polls_workflows(far) ? TSK_WORKFLOW_TASKS : TSK_ACTIVITY_TASKS;
	const struct tsk_poller *pollers;
	size_t count;

	if (tsk_pollers_in(watch->call, far->namespace_, far->task_queue, kind, &pollers, &count)) {
		if (tsk_error(watch->call) != TSK_INTERRUPTED)
			tsk_forget_error(watch->call);
		return false;
	}
	for (size_t i = 0; i < count; i++)
		if (far->identity && strcmp(pollers[i].identity, far->identity) == 0 &&
		    poller_is_fresh(&pollers[i]))
			return true;
	return false;
}

/* All of its Workers are elsewhere: as soon as that is sure. */
static bool is_settled_elsewhere(struct watch *watch)
{
	const int64_t since = tsk_now_ms() - watch->passport_at;

	return elsewhere(watch, true) ? since >= ELSEWHERE_MS
				      : since >= WRONG_QUEUE_MS || is_listed_there(watch);
}

/* All of its Workers are of another namespace, or none of them shows here at an address that is not
 * ours. */
static enum wait_outcome look_elsewhere(struct watch *watch)
{
	const struct worker worker = watch_as_worker(watch);
	const struct tsk_passport_worker *far = elsewhere(watch, true);
	const char **told = far ? &watch->proof->other_server : &watch->proof->other_namespace;

	if (!far)
		far = elsewhere(watch, false);
	*told = passport_elsewhere_text(watch->call, &worker, far);
	watch->proof->worker_pid = far->pid;
	return told == &watch->proof->other_server ? WAIT_OTHER_SERVER : WAIT_WRONG_NAMESPACE;
}

/* Where the server will not say who polls, what the worker says must be enough. */
static bool is_refused(const struct watch *watch)
{
	for (size_t i = 0; i < watch->queues.count; i++)
		if (watch->queues.items[i].refused)
			return watch_idle_for(watch, IDLE_MS);
	return false;
}

static enum wait_outcome take_its_word(struct watch *watch)
{
	struct proof *proof = watch->proof;
	const char *reason = tsk_unanswered_reason(watch->call, "DescribeTaskQueue", NULL);

	proof->task_queues = "";
	for (size_t i = 0; i < watch->queues.count; i++)
		proof->task_queues =
			join_queue(watch->call, proof->task_queues, watch->queues.items[i].queue);
	proof->worker_pid = watch->queues.items->worker->pid;
	proof->evidence =
		tsk_format(watch->call,
			   "process %d made its Worker for '%s' and waits; who polls "
			   "could not be read (%s)",
			   proof->worker_pid, proof->task_queues, reason ? reason : "denied");
	return WAIT_READY;
}

/* The wanted queue is not among those that it names, and nothing of it works any more at a further
 * one. */
static enum wait_outcome wrong_queue(struct watch *watch)
{
	take_down(watch);
	watch->proof->wrong_queue = watch->proof->task_queues;
	return WAIT_WRONG_QUEUE;
}

/* Processes that have not described themselves and are at work may be about to make a Worker, too.
 */
static bool another_is_starting(struct watch *watch)
{
	const struct tsk_passport *passport = &watch->proof->passport;
	const int64_t now = tsk_now_ms();
	int64_t cpu = 0;
	bool asleep = true;

	for (size_t i = 0; i < watch->count; i++) {
		bool described = false;
		for (size_t k = 0; k < passport->count; k++)
			described |= passport->workers[k].pid == watch->tree[i].id.pid;
		if (described)
			continue;
		cpu += watch->tree[i].cpu_ms;
		asleep &= watch->tree[i].state == 'S';
	}
	if (cpu != watch->others_cpu || !asleep)
		watch->others_since = now;
	watch->others_cpu = cpu;
	return now - watch->others_since < QUIET_MS && now - watch->passport_at < WRONG_QUEUE_MS;
}

enum wait_outcome watch_passport_outcome(struct watch *watch)
{
	const char *wanted = watch->startup->task_queue;
	const bool starting = another_is_starting(watch), all = ask(watch);
	const size_t polled = count_polled(watch);

	if (tsk_error(watch->call))
		return WAIT_TIMEOUT;
	if (!watch->queues.count)
		return is_settled_elsewhere(watch) ? look_elsewhere(watch) : WAIT_TIMEOUT;
	if (!polled && elsewhere(watch, true) && !elsewhere(watch, false) &&
	    tsk_now_ms() - watch->passport_at >= ELSEWHERE_MS && watch_idle_for(watch, IDLE_MS))
		return look_elsewhere(watch);
	if (is_refused(watch))
		return take_its_word(watch);
	if (*wanted && !names(watch, wanted))
		return all && watch_idle_for(watch, QUIET_MS) ? wrong_queue(watch) : WAIT_TIMEOUT;
	if (all)
		return starting ? WAIT_TIMEOUT : ready(watch);
	if (!polled || !watch_idle_for(watch, WRONG_QUEUE_MS))
		return WAIT_TIMEOUT;
	if (*wanted && is_polled(watch, wanted))
		return ready(watch);
	ready(watch);
	return WAIT_NOT_POLLING;
}

const char *watch_passport_seen(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	const char *missing = passport_queue_names(call, &watch->queues, false);
	const char *seen = passport_evidence(call, &watch->queues);

	if (!*missing)
		return tsk_format(call, "%s; it made no Worker for '%s'", seen,
				  watch->startup->task_queue);
	return tsk_format(call,
			  "%s%sit made its Worker for %s %s ago, and the server lists no poller "
			  "of it there",
			  seen, *seen ? "; " : "", missing,
			  tsk_duration_text(call, tsk_now_ms() - watch->passport_at));
}
