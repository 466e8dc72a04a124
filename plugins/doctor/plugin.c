/* The doctor plugin: what a project needs, checked without changing anything. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command doctor_command;

static const struct tsk_command *const commands[] = {
	&doctor_command,
	NULL,
};

TSK_PLUGIN(.name = "doctor", .summary = "check all that a project needs", .commands = commands);
