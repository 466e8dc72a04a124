/* What a worker's log says: why it died, which errors it met. */
#include "last_words.h"
#include "source_lines.h"
#include "tell.h"
#include "traceback_log.h"

#include <string.h>

/* What fits a line of a report. */
#define ERROR_LINE_BYTES 300

/* An exception that was caught and logged is why the worker ended only where it is the last thing
 * that it wrote, but for some words of farewell. */
#define FAREWELL_LINES   5

/* ---- words for causes ---- */

static const char *quoted(struct tsk_call *call, const char *text)
{
	const char *open = strchr(text, '\'');
	const char *close = open ? strchr(open + 1, '\'') : NULL;

	return close ? tsk_copy_bytes(call, open + 1, (size_t)(close - open - 1)) : NULL;
}

static const char *at_place(struct tsk_call *call, const char *location)
{
	return *location ? tsk_format(call, " (%s)", location) : "";
}

/* tonic's debug text: ConnectError("tcp connect error", 127.0.0.1:1, Os { …, message: "Connection
 * refused" }) */
static const char *connect_text(struct tsk_call *call, const char *message)
{
	static const char tcp[] = "\"tcp connect error\", ";
	static const char why[] = "message: \"";
	const char *address = strstr(message, tcp);
	const char *reason = strstr(message, why);

	if (strstr(message, "dns error"))
		return "cannot connect to the server: its host name is not known";
	if (!address || !reason)
		return tsk_format(call, "cannot connect to the server: %s",
				  one_line(call, message));
	address += strlen(tcp);
	reason += strlen(why);
	return tsk_format(call, "cannot connect to the server at %.*s: %.*s",
			  (int)strcspn(address, ","), address, (int)strcspn(reason, "\""), reason);
}

static void explain_import(struct tsk_call *call, struct tsk_root_cause *cause)
{
	const char *name = quoted(call, cause->message);
	const char *from = strstr(cause->message, " from '");

	if (from && name) {
		cause->summary = tsk_format(call, "module '%s' has no '%s'%s", quoted(call, from),
					    name, at_place(call, cause->location));
		cause->remedy = "correct the name in the import, or define it in that module";
		return;
	}
	if (!name) {
		cause->summary = tsk_format(call, "an import fails: %s%s", cause->message,
					    at_place(call, cause->location));
		cause->remedy = "correct the import";
		return;
	}
	cause->summary = tsk_format(call, "module '%s' is not there%s", name,
				    at_place(call, cause->location));
	cause->remedy =
		tsk_format(call,
			   "correct the import, or install the package (uv add %s); a module of "
			   "the project is found only from the project's own directory",
			   name);
}

static void explain_validation(struct tsk_call *call, const struct log_group *group,
			       struct tsk_root_cause *cause)
{
	const char *workflow = group->last.message + strlen("Failed validating workflow ");

	/* The sandbox imports the workflow's file anew, and that starts the worker once more. */
	if (strstr(cause->message, "cannot be called from a running event loop")) {
		cause->summary = tsk_format(
			call,
			"the file of workflow %s starts the worker whenever it is imported, and "
			"the sandbox imports it: %s%s",
			workflow, first_sentence(call, cause->message),
			at_place(call, cause->location));
		cause->remedy =
			"put what starts the worker (asyncio.run(...)) below `if __name__ == "
			"\"__main__\":`";
		return;
	}
	cause->summary =
		tsk_format(call, "the sandbox does not let workflow %s load: %s%s", workflow,
			   first_sentence(call, cause->message), at_place(call, cause->location));
	cause->remedy =
		"import that module within `with workflow.unsafe.imports_passed_through():` "
		"in the workflow's file, or do at run time, in an activity, what it does while "
		"it is imported";
}

/* TLS is spoken to a port without it, or the reverse. */
static bool is_tls_mismatch(const char *message)
{
	static const char *const marks[] = { "InvalidContentType",   "CorruptMessage",
					     "corrupt message",      "UnexpectedMessage",
					     "invalid HTTP version", "frame with invalid size",
					     "http2 error",          "h2 protocol error" };

	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++)
		if (strstr(message, marks[i]))
			return true;
	return false;
}

