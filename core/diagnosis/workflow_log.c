/* What a worker's log says of one workflow: failures that the server does not hear of, or of which
 * it hears less. */
#include "log_records.h"
#include "traceback_log.h"
#include "worker_log.h"
#include <temporal-skill/text.h>

#include <ctype.h>
#include <string.h>

/* asyncio's word on a task that raised and that nobody awaited. */
static bool is_task_of(struct tsk_call *call, const char *record,
		       const struct tsk_workflow *workflow)
{
	return strstr(record, "future: <Task ") &&
	       strstr(record,
		      tsk_format(call, ", id: %s, run: %s)", or_empty(workflow->workflow_id),
				 or_empty(workflow->run_id)));
}

/* Whether what stands before that place names a run id. */
static bool is_called_run(const char *record, const char *at)
{
	static const char *const names[] = { "run_id", "run ID", "run", "runId" };

	while (at > record && strchr("'\"\\:= ", at[-1]))
		at--;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		size_t size = strlen(names[i]);

		if ((size_t)(at - record) >= size && strncmp(at - size, names[i], size) == 0)
			return true;
	}
	return false;
}

/* Whether the run stands in the record as a word of its own, however a log format writes it: as
 * {'workflow_run_id': '01a2'}, "run_id":"01a2" or workflow_run_id=01a2. */
bool log_names_run(const char *record, const struct tsk_workflow *workflow)
{
	const char *run = or_empty(workflow->run_id), *at = record;
	size_t size = strlen(run);

	for (; size && (at = strstr(at, run)); at += size)
		if (!isalnum((unsigned char)at[size]) && is_called_run(record, at))
			return true;
	return false;
}

/* "'attempt': 3", "\"attempt\":3", "attempt=3"; 0: it is not told. */
static int attempt_in(const char *record)
{
	const char *at = strstr(record, "attempt");
	int attempt = 0;

	if (!at)
		return 0;
	at += strlen("attempt");
	at += strspn(at, "'\\\":= ");
	for (; *at >= '0' && *at <= '9' && attempt < 1000000; at++)
		attempt = attempt * 10 + (*at - '0');
	return attempt;
}

/* A task that raises what is no Exception ends the worker, and asyncio tells which one it was. */
bool log_is_failure_of(struct tsk_call *call, const char *record,
		       const struct tsk_workflow *workflow, int *attempt)
{
	*attempt = 0;
	if (is_task_of(call, record, workflow))
		return true;
	if (!log_names_run(record, workflow))
		return false;
	if (strstr(record, "Failed activation on workflow") ||
	    strstr(record, "Failed handling activation on workflow with run ID "))
		return true;
	if (!strstr(record, "Completing activity as failed"))
		return false;
	*attempt = attempt_in(record);
	return true;
}

/* Taking a log to pieces costs more than to see that a run is not in it. */
struct log_lines log_lines_about(struct tsk_call *call, const char *text,
				 const struct tsk_workflow *workflow)
{
	return log_split(call, strstr(or_empty(text), or_empty(workflow->run_id)) ? text : "");
}

bool log_workflow_failure(struct tsk_call *call, const char *log_text,
			  const struct tsk_workflow *workflow, struct tsk_root_cause *cause,
			  int *attempt)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);
	struct log_group group, found_group;
	bool found = false;
	int its;

	for (size_t at = 0; log_next_group(call, &lines, at, &group); at = group.end) {
		if (!log_is_failure_of(call, group.record, workflow, &its))
			continue;
		found = true;
		found_group = group;
		*attempt = its;
	}
	if (found)
		log_take_group(call, &lines, &found_group, cause);
	return found;
}

bool log_background_failure(struct tsk_call *call, const char *log_text,
			    const struct tsk_workflow *workflow, struct tsk_root_cause *cause)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);
	struct log_group group;
	bool found = false;

	for (size_t at = 0; !found && log_next_group(call, &lines, at, &group); at = group.end)
		found = is_task_of(call, group.record, workflow);
	if (found)
		log_take_group(call, &lines, &group, cause);
	return found;
}

/* "  +-+---------------- 1 ----------------", which stands before each exception of a group. */
static bool is_member(const char *record)
{
	record += strspn(record, " ");
	return strncmp(record, "+-", 2) == 0 && strstr(record, "------ ");
}

