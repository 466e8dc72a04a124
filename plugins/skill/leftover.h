/* What a killed installation leaves: a folder beside the skill's, whole or not. */
#ifndef PLUGINS_SKILL_LEFTOVER_H
#define PLUGINS_SKILL_LEFTOVER_H

#include "tree.h"

/* Removes a folder of ours, the manifest last, so that what a kill leaves of it is known as ours.
 */
enum tsk_status leftover_clear(struct tsk_call *call, const char *folder);

/* Clears it away where it is there; TSK_DENIED where it is not ours. */
enum tsk_status leftover_sweep(struct tsk_call *call, const char *folder);

#endif
