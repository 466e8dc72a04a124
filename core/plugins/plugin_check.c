/* Whether an object is a plugin that the core can use. */
#include "plugin_check.h"

#include <dlfcn.h>
#include <string.h>

/* A plugin with more commands than this is broken. */
#define MOST_COMMANDS 1000

static bool is_name(const char *name)
{
	return name && *name >= 'a' && *name <= 'z' &&
	       strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(name);
}

/* Bytes of the member that an option's value goes to; 0: no such type. */
static size_t member_size(enum tsk_type type)
{
	switch (type) {
	case TSK_FLAG: return sizeof(bool);
	case TSK_INTEGER:
	case TSK_DURATION: return sizeof(int64_t);
	case TSK_STRING:
	case TSK_CHOICE:
	case TSK_JSON: return sizeof(const char *);
	case TSK_LIST:
	case TSK_REST: return sizeof(struct tsk_strings);
	}
	return 0;
}

static const char *option_problem(struct tsk_call *call, const struct tsk_command *command,
				  const struct tsk_option *option)
{
	size_t size = member_size(option->type), room = command->options_size;

	if (!size)
		return "has no type that is known here";
	if (size > room || option->at > room - size)
		return tsk_format(call, "lies outside of its %zu bytes of options", room);
	if (option->type == TSK_CHOICE && (!option->choices || !option->choices[0]))
		return "has no choices";
	return option->help ? NULL : "has no help";
}

static const char *command_problem(const struct registry *registry, struct tsk_call *call,
				   const struct tsk_command *command)
{
	const struct registry_command *other;

	if (!is_name(command->name))
		return "a command's name is not lower-case words with dashes";
	if (!command->run || !command->summary || !command->examples || !command->examples[0])
		return tsk_format(call, "command '%s' has no run, summary or example",
				  command->name);
	if (!strcmp(command->name, "help"))
		return "the command 'help' is the program's own";
	other = registry_find(registry, command->name);
	if (other)
		return tsk_format(call, "command '%s' is already that of '%s'", command->name,
				  other->path);
	if (command->options_size > LARGEST_OPTIONS)
		return tsk_format(call, "command '%s' has %zu bytes of options, more than any",
				  command->name, command->options_size);
	for (const struct tsk_option *option = command->options; option && option->name; option++) {
		const char *problem = option_problem(call, command, option);
		if (problem)
			return tsk_format(call, "option '%s' of '%s' %s", option->name,
					  command->name, problem);
	}
	return NULL;
}

static const char *table_problem(const struct registry *registry, struct tsk_call *call,
				 const struct tsk_plugin *plugin)
{
	if (plugin->abi > TSK_PLUGIN_ABI)
		return tsk_format(
			call,
			"it needs a newer temporal-skill: plugin interface %u, this one has %u",
			plugin->abi, TSK_PLUGIN_ABI);
	if (plugin->abi != TSK_PLUGIN_ABI)
		return tsk_format(call, "it is for plugin interface %u, this program has %u",
				  plugin->abi, TSK_PLUGIN_ABI);
	if (plugin->size < offsetof(struct tsk_plugin, sections))
		return tsk_format(call, "its tsk_plugin has %u bytes, too few to be one",
				  plugin->size);
	if (!is_name(plugin->name) || !plugin->summary || !plugin->commands)
		return "its tsk_plugin lacks a name, a summary or commands";
	for (size_t i = 0; plugin->commands[i]; i++) {
		const char *problem = i < MOST_COMMANDS
					      ? command_problem(registry, call, plugin->commands[i])
					      : "it has more than 1000 commands";
		if (problem)
			return problem;
		for (size_t j = 0; j < i; j++)
			if (!strcmp(plugin->commands[j]->name, plugin->commands[i]->name))
				return tsk_format(call, "it has the command '%s' twice",
						  plugin->commands[i]->name);
	}
	return NULL;
}

const char *plugin_problem(const struct registry *registry, struct tsk_call *call, void *object)
{
	const struct tsk_plugin *plugin = dlsym(object, PLUGIN_SYMBOL);

	return plugin ? table_problem(registry, call, plugin) : "it exports no tsk_plugin";
}
