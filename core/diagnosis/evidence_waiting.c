/* Evidence of workflows that wait by design. */
#include "server_words.h"

#include "evidence_passport.h"
#include "who_polls.h"

#include <string.h>

void tell_start_delay(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const char *why = "start delay or cron";

	if (reading->runs.kind == RUN_OF_CRON)
		why = tsk_format(reading->call, "cron '%s'",
				 tsk_event_more(reading->call, reading->runs.started)->cron);
	else if (reading->runs.kind == RUN_OF_CONTINUING)
		why = "continue-as-new";
	else if (reading->event)
		why = tsk_format(reading->call, "retry of the workflow, attempt %d",
				 reading->event->attempt);
	else if (*or_empty(workflow->cron))
		why = tsk_format(reading->call, "cron '%s'", workflow->cron);
	tell_line(reading, "first task due %s, %s (%s)",
		  tsk_time_text(reading->call, workflow->execution_at),
		  when(reading, workflow->execution_at), why);
	if (workflow_is_nowhere(reading))
		tell_registered(reading, TSK_WORKFLOW_TASKS);
	else
		tell_workflow_parameters(reading, false);
}

/* ---- what it waits for ---- */

static void tell_timer(const struct reading *reading)
{
	const struct tsk_event *timer = reading->event;
	int64_t due;

	if (!timer)
		return;
	due = timer_due_at(timer);
	tell_line(reading, "event %lld: timer of %s %s %s, %s", (long long)timer->id,
		  tsk_duration_text(reading->call, timer->timer_ms),
		  due > reading->symptoms->now ? "fires" : "was due",
		  tsk_time_text(reading->call, due), when(reading, due));
	if (reading->open_timers > 1)
		tell_line(reading, "%zu timers are open", reading->open_timers);
	const struct tsk_event *done =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_ACTIVITY_COMPLETED);
	if (done && done->id > timer->id && !reading->growth.timers)
		tell_line(reading,
			  "%s completed (event %lld) while that timer ran, and the "
			  "workflow went on waiting",
			  begun_text_of(reading, done), (long long)done->id);
}

static void tell_child(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_diagnosis *child = reading->diagnosis->child;

	for (size_t i = 0; i < workflow->pending_child_count && i < 3; i++)
		tell_line(reading, "child '%s' (%s) runs",
			  or_empty(workflow->pending_children[i].workflow_id),
			  or_empty(workflow->pending_children[i].type));
	if (workflow->pending_child_count > 3)
		tell_line(reading, "%zu children run", workflow->pending_child_count);
	tell_timer(reading);
	if (child)
		tell_line(reading, "child: %s: %s", tsk_verdict_name(child->verdict),
			  child->headline);
}

static void tell_nexus(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_workflow_more *its = tsk_workflow_more(reading->call, workflow);
	const struct tsk_pending_nexus_more *more =
		its->nexus_count == workflow->pending_nexus_count ? its->nexus : NULL;

	for (size_t i = 0; i < workflow->pending_nexus_count; i++) {
		const struct tsk_pending_nexus *operation = &workflow->pending_nexus[i];

		tell_line(reading, "Nexus operation '%s' of '%s' at endpoint '%s'%s%s%s%s",
			  or_empty(operation->operation), or_empty(operation->service),
			  or_empty(operation->endpoint),
			  operation->attempt > 1
				  ? tsk_format(reading->call, ", attempt %d", operation->attempt)
				  : "",
			  more && *or_empty(more[i].state) ? ": " : "",
			  more ? server_means(or_empty(more[i].state)) : "",
			  *or_empty(operation->blocked_reason)
				  ? tsk_format(reading->call, ": %s", operation->blocked_reason)
				  : "");
	}
}

static void tell_no_reason(const struct reading *reading)
{
	const struct tsk_symptoms *symptoms = reading->symptoms;

	tell_line(reading, "no task, activity, child or timer is pending%s",
		  reading->diagnosis->verdict == TSK_VERDICT_WAITING_IN_VAIN
			  ? ", and it has no handler of signals or updates: nothing can end its "
			    "wait but a cancellation"
			  : "");
	if (symptoms->newest.more)
		tell_line(reading, "%lld events; only the %zu newest and %zu oldest were read",
			  (long long)reading->workflow->history_length, symptoms->newest.count,
			  symptoms->oldest.count);
}

/* What each round asks for, and what it got last. */
static void tell_round(const struct reading *reading)
{
	const struct tsk_event *done =
		newest_of_type(&reading->symptoms->newest, TSK_EVENT_ACTIVITY_COMPLETED);
	const char *result =
		done && done->result.count
			? one_line(reading->call,
				   tsk_payload_json(reading->call, &done->result.items[0]))
			: "";

	if (done)
		tell_line(reading, "its last round: %s returned %s", begun_text_of(reading, done),
			  *result ? tsk_shorten(reading->call, result, 120) : "nothing");
}

void tell_growth(const struct reading *reading)
{
	const struct growth *growth = &reading->growth;
	struct tsk_call *call = reading->call;

	if (growth->timers)
		tell_line(reading,
			  "it polls: %zu timers of %s fired within %s; its history of %lld events "
			  "is as long as the server allows (51,200 unless set otherwise) in about "
			  "%s at this pace, and the server ends it then",
			  growth->timers, tsk_duration_text(call, growth->timer_ms),
			  tsk_duration_text(call, growth->span_ms),
			  (long long)reading->workflow->history_length,
			  tsk_duration_text(call, growth->left_ms - growth->left_ms % 1000));
	if (growth->timers)
		tell_round(reading);
}

void tell_waiting(const struct reading *reading)
{
	if (reading->workflow->pending_nexus_count)
		tell_nexus(reading);
	else if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_CHILD)
		tell_child(reading);
	else if (reading->diagnosis->verdict == TSK_VERDICT_WAITING_TIMER)
		tell_timer(reading);
	else
		tell_no_reason(reading);
	tell_messages(reading);
}
