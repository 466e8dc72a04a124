/* What ensure-worker tells of one that it started. */
#include "passports.h"
#include "start_worker.h"

void say_started(struct tsk_call *call, const struct attempt *attempt, cJSON *into)
{
	const struct proof *proof = &attempt->awaited->proof;
	struct tsk_strings queues = split_queues(call, proof->task_queues);

	tsk_set_number(into, "pid", attempt->started.process.pid);
	if (proof->worker_pid)
		tsk_set_number(into, "worker_pid", proof->worker_pid);
	cJSON *list = tsk_set_list(into, "task_queues");
	for (size_t i = 0; i < queues.count; i++)
		tsk_append(list, queues.items[i]);
	if (passport_brief(call, &proof->passport))
		tsk_set(into, "registers", passport_brief(call, &proof->passport));
	tsk_set(into, "evidence", proof->evidence);
}

static enum tsk_status told_as(struct told *told, const char *verdict, const char *brief,
			       enum tsk_status status)
{
	told->verdict = verdict;
	told->brief = brief;
	return status;
}

/* Of what it does besides polling. */
static const char *warning_of(struct tsk_call *call, const struct attempt *attempt)
{
	const struct proof *proof = &attempt->awaited->proof;
	struct tsk_lines lines = { .call = call };

	if (attempt->one_program)
		tsk_lines_add(&lines,
			      "%s runs its workflow itself, and nothing in it stays: it ends when "
			      "that is over",
			      attempt->one_program);
	if (proof->unpolled)
		tsk_lines_add(&lines, "it made a Worker for %s, too, and does not poll there",
			      proof->unpolled);
	passport_findings(call, &proof->passport, &lines);
	for (size_t i = 0; i < proof->differences.count; i++)
		tsk_lines_add(&lines, "%s", proof->differences.items[i]);
	if (proof->others)
		tsk_lines_add(&lines, "%s", proof->others);
	return lines.count ? tsk_lines_text(&lines, "; ") : NULL;
}

static void say_warning(struct tsk_call *call, const struct attempt *attempt, cJSON *into)
{
	const char *warning = warning_of(call, attempt);

	if (warning)
		tsk_set(into, "warning", warning);
}

static enum tsk_status tell_elsewhere(struct tsk_call *call, struct told *told, const char *verdict,
				      const char *where)
{
	tsk_set(told->into, "evidence", where);
	return told_as(told, verdict, tsk_format(call, "takes no tasks of here: %s", where),
		       TSK_NEGATIVE);
}

/* "'a', 'b'" */
static const char *quoted(struct tsk_call *call, const char *queues)
{
	struct tsk_strings list = split_queues(call, queues);
	struct tsk_lines lines = { .call = call };

	for (size_t i = 0; i < list.count; i++)
		tsk_lines_add(&lines, "'%s'", list.items[i]);
	return tsk_lines_text(&lines, ", ");
}

static enum tsk_status tell(struct tsk_call *call, const struct attempt *attempt, struct told *told)
{
	const struct proof *proof = &attempt->awaited->proof;

	switch (attempt->awaited->outcome) {
	case WAIT_READY:
		say_warning(call, attempt, told->into);
		return told_as(told, "ready",
			       *proof->task_queues ? tsk_format(call, "polls %s",
								quoted(call, proof->task_queues))
						   : "is connected",
			       TSK_OK);
	case WAIT_DIED:
		if (proof->below)
			tsk_set(told->into, "supervised", proof->below);
		if (attempt->ran_to_end)
			tell_end(call, attempt, told);
		else
			tell_death(call, &attempt->started, attempt->lived, told);
		return TSK_NEGATIVE;
	case WAIT_WRONG_QUEUE:
		return told_as(told, "wrong_queue",
			       tsk_format(call, "polls %s, and not '%s'",
					  quoted(call, proof->wrong_queue), attempt->task_queue),
			       TSK_NEGATIVE);
	case WAIT_WRONG_NAMESPACE:
		return tell_elsewhere(call, told, "wrong_namespace", proof->other_namespace);
	case WAIT_OTHER_SERVER:
		return tell_elsewhere(call, told, "other_server", proof->other_server);
	case WAIT_NOT_POLLING:
		say_warning(call, attempt, told->into);
		return told_as(told, "not_polling",
			       tsk_format(call, "polls %s, and not %s, for which it made a Worker",
					  quoted(call, proof->task_queues), proof->unpolled),
			       TSK_NEGATIVE);
	case WAIT_TIMEOUT:
	case WAIT_BROKEN: break;
	}
	return told_as(told, "not_ready", "runs, and is not shown to poll", TSK_TIMEOUT);
}

enum tsk_status tell_worker(struct tsk_call *call, const struct attempt *attempt, struct told *told)
{
	enum tsk_status status = attempt->status;

	if (attempt->error)
		told_as(told, "failed", attempt->error, status);
	else
		status = tell(call, attempt, told);
	if (!told->headline)
		told->headline = tsk_format(
			call, "%s %s", worker_title(call, attempt->started.own->name), told->brief);
	return status;
}
