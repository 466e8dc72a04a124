/* What a worker's log warns of, and what the user's own code wrote of a workflow: lines that are no
 * failure of a task. */
#include "log_records.h"
#include "traceback_log.h"
#include "worker_log.h"

#include <string.h>

bool log_unfinished_signal(struct tsk_call *call, const char *log_text, const char *signal)
{
	/* As Python and as JavaScript write JSON. */
	const char *const members[] = { tsk_format(call, "\"name\": \"%s\"", signal),
					tsk_format(call, "\"name\":\"%s\"", signal) };
	const char *at = or_empty(log_text);

	while ((at = strstr(at, "[TMPRL1102]"))) {
		const char *line = tsk_copy_bytes(call, at, strcspn(at, "\n"));
		const char *list = strstr(line, "signals were unfinished");

		for (size_t i = 0; list && i < sizeof(members) / sizeof(*members); i++)
			if (strstr(list, members[i]))
				return true;
		at += strlen(line);
	}
	return false;
}

/* "/shop/orders.py:18: RuntimeWarning: coroutine 'execute_activity' was never awaited" */
void log_never_awaited(const char *log_text, struct tsk_lines *lines)
{
	static const char warns[] = ": RuntimeWarning: coroutine '";
	const char *text = or_empty(log_text);

	for (const char *at = text; (at = strstr(at, warns)); at += sizeof(warns) - 1) {
		const char *place = at, *name = at + sizeof(warns) - 1;
		size_t size = strcspn(name, "'\n");

		if (strncmp(name + size, "' was never awaited", strlen("' was never awaited")) != 0)
			continue;
		while (place > text && place[-1] != '\n' && place[-1] != '/')
			place--;
		tsk_lines_add(lines, "'%s' (%s)", tsk_copy_bytes(lines->call, name, size),
			      tsk_copy_bytes(lines->call, place, (size_t)(at - place)));
	}
}

static const char few_threads[] = "activity_executor's max_workers is only ";

bool log_warns_of_threads(const char *line)
{
	return strstr(line, few_threads) != NULL;
}

size_t log_threads(const char *log_text)
{
	const char *at = NULL;
	size_t threads = 0;

	/* The last worker's. */
	for (const char *next = or_empty(log_text); (next = strstr(next, few_threads));)
		at = next += sizeof(few_threads) - 1;
	for (; at && *at >= '0' && *at <= '9' && threads < 1000000; at++)
		threads = threads * 10 + (size_t)(*at - '0');
	return threads;
}

/* ---- what its own code logged ---- */

/* What the SDK says of it, and is told in its own place. */
static bool is_of_sdk(const char *line)
{
	static const char *const marks[] = { "Failed activation on workflow",
					     "TMPRL1102",
					     "Failed handling activation on workflow",
					     "Completing activity as failed",
					     "dropping the signal",
					     "Task exception was never retrieved" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(line, marks[i]))
			return true;
	return log_is_of_core(line);
}

bool log_is_own_error(const char *line, const struct tsk_workflow *workflow)
{
	return log_is_error_record(line) && log_names_run(line, workflow) && !is_of_sdk(line);
}

/* Also what is no error, where it may say what takes so long. */
bool log_is_own_line(const char *line, const struct tsk_workflow *workflow)
{
	return log_names_run(line, workflow) && !is_of_sdk(line);
}

/* Without what the SDK's loggers add: " ({'attempt': 1, 'workflow_id': …})". */
static const char *bare(struct tsk_call *call, const char *line)
{
	const char *added = strstr(line, " ({'");

	return added ? tsk_copy_bytes(call, line, (size_t)(added - line)) : line;
}

const char *log_own_error(struct tsk_call *call, const char *log_text,
			  const struct tsk_workflow *workflow)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);
	struct log_group group = { .end = 0 };
	const char *found = NULL;
	bool more = log_next_group(call, &lines, 0, &group);

	for (size_t at = 0; at < lines.count; at++) {
		if (more && at >= group.end)
			more = log_next_group(call, &lines, at, &group);
		if (!log_is_own_error(lines.items[at], workflow))
			continue;
		found = bare(call, lines.items[at]);
		if (more && group.record == lines.items[at]) {
			struct tsk_root_cause cause;

			log_take_group(call, &lines, &group, &cause);
			found = tsk_format(call, "%s; %s", found, cause.summary);
		}
	}
	return found;
}

const char *log_own_line(struct tsk_call *call, const char *log_text,
			 const struct tsk_workflow *workflow)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);

	for (size_t i = lines.count; i-- > 0;)
		if (log_is_own_line(lines.items[i], workflow))
			return bare(call, lines.items[i]);
	return NULL;
}

const char *log_words_before(struct tsk_call *call, const char *log_text,
			     const struct tsk_workflow *workflow)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);
	int attempt;

	for (size_t i = 1; i < lines.count; i++) {
		const char *before = lines.items[i - 1];

		if (!log_is_failure_of(call, lines.items[i], workflow, &attempt))
			continue;
		return *before && *before != ' ' && !log_is_of_task(before) &&
				       !log_is_of_core(before)
			       ? before
			       : NULL;
	}
	return NULL;
}

bool log_first_failure(struct tsk_call *call, const char *log_text,
		       const struct tsk_workflow *workflow, const char *activity,
		       struct tsk_root_cause *cause, int *attempt)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);
	struct log_group group;

	for (size_t at = 0; log_next_group(call, &lines, at, &group); at = group.end) {
		if (!log_is_failure_of(call, group.record, workflow, attempt) || !*attempt ||
		    !strstr(group.record, tsk_format(call, "'%s'", activity)))
			continue;
		log_take_group(call, &lines, &group, cause);
		return true;
	}
	return false;
}

/* ---- errors of nobody ---- */

bool log_other_error(struct tsk_call *call, const char *log_text, struct tsk_root_cause *cause)
{
	struct log_lines lines = log_split(call, or_empty(log_text));
	struct log_group group, found_group;
	bool found = false;

	for (size_t at = 0; log_next_group(call, &lines, at, &group); at = group.end) {
		if (log_is_of_task(group.record) || strstr(group.record, "dropping the signal") ||
		    strstr(group.record, "future: <Task "))
			continue;
		found = true;
		found_group = group;
	}
	if (found)
		log_take_group(call, &lines, &found_group, cause);
	return found;
}
