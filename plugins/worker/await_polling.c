/* Whether a worker that was just started polls, and what shows it.
 *
 * Best: the server lists a poller that is one of its processes; for that the queue must be known.
 * The queue comes from the caller, or is guessed (earlier runs, the worker's log, recent workflows)
 * and then counts only if the server confirms it. Where no queue can be confirmed, a connection to
 * the server and an idle process show that imports and checks of the code are over and that it
 * waits. */
#include "watched_start.h"

#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

/* There is no event for "polls now": we look again this often, and wait for the end of the process
 * in between. A look costs some 10 ms of CPU time, so that it gets rarer for slow ones. */
#define LOOK_MS        50
/* One that has described itself polls within a moment, and its queues are known. */
#define LOOK_SOON_MS   15
#define SOON_MS        2000
#define LOOK_LATER_MS  250
#define EARLY_MS       5000

/* Idle: all of it asleep, and no more than this much CPU time within that time. The SDK's own
 * bookkeeping takes far less, imports and workflow checks take all. */
#define IDLE_CPU_MS    30

/* So often is the server asked about a worker that has no connection to our address: it may know
 * the server by another one. */
#define UNCONNECTED_MS 500

/* A daemon forks twice; each of the processes in between may be seen and be gone a moment later. */
#define ADOPTIONS_MOST 4

/* ---- what is seen ---- */

static const struct tsk_process_info *connected_to(const struct watch *watch, const char *address)
{
	/* Children last: uv connects to nobody. */
	for (size_t i = watch->count; i > 0; i--) {
		const struct tsk_process_info one[2] = { watch->tree[i - 1] };
		if (tsk_process_connected(watch->call, one, address))
			return &watch->tree[i - 1];
	}
	return NULL;
}

/* There may be another way to the server than ours. */
static const struct tsk_process_info *connected_process(const struct watch *watch)
{
	const struct tsk_passport *passport = &watch->proof->passport;
	const struct tsk_process_info *found =
		connected_to(watch, tsk_setting(watch->call, TSK_SETTING_ADDRESS));

	for (size_t i = 0; !found && i < passport->count; i++)
		if (!passport_is_our_address(watch->call, &passport->workers[i]))
			found = connected_to(watch, passport->workers[i].address);
	return found;
}

static void look_at_processes(struct watch *watch)
{
	const struct tsk_process_info *connected = connected_process(watch);
	int64_t cpu = 0;
	bool asleep = true;

	watch->connected = connected != NULL;
	if (connected)
		watch->proof->worker_pid = connected->id.pid;
	for (size_t i = 0; i < watch->count; i++) {
		cpu += watch->tree[i].cpu_ms;
		asleep &= watch->tree[i].state == 'S';
	}
	if (!connected || !asleep || !watch->idle_since || cpu - watch->idle_cpu > IDLE_CPU_MS) {
		watch->idle_since = connected ? tsk_now_ms() : 0;
		watch->idle_cpu = cpu;
	}
}

bool watch_idle_for(const struct watch *watch, int64_t milliseconds)
{
	return watch->idle_since && tsk_now_ms() - watch->idle_since >= milliseconds;
}

/* ---- what the server confirms ---- */

static bool was_there_before(const struct watch *watch, const struct tsk_poller *poller)
{
	for (size_t i = 0; i < watch->before.count; i++)
		if (strcmp(watch->before.items[i].identity, poller->identity) == 0)
			return true;
	return false;
}

/* A project may give its worker an identity that is no PID@host: one that appeared on the wanted
 * queue since the start, and is of no other host by its form, is it. The worker before it may have
 * had the same: then it is the one that polled anew since, once ours has come to rest. */
static const struct tsk_poller *named_poller(const struct watch *watch,
					     const struct queue_pollers *answer)
{
	const struct tsk_poller *again = NULL;

	for (size_t i = 0; watch->connected && i < answer->count; i++) {
		const struct tsk_poller *poller = &answer->items[i];
		if (strchr(poller->identity, '@') ||
		    poller->last_access_at < watch->startup->started_at)
			continue;
		if (!was_there_before(watch, poller))
			return poller;
		again = poller;
	}
	return watch_idle_for(watch, IDLE_MS) ? again : NULL;
}

