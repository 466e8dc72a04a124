/* The workers that this project has by its settings: one, or several of a name each; what their
 * records and logs are called. */
#include "worker.h"

#include <string.h>

/* ---- reading ---- */

static enum tsk_status split_command(struct tsk_call *call, const struct tsk_project_worker *found,
				     const struct given_command *given, struct own_worker *own)
{
	const bool is_given = given && given->command && !strcmp(given->name, found->name);

	*own = (struct own_worker){ .name = found->name,
				    .task_queue = found->task_queue,
				    .in_section = found->in_section };
	return tsk_split_words(call, is_given ? "--worker-cmd" : "worker command",
			       is_given ? given->command : found->command, &own->command);
}

enum tsk_status own_workers(struct tsk_call *call, const struct given_command *given,
			    struct own_workers *own)
{
	const struct tsk_project_worker *found;
	size_t count;

	if (tsk_project_workers(call, &found, &count))
		return tsk_error(call);
	struct own_worker *items = tsk_alloc(call, count * sizeof(*items));
	for (size_t i = 0; i < count; i++)
		if (split_command(call, &found[i], given, &items[i]))
			return tsk_error(call);
	*own = (struct own_workers){ .items = items, .count = count, .named = *items[0].name };
	return TSK_OK;
}

const struct own_worker *own_worker(const struct own_workers *own, const char *name)
{
	for (size_t i = 0; i < own->count; i++)
		if (!strcmp(own->items[i].name, name))
			return &own->items[i];
	return NULL;
}

/* ---- names ---- */

const char *worker_title(struct tsk_call *call, const char *name)
{
	return *name ? tsk_format(call, "worker '%s' of '%s'", name, project_name(call))
		     : tsk_format(call, "worker of '%s'", project_name(call));
}

const char *worker_log_path(struct tsk_call *call, const char *name)
{
	const char *file =
		*name ? tsk_format(call, "%s-%s", project_name(call), name) : project_name(call);

	return tsk_log_path(call, "worker", file, project_directory(call));
}

const char *worker_record_name(struct tsk_call *call, const char *name)
{
	return *name ? tsk_format(call, "%s/%s", project_name(call), name) : project_name(call);
}

const char *name_in_record(struct tsk_call *call, const struct tsk_record *record,
			   const char **project)
{
	const char *slash = strrchr(record->name, '/');

	*project = record->name;
	/* A project of a worker without a name may have a '/' in its own. */
	if (!slash || !strcmp(record->name, project_name(call)))
		return "";
	*project = tsk_copy_bytes(call, record->name, (size_t)(slash - record->name));
	return slash + 1;
}

const char *own_names(struct tsk_call *call, const struct own_workers *own)
{
	struct tsk_text names = { .call = call };

	for (size_t i = 0; i < own->count; i++)
		tsk_text_join(&names, ", ", "%s", own->items[i].name);
	return tsk_text_value(&names);
}

/* ---- which of those that were found ---- */

bool is_of_this_project(struct tsk_call *call, const struct worker *worker)
{
	return strcmp(worker->directory, project_directory(call)) == 0 &&
	       strcmp(worker->how, "alike") != 0;
}

struct worker_list workers_named(struct tsk_call *call, const struct worker_list *workers,
				 const char *name)
{
	struct worker_list kept = { .items = tsk_alloc(call, (workers->count + 1) *
								     sizeof(*kept.items)) };

	for (size_t i = 0; i < workers->count; i++)
		if (is_of_this_project(call, &workers->items[i]) &&
		    strcmp(workers->items[i].name, name) == 0)
			kept.items[kept.count++] = workers->items[i];
	return kept;
}

/* ---- a name that somebody gave ---- */

static bool add_name(struct tsk_lines *names, const char *name)
{
	if (!*name || tsk_lines_hold(names, name))
		return false;
	tsk_lines_push(names, name);
	return true;
}

enum tsk_status check_name(struct tsk_call *call, const struct own_workers *own,
			   const struct worker_list *workers, const char *name)
{
	struct tsk_lines names = { .call = call };

	for (size_t i = 0; i < own->count; i++)
		add_name(&names, own->items[i].name);
	for (size_t i = 0; workers && i < workers->count; i++)
		if (is_of_this_project(call, &workers->items[i]))
			add_name(&names, workers->items[i].name);
	if (tsk_lines_hold(&names, name))
		return TSK_OK;
	if (!names.count)
		return tsk_fail(call, TSK_NOT_FOUND,
				"no worker '%s' of '%s': no [worker %s] in its temporal-skill.ini",
				name, project_name(call), name);
	const struct tsk_strings list = tsk_lines_take(&names);
	const char *nearest = tsk_nearest(name, list.items);
	return tsk_fail(
		call, TSK_NOT_FOUND, "no worker '%s' of '%s'%s: %s", name, project_name(call),
		nearest ? tsk_format(call, "; did you mean '%s'? It has", nearest) : "; it has",
		tsk_join(call, &list, ", "));
}
