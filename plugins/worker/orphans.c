/* Programs of a foreground whose call has gone: starters, checks, recipes' programs. A guard ends
 * them with their call; where that was killed as well, their mark finds them. */
#include "worker.h"

#include <string.h>

static bool is_of_a_foreground(const char *kind)
{
	static const char *const kinds[] = { "starter", "check", "recipe" };

	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	return false;
}

enum tsk_status stop_orphans(struct tsk_call *call, const char *directory, int64_t grace,
			     struct stop_report *report)
{
	const struct tsk_process_info *at = tsk_process_list(call, NULL);
	struct tsk_stopped stopped;

	for (; at->id.pid; at++) {
		const struct tsk_origin *origin = tsk_process_origin(call, at->id.pid);
		if (!origin || !origin->is_root || origin->attended ||
		    !is_of_a_foreground(origin->kind) ||
		    strcmp(origin->pid_directory, tsk_setting(call, TSK_SETTING_PID_DIR)) != 0 ||
		    (directory && strcmp(origin->scope, directory) != 0))
			continue;
		enum tsk_status status = tsk_stop_claimed(call, &at->id, NULL, grace, &stopped);
		if (status == TSK_INTERRUPTED)
			return status;
		if (status) {
			if (!report->failed++)
				report->problem = tsk_copy(call, tsk_error_message(call));
			tsk_forget_error(call);
			continue;
		}
		report->orphans =
			tsk_format(call, "%s%s%s (pid %d)", report->orphans ? report->orphans : "",
				   report->orphans ? ", " : "", origin->kind, at->id.pid);
		add_pids(call, report, &stopped);
	}
	return TSK_OK;
}