static bool confirm(struct watch *watch, const char *queue)
{
	const struct queue_pollers answer = queue_ask_again(watch->call, queue);
	const struct tsk_poller *poller = queue_poller_of(watch->call, &answer, watch->tree);

	if (!poller && strcmp(queue, watch->wanted) == 0)
		poller = named_poller(watch, &answer);
	if (!poller)
		return false;
	if (tsk_identity_pid(poller->identity))
		watch->proof->worker_pid = tsk_identity_pid(poller->identity);
	watch->proof->task_queues = join_queue(watch->call, watch->proof->task_queues, queue);
	watch->proof->evidence = tsk_format(
		watch->call, "the server lists its poller %s on '%s'%s", poller->identity, queue,
		strchr(poller->identity, '@') || !was_there_before(watch, poller)
			? ""
			: ", where that name stood before; it has polled since");
	return true;
}

static bool confirm_guesses(struct watch *watch)
{
	bool found = false;

	for (size_t i = 0; i < watch->guesses.count && !tsk_error(watch->call); i++)
		found |= confirm(watch, watch->guesses.items[i]);
	return found;
}

/* ---- as a worker ---- */

struct worker watch_as_worker(const struct watch *watch)
{
	struct worker worker = {
		.id = watch->startup->process,
		.tree = watch->tree,
		.count = watch->count,
		.main = watch->count ? watch->tree : NULL,
		.passport = watch->proof->passport,
	};

	for (size_t i = 0; i < watch->count; i++)
		if (watch->tree[i].id.pid == watch->proof->worker_pid)
			worker.main = &watch->tree[i];
	return worker;
}

/* Whether it polls in another namespace: what the queues may be called, earlier runs, its log and
 * its sources tell. */
static bool look_elsewhere(struct watch *watch)
{
	struct worker ours = watch_as_worker(watch);
	const char *queues = *watch->startup->task_queue ? watch->startup->task_queue
							 : guesses_text(&watch->guesses);

	watch->proof->other_namespace = other_namespace_text(watch->call, &ours, queues);
	return watch->proof->other_namespace != NULL;
}

/* ---- one look ---- */

/* Where the server will not say who polls the wanted queue, what the process does must be enough.
 */
static bool waits_untold(struct watch *watch, const char *wanted)
{
	const char *reason = tsk_unanswered_reason(watch->call, "DescribeTaskQueue", wanted);

	if (!reason || tsk_unanswered(watch->call) != TSK_DENIED ||
	    !watch_idle_for(watch, WRONG_QUEUE_MS))
		return false;
	watch->proof->evidence =
		tsk_format(watch->call,
			   "process %d is connected to %s and waits; who polls '%s' could not be "
			   "read (%s)",
			   watch->proof->worker_pid, tsk_setting(watch->call, TSK_SETTING_ADDRESS),
			   wanted, reason);
	return true;
}

/* WAIT_TIMEOUT: nothing is certain yet. */
static enum wait_outcome look_for_poller(struct watch *watch)
{
	const char *wanted = watch->startup->task_queue;

	watch->tree = tsk_process_tree(watch->call, &watch->startup->process, &watch->count);
	if (!watch->count)
		return WAIT_DIED;
	look_at_processes(watch);
	if (!watch->connected && has_died_below(watch->call, &watch->below, watch->startup->log,
						watch->tree, watch->count)) {
		watch->proof->below = watch->below.told;
		return WAIT_DIED;
	}
	if (watch_read_passport(watch))
		return watch_passport_outcome(watch);
	if (!watch->connected && tsk_now_ms() - watch->asked_at < UNCONNECTED_MS)
		return WAIT_TIMEOUT;
	watch->asked_at = tsk_now_ms();
	if (watch->connected)
		guesses_renew(&watch->guesses, watch->tree);
	if (*wanted) {
		if (confirm(watch, wanted) || waits_untold(watch, wanted))
			return WAIT_READY;
		if (watch_idle_for(watch, WRONG_QUEUE_MS) && confirm_guesses(watch)) {
			watch->proof->wrong_queue = watch->proof->task_queues;
			return WAIT_WRONG_QUEUE;
		}
		if (!watch->looked_elsewhere && watch_idle_for(watch, WRONG_QUEUE_MS)) {
			watch->looked_elsewhere = true;
			if (look_elsewhere(watch))
				return WAIT_WRONG_NAMESPACE;
		}
		return WAIT_TIMEOUT;
	}
	if (confirm_guesses(watch))
		return WAIT_READY;
	/* A good guess deserves the time that a poller takes to show. */
	if (!watch_idle_for(watch, watch->guesses.good ? WRONG_QUEUE_MS : IDLE_MS))
		return WAIT_TIMEOUT;
	if (look_elsewhere(watch))
		return WAIT_WRONG_NAMESPACE;
	watch->proof->evidence = tsk_format(
		watch->call, "process %d is connected to %s and waits; %s",
		watch->proof->worker_pid, tsk_setting(watch->call, TSK_SETTING_ADDRESS),
		watch->guesses.good
			? tsk_format(watch->call, "the server lists it on none of: %s",
				     guesses_text(&watch->guesses))
			: "its task queue is not known, so the server could not be asked");
	return WAIT_READY;
}

