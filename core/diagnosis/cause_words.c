/* Why a worker died, in words: what an error of Python's means, and what would mend it. */
#include "source_lines.h"
#include "tell.h"
#include "traceback_log.h"

#include <temporal-skill/sources.h>

#include <string.h>

/* Wrong fields of settings that are named. */
#define FIELDS_MOST 10

const char *log_quoted(struct tsk_call *call, const char *text)
{
	const char *open = strchr(text, '\'');
	const char *close = open ? strchr(open + 1, '\'') : NULL;

	return close ? tsk_copy_bytes(call, open + 1, (size_t)(close - open - 1)) : NULL;
}

const char *log_at_place(struct tsk_call *call, const char *location)
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

struct own_module {
	struct tsk_call *call;
	const char *name;   /* "dispatch" */
	const char *folder; /* "src" of "src/dispatch/worker.py"; "": the project's; NULL: none */
};

static void find_module(void *what, const struct tsk_source *source)
{
	struct own_module *module = what;
	const size_t size = strlen(module->name);

	for (const char *at = source->path; at && !module->folder;) {
		if (strncmp(at, module->name, size) == 0 &&
		    (at[size] == '/' || strcmp(at + size, ".py") == 0))
			module->folder = tsk_copy_bytes(
				module->call, source->path,
				at > source->path ? (size_t)(at - source->path) - 1 : 0);
		at = strchr(at, '/');
		at = at ? at + 1 : NULL;
	}
}

/* The folder of the project that has the module; NULL: it is not the project's. */
static const char *own_module_folder(struct tsk_call *call, const char *name)
{
	struct own_module module = {
		.call = call,
		.name = tsk_copy_bytes(call, name, strcspn(name, ".")),
	};

	tsk_sources_walk(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), find_module, &module);
	return module.folder;
}

static const char *import_remedy(struct tsk_call *call, const char *name)
{
	const char *folder = own_module_folder(call, name);

	if (!folder)
		return tsk_format(
			call,
			"correct the import, or install the package (uv add %s); a module of the "
			"project is found only from the project's own directory",
			name);
	if (!*folder)
		return "it is the project's own: let the worker be started in the project's "
		       "directory";
	return tsk_format(
		call,
		"it is the project's own, in %s/: put that on the path (PYTHONPATH=%s), or "
		"install the project (uv sync, pip install -e .)",
		folder, tsk_quote(call, folder));
}

void log_explain_import(struct tsk_call *call, struct tsk_root_cause *cause)
{
	const char *name = log_quoted(call, cause->message);
	const char *from = strstr(cause->message, " from '");

	if (from && name) {
		cause->summary =
			tsk_format(call, "module '%s' has no '%s'%s", log_quoted(call, from), name,
				   log_at_place(call, cause->location));
		cause->remedy = "correct the name in the import, or define it in that module";
		return;
	}
	if (!name) {
		cause->summary = tsk_format(call, "an import fails: %s%s", cause->message,
					    log_at_place(call, cause->location));
		cause->remedy = "correct the import";
		return;
	}
	cause->summary = tsk_format(call, "module '%s' is not there%s", name,
				    log_at_place(call, cause->location));
	cause->remedy = import_remedy(call, name);
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
			log_at_place(call, cause->location));
		cause->remedy =
			"put what starts the worker (asyncio.run(...)) below `if __name__ == "
			"\"__main__\":`";
		return;
	}
	cause->summary = tsk_format(call, "the sandbox does not let workflow %s load: %s%s",
				    workflow, first_sentence(call, cause->message),
				    log_at_place(call, cause->location));
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
				    log_at_place(call, cause->location), raised_text(call, group));
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

/* pydantic: "2 validation errors for Settings", then of each field its name and, indented, what is
 * wrong: "  Field required [type=missing, input_value={}, input_type=dict]". */
static const char *wrong_fields(struct tsk_call *call, const struct log_lines *lines, size_t at,
				bool *missing)
{
	struct tsk_text text = { .call = call };

	for (size_t count = 0; at + 1 < lines->count && count < FIELDS_MOST; at += 2) {
		const char *name = lines->items[at], *why = lines->items[at + 1];
		const char *data = strstr(why, " [type=");

		/* A link to pydantic's pages comes behind each. */
		if (strstr(name, "For further information visit")) {
			at--;
			continue;
		}
		if (*name == ' ' || !*name || strncmp(why, "  ", 2) != 0 || !data)
			break;
		*missing &= strstr(data, "[type=missing") != NULL;
		tsk_text_join(&text, "; ", "%s: %.*s", name, (int)(data - why) - 2, why + 2);
		count++;
	}
	return tsk_text_value(&text);
}

static void explain_fields(struct tsk_call *call, const struct log_lines *lines,
			   const struct log_group *group, struct tsk_root_cause *cause)
{
	bool missing = true;
	const char *fields = wrong_fields(call, lines, group->end, &missing);

	explain_other(call, group, cause);
	if (!*fields)
		return;
	cause->summary =
		tsk_format(call, "%s (%s%s%s)%s", fields, cause->message,
			   *cause->location ? ", " : "", cause->location, raised_text(call, group));
	cause->remedy = missing ? "set it for the worker (export it, or in its .env file)"
				: "correct these values, and start the worker again";
}

void log_explain(struct tsk_call *call, const struct log_lines *lines,
		 const struct log_group *group, struct tsk_root_cause *cause)
{
	const char *last = group->last.message;

	if (strncmp(last, "Failed validating workflow ", 27) == 0)
		explain_validation(call, group, cause);
	else if (strstr(cause->type, "ModuleNotFoundError") ||
		 strcmp(cause->type, "ImportError") == 0)
		log_explain_import(call, cause);
	else if (strstr(cause->message, "Failed client connect"))
		explain_connect(call, cause);
	else if (strstr(cause->message, "Worker validation failed: Namespace"))
		explain_namespace(call, cause);
	else if (strcmp(cause->type, "KeyError") == 0 && strstr(group->root.trace, "os.environ")) {
		const char *name = log_quoted(call, cause->message);

		cause->summary = tsk_format(call, "environment variable %s is not set%s",
					    name ? name : cause->message,
					    log_at_place(call, cause->location));
		cause->remedy = "set it for the worker (export it, or in its .env file)";
	} else if (strcmp(cause->type, "ValidationError") == 0 &&
		   strstr(cause->message, "validation error")) {
		explain_fields(call, lines, group, cause);
	} else if (is_syntax(cause->type)) {
		cause->summary =
			tsk_format(call, "syntax error in %s: %s", cause->location, cause->message);
		cause->remedy = "correct the syntax";
	} else {
		explain_other(call, group, cause);
	}
}
