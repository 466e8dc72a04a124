/* Evidence of workflows that were asked to cancel: what they do since, and for whom they wait. */
#include "tell.h"

#include <string.h>

static const char *requested(const struct reading *reading, const struct tsk_event *request)
{
	const char *reason = or_empty(request->reason);

	return tsk_format(reading->call, "event %lld: cancellation requested %s%s%s",
			  (long long)request->id, when(reading, request->at),
			  *reason ? ", reason " : "", reason);
}

/* What it says of the cancellation that this began after it. */
static void tell_begun_since(const struct reading *reading, const struct tsk_event *begun,
			     enum cancel_hold hold)
{
	const char *says = hold == HOLD_GOES_ON ? "the request had cancelled one like it, so it "
						  "goes on as before"
			   : hold == HOLD_LIKE_BEFORE
				   ? "as before the request: it goes on as before, or cleans up so"
				   : "it cleans up, or goes on";

	tell_line(reading, "event %lld: %s was begun %s, after the request: %s",
		  (long long)begun->id, begun_text(reading, begun), when(reading, begun->at), says);
}

/* It waits for the one that is in question; of others that it gave up it does not hear either. */
static const char *waits_for(const struct reading *reading,
			     const struct tsk_pending_activity *activity)
{
	return tsk_format(reading->call, "%s '%s'",
			  activity == reading->activity
				  ? "it waits until the cancellation is confirmed "
				    "(WAIT_CANCELLATION_COMPLETED) by activity"
				  : "it gave up activity",
			  or_empty(activity->type));
}

static void tell_deaf(const struct reading *reading, const struct tsk_pending_activity *activity)
{
	const struct tsk_event *scheduled = scheduled_event(reading, activity);
	int64_t most = scheduled ? scheduled->start_to_close_ms : 0;

	tell_line(reading,
		  "%s, which never heartbeats and has no heartbeat_timeout: it never hears of the "
		  "cancellation%s",
		  waits_for(reading, activity),
		  most ? tsk_format(reading->call, ", and ends when it is done, %s at the latest",
				    when(reading, activity->last_started_at + most * 1000000))
		       : "");
}

static void tell_held_by(const struct reading *reading, const struct tsk_event *request,
			 const struct tsk_pending_activity *activity)
{
	const char *type = or_empty(activity->type);

	switch (activity_hold(reading, request, activity)) {
	case HOLD_NOT_HEEDED:
		tell_line(reading,
			  "%s, which heartbeat %s and was told of the cancellation with that: it "
			  "swallows it",
			  waits_for(reading, activity), when(reading, activity->last_heartbeat_at));
		break;
	case HOLD_HEARS_SOON:
		tell_line(reading, "%s, which learns of the cancellation with its next heartbeat",
			  waits_for(reading, activity));
		break;
	case HOLD_NEVER_HEARS: tell_deaf(reading, activity); break;
	case HOLD_NOT_ASKED:
		tell_line(reading,
			  "it waits for activity '%s', which it did not ask to cancel (shielded)",
			  type);
		break;
	/* That it was begun since is said already. */
	case HOLD_BEGUN_SINCE:
	case HOLD_LIKE_BEFORE:
	case HOLD_GOES_ON: break;
	default: tell_line(reading, "it waits for activity '%s'", type); break;
	}
}

void tell_cancel_request(const struct reading *reading)
{
	const struct tsk_workflow *workflow = reading->workflow;
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_event *request = reading->event;
	const struct tsk_diagnosis *child = reading->symptoms->child;

	if (request)
		tell_line(reading, "%s; a workflow task was completed since, and it goes on",
			  requested(reading, request));
	else
		tell_line(reading,
			  "cancellation was requested; workflow tasks were completed since");
	for (size_t i = newest->count; request && i-- > 0;)
		if (newest->events[i].id > request->id &&
		    newest->events[i].type != TSK_EVENT_UPDATE_ACCEPTED &&
		    is_begun_and_open(newest, i))
			tell_begun_since(reading, &newest->events[i],
					 begun_hold(reading, request, &newest->events[i]));
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		tell_held_by(reading, request, &workflow->pending_activities[i]);
	for (size_t i = 0; i < workflow->pending_child_count && i < 3; i++)
		tell_line(reading, "it waits for child '%s' (%s)",
			  or_empty(workflow->pending_children[i].workflow_id),
			  or_empty(workflow->pending_children[i].type));
	if (child)
		tell_line(reading, "child: %s: %s", tsk_verdict_name(child->verdict),
			  child->headline);
}

void tell_cancelled(const struct reading *reading)
{
	const struct tsk_event *request = cancel_request(reading);

	if (!request)
		return;
	if (is_cleanup(reading))
		tell_line(reading,
			  "%s; activity '%s' was begun after that: it is its cleanup, and the end "
			  "of the workflow waits for it",
			  requested(reading, request), or_empty(reading->activity->type));
	else
		tell_line(reading, "%s, which waits for that", requested(reading, request));
}
