/* The answer to a `__stack_trace` query, taken apart: the SDK repeats each task as Python prints
 * it, with paths and wrappers, so that three tasks fill a screen. */
#ifndef DEBUG_STACK_PLACES_H
#define DEBUG_STACK_PLACES_H

#include <temporal-skill/result.h>

/* Appends {task, location, code} to places for each task of the stack. location and code are ""
 * where all its frames are the SDK's, as the main coroutine's are: of a task Python knows only the
 * outermost frame. Returns how many these are. */
size_t stack_places(struct tsk_call *call, cJSON *places, const char *stack);

#endif
