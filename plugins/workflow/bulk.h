/* Ending many workflows: what bulk-cancel-workflows was given, and how it does it. */
#ifndef PLUGINS_WORKFLOW_BULK_H
#define PLUGINS_WORKFLOW_BULK_H

#include "selection.h"

struct bulk_options {
	struct selector selector;
	const char *reason;
	bool dry_run, terminate;
};

/* Ids in a file may be of workflows that are not there, or have ended: their rows get a status and
 * a message. */
enum tsk_status bulk_find_unfit(struct tsk_call *call, struct selection *selection);

/* Ends all of them; each row gets its outcome, also where something cut it off, which is returned
 * (recorded): TSK_TIMEOUT where it is not known, TSK_INTERRUPTED where it was not sent. */
enum tsk_status bulk_end(struct tsk_call *call, const struct bulk_options *options,
			 struct selection *selection);

#endif
