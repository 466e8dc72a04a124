/* The runs that came before the one in question: of its id, or of the schedule that started it. */
#include "collect.h"

#include <string.h>

/* Enough to tell whether they fail one after the other, and how fast they follow. */
#define RUNS_LISTED 20

bool is_one_of_runs(const struct reading *reading)
{
	return reading->runs.kind != RUN_ALONE;
}

/* The oldest of the runs that failed one after the other before this one; NULL: none. */
static const struct tsk_workflow *first_of_those_that_failed(const struct tsk_symptoms_more *more,
							     const struct tsk_workflow *workflow)
{
	const struct tsk_workflow *first = NULL;

	for (size_t i = 0; i < more->run_count; i++) {
		const struct tsk_workflow *run = &more->runs[i];

		if (is_open(run) || strcmp(run->run_id, workflow->run_id) == 0)
			continue;
		if (run->status != TSK_WORKFLOW_FAILED)
			break;
		first = run;
	}
	return first;
}

void ask_runs_of(struct tsk_call *call, const struct reading *reading,
		 struct tsk_symptoms *symptoms, int *left)
{
	const char *schedule = tsk_workflow_more(call, reading->workflow)->schedule_id;
	const char *query =
		reading->runs.kind == RUN_OF_SCHEDULE
			? tsk_format(call, "TemporalScheduledById = %s",
				     tsk_query_literal(call, schedule))
			: tsk_format(call, "WorkflowId = %s", tsk_query_literal(call, reading->id));
	struct tsk_symptoms_more more = *tsk_symptoms_more(call, symptoms);
	const struct tsk_workflow *first;
	bool cut = false;

	(*left)--;
	if (tsk_list_workflows(call, query, RUNS_LISTED, &more.runs, &more.run_count, &cut))
		return;
	more.run_total = (int64_t)more.run_count;
	if (cut && *left > 0) {
		(*left)--;
		if (tsk_count_workflows(call, query, &more.run_total, NULL))
			return;
	}
	first = first_of_those_that_failed(&more, reading->workflow);
	if (first && *left > 0) {
		(*left)--;
		/* What it ended with is its last event. */
		if (tsk_history_backward(call, first->workflow_id, first->run_id, 1,
					 &more.first_failed))
			return;
	}
	tsk_symptoms_set_more(call, symptoms, &more);
}