static void explain_connect(struct tsk_call *call, struct tsk_root_cause *cause)
{
	if (is_tls_mismatch(cause->message)) {
		const bool plain = strstr(cause->message, "InvalidContentType") ||
				   strstr(cause->message, "orrupt") != NULL;

		cause->summary = tsk_format(
			call, "cannot connect to the server: %s",
			plain ? "the worker speaks TLS, and the server does not"
			      : "the server speaks TLS, as it seems, and the worker does not");
		cause->remedy =
			plain ? "leave TLS away for this server: Client.connect() speaks it where "
				"tls= or an api_key is given (tls=False keeps it off), or "
				"TEMPORAL_TLS "
				"or TEMPORAL_API_KEY is set"
			      : "give Client.connect() tls=True, or the certificates that the "
				"server "
				"asks for (TEMPORAL_TLS, TEMPORAL_TLS_CLIENT_CERT_PATH)";
		return;
	}
	if (strstr(cause->message, "UnknownIssuer") || strstr(cause->message, "certificate")) {
		cause->summary = tsk_format(call,
					    "cannot connect to the server: its certificate, or "
					    "the worker's, is refused: %s",
					    one_line(call, cause->message));
		cause->remedy = "give the worker the certificate authority of the server "
				"(server_root_ca_cert), its right name (domain), and the client "
				"certificate that it asks for";
		return;
	}
	if (strstr(cause->message, "nauthorized") || strstr(cause->message, "PermissionDenied") ||
	    strstr(cause->message, "Unauthenticated")) {
		cause->summary = tsk_format(call, "the server does not let the worker in: %s",
					    one_line(call, cause->message));
		cause->remedy = "give the worker the API key or certificate that this namespace "
				"asks for (TEMPORAL_API_KEY)";
		return;
	}
	cause->summary = connect_text(call, cause->message);
	cause->remedy =
		"start the server (temporal-skill ensure-server), or correct the address that "
		"the worker connects to (TEMPORAL_ADDRESS)";
}

static void explain_namespace(struct tsk_call *call, struct tsk_root_cause *cause)
{
	const char *name = strstr(cause->message, "Namespace ");
	size_t size;

	name = name ? name + strlen("Namespace ") : "?";
	size = strcspn(name, " ");
	cause->summary = tsk_format(call, "the server has no namespace '%.*s'", (int)size, name);
	cause->remedy =
		tsk_format(call,
			   "correct the worker's namespace, or create it: temporal operator "
			   "namespace create --namespace %.*s",
			   (int)size, name);
}

static bool is_syntax(const char *type)
{
	return strcmp(type, "SyntaxError") == 0 || strcmp(type, "IndentationError") == 0 ||
	       strcmp(type, "TabError") == 0;
}

static const char *text_of(struct tsk_call *call, const char *type, const char *message)
{
	return *message ? tsk_format(call, "%s: %s", type, one_line(call, message)) : type;
}

/* What was raised in the end is what a reader of the log sees first. */
static const char *raised_text(struct tsk_call *call, const struct log_group *group)
{
	return group->last.trace != group->root.trace
		       ? tsk_format(call, ", from which came %s",
				    text_of(call, group->last.type, group->last.message))
		       : "";
}

/* "Activity answer is not async so …": of an async generator the SDK says the same. */
static const char *executor_remedy(struct tsk_call *call, const char *message)
{
	static const char activity[] = "Activity ";
	const char *name = strstr(message, activity), *end = strstr(message, " is not async");

	if (name && end && end > name + strlen(activity)) {
		name += strlen(activity);
		name = tsk_copy_bytes(call, name, (size_t)(end - name));
		if (is_async_in_sources(call, name))
			return tsk_format(
				call,
				"'%s' is async and has a yield: such a generator cannot be an "
				"activity, also not with an executor; collect what it yields and "
				"return that",
				name);
	}
	return "make the activity async, or give the Worker "
	       "activity_executor=ThreadPoolExecutor(...)";
}

