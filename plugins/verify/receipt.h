/* The receipt of a verification: what was run, what came out, and what it was run with, as files.
 *
 * What only the server or a log knows is collected while it is there; the files are written when
 * everything has ended, whatever the outcome. */
#ifndef PROJECT_RECEIPT_H
#define PROJECT_RECEIPT_H

#include <temporal-skill/timeline.h>

struct receipt_workflow {
	cJSON *row;                          /* in the result's workflows */
	const char *run;                     /* of the plan, that it belongs to */
	const struct tsk_timeline *timeline; /* NULL: its history was not read */
	const char *problem;                 /* then why */
};

struct receipt_log {
	const char *title, *path;
	const char *text; /* its end */
	struct tsk_strings errors;
};

struct receipt {
	struct tsk_call *call;
	struct tsk_strings files;
	int64_t began; /* Unix nanoseconds */
	struct receipt_workflow *workflows;
	size_t workflow_count, workflow_room;
	struct receipt_log *logs;
	size_t log_count, log_room;
	/* The outcome, set before it is written. */
	const char *verdict, *headline;
	const cJSON *result; /* the command's, as said so far */
};

/* TSK_USAGE where an ending is none of ours, or a folder is not there. */
enum tsk_status receipt_check(struct tsk_call *call, const struct tsk_strings *files);

/* Takes note of a workflow: row is of the result. */
void receipt_add_workflow(struct receipt *receipt, cJSON *row, const char *run);

/* Brings the rows of workflows that were not looked at yet up to date, and reads their histories
 * where there are files to write. */
void receipt_collect(struct receipt *receipt);

void receipt_add_log(struct receipt *receipt, const char *title, const char *path,
		     const char *text);

/* Writes all the files that can be written, and receives the paths of these; the first error is
 * returned. */
enum tsk_status receipt_write(struct receipt *receipt, cJSON *written);

/* ---- the forms ---- */

void receipt_json(struct tsk_text *file, const struct receipt *receipt);
void receipt_markdown(struct tsk_text *file, const struct receipt *receipt);
void receipt_html(struct tsk_text *file, const struct receipt *receipt);

/* Members of objects, as text: "" where they are not there. */
const char *receipt_text(struct tsk_call *call, const cJSON *object, const char *key);
/* Milliseconds of a member in seconds. */
int64_t receipt_ms(const cJSON *object, const char *key);
/* The end of a text: at most limit bytes, from a line's begin on. */
const char *receipt_tail(const char *text, size_t limit);

#endif
