/* INI files, line by line. */
#ifndef CORE_CONFIGURATION_INI_FILE_H
#define CORE_CONFIGURATION_INI_FILE_H

#include <temporal-skill/call.h>

/* Called for each KEY = VALUE with its line. Not TSK_OK: reading ends and that is returned. */
typedef enum tsk_status ini_line(void *what, const char *section, const char *key,
				 const char *value, int line);

/* Reads an INI file. TSK_OK also when it does not exist (*exists tells; may be NULL). TSK_USAGE,
 * "FILE:LINE: …", on a line that is neither section, key nor comment. */
enum tsk_status ini_read(struct tsk_call *call, const char *path, ini_line *each, void *what,
			 bool *exists);

#endif
