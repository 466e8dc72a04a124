/* The project plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command new_plugin_command;
extern const struct tsk_command new_project_command;

static const struct tsk_command *const commands[] = {
	&new_plugin_command,
	&new_project_command,
	NULL,
};

TSK_PLUGIN(.name = "project", .summary = "create projects and plugins from templates",
	   .commands = commands);
