/* The files of a skill folder. */
#ifndef PLUGINS_SKILL_CONTENTS_H
#define PLUGINS_SKILL_CONTENTS_H

#include "tree.h"

/* Copies them all into to_root, and adds their paths to files. */
enum tsk_status contents_copy(struct tsk_call *call, const char *to_root, struct tsk_lines *files);

#endif
