/* A worker's log as its processes would have printed it, each alone and in plain text. */
#ifndef CORE_DIAGNOSIS_LOG_RECORDS_H
#define CORE_DIAGNOSIS_LOG_RECORDS_H

#include <temporal-skill/call.h>

#include <stddef.h>

/* Lines without terminal colours in, the same out, in which
 * - what a log format put before each line of a traceback is gone,
 * - what others wrote in between (other processes, the SDK's core) stands behind it,
 * - the record that logged a traceback stands right before it,
 * - a traceback within a record of one line (JSON, logfmt) has lines of its own.
 * (log_records.c, folded_record.c) */
const char **log_untangle(struct tsk_call *call, const char *const *items, size_t *count);

/* Takes "worker-1  | " off each line, which docker compose and the like put there, where all lines
 * are of one service. */
void log_drop_service(const char **lines, size_t count);

/* What a record of JSON says, without what programs read: "cannot start: Error: no queue". The line
 * itself where it is no such record. (folded_record.c) */
const char *log_record_words(struct tsk_call *call, const char *line);

/* The head of a traceback, wherever it stands in a line; NULL: there is none. */
const char *log_find_head(const char *line);

/* Whether a line is a record that has a whole traceback in it, in one line or in a box of its own.
 * (folded_record.c) */
bool log_is_folded(const char *line);
/* The lines of such a record, as a text: the record without the traceback, then that one's. NULL:
 * it is none. (folded_record.c) */
const char *log_unfold(struct tsk_call *call, const char *line);

/* Whether the SDK's core wrote the line: "2026-11-29T19:29:47.413041Z ERROR temporalio_common: ".
 */
bool log_is_of_core(const char *line);

#endif
