/* The recipe plugin: one line a command. */
#include <temporal-skill/plugin.h>

extern const struct tsk_command list_recipes_command;
extern const struct tsk_command run_recipe_command;
extern const struct tsk_command show_recipe_command;

static const struct tsk_command *const commands[] = {
	&list_recipes_command,
	&run_recipe_command,
	&show_recipe_command,
	NULL,
};

TSK_PLUGIN(.name = "recipe", .summary = "run what is done again and again", .commands = commands);
