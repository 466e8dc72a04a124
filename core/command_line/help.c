/* --help, of the program and of a command, from the tables. */
#include "help.h"

#include "settings/table.h"
#include "text/typed_value.h"

#include <temporal-skill/text.h>

#include <string.h>

#define HELP_COLUMN 30
#define HELP_WIDTH  100

static const char exit_codes[] =
	"exit status: 0 ok, 1 the answer is no, 2 usage, 3 not found, 4 unavailable,\n"
	"  5 timeout, 6 stalled, 7 denied, 70 internal error, 130 interrupted\n";

static void add_row(struct tsk_text *text, const char *left, const char *right)
{
	if (strlen(left) + 2 > HELP_COLUMN)
		tsk_text_format(text, "  %s\n%*s%s\n", left, HELP_COLUMN + 2, "", right);
	else
		tsk_text_format(text, "  %-*s%s\n", HELP_COLUMN, left, right);
}

/* ---- one command ---- */

static const char *option_left(struct tsk_call *call, const struct tsk_option *option)
{
	const char *argument = option->argument ? option->argument : "";
	const char *space = option->argument ? " " : "";

	if (option->positional)
		return argument && *argument ? argument : option->name;
	if (option->letter)
		return tsk_format(call, "-%c, --%s%s%s", option->letter, option->name, space,
				  argument);
	return tsk_format(call, "    --%s%s%s", option->name, space, argument);
}

static const char *option_right(struct tsk_call *call, const struct tsk_option *option)
{
	struct tsk_text text = { .call = call };

	tsk_text_add(&text, option->help);
	if (option->type == TSK_CHOICE)
		tsk_text_format(&text, ": %s", value_choices_text(call, option->choices));
	if (option->fallback)
		tsk_text_format(&text, " (default %s)", option->fallback);
	if (option->required && !option->positional)
		tsk_text_add(&text, " (required)");
	return tsk_text_value(&text);
}

static void add_option(struct tsk_text *text, const struct tsk_option *option)
{
	add_row(text, option_left(text->call, option), option_right(text->call, option));
}

static void add_usage(struct tsk_text *text, const struct tsk_command *command)
{
	bool has_flags = false;

	tsk_text_format(text, "usage: temporal-skill %s", command->name);
	for (const struct tsk_option *option = command->options; option && option->name; option++) {
		has_flags |= !option->positional && !option->required;
		if (!option->positional && option->required)
			tsk_text_format(text, " --%s %s", option->name, option->argument);
	}
	if (has_flags)
		tsk_text_add(text, " [flags]");
	for (const struct tsk_option *option = command->options; option && option->name; option++) {
		if (!option->positional)
			continue;
		if (option->type == TSK_REST)
			tsk_text_format(text, " [-- %s...]", option->argument);
		else if (option->type == TSK_LIST)
			tsk_text_format(text, option->required ? " %s..." : " [%s...]",
					option->argument);
		else
			tsk_text_format(text, option->required ? " %s" : " [%s]", option->argument);
	}
	tsk_text_add(text, "\n");
}

static void add_globals(struct tsk_text *text)
{
	static const enum tsk_setting shown[] = {
		TSK_SETTING_ADDRESS,         TSK_SETTING_NAMESPACE, TSK_SETTING_PROJECT_DIR,
		TSK_SETTING_COMMAND_TIMEOUT, TSK_SETTING_OUTPUT,    TSK_SETTING_FULL,
	};

	tsk_text_add(text, "\nflags of every command (all: temporal-skill --help):\n");
	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++)
		add_option(text, &tsk_global_options()[shown[i]]);
}

/* Breaks lines that are longer than the terminals of most, between words. */
static const char *wrapped(struct tsk_call *call, const char *text)
{
	char *copy = tsk_copy(call, text);
	size_t column = 0;

	for (char *at = copy, *blank = NULL; *at; at++, column++) {
		if (*at == '\n') {
			column = 0;
			blank = NULL;
		} else if (*at == ' ') {
			blank = at;
		}
		if (column > HELP_WIDTH && blank) {
			*blank = '\n';
			column = (size_t)(at - blank);
			blank = NULL;
		}
	}
	return copy;
}

const char *help_command(struct tsk_call *call, const struct tsk_command *command)
{
	struct tsk_text text = { .call = call };

	tsk_text_format(&text, "%s: %s\n", command->name, command->summary);
	add_usage(&text, command);
	if (command->details)
		tsk_text_format(&text, "\n%s\n", wrapped(call, command->details));
	if (command->options && command->options->name)
		tsk_text_add(&text, "\n");
	for (const struct tsk_option *option = command->options; option && option->name; option++)
		add_option(&text, option);
	add_globals(&text);
	tsk_text_add(&text, "\nexamples:\n");
	for (const char *const *example = command->examples; *example; example++)
		tsk_text_format(&text, "  %s\n", *example);
	tsk_text_format(&text, "\n%s", exit_codes);
	return tsk_text_value(&text);
}

/* ---- the program ---- */

const char *help_program(struct tsk_call *call, const struct registry *registry)
{
	struct tsk_text text = { .call = call };

	tsk_text_format(&text,
			"temporal-skill %s: run, check and repair Temporal applications\n"
			"usage: temporal-skill [flags] COMMAND [flags] [arguments]\n"
			"       temporal-skill COMMAND --help\n",
			tsk_version());
	for (size_t p = 0; p < registry->plugin_count; p++) {
		const struct tsk_plugin_info *plugin = &registry->plugins[p];
		if (!plugin->name)
			continue;
		tsk_text_format(&text, "\n%s: %s\n", plugin->name, plugin->summary);
		for (size_t i = 0; i < registry->command_count; i++)
			if (!strcmp(registry->commands[i].path, plugin->path))
				add_row(&text, registry->commands[i].command->name,
					registry->commands[i].command->summary);
	}
	tsk_text_add(&text, "\nflags, before or after the command:\n");
	for (const struct tsk_option *option = tsk_global_options(); option->name; option++)
		if (*option->name)
			add_option(&text, option);
	tsk_text_format(&text, "\n%s", exit_codes);
	return tsk_text_value(&text);
}
