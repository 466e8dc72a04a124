/* Which files of a project may define workflows. */
#include "sources/neighbours.h"
#include "sources/sources.h"
#include "text/path.h"

#include <temporal-skill/passport.h>
#include <temporal-skill/static_check.h>
#include <temporal-skill/text.h>

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* As many as go onto one command line. */
#define FILES_MOST 2000

struct files {
	struct tsk_call *call;
	const char *project;
	struct tsk_lines paths;
};

static void add(struct files *files, const char *path)
{
	char real[PATH_MAX];

	if (realpath(path, real))
		tsk_lines_add(&files->paths, "%s", real);
}

static void look_at(void *what, const struct tsk_source *source)
{
	struct files *files = what;
	struct tsk_call *call = files->call;
	const struct tsk_mark mark = tsk_mark(call);

	const char *text = source->size > SOURCE_BYTES
				   ? NULL
				   : sources_read(call, source->folder, source->name, SOURCE_BYTES);
	const bool names_sdk = text && strstr(text, "temporalio");
	tsk_rewind(call, mark);
	if (names_sdk)
		add(files, tsk_format(call, "%s/%s", files->project, source->path));
}

/* A passport is the project's word: what it names elsewhere is none of its sources. */
static bool is_of_project(struct files *files, const char *path)
{
	const char *dot = strrchr(path, '.');
	size_t count;
	const struct tsk_neighbour *neighbours =
		tsk_neighbours(files->call, files->project, &count);
	char project[PATH_MAX], real[PATH_MAX];

	if (!dot || strcmp(dot, ".py") != 0 || strstr(path, "/site-packages/") ||
	    !realpath(files->project, project) || !realpath(path, real))
		return false;
	bool within = path_is_within(real, project);
	for (size_t i = 0; i < count && !within; i++)
		within = path_is_within(real, neighbours[i].directory);
	return within;
}

/* What the running workers say that they have registered. A workflow that was written since is in
 * no passport yet, so that this adds to what the sources tell and takes nothing away. */
static void add_registered(struct files *files)
{
	const struct tsk_record *record = tsk_record_list(files->call, "worker", NULL);

	tsk_forget_error(files->call);
	for (; record && record->kind; record++) {
		if (strcmp(record->scope, files->project) != 0)
			continue;
		const struct tsk_passport passport = tsk_passport_read(files->call, record, NULL);
		for (size_t i = 0; i < passport.count; i++)
			for (size_t k = 0; k < passport.workers[i].workflow_count; k++) {
				const char *file = passport.workers[i].workflows[k].file;
				if (file && is_of_project(files, file))
					add(files, file);
			}
	}
}

struct tsk_strings tsk_workflow_files(struct tsk_call *call)
{
	struct files files = { .call = call,
			       .project = tsk_setting(call, TSK_SETTING_PROJECT_DIR),
			       .paths = { .call = call, .limit = FILES_MOST } };

	tsk_sources_walk(call, files.project, look_at, &files);
	add_registered(&files);
	return tsk_lines_take(&files.paths);
}
