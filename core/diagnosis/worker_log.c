/* What a worker's log says: why it died, which errors it met. */
#include "last_words.h"
#include "log_records.h"
#include "tell.h"
#include "traceback_log.h"

#include <string.h>

/* What fits a line of a report. */
#define ERROR_LINE_BYTES 300

/* An exception that was caught and logged is why the worker ended only where it is the last thing
 * that it wrote, but for some words of farewell. */
#define FAREWELL_LINES   5

/* One that was logged as fatal may be followed by an orderly shutdown. */
#define SHUTDOWN_LINES   60

void log_take_group(struct tsk_call *call, const struct log_lines *lines,
		    const struct log_group *group, struct tsk_root_cause *cause)
{
	*cause = (struct tsk_root_cause){
		.type = group->root.type,
		.message = group->root.message,
		.location = log_location(call, &group->root),
		.stack_trace = log_join(call, lines, group->first, group->end),
		.summary = "",
		.remedy = "",
	};
	log_explain(call, lines, group, cause);
}

/* ---- what others than Python say ---- */

static bool plain_cause(struct tsk_root_cause *cause, const char *type, const char *message,
			const char *summary, const char *remedy)
{
	*cause = (struct tsk_root_cause){ .type = type,
					  .message = message,
					  .location = "",
					  .stack_trace = "",
					  .summary = summary,
					  .remedy = remedy };
	return true;
}

/* "error: Failed to spawn: worker" and "  cause: No such file or directory (os error 2)"; older
 * ones quote the name and write "Caused by:". */
static bool uv_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
		     struct tsk_root_cause *cause)
{
	static const char spawn[] = "Failed to spawn: ";
	const char *text = lines->items[at] + strlen("error: ");
	const char *more = at + 1 < lines->count ? lines->items[at + 1] : "";
	const char *colon = *more == ' ' ? strchr(more, ':') : NULL;
	const char *name = strstr(text, spawn);

	if (colon)
		text = tsk_format(call, "%s: %s", text, colon + 1 + strspn(colon + 1, " "));
	if (name) {
		name += strlen(spawn);
		size_t quote = *name == '`';
		size_t size = strcspn(name + quote, "` ");
		return plain_cause(
			cause, "uv", text,
			tsk_format(call, "uv finds no program '%.*s' in this project", (int)size,
				   name + quote),
			"name the worker in pyproject.toml ([project.scripts] and a build system), "
			"or "
			"set the worker's command, e.g. TEMPORAL_WORKER_CMD='uv run worker.py'");
	}
	return plain_cause(cause, "uv", text, tsk_format(call, "uv: %s", one_line(call, text)),
			   "mend what uv complains of: uv sync shows it again");
}

static bool python_cause(struct tsk_call *call, const char *line, struct tsk_root_cause *cause)
{
	static const char open[] = ": can't open file ";
	const char *file = strstr(line, open);
	const char *module = strstr(line, "No module named ");
	const char *name;

	if (file) {
		name = log_quoted(call, file + strlen(open));
		return plain_cause(
			cause, "FileNotFoundError", file + 2,
			tsk_format(call, "there is no script %s", name ? name : ""),
			"correct the worker's command (TEMPORAL_WORKER_CMD, --worker-cmd)");
	}
	if (!module || !strstr(line, "python"))
		return false;
	/* Up to the closing quote: runpy puts the whole in brackets. */
	name = log_quoted(call, module);
	plain_cause(cause, "ModuleNotFoundError",
		    name ? tsk_format(call, "No module named '%s'", name) : module, "", "");
	log_explain_import(call, cause);
	return true;
}

static bool line_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
		       struct tsk_root_cause *cause)
{
	const char *line = lines->items[at];
	const char *found;

	if (strncmp(line, "error: ", strlen("error: ")) == 0)
		return uv_cause(call, lines, at, cause);
	if ((found = strstr(line, "Fatal Python error: "))) {
		const char *what = found + strlen("Fatal Python error: ");
		const char *place = crash_place(call, lines, at);
		plain_cause(
			cause, "Fatal Python error", what,
			tsk_format(call, "%s%s", one_line(call, found), log_at_place(call, place)),
			"a native library crashed the worker: update it, or do that work in "
			"a process of its own");
		cause->location = place;
		return true;
	}
	if (strstr(line, "panicked at"))
		return plain_cause(cause, "panic", line, one_line(call, line),
				   "start the worker again; report it where the library is kept");
	if (strstr(line, "command not found"))
		return plain_cause(
			cause, "CommandNotFound", line, one_line(call, line),
			"correct the worker's command (TEMPORAL_WORKER_CMD, --worker-cmd)");
	return python_cause(call, line, cause);
}

