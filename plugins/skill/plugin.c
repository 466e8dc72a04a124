/* The skill plugin: how the program becomes a skill of an agent. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command install_skill_command;

static const struct tsk_command *const commands[] = {
	&install_skill_command,
	NULL,
};

TSK_PLUGIN(.name = "skill", .summary = "put the skill into a project", .commands = commands);
