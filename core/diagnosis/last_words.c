/* Why a program ended that is not Python's, or that said so without a traceback: what command
 * lines, Go, Java, Node and logs say, and else its last words. */
#include "last_words.h"

#include "log_records.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* What ended it stands among its last lines, before a stack at most. */
#define LAST_LINES      60

/* A record of an error is why it ended only where little comes behind it. */
#define FAREWELL_LINES  5

/* What fits a line of a report. */
#define LAST_WORD_BYTES 300

static bool begins(const char *line, const char *with)
{
	return strncmp(line, with, strlen(with)) == 0;
}

static const char *unindented(const char *line)
{
	return line + strspn(line, " \t");
}

static const char *file_name(const char *path, size_t size)
{
	const char *slash = memrchr(path, '/', size);

	return slash ? slash + 1 : path;
}

/* "orders.go:21", of a path and what stands behind it; "": not found. */
static const char *place_in(struct tsk_call *call, const char *path, size_t size)
{
	const char *name = file_name(path, size);

	return tsk_copy_bytes(call, name, size - (size_t)(name - path));
}

static bool say(struct tsk_call *call, struct tsk_root_cause *cause, const char *type,
		const char *message, const char *location)
{
	*cause = (struct tsk_root_cause){
		.type = type,
		.message = message,
		.location = location,
		.stack_trace = "",
		.summary =
			tsk_format(call, "%s%s%s%s%s%s", type, *type && *message ? ": " : "",
				   message, *location ? " (" : "", location, *location ? ")" : ""),
		.remedy = "correct that and start it again",
	};
	return true;
}

/* ---- Go: "panic: TEXT", a blank line, "goroutine 1 [running]:", frames of two lines ---- */

static const char *go_place(struct tsk_call *call, const struct log_lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++) {
		const char *line = unindented(lines->items[i]), *colon = strstr(line, ".go:");

		if (colon && lines->items[i][0] == '\t' && !strstr(line, "/go/src/runtime/") &&
		    !strstr(line, "/usr/local/go/") && !strstr(line, "/pkg/mod/")) {
			size_t size = (size_t)(colon - line) + strlen(".go:");

			size += strspn(line + size, "0123456789");
			return place_in(call, line, size);
		}
	}
	return "";
}

static bool go_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
		     struct tsk_root_cause *cause)
{
	const char *line = lines->items[at];

	if (begins(line, "fatal error: "))
		return say(call, cause, "fatal error", line + strlen("fatal error: "),
			   go_place(call, lines, at + 1));
	return begins(line, "panic: ") &&
	       say(call, cause, "panic", line + strlen("panic: "), go_place(call, lines, at + 1));
}

/* ---- Java: "Exception in thread "main" TYPE: TEXT", "Caused by: TYPE: TEXT" ---- */

static const char *java_place(struct tsk_call *call, const struct log_lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++) {
		const char *line = unindented(lines->items[i]);
		const char *open = strrchr(line, '('), *close = strrchr(line, ')');

		if (!begins(line, "at "))
			return "";
		if (open && close && close > open && strstr(open, ".java:") &&
		    !begins(line + 3, "java") && !begins(line + 3, "jdk.") &&
		    !begins(line + 3, "io.temporal.") && !begins(line + 3, "io.grpc."))
			return tsk_copy_bytes(call, open + 1, (size_t)(close - open - 1));
	}
	return "";
}

static bool java_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
		       struct tsk_root_cause *cause)
{
	const char *line = lines->items[at], *text = NULL;

	if (begins(line, "Caused by: "))
		text = line + strlen("Caused by: ");
	else if (begins(line, "Exception in thread \""))
		text = strstr(line, "\" ") ? strstr(line, "\" ") + 2 : NULL;
	if (!text || at + 1 >= lines->count || !begins(unindented(lines->items[at + 1]), "at "))
		return false;
	size_t size = strcspn(text, ":");
	const char *dot = memrchr(text, '.', size);
	const char *type = dot ? dot + 1 : text;

	return say(call, cause, tsk_copy_bytes(call, type, size - (size_t)(type - text)),
		   text[size] ? text + size + 1 + strspn(text + size + 1, " ") : "",
		   java_place(call, lines, at + 1));
}

