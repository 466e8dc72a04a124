/* The registry: which plugins there are, and which command is whose.
 *
 * Built-in plugins are found beside the program, further ones in the user's folder, in those of the
 * setting plugins/path and in the project's. The loader trusts nothing: absolute path, abi, size,
 * names, duplicates; a plugin that will not do is a row with its problem, and the rest goes on.
 * Invariants: plugins stay loaded for the life of the program; all strings live as long as the
 * registry.
 */
#ifndef CORE_PLUGINS_REGISTRY_H
#define CORE_PLUGINS_REGISTRY_H

#include "call/arena.h"
#include "call/call.h"

struct registry_command {
	const struct tsk_command *command;
	const struct tsk_plugin *plugin;
	const char *path; /* of the plugin */
};

struct registry {
	struct arena arena;
	struct tsk_plugin_info *plugins; /* ends with path NULL */
	size_t plugin_count, plugin_room;
	struct registry_command *commands; /* in name order */
	size_t command_count, command_room;
	const struct tsk_plugin **loaded;
	size_t loaded_count, loaded_room;
	bool others_loaded;
};

void registry_init(struct registry *registry);
void registry_release(struct registry *registry);

/* Loads the built-in plugins. TSK_UNAVAILABLE where there are none: the installation is broken. */
enum tsk_status registry_load_built_in(struct registry *registry, struct tsk_call *call);

/* Loads the user's, the setting's and the project's, once; what is skipped is noted on stderr. */
void registry_load_others(struct registry *registry, struct tsk_call *call);

const struct registry_command *registry_find(const struct registry *registry, const char *name);

/* The nearest command name, or NULL. */
const char *registry_nearest(const struct registry *registry, struct tsk_call *call,
			     const char *name);

/* Whether some plugin owns the INI section of this name ("run hello": "run"). */
bool registry_owns_section(const struct registry *registry, const char *section);

#endif
