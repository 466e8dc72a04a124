/* What a killed installation leaves: a folder beside the skill's, whole or not. */
#include "leftover.h"

#include "manifest.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum tsk_status leftover_clear(struct tsk_call *call, const char *folder)
{
	struct tsk_lines files = { .call = call }, others = { .call = call };

	if (tree_list(call, folder, &files))
		return tsk_error(call);
	for (size_t i = 0; i < files.count; i++)
		if (strcmp(files.items[i], MANIFEST_NAME) != 0)
			tsk_lines_push(&others, files.items[i]);
	if (tree_remove(call, folder, &others))
		return tsk_error(call);
	return access(folder, F_OK) ? TSK_OK : tree_remove(call, folder, NULL);
}

/* Whether nothing is in it but what the writing of its first manifest leaves when it is killed. */
static bool holds_beginnings_alone(struct tsk_call *call, const char *folder)
{
	struct tsk_lines files = { .call = call };
	static const char beginning[] = MANIFEST_NAME ".";

	if (tree_list(call, folder, &files)) {
		tsk_forget_error(call);
		return false;
	}
	for (size_t i = 0; i < files.count; i++)
		if (strncmp(files.items[i], beginning, strlen(beginning)) != 0)
			return false;
	return true;
}

enum tsk_status leftover_sweep(struct tsk_call *call, const char *folder)
{
	struct manifest left = { 0 };
	struct stat about;

	if (lstat(folder, &about))
		return TSK_OK;
	const char *why = S_ISDIR(about.st_mode) ? manifest_read(call, folder, &left)
						 : "it is not a directory";
	if (why && (!S_ISDIR(about.st_mode) || !holds_beginnings_alone(call, folder)))
		return tsk_fail(call, TSK_DENIED, "'%s' is in the way: %s", folder, why);
	return leftover_clear(call, folder);
}
