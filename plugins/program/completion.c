/* completion: prints a script that completes this program's command lines in bash, zsh or fish,
 * made from the tables: commands, flags, choices; and workflow ids and recipes, which the script
 * asks for.
 */
#include "completion.h"

#include <temporal-skill/client.h>
#include <temporal-skill/result.h>

#include <string.h>

struct completion_options {
	const char *shell;
};

static const char *const shells[] = { "bash", "zsh", "fish", NULL };

static const struct tsk_option options[] = {
	{ .name = "shell",
	  .type = TSK_CHOICE,
	  .at = offsetof(struct completion_options, shell),
	  .argument = "SHELL",
	  .help = "the shell that is to run the script",
	  .required = true,
	  .positional = true,
	  .choices = shells },
	{ 0 },
};

static void put_lines(struct tsk_text *script, const char *const *lines)
{
	for (; *lines; lines++)
		tsk_text_format(script, "%s\n", *lines);
}

/* Between single quotes; in fish a backslash counts there, too. */
static const char *quoted(struct tsk_call *call, const char *text, bool fish)
{
	char *shown = tsk_alloc(call, 4 * strlen(text) + 3), *to = shown;

	*to++ = '\'';
	for (; *text; text++) {
		if (*text == '\'')
			to = stpcpy(to, fish ? "\\'" : "'\\''");
		else if (*text == '\\' && fish)
			to = stpcpy(to, "\\\\");
		else
			*to++ = *text == '\n' ? ' ' : *text;
	}
	*to = '\'';
	return shown;
}

/* ---- kinds ---- */

/* A command's positional "name" is a recipe's where the command is about one. */
static bool is_recipe_name(const char *command, const struct tsk_option *option)
{
	size_t length = strlen(command);

	return option->positional && !strcmp(option->name, "name") && length > 7 &&
	       !strcmp(command + length - 7, "-recipe");
}

static const char *choices_kind(struct tsk_call *call, const char *const *choices)
{
	struct tsk_text kind = { .call = call };

	for (size_t i = 0; choices[i]; i++)
		tsk_text_format(&kind, "%s%s", i ? " " : "=", choices[i]);
	return tsk_text_value(&kind);
}

/* NULL: it takes no value. */
static const char *kind_of(struct tsk_call *call, const char *command,
			   const struct tsk_option *option)
{
	const char *argument = option->argument ? option->argument : "";

	if (option->type == TSK_FLAG)
		return NULL;
	if (option->choices)
		return choices_kind(call, option->choices);
	if (!strcmp(option->name, "workflow-id"))
		return KIND_WORKFLOWS;
	if (!strcmp(option->name, "status"))
		return KIND_STATUSES;
	if (is_recipe_name(command, option))
		return KIND_RECIPES;
	if (!strcmp(argument, "DIR"))
		return KIND_FOLDERS;
	if (!strcmp(argument, "FILE") || !strcmp(argument, "PATH") || option->type == TSK_REST)
		return KIND_FILES;
	return KIND_ANY;
}

/* ---- bash and zsh: functions that say what the tables say ---- */

static void put_row(struct tsk_text *script, const char *word, const char *about)
{
	tsk_text_format(
		script, " \\\n\t\t%s",
		quoted(script->call, tsk_format(script->call, "%s\t%s", word, about), false));
}

static void put_flag_rows(struct tsk_text *script, const struct tsk_option *option)
{
	for (; option && option->name; option++)
		if (*option->name && !option->positional)
			put_row(script, tsk_format(script->call, "--%s", option->name),
				option->help);
}

static bool has_flags(const struct tsk_command *command)
{
	const struct tsk_option *option = command->options;

	while (option && option->name && option->positional)
		option++;
	return option && option->name;
}

