/* What is said of all tools once: how to go about, how to judge an answer, and the arguments that
 * many or all of them take. */
#include "mcp.h"

#include <string.h>

static const char usual_order[] =
	"Runs, checks and repairs Temporal applications written in Python. Usual order: "
	"ensure-server, ensure-worker, run-starter (or wait-for-workflow-status), "
	"get-workflow-result; kill-worker at the end. After every edit of workflow or activity "
	"code: ensure-worker. When something hangs or fails: diagnose, or analyze-workflow-error "
	"with a workflow_id. Judge by exit_code: 0 holds, 1 the answer is no, 2 wrong usage, "
	"3 not found, 4 server or CLI not reachable, 5 time is over, 6 stalled (waiting cannot "
	"help, repair first), 7 denied. 'next' lists commands to go on with: the word after the "
	"program is the tool, its --flags are the arguments, with _ for -. Durations are seconds. "
	"A project of several workers ([worker NAME] in its INI file): ensure-worker, "
	"kill-worker, monitor-worker-health and show-worker-log take all, or the one of name. "
	"A COMPLETED workflow can still have returned an error: look at 'suspicious'. The "
	"resource temporal-skill:///skill/SKILL.md tells more.";

/* By name and help: another plugin's option of the same name is another one. */
static const struct {
	const char *name, *help, *more;
} common[] = {
	{ "workflow-id", "the workflow", "" },
	{ "run-id", "this run of it (default: the latest)", "" },
	{ "reason", "why, as the history will show it", "" },
	{ "query", "only workflows that this visibility query matches", "" },
	{ "input", "its argument", ", of signal, update or query: the value itself, not its text" },
};

bool mcp_is_common(const struct tsk_option *option)
{
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++)
		if (!strcmp(common[i].name, option->name) && !strcmp(common[i].help, option->help))
			return true;
	return false;
}

const char *mcp_instructions(struct tsk_call *call)
{
	struct tsk_text text = { .call = call };
	const struct tsk_option *option;

	tsk_text_format(&text, "%s Arguments of many tools:", usual_order);
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++) {
		const struct tsk_option row = { .name = common[i].name };
		tsk_text_format(&text, " %s, %s%s;", mcp_property(call, &row), common[i].help,
				common[i].more);
	}
	tsk_text_add(&text, " of all, unlisted, where this server's own settings do not fit:");
	for (option = mcp_shared_options(call); option->name; option++)
		tsk_text_format(&text, " %s, %s%s", mcp_property(call, option), option->help,
				option[1].name ? ";" : ".");
	return tsk_text_value(&text);
}
