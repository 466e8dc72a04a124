/* Trying a foreign plugin out in a child first: what crashes or hangs while it is loaded must not
 * take us with it. */
#ifndef CORE_PLUGINS_TRIAL_LOAD_H
#define CORE_PLUGINS_TRIAL_LOAD_H

#include "call/call.h"

/* What is wrong with the object that dlopen gave, or NULL. Called in the child. */
typedef const char *probe_look(void *with, void *object);

/* NULL: the object can be loaded and looked at; else why not: the loader's words, those of look,
 * the signal it died by, or that it does not end. */
const char *probe_object(struct tsk_call *call, const char *path, probe_look *look, void *with);

#endif
