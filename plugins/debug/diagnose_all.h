/* The whole namespace in one answer: what diagnose says without a workflow. */
#ifndef DEBUG_ENVIRONMENT_H
#define DEBUG_ENVIRONMENT_H

#include <temporal-skill/diagnosis.h>

enum tsk_status say_whole_namespace(struct tsk_call *call, const char *query, bool check);

/* ---- findings: what is wrong, grouped by cause (findings.c) ---- */

/* One workflow with something wrong. */
struct trouble {
	const struct tsk_workflow *workflow;
	struct tsk_diagnosis diagnosis;
	const char *cause; /* the same for the same cause */
};

struct troubles {
	struct tsk_call *call;
	struct trouble *items;
	size_t count, room;
};

void troubles_add(struct troubles *troubles, const struct tsk_workflow *workflow,
		  const struct tsk_diagnosis *diagnosis);

/* Puts them, worst first and grouped by verdict and cause, into the result: "findings" for JSON,
 * "report" for text. */
void troubles_say(struct troubles *troubles);

struct closed_lately {
	int64_t looked_at, good;
	/* Of the good ones, those in which an activity or child had failed for good. */
	int64_t passed_over;
	const char *passed_over_by; /* the id of one */
};

/* Reads the workflows that closed lately, of each id the newest run where none is open, and adds
 * those that failed, left work undone, or whose result looks like an error. (closed_lately.c) */
enum tsk_status read_closed_lately(struct tsk_call *call, const char *query,
				   const struct tsk_survey *open, struct troubles *troubles,
				   struct closed_lately *lately);

/* shared_queues.c: of the rows of list-workers, two of different folders that poll one queue, in
 * words; NULL: there are none. And the commands that its other_pollers name, as next ones. */
const char *shared_queue_text(struct tsk_call *call, const cJSON *workers);
void suggest_stops(struct tsk_call *call, const cJSON *others);

/* Puts the schedules that do not start what they should into the result: "schedules" for JSON,
 * lines of "report" for text; *count: how many. (schedules.c) */
enum tsk_status say_schedules(struct tsk_call *call, size_t *count);

#endif
