/* temporal-skill: argv -> command -> result -> exit status. The only place that exits. */
#include "call/interrupt.h"
#include "command_line/help.h"
#include "command_line/invoke.h"
#include "configuration/load.h"
#include "configuration/project_trust.h"
#include "output/installation.h"
#include "output/output.h"
#include "talk/trace.h"

#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct program {
	struct settings settings;
	struct registry registry;
	struct tsk_call call;
	struct command_line line;
};

/* The old scripts' names end in .sh. */
static const char *without_sh(struct tsk_call *call, const char *name)
{
	size_t length = strlen(name);

	if (length > 3 && !strcmp(name + length - 3, ".sh"))
		return tsk_copy_bytes(call, name, length - 3);
	return name;
}

static enum tsk_status unknown_command(struct program *program, const char *name)
{
	const char *nearest = registry_nearest(&program->registry, &program->call, name);

	if (nearest)
		return tsk_fail(&program->call, TSK_USAGE,
				"unknown command '%s'; did you mean '%s'?", name, nearest);
	tsk_hint(&program->call, "temporal-skill list-commands");
	return tsk_fail(&program->call, TSK_USAGE, "unknown command '%s'", name);
}

/* Nothing runs for a word that may be a typing error but plugins that are trusted.
 * A command that is not built in may come from a plugin of the user or the project; where the
 * project is may be said after the command's name. */
static const struct tsk_command *find_command(struct program *program, const char *name,
					      const char *const *words, size_t count)
{
	const struct registry_command *found = registry_find(&program->registry, name);
	struct tsk_call *call = &program->call;

	for (size_t i = 0; !found && i < count; i++) {
		const char *value = NULL;
		if (!strncmp(words[i], "--project-dir=", strlen("--project-dir=")))
			value = words[i] + strlen("--project-dir=");
		else if (!strcmp(words[i], "--project-dir") && i + 1 < count)
			value = words[i + 1];
		if (value)
			settings_set(&program->settings, call, TSK_SETTING_PROJECT_DIR, value,
				     "flag --project-dir", RANK_FLAG);
	}
	if (!found && configuration_load_files(&program->settings, call) == TSK_OK) {
		registry_load_others(&program->registry, call);
		found = registry_find(&program->registry, name);
	}
	return found ? found->command : NULL;
}

static enum tsk_status print_text(const char *text)
{
	fputs(text, stdout);
	return TSK_OK;
}

static enum tsk_status run_named(struct program *program, const char *const *words, size_t count)
{
	struct tsk_call *call = &program->call;
	const char *name = without_sh(call, program->line.command);
	bool help = program->line.help;

	if (!strcmp(name, "help")) {
		if (!count)
			return print_text(help_program(call, &program->registry));
		name = without_sh(call, words[0]);
		help = true;
		count = 0;
	}
	const struct tsk_command *command = find_command(program, name, words, count);
	if (tsk_error(call))
		return tsk_error(call);
	if (!command) {
		/* It may be that of a plugin whose folder does not count. */
		project_trust_warn(call);
		return unknown_command(program, name);
	}
	if (help)
		return print_text(help_command(call, command));
	enum tsk_status status =
		invoke(call, &program->settings, command, words, count, &program->line);
	if (!tsk_error(call) && program->line.help)
		return print_text(help_command(call, command));
	return status;
}

/* A mistake in the first word is told in the format that the last one asks for. */
static void look_for_output(struct program *program, const char *const *words, size_t count)
{
	struct tsk_call *call = &program->call;

	for (size_t i = 0; i < count && words[i] && strcmp(words[i], "--") != 0; i++) {
		bool next =
			i + 1 < count && (!strcmp(words[i], "-o") || !strcmp(words[i], "--output"));
		bool joined = !strncmp(words[i], "--output=", strlen("--output="));
		const char *value = next     ? words[i + 1]
				    : joined ? words[i] + strlen("--output=")
					     : NULL;
		if (value && settings_set(&program->settings, call, TSK_SETTING_OUTPUT, value,
					  "flag --output", RANK_FLAG))
			tsk_forget_error(call);
	}
}

static enum tsk_status run_program(struct program *program, const char *const *words, size_t count)
{
	struct tsk_call *call = &program->call;

	look_for_output(program, words, count);
	/* Before the settings are read, so that it tells of the plugins, too. */
	if (trace_begin(call, getenv("TEMPORAL_SKILL_TRACE") ? getenv("TEMPORAL_SKILL_TRACE") : "",
			"environment TEMPORAL_SKILL_TRACE"))
		return tsk_error(call);
	if (registry_load_built_in(&program->registry, call) ||
	    options_find_command(call, &program->settings, words, count, &program->line))
		return tsk_error(call);
	if (program->line.version)
		return print_text(tsk_format(call, "temporal-skill %s\n", tsk_version()));
	if (!program->line.command && program->line.help)
		return print_text(help_program(call, &program->registry));
	if (!program->line.command) {
		tsk_hint(call, "temporal-skill --help");
		return tsk_fail(call, TSK_USAGE, "no command given");
	}
	return run_named(program, words + program->line.rest, count - program->line.rest);
}

/* cJSON has no way to say that memory ran out but a missing member: end instead. */
static void *allocate(size_t size)
{
	void *memory = malloc(size);

	if (!memory)
		out_of_memory();
	return memory;
}

/* With one of the first three closed, the next file or socket would take its place: a result meant
 * for stdout would be written into a record or to the server. */
static void fill_standard_descriptors(void)
{
	int descriptor;

	do
		descriptor = open("/dev/null", O_RDWR);
	while (descriptor >= 0 && descriptor <= STDERR_FILENO);
	if (descriptor >= 0)
		close(descriptor);
}

int main(int argc, char **argv)
{
	static struct program program;
	cJSON_Hooks hooks = { allocate, free };

	fill_standard_descriptors();
	setlocale(LC_CTYPE, "");
	cJSON_InitHooks(&hooks);
	interrupt_listen();
	if (argc > 0)
		places_called_as(argv[0]);
	places_take_scripts();
	settings_init(&program.settings);
	registry_init(&program.registry);
	call_init(&program.call, &program.settings, &program.registry);
	enum tsk_status status =
		run_program(&program, (const char *const *)argv + 1, argc ? (size_t)argc - 1 : 0);
	status = output_call(&program.call, status);
	call_release(&program.call);
	registry_release(&program.registry);
	settings_release(&program.settings);
	return status;
}
