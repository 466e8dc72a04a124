/* Paths as text. */
#include "path.h"

#include <string.h>

bool path_is_within(const char *path, const char *folder)
{
	size_t length = strlen(folder);

	return !strcmp(folder, "/") ||
	       (!strncmp(path, folder, length) && (!path[length] || path[length] == '/'));
}
