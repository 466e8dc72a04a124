/* The command that stops a worker of another project or working tree: only where this tool started
 * it, by its record or its mark. */
#include "worker.h"

#include <string.h>
#include <sys/stat.h>

static bool is_directory(const char *path)
{
	struct stat about;

	return !stat(path, &about) && S_ISDIR(about.st_mode);
}

/* The record of the worker that the process is one of; NULL: it has none here. */
static const struct tsk_record *record_of(struct tsk_call *call, int pid)
{
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);

	for (; record && record->kind; record++) {
		if (!tsk_process_runs(&record->process))
			continue;
		const struct tsk_process_info *at = tsk_process_tree(call, &record->process, NULL);
		for (; at->id.pid; at++)
			if (at->id.pid == pid)
				return record;
	}
	return NULL;
}

/* Whether all running workers of that project's name are of that one directory, so that the name
 * means no other. */
static bool name_means_it(struct tsk_call *call, const char *project, const char *directory)
{
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);
	const char *its;

	if (!strcmp(project, project_name(call)))
		return false;
	for (; record && record->kind; record++) {
		name_in_record(call, record, &its);
		if (!strcmp(its, project) && strcmp(record->scope, directory) != 0 &&
		    tsk_record_whereabouts(call, record) != TSK_ENDED)
			return false;
	}
	return true;
}

const char *stop_other(struct tsk_call *call, const struct tsk_process_info *process)
{
	const struct tsk_record *record = record_of(call, process->id.pid);
	const char *mark = tsk_process_environment(call, process->id.pid, MARK), *project, *name;

	tsk_forget_error(call);
	if (!record)
		return mark && *mark == '/' && is_directory(mark)
			       ? tsk_format(call, "temporal-skill kill-worker --project-dir %s",
					    tsk_quote(call, mark))
			       : NULL;
	name = name_in_record(call, record, &project);
	if (is_directory(record->scope))
		return tsk_format(call, "temporal-skill kill-worker --project-dir %s%s%s",
				  tsk_quote(call, record->scope), *name ? " " : "", name);
	/* No command can be told that folder any more. */
	return name_means_it(call, project, record->scope)
		       ? tsk_format(call, "temporal-skill kill-all-workers --project %s",
				    tsk_quote(call, project))
		       : tsk_format(call, "kill %d", record->process.pid);
}

void suggest_stops(struct tsk_call *call, const struct other_pollers *others)
{
	for (size_t i = 0; i < others->count; i++) {
		size_t before = 0;
		while (before < i && (!others->items[before].stop || !others->items[i].stop ||
				      strcmp(others->items[before].stop, others->items[i].stop)))
			before++;
		if (others->items[i].stop && before == i)
			tsk_next(call, "%s", others->items[i].stop);
	}
}
