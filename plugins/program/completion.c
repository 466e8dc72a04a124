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

struct script {
	struct tsk_call *call;
	char *text;
	size_t size, room;
};

/* ---- text ---- */

static void put_script(struct script *script, const char *text)
{
	size_t size = strlen(text);

	if (script->size + size >= script->room) {
		size_t room = (script->size + size + 1) * 2;
		char *grown = tsk_alloc(script->call, room);
		if (script->size)
			memcpy(grown, script->text, script->size);
		script->text = grown;
		script->room = room;
	}
	memcpy(script->text + script->size, text, size);
	script->size += size;
}

static void put_format(struct script *script, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void put_format(struct script *script, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	put_script(script, tsk_vformat(script->call, format, arguments));
	va_end(arguments);
}

static void put_lines(struct script *script, const char *const *lines)
{
	for (; *lines; lines++)
		put_format(script, "%s\n", *lines);
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
	const char *kind = "=";

	for (size_t i = 0; choices[i]; i++)
		kind = tsk_format(call, "%s%s%s", kind, i ? " " : "", choices[i]);
	return kind;
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
	if (!strcmp(argument, "FILE") || option->type == TSK_REST)
		return KIND_FILES;
	return KIND_ANY;
}

/* ---- bash and zsh: functions that say what the tables say ---- */

static void put_row(struct script *script, const char *word, const char *about)
{
	put_format(script, " \\\n\t\t%s",
		   quoted(script->call, tsk_format(script->call, "%s\t%s", word, about), false));
}

static void put_flag_rows(struct script *script, const struct tsk_option *option)
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

static void put_commands(struct script *script)
{
	const struct tsk_command *command = NULL;

	put_script(script, "_temporal_skill_commands() {\n\tprintf '%s\\n'");
	while ((command = tsk_next_command(script->call, command)))
		put_row(script, command->name, command->summary);
	put_row(script, "help", "what a command does, and its flags");
	put_script(script, "\n}\n\n_temporal_skill_statuses() {\n\tprintf '%s\\n'");
	for (int i = TSK_WORKFLOW_RUNNING; i <= TSK_WORKFLOW_PAUSED; i++)
		put_format(script, " %s", tsk_workflow_status_name(i));
	put_script(script, "\n}\n\n");
}

static void put_flags(struct script *script)
{
	const struct tsk_command *command = NULL;

	put_script(script, "_temporal_skill_flags() {\n\tcase $1 in\n");
	while ((command = tsk_next_command(script->call, command))) {
		if (!has_flags(command))
			continue;
		put_format(script, "\t%s)\n\t\tprintf '%%s\\n'", command->name);
		put_flag_rows(script, command->options);
		put_script(script, "\n\t\t;;\n");
	}
	put_script(script, "\tesac\n\tprintf '%s\\n'");
	put_flag_rows(script, tsk_global_options());
	put_row(script, "--help", "what it does, and its flags");
	put_script(script, "\n}\n\n");
}

/* command NULL: of the flags that all commands have. */
static void put_kinds_of(struct script *script, const char *command,
			 const struct tsk_option *option)
{
	struct tsk_call *call = script->call;

	for (; option && option->name; option++) {
		const char *kind = kind_of(call, command ? command : "", option);
		if (!*option->name || option->positional || !kind)
			continue;
		const char *before = command ? tsk_format(call, "'%s'", command) : "*";
		put_format(script, "\t%s' --%s'", before, option->name);
		if (option->letter)
			put_format(script, "|%s' -%c'", before, option->letter);
		put_format(script, ") echo %s ;;\n", quoted(call, kind, false));
	}
}

static void put_kinds(struct script *script)
{
	const struct tsk_command *command = NULL;

	/* A command's own flags come first, as when they are parsed. */
	put_script(script, "_temporal_skill_kind() {\n\tcase \"$1 $2\" in\n");
	while ((command = tsk_next_command(script->call, command)))
		put_kinds_of(script, command->name, command->options);
	put_kinds_of(script, NULL, tsk_global_options());
	put_script(script, "\tesac\n}\n\n");
}

static void put_arguments(struct script *script)
{
	const struct tsk_command *command = NULL;

	put_script(script, "_temporal_skill_argument() {\n\tcase \"$1 $2\" in\n");
	put_script(script, "\t'help 1') echo " KIND_COMMANDS " ;;\n");
	while ((command = tsk_next_command(script->call, command))) {
		int number = 0;
		for (const struct tsk_option *option = command->options; option && option->name;
		     option++) {
			if (!option->positional)
				continue;
			const char *kind = kind_of(script->call, command->name, option);
			const char *which = option->type == TSK_REST
						    ? "'*"
						    : tsk_format(script->call, "%d'", ++number);
			put_format(script, "\t'%s %s) echo %s ;;\n", command->name, which,
				   quoted(script->call, kind ? kind : KIND_ANY, false));
		}
	}
	put_script(script, "\tesac\n}\n\n");
}

static void put_functions(struct script *script)
{
	put_commands(script);
	put_flags(script);
	put_kinds(script);
	put_arguments(script);
}

/* ---- fish ---- */

static void put_fish_value(struct script *script, const char *kind)
{
	if (!kind || !strcmp(kind, KIND_ANY))
		put_script(script, kind ? " -x" : "");
	else if (!strcmp(kind, KIND_FILES))
		put_script(script, " -r -F");
	else if (!strcmp(kind, KIND_FOLDERS))
		put_script(script, " -x -a '(__fish_complete_directories)'");
	else if (*kind == '=')
		put_format(script, " -x -a %s", quoted(script->call, kind + 1, true));
	else if (!strcmp(kind, KIND_STATUSES))
		for (int i = TSK_WORKFLOW_RUNNING; i <= TSK_WORKFLOW_PAUSED; i++)
			put_format(script, "%s %s%s",
				   i == TSK_WORKFLOW_RUNNING ? " -x -a '(__fish_append ," : "",
				   tsk_workflow_status_name(i),
				   i == TSK_WORKFLOW_PAUSED ? ")'" : "");
	else
		put_format(script, " -x -a '(__temporal_skill_values %s)'", kind);
}

static void put_fish_option(struct script *script, const char *command,
			    const struct tsk_option *option)
{
	struct tsk_call *call = script->call;
	const char *kind = kind_of(call, command ? command : "", option);

	put_script(script, "complete -c temporal-skill");
	if (command)
		put_format(script, " -n '__temporal_skill_is %s'", command);
	if (!option->positional)
		put_format(script, " -l %s", option->name);
	if (!option->positional && option->letter)
		put_format(script, " -s %c", option->letter);
	/* An argument is proposed by itself, not behind a flag. */
	if (option->positional && kind && !strcmp(kind, KIND_FILES))
		put_script(script, " -F");
	else
		put_fish_value(script, kind);
	if (!option->positional)
		put_format(script, " -d %s", quoted(call, option->help, true));
	put_script(script, "\n");
}

static void put_fish(struct script *script)
{
	const struct tsk_command *command = NULL;
	const struct tsk_option *option;

	put_script(script, "set -g __temporal_skill_valued");
	for (option = tsk_global_options(); option->name; option++) {
		if (!*option->name || option->type == TSK_FLAG)
			continue;
		put_format(script, " --%s", option->name);
		if (option->letter)
			put_format(script, " -%c", option->letter);
	}
	put_script(script, "\n");
	while ((command = tsk_next_command(script->call, command))) {
		put_format(script,
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
	struct script script = { .call = call };

	put_format(&script, "%s# Completion of temporal-skill %s in %s.\n",
		   strcmp(o->shell, "zsh") != 0 ? "" : "#compdef temporal-skill\n", tsk_version(),
		   o->shell);
	if (!strcmp(o->shell, "fish")) {
		put_lines(&script, completion_fish);
		put_fish(&script);
	} else {
		put_functions(&script);
		put_lines(&script, strcmp(o->shell, "zsh") != 0 ? completion_bash : completion_zsh);
	}
	tsk_result_raw(call, script.text, script.size);
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
