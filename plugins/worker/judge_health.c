/* The verdict of monitor-worker-health: the first that is true, from the worst on. */
#include "health.h"

#include <string.h>

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
		       : "its task queue is not known, and it has no passport";
}

void judge_health(struct tsk_call *call, struct health *health)
{
	const char *title = worker_title(call, health->name);
	const struct worker *worker = health->worker;
	int pid = worker ? worker_pid(worker) : 0;

#define VERDICT(code, ...)                                                                         \
	do {                                                                                       \
		health->verdict = (code);                                                          \
		health->headline = tsk_format(call, __VA_ARGS__);                                  \
		return;                                                                            \
	} while (0)
	if (!worker && health->elsewhere)
		VERDICT("elsewhere", "no %s runs here; one was started as %s", title,
			health->elsewhere);
	if (!worker)
		VERDICT("no_worker", "no %s runs", title);
	if (!worker->count)
		VERDICT("dead", "%s (pid %d) has ended%s%s", title, pid, health->cause ? ": " : "",
			health->cause ? health->cause : "");
	if (worker->main->state == 'T')
		VERDICT("stopped", "%s (pid %d) is stopped by a signal", title, pid);
	if (health->running > 1)
		VERDICT("several_workers", "%zu workers%s of '%s' run, maybe with different code",
			health->running,
			*health->name ? tsk_format(call, " '%s'", health->name) : "",
			project_name(call));
	if (health->has_no_section)
		VERDICT("no_section",
			"%s (pid %d) runs, and temporal-skill.ini has no section of it", title,
			pid);
	if (!health->server_answers)
		VERDICT("no_server",
			"%s (pid %d) runs, and the server at %s does not "
			"answer",
			title, pid, tsk_setting(call, TSK_SETTING_ADDRESS));
	if (health->polling < 1 && health->other_server)
		VERDICT("other_server", "%s (pid %d) takes no tasks of here: %s", title, pid,
			health->other_server);
	if (health->polling < 1 && health->other_namespace)
		VERDICT("wrong_namespace", "%s (pid %d) takes no tasks of here: %s", title, pid,
			health->other_namespace);
	if (health->polling < 0 && !*health->task_queues &&
	    tsk_wall_ns() - worker->started_at < YOUNG_NS)
		VERDICT("starting",
			"%s (pid %d) has just started, and nothing shows yet that it "
			"polls",
			title, pid);
	if (health->polling < 0 && !health->connected)
		VERDICT("not_polling",
			"nothing shows that the %s (pid %d) polls: %s, and it has no "
			"connection to %s",
			title, pid, why_unknown(call, health),
			tsk_setting(call, TSK_SETTING_ADDRESS));
	if (health->polling == 0 && tsk_wall_ns() - worker->started_at < YOUNG_NS)
		VERDICT("starting",
			"%s (pid %d) has just started and does not poll "
			"'%s' yet",
			title, pid, health->task_queues);
	if (health->polling == 0)
		VERDICT("not_polling", "%s (pid %d) does not poll '%s'", title, pid,
			health->task_queues);
	if (health->lost)
		VERDICT("lost_queue", "%s (pid %d) %s", title, pid, health->lost);
	if (health->stale.count)
		VERDICT("stale_code",
			"%s (pid %d) runs old code: %s changed since it "
			"started",
			title, pid, health->stale.items[0]);
	if (health->failing_workflows > 0)
		VERDICT("failing",
			"%s (pid %d) polls, and the tasks of %lld workflow%s "
			"fail",
			title, pid, (long long)health->failing_workflows,
			health->failing_workflows == 1 ? "" : "s");
	if (health->errors.count)
		VERDICT("errors", "%s (pid %d) polls, and its log has %zu error line%s", title, pid,
			health->errors.count, health->errors.count == 1 ? "" : "s");
	if (health->polling < 0 && tsk_unanswered_reason(call, "DescribeTaskQueue", NULL))
		VERDICT("unclear", "%s (pid %d) runs, connected to the server; %s", title, pid,
			why_unknown(call, health));
	VERDICT("healthy", "%s (pid %d) is healthy, up %s%s%s", title, pid,
		tsk_duration_text(call, (tsk_wall_ns() - worker->started_at) / 1000000),
		health->polling < 0 ? ": it is connected to the server, and " : "",
		health->polling < 0 ? why_unknown(call, health) : "");
#undef VERDICT
}

size_t health_rank(const char *verdict)
{
	/* As judge_health goes through them. */
	static const char *const verdicts[] = {
		"no_worker",       "dead",        "elsewhere", "stopped",
		"several_workers", "no_section",  "no_server", "other_server",
		"wrong_namespace", "not_polling", "starting",  "lost_queue",
		"stale_code",      "failing",     "errors",    "unclear",
	};
	const size_t count = sizeof(verdicts) / sizeof(*verdicts);
	size_t at = 0;

	while (at < count && strcmp(verdicts[at], verdict) != 0)
		at++;
	return at;
}