/* ---- public ---- */

/* asyncio's word on a task that nobody awaited: the rest goes on, unless it was told to exit. */
static bool is_background_task(const struct log_group *group)
{
	return strstr(group->record, "future: <Task ") &&
	       strcmp(group->last.type, "SystemExit") != 0 &&
	       strcmp(group->last.type, "KeyboardInterrupt") != 0;
}

/* "Exception ignored in: <function Pool.__del__ at 0x7f79>" */
static bool is_passed_over(const struct log_group *group)
{
	return strstr(group->record, "Exception ignored in") != NULL;
}

/* What a program that is told to end prints of itself. */
static bool is_told_to_end(const struct log_group *group)
{
	return strcmp(group->last.type, "KeyboardInterrupt") == 0 ||
	       strcmp(group->last.type, "CancelledError") == 0 ||
	       strcmp(group->last.type, "SystemExit") == 0;
}

bool tsk_log_cause(struct tsk_call *call, const char *log_text, struct tsk_root_cause *cause)
{
	struct log_lines lines = log_split(call, or_empty(log_text));
	struct log_group group, fatal;
	bool found = false;

	for (size_t at = 0; log_next_group(call, &lines, at, &group); at = group.end) {
		bool last =
			group.end + (log_level_of(group.record) == LOG_FATAL ? SHUTDOWN_LINES
									     : FAREWELL_LINES) >=
			lines.count;

		/* A tail may begin within a chain, whose record then is lost. What a destructor
		 * raises, as the program ends, is passed over by Python itself. */
		if (log_is_of_task(group.record) || is_passed_over(&group) ||
		    ((log_is_error_record(group.record) || log_is_link(group.record) ||
		      is_background_task(&group)) &&
		     !last))
			continue;
		fatal = group;
		found = true;
	}
	if ((!found || is_told_to_end(&fatal)) && log_fatal_record(call, &lines, cause))
		return true;
	if (found) {
		log_take_group(call, &lines, &fatal, cause);
		return true;
	}
	for (size_t i = lines.count; i > 0; i--)
		if (line_cause(call, &lines, i - 1, cause))
			return true;
	return log_cause_of_others(call, &lines, cause);
}

static const char *error_text(struct tsk_call *call, const struct log_error *error)
{
	return tsk_format(call, "%s%s%s%s", error->type, *error->message ? ": " : "",
			  one_line(call, error->message),
			  log_at_place(call, log_location(call, error)));
}

/* Failures of tasks are logged as warnings; the Rust core repeats what Python has told. */
static bool is_error_line(const char *line)
{
	return log_is_error_record(line) ||
	       (log_is_task_failure(line) && !strstr(line, "Failing workflow task"));
}

/* A long one of JSON is told in its words: what is cut off of it may be what it says. */
static const char *shown_record(struct tsk_call *call, const char *line)
{
	if (strlen(line) > ERROR_LINE_BYTES)
		line = log_record_words(call, line);
	return tsk_shorten(call, line, ERROR_LINE_BYTES);
}

/* The records from line `at` up to the group's first line; the last one, if it logged the group, is
 * left for the group's own line. */
static void add_records(struct tsk_lines *errors, const struct log_lines *all, size_t at,
			size_t end, const char *left)
{
	for (; at < end; at++)
		if (is_error_line(all->items[at]) && all->items[at] != left)
			tsk_lines_push(errors, shown_record(errors->call, all->items[at]));
}

size_t tsk_log_errors(struct tsk_call *call, const char *log_text, struct tsk_strings *lines)
{
	struct log_lines all = log_split(call, or_empty(log_text));
	struct log_group group;
	struct tsk_lines errors;
	size_t at = 0;

	errors = (struct tsk_lines){ .call = call };
	while (log_next_group(call, &all, at, &group)) {
		const char *text = error_text(call, &group.root);

		add_records(&errors, &all, at, group.first, group.record);
		if (is_error_line(group.record))
			text = tsk_format(call, "%s: %s", shown_record(call, group.record), text);
		tsk_lines_push(&errors, text);
		at = group.end;
	}
	add_records(&errors, &all, at, all.count, "");
	*lines = tsk_lines_take(&errors);
	return lines->count;
}
