/* Whether an object is a plugin that the core can use: its interface, its names, its tables. */
#ifndef CORE_PLUGINS_PLUGIN_CHECK_H
#define CORE_PLUGINS_PLUGIN_CHECK_H

#include "registry.h"

/* What a plugin exports. */
#define PLUGIN_SYMBOL   "tsk_plugin"

/* An options struct larger than this is not one. */
#define LARGEST_OPTIONS ((size_t)64 << 10)

/* NULL where the object that dlopen gave can be taken into the registry; else why not. Follows
 * pointers of the plugin: where it is foreign, to be asked in a child first (trial_load.h). */
const char *plugin_problem(const struct registry *registry, struct tsk_call *call, void *object);

#endif
