/* The words in which the server says that something is wrong, or limits something: what each means,
 * who can mend it, and how.
 *
 * Every value of the API's enumerations that tell of trouble has its row; the test
 * tests/unit/test_server_words.py walks the descriptors of the API and fails on one without.
 */
#ifndef CORE_DIAGNOSIS_SERVER_WORDS_H
#define CORE_DIAGNOSIS_SERVER_WORDS_H

#include <temporal-skill/diagnosis.h>

enum mender {
	MENDER_NOBODY,   /* nothing is to be mended: it is the server's normal work */
	MENDER_WORKFLOW, /* the workflow's code */
	MENDER_ACTIVITY, /* the activity's code, or the handler's */
	MENDER_CALLER,   /* whoever started it, or sent it a message */
	MENDER_WORKER,   /* whoever runs the workers */
	MENDER_OPERATOR, /* whoever runs the server, or its namespace */
	MENDER_PERSON    /* the one who is named with it */
};

/* What alone decides nothing: it is told as evidence of another verdict. */
#define NO_VERDICT (-1)

struct server_word {
	const char *name; /* as the API spells it: "RETRY_STATE_TIMEOUT" */
	int verdict;      /* enum tsk_verdict of a workflow that has it, or NO_VERDICT */
	enum mender mender;
	const char *means;
	const char *advice; /* NULL: there is nothing to do */
};

struct server_words {
	const struct server_word *rows;
	size_t count;
};

/* NULL: no row has that name. */
const struct server_word *server_word(const char *name);
/* What it means; where it is not known, the name itself. */
const char *server_means(const char *name);

/* All of them, table by table; NULL: there are no more. */
const struct server_words *server_words_table(size_t number);

/* The tables: workflow tasks; activities, children, messages and Nexus; limits, schedules, workers
 * and the rest; history events. */
extern const struct server_words task_words, work_words, limit_words, event_words;

/* ---- the reasons for which the server itself ends a run ---- */

struct server_ending {
	const char *words; /* in its reason, or that begin it */
	const char *type;  /* how the root cause is called */
	const char *means, *advice;
};

/* Of a termination whose identity is the server's; NULL: not one of its limits. */
const struct server_ending *server_ending(struct tsk_call *call, const char *reason);

#endif
