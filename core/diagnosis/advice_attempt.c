/* Evidence and advice on an attempt that timed out: why, as far as it is known, and that the rest
 * is open. */
#include "advice.h"
#include "attempt_fate.h"
#include "evidence_passport.h"
#include "worker_log.h"

#include <string.h>

static void tell_worker_of(const struct reading *reading, const struct attempt_fate *fate)
{
	switch (fate->fate) {
	case WORKER_GONE:
		tell_line(
			reading,
			"worker %s, which had it, died or was stopped before its time was up (one "
			"was started in its place %s): the activity was not slow",
			fate->who, when(reading, fate->replaced_at));
		break;
	case WORKER_ENDED:
		tell_line(
			reading,
			"worker %s, which had it, does not run any more; whether it died with the "
			"attempt or was stopped later is not known",
			fate->who);
		break;
	case WORKER_STOPPED:
		tell_line(reading, "worker %s, which had it, is stopped (SIGSTOP)", fate->who);
		break;
	case WORKER_THERE:
		tell_line(reading, "worker %s, which had it, runs still", fate->who);
		break;
	case WORKER_UNKNOWN:
		if (*fate->who)
			tell_line(reading, "worker %s had it; what became of that is not known",
				  fate->who);
		break;
	}
}

/* How that activity is registered, as the passport of whoever had it says; NULL: not known. */
static const struct tsk_symptom_type *type_of(const struct reading *reading,
					      const struct attempt_fate *fate,
					      const struct tsk_symptom_passport **by)
{
	const struct tsk_event *scheduled =
		reading->activity ? NULL : failed_activity_scheduled(&reading->symptoms->newest);
	const char *queue = scheduled && *or_empty(scheduled->task_queue) ? scheduled->task_queue
									  : reading->queue;

	return activity_as_registered(reading, queue, fate->type, fate->who, by);
}

/* Why those that were taken together did not run together. */
static void tell_taken(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_symptom_passport *by = NULL;
	const struct tsk_symptom_type *its = type_of(reading, fate, &by);

	if (fate->taken)
		tell_line(reading,
			  "it took at least %zu of them at the same time and does %zu at once (%s "
			  "each): the others wait for %s while their time runs",
			  fate->taken, fate->side_by_side,
			  tsk_duration_text(reading->call, fate->each_ns / 1000000),
			  !its            ? "a thread or the event loop"
			  : its->is_async ? "the event loop"
					  : "a thread");
	if (has_few_threads(its, by))
		tell_line(reading, "%s%s", threads_text(reading, by),
			  fate->taken ? ""
				      : ": what it takes beyond them waits while its time runs");
	else if (!fate->taken && threads_by_log(reading))
		tell_line(reading,
			  "the SDK warns that the worker has %zu thread%s for its sync activities "
			  "and takes more of them: the others wait while their time runs (the "
			  "worker's log)",
			  threads_by_log(reading), threads_by_log(reading) == 1 ? "" : "s");
}

/* By the numbers that its passport has. false: it has none, or they fit. */
static bool advise_threads(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_symptom_passport *by = NULL;
	const struct tsk_symptom_type *its = type_of(reading, fate, &by);

	if (!has_few_threads(its, by))
		return false;
	advise_line(reading,
		    "give the Worker as many threads as slots "
		    "(activity_executor=ThreadPoolExecutor(max_workers=%lld), it has %lld), or "
		    "lower max_concurrent_activities from %lld to %lld",
		    (long long)by->activity_slots, (long long)by->threads,
		    (long long)by->activity_slots, (long long)by->threads);
	return true;
}

/* How long it might take. */
static void tell_limit(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_event *scheduled =
		reading->activity ? scheduled_event(reading, reading->activity)
				  : failed_activity_scheduled(&reading->symptoms->newest);
	int64_t limit = !scheduled           ? 0
			: fate->by_heartbeat ? scheduled->heartbeat_ms
			: strcmp(fate->limit, "start_to_close_timeout") == 0
				? scheduled->start_to_close_ms
				: scheduled->schedule_to_close_ms;

	if (limit > 0)
		tell_line(reading, "its %s is %s%s",
			  fate->by_heartbeat ? "heartbeat_timeout" : fate->limit,
			  tsk_duration_text(reading->call, limit),
			  !fate->by_heartbeat && fate->heartbeats_known && fate->ever_heartbeat
				  ? "; heartbeats do not make it longer"
				  : "");
}

