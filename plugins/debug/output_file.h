/* A file that a command writes beside its answer. */
#ifndef DEBUG_OUTPUT_FILE_H
#define DEBUG_OUTPUT_FILE_H

#include <temporal-skill/call.h>

/* Whether it may be written (path may be NULL: no file is wanted): TSK_DENIED under read-only,
 * TSK_USAGE where its folder is not there. To be asked before the server is. */
enum tsk_status check_output_file(struct tsk_call *call, const char *path);

#endif
