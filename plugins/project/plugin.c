/* The project plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command doctor_command;
extern const struct tsk_command new_plugin_command;
extern const struct tsk_command new_project_command;
extern const struct tsk_command verify_project_command;
extern const struct tsk_command watch_project_command;

static const struct tsk_command *const commands[] = {
	&doctor_command,         &new_plugin_command,    &new_project_command,
	&verify_project_command, &watch_project_command, NULL,
};

/* [verify] and [run NAME] of temporal-skill.ini; plan.h says what they take. */
static const char *const sections[] = { "verify", "run", NULL };

TSK_PLUGIN(.name = "project", .summary = "create projects and prove that they work",
	   .commands = commands, .sections = sections);
