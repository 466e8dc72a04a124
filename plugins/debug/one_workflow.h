/* The diagnosis of one workflow, as analyze-workflow-error and diagnose -w say it. */
#ifndef DEBUG_ONE_WORKFLOW_H
#define DEBUG_ONE_WORKFLOW_H

#include <temporal-skill/diagnosis.h>

extern const struct tsk_view one_workflow_views[];

struct one_workflow {
	const char *workflow_id, *run_id;
	bool check; /* TSK_NEGATIVE where it is stalled, failed, or its result looks like an error
		     */
	const char *save_symptoms; /* a file, or NULL */
	bool with_payloads;
};

/* The rows of the last two; type is the options struct, which has them as its members. */
#define SYMPTOMS_OPTIONS(struct_type)                                                              \
	{ .name = "save-symptoms",                                                                 \
	  .type = TSK_STRING,                                                                      \
	  .at = offsetof(struct_type, save_symptoms),                                              \
	  .argument = "FILE",                                                                      \
	  .help = "also write what the verdict was made of, for a report" },                       \
	{                                                                                          \
		.name = "with-payloads", .type = TSK_FLAG,                                         \
		.at = offsetof(struct_type, with_payloads),                                        \
		.help = "with results and details in it, which are left out else"                  \
	}

enum tsk_status say_one_workflow(struct tsk_call *call, const struct one_workflow *one);

/* Whether a verdict is something to act on. */
bool is_finding(const struct tsk_diagnosis *diagnosis);

#endif
