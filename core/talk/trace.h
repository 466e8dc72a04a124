/* The trace: what is done inside, a line each, for whoever reports a fault or looks into one.
 *
 * TEMPORAL_SKILL_TRACE, or --trace, names the parts, and a file where it shall not go to stderr:
 * "rpc,process", "all:/tmp/trace.log". A line holds ids, methods, times and sizes; never a payload,
 * a setting's value or the words of a command line, so that it can be attached to a report.
 *
 * Invariants: one trace a program. Where a part is not wanted nothing is formatted. A line is
 * written whole, at once, and control characters in it are visible.
 */
#ifndef CORE_TALK_TRACE_H
#define CORE_TALK_TRACE_H

#include <temporal-skill/call.h>

enum trace_part {
	TRACE_RPC = 1,       /* requests to the server and the codec server */
	TRACE_DIAGNOSIS = 2, /* questions of the diagnosis, and the verdict after each */
	TRACE_PROCESS = 4,   /* processes started, found, signalled */
	TRACE_PLUGINS = 8    /* plugins loaded and skipped */
};

/* Begins the trace that value asks for; "" for none. TSK_USAGE, recorded, where value names no
 * part, or its file cannot be written. origin: where value came from. */
enum tsk_status trace_begin(struct tsk_call *call, const char *value, const char *origin);

bool trace_wants(enum trace_part part);

/* One line: "trace PART MILLISECONDS TEXT", the time since the program began. */
void trace_line(struct tsk_call *call, enum trace_part part, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
