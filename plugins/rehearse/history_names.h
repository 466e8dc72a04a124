/* The names of files that hold a history each, made of workflow ids, which may be anything. */
#ifndef REHEARSE_HISTORY_NAMES_H
#define REHEARSE_HISTORY_NAMES_H

#include <temporal-skill/client.h>

/* A name for each, "order-17.json": no two are the same, none leads out of its folder. Letters,
 * digits and `._-@+=,` stay; other bytes are written %XX, and an id that is too long for a file
 * ends in a hash. Where two have the same name, both have their run id in it: "order-17~RUN.json".
 */
void history_names(struct tsk_call *call, const struct tsk_workflow *const *workflows, size_t count,
		   const char **names);

#endif