/* ---- Node: "Error: TEXT", then "    at run (/app/src/worker.ts:7:11)" ---- */

static const char *node_place(struct tsk_call *call, const struct log_lines *lines, size_t from)
{
	for (size_t i = from; i < lines->count; i++) {
		const char *line = unindented(lines->items[i]);
		const char *path = strchr(line, '('), *end;

		if (!begins(line, "at "))
			return "";
		path = path ? path + 1 : line + strlen("at ");
		end = path + strcspn(path, ")");
		/* Without the column. */
		const char *colon = memrchr(path, ':', (size_t)(end - path));
		if (colon && *path == '/' && !strstr(path, "/node_modules/"))
			return place_in(call, path, (size_t)(colon - path));
	}
	return "";
}

static bool node_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
		       struct tsk_root_cause *cause)
{
	const char *line = lines->items[at], *colon = strstr(line, ": ");
	size_t size = strcspn(line, ": [");

	if (!colon || size < strlen("Error") || !isupper((unsigned char)*line) ||
	    strncmp(line + size - strlen("Error"), "Error", strlen("Error")) != 0 ||
	    at + 1 >= lines->count || !begins(lines->items[at + 1], "    at "))
		return false;
	return say(call, cause, tsk_copy_bytes(call, line, size), colon + 2,
		   node_place(call, lines, at + 1));
}

/* ---- .NET: "Unhandled exception. TYPE: TEXT", " ---> TYPE: TEXT" of what it came from ---- */

static bool dotnet_cause(struct tsk_call *call, const char *line, struct tsk_root_cause *cause)
{
	static const char outer[] = "Unhandled exception. ", inner[] = "---> ";
	const char *text = unindented(line), *dot;
	size_t size;

	if (begins(text, outer))
		text += strlen(outer);
	else if (begins(text, inner))
		text += strlen(inner);
	else
		return false;
	size = strcspn(text, ":");
	dot = memrchr(text, '.', size);
	if (!text[size] || !dot)
		return false;
	return say(call, cause, tsk_copy_bytes(call, dot + 1, size - (size_t)(dot + 1 - text)),
		   text + size + 1 + strspn(text + size + 1, " "), "");
}

/* ---- command lines, rich ---- */

/* "╭─ Error ──╮", "│ Missing option '--queue'. │": what stands in the box. */
static const char *boxed(struct tsk_call *call, const char *line)
{
	static const char bar[] = "│";
	const char *begin, *end;

	if (!begins(line, bar))
		return NULL;
	begin = line + strlen(bar) + strspn(line + strlen(bar), " ");
	end = strstr(begin, bar);
	end = end ? end : begin + strlen(begin);
	while (end > begin && end[-1] == ' ')
		end--;
	return tsk_copy_bytes(call, begin, (size_t)(end - begin));
}

/* The last frame in rich's box, "│ /app/worker.py:12 in main │". */
static const char *rich_place(struct tsk_call *call, const struct log_lines *lines, size_t end)
{
	for (size_t i = end; i-- > 0 && !strstr(lines->items[i], "Traceback (most recent");) {
		const char *text = boxed(call, lines->items[i]);
		const char *colon = text ? strstr(text, ".py:") : NULL;

		if (colon && *text == '/' && strstr(colon, " in ")) {
			const char *name = file_name(text, (size_t)(colon - text));
			return tsk_copy(call, name);
		}
	}
	return "";
}

static bool boxed_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
			struct tsk_root_cause *cause)
{
	const char *line = lines->items[at], *text;

	if (begins(line, "╭─ Error ") && at + 1 < lines->count &&
	    (text = boxed(call, lines->items[at + 1])))
		return say(call, cause, "", text, "");
	if (!begins(line, "╰──") || at + 1 >= lines->count)
		return false;
	line = lines->items[at + 1];
	size_t size = strcspn(line, ": ");
	const char *place = rich_place(call, lines, at);

	if (!size || !*place || !isalpha((unsigned char)*line))
		return false;
	return say(call, cause, tsk_copy_bytes(call, line, size),
		   line[size] ? line + size + 1 + strspn(line + size + 1, " ") : "", place);
}

