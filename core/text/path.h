/* Paths as text. */
#ifndef CORE_TEXT_PATH_H
#define CORE_TEXT_PATH_H

#include <stdbool.h>

/* Whether an absolute path without links is the folder or below it. */
bool path_is_within(const char *path, const char *folder);

#endif
