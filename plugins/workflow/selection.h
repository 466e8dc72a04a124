/* Choosing many workflows: by pattern, by query, from a file, or the stalled ones. */
#ifndef WORKFLOW_SELECTION_H
#define WORKFLOW_SELECTION_H

#include "say_workflow.h"

struct selector {
	const char *pattern, *query, *ids_file; /* at most one; none: the stalled ones */
	int64_t limit;
};

struct selection {
	const char **ids;
	const char **run_ids; /* "": the latest */
	size_t count;
	bool more;        /* the limit cut it */
	const char *what; /* in words */
	enum tsk_status *statuses;
	const char **messages;
	const cJSON *stalled; /* rows of find-stalled-workflows */
};

enum tsk_status select_workflows(struct tsk_call *call, const struct selector *selector,
				 struct selection *selection);

/* The query, of running workflows only. */
const char *running_query(struct tsk_call *call, const char *query);

/* Asks which running workflows are stalled, unless the selection knows it already. */
enum tsk_status find_stalled(struct tsk_call *call, struct selection *selection);
/* The verdict on one of them, NULL: it is not stalled. */
const char *stalled_verdict(const struct selection *selection, const char *workflow_id);
/* Whether a workflow with this verdict cannot even act on a cancellation. */
bool cannot_act(const char *verdict);

/* The selector as it was typed, with a leading blank. */
const char *selector_flags(struct tsk_call *call, const struct selector *selector);

#endif
