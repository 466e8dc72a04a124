/* What ensure-worker says in the end: of the one that it started, or of several. */
#include "start_worker.h"

#include <string.h>

/* Of one of several, in the headline. */
#define BRIEF_MOST ((size_t)300)

static void say_round(struct tsk_call *call, const struct ensuring *ensuring, const char *log)
{
	cJSON *result = tsk_result(call);
	const struct stop_report *stopped = &ensuring->stopped;

	tsk_set_seconds(result, "seconds", tsk_now_ms() - ensuring->began);
	say_pids(result, "stopped", stopped->pids, stopped->count);
	if (log)
		tsk_set(result, "log", log);
	if (tsk_lifetime_text(call, ensuring->lifetime))
		tsk_set(result, "ends", tsk_lifetime_text(call, ensuring->lifetime));
	if (stopped->left)
		tsk_set(result, "left_alone", stopped->left);
	if (stopped->supervised)
		tsk_set(result, "supervised", stopped->supervised);
}

/* The same command once more, which starts the same worker. */
static void say_again(struct tsk_call *call, const struct ensuring *ensuring, const char *name,
		      const char *task_queue)
{
	tsk_next(call, "temporal-skill ensure-worker%s%s%s%s%s%s", *name ? " " : "", name,
		 task_queue ? " --task-queue " : "", task_queue ? tsk_quote(call, task_queue) : "",
		 ensuring->worker_cmd ? " --worker-cmd " : "",
		 ensuring->worker_cmd ? tsk_quote(call, ensuring->worker_cmd) : "");
}

static void say_well(struct tsk_call *call, const char *ends, const char *kill)
{
	if (ends)
		tsk_set_format(tsk_result(call), "ends_with_call",
			       "%s: the next call finds no worker. Start it outside of the "
			       "sandbox, or do all in one call: temporal-skill run -- COMMAND",
			       ends);
	else if (tsk_command_is_known(call, TSK_SETTING_STARTER_CMD))
		tsk_next(call, "temporal-skill run-starter");
	tsk_next(call, "temporal-skill kill-worker%s", kill);
}

/* ---- one ---- */

static void say_next_of(struct tsk_call *call, const struct ensuring *ensuring,
			const struct attempt *attempt)
{
	const char *name = attempt->started.own->name;
	const char *word = *name ? tsk_format(call, " %s", name) : "";

	switch (attempt->awaited->outcome) {
	case WAIT_READY: say_well(call, tsk_ends_with_call(call), word); return;
	case WAIT_DIED:
		if (attempt->ran_to_end)
			tsk_next(call, "temporal-skill run-starter -- %s",
				 attempt->started.command);
		else
			say_again(call, ensuring, name, ensuring->task_queue);
		return;
	case WAIT_WRONG_QUEUE:
		say_again(call, ensuring, name, attempt->awaited->proof.wrong_queue);
		tsk_next(call, "temporal-skill kill-worker%s", word);
		return;
	case WAIT_OTHER_SERVER:
	case WAIT_WRONG_NAMESPACE: tsk_next(call, "temporal-skill kill-worker%s", word); return;
	case WAIT_NOT_POLLING:
	case WAIT_TIMEOUT:
	case WAIT_BROKEN: break;
	}
	tsk_next(call, "temporal-skill show-worker-log%s", word);
	tsk_next(call, "temporal-skill monitor-worker-health%s", word);
}

static enum tsk_status fail_late(struct tsk_call *call, const struct ensuring *ensuring,
				 const char *which)
{
	return tsk_fail(call, TSK_TIMEOUT, "%s did not get ready within %s", which,
			tsk_duration_text(call, ensuring->timeout));
}

enum tsk_status tell_only(struct tsk_call *call, const struct ensuring *ensuring)
{
	const struct attempt *attempt = ensuring->attempts;
	const char *name = attempt->started.own->name;
	struct told told = { .into = tsk_result(call) };

	if (attempt->error)
		return tsk_fail(call, attempt->status, "%s", attempt->error);
	if (attempt->awaited->proof.others_asked)
		say_other_pollers(told.into, &attempt->awaited->proof.other_pollers);
	tsk_set(told.into, "project", project_name(call));
	if (*name)
		tsk_set(told.into, "name", name);
	say_started(call, attempt, told.into);
	say_round(call, ensuring, attempt->started.log);
	const enum tsk_status status = tell_worker(call, attempt, &told);
	const char *ends = status ? NULL : tsk_ends_with_call(call);

	if (!status)
		told.headline = tsk_format(call, "%s after %s%s", told.headline,
					   tsk_duration_text(call, tsk_now_ms() - ensuring->began),
					   ends ? "; it ends with this call" : "");
	tsk_verdict(call, ends ? "ends_with_call" : told.verdict, "%s", told.headline);
	say_next_of(call, ensuring, attempt);
	suggest_stops(call, &attempt->awaited->proof.other_pollers);
	if (status != TSK_TIMEOUT)
		return status;
	return fail_late(call, ensuring,
			 *name ? tsk_format(call, "the worker '%s'", name) : "the worker");
}

