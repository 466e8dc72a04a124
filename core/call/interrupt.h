/* SIGINT and SIGTERM as a descriptor that gets readable, so that every wait can listen to it. */
#ifndef CORE_CALL_INTERRUPT_H
#define CORE_CALL_INTERRUPT_H

#include <stdbool.h>

/* Installs the handlers; called once by main. SIGPIPE is ignored, too. */
void interrupt_listen(void);

/* Readable once a signal has come, and from then on. -1 before interrupt_listen. */
int interrupt_descriptor(void);

/* The signal that came, 0: none yet. */
int interrupt_signal(void);

/* As if this one had come. */
void interrupt_simulate(int signal);

/* For a child that goes on without exec: its descriptor is its own from here on, and none has come.
 * What fork copies is one counter with its parent's, who would lose what the child takes from it.
 */
void interrupt_part(void);

/* As if none had come. */
void interrupt_forget(void);

#endif
