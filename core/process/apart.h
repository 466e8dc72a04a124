/* A process of ours apart from us, which looks after a program when we are gone. */
#ifndef CORE_PROCESS_APART_H
#define CORE_PROCESS_APART_H

#include <stddef.h>

/* Called in a child that was forked and never runs anything else: a session of its own, name in ps
 * and pgrep -f in place of our words, deaf to signals that mean all of us, with no descriptor open
 * but those kept and the one that interrupts. */
void stand_apart(const char *name, const int *kept, size_t count);

#endif
