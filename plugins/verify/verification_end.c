/* The end of a verification: what it started is stopped, also after a failure or an interruption,
 * and nothing of it is left. */
#include "verification.h"

#include <temporal-skill/process.h>

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* In the environment of all that a verification starts. */
#define MARK          "TEMPORAL_SKILL_VERIFICATION"
#define LEFT_GRACE_MS 2000

/* Workflows that an interrupted starter may have left. */
#define MOST_FOUND    20

static const char *const no_words[] = { NULL };
static const char *const without_grace[] = { "--grace", "0", NULL };

/* Who interrupts again wants it to be quick, not to be left half done: once more, with the words
 * for the hurried. */
static enum tsk_status insist(struct verification *verification, const char *command,
			      const char *const *hurried, const cJSON **result, const char **error)
{
	enum tsk_status status =
		verification_command(verification, command, no_words, result, error);

	if (status != TSK_INTERRUPTED)
		return status;
	tsk_begin_cleanup(verification->call);
	return verification_command(verification, command, hurried, result, error);
}

static void stop_worker(struct verification *verification)
{
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "";
	enum tsk_status status =
		insist(verification, "kill-worker", without_grace, &result, &error);
	const cJSON *killed = cJSON_GetObjectItemCaseSensitive(result, "killed");
	const char *verdict = member_text(result, "verdict");

	if (status != TSK_OK)
		verification_step(verification, "worker stop", false, began, status, "%s", error);
	else if (*member_text(result, "supervised"))
		verification_step(verification, "worker stop", true, began, TSK_OK, "%s; but %s",
				  verdict, member_text(result, "supervised"));
	else if (killed && killed->valueint)
		verification_step(verification, "worker stop", false, began, TSK_NEGATIVE,
				  "it did not end by SIGTERM and was killed");
	else if (verification->worker_ready && !strcmp(verdict, "nothing_running"))
		verification_step(verification, "worker stop", false, began, TSK_NEGATIVE,
				  "it had ended by itself%s", worker_cause_of_death(verification));
	else
		verification_step(verification, "worker stop", true, began, TSK_OK, "%s",
				  !strcmp(verdict, "nothing_running") ? "none was running"
								      : verdict);
}

static void stop_server(struct verification *verification)
{
	int64_t began = tsk_now_ms();
	const cJSON *result = NULL;
	const char *error = "";
	enum tsk_status status =
		insist(verification, "stop-server", without_grace, &result, &error);
	const char *verdict = member_text(result, "verdict");
	bool stopped = !strcmp(verdict, "stopped");

	if (status == TSK_OK && !stopped)
		verification_step(verification, "server stop", false, began, TSK_UNAVAILABLE,
				  "it had ended by itself");
	else
		verification_step(verification, "server stop", stopped, began, status, "%s",
				  stopped ? verdict : error);
}

/* ---- leftovers ---- */

void verification_mark(struct verification *verification)
{
	struct tsk_process self = { .pid = getpid() };

	tsk_process_identify(self.pid, &self);
	verification->mark =
		tsk_format(verification->call, "%d:%" PRIu64, self.pid, self.start_ticks);
	setenv(MARK, verification->mark, 1);
}

void verification_unmark(void)
{
	unsetenv(MARK);
}

/* Those that have the mark, us aside: what a check or a starter left, in a session of its own or
 * not. They are stopped. */
static const char *sweep(struct verification *verification)
{
	struct tsk_call *call = verification->call;
	const struct tsk_process_info *one = tsk_process_list(call, NULL);
	struct tsk_text left = { .call = call };
	struct tsk_stopped stopped;

	for (; one && one->id.pid; one++) {
		const char *mark = one->id.pid == getpid()
					   ? NULL
					   : tsk_process_environment(call, one->id.pid, MARK);
		if (!mark || strcmp(mark, verification->mark) != 0)
			continue;
		tsk_text_join(&left, ", ", "'%s' (%d)",
			      one->words.count ? one->words.items[0] : one->name, one->id.pid);
		const struct tsk_claim claim = { .variable = MARK, .value = mark };
		if (tsk_stop_claimed(call, &one->id, &claim, LEFT_GRACE_MS, &stopped)) {
			tsk_text_format(&left, ": %s", tsk_error_message(call));
			tsk_forget_error(call);
		}
	}
	return tsk_text_value(&left);
}

/* Nothing that was started for this project may still run. */
static void check_leftovers(struct verification *verification)
{
	int64_t began = tsk_now_ms();
	const char *left = verification->left = sweep(verification);

	verification_unmark();
	verification_step(verification, "leftovers", !*left, began, TSK_NEGATIVE, "%s%s",
			  *left ? "these were still running and were stopped: " : "none", left);
}

/* A starter that was interrupted has told of no workflow: those of our queues that began since. */
static void find_workflows(struct verification *verification)
{
	struct tsk_call *call = verification->call;
	const struct tsk_workflow *found = NULL;
	size_t count = 0;
	const char *query = tsk_format(
		call, "TaskQueue IN (%s) AND StartTime >= '%s' AND ParentWorkflowId IS NULL",
		verification->task_queues, tsk_time_text(call, verification->starter_began));

	if (!verification->starter_began || !verification->task_queues ||
	    !*verification->task_queues)
		return;
	if (tsk_list_workflows(call, query, MOST_FOUND, &found, &count, NULL))
		tsk_forget_error(call);
	for (size_t i = 0; i < count; i++) {
		cJSON *row = tsk_append_object(verification->workflows);
		tsk_set(row, "workflow_id", found[i].workflow_id);
		tsk_set(row, "run_id", found[i].run_id);
		tsk_set(row, "workflow_type", found[i].type);
		tsk_set(row, "task_queue", found[i].task_queue);
		tsk_set(row, "link",
			tsk_workflow_link(call, found[i].workflow_id, found[i].run_id));
		receipt_add_workflow(&verification->receipt, row, verification->starter_name);
	}
}

void verification_end(struct verification *verification)
{
	struct tsk_call *call = verification->call;

	tsk_begin_cleanup(call);
	find_workflows(verification);
	receipt_collect(&verification->receipt);
	if (verification->worker_started) {
		stop_worker(verification);
	}
	/* After its last words. */
	for (size_t i = 0; i < verification->log_count; i++) {
		const struct worker_log *log = &verification->logs[i];
		receipt_add_log(&verification->receipt,
				*log->name ? tsk_format(call, "worker log of '%s'", log->name)
					   : "worker log",
				log->path, worker_log_tail(verification, log));
	}
	if (verification->server_started)
		stop_server(verification);
	check_leftovers(verification);
}