/* ---- several ---- */

struct summary {
	struct tsk_text ready, failed; /* "'mail' polls 'mail'" */
	struct tsk_lines remedies;
	size_t failures;
	const struct attempt *worst;
	enum tsk_status status; /* of that one */
	const char *verdict;
	const char *queues;
};

static void add_to(struct tsk_call *call, struct summary *summary, const struct attempt *attempt,
		   enum tsk_status status, const struct told *told)
{
	tsk_text_join(status ? &summary->failed : &summary->ready, status ? "; " : ", ", "'%s' %s",
		      attempt->started.own->name, tsk_shorten(call, told->brief, BRIEF_MOST));
	summary->failures += status != TSK_OK;
	if (status > summary->status) {
		summary->status = status;
		summary->worst = attempt;
		summary->verdict = told->verdict;
	}
	struct tsk_strings queues =
		split_queues(call, attempt->awaited ? attempt->awaited->proof.task_queues : "");
	for (size_t i = 0; i < queues.count; i++)
		summary->queues = join_queue(call, summary->queues, queues.items[i]);
}

static void say_row(struct tsk_call *call, cJSON *rows, const struct attempt *attempt,
		    struct summary *summary)
{
	struct told told = { .into = tsk_append_object(rows) };

	tsk_set(told.into, "name", attempt->started.own->name);
	if (attempt->awaited) {
		say_started(call, attempt, told.into);
		tsk_set(told.into, "log", attempt->started.log);
		if (attempt->awaited->proof.others_asked)
			say_other_pollers(told.into, &attempt->awaited->proof.other_pollers);
		suggest_stops(call, &attempt->awaited->proof.other_pollers);
	}
	const enum tsk_status status = tell_worker(call, attempt, &told);
	tsk_set(told.into, "verdict", told.verdict);
	tsk_set(told.into, "headline", told.headline);
	const char *remedy =
		cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(told.into, "remedy"));
	if (remedy)
		tsk_lines_add(&summary->remedies, "'%s': %s", attempt->started.own->name, remedy);
	add_to(call, summary, attempt, status, &told);
}

static enum tsk_status conclude(struct tsk_call *call, const struct ensuring *ensuring,
				const struct summary *summary)
{
	const char *ready = tsk_text_value(&summary->ready);

	if (!summary->worst) {
		const char *ends = tsk_ends_with_call(call);
		tsk_verdict(
			call, ends ? "ends_with_call" : "ready", "%s of '%s' started in %s: %s%s",
			tsk_count_text(call, (int64_t)ensuring->count, "worker"),
			project_name(call), tsk_duration_text(call, tsk_now_ms() - ensuring->began),
			ready, ends ? "; they end with this call" : "");
		say_well(call, ends, "");
		return TSK_OK;
	}
	tsk_verdict(call, summary->verdict, "%zu of %s of '%s' %s not ready: %s%s%s",
		    summary->failures, tsk_count_text(call, (int64_t)ensuring->count, "worker"),
		    project_name(call), summary->failures == 1 ? "is" : "are",
		    tsk_text_value(&summary->failed), *ready ? "; ready: " : "", ready);
	if (summary->status == TSK_TIMEOUT)
		return fail_late(
			call, ensuring,
			tsk_format(call, "the worker '%s'", summary->worst->started.own->name));
	if (summary->worst->error)
		return tsk_fail(call, summary->status, "the worker '%s': %s",
				summary->worst->started.own->name, summary->worst->error);
	return summary->status;
}

enum tsk_status tell_several(struct tsk_call *call, const struct ensuring *ensuring)
{
	cJSON *result = tsk_result(call);
	struct summary summary = { .ready = { .call = call },
				   .failed = { .call = call },
				   .remedies = { .call = call } };

	summary.queues = "";
	tsk_set(result, "project", project_name(call));
	cJSON *rows = tsk_set_list(result, "workers");
	for (size_t i = 0; i < ensuring->count; i++)
		say_row(call, rows, &ensuring->attempts[i], &summary);
	cJSON *list = tsk_set_list(result, "task_queues");
	for (struct tsk_strings queues = split_queues(call, summary.queues); queues.count;
	     queues.items++, queues.count--)
		tsk_append(list, *queues.items);
	say_round(call, ensuring, NULL);
	cJSON *remedies = summary.remedies.count ? tsk_set_list(result, "remedies") : NULL;
	for (size_t i = 0; i < summary.remedies.count; i++)
		tsk_append(remedies, summary.remedies.items[i]);
	if (summary.worst && summary.worst->awaited)
		say_next_of(call, ensuring, summary.worst);
	return conclude(call, ensuring, &summary);
}
