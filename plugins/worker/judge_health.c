/* The verdict of monitor-worker-health: the first that is true, from the worst on. */
#include "health.h"

/* A worker that is younger may not poll yet: uv syncs, Python imports. */
#define YOUNG_NS ((int64_t)15 * 1000000000)

/* Where the server could not say whether it polls: why not. */
static const char *why_unknown(struct tsk_call *call, const struct health *health)
{
	const char *reason = tsk_unanswered_reason(call, "DescribeTaskQueue", NULL);

	if (reason)
		return tsk_format(call, "who polls its task queue could not be read (%s)", reason);
	return *health->task_queues
		       ? tsk_format(call, "no poller of '%s' bears its PID", health->task_queues)
		       : "its task queue is not known";
}

void judge_health(struct tsk_call *call, struct health *health)
{
	const char *name = project_name(call);
	const struct worker *worker = health->worker;
	int pid = worker ? worker_pid(worker) : 0;

#define VERDICT(code, ...)                                                                         \
	do {                                                                                       \
		health->verdict = (code);                                                          \
		health->headline = tsk_format(call, __VA_ARGS__);                                  \
		return;                                                                            \
	} while (0)
	if (!worker && health->elsewhere)
		VERDICT("elsewhere", "no worker of '%s' runs here; one was started as %s", name,
			health->elsewhere);
	if (!worker)
		VERDICT("no_worker", "no worker of '%s' runs", name);
	if (!worker->count)
		VERDICT("dead", "worker of '%s' (pid %d) has ended%s%s", name, pid,
			health->cause ? ": " : "", health->cause ? health->cause : "");
	if (worker->main->state == 'T')
		VERDICT("stopped", "worker of '%s' (pid %d) is stopped by a signal", name, pid);
	if (health->running > 1)
		VERDICT("several_workers", "%zu workers of '%s' run, maybe with different code",
			health->running, name);
	if (!health->server_answers)
		VERDICT("no_server",
			"worker of '%s' (pid %d) runs, and the server at %s does not "
			"answer",
			name, pid, tsk_setting(call, TSK_SETTING_ADDRESS));
	if (health->polling < 1 && health->other_server)
		VERDICT("other_server", "worker of '%s' (pid %d) takes no tasks of here: %s", name,
			pid, health->other_server);
	if (health->polling < 1 && health->other_namespace)
		VERDICT("wrong_namespace", "worker of '%s' (pid %d) takes no tasks of here: %s",
			name, pid, health->other_namespace);
	if (health->polling < 0 && !*health->task_queues &&
	    tsk_wall_ns() - worker->started_at < YOUNG_NS)
		VERDICT("starting",
			"worker of '%s' (pid %d) has just started, and nothing shows yet that it "
			"polls",
			name, pid);
	if (health->polling < 0 && !health->connected)
		VERDICT("not_polling",
			"nothing shows that the worker of '%s' (pid %d) polls: %s, and it has no "
			"connection to %s",
			name, pid, why_unknown(call, health),
			tsk_setting(call, TSK_SETTING_ADDRESS));
	if (health->polling == 0 && tsk_wall_ns() - worker->started_at < YOUNG_NS)
		VERDICT("starting",
			"worker of '%s' (pid %d) has just started and does not poll "
			"'%s' yet",
			name, pid, health->task_queues);
	if (health->polling == 0)
		VERDICT("not_polling", "worker of '%s' (pid %d) does not poll '%s'", name, pid,
			health->task_queues);
	if (health->stale.count)
		VERDICT("stale_code",
			"worker of '%s' (pid %d) runs old code: %s changed since it "
			"started",
			name, pid, health->stale.items[0]);
	if (health->failing_workflows > 0)
		VERDICT("failing",
			"worker of '%s' (pid %d) polls, and the tasks of %lld workflow%s "
			"fail",
			name, pid, (long long)health->failing_workflows,
			health->failing_workflows == 1 ? "" : "s");
	if (health->errors.count)
		VERDICT("errors", "worker of '%s' (pid %d) polls, and its log has %zu error line%s",
			name, pid, health->errors.count, health->errors.count == 1 ? "" : "s");
	if (health->polling < 0 && tsk_unanswered_reason(call, "DescribeTaskQueue", NULL))
		VERDICT("unclear", "worker of '%s' (pid %d) runs, connected to the server; %s",
			name, pid, why_unknown(call, health));
	VERDICT("healthy", "worker of '%s' (pid %d) is healthy, up %s%s%s", name, pid,
		tsk_duration_text(call, (tsk_wall_ns() - worker->started_at) / 1000000),
		health->polling < 0 ? ": it is connected to the server, and " : "",
		health->polling < 0 ? why_unknown(call, health) : "");
#undef VERDICT
}
