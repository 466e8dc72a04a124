/* Why a program ended that said so without a Python traceback. (last_words.c) */
#ifndef CORE_DIAGNOSIS_LAST_WORDS_H
#define CORE_DIAGNOSIS_LAST_WORDS_H

#include "traceback_log.h"

/* What Go, Java, Node, a command line's parser or a record of an error says among its last lines.
 * false: nothing of the kind. */
bool log_cause_of_others(struct tsk_call *call, const struct log_lines *lines,
			 struct tsk_root_cause *cause);

/* The record that is logged as fatal, and behind which only an orderly shutdown may stand. false:
 * none. */
bool log_fatal_record(struct tsk_call *call, const struct log_lines *lines,
		      struct tsk_root_cause *cause);

/* Where the thread was that crashed, of the lines after "Fatal Python error: " (faulthandler); "":
 * not told. (crash_log.c) */
const char *crash_place(struct tsk_call *call, const struct log_lines *lines, size_t at);

#endif
