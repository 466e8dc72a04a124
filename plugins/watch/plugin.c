/* The watch plugin: what is done again whenever a source file changes. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command watch_project_command;

static const struct tsk_command *const commands[] = {
	&watch_project_command,
	NULL,
};

/* [watch] of temporal-skill.ini; watch_list.h says what it takes. */
static const char *const sections[] = { "watch", NULL };

TSK_PLUGIN(.name = "watch", .summary = "restart the worker and run the starter after every edit",
	   .commands = commands, .sections = sections);