/* What was seen by the deadline. */
static const char *seen_so_far(struct watch *watch)
{
	struct tsk_call *call = watch->call;
	const char *address = tsk_setting(call, TSK_SETTING_ADDRESS);
	const char *wanted = watch->startup->task_queue;

	if (watch->proof->passport.count)
		return watch_passport_seen(watch);
	if (!watch->connected) {
		struct worker ours = watch_as_worker(watch);
		const char *other = other_server_text(call, &ours);
		/* A reloader goes on where the worker that it has started ended. */
		const char *cause = other ? NULL : cause_in_log(call, watch->startup->log);
		return other ? other
			     : tsk_format(call, "it has no connection to %s%s%s", address,
					  cause ? "; its log says: " : "", cause ? cause : "");
	}
	if (*wanted)
		return tsk_format(call, "it is connected to %s and does not poll '%s'", address,
				  wanted);
	return tsk_format(call, "it is connected to %s and still busy", address);
}

/* ---- waiting ---- */

/* Its leader may go and leave children that do the work; then one of these is waited for. */
static int open_first(const struct watch *watch)
{
	int pidfd = tsk_process_open(&watch->startup->process);

	for (size_t i = 0; pidfd < 0 && i < watch->count; i++)
		pidfd = tsk_process_open(&watch->tree[i].id);
	return pidfd;
}

/* Readable once its first Worker has described itself; -1: it has, or will not. Without it, that is
 * seen a little later. */
static int passport_written(const struct watch *watch)
{
	int written =
		watch->record && !watch->passport_at ? inotify_init1(IN_CLOEXEC | IN_NONBLOCK) : -1;

	if (written >= 0)
		inotify_add_watch(written, tsk_passport_file(watch->call, watch->record),
				  IN_MODIFY);
	return written;
}

static int64_t look_again_in(const struct awaited *all, size_t count, int64_t now)
{
	for (size_t i = 0; i < count; i++)
		if (!all[i].watch->settled && all[i].watch->passport_at &&
		    now - all[i].watch->passport_at < SOON_MS)
			return LOOK_SOON_MS;
	return now - all->watch->began < EARLY_MS ? LOOK_MS : LOOK_LATER_MS;
}

/* Until one of those that are waited for ends, or it is time to look again. */
static enum tsk_status wait_for_next_look(struct tsk_call *call, const struct awaited *all,
					  size_t count)
{
	const int64_t now = tsk_now_ms(), deadline = all->startup.deadline;
	const int64_t again = now + look_again_in(all, count, now);
	/* The end of each, and what it says of itself. */
	struct pollfd *ends = tsk_alloc(call, 2 * count * sizeof(*ends));
	size_t open = 0;

	for (size_t i = 0; i < count; i++) {
		if (all[i].watch->settled)
			continue;
		ends[open++] = (struct pollfd){ .fd = open_first(all[i].watch), .events = POLLIN };
		ends[open++] =
			(struct pollfd){ .fd = passport_written(all[i].watch), .events = POLLIN };
	}
	enum tsk_status status = tsk_wait(call, ends, open, again < deadline ? again : deadline);
	for (size_t i = 0; i < open; i++)
		if (ends[i].fd >= 0)
			close(ends[i].fd);
	return status == TSK_TIMEOUT && tsk_now_ms() < deadline ? TSK_OK : status;
}

