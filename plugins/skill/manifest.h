/* The manifest of an installed skill: which program put it there, and which files are its own. */
#ifndef PLUGINS_SKILL_MANIFEST_H
#define PLUGINS_SKILL_MANIFEST_H

#include "tree.h"

#define MANIFEST_NAME ".manifest.json"

struct manifest {
	const char *version;    /* of the program that wrote it */
	struct tsk_lines files; /* itself among them */
};

/* NULL, or why the folder has no manifest of ours. Records no error. */
const char *manifest_read(struct tsk_call *call, const char *folder, struct manifest *manifest);

enum tsk_status manifest_write(struct tsk_call *call, const char *folder,
			       const struct manifest *manifest);

#endif
