/* --help, of the program and of a command, from the tables. */
#include "help.h"

#include "settings/table.h"
#include "text/typed_value.h"

#include <string.h>

#define HELP_COLUMN 30
#define HELP_WIDTH  100

static const char exit_codes[] =
	"exit status: 0 ok, 1 the answer is no, 2 usage, 3 not found, 4 unavailable,\n"
	"  5 timeout, 6 stalled, 7 denied, 70 internal error, 130 interrupted\n";

static const char *row_text(struct tsk_call *call, const char *left, const char *right)
{
	size_t width = strlen(left);

	if (width + 2 > HELP_COLUMN)
		return tsk_format(call, "  %s\n%*s%s\n", left, HELP_COLUMN + 2, "", right);
	return tsk_format(call, "  %-*s%s\n", HELP_COLUMN, left, right);
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
	const char *text = option->help;

	if (option->type == TSK_CHOICE)
		text = tsk_format(call, "%s: %s", text, value_choices_text(call, option->choices));
	if (option->fallback)
		text = tsk_format(call, "%s (default %s)", text, option->fallback);
	if (option->required && !option->positional)
		text = tsk_format(call, "%s (required)", text);
	return text;
}

static const char *usage(struct tsk_call *call, const struct tsk_command *command)
{
	const char *text = tsk_format(call, "usage: temporal-skill %s", command->name);
	bool has_flags = false;

	for (const struct tsk_option *option = command->options; option && option->name; option++) {
		has_flags |= !option->positional && !option->required;
		if (!option->positional && option->required)
			text = tsk_format(call, "%s --%s %s", text, option->name, option->argument);
	}
	if (has_flags)
		text = tsk_format(call, "%s [flags]", text);
	for (const struct tsk_option *option = command->options; option && option->name; option++) {
		if (!option->positional)
			continue;
		if (option->type == TSK_REST)
			text = tsk_format(call, "%s [-- %s...]", text, option->argument);
		else
			text = tsk_format(call, option->required ? "%s %s" : "%s [%s]", text,
					  option->argument);
	}
	return tsk_format(call, "%s\n", text);
}

static const char *global_rows(struct tsk_call *call)
{
	static const enum tsk_setting shown[] = {
		TSK_SETTING_ADDRESS,         TSK_SETTING_NAMESPACE, TSK_SETTING_PROJECT_DIR,
		TSK_SETTING_COMMAND_TIMEOUT, TSK_SETTING_OUTPUT,    TSK_SETTING_FULL,
	};
	const char *text = "";

	for (size_t i = 0; i < sizeof(shown) / sizeof(*shown); i++) {
		const struct tsk_option *option = &tsk_global_options()[shown[i]];
		text = tsk_format(
			call, "%s%s", text,
			row_text(call, option_left(call, option), option_right(call, option)));
	}
	return text;
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
	const char *text = tsk_format(call, "%s: %s\n%s", command->name, command->summary,
				      usage(call, command));

	if (command->details)
		text = tsk_format(call, "%s\n%s\n", text, wrapped(call, command->details));
	if (command->options && command->options->name)
		text = tsk_format(call, "%s\n", text);
	for (const struct tsk_option *option = command->options; option && option->name; option++)
		text = tsk_format(
			call, "%s%s", text,
			row_text(call, option_left(call, option), option_right(call, option)));
	text = tsk_format(
		call, "%s\nflags of every command (all: temporal-skill --help):\n%s\nexamples:\n",
		text, global_rows(call));
	for (const char *const *example = command->examples; *example; example++)
		text = tsk_format(call, "%s  %s\n", text, *example);
	return tsk_format(call, "%s\n%s", text, exit_codes);
}

/* ---- the program ---- */

const char *help_program(struct tsk_call *call, const struct registry *registry)
{
	const char *text =
		tsk_format(call,
			   "temporal-skill %s: run, check and repair Temporal applications\n"
			   "usage: temporal-skill [flags] COMMAND [flags] [arguments]\n"
			   "       temporal-skill COMMAND --help\n",
			   tsk_version());

	for (size_t p = 0; p < registry->plugin_count; p++) {
		const struct tsk_plugin_info *plugin = &registry->plugins[p];
		if (!plugin->name)
			continue;
		text = tsk_format(call, "%s\n%s: %s\n", text, plugin->name, plugin->summary);
		for (size_t i = 0; i < registry->command_count; i++)
			if (!strcmp(registry->commands[i].path, plugin->path))
				text = tsk_format(call, "%s%s", text,
						  row_text(call,
							   registry->commands[i].command->name,
							   registry->commands[i].command->summary));
	}
	text = tsk_format(call, "%s\nflags, before or after the command:\n", text);
	for (const struct tsk_option *option = tsk_global_options(); option->name; option++)
		if (*option->name)
			text = tsk_format(call, "%s%s", text,
					  row_text(call, option_left(call, option),
						   option_right(call, option)));
	return tsk_format(call, "%s\n%s", text, exit_codes);
}
