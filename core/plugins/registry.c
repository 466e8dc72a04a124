/* The registry: which plugins there are, and which command is whose. */
#include "registry.h"

#include "guarded_dlopen.h"
#include "output/installation.h"
#include "plugin_check.h"
#include "settings/values.h"
#include "talk/trace.h"
#include "trial_load.h"
#include "trust.h"

#include <dirent.h>
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

void registry_init(struct registry *registry)
{
	memset(registry, 0, sizeof(*registry));
	arena_init(&registry->arena);
}

void registry_release(struct registry *registry)
{
	arena_release(&registry->arena);
}

static char *registry_keep(struct registry *registry, const char *text)
{
	size_t size = strlen(text) + 1;

	return memcpy(arena_take(&registry->arena, size), text, size);
}

/* Room for one more row and the row that ends the list. */
static void *with_room(struct registry *registry, void *rows, size_t count, size_t *room,
		       size_t size)
{
	if (count + 1 < *room)
		return rows;
	size_t more = *room ? *room * 2 : 64;
	void *moved = arena_take(&registry->arena, more * size);
	if (count)
		memcpy(moved, rows, count * size);
	*room = more;
	return moved;
}

/* ---- commands ---- */

const struct registry_command *registry_find(const struct registry *registry, const char *name)
{
	for (size_t i = 0; i < registry->command_count; i++)
		if (!strcmp(registry->commands[i].command->name, name))
			return &registry->commands[i];
	return NULL;
}

const char *registry_nearest(const struct registry *registry, struct tsk_call *call,
			     const char *name)
{
	const char **names = tsk_alloc(call, (registry->command_count + 1) * sizeof(*names));

	for (size_t i = 0; i < registry->command_count; i++)
		names[i] = registry->commands[i].command->name;
	return tsk_nearest(name, names);
}

static void add_command(struct registry *registry, const struct tsk_command *command,
			const struct tsk_plugin *plugin, const char *path)
{
	size_t at = registry->command_count;

	registry->commands = with_room(registry, registry->commands, registry->command_count,
				       &registry->command_room, sizeof(*registry->commands));
	while (at && strcmp(registry->commands[at - 1].command->name, command->name) > 0) {
		registry->commands[at] = registry->commands[at - 1];
		at--;
	}
	registry->commands[at] = (struct registry_command){ command, plugin, path };
	registry->command_count++;
}

/* ---- loading ---- */

static void add_row(struct registry *registry, const struct tsk_plugin_info *info)
{
	registry->plugins = with_room(registry, registry->plugins, registry->plugin_count,
				      &registry->plugin_room, sizeof(*registry->plugins));
	registry->plugins[registry->plugin_count++] = *info;
	registry->plugins[registry->plugin_count] = (struct tsk_plugin_info){ .path = NULL };
}

static void skip_plugin(struct registry *registry, struct tsk_call *call, const char *path,
			const char *origin, const char *problem)
{
	struct tsk_plugin_info info = { .path = registry_keep(registry, path),
					.origin = origin,
					.problem = registry_keep(registry, problem) };

	add_row(registry, &info);
	trace_line(call, TRACE_PLUGINS, "%s: skipped (%s): %s", path, origin, problem);
	tsk_note(call, "plugin '%s' is skipped: %s", path, problem);
}

static void take_plugin(struct registry *registry, const struct tsk_plugin *plugin,
			const char *path, const char *origin)
{
	struct tsk_plugin_info info = { .path = registry_keep(registry, path),
					.name = plugin->name,
					.summary = plugin->summary,
					.origin = origin };

	for (; plugin->commands[info.commands]; info.commands++)
		add_command(registry, plugin->commands[info.commands], plugin, info.path);
	add_row(registry, &info);
	registry->loaded = with_room(registry, registry->loaded, registry->loaded_count,
				     &registry->loaded_room, sizeof(*registry->loaded));
	registry->loaded[registry->loaded_count++] = plugin;
}

static void take_object(struct registry *registry, struct tsk_call *call, void *object,
			const char *path, const char *origin)
{
	if (!object) {
		skip_plugin(registry, call, path, origin, dlerror());
		return;
	}
	const char *problem = plugin_problem(registry, call, object);
	if (problem) {
		skip_plugin(registry, call, path, origin, problem);
		dlclose(object);
		return;
	}
	take_plugin(registry, dlsym(object, PLUGIN_SYMBOL), path, origin);
	trace_line(call, TRACE_PLUGINS, "%s: loaded (%s)", path, origin);
}

static void load_file(struct registry *registry, struct tsk_call *call, const char *path,
		      const char *origin)
{
	take_object(registry, call, dlopen(path, RTLD_NOW | RTLD_LOCAL), path, origin);
}

struct look {
	const struct registry *registry;
	struct tsk_call *call;
};

static const char *look_at_object(void *with, void *object)
{
	const struct look *look = with;

	return plugin_problem(look->registry, look->call, object);
}

/* What others wrote is tried out first, and its tables, which may point anywhere, are looked at.
 * object_path: what is opened; path: what it is called. */
