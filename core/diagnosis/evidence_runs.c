/* Evidence of what repeats: how many runs there were, and what became of them. */
#include "tell.h"

#include <string.h>

const char *run_kind_text(const struct reading *reading)
{
	const char *cron = or_empty(tsk_event_more(reading->call, reading->runs.started)->cron);
	const char *schedule = tsk_workflow_more(reading->call, reading->workflow)->schedule_id;

	switch (reading->runs.kind) {
	case RUN_OF_CRON: return tsk_format(reading->call, "its cron schedule '%s'", cron);
	case RUN_OF_RETRIES: return "the workflow's retry policy";
	case RUN_OF_CONTINUING: return "continue-as-new";
	case RUN_OF_SCHEDULE: return tsk_format(reading->call, "schedule '%s'", schedule);
	case RUN_ALONE: break;
	}
	return "";
}

/* "the last 4 runs failed", or what is known without having asked for them. */
const char *failed_runs_text(const struct reading *reading)
{
	const struct run_story *runs = &reading->runs;

	if (runs->failed > 1)
		return tsk_format(reading->call, "its last %zu runs%s failed", runs->failed,
				  runs->failed == runs->looked_at &&
						  runs->total > (int64_t)runs->looked_at + 1
					  ? " or more"
					  : "");
	return "its last run failed";
}

/* The first of them may have failed of something else, and the others of what it left behind. */
static void tell_first_failed(const struct reading *reading)
{
	const struct tsk_history *last =
		&tsk_symptoms_more(reading->call, reading->symptoms)->first_failed;
	const struct tsk_failure *failure = last->count ? last->events[0].failure : NULL;
	const struct tsk_failure *root = failure ? tsk_failure_root(failure) : NULL;
	const struct tsk_failure *link = failure ? first_callee_link(failure) : NULL;

	if (!root || (strcmp(tsk_failure_type(root), reading->diagnosis->root_cause.type) == 0 &&
		      strcmp(or_empty(root->message), reading->diagnosis->root_cause.message) == 0))
		return;
	tell_line(reading, "the first of them failed of something else: %s%s%s%s: %s",
		  link && *or_empty(link->activity_type) ? "activity '" : "",
		  link ? or_empty(link->activity_type) : "",
		  link && *or_empty(link->activity_type) ? "' with " : "", tsk_failure_type(root),
		  one_line(reading->call, root->message));
}

void tell_runs(const struct reading *reading)
{
	const struct run_story *runs = &reading->runs;
	const struct tsk_event *started = runs->started;

	if (runs->kind == RUN_ALONE)
		return;
	if (!is_open(reading->workflow) && runs->failed < 2)
		return;
	if (runs_fail(reading)) {
		tell_line(reading, "%s%s: %s begins one after the other", failed_runs_text(reading),
			  runs->failing_since ? tsk_format(reading->call, ", the first of them %s",
							   when(reading, runs->failing_since))
					      : "",
			  run_kind_text(reading));
		tell_first_failed(reading);
		return;
	}
	if (runs->kind != RUN_OF_CONTINUING)
		return;
	if (!runs->looked_at)
		tell_line(reading, "event %lld: it continues run %s (continue-as-new)",
			  (long long)started->id,
			  or_empty(tsk_event_more(reading->call, started)->continued_run_id));
	else
		tell_line(reading,
			  "it has continued as new: %lld runs of it are known, one every %s%s",
			  (long long)(runs->total ? runs->total : (int64_t)runs->looked_at + 1),
			  tsk_duration_text(reading->call, runs->pace_ms),
			  runs->idle ? "; the newest did nothing but begin and continue as new"
				     : "");
}
