/* Telling: what was decided in words, for people and agents.
 *
 * Invariants. All here read what decide() found and change none of it; the words they add belong to
 * the call. Evidence first, then advice (advice.h); a line that is there already is not added
 * again.
 */
#ifndef CORE_DIAGNOSIS_TELL_H
#define CORE_DIAGNOSIS_TELL_H

#include "classifier.h"
#include <temporal-skill/text.h>

struct telling {
	const char *which;    /* "-w 'order 17'": the workflow in a command */
	const char *headline; /* without its subject */
	struct tsk_lines evidence, recovery, next;
	struct tsk_advice *advice; /* the recovery in its parts */
	size_t advice_count, advice_room;
};

/* Writes headline, evidence, recovery and next of what was decided. (tell.c) */
void tell(struct reading *reading);

/* A line of evidence, a next command. (tell.c) */
void tell_line(const struct reading *reading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void suggest_line(const struct reading *reading, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Makes what was told known by its parts. (told.c) */
void told_keep(const struct reading *reading);

/* The verdict in plain words, one line, without its subject: "cannot move: …". (headline.c) */
const char *headline(const struct reading *reading);

/* ---- evidence, by theme ---- */

void tell_closed(const struct reading *reading);  /* evidence_closed.c */
void tell_time_up(const struct reading *reading); /* evidence_timed_out.c */
/* Which of its runs it was, of a workflow with a retry policy. (evidence_closed.c) */
void tell_workflow_attempt(const struct reading *reading);
/* Why there is no further attempt after so many; "" where state is. state: "RETRY_STATE_TIMEOUT";
 * failure: the last attempt's, or NULL; scheduled: the event with the policy, or NULL.
 * (evidence_retries.c) */
const char *retries_text(const struct reading *reading, const char *state, int attempts,
			 const struct tsk_failure *failure, const struct tsk_event *scheduled);
/* What the activity's own error asked to wait (next_retry_delay) where its policy would wait less,
 * in ms; 0: it did not, or that is not known. (evidence_retries.c) */
int64_t delay_of_its_own(const struct reading *reading,
			 const struct tsk_pending_activity *activity);
/* Of a run that others came before. (evidence_runs.c) */
void tell_runs(const struct reading *reading);
const char *failed_runs_text(const struct reading *reading);
/* What begins its runs one after the other: "continue-as-new". */
const char *run_kind_text(const struct reading *reading);
/* What a worker had at work while it took another activity not in time; NULL: nothing known. */
const struct tsk_event *held_the_slot(const struct reading *reading);
void tell_held_slot(const struct reading *reading);
/* Whether its execution_timeout ran out over several runs, this one being only the last. */
bool is_chain_over(const struct reading *reading);
/* How the child ended that it waited for, where that was asked. (evidence_closed.c) */
void tell_ended_child(const struct reading *reading);
/* Of a completed workflow, what it had begun and not done. (evidence_undone.c) */
void tell_undone(const struct reading *reading);
/* Which calls failed without that the workflow did. (evidence_undone.c) */
void tell_passed_over(const struct reading *reading);
void tell_error_results(const struct reading *reading); /* evidence_results.c */
/* The call that failed right before the workflow's code failed by itself, without that in its
 * chain; NULL: none. What an event of a failed call says: "CardRefused: no (pay.py:7 in charge)".
 * (evidence_undone.c) */
const struct tsk_event *failed_just_before(const struct reading *reading);
const char *failed_of(const struct reading *reading, const struct tsk_event *end);
/* What was at work when the workflow failed. (evidence_undone.c) */
void tell_lost_work(const struct reading *reading);
/* "activity 'charge'", "a timer of 5 s", by the event that began it. (evidence_undone.c) */
const char *begun_text(const struct reading *reading, const struct tsk_event *event);
/* The same of what ended with that event. (evidence_undone.c) */
const char *begun_text_of(const struct reading *reading, const struct tsk_event *end);
void tell_task(const struct reading *reading); /* evidence_task.c */
/* Whether what an activity or a child returned is not of the type that the code expects.
 * (advice_task.c) */
bool result_does_not_fit(const struct reading *reading);
void tell_task_at_work(const struct reading *reading); /* evidence_task.c */
/* Where the task lies on the queue of its own that a worker had which is gone. (evidence_sticky.c)
 */
bool lies_on_dead_sticky_queue(const struct reading *reading);
void tell_sticky_queue(const struct reading *reading);
void tell_activity(const struct reading *reading);       /* evidence_activity.c */
void tell_local_activity(const struct reading *reading); /* evidence_activity.c */
/* Of an activity that one worker has not registered, that another one of its queue has done it.
 * (evidence_activity.c) */
void tell_done_elsewhere(const struct reading *reading);
void tell_start_delay(const struct reading *reading);    /* evidence_waiting.c */
void tell_cancel_request(const struct reading *reading); /* evidence_cancel.c */
/* That it was asked to cancel, of one that cannot move for another reason. (evidence_cancel.c) */
void tell_cancelled(const struct reading *reading);
void tell_waiting(const struct reading *reading);
/* That it polls until its history is full. (evidence_waiting.c) */
void tell_growth(const struct reading *reading);
/* Which messages it takes, and what became of those that came. (evidence_messages.c) */
void tell_messages(const struct reading *reading);
/* Updates that failed in their handler, or were rejected. (evidence_messages.c) */
void tell_failed_updates(const struct reading *reading);
/* What was asked and not answered, and of a verdict that hangs on it all there is to say.
 * (tell_unanswered.c) */
void tell_unanswered(const struct reading *reading);
void tell_unclear(const struct reading *reading);
const char *unclear_headline(const struct reading *reading);

/* ---- of workers (evidence_worker.c) ---- */

/* Who polls, who died, which code is stale, who else is there. */
void tell_workers(const struct reading *reading, enum tsk_task_kind kind, const char *queue);
/* Who was started after the last failed attempt, where that is so. */
void tell_fresh_worker(const struct reading *reading);
/* Why nobody is there: the worker is being started, or it died. */
void tell_absent_worker(const struct reading *reading);
/* That it polls in another namespace, or at another server. */
void tell_elsewhere(const struct reading *reading);
/* Where the project's sources name another queue that is polled, that. */
void tell_other_queue(const struct reading *reading);
/* "PID 4711 of 'shop' (up 3 min 5 s)" */
const char *worker_text(const struct reading *reading, const struct tsk_symptom_worker *worker);

/* ---- what only the logs tell (evidence_log.c) ---- */

/* Which value could not be encoded, and the error for which that stands. (advice_encoding.c) */
void tell_encoding(const struct reading *reading);
/* What the code said beside a failure's message, and what an activity's last heartbeat said before
 * its time was up. (evidence_closed.c) */
void tell_details(const struct reading *reading, const struct tsk_failure *failure);
/* Of an activity whose first attempt failed of another error than the last, by the worker's log. */
void tell_first_failure(const struct reading *reading);
const struct tsk_root_cause *first_failure_by_log(const struct reading *reading, int *attempt);
/* What a worker wrote right before a failure whose own words say little. */
void tell_words_before(const struct reading *reading);
/* Why an attempt of an activity timed out, as far as it is known. (advice_attempt.c) */
void tell_attempt(const struct reading *reading);
/* Whether the code was changed that does not fit the history. (advice_nondeterminism.c) */
void tell_nondeterminism(const struct reading *reading);
/* What they have of a failure that its message here does not say. */
void tell_logged_text(const struct reading *reading, const struct tsk_failure *failure);
/* Which signals the worker could not decode, and so never handled. */
void tell_dropped_signals(const struct reading *reading);
/* What the user's own code logged of that run: an error where nothing else tells of one, and of
 * what takes long, whatever it said last. */
void tell_own_error(const struct reading *reading);
/* The last error in a worker's log that is of no workflow by name, where a time-out may come of it.
 */
void tell_other_error(const struct reading *reading);
/* How many threads a worker has for its activities, where the SDK warned that they are fewer than
 * it takes; 0: it did not. */
size_t threads_by_log(const struct reading *reading);
/* What Python warns of that was called and not awaited. */
void tell_never_awaited(const struct reading *reading);
/* Which tasks of the workflow's code ended with an exception that nobody awaited. */
void tell_background_failure(const struct reading *reading);

/* ---- what the project's sources show (evidence_sources.c) ---- */

/* An except that never fits, an activity that leaves its completion to others, calls that block an
 * event loop. */
void tell_sources(const struct reading *reading);
/* "orders.py:43 in run, orders.py:51 in run" */
const char *places_text(const struct reading *reading, const struct tsk_strings *places);

/* ---- words (tell.c) ---- */

/* The first line of a text that is not blank, cut for a headline. */
const char *one_line(struct tsk_call *call, const char *text);
/* Its first sentence: the SDK's messages go on with advice. */
const char *first_sentence(struct tsk_call *call, const char *text);
/* "4 s ago", "in 3 min 5 s", by the time of the symptoms. */
const char *when(const struct reading *reading, int64_t at);
/* ", 3 min ago by ops@example.com, reason: audit", or "". */
const char *pause_text(const struct reading *reading, const struct tsk_pause *pause);
/* " (workflow.py:17 in run)", where the root cause was raised, or "". */
const char *place_text(const struct reading *reading);
/* "KeyError: 'customer'", the root cause in one line; the type alone where it has no message. */
const char *cause_line(const struct reading *reading);

#endif
