/* Starting this project's workers in the place of those that there were, until they are shown to
 * poll. */
#include "lost_queues.h"

#include <string.h>

/* To end for those that are replaced. */
#define GRACE_MS         5000

/* ---- one that goes into the background ---- */

/* A list of all processes is not of one moment: who forks and goes while it is read may be missing
 * along with its child. That happens once for each fork. */
#define EMPTY_LOOKS_MOST 3

/* The one of the list that lives on in place of the process that we started; NULL: none. */
static const struct worker *successor(const struct worker_list *workers)
{
	for (size_t i = 0; i < workers->count; i++)
		if (workers->items[i].count && workers->items[i].may_stop)
			return &workers->items[i];
	return NULL;
}

/* The one that it was bound in the place of has ended. */
static void bind_anew(struct tsk_call *call, const struct started_worker *started)
{
	if (!tsk_lifetime_bind(call, &started->process, "worker", started->lifetime))
		return;
	tsk_warn(call, "%s", tsk_error_message(call));
	tsk_forget_error(call);
}

/* A command that puts itself into the background ends well, and leaves our session; the mark shows
 * who goes on. */
static bool adopt_daemon(struct tsk_call *call, struct awaited *one)
{
	struct attempt *attempt = one->whose;
	struct started_worker *started = &attempt->started;
	struct worker_list workers = { .count = 0 };
	const struct worker *found = NULL;

	if (!started->ended)
		started->ended =
			tsk_process_ended(&started->process, &started->code, &started->signal);
	int looks = started->code ? 1 : EMPTY_LOOKS_MOST;
	while (!found && looks-- > 0) {
		if (find_workers(call, &attempt->query, &workers))
			return false;
		found = successor(&workers);
	}
	if (!found || found->record)
		return found != NULL;
	one->startup.process = started->process = found->id;
	started->ended = false;
	bind_anew(call, started);
	return record_worker(call, started) == TSK_OK;
}

/* What was taken for the worker may have been a step on the way to the background, which ended
 * while its child was waited for: whoever goes on is named in its place, if it is one. */
static void follow_child(struct tsk_call *call, struct started_worker *started)
{
	size_t left, whole;
	const struct tsk_process_info *tree;

	if (tsk_process_runs(&started->process))
		return;
	tree = tsk_process_tree(call, &started->process, &whole);
	if (!whole)
		return;
	tsk_process_tree(call, &tree->id, &left);
	if (left != whole)
		return;
	started->process = tree->id;
	bind_anew(call, started);
}

/* ---- starting ---- */

/* One of several that cannot be started is told, and the others are. */
static enum tsk_status start_one(struct tsk_call *call, struct ensuring *ensuring,
				 struct attempt *attempt)
{
	struct awaited *one = &ensuring->awaited[ensuring->awaited_count];
	struct queue_pollers before = { .known = false };

	/* One that was started just now may be there already, under a name of its own. */
	if (ensuring->own.named && *attempt->task_queue)
		before = queue_ask_again(call, attempt->task_queue);
	if (start_worker(call, attempt->known, &attempt->started)) {
		if (!ensuring->own.named || tsk_error(call) == TSK_INTERRUPTED)
			return tsk_error(call);
		attempt->status = tsk_error(call);
		attempt->error = tsk_copy(call, tsk_error_message(call));
		tsk_forget_error(call);
		return TSK_OK;
	}
	attempt->born = tsk_now_ms();
	attempt->awaited = one;
	struct tsk_record *record = tsk_alloc(call, sizeof(*record));
	*record = worker_record(call, &attempt->started);
	*one = (struct awaited){
		.startup = { .process = attempt->started.process,
			     .log = attempt->started.log,
			     .task_queue = attempt->task_queue,
			     .known = attempt->known,
			     .started_at = attempt->started.started_at,
			     .deadline = ensuring->deadline,
			     .record = record,
			     .before = before },
		.whose = attempt,
	};
	ensuring->awaited_count++;
	return TSK_OK;
}

static enum tsk_status start_all(struct tsk_call *call, struct ensuring *ensuring)
{
	struct worker_list before;

	if (replace_workers(call, &ensuring->query, GRACE_MS, &ensuring->stopped, &before))
		return tsk_error(call);
	ensuring->awaited = tsk_alloc(call, ensuring->count * sizeof(*ensuring->awaited));
	for (size_t i = 0; i < ensuring->count; i++) {
		struct attempt *attempt = &ensuring->attempts[i];
		attempt->known = recorded_queues(call, &before, attempt->started.own->name);
		if (start_one(call, ensuring, attempt))
			return tsk_error(call);
	}
	return TSK_OK;
}

