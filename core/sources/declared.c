/* Which folders beside it a project declares to depend on: pyproject.toml of uv, Poetry, PDM, hatch
 * and pixi, Pipfile, requirements.txt. */
#include "neighbours.h"

#include "text/path.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

/* A requirements.txt that names another one, which names another one. */
#define REQUIREMENTS_DEEPEST 3

struct declared {
	struct neighbours *neighbours;
	const char *folder, *file;
	const struct members *members;
};

static bool begins(const char *text, const char *word)
{
	return !strncmp(text, word, strlen(word));
}

/* ---- URLs ---- */

static int hex_of(const char *two)
{
	const char digits[3] = { two[0], two[0] ? two[1] : '\0', '\0' };
	char *end;
	long value = strtol(digits, &end, 16);

	return end == digits + 2 && isxdigit((unsigned char)*digits) ? (int)value : -1;
}

const char *path_of_url(struct tsk_call *call, const char *url)
{
	size_t length = 0;

	if (!begins(url, "file:"))
		return NULL;
	url += strlen("file:");
	if (begins(url, "//localhost/"))
		url += strlen("//localhost");
	else if (begins(url, "//"))
		url += strlen("//");
	char *path = tsk_alloc(call, strlen(url) + 1);
	for (; *url && !strchr("# ;", *url); url++) {
		int value = *url == '%' ? hex_of(url + 1) : -1;
		path[length++] = value > 0 ? (char)value : *url;
		url += value > 0 ? 2 : 0;
	}
	return path;
}

/* hatch's {root:uri}, {root:parent:uri}/x and PDM's ${PROJECT_ROOT}, as a path. */
static const char *filled_in(const struct declared *declared, const char *text)
{
	struct tsk_call *call = declared->neighbours->call;
	const char *pdm = strstr(text, "${PROJECT_ROOT}"), *hatch = strstr(text, "{root");
	const char *end = hatch ? strchr(hatch, '}') : NULL;
	const char *folder = declared->folder;

	if (pdm)
		return tsk_format(call, "%s%s", folder, pdm + strlen("${PROJECT_ROOT}"));
	if (!end)
		return NULL;
	for (const char *at = hatch; (at = strstr(at, ":parent")) && at < end; at++)
		folder = tsk_format(call, "%s/..", folder);
	return tsk_format(call, "%s%s", folder, end + 1);
}

/* ---- one requirement ---- */

/* The path in "-e ../x", "x @ file:///srv/x", "./x[extra]"; NULL: it is of an index. */
static const char *path_in(const struct declared *declared, const char *requirement)
{
	struct tsk_call *call = declared->neighbours->call;
	const char *filled = filled_in(declared, requirement);
	const char *url = strstr(requirement, "file:");

	if (filled)
		return tsk_copy_bytes(call, filled, strcspn(filled, "#; "));
	if (url)
		return path_of_url(call, url);
	if (*requirement != '.' && *requirement != '/')
		return NULL;
	return tsk_copy_bytes(call, requirement, strcspn(requirement, "[;#\n"));
}

static void take_requirement(const struct declared *declared, const char *requirement,
			     bool editable)
{
	const char *path = path_in(declared, requirement);

	if (!path)
		return;
	char *trimmed = tsk_copy(declared->neighbours->call, path);
	for (size_t size = strlen(trimmed); size && isspace((unsigned char)trimmed[size - 1]);)
		trimmed[--size] = '\0';
	neighbours_add(declared->neighbours, declared->folder, trimmed, declared->file, editable);
}

/* What follows -e or --editable, or NULL. */
static const char *editable_of(const char *line)
{
	static const char *const flags[] = { "-e", "--editable" };

	for (size_t i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		const char *at = line + strlen(flags[i]);
		if (begins(line, flags[i]) && strchr(" \t=", *at) && *at)
			return at + strspn(at, " \t=");
	}
	return NULL;
}

/* A path that is written without a dot before it is one behind -e only. */
static void take_line(const struct declared *declared, const char *line)
{
	const char *editable = editable_of(line);

	if (editable && !strchr("./", *editable) && !strstr(editable, ":"))
		editable = tsk_format(declared->neighbours->call, "./%s", editable);
	take_requirement(declared, editable ? editable : line, editable != NULL);
}

