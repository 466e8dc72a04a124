/* doctor: how a source of the project is run, as its imports and pyproject.toml tell. */
#include "doctor.h"

#include <ctype.h>
#include <regex.h>
#include <string.h>

static const char *pyproject(struct tsk_call *call)
{
	const char *path = NULL;
	const char *text = tsk_project_file(call, "pyproject.toml", &path);

	return text ? text : "";
}

static bool is_name(const char *text, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!isalnum((unsigned char)text[i]) && text[i] != '_')
			return false;
	return size > 0;
}

/* A file that imports from its own package, or relative to itself, only runs as a module. */
static bool imports_package(struct tsk_call *call, const struct source *source, const char *package)
{
	return source_has(
		source, tsk_format(call, "^[ \t]*(from|import)[ \t]+(\\.|%s([ \t.]|$))", package));
}

/* orders/jobs/worker.py -> orders.jobs.worker */
static const char *module_of(struct tsk_call *call, const char *path)
{
	char *module = tsk_copy_bytes(call, path, strlen(path) - strlen(".py"));

	for (char *at = module; *at; at++)
		if (*at == '/')
			*at = '.';
	return module;
}

/* The entry point of pyproject.toml that calls into the module, NULL: none that uv finds. */
static const char *entry_point_of(struct tsk_call *call, const char *module)
{
	const char *pattern = tsk_format(
		call, "^[ \t]*\"?([A-Za-z0-9_.-]+)\"?[ \t]*=[ \t]*[\"']%s[ \t]*:", module);
	const char *at = pyproject(call), *found = NULL;
	regex_t compiled;
	regmatch_t name[2];

	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE))
		return NULL;
	while (!found && regexec(&compiled, at, 2, name, 0) == 0) {
		const char *word = tsk_copy_bytes(call, at + name[1].rm_so,
						  (size_t)(name[1].rm_eo - name[1].rm_so));
		found = tsk_entry_point(call, word) ? word : NULL;
		at += name[0].rm_eo;
	}
	regfree(&compiled);
	return found;
}

const char *source_command(struct tsk_call *call, const struct source *source)
{
	const bool in_src = !strncmp(source->path, "src/", strlen("src/"));
	const char *path = source->path + (in_src ? strlen("src/") : 0);
	const size_t top = strcspn(path, "/");
	const char *module = module_of(call, path);
	const char *script = tsk_format(call, "uv run python %s", tsk_quote(call, source->path));
	const char *entry = entry_point_of(call, module);

	if (entry)
		return tsk_format(call, "uv run %s", entry);
	if (!path[top] || !is_name(path, top) ||
	    !imports_package(call, source, tsk_copy_bytes(call, path, top)))
		return script;
	/* What is built is installed; the rest of src/ has to be pointed to. */
	return tsk_format(
		call, "%suv run python -m %s",
		in_src && !strstr(pyproject(call), "[build-system]") ? "env PYTHONPATH=src " : "",
		module);
}
