/* A file that a command writes beside its answer: whether it may be written. */
#include "output_file.h"

#include <temporal-skill/process.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* A folder that is not there is a wrong flag, and no missing workflow. */
enum tsk_status check_output_file(struct tsk_call *call, const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;
	const char *folder = slash ? tsk_copy_bytes(call, path, (size_t)(slash + 1 - path)) : ".";

	if (!path)
		return TSK_OK;
	if (tsk_setting_is_true(call, TSK_SETTING_READ_ONLY))
		return tsk_fail(call, TSK_DENIED, "cannot write '%s': read-only is set (%s)", path,
				tsk_setting_origin(call, TSK_SETTING_READ_ONLY));
	return access(folder, F_OK) ? tsk_fail(call, tsk_path_status(errno, TSK_USAGE),
					       "cannot create '%s': %s", path, strerror(errno))
				    : TSK_OK;
}
