/* The program plugin: what this program says of itself, and whom it trusts. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command completion_command;
extern const struct tsk_command list_commands_command;
extern const struct tsk_command list_plugins_command;
extern const struct tsk_command show_settings_command;
extern const struct tsk_command trust_plugin_command;
extern const struct tsk_command trust_project_command;
extern const struct tsk_command untrust_plugin_command;
extern const struct tsk_command untrust_project_command;

static const struct tsk_command *const commands[] = {
	&completion_command,     &list_commands_command,   &list_plugins_command,
	&show_settings_command,  &trust_plugin_command,    &trust_project_command,
	&untrust_plugin_command, &untrust_project_command, NULL,
};

TSK_PLUGIN(.name = "program", .summary = "describe this program, and whom it trusts",
	   .commands = commands);