static void put_commands(struct tsk_text *script)
{
	const struct tsk_command *command = NULL;

	tsk_text_add(script, "_temporal_skill_commands() {\n\tprintf '%s\\n'");
	while ((command = tsk_next_command(script->call, command)))
		put_row(script, command->name, command->summary);
	put_row(script, "help", "what a command does, and its flags");
	tsk_text_add(script, "\n}\n\n_temporal_skill_statuses() {\n\tprintf '%s\\n'");
	for (int i = TSK_WORKFLOW_RUNNING; i <= TSK_WORKFLOW_PAUSED; i++)
		tsk_text_format(script, " %s", tsk_workflow_status_name(i));
	tsk_text_add(script, "\n}\n\n");
}

static void put_flags(struct tsk_text *script)
{
	const struct tsk_command *command = NULL;

	tsk_text_add(script, "_temporal_skill_flags() {\n\tcase $1 in\n");
	while ((command = tsk_next_command(script->call, command))) {
		if (!has_flags(command))
			continue;
		tsk_text_format(script, "\t%s)\n\t\tprintf '%%s\\n'", command->name);
		put_flag_rows(script, command->options);
		tsk_text_add(script, "\n\t\t;;\n");
	}
	tsk_text_add(script, "\tesac\n\tprintf '%s\\n'");
	put_flag_rows(script, tsk_global_options());
	put_row(script, "--help", "what it does, and its flags");
	tsk_text_add(script, "\n}\n\n");
}

/* command NULL: of the flags that all commands have. */
static void put_kinds_of(struct tsk_text *script, const char *command,
			 const struct tsk_option *option)
{
	struct tsk_call *call = script->call;

	for (; option && option->name; option++) {
		const char *kind = kind_of(call, command ? command : "", option);
		if (!*option->name || option->positional || !kind)
			continue;
		const char *before = command ? tsk_format(call, "'%s'", command) : "*";
		tsk_text_format(script, "\t%s' --%s'", before, option->name);
		if (option->letter)
			tsk_text_format(script, "|%s' -%c'", before, option->letter);
		tsk_text_format(script, ") echo %s ;;\n", quoted(call, kind, false));
	}
}

static void put_kinds(struct tsk_text *script)
{
	const struct tsk_command *command = NULL;

	/* A command's own flags come first, as when they are parsed. */
	tsk_text_add(script, "_temporal_skill_kind() {\n\tcase \"$1 $2\" in\n");
	while ((command = tsk_next_command(script->call, command)))
		put_kinds_of(script, command->name, command->options);
	put_kinds_of(script, NULL, tsk_global_options());
	tsk_text_add(script, "\tesac\n}\n\n");
}

static void put_arguments(struct tsk_text *script)
{
	const struct tsk_command *command = NULL;

	tsk_text_add(script, "_temporal_skill_argument() {\n\tcase \"$1 $2\" in\n");
	tsk_text_add(script, "\t'help 1') echo " KIND_COMMANDS " ;;\n");
	while ((command = tsk_next_command(script->call, command))) {
		int number = 0;
		for (const struct tsk_option *option = command->options; option && option->name;
		     option++) {
			if (!option->positional)
				continue;
			const char *kind = kind_of(script->call, command->name, option);
			const bool many = option->type == TSK_REST || option->type == TSK_LIST;
			const char *which = many ? "'*" : tsk_format(script->call, "%d'", ++number);
			tsk_text_format(script, "\t'%s %s) echo %s ;;\n", command->name, which,
					quoted(script->call, kind ? kind : KIND_ANY, false));
		}
	}
	tsk_text_add(script, "\tesac\n}\n\n");
}

static void put_functions(struct tsk_text *script)
{
	put_commands(script);
	put_flags(script);
	put_kinds(script);
	put_arguments(script);
}

/* ---- fish ---- */

