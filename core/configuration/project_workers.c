/* The workers of a project: the one of worker_cmd, or several, each in a section [worker NAME]. */
#include "call/call.h"
#include "load.h"
#include "settings/values.h"

#include <temporal-skill/result.h>

#include <string.h>

/* A name stands in names of files and lines of lists. */
#define NAME_MOST    40
#define WORKERS_MOST 32

/* What the one of worker_cmd is called beside others. */
#define UNNAMED      "default"

struct named {
	const struct tsk_ini_entry *section, *command, *task_queue;
	const char *name;
};

struct reading {
	struct tsk_call *call;
	struct named items[WORKERS_MOST + 1];
	size_t count;
};

static enum tsk_status bad(struct reading *reading, const struct tsk_ini_entry *entry,
			   const char *what)
{
	return tsk_fail(reading->call, TSK_USAGE, "%s:%d: %s", entry->file, entry->line, what);
}

/* ---- sections ---- */

static bool is_worker_section(const char *section)
{
	const size_t length = strlen("worker");

	return !strncmp(section, "worker", length) && (!section[length] || section[length] == ' ');
}

static const char *name_of(const struct tsk_ini_entry *entry)
{
	const char *name = entry->section + strlen("worker");

	return name + strspn(name, " ");
}

static bool is_name(const char *name)
{
	const size_t length = strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
					   "0123456789-_");

	return length && length <= NAME_MOST && !name[length];
}

static struct named *find(struct reading *reading, const char *name)
{
	for (size_t i = 0; i < reading->count; i++)
		if (!strcmp(reading->items[i].name, name))
			return &reading->items[i];
	return NULL;
}

static enum tsk_status begin_section(struct reading *reading, const struct tsk_ini_entry *entry)
{
	struct tsk_call *call = reading->call;
	const char *name = name_of(entry);
	struct named *before = find(reading, name);

	if (!*name)
		return bad(reading, entry, "a worker's section bears its name: [worker NAME]");
	if (!is_name(name))
		return bad(reading, entry,
			   tsk_format(call,
				      "bad name of a worker '%s': expected letters, digits, '-' "
				      "and '_', %d at most",
				      name, NAME_MOST));
	if (before && !strcmp(before->section->file, entry->file))
		return bad(reading, entry,
			   tsk_format(call, "a second [worker %s]; the first is on line %d", name,
				      before->section->line));
	if (!before && reading->count == WORKERS_MOST)
		return bad(reading, entry, tsk_format(call, "more than %d workers", WORKERS_MOST));
	/* The weaker of two files is read first, and may be overridden. */
	if (before)
		before->section = entry;
	else
		reading->items[reading->count++] = (struct named){ .section = entry, .name = name };
	return TSK_OK;
}

bool configuration_has_workers(const struct settings *settings)
{
	for (size_t i = 0; i < settings->entry_count; i++)
		if (is_worker_section(settings->entries[i].section))
			return true;
	return false;
}

/* ---- keys ---- */

static enum tsk_status take_line(struct reading *reading, const struct tsk_ini_entry *entry)
{
	static const char *const keys[] = { "command", "task_queue", NULL };
	struct tsk_call *call = reading->call;
	struct named *named = find(reading, name_of(entry));
	const char *nearest = tsk_nearest(entry->key, keys);

	/* Of a section's name inih keeps the first 49 bytes. */
	if (!named)
		return bad(reading, entry, "the name of this section is too long");
	const struct tsk_ini_entry **slot = !strcmp(entry->key, keys[0])   ? &named->command
					    : !strcmp(entry->key, keys[1]) ? &named->task_queue
									   : NULL;
	if (!slot)
		return bad(reading, entry,
			   tsk_format(call,
				      nearest ? "unknown key '%s' in [%s]; did you mean '%s'?"
					      : "unknown key '%s' in [%s]",
				      entry->key, entry->section, nearest));
	if (*slot && !strcmp((*slot)->file, entry->file))
		return bad(reading, entry,
			   tsk_format(call, "a second '%s' of [%s]; the first is on line %d",
				      entry->key, entry->section, (*slot)->line));
	*slot = entry;
	return TSK_OK;
}

static enum tsk_status check_command(struct reading *reading, const struct named *named)
{
	struct tsk_call *call = reading->call;
	struct tsk_strings words;

	if (!named->command)
		return bad(reading, named->section,
			   tsk_format(call, "[%s] has no 'command'", named->section->section));
	if (!named->command->value[strspn(named->command->value, " \t")])
		return bad(reading, named->command, "'command' has no command");
	if (!tsk_split_words(call, "command", named->command->value, &words))
		return TSK_OK;
	const char *why = tsk_copy(call, tsk_error_message(call));
	tsk_forget_error(call);
	return bad(reading, named->command, why);
}

static enum tsk_status read_sections(struct reading *reading)
{
	const struct settings *settings = reading->call->settings;

	for (size_t i = 0; i < settings->entry_count; i++) {
		const struct tsk_ini_entry *entry = &settings->entries[i];
		if (is_worker_section(entry->section) &&
		    (entry->key ? take_line(reading, entry) : begin_section(reading, entry)))
			return tsk_error(reading->call);
	}
	for (size_t i = 0; i < reading->count; i++)
		if (check_command(reading, &reading->items[i]))
			return tsk_error(reading->call);
	return TSK_OK;
}

/* ---- the whole ---- */

/* Beside sections the user's own worker_cmd, which is meant for projects that say nothing, is none
 * of theirs, and "none" says that they are all. */
static bool has_unnamed(const struct reading *reading)
{
	const struct settings *settings = reading->call->settings;

	return !reading->count ||
	       (settings->values[TSK_SETTING_WORKER_CMD].rank >= RANK_PROJECT_INI &&
		!configuration_worker_is_none(reading->call));
}

static struct tsk_project_worker unnamed(const struct reading *reading)
{
	struct tsk_call *call = reading->call;

	return (struct tsk_project_worker){
		.name = reading->count ? UNNAMED : "",
		.command = tsk_setting(call, TSK_SETTING_WORKER_CMD),
		.task_queue = tsk_setting(call, TSK_SETTING_TASK_QUEUE),
		.origin = tsk_setting_origin(call, TSK_SETTING_WORKER_CMD),
	};
}

enum tsk_status tsk_project_workers(struct tsk_call *call,
				    const struct tsk_project_worker **workers, size_t *count)
{
	struct reading *reading = tsk_alloc(call, sizeof(*reading));
	struct tsk_project_worker *found;

	reading->call = call;
	*count = 0;
	if (read_sections(reading))
		return tsk_error(call);
	const struct named *same = find(reading, UNNAMED);
	if (same && has_unnamed(reading))
		return bad(reading, same->section,
			   tsk_format(call, "'" UNNAMED "' is the worker of worker_cmd (%s)",
				      tsk_setting_origin(call, TSK_SETTING_WORKER_CMD)));
	found = tsk_alloc(call, (reading->count + 1) * sizeof(*found));
	for (size_t i = 0; i < reading->count; i++) {
		const struct named *named = &reading->items[i];
		found[(*count)++] = (struct tsk_project_worker){
			.name = named->name,
			.command = named->command->value,
			.task_queue = named->task_queue ? named->task_queue->value : "",
			.origin = tsk_format(call, "%s:%d", named->command->file,
					     named->command->line),
			.in_section = true,
		};
	}
	if (has_unnamed(reading))
		found[(*count)++] = unnamed(reading);
	*workers = found;
	return TSK_OK;
}
