/* Deciding on what repeats: a cron workflow, one with a retry policy, one that continues as new or
 * was started by a schedule is one trouble where its runs fail one after the other, or spin. */
#include "classifier.h"

#include <string.h>

/* A run that only begins and continues as new: started, its task (scheduled, started, completed),
 * continued as new. */
#define IDLE_EVENTS 5

/* Fewer runs than these may just be under way to something. */
#define SPIN_RUNS   3

/* A workflow that polls has something between its runs that takes time; the server itself keeps
 * runs a second apart. */
#define SPIN_MS     3000

static const struct tsk_event *started_event(const struct reading *reading)
{
	const struct tsk_history *newest = &reading->symptoms->newest;
	const struct tsk_history *oldest = &reading->symptoms->oldest;

	if (newest->count && newest->events[newest->count - 1].type == TSK_EVENT_STARTED)
		return &newest->events[newest->count - 1];
	if (oldest->count && oldest->events[0].type == TSK_EVENT_STARTED)
		return &oldest->events[0];
	return NULL;
}

static enum run_kind kind_of(const struct tsk_event *started, const struct tsk_event_more *more)
{
	const char *initiator = or_empty(more->initiator);

	if (*or_empty(more->cron))
		return RUN_OF_CRON;
	if (strcmp(initiator, "CONTINUE_AS_NEW_INITIATOR_RETRY") == 0 || started->attempt > 1)
		return RUN_OF_RETRIES;
	if (strcmp(initiator, "CONTINUE_AS_NEW_INITIATOR_WORKFLOW") == 0)
		return RUN_OF_CONTINUING;
	return RUN_ALONE;
}

static bool has_failed(const struct tsk_workflow *run)
{
	return run->status == TSK_WORKFLOW_FAILED || run->status == TSK_WORKFLOW_TIMED_OUT;
}

/* The runs that were listed, newest first: those that failed one after the other up to now. */
static void count_runs(const struct reading *reading, struct run_story *story)
{
	const struct tsk_symptoms_more *more = tsk_symptoms_more(reading->call, reading->symptoms);
	bool in_a_row = true;

	story->total = more->run_total;
	story->idle = more->run_count > 0;
	for (size_t i = 0; i < more->run_count; i++) {
		const struct tsk_workflow *run = &more->runs[i];

		if (is_open(run))
			continue;
		story->looked_at++;
		story->idle &= run->status == TSK_WORKFLOW_CONTINUED_AS_NEW &&
			       run->history_length <= IDLE_EVENTS;
		in_a_row &= has_failed(run);
		if (!in_a_row)
			continue;
		story->failed++;
		story->failing_since = run->started_at;
	}
	if (more->run_count > 1)
		story->pace_ms =
			(more->runs[0].started_at - more->runs[more->run_count - 1].started_at) /
			1000000 / (int64_t)(more->run_count - 1);
}

bool runs_spin(const struct reading *reading)
{
	const struct run_story *story = &reading->runs;

	return story->kind == RUN_OF_CONTINUING && story->idle && story->looked_at >= SPIN_RUNS &&
	       story->pace_ms <= SPIN_MS;
}

bool runs_fail(const struct reading *reading)
{
	const struct run_story *story = &reading->runs;

	if (story->kind == RUN_ALONE || story->kind == RUN_OF_CONTINUING)
		return false;
	return story->failed > 0 || (story->started && story->started->failure);
}

void read_runs(struct reading *reading)
{
	const struct tsk_event *started = started_event(reading);
	struct tsk_diagnosis *diagnosis = reading->diagnosis;

	reading->runs.started = started;
	if (started)
		reading->runs.kind = kind_of(started, tsk_event_more(reading->call, started));
	/* One that runs is a new attempt of what failed, maybe with new code. */
	if (reading->runs.kind == RUN_ALONE && !is_open(reading->workflow) &&
	    *tsk_workflow_more(reading->call, reading->workflow)->schedule_id)
		reading->runs.kind = RUN_OF_SCHEDULE;
	if (reading->runs.kind == RUN_ALONE)
		return;
	count_runs(reading, &reading->runs);
	if (!is_open(reading->workflow))
		return;
	if (runs_spin(reading) || runs_fail(reading))
		diagnosis->attention = true;
	if (!runs_fail(reading) || diagnosis->stalled || diagnosis->recovering)
		return;
	if (started->failure && !*diagnosis->root_cause.type)
		take_failure(reading, started->failure, "");
	if (started->attempt > 1 && !diagnosis->attempts)
		diagnosis->attempts = started->attempt;
}