static void put_fish_value(struct tsk_text *script, const char *kind)
{
	if (!kind || !strcmp(kind, KIND_ANY))
		tsk_text_add(script, kind ? " -x" : "");
	else if (!strcmp(kind, KIND_FILES))
		tsk_text_add(script, " -r -F");
	else if (!strcmp(kind, KIND_FOLDERS))
		tsk_text_add(script, " -x -a '(__fish_complete_directories)'");
	else if (*kind == '=')
		tsk_text_format(script, " -x -a %s", quoted(script->call, kind + 1, true));
	else if (!strcmp(kind, KIND_STATUSES))
		for (int i = TSK_WORKFLOW_RUNNING; i <= TSK_WORKFLOW_PAUSED; i++)
			tsk_text_format(script, "%s %s%s",
					i == TSK_WORKFLOW_RUNNING ? " -x -a '(__fish_append ," : "",
					tsk_workflow_status_name(i),
					i == TSK_WORKFLOW_PAUSED ? ")'" : "");
	else
		tsk_text_format(script, " -x -a '(__temporal_skill_values %s)'", kind);
}

static void put_fish_option(struct tsk_text *script, const char *command,
			    const struct tsk_option *option)
{
	struct tsk_call *call = script->call;
	const char *kind = kind_of(call, command ? command : "", option);

	tsk_text_add(script, "complete -c temporal-skill");
	if (command)
		tsk_text_format(script, " -n '__temporal_skill_is %s'", command);
	if (!option->positional)
		tsk_text_format(script, " -l %s", option->name);
	if (!option->positional && option->letter)
		tsk_text_format(script, " -s %c", option->letter);
	/* An argument is proposed by itself, not behind a flag. */
	if (option->positional && kind && !strcmp(kind, KIND_FILES))
		tsk_text_add(script, " -F");
	else
		put_fish_value(script, kind);
	if (!option->positional)
		tsk_text_format(script, " -d %s", quoted(call, option->help, true));
	tsk_text_add(script, "\n");
}

static void put_fish(struct tsk_text *script)
{
	const struct tsk_command *command = NULL;
	const struct tsk_option *option;

	tsk_text_add(script, "set -g __temporal_skill_valued");
	for (option = tsk_global_options(); option->name; option++) {
		if (!*option->name || option->type == TSK_FLAG)
			continue;
		tsk_text_format(script, " --%s", option->name);
		if (option->letter)
			tsk_text_format(script, " -%c", option->letter);
	}
	tsk_text_add(script, "\n");
	while ((command = tsk_next_command(script->call, command))) {
		tsk_text_format(
			script,
			"complete -c temporal-skill -n '__temporal_skill_is \"\"' -a %s -d %s\n",
			command->name, quoted(script->call, command->summary, true));
		for (option = command->options; option && option->name; option++)
			put_fish_option(script, command->name, option);
	}
	for (option = tsk_global_options(); option->name; option++)
		if (*option->name)
			put_fish_option(script, NULL, option);
}

/* ---- the command ---- */

static enum tsk_status completion(struct tsk_call *call, const void *given)
{
	const struct completion_options *o = given;
	struct tsk_text script = { .call = call };

	tsk_text_format(&script, "%s# Completion of temporal-skill %s in %s.\n",
			strcmp(o->shell, "zsh") != 0 ? "" : "#compdef temporal-skill\n",
			tsk_version(), o->shell);
	if (!strcmp(o->shell, "fish")) {
		put_lines(&script, completion_fish);
		put_fish(&script);
	} else {
		put_functions(&script);
		put_lines(&script, strcmp(o->shell, "zsh") != 0 ? completion_bash : completion_zsh);
	}
	tsk_result_raw(call, script.bytes, script.size);
	return TSK_OK;
}

static const char *const examples[] = { "temporal-skill completion bash",
					"temporal-skill completion fish", NULL };

const struct tsk_command completion_command = {
	.name = "completion",
	.summary = "print a script that completes command lines in bash, zsh or fish",
	.details =
		"bash: source <(temporal-skill completion bash)\n"
		"zsh: source <(temporal-skill completion zsh), or as the file _temporal-skill in "
		"fpath\nfish: temporal-skill completion fish | source",
	.examples = examples,
	.options = options,
	.options_size = sizeof(struct completion_options),
	.run = completion,
};
