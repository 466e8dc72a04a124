/* Python tracebacks: where in the user's code an exception was raised.
 *
 * The Python SDK records traceback.format_tb(): frames outermost first, each `  File "PATH", line
 * N, in NAME` with its source line beneath, a blank line between them, without head or exception.
 * Whole tracebacks, with chained exceptions in one text and the frames of exception groups behind
 * bars, come from process pools and from user code. */
#include "call/call.h"

#include <temporal-skill/failure.h>

#include <string.h>

/* A piece of the text. */
struct piece {
	const char *text;
	size_t size;
};

struct frame {
	struct piece path, line, name;
};

static bool piece_is(struct piece piece, const char *word)
{
	return piece.size == strlen(word) && memcmp(piece.text, word, piece.size) == 0;
}

static bool begins(struct piece piece, const char *word)
{
	size_t size = strlen(word);

	return piece.size >= size && memcmp(piece.text, word, size) == 0;
}

static struct piece rest(struct piece piece, size_t at)
{
	return (struct piece){ piece.text + at, piece.size - at };
}

/* The next line of the text, without its end and the blanks and bars before it. */
static bool next_line(struct piece *text, struct piece *line)
{
	if (!text->size)
		return false;
	const char *end = memchr(text->text, '\n', text->size);
	size_t size = end ? (size_t)(end - text->text) : text->size;
	*line = (struct piece){ text->text, size };
	*text = rest(*text, end ? size + 1 : size);
	while (line->size && strchr(" \t|+-", *line->text) && *line->text)
		*line = rest(*line, 1);
	while (line->size && line->text[line->size - 1] == '\r')
		line->size--;
	return true;
}

/* Splits `File "PATH", line N, in NAME`. The path may hold quotes: the last `", line ` ends it. */
static bool read_frame(struct piece line, struct frame *frame)
{
	static const char head[] = "File \"", middle[] = "\", line ", in[] = ", in ";
	const char *found = NULL;

	if (!begins(line, head))
		return false;
	line = rest(line, strlen(head));
	for (const char *at = line.text;
	     (at = memmem(at, line.size - (size_t)(at - line.text), middle, strlen(middle))); at++)
		found = at;
	if (!found)
		return false;
	frame->path = (struct piece){ line.text, (size_t)(found - line.text) };
	line = rest(line, frame->path.size + strlen(middle));
	size_t digits = 0;
	while (digits < line.size && line.text[digits] >= '0' && line.text[digits] <= '9')
		digits++;
	frame->line = (struct piece){ line.text, digits };
	line = rest(line, digits);
	frame->name = begins(line, in) ? rest(line, strlen(in)) : (struct piece){ "", 0 };
	return digits > 0 && frame->path.size > 0;
}

/* ---- whose code ---- */

/* Takes the path's next component off. */
static bool next_component(struct piece *path, struct piece *component)
{
	while (path->size && (*path->text == '/' || *path->text == '\\'))
		*path = rest(*path, 1);
	size_t size = 0;
	while (size < path->size && path->text[size] != '/' && path->text[size] != '\\')
		size++;
	*component = (struct piece){ path->text, size };
	*path = rest(*path, size);
	return size > 0;
}

/* python3, python3.11, pypy3.10 */
static bool is_python_version(struct piece component)
{
	size_t at = begins(component, "python3") ? 7 : begins(component, "pypy3") ? 5 : 0;

	for (size_t i = at; i < component.size; i++)
		if (!strchr(".0123456789t", component.text[i]) || !component.text[i])
			return false;
	return at > 0;
}

/* The parts of the SDK that call user code: a folder of the user's may be named temporalio as well.
 */
static bool is_sdk_part(struct piece component)
{
	static const char *const parts[] = { "worker", "bridge",  "contrib", "converter",
					     "nexus",  "testing", "workflow" };

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (piece_is(component, parts[i]))
			return true;
	return false;
}

