/* How a source of the project is run, as its imports and pyproject.toml tell; and which source a
 * command runs. */
#include <temporal-skill/process.h>
#include <temporal-skill/sources.h>

#include <ctype.h>
#include <regex.h>
#include <string.h>
#include <unistd.h>

static bool is_there(struct tsk_call *call, const char *path)
{
	return !access(tsk_format(call, "%s/%s", tsk_setting(call, TSK_SETTING_PROJECT_DIR), path),
		       R_OK);
}

/* "" where there is none. */
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

/* The part of the text that the first group of the pattern takes in, NULL: it does not match. */
static const char *find(struct tsk_call *call, const char *text, const char *pattern)
{
	const char *found = NULL;
	regmatch_t parts[2];
	regex_t compiled;

	if (regcomp(&compiled, pattern, REG_EXTENDED | REG_NEWLINE))
		return NULL;
	if (!regexec(&compiled, text, 2, parts, 0))
		found = tsk_copy_bytes(call, text + parts[1].rm_so,
				       (size_t)(parts[1].rm_eo - parts[1].rm_so));
	regfree(&compiled);
	return found;
}

/* ---- what runs it ---- */

/* What stands before a program of the project's environment: its lock file tells whose it is. */
static const char *runner(struct tsk_call *call)
{
	static const struct {
		const char *file, *command;
	} locks[] = {
		{ "uv.lock", "uv run" },
		{ "poetry.lock", "poetry run" },
		{ "pdm.lock", "pdm run" },
		{ "Pipfile", "pipenv run" },
	};
	const char *path, *text = pyproject(call);

	for (size_t i = 0; i < sizeof(locks) / sizeof(*locks); i++)
		if (tsk_project_file(call, locks[i].file, &path))
			return locks[i].command;
	return strstr(text, "[tool.poetry]") && !strstr(text, "[project]") ? "poetry run"
									   : "uv run";
}

/* Its interpreter. Outside of a project uv takes the first that it finds, which knows nothing of
 * what somebody has installed. */
static const char *python(struct tsk_call *call)
{
	static const char *const own[] = { "venv/bin/python", "env/bin/python" };
	static const char *const found[] = { "python", "python3" };

	const char *path;

	if (*pyproject(call) || tsk_project_file(call, "Pipfile", &path) ||
	    is_there(call, ".venv/bin/python"))
		return tsk_format(call, "%s python", runner(call));
	for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
		if (is_there(call, own[i]))
			return own[i];
	for (size_t i = 0; i < sizeof(found) / sizeof(*found); i++)
		if (tsk_find_program(call, found[i]))
			return found[i];
	return "uv run python";
}

/* ---- a source -> its command ---- */

/* A file that imports from its own package, or relative to itself, only runs as a module. */
static bool imports_package(struct tsk_call *call, const char *text, const char *package)
{
	return find(call, text,
		    tsk_format(call, "^[ \t]*((from|import)[ \t]+(\\.|%s([ \t.]|$)))", package)) !=
	       NULL;
}

/* orders/jobs/worker.py -> orders.jobs.worker; orders/__main__.py -> orders */
static const char *module_of(struct tsk_call *call, const char *path)
{
	static const char main[] = ".__main__";
	char *module = tsk_copy_bytes(call, path, strlen(path) - strlen(".py"));
	const size_t size = strlen(module), tail = strlen(main);

	for (char *at = module; *at; at++)
		if (*at == '/')
			*at = '.';
	if (size > tail && !strcmp(module + size - tail, main))
		module[size - tail] = '\0';
	return module;
}

/* The entry point of pyproject.toml that calls into the module, NULL: none that is installed. */
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

/* shop/orders/management/commands/run_worker.py, by the manage.py above it; NULL: it is none such.
 */
static const char *management_command(struct tsk_call *call, const char *path)
{
	static const char folder[] = "/management/commands/";
	const char *at = strstr(path, folder);
	char *above = at ? tsk_copy_bytes(call, path, (size_t)(at - path)) : NULL;

	if (!at || strchr(at + strlen(folder), '/'))
		return NULL;
	const char *name = tsk_copy_bytes(call, at + strlen(folder),
					  strlen(at + strlen(folder)) - strlen(".py"));
	for (char *slash = above; slash;) {
		slash = strrchr(above, '/');
		*(slash ? slash : above) = '\0';
		const char *manage = tsk_format(call, "%s%smanage.py", above, *above ? "/" : "");
		if (is_there(call, manage))
			return tsk_format(call, "%s %s %s", python(call), tsk_quote(call, manage),
					  name);
	}
	return NULL;
}

/* The application that the source makes and does not serve itself, NULL: none. */
static const char *web_application(struct tsk_call *call, const char *text)
{
	if (strstr(text, "uvicorn.run") || strstr(text, "uvicorn.Server"))
		return NULL;
	return find(call, text,
		    "^([A-Za-z_][A-Za-z0-9_]*)( *:[^=]*)? *= *([a-z]+\\.)?(FastAPI|Starlette|Quart|"
		    "Litestar)\\(");
}

/* What is imported from there is where its folder says, or a neighbour's. */
static const char *without_folder(struct tsk_call *call, const char *path)
{
	size_t count;
	const struct tsk_neighbour *neighbours =
		tsk_neighbours(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), &count);

	if (strncmp(path, "../", strlen("../")) != 0)
		return path;
	for (size_t i = 0; i < count; i++) {
		const size_t length = strlen(neighbours[i].path);
		if (!strncmp(path, neighbours[i].path, length) && path[length] == '/')
			return path + length + 1;
	}
	return path;
}