/* "temporalio.exceptions.ApplicationError: MirrorGone: mirror gone", without its module. */
static const char *without_module(struct tsk_call *call, const char *line)
{
	size_t size = strcspn(line, ": \n");
	const char *dot = memrchr(line, '.', size);

	return tsk_copy_bytes(call, dot ? dot + 1 : line, strcspn(dot ? dot + 1 : line, "\n"));
}

/* The first line of a member that names an exception: of a chain the deepest, as Python writes it;
 * NULL: it has none. The member ends where the next one, or the group's end, begins. */
static const char *first_named_in(struct tsk_call *call, const struct log_lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++) {
		const char *line = lines->items[i] + strspn(lines->items[i], " ");

		if (strncmp(line, "+-", 2) == 0 || *line != '|')
			return NULL;
		line++;
		line += *line == ' ';
		if (*line && *line != ' ' && !log_find_head(line) && !log_is_link(line) &&
		    strchr(line, ':'))
			return without_module(call, line);
	}
	return NULL;
}

/* The lines of the group that begins at that line, or that it is in. */
static void add_members(struct tsk_call *call, const struct log_lines *lines, size_t from,
			struct tsk_lines *found)
{
	for (size_t i = from; i < lines->count; i++) {
		const char *line = lines->items[i] + strspn(lines->items[i], " ");

		if (*line != '|' && *line != '+' && i > from)
			return;
		if (!is_member(lines->items[i]))
			continue;
		struct log_group group;
		struct tsk_root_cause cause;
		const char *named = first_named_in(call, lines, i + 1);
		/* One that was raised, and not only caused another, has its place. */
		if (i + 1 < lines->count && log_find_head(lines->items[i + 1]) &&
		    log_next_group(call, lines, i + 1, &group)) {
			log_take_group(call, lines, &group, &cause);
			named = cause.summary;
		}
		if (named)
			tsk_lines_add(found, "%s", named);
	}
}

void log_group_members(struct tsk_call *call, const char *log_text,
		       const struct tsk_workflow *workflow, struct tsk_strings *members)
{
	struct log_lines lines = log_lines_about(call, log_text, workflow);
	struct log_group group;
	struct tsk_lines found;
	int its;

	found = (struct tsk_lines){ .call = call, .limit = 5 };
	for (size_t at = 0; log_next_group(call, &lines, at, &group); at = group.end) {
		if (!strstr(group.last.type, "ExceptionGroup") ||
		    !log_is_failure_of(call, group.record, workflow, &its))
			continue;
		found = (struct tsk_lines){ .call = call, .limit = 5 };
		add_members(call, &lines, group.first, &found);
	}
	*members = tsk_lines_take(&found);
}

/* ---- an excerpt ---- */

/* What a dying worker says at last. */
#define LAST_WORDS 40

static bool is_last_words(const struct log_lines *lines, size_t at)
{
	return at + LAST_WORDS >= lines->count;
}

const char *log_about(struct tsk_call *call, const char *log_text,
		      const struct tsk_workflow *workflow, bool died)
{
	struct log_lines all = log_split(call, or_empty(log_text));
	struct tsk_lines kept = { .call = call };
	struct log_group group = { .end = 0 };
	bool within = false, more = log_next_group(call, &all, 0, &group);
	int attempt;

	if (!log_text)
		return NULL;
	for (size_t at = 0; at < all.count; at++) {
		const char *line = all.items[at];

		if (more && at == group.end)
			more = log_next_group(call, &all, at, &group);
		bool mine = more && (line == group.record || at >= group.first);
		if (mine && !is_member(group.record))
			within = log_is_failure_of(call, group.record, workflow, &attempt) ||
				 (died && !log_is_of_task(group.record));
		if ((mine && within) || (died && is_last_words(&all, at)) ||
		    (strstr(line, "dropping the signal") &&
		     strstr(line, or_empty(workflow->run_id))) ||
		    (workflow->status == TSK_WORKFLOW_COMPLETED && strstr(line, "[TMPRL1102]")) ||
		    log_is_own_line(line, workflow) || log_warns_of_threads(line) ||
		    strstr(line, "' was never awaited"))
			tsk_lines_push(&kept, line);
	}
	return tsk_lines_text(&kept, "\n");
}