/* Whether the file belongs to a library, judged by the folders in its path. */
static bool is_library(struct piece path)
{
	struct piece before = { "", 0 }, component;

	if (begins(path, "<"))
		return true;
	while (next_component(&path, &component)) {
		if (piece_is(component, "site-packages") || piece_is(component, "dist-packages"))
			return true;
		/* Ours, in which a worker's passport is made. */
		if (piece_is(component, "temporal_skill_probe"))
			return true;
		if (is_python_version(component) &&
		    (piece_is(before, "lib") || piece_is(before, "lib64")))
			return true;
		if (piece_is(before, "temporalio") && is_sdk_part(component))
			return true;
		before = component;
	}
	return false;
}

/* The path from the project's folder on; the whole path with *inside false where it lies elsewhere.
 */
static struct piece within_project(struct tsk_call *call, struct piece path, bool *inside)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	size_t size = strlen(project);

	while (size > 0 && project[size - 1] == '/')
		size--;
	*inside = size > 0 && path.size > size + 1 && memcmp(path.text, project, size) == 0 &&
		  path.text[size] == '/';
	return *inside ? rest(path, size + 1) : path;
}

static struct piece base_name(struct piece path)
{
	struct piece component, last = path;

	while (next_component(&path, &component))
		last = component;
	return last;
}

/* ---- where ---- */

/* Where a thread begins. Of a workflow that held its thread for too long the SDK writes the stack
 * innermost first, so that this frame comes last. */
static bool begins_a_thread(const struct frame *frame)
{
	return piece_is(frame->name, "_bootstrap") &&
	       piece_is(base_name(frame->path), "threading.py");
}

/* The innermost frame of user code: of the last traceback in the text, or of one before where that
 * has none. */
static bool find_frame(struct tsk_call *call, const char *text, struct frame *found)
{
	struct piece left = { text, strlen(text) }, line;
	struct frame frame = { 0 }, first = { 0 };
	bool any = false;

	while (next_line(&left, &line)) {
		bool inside;

		/* What lies in the project is judged by its path there: the project itself may live
		 * under lib/. */
		if (read_frame(line, &frame) &&
		    !is_library(within_project(call, frame.path, &inside))) {
			first = any ? first : frame;
			*found = frame;
			any = true;
		}
	}
	if (any && begins_a_thread(&frame))
		*found = first;
	return any;
}

static const char *location_of_text(struct tsk_call *call, const char *text)
{
	struct frame frame = { 0 };
	bool inside;

	if (!text || !find_frame(call, text, &frame))
		return "";
	struct piece path = within_project(call, frame.path, &inside);
	if (!inside)
		path = base_name(path);
	const char *place = tsk_format(call, "%.*s:%.*s", (int)path.size, path.text,
				       (int)frame.line.size, frame.line.text);
	if (!frame.name.size || piece_is(frame.name, "<module>"))
		return place;
	return tsk_format(call, "%s in %.*s", place, (int)frame.name.size, frame.name.text);
}

const char *tsk_failure_location(struct tsk_call *call, const struct tsk_failure *failure)
{
	const char *location = "";

	for (; failure && !*location; failure = failure->outer) {
		const struct tsk_failure *cause = failure->cause;

		/* What an activity or child workflow reports was not raised where its caller got to
		 * know of it. */
		if (failure->kind == TSK_FAILURE_ACTIVITY ||
		    failure->kind == TSK_FAILURE_CHILD_WORKFLOW ||
		    failure->kind == TSK_FAILURE_NEXUS)
			break;
		/* A process pool keeps the other process's traceback, where it was raised, in the
		 * message of a cause of its own. */
		if (cause && strcmp(tsk_failure_type(cause), "_RemoteTraceback") == 0)
			location = location_of_text(call, cause->message);
		if (!*location)
			location = location_of_text(call, failure->stack_trace);
	}
	return location;
}