static void load_foreign(struct registry *registry, struct tsk_call *call, const char *object_path,
			 const char *path, const char *origin)
{
	struct look look = { registry, call };
	const char *problem = probe_object(call, object_path, look_at_object, &look);

	if (problem)
		skip_plugin(registry, call, path, origin, problem);
	else
		take_object(registry, call, guard_open(object_path), path, origin);
}

static void load_foreign_file(struct registry *registry, struct tsk_call *call, const char *path,
			      const char *origin)
{
	const char *problem = trust_check_file(call, path);

	if (problem)
		skip_plugin(registry, call, path, origin, problem);
	else
		load_foreign(registry, call, path, path, origin);
}

static int is_plugin_file(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 3 && entry->d_name[0] != '.' && !strcmp(entry->d_name + length - 3, ".so");
}

typedef void file_taker(struct registry *registry, struct tsk_call *call, const char *path,
			const char *origin);

/* Calls take for each FOLDER/NAME.so, in name order. */
static void each_plugin(struct registry *registry, struct tsk_call *call, const char *folder,
			const char *origin, file_taker *taker)
{
	struct dirent **entries = NULL;
	int count =
		folder && *folder == '/' ? scandir(folder, &entries, is_plugin_file, alphasort) : 0;

	for (int i = 0; i < count; i++) {
		taker(registry, call, tsk_format(call, "%s/%s", folder, entries[i]->d_name),
		      origin);
		free(entries[i]);
	}
	free(entries);
}

enum tsk_status registry_load_built_in(struct registry *registry, struct tsk_call *call)
{
	const char *folder = places_plugins(call);

	if (folder)
		each_plugin(registry, call, folder, "built-in", load_file);
	if (!registry->command_count)
		return tsk_fail(call, TSK_UNAVAILABLE, "cannot find any plugin beside '%s'",
				tsk_program_path(call));
	return TSK_OK;
}

/* A project's plugin is code from a checkout: it does not run before it was trusted. The very bytes
 * that were checked are loaded, from a descriptor that stays open: the loader knows objects by
 * their path, and a number used again would be taken for the plugin before. */
static void load_trusted(struct registry *registry, struct tsk_call *call, const char *path,
			 const char *origin)
{
	int descriptor = -1;
	const char *problem = trust_open(call, path, &descriptor);

	if (problem)
		skip_plugin(registry, call, path, origin, problem);
	else
		load_foreign(registry, call, tsk_format(call, "/proc/self/fd/%d", descriptor), path,
			     origin);
}

void registry_load_others(struct registry *registry, struct tsk_call *call)
{
	const char *folders = tsk_setting(call, TSK_SETTING_PLUGIN_PATH);
	/* A checkout that could name its own folder here would need no trust. */
	file_taker *load = call->settings->values[TSK_SETTING_PLUGIN_PATH].of_project
				   ? load_trusted
				   : load_foreign_file;

	if (registry->others_loaded)
		return;
	registry->others_loaded = true;
	each_plugin(registry, call, places_user_plugins(call), "user", load_foreign_file);
	while (*folders) {
		size_t length = strcspn(folders, ":");
		const char *folder = tsk_copy_bytes(call, folders, length);
		if (*folder && *folder != '/')
			tsk_note(call,
				 "plugin folder '%s' is skipped: its path is not absolute (%s)",
				 folder, tsk_setting_origin(call, TSK_SETTING_PLUGIN_PATH));
		each_plugin(registry, call, folder, "setting", load);
		folders += length + (folders[length] == ':');
	}
	each_plugin(registry, call,
		    tsk_format(call, "%s/.temporal-skill/plugins",
			       tsk_setting(call, TSK_SETTING_PROJECT_DIR)),
		    "project", load_trusted);
}

bool registry_owns_section(const struct registry *registry, const char *section)
{
	for (size_t i = 0; i < registry->loaded_count; i++) {
		const struct tsk_plugin *plugin = registry->loaded[i];
		if (plugin->size < sizeof(*plugin))
			continue;
		for (const char *const *owned = plugin->sections; owned && *owned; owned++) {
			size_t length = strlen(*owned);
			if (!strncmp(section, *owned, length) &&
			    (!section[length] || section[length] == ' '))
				return true;
		}
	}
	return false;
}

/* ---- the public side ---- */

const struct tsk_command *tsk_next_command(struct tsk_call *call,
					   const struct tsk_command *previous)
{
	struct registry *registry = call->registry;
	size_t at = 0;

	registry_load_others(registry, call);
	while (previous && at < registry->command_count &&
	       registry->commands[at].command != previous)
		at++;
	at += previous != NULL;
	return at < registry->command_count ? registry->commands[at].command : NULL;
}

const struct tsk_command *tsk_find_command(struct tsk_call *call, const char *name)
{
	registry_load_others(call->registry, call);
	const struct registry_command *found = registry_find(call->registry, name);
	return found ? found->command : NULL;
}

const struct tsk_plugin_info *tsk_plugins(struct tsk_call *call)
{
	registry_load_others(call->registry, call);
	return call->registry->plugins;
}

const char *tsk_command_plugin(struct tsk_call *call, const struct tsk_command *command)
{
	const struct registry_command *found = registry_find(call->registry, command->name);

	return found ? found->plugin->name : "";
}
