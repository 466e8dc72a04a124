/* Printing: the result to stdout, the error to stderr, in the output format of the settings. */
#ifndef CORE_OUTPUT_OUTPUT_H
#define CORE_OUTPUT_OUTPUT_H

#include "call/call.h"

/* Prints what the call has to say. Returns status, or TSK_INTERNAL where stdout could not be
 * written. */
enum tsk_status output_call(struct tsk_call *call, enum tsk_status status);

/* Puts what was not answered into the result, as "not_answered"; nothing where there is none.
 * (not_answered.c) */
void unanswered_say(struct tsk_call *call);

/* "not answered: who polls 'orders' (denied); ..."; NULL: there is nothing to say. */
const char *unanswered_text(struct tsk_call *call);

/* The whole result as one JSON object, the caller's, and as its text, malloc'ed. */
cJSON *output_object(struct tsk_call *call);
char *output_json(struct tsk_call *call);

/* The result as text for people and agents, in the call's memory. */
const char *output_text(struct tsk_call *call);

/* Has the object deleted when the call ends, and returns it. */
cJSON *result_keep(struct tsk_call *call, cJSON *object);

#endif
