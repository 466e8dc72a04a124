/* The sources that the running workers were started with, and what has changed in them since. */
#include "rehearsal.h"

#include <string.h>
#include <unistd.h>

#define INDEX          "sources.json"
#define FILE_SIZE_MOST ((size_t)8 << 20)

static bool is_of(struct tsk_call *call, const struct tsk_record *record,
		  const struct program *program)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_NAME);
	const char *name =
		*program->name ? tsk_format(call, "%s/%s", project, program->name) : project;

	return !strcmp(record->scope, tsk_setting(call, TSK_SETTING_PROJECT_DIR)) &&
	       !strcmp(record->name, name);
}

typedef const char *kept_sources(struct tsk_call *call, const struct tsk_record *record);

static const char *folder_of(struct tsk_call *call, const struct program *program,
			     kept_sources *kept)
{
	const struct tsk_record *record = tsk_record_list(call, "worker", NULL);

	for (; record && record->kind; record++) {
		if (!is_of(call, record, program))
			continue;
		const char *folder = kept(call, record);
		if (!access(tsk_format(call, "%s/" INDEX, folder), R_OK))
			return folder;
	}
	return NULL;
}

static bool is_same(struct tsk_call *call, const char *one, const char *other)
{
	size_t size = 0, other_size = 0;
	const char *text = tsk_file_read(call, one, FILE_SIZE_MOST, &size);
	const char *other_text = tsk_file_read(call, other, FILE_SIZE_MOST, &other_size);
	const bool same =
		text && other_text && size == other_size && !memcmp(text, other_text, size);

	tsk_forget_error(call);
	return same;
}

/* Adds the files of an index that are not as they were. */
static void add_changed(struct tsk_call *call, const char *folder, struct tsk_lines *changed)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const char *text =
		tsk_file_read(call, tsk_format(call, "%s/" INDEX, folder), FILE_SIZE_MOST, NULL);
	const cJSON *index = text ? tsk_parse(call, text) : NULL;
	const size_t length = strlen(project);

	tsk_forget_error(call);
	for (const cJSON *file = index ? index->child : NULL; file; file = file->next) {
		const char *name = cJSON_GetStringValue(file), *path = file->string;
		if (!name || strchr(name, '/') ||
		    is_same(call, path, tsk_format(call, "%s/%s", folder, name)))
			continue;
		if (!strncmp(path, project, length) && path[length] == '/')
			path += length + 1;
		if (!tsk_lines_hold(changed, path))
			tsk_lines_push(changed, tsk_copy(call, path));
	}
}

static struct earlier look(struct tsk_call *call, const struct stage *stage, kept_sources *kept)
{
	const char **folders = tsk_alloc(call, (stage->count + 1) * sizeof(*folders));
	struct tsk_lines changed = { .call = call };
	bool known = false;

	for (size_t i = 0; i < stage->count; i++) {
		folders[i] = folder_of(call, &stage->programs[i], kept);
		known |= folders[i] != NULL;
		if (folders[i])
			add_changed(call, folders[i], &changed);
	}
	return (struct earlier){ .folders = folders,
				 .known = known,
				 .changed = tsk_lines_take(&changed) };
}

struct earlier look_for_earlier(struct tsk_call *call, const struct stage *stage)
{
	return look(call, stage, tsk_passport_sources);
}

struct earlier look_before(struct tsk_call *call, const struct stage *stage)
{
	return look(call, stage, tsk_passport_sources_before);
}
