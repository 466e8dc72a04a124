/* The verify plugin: the proof that a project works, its receipts, and runs that leave nothing. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command run_command;
extern const struct tsk_command verify_project_command;

static const struct tsk_command *const commands[] = {
	&run_command,
	&verify_project_command,
	NULL,
};

/* [verify] and [run NAME] of temporal-skill.ini; plan.h says what they take. */
static const char *const sections[] = { "verify", "run", NULL };

TSK_PLUGIN(.name = "verify", .summary = "prove that a project works", .commands = commands,
	   .sections = sections);
