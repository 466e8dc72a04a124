/* Printing: the result to stdout, the error to stderr, in the output format of the settings. */
#ifndef CORE_OUTPUT_OUTPUT_H
#define CORE_OUTPUT_OUTPUT_H

#include "call/call.h"

/* Prints what the call has to say. Returns status, or TSK_INTERNAL where stdout could not be
 * written. */
enum tsk_status output_call(struct tsk_call *call, enum tsk_status status);

/* The whole result as one JSON object, malloc'ed. */
char *output_json(struct tsk_call *call);

/* The result as text for people and agents, in the call's memory. */
const char *output_text(struct tsk_call *call);

/* The word for a status in JSON errors: "not_found". */
const char *output_status_name(enum tsk_status status);

#endif