/* ---- pyproject.toml, Pipfile ---- */

/* Where dependencies are declared; a `path` of other sections is something else. */
static bool declares(const char *section)
{
	static const char *const sections[] = {
		"project",  "dependency-groups", "tool.uv",  "tool.poetry",
		"tool.pdm", "tool.hatch",        "tool.rye", "tool.pixi",
		"packages", "dev-packages",      NULL,
	};

	for (size_t i = 0; sections[i]; i++)
		if (begins(section, sections[i]) && strchr(".", section[strlen(sections[i])]))
			return true;
	return false;
}

static bool is_key(const char *key, const char *wanted)
{
	const size_t length = strlen(key), tail = strlen(wanted);

	return length >= tail && !strcmp(key + length - tail, wanted) &&
	       (length == tail || key[length - tail - 1] == '.');
}

/* `editable = true` of uv, `develop = true` of Poetry. */
static bool says_editable(const char *line)
{
	static const char *const keys[] = { "editable", "develop" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *at = strstr(line, keys[i]);
		at = at ? at + strlen(keys[i]) : "";
		at += strspn(at, " \t=");
		if (begins(at, "true"))
			return true;
	}
	return false;
}

static void take_member(const struct declared *declared, const char *requirement)
{
	const char *name = package_name(declared->neighbours->call, requirement);

	for (size_t i = 0; *name && i < declared->members->count; i++)
		if (!strcmp(declared->members->items[i].name, name))
			neighbours_add(declared->neighbours, declared->folder,
				       declared->members->items[i].directory, declared->file, true);
}

static void take_string(void *what, const struct toml_string *string)
{
	const struct declared *declared = what;

	if (!declares(string->section))
		return;
	if (string->in_list) {
		/* No bare paths here: what begins with a slash is to be packed, or not. */
		if (editable_of(string->value) || strpbrk(string->value, "{$") ||
		    strstr(string->value, "file:"))
			take_line(declared, string->value);
		/* In a workspace its members come from it, and from no index. */
		take_member(declared, string->value);
	} else if (is_key(string->key, "path") || is_key(string->key, "url")) {
		const char *path = path_of_url(declared->neighbours->call, string->value);
		neighbours_add(declared->neighbours, declared->folder, path ? path : string->value,
			       declared->file, says_editable(string->line));
	}
}

static void read_toml(struct declared *declared, const char *name)
{
	struct tsk_call *call = declared->neighbours->call;

	declared->file = tsk_format(call, "%s/%s", declared->folder, name);
	const char *text = sources_read(call, AT_FDCWD, declared->file, DECLARED_BYTES);
	if (text)
		toml_strings(call, text, take_string, declared);
}

/* ---- requirements.txt ---- */

static void read_requirements(struct declared *declared, const char *name, int depth)
{
	struct tsk_call *call = declared->neighbours->call;
	const char *file = tsk_format(call, "%s/%s", declared->folder, name);
	const char *text = sources_read(call, AT_FDCWD, file, DECLARED_BYTES);

	while (text && *text) {
		const size_t size = strcspn(text, "\r\n");
		const char *line = tsk_copy_bytes(call, text, size);

		line += strspn(line, " \t");
		declared->file = file;
		if (begins(line, "-r ") && depth < REQUIREMENTS_DEEPEST) {
			const char *other = line + 2 + strspn(line + 2, " \t");
			if (!strchr(other, '/'))
				read_requirements(declared, other, depth + 1);
		} else if (*line != '#') {
			take_line(declared, line);
		}
		text += size + strspn(text + size, "\r\n");
	}
}

void neighbours_declared(struct neighbours *neighbours, const char *folder)
{
	if (!neighbours->workspace.root || !path_is_within(folder, neighbours->workspace.root))
		neighbours->workspace = workspace_members(neighbours->call, folder);
	struct declared declared = { .neighbours = neighbours,
				     .folder = folder,
				     .members = &neighbours->workspace };

	read_toml(&declared, "pyproject.toml");
	read_toml(&declared, "Pipfile");
	read_requirements(&declared, "requirements.txt", 0);
	read_requirements(&declared, "requirements-dev.txt", 0);
}