const char *tsk_source_command(struct tsk_call *call, const char *path, const char *text)
{
	const char *inner = without_folder(call, path);
	const bool beside = inner != path;
	const bool in_src = !strncmp(inner, "src/", strlen("src/"));
	const bool installed = beside || strstr(pyproject(call), "[build-system]");
	const char *managed = management_command(call, path);
	const char *application = web_application(call, text);

	inner += in_src ? strlen("src/") : 0;
	const char *slash = strrchr(inner, '/');
	const char *module = module_of(call, inner);
	const char *entry = entry_point_of(call, module);
	const char *package = tsk_copy_bytes(call, inner, strcspn(inner, "/"));
	if (managed)
		return managed;
	/* A script that brings its own dependencies (PEP 723). */
	if (find(call, text, "^(# /// script)"))
		return tsk_format(call, "uv run %s", tsk_quote(call, path));
	if (entry)
		return tsk_format(call, "%s %s", runner(call), entry);
	if (application)
		return tsk_format(call, "%s -m uvicorn %s%s:%s", python(call),
				  in_src && !installed ? "--app-dir src " : "", module,
				  application);
	if (!beside &&
	    (!slash || !is_name(package, strlen(package)) ||
	     (strcmp(slash, "/__main__.py") != 0 && !imports_package(call, text, package))))
		return tsk_format(call, "%s %s", python(call), tsk_quote(call, path));
	/* What is built is installed; the rest of src/ has to be pointed to. */
	return tsk_format(call, "%s%s -m %s", in_src && !installed ? "env PYTHONPATH=src " : "",
			  python(call), module);
}

/* ---- a command -> its source ---- */

/* "orders.jobs" -> "src/orders/jobs.py", whichever of its places is there; NULL: none. */
static const char *source_of_module(struct tsk_call *call, const char *module)
{
	static const char *const places[] = { "%s.py", "src/%s.py", "%s/__main__.py",
					      "src/%s/__main__.py" };
	char *name = tsk_copy(call, module);

	for (char *at = name; *at; at++)
		if (*at == '.')
			*at = '/';
	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
		const char *place = strstr(places[i], "%s");
		const char *path = tsk_format(call, "%.*s%s%s", (int)(place - places[i]), places[i],
					      name, place + strlen("%s"));
		if (is_there(call, path))
			return path;
	}
	return NULL;
}

static const char *source_of_entry_point(struct tsk_call *call, const char *name)
{
	const char *module =
		is_name(name, strcspn(name, "-."))
			? find(call, pyproject(call),
			       tsk_format(
				       call,
				       "^[ \t]*\"?%s\"?[ \t]*=[ \t]*[\"']([A-Za-z0-9_.]+):", name))
			: NULL;

	return module && tsk_entry_point(call, name) ? source_of_module(call, module) : NULL;
}

/* The source of the command of that name, which any of the project's applications may bring. */
struct management {
	const char *path; /* its end */
	const char *found;
};

static void look_for_command(void *what, const struct tsk_source *source)
{
	struct management *wanted = what;
	const size_t length = strlen(source->path), tail = strlen(wanted->path);

	if (!wanted->found && length > tail && !strcmp(source->path + length - tail, wanted->path))
		wanted->found = source->path;
}

static const char *source_of_management(struct tsk_call *call, const char *name)
{
	struct management wanted = {
		.path = tsk_format(call, "/management/commands/%s.py", name),
	};

	tsk_sources_walk(call, tsk_setting(call, TSK_SETTING_PROJECT_DIR), look_for_command,
			 &wanted);
	return wanted.found;
}

/* The source of a word of a command line, and of the next one; *is_last: it is what is run. */
static const char *source_of_word(struct tsk_call *call, const char *word, const char *next,
				  bool *is_last)
{
	const char *project = tsk_setting(call, TSK_SETTING_PROJECT_DIR);
	const char *slash = strrchr(word, '/'), *colon = strchr(word, ':');
	const size_t length = strlen(word);

	if (!strncmp(word, project, strlen(project)) && word[strlen(project)] == '/')
		word += strlen(project) + 1;
	while (!strncmp(word, "./", strlen("./")))
		word += strlen("./");
	if (length > 3 && !strcmp(word + strlen(word) - 3, ".py")) {
		const char *managed = next && !strcmp(slash ? slash + 1 : word, "manage.py")
					      ? source_of_management(call, next)
					      : NULL;
		*is_last = true;
		return managed ? managed : *word != '/' && is_there(call, word) ? word : NULL;
	}
	if (next && (!strcmp(word, "-m") || !strcmp(word, "--module")) &&
	    strcmp(next, "uvicorn") != 0) {
		*is_last = true;
		return source_of_module(call, next);
	}
	/* uvicorn app:app */
	if (colon && is_name(word, strcspn(word, ".:")))
		return source_of_module(call, tsk_copy_bytes(call, word, (size_t)(colon - word)));
	if (slash && slash - word >= 4 && !strncmp(slash - 4, "/bin", 4))
		word = slash + 1;
	return strchr(word, '/') ? NULL : source_of_entry_point(call, word);
}

const char *tsk_command_source(struct tsk_call *call, const struct tsk_strings *words)
{
	const char *found = NULL;
	bool is_last = false;

	for (size_t i = 0; i < words->count && !found && !is_last; i++)
		found = source_of_word(call, words->items[i],
				       i + 1 < words->count ? words->items[i + 1] : NULL, &is_last);
	return found;
}