static void begin_watch(struct tsk_call *call, struct awaited *one)
{
	struct watch *watch = tsk_alloc(call, sizeof(*watch));
	struct tsk_strings known = split_queues(call, one->startup.known);

	*watch = (struct watch){
		.call = call,
		.startup = &one->startup,
		.proof = &one->proof,
		.guesses = { .call = call, .log = one->startup.log },
		.began = tsk_now_ms(),
	};
	one->proof = (struct proof){ .evidence = "", .task_queues = "" };
	for (size_t i = 0; i < known.count; i++)
		guesses_add(&watch->guesses, known.items[i]);
	watch->guesses.good = known.count > 0;
	watch->wanted =
		*one->startup.task_queue ? one->startup.task_queue : only_source_queue(call);
	if (*watch->wanted)
		watch->before = one->startup.before.known ? one->startup.before
							  : queue_ask_again(call, watch->wanted);
	if (one->startup.record)
		watch->record =
			tsk_record_read(call, one->startup.record->kind, one->startup.record->name,
					one->startup.record->scope);
	tsk_forget_error(call);
	one->watch = watch;
}

/* Whether anything came of it that is to be kept. */
static bool look_at(struct tsk_call *call, struct awaited *one, goes_on *adopt)
{
	struct watch *watch = one->watch;

	watch->guesses.learnt = false;
	one->outcome = look_for_poller(watch);
	if (tsk_error(call) || one->outcome == WAIT_TIMEOUT)
		return watch->guesses.learnt;
	if (one->outcome == WAIT_DIED && !one->proof.below && one->turns++ < ADOPTIONS_MOST &&
	    adopt(call, one)) {
		begin_watch(call, one);
		return true;
	}
	one->settled_at = tsk_now_ms();
	return watch->settled = true;
}

/* A picture of all processes is large, and there are many until the deadline: what comes of a look
 * without an outcome is given back. */
static enum tsk_status look_until_certain(struct tsk_call *call, struct awaited *all, size_t count,
					  goes_on *adopt)
{
	for (;;) {
		struct tsk_mark mark = tsk_mark(call);
		bool kept = false, certain = true;
		for (size_t i = 0; i < count; i++) {
			if (!all[i].watch->settled)
				kept |= look_at(call, &all[i], adopt);
			if (tsk_error(call))
				return tsk_error(call);
			certain &= all[i].watch->settled;
		}
		if (certain)
			return TSK_OK;
		enum tsk_status status = wait_for_next_look(call, all, count);
		if (!kept)
			tsk_rewind(call, mark);
		if (status)
			return status;
	}
}

void wait_for_polling(struct tsk_call *call, struct awaited *all, size_t count, goes_on *adopt)
{
	for (size_t i = 0; i < count; i++)
		begin_watch(call, &all[i]);
	const enum tsk_status status = look_until_certain(call, all, count, adopt);
	for (size_t i = 0; i < count; i++) {
		struct watch *watch = all[i].watch;
		if (!watch->settled) {
			all[i].outcome = status == TSK_TIMEOUT ? WAIT_TIMEOUT : WAIT_BROKEN;
			all[i].settled_at = tsk_now_ms();
		}
		if (all[i].outcome == WAIT_TIMEOUT)
			all[i].proof.evidence = seen_so_far(watch);
		/* While the others were waited for. */
		watch->tree = tsk_process_tree(call, &all[i].startup.process, &watch->count);
		if (count > 1 && all[i].outcome == WAIT_READY && !watch->count) {
			all[i].outcome = WAIT_DIED;
			all[i].settled_at = tsk_now_ms();
		}
	}
}

/* ---- who else polls its queues ---- */

void name_others(struct tsk_call *call, struct awaited *one, const struct worker_list *siblings)
{
	struct queue_answers *answers = tsk_alloc(call, sizeof(*answers));
	struct worker_list workers = { .count = 1 };

	workers.items = tsk_alloc(call, (siblings->count + 1) * sizeof(*workers.items));
	workers.items[0] = watch_as_worker(one->watch);
	for (size_t i = 0; i < siblings->count; i++)
		if (siblings->items[i].count &&
		    siblings->items[i].id.pid != one->startup.process.pid)
			workers.items[workers.count++] = siblings->items[i];
	one->proof.others_asked = true;
	one->proof.other_pollers = find_other_pollers(call, answers, one->proof.task_queues,
						      &workers, one->startup.started_at);
	one->proof.others = other_pollers_text(call, &one->proof.other_pollers);
	passport_find_differences(call, one, siblings);
}
