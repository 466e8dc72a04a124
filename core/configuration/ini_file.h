/* INI files, line by line. */
#ifndef CORE_CONFIGURATION_INI_FILE_H
#define CORE_CONFIGURATION_INI_FILE_H

#include <temporal-skill/call.h>

/* Called for each KEY = VALUE with its line, and with key and value NULL where a [section] begins.
 * Not TSK_OK: reading ends and that is returned. */
typedef enum tsk_status ini_line(void *what, const char *section, const char *key,
				 const char *value, int line);

/* Reads a file; *text is "" where there is none. of_checkout: as tsk_checkout_file_read. TSK_USAGE
 * where it is no regular file, too large or has a NUL; what rights or the machine refuse as of
 * tsk_path_status. */
enum tsk_status ini_read(struct tsk_call *call, const char *path, bool of_checkout,
			 const char **text);

/* Goes through the text of an INI file. TSK_USAGE, "FILE:LINE: …", on a line that is neither
 * section, key nor comment. */
enum tsk_status ini_each_line(struct tsk_call *call, const char *path, const char *text,
			      ini_line *each, void *what);

#endif
