/* Loading what is trusted: see include/temporal-skill/trust.h. */
#ifndef CORE_PLUGINS_TRUST_H
#define CORE_PLUGINS_TRUST_H

#include "call/call.h"

/* Opens a plugin of a project for loading: *descriptor is an immutable copy of the very bytes that
 * were checked, to be loaded through /proc/self/fd and kept open. NULL, or why it is not loaded; no
 * error is recorded. */
const char *trust_open(struct tsk_call *call, const char *path, int *descriptor);

/* NULL where path is a file that only its owner, who is ours or root, could have put there; else
 * why it is not loaded. */
const char *trust_check_file(struct tsk_call *call, const char *path);

#endif
