/* Which of the pending children to look at, with what is left of the requests. */
#include "collect.h"

#include <string.h>

/* Of more children, the others are named only. */
#define CHILDREN_DESCRIBED 2

static bool looks_stuck(const struct tsk_workflow *workflow)
{
	const struct tsk_pending_workflow_task *task = &workflow->pending_task;

	if (workflow->reported_problems.count ||
	    (task->present && (task->attempt > 1 || !task->started)))
		return true;
	for (size_t i = 0; i < workflow->pending_activity_count; i++)
		if (workflow->pending_activities[i].last_failure ||
		    workflow->pending_activities[i].state == TSK_ACTIVITY_SCHEDULED)
			return true;
	return false;
}

/* Of many children, one whose workflow task fails, as the server reports it where it can: an answer
 * for all of them. NULL: none. */
static const char *ask_reported_child(struct collecting *collecting)
{
	struct tsk_call *call = collecting->call;
	const struct tsk_workflow *parent = collecting->symptoms.workflow, *listed = NULL;
	size_t count = 0;

	collecting->left--;
	if (tsk_list_workflows(
		    call,
		    tsk_format(call,
			       "ParentWorkflowId = %s AND ExecutionStatus = 'Running' AND "
			       "TemporalReportedProblems IS NOT NULL",
			       tsk_query_literal(call, parent->workflow_id)),
		    1, &listed, &count, NULL)) {
		forgive_error(call);
		return NULL;
	}
	return count ? listed[0].workflow_id : NULL;
}

/* The latest run: a child that continued as new or was retried is the same child. */
static const struct tsk_workflow *ask_one_child(struct collecting *collecting, const char *id)
{
	const struct tsk_workflow *workflow;

	collecting->left--;
	if (!tsk_describe_workflow(collecting->call, id, NULL, &workflow))
		return workflow;
	forgive_unanswered(collecting->call, &collecting->symptoms, NO_CHILD,
			   "DescribeWorkflowExecution", id);
	return NULL;
}

/* Where there are more kinds of children than one, one of another kind. */
static size_t second_child(const struct tsk_workflow *parent)
{
	const struct tsk_pending_child *children = parent->pending_children;

	for (size_t i = 1; i < parent->pending_child_count; i++)
		if (strcmp(children[i].type, children[0].type) != 0)
			return i;
	return 1;
}

/* Of one or two children the one that looks worse; of more, one that the server reports, else the
 * same. The others are named, not looked at. */
static const struct tsk_workflow *ask_which_child(struct collecting *collecting)
{
	const struct tsk_workflow *parent = collecting->symptoms.workflow;
	const struct tsk_workflow *found = NULL;
	bool many = parent->pending_child_count > CHILDREN_DESCRIBED && collecting->left > 2;
	const char *reported = many ? ask_reported_child(collecting) : NULL;
	/* For a history; what describe shows of an activity is enough where none is left. */
	int kept = !many && collecting->left > 2 ? 1 : 0;

	if (reported)
		return ask_one_child(collecting, reported);
	for (size_t i = 0; i < parent->pending_child_count && i < CHILDREN_DESCRIBED &&
			   collecting->left > kept && tsk_error(collecting->call) == TSK_OK;
	     i++) {
		const struct tsk_workflow *workflow = ask_one_child(
			collecting,
			parent->pending_children[i ? second_child(parent) : 0].workflow_id);

		if (workflow && (!found || looks_stuck(workflow)))
			found = workflow;
		if (found && looks_stuck(found))
			break;
	}
	return found;
}

enum tsk_status ask_child(struct collecting *collecting)
{
	struct collecting child = { .call = collecting->call,
				    .host = collecting->host,
				    .below = true };

	collecting->asked_child = true;
	child.symptoms.workflow = ask_which_child(collecting);
	if (!child.symptoms.workflow)
		return tsk_error(collecting->call);
	child.left = collecting->left;
	child.diagnosis = tsk_alloc(collecting->call, sizeof(*child.diagnosis));
	if (collect(&child))
		return forgive_error(collecting->call);
	/* Without its history, what it is about is not known. */
	if (collecting->left < 1 && !stuck_below(child.diagnosis))
		return TSK_OK;
	collecting->left = child.left;
	collecting->symptoms.child_workflow = child.symptoms.workflow;
	collecting->symptoms.child = child.diagnosis;
	collecting->child = collect_known(&child);
	return TSK_OK;
}

/* ---- of a workflow that is over ---- */

/* The innermost child that did not fail but was ended: why, only its own history tells. */
static const struct tsk_failure *ended_child(const struct tsk_failure *failure)
{
	const struct tsk_failure *found = NULL;

	for (; failure; failure = failure->cause)
		if (failure->kind == TSK_FAILURE_CHILD_WORKFLOW && failure->cause &&
		    (failure->cause->kind == TSK_FAILURE_TIMEOUT ||
		     failure->cause->kind == TSK_FAILURE_TERMINATED ||
		     failure->cause->kind == TSK_FAILURE_CANCELED))
			found = failure;
	return found;
}

bool has_ended_child(const struct collecting *collecting)
{
	const struct tsk_diagnosis *diagnosis = collecting->diagnosis;

	if (diagnosis->verdict == TSK_VERDICT_CHILD_FAILED)
		return ended_child(diagnosis->failure) != NULL;
	return diagnosis->verdict == TSK_VERDICT_WORKFLOW_TIMED_OUT && !diagnosis->failure &&
	       !collecting->reading.activity &&
	       collecting->symptoms.workflow->pending_child_count > 0;
}

enum tsk_status ask_ended_child(struct collecting *collecting)
{
	const struct tsk_failure *link = ended_child(collecting->diagnosis->failure);
	const struct tsk_pending_child *pending = collecting->symptoms.workflow->pending_children;
	struct collecting child = { .call = collecting->call, .host = collecting->host, .left = 1 };

	collecting->asked_child = true;
	collecting->left -= 2;
	if (tsk_describe_workflow(collecting->call, link ? link->workflow_id : pending->workflow_id,
				  link ? link->run_id : pending->run_id, &child.symptoms.workflow))
		return forgive_unanswered(collecting->call, &collecting->symptoms, NO_CHILD,
					  "DescribeWorkflowExecution",
					  link ? link->workflow_id : pending->workflow_id);
	child.diagnosis = tsk_alloc(collecting->call, sizeof(*child.diagnosis));
	if (collect(&child))
		return forgive_error(collecting->call);
	collecting->symptoms.child_workflow = child.symptoms.workflow;
	collecting->symptoms.child = child.diagnosis;
	collecting->child = collect_known(&child);
	return TSK_OK;
}
