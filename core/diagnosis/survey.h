/* The inside of a survey: what is known of many workflows at once. */
#ifndef CORE_DIAGNOSIS_SURVEY_H
#define CORE_DIAGNOSIS_SURVEY_H

#include "collect.h"

#define POLLERS "DescribeTaskQueue"

struct queue_pollers {
	const char *queue;
	enum tsk_task_kind kind;
	const struct tsk_poller *pollers;
	size_t count;
	bool known;
	const char *reason; /* why not, where it was asked; NULL otherwise */
	struct queue_pollers *next;
};

/* Of more activities that do not heartbeat, the others are told without their sources. */
#define SILENT_MOST 4

struct surveying {
	struct tsk_call *call;
	struct tsk_survey_row *rows;
	struct tsk_history *histories;
	struct tsk_symptoms *symptoms;
	struct reading *readings;
	bool *told;
	size_t count, unanswered;
	enum tsk_status refusal; /* of those that are unanswered */
	struct queue_pollers *queues;
	bool pollers_silent; /* one had no answer in time: the others would have none, either */
	/* of this machine, read once for all */
	struct host machine;
	struct tsk_symptoms host;
	struct {
		const char *type;              /* of an activity whose heartbeats do not come */
		struct tsk_symptoms_more more; /* what its source says */
	} silent[SILENT_MOST];
	size_t silent_count;
};

/* ---- survey_ask.c ---- */

/* Who polls the queue, asked once. */
const struct queue_pollers *pollers_of(struct surveying *surveying, const char *queue,
				       enum tsk_task_kind kind);
/* The newest events of those that need them. */
enum tsk_status ask_histories(struct surveying *surveying);
/* Describes what was listed, in parallel; those that the server does not answer for are counted. */
enum tsk_status describe_all(struct surveying *surveying, const struct tsk_workflow *listed,
			     size_t count);

#endif
