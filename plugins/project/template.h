/* Templates: folders in skills/, copied with {{name}}, {{symbol}} and {{task_queue}} filled in, in
 * file names, too. */
#ifndef PROJECT_TEMPLATE_H
#define PROJECT_TEMPLATE_H

#include <temporal-skill/result.h>

struct template_words {
	const char *name;
	const char *symbol; /* the name as a C or Python identifier */
	const char *task_queue;
};

/* name with what no identifier has as '_'. */
const char *template_symbol(struct tsk_call *call, const char *name);

/* TSK_USAGE where something is at target already; an empty folder is taken away. */
enum tsk_status template_check_target(struct tsk_call *call, const char *target);

/* Copies a template to target, whole or not at all. */
enum tsk_status template_create(struct tsk_call *call, const char *template, const char *target,
				const struct template_words *words, cJSON *files);

/* The folder of a template; TSK_NOT_FOUND names those there are. */
enum tsk_status template_find(struct tsk_call *call, const char *name, const char **folder);

#endif
