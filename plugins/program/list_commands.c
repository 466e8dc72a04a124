/* list-commands: every command; in JSON with its options, types, defaults, needs and examples,
 * which is all that a generator of completions, manuals or tool schemas has to know. */
#include <temporal-skill/result.h>

#include <string.h>

static const char *type_name(enum tsk_type type)
{
	static const char *const names[] = { "flag",   "string", "integer", "duration",
					     "choice", "json",   "list",    "rest" };

	return names[type];
}

static void describe_option(cJSON *list, const struct tsk_option *option)
{
	const char letter[] = { option->letter, '\0' };
	cJSON *row = tsk_append_object(list);

	tsk_set(row, "name", option->name);
	tsk_set(row, "letter", option->letter ? letter : NULL);
	tsk_set(row, "type", type_name(option->type));
	tsk_set(row, "argument", option->argument);
	tsk_set(row, "help", option->help);
	tsk_set(row, "default", option->fallback);
	tsk_set_bool(row, "required", option->required);
	tsk_set_bool(row, "positional", option->positional);
	if (option->minimum || option->maximum) {
		tsk_set_number(row, "minimum", option->minimum);
		tsk_set_number(row, "maximum", option->maximum);
	}
	cJSON *choices = option->choices ? tsk_set_list(row, "choices") : NULL;
	for (size_t i = 0; choices && option->choices[i]; i++)
		tsk_append(choices, option->choices[i]);
}

static void describe_needs(cJSON *row, unsigned needs)
{
	static const struct {
		unsigned bit;
		const char *name;
	} names[] = { { TSK_NEEDS_SERVER, "server" },
		      { TSK_NEEDS_PROJECT, "project" },
		      { TSK_CHANGES, "changes" },
		      { TSK_DESTROYS, "destroys" } };
	cJSON *list = tsk_set_list(row, "needs");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (needs & names[i].bit)
			tsk_append(list, names[i].name);
}

static void describe_command(struct tsk_call *call, cJSON *list, const struct tsk_command *command)
{
	cJSON *row = tsk_append_object(list);

	tsk_set(row, "name", command->name);
	tsk_set(row, "plugin", tsk_command_plugin(call, command));
	tsk_set(row, "summary", command->summary);
	tsk_set(row, "details", command->details);
	describe_needs(row, command->needs);
	cJSON *options = tsk_set_list(row, "options");
	for (const struct tsk_option *option = command->options; option && option->name; option++)
		describe_option(options, option);
	cJSON *examples = tsk_set_list(row, "examples");
	for (const char *const *example = command->examples; *example; example++)
		tsk_append(examples, *example);
	tsk_set(row, "rows", command->rows);
}

static enum tsk_status list_commands(struct tsk_call *call, const void *given)
{
	const struct tsk_command *command = NULL;
	int count = 0;

	(void)given;
	cJSON *commands = tsk_set_list(tsk_result(call), "commands");
	for (; (command = tsk_next_command(call, command)); count++)
		describe_command(call, commands, command);
	cJSON *globals = tsk_set_list(tsk_result(call), "global_options");
	for (const struct tsk_option *option = tsk_global_options(); option->name; option++)
		if (*option->name)
			describe_option(globals, option);
	tsk_verdict(call, "ok", "%d commands; details of one: temporal-skill COMMAND --help",
		    count);
	return TSK_OK;
}

static const struct tsk_view views[] = {
	{ .path = "commands", .label = "", .columns = "name summary" },
	{ 0 },
};

static const char *const examples[] = { "temporal-skill list-commands",
					"temporal-skill list-commands -o json", NULL };

const struct tsk_command list_commands_command = {
	.name = "list-commands",
	.summary = "list every command",
	.examples = examples,
	.views = views,
	.rows = "commands",
	.run = list_commands,
};