/* What the last heartbeat of one that is to be tried again said. */
static const char *last_said(const struct reading *reading)
{
	const struct tsk_payloads *said =
		reading->activity ? &tsk_pending_activity_more(reading->call, reading->workflow,
							       reading->activity)
					     ->heartbeat_details
				  : NULL;

	return said && said->count
		       ? tsk_format(reading->call, "; the last one said: %s",
				    one_line(reading->call, tsk_payloads_json(reading->call, said)))
		       : "";
}

/* Heartbeats that its source sends, and that did not get out. */
static void tell_held_loop(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	const char *beats = places_text(reading, &more->heartbeats_at);

	if (more->holds_loop_at.count)
		tell_line(reading,
			  "'%s' calls heartbeat (%s), but blocks the event loop (%s): a heartbeat "
			  "of an async activity gets out only when the loop runs",
			  fate->type, beats, places_text(reading, &more->holds_loop_at));
	else if (more->never_awaits_at.count)
		tell_line(reading,
			  "'%s' calls heartbeat (%s), but is an async def that awaits nothing "
			  "(%s): it blocks the event loop from its begin to its end, and a "
			  "heartbeat gets out only when the loop runs",
			  fate->type, beats, places_text(reading, &more->never_awaits_at));
	else if (more->heartbeats_at.count)
		tell_line(reading, "'%s' calls heartbeat at %s", fate->type, beats);
}

void tell_attempt(const struct reading *reading)
{
	struct attempt_fate fate = fate_of_attempt(reading);

	if (!fate.timed_out)
		return;
	tell_limit(reading, &fate);
	tell_worker_of(reading, &fate);
	tell_taken(reading, &fate);
	if (fate.by_heartbeat && fate.heartbeats_known)
		tell_line(reading, "%s%s",
			  fate.ever_heartbeat ? "its heartbeats came and then stopped"
					      : "no heartbeat of it ever came",
			  fate.ever_heartbeat ? last_said(reading) : "");
	if (fate.by_heartbeat)
		tell_held_loop(reading, &fate);
	if (fate.beside)
		tell_line(reading,
			  "activity '%s' is at work in the same worker since %s: where that blocks "
			  "the event loop, no heartbeat gets out",
			  or_empty(fate.beside->type), when(reading, fate.beside->last_started_at));
}

/* What its worker's log has an error of, which explains why no heartbeat came. */
static bool advise_logged(const struct reading *reading)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (!more->other_remedy)
		return false;
	advise_line(reading, "%s (%s)", more->other_remedy, more->other_error);
	return true;
}

/* Whether the attempt that timed out had sent a heartbeat with details: the server hangs these at
 * the time-out. */
static bool heartbeat_said(const struct reading *reading)
{
	for (const struct tsk_failure *link = reading->diagnosis->failure; link; link = link->cause)
		if (link->kind == TSK_FAILURE_TIMEOUT && link->details.count)
			return true;
	return false;
}

/* Whether none of it came, as far as the server and its source tell. */
static bool never_beats(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (fate->heartbeats_known)
		return !fate->ever_heartbeat && !more->heartbeats_at.count;
	return more->activity_source_known && !more->heartbeats_at.count;
}

/* What else it may have waited for. */
static const char *other_wait(const struct reading *reading, const struct attempt_fate *fate)
{
	const struct tsk_symptom_passport *by = NULL;
	const struct tsk_symptom_type *its = type_of(reading, fate, &by);

	if (!its)
		return "; where it is a sync one it may also have waited for a thread "
		       "(activity_executor), an async one for the event loop";
	if (its->is_async)
		return "; or another one blocked the event loop that it needs";
	return has_few_threads(its, by)
		       ? tsk_format(reading->call,
				    "; or it waited for one of the %lld threads: "
				    "ThreadPoolExecutor(max_workers=%lld) has one for each slot",
				    (long long)by->threads, (long long)by->activity_slots)
		       : "";
}

