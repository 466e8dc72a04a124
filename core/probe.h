/* Trying a foreign plugin out in a child first: what crashes or hangs while it is loaded must not
 * take us with it. */
#ifndef CORE_PROBE_H
#define CORE_PROBE_H

#include "call.h"

/* NULL: the object can be loaded; else why not: the loader's words, the signal it died by, or that
 * it does not end. */
const char *probe_object(struct tsk_call *call, const char *path);

#endif