static void explain_other(struct tsk_call *call, const struct log_group *group,
			  struct tsk_root_cause *cause)
{
	cause->summary = tsk_format(call, "%s%s%s", text_of(call, cause->type, cause->message),
				    at_place(call, cause->location), raised_text(call, group));
	cause->remedy = "correct that and start the worker again";
	if (strstr(cause->message, "was it decorated with"))
		cause->remedy =
			"give the class @workflow.defn (its method @workflow.run), the function "
			"@activity.defn";
	else if (strstr(cause->message, "activity_executor must be present"))
		cause->remedy = executor_remedy(call, cause->message);
	else if (strstr(cause->message, "Address already in use"))
		cause->remedy =
			"another process has the port that the worker wants: end it, or choose "
			"another port";
}

/* Says in words what group->root, already in cause, means. */
static void explain(struct tsk_call *call, const struct log_group *group,
		    struct tsk_root_cause *cause)
{
	const char *last = group->last.message;

	if (strncmp(last, "Failed validating workflow ", 27) == 0)
		explain_validation(call, group, cause);
	else if (strstr(cause->type, "ModuleNotFoundError") ||
		 strcmp(cause->type, "ImportError") == 0)
		explain_import(call, cause);
	else if (strstr(cause->message, "Failed client connect"))
		explain_connect(call, cause);
	else if (strstr(cause->message, "Worker validation failed: Namespace"))
		explain_namespace(call, cause);
	else if (strcmp(cause->type, "KeyError") == 0 && strstr(group->root.trace, "os.environ")) {
		const char *name = quoted(call, cause->message);

		cause->summary =
			tsk_format(call, "environment variable %s is not set%s",
				   name ? name : cause->message, at_place(call, cause->location));
		cause->remedy = "set it for the worker (export it, or in its .env file)";
	} else if (is_syntax(cause->type)) {
		cause->summary =
			tsk_format(call, "syntax error in %s: %s", cause->location, cause->message);
		cause->remedy = "correct the syntax";
	} else {
		explain_other(call, group, cause);
	}
}

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
	explain(call, group, cause);
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
		name = quoted(call, file + strlen(open));
		return plain_cause(
			cause, "FileNotFoundError", file + 2,
			tsk_format(call, "there is no script %s", name ? name : ""),
			"correct the worker's command (TEMPORAL_WORKER_CMD, --worker-cmd)");
	}
	if (!module || !strstr(line, "python"))
		return false;
	/* Up to the closing quote: runpy puts the whole in brackets. */
	name = quoted(call, module);
	plain_cause(cause, "ModuleNotFoundError",
		    name ? tsk_format(call, "No module named '%s'", name) : module, "", "");
	explain_import(call, cause);
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
		plain_cause(cause, "Fatal Python error", what,
			    tsk_format(call, "%s%s", one_line(call, found), at_place(call, place)),
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

bool tsk_log_cause(struct tsk_call *call, const char *log_text, struct tsk_root_cause *cause)
{
	struct log_lines lines = log_split(call, or_empty(log_text));
	struct log_group group, fatal;
	bool found = false;

	for (size_t at = 0; log_next_group(call, &lines, at, &group); at = group.end) {
		bool last = group.end + FAREWELL_LINES >= lines.count;

		/* A tail may begin within a chain, whose record then is lost. */
		if (log_is_of_task(group.record) ||
		    ((log_is_error_record(group.record) || log_is_link(group.record) ||
		      is_background_task(&group)) &&
		     !last))
			continue;
		fatal = group;
		found = true;
	}
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
			  at_place(call, log_location(call, error)));
}

/* Failures of tasks are logged as warnings; the Rust core repeats what Python has told. */
static bool is_error_line(const char *line)
{
	return log_is_error_record(line) ||
	       (log_is_task_failure(line) && !strstr(line, "Failing workflow task"));
}

/* The records from line `at` up to the group's first line; the last one, if it logged the group, is
 * left for the group's own line. */
static void add_records(struct tsk_lines *errors, const struct log_lines *all, size_t at,
			size_t end, const char *left)
{
	for (; at < end; at++)
		if (is_error_line(all->items[at]) && all->items[at] != left)
			tsk_lines_push(errors,
				       tsk_shorten(errors->call, all->items[at], ERROR_LINE_BYTES));
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
			text = tsk_format(call, "%s: %s",
					  tsk_shorten(call, group.record, ERROR_LINE_BYTES), text);
		tsk_lines_push(&errors, text);
		at = group.end;
	}
	add_records(&errors, &all, at, all.count, NULL);
	*lines = tsk_lines_take(&errors);
	return lines->count;
}
