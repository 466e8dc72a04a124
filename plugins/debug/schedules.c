/* Schedules that do not start what they should: paused, skipping since the last one still runs, or
 * of a type that no worker has.
 */
#include "diagnose_all.h"

#include <temporal-skill/diagnosis.h>

#include <inttypes.h>

/* More than these are not described; who has them lists them by state. */
#define SCHEDULES_MOST 200
#define NOTE_BYTES     160

/* Whether actions fell due since the last one that it started, and were skipped: what it skipped
 * some time ago is history. */
static bool skips_now(const struct tsk_schedule *schedule)
{
	int64_t gap = schedule->following_at - schedule->next_at;

	return schedule->running.count && schedule->skipped + schedule->dropped > 0 &&
	       schedule->last_at && gap > 0 && schedule->last_at + gap < tsk_wall_ns();
}

/* What is wrong with it; NULL: nothing. */
static const char *trouble_of(struct tsk_call *call, const struct tsk_schedule *schedule)
{
	const char *note = tsk_shorten(call, schedule->note, NOTE_BYTES);

	if (*schedule->invalid)
		return tsk_format(call, "its specification is invalid: %s", schedule->invalid);
	if (schedule->paused)
		return *note ? tsk_format(call, "paused: %s", note) : "paused";
	if (skips_now(schedule))
		return tsk_format(call,
				  "%" PRId64 " actions were skipped, since '%s', which it "
				  "started, still runs",
				  schedule->skipped + schedule->dropped,
				  schedule->running.items[0]);
	if (schedule->has_ended)
		return tsk_format(call,
				  "starts nothing any more: its number of actions is limited, and "
				  "all %" PRId64 " are used up",
				  schedule->actions);
	if (schedule->is_described && !schedule->next_at)
		return "starts nothing any more: no time comes that its specification names";
	return NULL;
}

/* What the Temporal CLI does; it has no settings of ours. */
static const char *cli_command(struct tsk_call *call, const char *words)
{
	struct tsk_text text = { .call = call };

	tsk_text_format(&text, "%s %s",
			tsk_quote(call, tsk_setting(call, TSK_SETTING_TEMPORAL_CLI)), words);
	if (tsk_setting_is_given(call, TSK_SETTING_ADDRESS))
		tsk_text_format(&text, " --address %s",
				tsk_quote(call, tsk_setting(call, TSK_SETTING_ADDRESS)));
	if (tsk_setting_is_given(call, TSK_SETTING_NAMESPACE))
		tsk_text_format(&text, " --namespace %s",
				tsk_quote(call, tsk_setting(call, TSK_SETTING_NAMESPACE)));
	return tsk_text_value(&text);
}

static const char *advice_of(struct tsk_call *call, const struct tsk_schedule *schedule,
			     bool unserved)
{
	const char *id = tsk_quote(call, schedule->id);

	if (unserved)
		return tsk_format(
			call,
			"add %s to the list workflows=[...] of the Worker and restart it "
			"(ensure-worker), or correct the type: %s --schedule-id %s --help",
			schedule->workflow_type, cli_command(call, "schedule update"), id);
	if (*schedule->invalid)
		return "correct its specification";
	if (schedule->paused)
		return tsk_format(
			call, "%snothing starts by it until it is unpaused: %s --schedule-id %s",
			schedule->pause_on_failure ? "mend what its last workflow failed with; "
						   : "",
			cli_command(call, "schedule toggle --unpause"), id);
	if (schedule->has_ended)
		return tsk_format(call,
				  "give it more actions, or no limit, where it is still wanted: %s",
				  tsk_format(call, "%s --schedule-id %s --help",
					     cli_command(call, "schedule update"), id));
	if (!skips_now(schedule))
		return tsk_format(
			call,
			"give it an interval, a calendar or a cron expression with a time to come "
			"(a start_at alone names none, an end_at may be past), or delete it; what "
			"is to run once is started with a start delay: %s --schedule-id %s --help",
			cli_command(call, "schedule update"), id);
	return tsk_format(call, "see what that one waits for: %s; or choose another overlap policy",
			  tsk_command_as_typed(
				  call, tsk_format(call, "temporal-skill diagnose -w %s",
						   tsk_quote(call, schedule->running.items[0]))));
}

static void say_one(struct tsk_call *call, cJSON *list, cJSON *report,
		    const struct tsk_schedule *schedule, const char *trouble, bool unserved)
{
	const char *advice = advice_of(call, schedule, unserved);
	cJSON *row = tsk_append_object(list);

	tsk_set(row, "schedule_id", schedule->id);
	tsk_set(row, "workflow_type", schedule->workflow_type);
	tsk_set_bool(row, "paused", schedule->paused);
	tsk_set(row, "note", schedule->note);
	tsk_set(row, "trouble", trouble);
	tsk_set_number(row, "skipped", schedule->skipped + schedule->dropped);
	cJSON *running = tsk_set_list(row, "running");
	for (size_t i = 0; i < schedule->running.count; i++)
		tsk_append(running, schedule->running.items[i]);
	tsk_set(row, "recovery", advice);
	tsk_append_format(report, "schedule '%s': %s", schedule->id, trouble);
	tsk_append_format(report, "  -> %s", advice);
}

enum tsk_status say_schedules(struct tsk_call *call, size_t *count)
{
	cJSON *report = cJSON_GetObjectItemCaseSensitive(tsk_result(call), "report");
	cJSON *list = tsk_set_list(tsk_result(call), "schedules");
	const struct tsk_schedule *schedules = NULL;
	size_t there = 0, unanswered = 0;

	if (tsk_list_schedules(call, SCHEDULES_MOST, &schedules, &there, &unanswered)) {
		if (tsk_error(call) == TSK_INTERRUPTED)
			return TSK_INTERRUPTED;
		tsk_forget_error(call);
		tsk_note(call, "schedules could not be looked at");
		return TSK_OK;
	}
	if (unanswered)
		tsk_note(call, "not looked at: %s that the server did not describe",
			 tsk_count_text(call, (int64_t)unanswered, "schedule"));
	const char **unserved = tsk_alloc(call, (there + 1) * sizeof(*unserved));
	tsk_schedules_unserved(call, schedules, there, unserved);
	if (tsk_error(call))
		return tsk_error(call);
	for (size_t i = 0; i < there; i++) {
		const char *trouble = trouble_of(call, &schedules[i]);

		if (!trouble && !unserved[i])
			continue;
		say_one(call, list, report, &schedules[i], trouble ? trouble : unserved[i],
			!trouble);
		(*count)++;
	}
	return TSK_OK;
}
