/* The runs that came before the one in question: of its id, or of the schedule that started it. */
#include "collect.h"

/* Enough to tell whether they fail one after the other, and how fast they follow. */
#define RUNS_LISTED 20

bool is_one_of_runs(const struct reading *reading)
{
	return reading->runs.kind != RUN_ALONE;
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
	tsk_symptoms_set_more(call, symptoms, &more);
}
