/* Which workflows a process started. */
#include "workflows_of_process.h"

#include <string.h>

/* The list of workflows follows their start after some milliseconds on a dev server, after up to
 * seconds on a cluster. There is no event for it, so it is asked for again. */
#define LIST_AGAIN_MS       60
/* The clocks of server and starter may differ; the identity decides, the time only keeps the list
 * short. */
#define CLOCK_DIFFERENCE_NS 5000000000

static bool has_pid(const struct started *started, int pid)
{
	for (size_t i = 0; i < started->pid_count; i++)
		if (started->pids[i] == pid)
			return true;
	return false;
}

void note_processes(struct tsk_call *call, struct started *started,
		    const struct tsk_process *process)
{
	struct tsk_mark mark = tsk_mark(call);
	const struct tsk_process_info *tree = tsk_process_tree(call, process, NULL);

	if (!has_pid(started, process->pid) && started->pid_count < STARTED_MOST_PIDS)
		started->pids[started->pid_count++] = process->pid;
	for (; tree && tree->id.pid; tree++)
		if (!has_pid(started, tree->id.pid) && started->pid_count < STARTED_MOST_PIDS)
			started->pids[started->pid_count++] = tree->id.pid;
	tsk_rewind(call, mark);
}

static bool is_known(const struct started *started, const struct tsk_workflow *workflow)
{
	for (size_t i = 0; i < started->count; i++)
		if (strcmp(started->workflows[i]->run_id, workflow->run_id) == 0)
			return true;
	return false;
}

static enum tsk_status take_if_ours(struct tsk_call *call, struct started *started,
				    const struct tsk_workflow *workflow)
{
	struct tsk_history first = { .count = 0 };

	if (started->count == STARTED_MOST_WORKFLOWS || is_known(started, workflow))
		return TSK_OK;
	if (tsk_history_forward(call, workflow->workflow_id, workflow->run_id, 1, &first))
		return tsk_error(call);
	if (first.count && has_pid(started, tsk_identity_pid(first.events[0].identity)))
		started->workflows[started->count++] = workflow;
	return TSK_OK;
}

static enum tsk_status look_once(struct tsk_call *call, struct started *started)
{
	const struct tsk_workflow *workflows = NULL;
	size_t count = 0;
	const char *query = tsk_format(call, "StartTime >= '%s'",
				       tsk_time_text(call, started->since - CLOCK_DIFFERENCE_NS));

	if (tsk_list_workflows(call, query, STARTED_MOST_WORKFLOWS * 2, &workflows, &count, NULL))
		return tsk_error(call);
	for (size_t i = count; i-- > 0;)
		if (take_if_ours(call, started, &workflows[i]))
			return tsk_error(call);
	return TSK_OK;
}

enum tsk_status find_started(struct tsk_call *call, struct started *started, int64_t within_ms)
{
	int64_t deadline = tsk_deadline(call, within_ms);
	size_t before;

	/* Two looks that agree: what began together is listed together, but not at the same moment.
	 */
	do {
		before = started->count;
		if (look_once(call, started))
			return tsk_error(call);
		if (tsk_now_ms() >= deadline || (started->count && started->count == before))
			break;
		if (tsk_wait(call, NULL, 0, tsk_now_ms() + LIST_AGAIN_MS) == TSK_INTERRUPTED)
			return tsk_error(call);
	} while (true);
	return TSK_OK;
}

const char *started_text(struct tsk_call *call, const struct started *started)
{
	if (!started->count)
		return "no workflow";
	return started->count == 1 ? tsk_format(call, "'%s'", started->workflows[0]->workflow_id)
				   : tsk_format(call, "%zu workflows", started->count);
}

const char *what_shows_it(struct tsk_call *call, const struct started *started)
{
	if (!started->attached_is_guess)
		return started->attached;
	return tsk_format(call, "%s names %s", started->attached, started_text(call, started));
}

const char *what_it_did(struct tsk_call *call, const struct started *started)
{
	if (!started->attached || !started->count)
		return tsk_format(call, "started %s", started_text(call, started));
	const struct tsk_workflow *first = started->workflows[0];
	return tsk_format(
		call, "started nothing new; %s, which %s there before (%srun %s, since %s)",
		started->attached_is_guess
			? what_shows_it(call, started)
			: tsk_format(call, "it attached to %s", started_text(call, started)),
		started->count > 1 ? "were" : "was",
		started->count > 1 ? tsk_format(call, "the first is '%s', ", first->workflow_id)
				   : "",
		first->run_id, tsk_time_text(call, first->started_at));
}

void count_outcome(struct started_judgement *judgement, const struct outcome *outcome)
{
	enum tsk_workflow_status status = outcome->workflow->status;

	if (status == TSK_WORKFLOW_RUNNING || status == TSK_WORKFLOW_PAUSED) {
		judgement->open++;
	} else if ((status == TSK_WORKFLOW_COMPLETED && !outcome->suspicious) ||
		   status == TSK_WORKFLOW_CONTINUED_AS_NEW) {
		judgement->completed++;
	} else {
		if (!judgement->bad++) {
			judgement->first_bad = outcome->workflow->workflow_id;
			judgement->first_bad_run = outcome->workflow->run_id;
			judgement->first_problem = status == TSK_WORKFLOW_COMPLETED
							   ? "its result looks like an error"
							   : tsk_workflow_status_name(status);
		}
	}
}

const char *judgement_text(struct tsk_call *call, const struct started_judgement *judgement)
{
	struct tsk_text text = { .call = call };

	if (judgement->completed)
		tsk_text_format(&text, "%zu completed", judgement->completed);
	if (judgement->open)
		tsk_text_join(&text, ", ", "%zu running", judgement->open);
	if (judgement->bad)
		tsk_text_join(&text, ", ", "%zu bad ('%s': %s)", judgement->bad,
			      judgement->first_bad, judgement->first_problem);
	return tsk_text_value(&text);
}