/* "worker: error: the following arguments are required: --queue", "Error: Missing option". */
static bool usage_cause(struct tsk_call *call, const char *line, struct tsk_root_cause *cause)
{
	const char *error = strstr(line, ": error: ");

	if (error && !memchr(line, ' ', (size_t)(error - line)))
		return say(call, cause, "", error + strlen(": error: "), "");
	return begins(line, "Error: ") && say(call, cause, "", line + strlen("Error: "), "");
}

/* ---- records of a log ---- */

static const char *record_text(struct tsk_call *call, const char *line)
{
	return tsk_shorten(call, log_record_words(call, line), LAST_WORD_BYTES);
}

/* What Python itself says of a crash has a stack behind it, which is read for what it is. */
static bool is_fatal(const struct log_lines *lines, size_t at)
{
	return log_level_of(lines->items[at]) == LOG_FATAL && !log_is_of_task(lines->items[at]) &&
	       !strstr(lines->items[at], "Fatal Python error");
}

bool log_fatal_record(struct tsk_call *call, const struct log_lines *lines,
		      struct tsk_root_cause *cause)
{
	const size_t least = lines->count > LAST_LINES ? lines->count - LAST_LINES : 0;
	size_t at = lines->count, behind;

	while (at > least && !is_fatal(lines, at - 1))
		at--;
	if (at == least)
		return false;
	/* The first of those that come close together is what the others came of. */
	for (size_t before = --at; before > least && at - before < FAREWELL_LINES; before--)
		at = is_fatal(lines, before - 1) ? before - 1 : at;
	behind = lines->count - at - 1;
	say(call, cause, "", record_text(call, lines->items[at]), "");
	if (behind > FAREWELL_LINES)
		cause->summary = tsk_format(call, "%s (%zu lines before the end of its log)",
					    cause->summary, behind);
	return true;
}

static bool record_cause(struct tsk_call *call, const struct log_lines *lines, size_t at,
			 struct tsk_root_cause *cause)
{
	if (at + FAREWELL_LINES < lines->count || log_is_of_task(lines->items[at]) ||
	    !log_is_error_record(lines->items[at]))
		return false;
	return say(call, cause, "", record_text(call, lines->items[at]), "");
}

/* "/app/worker.py:30: RuntimeWarning: coroutine 'Worker.run' was never awaited" */
static bool never_awaited(struct tsk_call *call, const char *line, struct tsk_root_cause *cause)
{
	static const char mark[] = ": RuntimeWarning: coroutine '";
	const char *at = strstr(line, mark);

	if (!at || !strstr(at, "was never awaited"))
		return false;
	say(call, cause, "RuntimeWarning", at + strlen(": RuntimeWarning: "),
	    place_in(call, line, (size_t)(at - line)));
	cause->remedy = "an await is missing before it: what it calls was never begun";
	return true;
}

bool log_cause_of_others(struct tsk_call *call, const struct log_lines *lines,
			 struct tsk_root_cause *cause)
{
	size_t first = lines->count > LAST_LINES ? lines->count - LAST_LINES : 0;

	for (size_t i = lines->count; i-- > first;)
		if (go_cause(call, lines, i, cause) || java_cause(call, lines, i, cause) ||
		    dotnet_cause(call, lines->items[i], cause) ||
		    node_cause(call, lines, i, cause) || boxed_cause(call, lines, i, cause) ||
		    usage_cause(call, lines->items[i], cause) ||
		    never_awaited(call, lines->items[i], cause) ||
		    record_cause(call, lines, i, cause))
			return true;
	return false;
}

/* ---- last words ---- */

/* What whoever ran the program adds of its own. */
static bool is_farewell(const char *line)
{
	static const char *const marks[] = { "exit status ", "Node.js v",   "npm ERR!",
					     "npm error",    "make: ***",   "error Command failed",
					     "Exiting.",     "[ERROR] -> ", "at " };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (begins(unindented(line), marks[i]))
			return true;
	return strstr(line, " exited with code ") != NULL || !*unindented(line);
}

const char *tsk_log_last_words(struct tsk_call *call, const char *log_text)
{
	struct log_lines lines = log_split(call, log_text ? log_text : "");

	for (size_t i = lines.count; i-- > 0;)
		if (!is_farewell(lines.items[i]))
			return tsk_shorten(call, unindented(lines.items[i]), LAST_WORD_BYTES);
	return NULL;
}
