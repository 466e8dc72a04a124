/* Which exit code an error of a path has: one answer for all that read and write files. */
#include <temporal-skill/process.h>

#include <errno.h>

enum tsk_status tsk_path_status(int error, enum tsk_status missing)
{
	switch (error) {
	case EACCES:
	case EPERM:
	case ELOOP: return TSK_DENIED;
	case ENOENT:
	case ENOTDIR:
	case ENAMETOOLONG: return missing;
	default: return TSK_UNAVAILABLE;
	}
}