/* ---- what is known of them then ---- */

/* How one has ended that polled, and did so while the others were waited for. */
static void note_ends(const struct ensuring *ensuring)
{
	for (size_t i = 0; i < ensuring->awaited_count; i++) {
		const struct awaited *one = &ensuring->awaited[i];
		struct attempt *attempt = one->whose;
		struct started_worker *started = &attempt->started;
		if (one->outcome == WAIT_DIED && !one->proof.below && !started->ended)
			started->ended = tsk_process_ended(&started->process, &started->code,
							   &started->signal);
	}
}

/* The record of its start stands, and it runs: all that is missing is what it polls. */
static void note_unrecorded(struct tsk_call *call, const struct started_worker *started)
{
	const char *problem = tsk_copy(call, tsk_error_message(call));

	tsk_forget_error(call);
	tsk_set(tsk_result(call), "problem", problem);
	tsk_note(call, "%s; the worker (pid %d) runs, and its record is that of its start", problem,
		 started->process.pid);
}

/* What the server confirms takes the place of what earlier runs polled. */
static void take_note(struct tsk_call *call, struct awaited *one,
		      const struct worker_list *siblings)
{
	struct attempt *attempt = one->whose;

	if (one->outcome != WAIT_READY && one->outcome != WAIT_WRONG_QUEUE &&
	    one->outcome != WAIT_NOT_POLLING)
		return;
	if (one->outcome == WAIT_READY && *one->proof.task_queues)
		one->proof.task_queues =
			remember_pollers(call, &attempt->started, one->proof.task_queues);
	name_others(call, one, siblings);
	attempt->started.task_queues = one->proof.task_queues;
	if (tsk_error(call)) {
		one->outcome = WAIT_BROKEN;
		return;
	}
	follow_child(call, &attempt->started);
	if (record_worker(call, &attempt->started))
		note_unrecorded(call, &attempt->started);
}

/* What kept us from waiting for them did not stop them. */
static enum tsk_status tell_broken(struct tsk_call *call, const struct ensuring *ensuring)
{
	const struct started_worker *started = &ensuring->attempts->started;
	const char *problem = tsk_copy(call, tsk_error_message(call));
	enum tsk_status status = tsk_error(call);

	if (status == TSK_INTERRUPTED || started->ended)
		return status;
	tsk_forget_error(call);
	tsk_hint(call, "temporal-skill kill-worker");
	if (ensuring->count > 1)
		return tsk_fail(call, status, "%s; the workers that were started run", problem);
	return tsk_fail(call, status,
			"%s; the worker that was started (pid %d) runs, its log is %s", problem,
			started->process.pid, started->log);
}

/* The project's workers that are no rivals of those that were started; what these poll is known
 * better than their records say. */
static enum tsk_status find_siblings(struct tsk_call *call, const struct ensuring *ensuring,
				     struct worker_list *siblings)
{
	const struct worker_query query = { .what = FIND_PROJECT, .own = &ensuring->own };

	*siblings = (struct worker_list){ .count = 0 };
	if (!ensuring->own.named)
		return TSK_OK;
	if (find_workers(call, &query, siblings))
		return tsk_error(call);
	for (size_t i = 0; i < siblings->count; i++)
		for (size_t k = 0; k < ensuring->awaited_count; k++) {
			const struct awaited *one = &ensuring->awaited[k];
			if (siblings->items[i].id.pid == one->startup.process.pid)
				siblings->items[i].task_queues = one->proof.task_queues;
		}
	return TSK_OK;
}

enum tsk_status start_and_wait(struct tsk_call *call, struct ensuring *ensuring)
{
	struct worker_list siblings;

	if (start_all(call, ensuring))
		return tsk_error(call);
	wait_for_polling(call, ensuring->awaited, ensuring->awaited_count, adopt_daemon);
	note_ends(ensuring);
	if (tsk_error(call) || await_their_ports(call, ensuring) ||
	    await_their_ends(call, ensuring) || find_siblings(call, ensuring, &siblings))
		return tell_broken(call, ensuring);
	for (size_t i = 0; i < ensuring->awaited_count; i++) {
		struct attempt *attempt = ensuring->awaited[i].whose;
		take_note(call, &ensuring->awaited[i], &siblings);
		attempt->lived = ensuring->awaited[i].settled_at - attempt->born;
		if (tsk_error(call))
			return tell_broken(call, ensuring);
	}
	return TSK_OK;
}
