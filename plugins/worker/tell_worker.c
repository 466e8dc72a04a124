/* What ensure-worker tells of one that it started. */
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
	tsk_set(into, "evidence", proof->evidence);
}

static enum tsk_status told_as(struct told *told, const char *verdict, const char *brief,
			       enum tsk_status status)
{
	told->verdict = verdict;
	told->brief = brief;
	return status;
}

static void say_warning(const struct attempt *attempt, cJSON *into)
{
	const char *others = attempt->awaited->proof.others;

	if (attempt->one_program)
		tsk_set_format(into, "warning",
			       "%s runs its workflow itself, and nothing in it stays: it ends when "
			       "that is over%s%s",
			       attempt->one_program, others ? "; " : "", others ? others : "");
	else if (others)
		tsk_set(into, "warning", others);
}

static enum tsk_status tell(struct tsk_call *call, const struct attempt *attempt, struct told *told)
{
	const struct proof *proof = &attempt->awaited->proof;

	switch (attempt->awaited->outcome) {
	case WAIT_READY:
		say_warning(attempt, told->into);
		return told_as(told, "ready",
			       *proof->task_queues
				       ? tsk_format(call, "polls '%s'", proof->task_queues)
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
			       tsk_format(call, "polls '%s', and not '%s'", proof->wrong_queue,
					  attempt->task_queue),
			       TSK_NEGATIVE);
	case WAIT_WRONG_NAMESPACE:
		tsk_set(told->into, "evidence", proof->other_namespace);
		return told_as(
			told, "wrong_namespace",
			tsk_format(call, "takes no tasks of here: %s", proof->other_namespace),
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
