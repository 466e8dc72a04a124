/* Finding Python tracebacks in a worker's log. */
#include "traceback_log.h"

#include "log_records.h"

#include <temporal-skill/failure.h>

#include <string.h>

/* Of a long log only the newest lines matter; what is older was answered by a restart long ago. */
#define LINES_MOST       20000

/* As many errors without a traceback are read before one that has it. */
#define BARE_CAUSES_MOST 4

static const char head[] = "Traceback (most recent call last):";

/* ---- lines ---- */

/* Copies one line without terminal colours (ESC [ … letter) and carriage returns. */
static const char *line_without_colors(struct tsk_call *call, const char *text, size_t size)
{
	char *line = tsk_alloc(call, size + 1);
	size_t at = 0;

	for (size_t i = 0; i < size; i++) {
		if (text[i] == '\033' && i + 1 < size && text[i + 1] == '[') {
			i += 2;
			while (i < size && !(text[i] >= '@' && text[i] <= '~'))
				i++;
			continue;
		}
		if (text[i] != '\r')
			line[at++] = text[i];
	}
	return line;
}

/* The start of the newest LINES_MOST lines; *count receives how many there are. */
static const char *newest_lines(const char *text, size_t *count)
{
	const char *at = text + strlen(text);

	*count = at > text && at[-1] != '\n';
	while (at > text) {
		at--;
		if (*at != '\n')
			continue;
		if (*count == LINES_MOST)
			return at + 1;
		(*count)++;
	}
	return text;
}

struct log_lines log_split(struct tsk_call *call, const char *text)
{
	size_t room, count = 0;
	const char *at = newest_lines(text, &room);
	const char **items = tsk_alloc(call, (room + 1) * sizeof(*items));

	while (*at && count < room) {
		size_t size = strcspn(at, "\n");

		items[count++] = line_without_colors(call, at, size);
		at += size;
		at += *at == '\n';
	}
	log_drop_service(items, count);
	items = log_untangle(call, items, &count);
	return (struct log_lines){ .items = items, .count = count };
}

/* Past what exception groups draw before their lines: "  | ". */
static const char *unbarred(const char *line)
{
	const char *at = line + strspn(line, " ");

	return *at == '|' ? at + 1 + (at[1] == ' ') : line;
}

/* What a program printed without an end of line stands before it: "connecting ...Traceback". */
static bool ends_with_head(const char *line)
{
	size_t size = strlen(line), length = strlen(head);

	return size >= length && strcmp(line + size - length, head) == 0;
}

static bool is_head(const char *line)
{
	if (ends_with_head(line))
		return true;
	line = unbarred(line);
	line += strspn(line, " +");
	return strncmp(line, head, strlen(head)) == 0 ||
	       strncmp(line, "Exception Group ", strlen("Exception Group ")) == 0;
}

/* Of a script that Python cannot even parse, it says where without a head: "  File "worker.py",
 * line 3". */
static bool is_syntax_head(const char *line)
{
	static const char file[] = "  File \"";

	return strncmp(line, file, strlen(file)) == 0 && strstr(line, "\", line ") &&
	       !strstr(line, ", in ");
}

static bool is_blank(const char *line)
{
	return line[strspn(line, " \t")] == '\0';
}

/* ---- one traceback ---- */

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"

/* "package.module.Class: message" */
static void read_error(struct tsk_call *call, const char *line, struct log_error *error)
{
	size_t size = strcspn(line, ": ");
	const char *dot = memrchr(line, '.', size);
	const char *name = dot ? dot + 1 : line;

	error->type = tsk_copy_bytes(call, name, size - (size_t)(name - line));
	error->message = line[size] == ':' ? line + size + 1 + strspn(line + size + 1, " ") : "";
	/* An ApplicationError prints the type that it was given before its message. */
	size = strspn(error->message, LETTERS);
	if (strcmp(error->type, "ApplicationError") == 0 && size &&
	    strncmp(error->message + size, ": ", 2) == 0) {
		error->type = tsk_copy_bytes(call, error->message, size);
		error->message += size + 2;
	}
}

const char *log_join(struct tsk_call *call, const struct log_lines *lines, size_t from, size_t end)
{
	size_t size = 0;
	char *text, *at;

	for (size_t i = from; i < end; i++)
		size += strlen(lines->items[i]) + 1;
	text = at = tsk_alloc(call, size + 1);
	for (size_t i = from; i < end; i++) {
		at = stpcpy(at, lines->items[i]);
		*at++ = '\n';
	}
	return text;
}

/* A class's name, dots in it or not, then the end or a colon: what closes a traceback. */
static bool is_error_line(const char *line)
{
	size_t size = strspn(line, LETTERS ".<>");

	return size > 0 &&
	       (line[size] == ':' || line[size] == '\0' || strncmp(line + size, " (", 2) == 0);
}

