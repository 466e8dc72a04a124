/* A worker's log as lines, and the Python tracebacks in it.
 *
 * Invariants: everything is borrowed from the call. Lines are without terminal colours. A group is
 * a run of tracebacks that Python printed as one: chained exceptions. Logs are read as tails, so a
 * group may lack its beginning.
 */
#ifndef CORE_DIAGNOSIS_TRACEBACK_LOG_H
#define CORE_DIAGNOSIS_TRACEBACK_LOG_H

#include <temporal-skill/diagnosis.h>

struct log_lines {
	const char *const *items;
	size_t count;
};

/* Splits a log, of a very long one the newest lines. */
struct log_lines log_split(struct tsk_call *call, const char *text);

/* Lines first up to, not including, end as one text. */
const char *log_join(struct tsk_call *call, const struct log_lines *lines, size_t first,
		     size_t end);

struct log_error {
	const char *type;    /* the class, without its module */
	const char *message; /* "" where it has none */
	const char *trace;   /* its own traceback */
};

struct log_group {
	size_t first, end;     /* its lines: first up to, not including, end */
	const char *record;    /* the line before it: what logged it, "" where none */
	struct log_error root; /* the deepest direct cause */
	struct log_error last; /* what was raised in the end */
};

/* The next group at or after line `from`. false: no more. */
bool log_next_group(struct tsk_call *call, const struct log_lines *lines, size_t from,
		    struct log_group *group);

/* Takes the group's root as a cause, with what it means in words. (worker_log.c) */
void log_take_group(struct tsk_call *call, const struct log_lines *lines,
		    const struct log_group *group, struct tsk_root_cause *cause);

/* Whether the SDK logged it as the failure of a single task, which no worker dies of. */
bool log_is_task_failure(const char *record);

/* Whether a record is about a single workflow or activity, a failure or what its code logged. */
bool log_is_of_task(const char *record);

/* Whether a line is what Python writes between two chained tracebacks. */
bool log_is_link(const char *record);

/* How grave a record says that it is, and whether that is an error or worse. (log_level.c) */
enum log_level { LOG_NO_LEVEL, LOG_LOWER, LOG_ERROR, LOG_FATAL };
enum log_level log_level_of(const char *line);
bool log_is_error_record(const char *line);

/* Type, message and place of the group's root, already in cause, in words; an import that fails.
 * (cause_words.c) */
void log_explain(struct tsk_call *call, const struct log_lines *lines,
		 const struct log_group *group, struct tsk_root_cause *cause);
void log_explain_import(struct tsk_call *call, struct tsk_root_cause *cause);
/* The first text in single quotes, NULL: there is none; " (PLACE)", "" without one. */
const char *log_quoted(struct tsk_call *call, const char *text);
const char *log_at_place(struct tsk_call *call, const char *location);

/* "activities.py:17 in charge", or "". */
const char *log_location(struct tsk_call *call, const struct log_error *error);

#endif
