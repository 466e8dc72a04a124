/* The skill plugin: what the program says of itself, and how it becomes a skill. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command completion_command;
extern const struct tsk_command install_skill_command;
extern const struct tsk_command list_commands_command;
extern const struct tsk_command list_plugins_command;
extern const struct tsk_command show_settings_command;
extern const struct tsk_command trust_plugin_command;
extern const struct tsk_command untrust_plugin_command;

static const struct tsk_command *const commands[] = {
	&completion_command,     &install_skill_command,
	&list_commands_command,  &list_plugins_command,
	&show_settings_command,  &trust_plugin_command,
	&untrust_plugin_command, NULL,
};

TSK_PLUGIN(.name = "skill", .summary = "install the skill, and describe this program",
	   .commands = commands);
