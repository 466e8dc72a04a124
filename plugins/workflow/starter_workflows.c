/* The workflows of a starter: those that it started, that others started for it, or that it
 * attached to. */
#include "attached_workflows.h"
#include "starter_process.h"

#include <signal.h>
#include <string.h>

/* For a list that follows the start of a workflow late; a starter that failed may have started
 * none. */
#define LIST_MS 3000

/* The teardown of a Python before 3.14 kills the SDK's threads while they hand over the last
 * answer.
 */
bool starter_crashed_at_exit(int code)
{
	return code == 128 + SIGSEGV || code == 128 + SIGABRT;
}

static void take_attached(struct started *started, const struct started *attached)
{
	started->count = attached->count;
	memcpy(started->workflows, attached->workflows, sizeof(started->workflows));
	started->attached = attached->attached;
	started->attached_is_guess = attached->attached_is_guess;
}

enum tsk_status starter_find_workflows(struct tsk_call *call, struct starter *starter,
				       const char *output, bool ended)
{
	struct started *started = &starter->started;
	const int code = starter->code;
	const bool failed = ended && code && !starter_crashed_at_exit(code);
	const struct attaching attaching = {
		.started = started, .output = output, .words = &starter->words, .runs = !ended
	};
	const char *by = NULL;

	/* Asked again after an answer that did not come. */
	if (started->attached)
		started->count = 0;
	started->attached = NULL;
	if (find_started(call, started, code ? LIST_MS / 6 : LIST_MS) ||
	    (!started->count && find_signed(call, started, started)) ||
	    (!started->count && !code && find_served(call, started, &by)) ||
	    (!started->count && !failed && find_named(call, &attaching, started)))
		return tsk_error(call);
	if (by)
		tsk_set(tsk_result(call), "started_by", by);
	/* What it was left for, or stopped for. */
	if (!started->count && starter->attached.count)
		take_attached(started, &starter->attached);
	if (started->attached)
		tsk_set(tsk_result(call), "attached_because", what_shows_it(call, started));
	return TSK_OK;
}
