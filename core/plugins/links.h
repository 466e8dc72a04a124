/* What an object links to: its trust is that of its own bytes, which do not tell those of others.
 */
#ifndef CORE_PLUGINS_LINKS_H
#define CORE_PLUGINS_LINKS_H

#include <temporal-skill/call.h>

/* NULL where all that the loader would load with the object is found by name among the system's
 * libraries; else what is not: a library named by its path, or a folder of its own to look in
 * (RPATH, RUNPATH) that is none of the system's. What is no object at all is left to the loader. */
const char *links_problem(struct tsk_call *call, const uint8_t *bytes, size_t size);

#endif