/* Reads the traceback whose head is at `from`; *end is the line behind its error. */
static bool read_traceback(struct tsk_call *call, const struct log_lines *lines, size_t from,
			   size_t *end, struct log_error *error)
{
	size_t at = from + 1;

	while (at < lines->count) {
		const char *line = unbarred(lines->items[at]);

		/* Frames and source lines are indented, blank source lines are not; some loggers
		 * mark the frame that caught it: "> File". */
		if (*line != ' ' && *line != '\t' && *line != '>' && *line)
			break;
		at++;
	}
	*end = at;
	if (at >= lines->count || !is_error_line(unbarred(lines->items[at])))
		return false;
	read_error(call, unbarred(lines->items[at]), error);
	error->trace = log_join(call, lines, from, at + 1);
	*end = at + 1;
	return true;
}

/* ---- groups ---- */

enum link { NO_LINK, CAUSE, CONTEXT };

static enum link link_of(const char *line)
{
	if (strncmp(line, "The above exception was the direct cause", 40) == 0)
		return CAUSE;
	return strncmp(line, "During handling of the above exception", 38) == 0 ? CONTEXT : NO_LINK;
}

bool log_is_link(const char *record)
{
	return link_of(unbarred(record)) != NO_LINK;
}

/* How the next traceback hangs together with the one that ended before line `at`. */
static enum link next_link(const struct log_lines *lines, size_t at, size_t *next)
{
	enum link link = NO_LINK;

	/* A message may have more lines; a traceback does not come right behind them. */
	for (size_t blanks = 0; at < lines->count && blanks < 3; at++) {
		const char *line = unbarred(lines->items[at]);

		if (is_blank(line))
			blanks++;
		else if (link_of(line) != NO_LINK)
			link = link_of(line);
		else if (is_head(line))
			break;
		else if (link == NO_LINK && blanks > 0)
			return NO_LINK;
	}
	*next = at;
	return at < lines->count && is_head(lines->items[at]) ? link : NO_LINK;
}

/* What stands before line `least` is of another group. */
static const char *record_before(const struct log_lines *lines, size_t at, size_t least)
{
	while (at > least && is_blank(lines->items[at - 1]))
		at--;
	return at > least ? lines->items[at - 1] : "";
}

/* Errors of native code have no traceback of their own: "TypeError: Can't extract `str` to `Vec`",
 * with the link behind it, stands alone. Their words say what the last one leaves out. */
static void take_bare_causes(struct tsk_call *call, const struct log_lines *lines, size_t least,
			     struct log_group *group)
{
	size_t at = group->first;

	for (int most = 0; most < BARE_CAUSES_MOST; most++) {
		while (at > least && is_blank(lines->items[at - 1]))
			at--;
		if (at <= least || link_of(unbarred(lines->items[at - 1])) != CAUSE)
			return;
		at--;
		while (at > least && is_blank(lines->items[at - 1]))
			at--;
		if (at <= least || !is_error_line(unbarred(lines->items[at - 1])))
			return;
		at--;
		/* One with frames above it is the end of a traceback, whose head may be cut off. */
		if (at > least && *unbarred(lines->items[at - 1]) == ' ')
			return;
		struct log_error bare = { .message = "" };
		read_error(call, unbarred(lines->items[at]), &bare);
		group->root.message = tsk_format(call, "%s: %s", group->root.message, bare.message);
	}
}

bool log_next_group(struct tsk_call *call, const struct log_lines *lines, size_t from,
		    struct log_group *group)
{
	const size_t least = from;
	enum link link;
	size_t next;

	for (; from < lines->count; from++) {
		if (!is_head(lines->items[from]) && !is_syntax_head(lines->items[from]))
			continue;
		group->first = from;
		group->record = record_before(lines, from, least);
		if (read_traceback(call, lines, from, &group->end, &group->last))
			break;
	}
	if (from >= lines->count)
		return false;
	group->root = group->last;
	take_bare_causes(call, lines, least, group);
	while ((link = next_link(lines, group->end, &next)) != NO_LINK &&
	       read_traceback(call, lines, next, &group->end, &group->last))
		/* What was being handled when another exception came is not its cause. */
		if (link == CONTEXT)
			group->root = group->last;
	return true;
}

/* ---- records ---- */

bool log_is_task_failure(const char *record)
{
	static const char *const marks[] = {
		"Completing activity as failed",
		"Failed activation on workflow",
		"Failed handling activation on workflow",
		"Failing workflow task",
		"Error while completing workflow activation",
		"Exception handling failed, original error",
		"failed recording heartbeat",
		"Failed completing activity task",
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(record, marks[i]))
			return true;
	return false;
}

bool log_is_of_task(const char *record)
{
	/* What the SDK's loggers add to each record of an activity or a workflow. */
	static const char *const marks[] = { "'workflow_run_id': '",  "\"workflow_run_id\"",
					     "workflow_run_id=",      "({'attempt': ",
					     "\"temporal_workflow\"", "\"temporal_activity\"" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(record, marks[i]))
			return true;
	return log_is_task_failure(record);
}

const char *log_location(struct tsk_call *call, const struct log_error *error)
{
	struct tsk_failure failure = { .kind = TSK_FAILURE_APPLICATION,
				       .message = error->message,
				       .type = error->type,
				       .source = "",
				       .stack_trace = error->trace,
				       .timeout_type = "",
				       .retry_state = "" };

	return tsk_failure_location(call, &failure);
}