static void advise_slow(const struct reading *reading, const struct attempt_fate *fate)
{
	if (fate->by_heartbeat && advise_logged(reading))
		return;
	if (fate->by_heartbeat && never_beats(reading, fate))
		advise_line(
			reading,
			"call activity.heartbeat() more often than its heartbeat_timeout (%s), "
			"or drop that timeout",
			tsk_symptoms_more(reading->call, reading->symptoms)->activity_source_known
				? "it never does"
				: "none of it came");
	else if (fate->by_heartbeat)
		advise_line(reading,
			    "its heartbeats stop coming: call activity.heartbeat() more often than "
			    "its heartbeat_timeout, from code that does not block the event loop "
			    "(time.sleep, requests%s); or its worker dies with it",
			    fate->beside ? "; also in the activity beside it" : "");
	else if (threads_by_log(reading) && advise_threads(reading, fate))
		;
	else if (threads_by_log(reading))
		advise_line(
			reading,
			"give the Worker as many threads (activity_executor=ThreadPoolExecutor("
			"max_workers=N)) as max_concurrent_activities, 100 by default, or lower "
			"that to %zu; where the activity is async, it was slower than its %s",
			threads_by_log(reading), fate->limit);
	else if (fate->fate == WORKER_THERE && heartbeat_said(reading))
		advise_line(
			reading,
			"it was at work and heartbeat until its %s was over, and begins anew "
			"each time: give it a longer one, do it in smaller parts, or go on from "
			"what the last attempt said (activity.info().heartbeat_details)",
			fate->limit);
	else if (fate->fate == WORKER_THERE)
		advise_line(reading,
			    "it took longer than its %s: make it faster or give it a longer one%s",
			    fate->limit, other_wait(reading, fate));
	else
		advise_line(reading,
			    "each attempt takes longer than its %s, waits for a thread "
			    "(activity_executor), or its worker dies with it: find what hangs, "
			    "make it faster, or start anew with a longer timeout",
			    fate->limit);
}

#define UNBLOCK                                                                                    \
	"make it a plain def with an activity_executor, or await (asyncio.sleep, "                 \
	"asyncio.to_thread, an async client)"

/* Where its own source holds the loop that its heartbeats need. */
static const struct tsk_strings *held_loop_at(const struct tsk_symptoms_more *more)
{
	return more->holds_loop_at.count ? &more->holds_loop_at : &more->never_awaits_at;
}

bool advise_attempt(const struct reading *reading)
{
	struct attempt_fate fate = fate_of_attempt(reading);
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);

	if (!fate.timed_out)
		return false;
	if (more->completed_later_at.count)
		advise_line(reading,
			    "have it completed from outside in time "
			    "(client.get_async_activity_handle, by task token or ids), or give it "
			    "a longer timeout; where nobody is to complete it: let it return its "
			    "result in place of raise_complete_async()");
	else if (fate.by_heartbeat && held_loop_at(more)->count && fate.fate != WORKER_GONE &&
		 fate.fate != WORKER_STOPPED)
		advise_line(reading, "do not block the event loop (%s): " UNBLOCK,
			    places_text(reading, held_loop_at(more)));
	else if (more->blocks_at.count && fate.fate == WORKER_THERE)
		advise_line(reading, "do not block the event loop (%s): " UNBLOCK,
			    places_text(reading, &more->blocks_at));
	else if (fate.taken && advise_threads(reading, &fate))
		;
	else if (fate.taken)
		advise_line(
			reading,
			"give the Worker as many threads (activity_executor=ThreadPoolExecutor("
			"max_workers=N)) as max_concurrent_activities, 100 by default, or lower "
			"that to %zu; where the activities are async, one blocks the event loop "
			"for the others: use await, or a thread",
			fate.side_by_side);
	else if (fate.fate == WORKER_GONE)
		advise_line(
			reading,
			"find out why its worker died, or who stopped it (kill-worker and "
			"ensure-worker do, too); allow more attempts (maximum_attempts) and set "
			"a heartbeat_timeout, so that another worker takes it over");
	else if (fate.fate == WORKER_STOPPED)
		advise_line(reading, "continue its worker (kill -CONT), or restart it");
	else
		advise_slow(reading, &fate);
	return true;
}
