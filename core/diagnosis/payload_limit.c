/* What was too large to be sent, which only the worker's log says: "Error while completing workflow
 * activation … PayloadLimitViolation { path: "commands[0].…attributes.result", … size: 3200047,
 * limit: 2097152 }", after the record that names the run. */
#include "worker_log.h"

#include <stdlib.h>
#include <string.h>

static const char violation[] = "PayloadLimitViolation { path: \"";

/* What a command is in the words of who wrote the code. */
static const struct {
	const char *command, *what;
} commands[] = {
	{ "complete_workflow_execution", "its own result" },
	{ "fail_workflow_execution", "the details of its own error" },
	{ "continue_as_new_workflow_execution", "the arguments of its next run (continue_as_new)" },
	{ "schedule_activity_task", "the arguments of an activity" },
	{ "start_child_workflow_execution", "the arguments of a child workflow" },
	{ "signal_external_workflow_execution", "the arguments of a signal to another workflow" },
	{ "record_marker", "the result of a local activity" },
	{ "schedule_nexus_operation", "the input of a Nexus operation" },
	{ "modify_workflow_properties", "its memo" },
	{ "upsert_workflow_search_attributes", "its search attributes" },
};

static long number_after(const char *line, const char *mark)
{
	const char *at = strstr(line, mark);

	return at ? strtol(at + strlen(mark), NULL, 10) : 0;
}

static const char *violation_text(struct tsk_call *call, const char *line)
{
	const char *path = strstr(line, violation) + strlen(violation);
	long size = number_after(path, "size: "), limit = number_after(path, "limit: ");
	const char *what = tsk_copy_bytes(call, path, strcspn(path, "\""));

	for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++)
		if (strstr(what, commands[i].command)) {
			what = commands[i].what;
			break;
		}
	return tsk_format(call, "%s has %ld bytes (limit %ld)", what, size, limit);
}

const char *log_too_large(struct tsk_call *call, const char *log_text,
			  const struct tsk_workflow *workflow)
{
	struct log_lines lines = log_split(call, log_text ? log_text : "");
	const char *found = NULL;
	bool of_run = false;

	for (size_t i = 0; i < lines.count; i++) {
		const char *line = lines.items[i];

		if (strstr(line, "Failing workflow task"))
			of_run = log_names_run(line, workflow);
		if (of_run && strstr(line, violation))
			found = violation_text(call, line);
	}
	return found;
}
