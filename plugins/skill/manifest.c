/* The manifest, a small JSON file in the skill's folder. */
#include "manifest.h"

#include <temporal-skill/process.h>
#include <temporal-skill/result.h>

#include <stdlib.h>
#include <string.h>

/* Room for TREE_MOST_FILES paths of a hundred bytes. */
#define LARGEST_MANIFEST ((size_t)1 << 20)
#define OWNER            "temporal-skill"

static const char *text_of(const cJSON *object, const char *key)
{
	return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

const char *manifest_read(struct tsk_call *call, const char *folder, struct manifest *manifest)
{
	const char *path = tsk_format(call, "%s/" MANIFEST_NAME, folder);
	const char *text = tsk_file_read(call, path, LARGEST_MANIFEST, NULL);
	const char *why = NULL;

	manifest->files = (struct tsk_lines){ .call = call };
	if (!text) {
		tsk_forget_error(call);
		return "it has no " MANIFEST_NAME;
	}
	cJSON *object = cJSON_Parse(text);
	const char *owner = text_of(object, "program");
	const cJSON *files = cJSON_GetObjectItemCaseSensitive(object, "files");
	if (!owner || strcmp(owner, OWNER) != 0 || !cJSON_IsArray(files))
		why = "its " MANIFEST_NAME " is not of this program";
	for (const cJSON *file = why ? NULL : files->child; file; file = file->next)
		if (cJSON_IsString(file))
			tsk_lines_push(&manifest->files, tsk_copy(call, file->valuestring));
	manifest->version = tsk_copy(call, text_of(object, "version"));
	cJSON_Delete(object);
	return why;
}

enum tsk_status manifest_write(struct tsk_call *call, const char *folder,
			       const struct manifest *manifest)
{
	cJSON *object = cJSON_CreateObject();

	tsk_set(object, "program", OWNER);
	tsk_set(object, "version", manifest->version);
	cJSON *files = tsk_set_list(object, "files");
	for (size_t i = 0; i < manifest->files.count; i++)
		tsk_append(files, manifest->files.items[i]);
	char *printed = cJSON_Print(object);
	const char *text = tsk_format(call, "%s\n", printed);
	free(printed);
	cJSON_Delete(object);
	return tsk_file_write(call, tsk_format(call, "%s/" MANIFEST_NAME, folder), text,
			      strlen(text));
}
