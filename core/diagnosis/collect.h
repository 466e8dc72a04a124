/* The inside of collecting: what was asked about a workflow, and what may still be asked. */
#ifndef CORE_DIAGNOSIS_COLLECT_H
#define CORE_DIAGNOSIS_COLLECT_H

#include "classifier.h"
#include "host_workers.h"
#include "symptoms.h"

/* One diagnosis is cheaper than one `temporal workflow describe`, and stays so. */
#define REQUESTS_MOST 5

struct collecting {
	struct tsk_call *call;
	struct host *host; /* shared with the child's */
	struct tsk_symptoms symptoms;
	const struct tsk_known *child; /* what was known of the child, or NULL */
	struct reading reading;
	struct tsk_diagnosis *diagnosis;
	int left;   /* requests */
	bool below; /* it is a child of the workflow in question */
	/* questions asked already */
	bool asked_handlers, asked_unfinished, asked_workers, asked_child, asked_oldest, asked_runs,
		asked_elsewhere;
	const char *asked_queues[REQUESTS_MOST]; /* for activity pollers */
	size_t asked_queue_count;
	struct tsk_strings queues; /* that the project's sources name, once looked at */
	size_t queues_asked;
	bool looked_for_queues;
};

/* Asks and reads until nothing more is to be asked. symptoms.workflow, diagnosis and left are set.
 */
enum tsk_status collect(struct collecting *collecting);

/* One request each; what comes of it stands in the symptoms. (collect_ask.c) */
typedef enum tsk_status question(struct collecting *collecting);
question ask_history, ask_oldest, ask_workflow_pollers, ask_activity_pollers, ask_handlers,
	ask_unfinished, ask_workers, ask_other_queue, ask_elsewhere, ask_runs;

/* The runs before this one, where it is one of several that follow each other: one request, and one
 * more to count them. Leaves symptoms as they are where that is not so, or there is no answer.
 * (collect_runs.c) */
bool is_one_of_runs(const struct reading *reading);
void ask_runs_of(struct tsk_call *call, const struct reading *reading,
		 struct tsk_symptoms *symptoms, int *left);

/* After a question that failed: keeps why in one of the members of symptoms.more ("denied"), where
 * it was refused or lost, and forgives the error. (collect_unanswered.c) */
enum unanswered_symptom {
	NO_HISTORY,
	NO_WORKFLOW_POLLERS,
	NO_ACTIVITY_POLLERS,
	NO_HANDLERS,
	NO_CHILD
};
enum tsk_status forgive_unanswered(struct tsk_call *call, struct tsk_symptoms *symptoms,
				   enum unanswered_symptom which, const char *method,
				   const char *about);
/* The same where no error is recorded. reason: NULL: it was answered. */
void note_unanswered(struct tsk_call *call, struct tsk_symptoms *symptoms,
		     enum unanswered_symptom which, const char *reason);

/* An answer that is not needed may be missing; only an interruption ends it all. */
enum tsk_status forgive_error(struct tsk_call *call);

/* What it knows by now. */
const struct tsk_known *collect_known(const struct collecting *collecting);

/* Looks at one of the pending children. (collect_child.c) */
enum tsk_status ask_child(struct collecting *collecting);

/* Whether a workflow that is over came to its end by a child that was ended, or waited for one. */
bool has_ended_child(const struct collecting *collecting);
/* How that one ended: two requests. */
enum tsk_status ask_ended_child(struct collecting *collecting);

#endif
